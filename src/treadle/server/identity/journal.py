"""Writes the audit log: every request that may change something, who made it, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treadle.credentials import Redactor
from treadle.server.identity.needs import IDENTITY, SAFE, need_of
from treadle.server.identity.who import Identity
from treadle.store.changes import Change, Outcome

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Journal", "Note", "Noting", "change_of"]

_NOTE = "treadle.note"
_REFUSALS = frozenset((401, 403, 429))
_LONGEST = 500


@dataclass(slots=True)
class Note:
    """What a route says of a change: what it is of (a run, an asset), and what may be good to know of it."""

    target: str = ""
    details: str = ""


async def _note(request: Request) -> Note:
    found = request.scope.setdefault(_NOTE, Note())
    assert isinstance(found, Note)
    return found


Noting = Annotated[Note, Depends(_note)]
"""The parameter of a route that tells the audit log more than its path does."""


def change_of(
    who: Identity | None,
    *,
    action: str,
    outcome: Outcome,
    target: str = "",
    details: str = "",
    status: int = 0,
    message: str = "",
    address: str = "",
) -> Change:
    """A row of the log, of now."""
    return Change(
        at=datetime.now(UTC),
        kind=who.kind if who else "unknown",
        who=who.label if who else "",
        subject=who.subject if who else "",
        action=action,
        target=target[:_LONGEST],
        details=details[:_LONGEST],
        outcome=outcome,
        status=status,
        message=message[:_LONGEST],
        address=address,
    )


class Journal:
    """Notes what an app answers to whoever may change something, before they are told: nothing is done in silence."""

    def __init__(self, app: ASGIApp, *, store: Store, project: str, redactor: Redactor) -> None:
        self._app = app
        self._store = store
        self._project = project
        self._redactor = redactor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        note = scope[_NOTE] = Note()
        refusal: Message | None = None

        async def finish(message: Message) -> None:
            nonlocal refusal
            if message["type"] == "http.response.start":
                is_text = Headers(raw=message["headers"]).get("content-type", "").startswith("application/json")
                if message["status"] >= 400 and is_text:
                    refusal = message  # why is in the body, which comes in one piece
                    return
                await self._record(scope, note, message["status"], "")
            elif refusal is not None:
                start, refusal = refusal, None
                await self._record(scope, note, start["status"], _said(message.get("body", b"")))
                await send(start)
            await send(message)

        await self._app(scope, receive, finish)

    async def _record(self, scope: Scope, note: Note, status: int, message: str) -> None:
        route = scope.get("route")
        if not isinstance(route, APIRoute) or not need_of(route).is_change:
            return
        outcome: Outcome = "done" if status < 400 else "refused" if status in _REFUSALS else "failed"
        path = scope.get("path_params") or {}
        change = change_of(
            scope.get(IDENTITY),
            action=route.name,
            outcome=outcome,
            target=self._redactor.text(note.target or " ".join(map(str, path.values()))),
            details=self._redactor.text(note.details),
            status=status,
            message=self._redactor.text(message),
            address=str((scope.get("client") or ("", 0))[0]),
        )
        await run_sync(self._store.changes.record, self._project, change)


def _said(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return ""
