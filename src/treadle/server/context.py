"""What routes work with: what is known of the project, the store, and what starts processes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from treadle.background.launcher import Launcher
from treadle.credentials import Redactor
from treadle.server.columns import Columns
from treadle.server.current import Current
from treadle.server.desk import Desk
from treadle.server.explainer import Explainer
from treadle.server.previewing import Previewer
from treadle.server.standing import Standings
from treadle.server.streams import Streams

if TYPE_CHECKING:
    from treadle.project import Settings
    from treadle.server.identity.logging_in import Doors
    from treadle.server.snapshot import Snapshot
    from treadle.store import PendingDelivery, RunEvent, Store

__all__ = ["Context", "Here"]

_SECONDS_FOR_THE_FIRST_LOAD = 20.0  # an empty project would be a wrong answer
_SECONDS_BETWEEN_LOOKS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything that routes use. `url` is where the server answers, at the address `host`; `announce` says of events which observers have to be told of them.

    `doors` are those by which people come in, when the server is shared.
    """

    current: Current
    store: Store
    standings: Standings
    streams: Streams
    launcher: Launcher
    redactor: Redactor
    explainer: Explainer
    desk: Desk
    previewer: Previewer
    columns: Columns
    url: str = ""
    doors: Doors | None = None
    host: str = "127.0.0.1"
    announce: Callable[[Sequence[RunEvent]], Sequence[PendingDelivery]] | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The project as it was loaded last."""
        return self.current.snapshot

    @property
    def settings(self) -> Settings:
        """The project's settings."""
        return self.snapshot.settings

    @property
    def project(self) -> str:
        """The project's name in the store."""
        return str(self.settings.root)


async def _context(request: Request) -> Context:
    found = request.app.state.context
    assert isinstance(found, Context)
    until = time.monotonic() + _SECONDS_FOR_THE_FIRST_LOAD
    while found.snapshot.state == "loading" and time.monotonic() < until:
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
    return found


Here = Annotated[Context, Depends(_context)]
"""The parameter of a route that is given the context."""
