"""The audit log: who changed what, and who was refused. Nothing here changes or deletes a row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select

from treadle.store.database import Database
from treadle.store.filling import filled
from treadle.store.tables import changes

__all__ = ["OUTCOMES", "Change", "ChangeRecord", "Changes", "Kind", "Outcome"]

Kind = Literal["person", "token", "local", "command", "unknown"]
"""Who: somebody logged in, a program, the holder of a local server's token, the command line; or nobody knows."""
Outcome = Literal["done", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("done", "refused", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that was done, or refused. `subject` is whose doing it is: of a token, that of its owner."""

    at: datetime
    kind: Kind
    who: str
    subject: str = ""
    action: str
    target: str = ""
    details: str = ""
    outcome: Outcome
    status: int = 0
    message: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """A change, and its number in the log."""

    id: int
    change: Change


class Changes:
    """The changes of each project, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, project: str, change: Change) -> None:
        """Add a change."""
        with self._database.writing() as connection:
            connection.execute(insert(changes).values(project=project, **asdict(change)))

    def all(
        self,
        project: str,
        *,
        who: str | None = None,
        actions: Collection[str] = (),
        outcomes: Collection[str] = (),
        since: datetime | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> list[ChangeRecord]:
        """Changes, the newest first. `who` is a name, in any case."""
        query = select(changes).where(changes.c.project == project)
        if who is not None:
            query = query.where(changes.c.who.icontains(who, autoescape=True))
        if actions:
            query = query.where(changes.c.action.in_(actions))
        if outcomes:
            query = query.where(changes.c.outcome.in_(outcomes))
        if since is not None:
            query = query.where(changes.c.at >= since)
        if before is not None:
            query = query.where(changes.c.id < before)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(changes.c.id.desc()).limit(limit))
            return [ChangeRecord(id=row.id, change=filled(Change, row)) for row in found]
