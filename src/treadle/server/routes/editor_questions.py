"""What an editor asks about a text while somebody types: the language server's answers over HTTP."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Depends

from treadle.components.descriptors import document_schema
from treadle.documents.rewriting import CantRewriteError
from treadle.documents.setting import NOTHING, with_name, with_value
from treadle.errors import UsageError
from treadle.language.completion import MOST_ASSETS, complete
from treadle.language.hover import explain
from treadle.language.positions import lines_of
from treadle.language.workspace import Workspace
from treadle.project.editing.files import editable
from treadle.server.context import Here
from treadle.server.editing import cursor_at, diagnosis, edits_between, range_at, suggestion
from treadle.server.errors import error_responses
from treadle.server.identity.needs import needs
from treadle.server.models.editor import (
    EditorChange,
    EditorDiagnosis,
    EditorDocumentation,
    EditorEdits,
    EditorPosition,
    EditorQuestion,
    EditorSchema,
    EditorSuggestionList,
    EditorText,
)
from treadle.server.routes.editor import may_edit

__all__ = ["router"]

router = APIRouter(
    prefix="/api/editor", tags=["editor"], dependencies=[Depends(may_edit), needs("editor", is_change=False)]
)


@router.get("/schema")
def get_schema() -> EditorSchema:
    """The schema of what surrounds the attributes in a component's document."""
    return EditorSchema(document=document_schema())


@router.post("/complete", responses=error_responses(400))
def complete_text(here: Here, asked: EditorQuestion) -> EditorSuggestionList:
    """What may be typed at a place: types, attributes, values, variables, assets."""

    def answer(workspace: Workspace, file: Path, text: str) -> EditorSuggestionList:
        lines = lines_of(text)
        cursor = cursor_at(lines, EditorPosition(line=asked.line, column=asked.column))
        found = [suggestion(each, lines) for each in complete(workspace, file, text, cursor)]
        return EditorSuggestionList(items=found, complete=len(found) < MOST_ASSETS)

    return here.desk.ask(here.snapshot, asked.path, asked.text, answer)


@router.post("/hover", responses=error_responses(400))
def explain_text(here: Here, asked: EditorQuestion) -> EditorDocumentation:
    """What is known of the thing at a place."""

    def answer(workspace: Workspace, file: Path, text: str) -> EditorDocumentation:
        lines = lines_of(text)
        cursor = cursor_at(lines, EditorPosition(line=asked.line, column=asked.column))
        found = explain(workspace, file, text, cursor)
        return (
            EditorDocumentation(text=found.text, range=range_at(found.range, lines)) if found else EditorDocumentation()
        )

    return here.desk.ask(here.snapshot, asked.path, asked.text, answer)


@router.post("/diagnose", responses=error_responses(400))
def diagnose_text(here: Here, asked: EditorText) -> EditorDiagnosis:
    """Everything that is wrong in a text, with what mends it, and what its documents say."""
    return here.desk.ask(here.snapshot, asked.path, asked.text, diagnosis)


@router.post("/edit", responses=error_responses(400, 409))
def edit_text(here: Here, asked: EditorChange) -> EditorEdits:
    """The edits that set a value in a text: its comments, and whatever else is in it, stay as they are."""
    editable(here.settings, asked.path)
    place = asked.document, tuple(asked.at)
    try:
        if asked.name is not None:
            after = with_name(asked.text, *place, asked.name)
        else:
            after = with_value(asked.text, *place, NOTHING if asked.remove else asked.value)
    except CantRewriteError as error:
        raise UsageError(f"this can't be changed by form: {error.why}", fix="change it in the YAML") from None
    return EditorEdits(edits=edits_between(asked.text, after))
