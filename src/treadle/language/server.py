"""The language server: the functions of this room over the Language Server Protocol.

One thread does all the work, in the order in which it is asked; the protocol's own thread only
takes in what is typed. Nothing that a project can hold ends the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

import treadle
from treadle.errors import Diagnostic, Edit
from treadle.language.completion import MOST_ASSETS, complete
from treadle.language.definition import define
from treadle.language.fixes import fix_all, fixes_for, place
from treadle.language.hover import explain
from treadle.language.positions import lines_of
from treadle.language.protocol import (
    SOURCE,
    cursor_of,
    to_diagnostic,
    to_item,
    to_location,
    to_range,
)
from treadle.language.session import Session
from treadle.language.workspace import Workspace

__all__ = ["make_server", "serve"]

T = TypeVar("T")

_FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.treadle"
_WATCHED = ("**/*.yaml", "**/*.yml", "**/*.py", "**/pyproject.toml", "**/dg.toml", "**/.env")


def serve() -> None:
    """Speak the protocol on standard input and output, until the editor ends it."""
    make_server().start_io()


def make_server() -> LanguageServer:
    """A server that speaks to one editor."""
    server = LanguageServer(
        SOURCE, treadle.__version__, text_document_sync_kind=types.TextDocumentSyncKind.Full, max_workers=1
    )
    session = Session(server)
    _register_documents(server, session)
    _register_files(server, session)
    _register_questions(server, session)
    return server


def _register_documents(server: LanguageServer, session: Session) -> None:
    """What the editor tells of the texts in it."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        session.open(params.text_document.uri, params.text_document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        session.change(uri, server.workspace.get_text_document(uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        await session.save(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        session.close(params.text_document.uri)


def _register_files(server: LanguageServer, session: Session) -> None:
    """What the editor tells of files on disk."""

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        # An editor that doesn't answer is served all the same.
        session.keep(asyncio.get_running_loop().create_task(_watch(server)))
        folders = [session.file_of(each.uri) for each in server.workspace.folders.values()]
        await session.start([each for each in folders if each is not None])

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        await session.files_changed(params.changes)


async def _watch(server: LanguageServer) -> None:
    """Ask to be told of files that change on disk, where the editor can."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace else None
    if watching is None or not watching.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions(
        watchers=[types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
    )
    registration = types.Registration(
        id="treadle-files", method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
    )
    await server.client_register_capability_async(types.RegistrationParams(registrations=[registration]))


def _register_questions(server: LanguageServer, session: Session) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[":", " ", ".", "{", "|", "/", "-", '"', "'"]),
    )
    async def completion(params: types.CompletionParams) -> types.CompletionList:
        def answer(workspace: Workspace, file: Path, text: str) -> list[types.CompletionItem]:
            lines = lines_of(text)
            found = complete(workspace, file, text, cursor_of(lines, params.position))
            return [to_item(each, lines) for each in found]

        items = await _ask(session, params.text_document.uri, answer, list[types.CompletionItem]())
        return types.CompletionList(is_incomplete=len(items) >= MOST_ASSETS, items=items)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        def answer(workspace: Workspace, file: Path, text: str) -> types.Hover | None:
            lines = lines_of(text)
            found = explain(workspace, file, text, cursor_of(lines, params.position))
            if found is None:
                return None
            contents = types.MarkupContent(kind=types.MarkupKind.Markdown, value=found.text)
            return types.Hover(contents=contents, range=to_range(found.range, lines))

        return await _ask(session, params.text_document.uri, answer, None)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        def answer(workspace: Workspace, file: Path, text: str) -> list[types.Location]:
            lines = lines_of(text)
            targets = define(workspace, file, text, cursor_of(lines, params.position))
            return [to_location(each.file, each.line, each.column, session.texts) for each in targets]

        return await _ask(session, params.text_document.uri, answer, list[types.Location]())

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, _FIX_ALL]),
    )
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        def answer(workspace: Workspace, file: Path, text: str) -> list[types.CodeAction]:
            return list(_actions(session.check(file), file, lines_of(text), params))

        return await _ask(session, params.text_document.uri, answer, list[types.CodeAction]())


def _ask(session: Session, uri: str, function: Callable[[Workspace, Path, str], T], otherwise: T) -> Awaitable[T]:
    return session.work(lambda: session.ask(session.file_of(uri), function, otherwise), otherwise)


def _actions(
    diagnostics: tuple[Diagnostic, ...], file: Path, lines: list[str], params: types.CodeActionParams
) -> list[types.CodeAction]:
    only, uri = params.context.only, params.text_document.uri
    actions: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix.value, only):
        for each in diagnostics:
            told = to_diagnostic(each, file, lines)
            if not _touches(told.range, params.range):
                continue
            for fix in fixes_for(each):
                edits = _edits(fix.edits, file, lines)
                if edits:
                    actions.append(
                        types.CodeAction(
                            title=fix.title,
                            kind=types.CodeActionKind.QuickFix,
                            diagnostics=[told],
                            is_preferred=True,
                            edit=types.WorkspaceEdit(changes={uri: edits}),
                        )
                    )
    if _wanted(_FIX_ALL, only) and (made := fix_all(diagnostics, file, lines)):
        edits = [types.TextEdit(range=to_range(at, lines), new_text=new) for at, new in made]
        actions.append(
            types.CodeAction(
                title="Make all safe fixes of Treadle",
                kind=_FIX_ALL,
                edit=types.WorkspaceEdit(changes={uri: edits}),
            )
        )
    return actions


def _wanted(kind: str, only: Any) -> bool:
    """Whether an editor asks for a kind of actions, or for one that it is a part of."""
    return not only or any(kind == each or kind.startswith(f"{each}.") for each in map(_kind, only))


def _kind(kind: Any) -> str:
    return str(getattr(kind, "value", kind))


def _edits(edits: tuple[Edit, ...], file: Path, lines: list[str]) -> list[types.TextEdit]:
    """All edits of a fix, or none when one of them can't be made here."""
    places = [(place(each, lines) if each.span.file == file else None, each.new) for each in edits]
    found = [types.TextEdit(range=to_range(at, lines), new_text=new) for at, new in places if at is not None]
    return found if len(found) == len(edits) else []


def _touches(one: types.Range, other: types.Range) -> bool:
    def at(position: types.Position) -> tuple[int, int]:
        return position.line, position.character

    return at(one.start) <= at(other.end) and at(other.start) <= at(one.end)
