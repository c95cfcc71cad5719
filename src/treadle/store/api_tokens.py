"""What programs show to a shared server: tokens, of which the store has nothing but a digest."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update

from treadle.store.database import Database, now
from treadle.store.filling import filled
from treadle.store.tables import api_tokens

__all__ = ["ApiToken", "ApiTokens", "TokenStatus"]

TokenStatus = Literal["good", "expired", "revoked"]

_BETWEEN_SIGHTS = timedelta(minutes=1)
"""A token is seen with each request; that is written so often at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token, and what it is good for. `owner` is the subject of a person; empty when the command line made it."""

    digest: str = field(repr=False)
    id: str
    owner: str
    made_by: str
    name: str
    role: str
    groups: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_good(self, moment: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.status(moment) == "good"

    def status(self, moment: datetime) -> TokenStatus:
        """Whether it lets anybody in, or why not any more."""
        if self.revoked_at is not None:
            return "revoked"
        return "good" if self.expires_at > moment else "expired"


class ApiTokens:
    """The tokens of each project; also those that are over, so that it stays known what they were."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, project: str, token: ApiToken) -> None:
        """Note a new token."""
        with self._database.writing() as connection:
            connection.execute(insert(api_tokens).values(project=project, **asdict(token)))

    def find(self, project: str, digest: str) -> ApiToken | None:
        """The token with this digest, whether it is good or not."""
        query = select(api_tokens).where(api_tokens.c.digest == digest, api_tokens.c.project == project)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _token_of(row)

    def see(self, token: ApiToken) -> None:
        """Note that a token was used just now."""
        moment = now()
        if token.seen_at is not None and moment - token.seen_at < _BETWEEN_SIGHTS:
            return
        with self._database.writing() as connection:
            connection.execute(update(api_tokens).where(api_tokens.c.digest == token.digest).values(seen_at=moment))

    def all(self, project: str, *, owner: str | None = None) -> list[ApiToken]:
        """The tokens of a project, or of one person in it; the newest first."""
        query = select(api_tokens).where(api_tokens.c.project == project)
        if owner is not None:
            query = query.where(api_tokens.c.owner == owner)
        with self._database.reading() as connection:
            return list(
                map(_token_of, connection.execute(query.order_by(api_tokens.c.created_at.desc(), api_tokens.c.id)))
            )

    def revoke(self, project: str, token_id: str) -> bool:
        """Make a token worthless from now on; False when there is none, or it was revoked before."""
        these = api_tokens.c.project == project, api_tokens.c.id == token_id, api_tokens.c.revoked_at.is_(None)
        with self._database.writing() as connection:
            return connection.execute(update(api_tokens).where(*these).values(revoked_at=now())).rowcount > 0


def _token_of(row: Row[Any]) -> ApiToken:
    return filled(ApiToken, row, groups=tuple(row.groups), paths=tuple(row.paths))
