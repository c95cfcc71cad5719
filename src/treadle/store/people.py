"""Who has logged in to a shared server: people, the logins that have begun, and the browsers that are let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from treadle.store.database import Database, now
from treadle.store.filling import filled
from treadle.store.recording import insert_into
from treadle.store.tables import logins, people, sessions

__all__ = ["Login", "People", "Person", "Session"]

_BETWEEN_SIGHTS = timedelta(minutes=1)
"""A session is seen with each request; that is written so often at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, as the provider named them at their last login; `claims` are those that decide what they may do."""

    subject: str
    name: str
    email: str
    claims: Mapping[str, Any]
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login that has begun. `state` is the digest of what the provider gives back."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    target: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that somebody is logged in with. `digest` is that of what the browser shows."""

    digest: str = field(repr=False)
    id: str
    subject: str
    address: str
    browser: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class People:
    """People of each project, and how they are let in. Nothing in here lets anybody in who reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_login(self, project: str, login: Login) -> None:
        """Note that somebody is about to log in; logins and sessions that are over are forgotten."""
        with self._database.writing() as connection:
            connection.execute(delete(logins).where(logins.c.expires_at <= now()))
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now()))
            connection.execute(insert_into(connection, logins).values(project=project, **asdict(login)))

    def take_login(self, project: str, state: str) -> Login | None:
        """The login that has begun with this state; the next who asks for it, anywhere, gets nothing."""
        this = logins.c.project == project, logins.c.state == state
        with self._database.writing() as connection:
            row = connection.execute(delete(logins).where(*this).returning(*logins.c)).first()
        if row is None or row.expires_at <= now():
            return None
        return filled(Login, row)

    def let_in(self, project: str, person: Person, session: Session) -> None:
        """Note who has logged in, and with which browser."""
        said = {"name": person.name, "email": person.email, "claims": dict(person.claims), "seen_at": person.seen_at}
        row = {"project": project, "subject": person.subject, **said}
        with self._database.writing() as connection:
            connection.execute(
                insert_into(connection, people)
                .values(row)
                .on_conflict_do_update(index_elements=["project", "subject"], set_=said)
            )
            connection.execute(insert_into(connection, sessions).values(project=project, **asdict(session)))

    def person(self, project: str, subject: str) -> Person | None:
        """Somebody who has logged in once."""
        query = select(people).where(people.c.project == project, people.c.subject == subject)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else filled(Person, row)

    def session(self, project: str, digest: str) -> tuple[Session, Person] | None:
        """The session of a browser that shows this, and whose it is; nothing when it is over."""
        query = (
            select(sessions, people.c.name, people.c.email, people.c.claims, people.c.seen_at.label("person_seen_at"))
            .join(people, (people.c.project == sessions.c.project) & (people.c.subject == sessions.c.subject))
            .where(sessions.c.digest == digest, sessions.c.project == project, sessions.c.expires_at > now())
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return filled(Session, row), filled(Person, row, seen_at=row.person_seen_at)

    def see(self, session: Session, *, address: str) -> None:
        """Note that a session was used just now."""
        moment = now()
        if moment - session.seen_at < _BETWEEN_SIGHTS:
            return
        with self._database.writing() as connection:
            these = sessions.c.digest == session.digest
            connection.execute(update(sessions).where(these).values(seen_at=moment, address=address))

    def sessions_of(self, project: str, subject: str) -> list[Session]:
        """Where somebody is logged in now, the newest first."""
        query = (
            select(sessions)
            .where(sessions.c.project == project, sessions.c.subject == subject, sessions.c.expires_at > now())
            .order_by(sessions.c.created_at.desc(), sessions.c.id)
        )
        with self._database.reading() as connection:
            return [filled(Session, row) for row in connection.execute(query)]

    def end_session(self, project: str, subject: str, session_id: str) -> bool:
        """Log somebody out of one browser; False when they weren't logged in there."""
        these = sessions.c.project == project, sessions.c.subject == subject, sessions.c.id == session_id
        with self._database.writing() as connection:
            return connection.execute(delete(sessions).where(*these)).rowcount > 0
