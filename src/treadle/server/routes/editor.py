"""The component files of the project: read, begun, written, looked at before they are saved, committed."""

from __future__ import annotations

import os
from difflib import unified_diff
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Query
from fastapi.responses import JSONResponse

from treadle.errors import ProjectError, UsageError
from treadle.project.editing import files
from treadle.project.editing.committing import branches_of, commit_files
from treadle.server.addresses import is_loopback
from treadle.server.context import Context, Here
from treadle.server.errors import ForbiddenError, NotFoundError, error_body, error_responses
from treadle.server.identity.journal import Noting
from treadle.server.identity.needs import Who, need_below, needs
from treadle.server.models.editor import (
    Commit,
    Conflict,
    EditorBranches,
    EditorFile,
    EditorState,
    EditorText,
    NewCommit,
    NewEditorFile,
    SavedEditorFile,
)
from treadle.server.models.previews import Preview

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor

__all__ = ["may_edit", "router"]

_LOCKED = (
    "it holds a secret that isn't shown here; name a credential in its place, with an editor on the server's machine"
)


def may_edit(here: Here) -> None:
    """Lets those pass who may edit; on a shared server, that is something which its settings switch on.

    Raises:
        ForbiddenError: when the editor is off.
    """
    if here.doors is not None:
        if not here.doors.sharing.editor:
            fix = "editor = true in [tool.treadle.server]"
            raise ForbiddenError("the editor is off on this shared server", fix=fix)
    elif not is_loopback(here.host):
        raise ForbiddenError("the editor is off: this server can be reached from other machines")


router = APIRouter(
    prefix="/api/editor", tags=["editor"], dependencies=[Depends(may_edit), needs("editor", is_change=False)]
)

_CHANGES = needs("editor")


@router.get("")
def get_editor(here: Here, tasks: BackgroundTasks) -> EditorState:
    """Which files may be edited, and the repository that they are in."""
    tasks.add_task(here.desk.warm, here.snapshot)  # whoever asks this is about to ask more
    settings = here.settings
    found = branches_of(settings.root)
    git = EditorBranches(current=found.current, names=list(found.names), changed=list(found.changed)) if found else None
    return EditorState(files=list(files.listed(settings)), defs=os.path.relpath(settings.defs, settings.root), git=git)


@router.get("/file", responses=error_responses(400, 404, 409))
def get_file(here: Here, path: Annotated[str, Query(max_length=1000)]) -> EditorFile:
    """A component file, to be edited."""
    found = files.read(here.settings, path)
    if found is None:
        raise NotFoundError(f"there is no file {path!r}")
    return _file(here, found)


def _file(here: Context, found: files.EditableFile) -> EditorFile:
    if here.desk.holds_secret(found.text):
        return EditorFile(path=found.path, text="", version=found.version, locked=_LOCKED)
    return EditorFile(path=found.path, text=found.text, version=found.version)


@router.put(
    "/file",
    dependencies=[_CHANGES],
    response_model=EditorFile,
    responses={**error_responses(400, 403), 409: {"model": Conflict, "description": "Conflict"}},
)
def put_file(here: Here, who: Who, note: Noting, saved: SavedEditorFile) -> EditorFile | JSONResponse:
    """Save a component file, if it is what it was when it was read; otherwise nothing is written."""
    note.target = saved.path
    need_below(who, "editor", here.settings, saved.path)
    if here.desk.holds_secret(saved.text):
        raise UsageError("this text holds a secret", fix="name a credential in its place")
    before = files.read(here.settings, saved.path)
    if before is not None and here.desk.holds_secret(before.text):
        raise UsageError(f"{saved.path!r} can't be edited here", fix=_LOCKED)
    try:
        found = files.write(here.settings, saved.path, saved.text, saved.version)
    except files.ChangedMeanwhileError as error:
        return _conflict(here, saved, error)
    here.current.ask()
    return _file(here, found)


def _conflict(here: Context, saved: SavedEditorFile, error: files.ChangedMeanwhileError) -> JSONResponse:
    now = None if error.now is None else _file(here, error.now)
    there = "" if now is None else now.text
    diff = unified_diff(there.splitlines(), saved.text.splitlines(), "on the server", "yours", lineterm="")
    body = error_body(409, error.message)
    return JSONResponse(
        {**body, "now": None if now is None else now.model_dump(), "diff": "\n".join(diff)}, status_code=409
    )


@router.post("/new", responses=error_responses(400, 404))
def begin_file(here: Here, asked: NewEditorFile) -> EditorFile:
    """The text that a component of a type begins with; nothing is written."""
    from treadle.language.creating import beginning, place_for

    settings = here.settings
    file = place_for(settings, asked.folder) / files.NEW_NAME
    path = file.relative_to(settings.root).as_posix()
    files.editable(settings, path)
    return EditorFile(path=path, text=beginning(settings, _descriptor(here, asked.type), file))


@router.post("/scaffold", status_code=201, dependencies=[_CHANGES], responses=error_responses(400, 404, 409))
def scaffold_component(here: Here, who: Who, note: Noting, asked: NewEditorFile) -> EditorFile:
    """Make a component as its type does, with the files that belong to it."""
    from treadle.language.creating import make_component, place_for

    settings, descriptor = here.settings, _descriptor(here, asked.type)
    place = place_for(settings, asked.folder) / files.NEW_NAME
    path = place.relative_to(settings.root).as_posix()
    note.target, note.details = path, asked.type
    need_below(who, "editor", settings, path)
    files.editable(settings, path)
    if unknown := sorted(asked.params.keys() - descriptor.scaffold_params.keys()):
        raise UsageError(f"{descriptor.name} can't be told {unknown[0]!r}")
    make_component(settings, here.snapshot.descriptors, descriptor, descriptor.name, asked.folder, asked.params)
    here.current.ask()
    return get_file(here, path)


def _descriptor(here: Context, name: str) -> Descriptor:
    try:
        return here.snapshot.descriptors.find(name)
    except ProjectError as error:
        if error.diagnostics[0].code != "TRD201":
            raise
        raise NotFoundError(error.diagnostics[0].message, fix=error.diagnostics[0].fix) from None


@router.post("/preview", responses=error_responses(400))
def preview_file(here: Here, asked: EditorText) -> Preview:
    """What saving a text would do to the asset graph; nothing is written."""
    return here.previewer.preview({files.editable(here.settings, asked.path): asked.text})


@router.post("/commit", status_code=201, dependencies=[_CHANGES], responses=error_responses(400))
def commit_saved(here: Here, who: Who, note: Noting, asked: NewCommit) -> Commit:
    """Commit files as they are saved onto a branch of git; nothing else is touched, and nothing is pushed."""
    settings = here.settings
    note.target, note.details = asked.branch or "", ", ".join(asked.paths)
    for each in asked.paths:
        need_below(who, "editor", settings, each)
    named = [files.editable(settings, each) for each in asked.paths]
    if missing := next((path for path, file in zip(asked.paths, named, strict=True) if not file.is_file()), None):
        raise UsageError(f"there is no file {missing!r}", fix="save it first")
    made = commit_files(settings.root, named, branch=asked.branch, message=asked.message)
    return Commit(id=made.id, branch=made.branch, new=made.is_new, current=made.is_current, notes=list(made.notes))
