"""Who asks, where they are logged in, and their API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from treadle.project.serving import Role
from treadle.server.models.given import Given, Taken

__all__ = [
    "ApiToken",
    "ApiTokenList",
    "ApiTokenMade",
    "LoginSession",
    "LoginSessionList",
    "Me",
    "NewApiToken",
    "RoleGrant",
]


class RoleGrant(Given):
    """A role; with groups or paths, it holds for assets of these groups and those declared below these folders."""

    role: Role
    groups: list[str] = []
    paths: list[str] = []


class Me(Given):
    """Who asks, and what they may do. `mode` is local for a server that answers one machine alone."""

    mode: Literal["local", "shared"]
    kind: Literal["person", "token", "local"]
    name: str
    email: str = ""
    role: Role | None
    grants: list[RoleGrant] = []
    limit: RoleGrant | None = Field(default=None, description="Of a token: the most that it may do.")
    longest_token_days: int | None = Field(
        default=None, description="How long an API token may be good; null on a local server, which has none."
    )


class LoginSession(Given):
    """A browser that a person is logged in with."""

    id: str
    is_this: bool
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class LoginSessionList(Given):
    """The browsers that a person is logged in with, the newest first."""

    items: list[LoginSession]


class ApiToken(Given):
    """An API token, without its secret."""

    id: str
    name: str
    made_by: str
    is_mine: bool
    role: Role
    groups: list[str] = []
    paths: list[str] = []
    status: Literal["good", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None


class ApiTokenList(Given):
    """API tokens, the newest first."""

    items: list[ApiToken]


class ApiTokenMade(Given):
    """A new API token, with its secret: nobody can tell that again."""

    token: ApiToken
    secret: str


class NewApiToken(Taken):
    """An API token that is asked for: at most what its maker may do."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")
    role: Role = "viewer"
    groups: list[str] = Field(default=[], max_length=100, description="Only for assets of these groups…")
    paths: list[str] = Field(default=[], max_length=100, description="…and those declared below these folders.")
    days: int = Field(default=30, ge=1, le=36_500, description="For how long it is good.")
