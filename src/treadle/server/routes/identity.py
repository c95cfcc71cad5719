"""Who asks: what they may do, where they are logged in, and their API tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from treadle.project.serving import Sharing, role_of
from treadle.server.context import Context, Here
from treadle.server.errors import ConflictError, ForbiddenError, NotFoundError, error_responses
from treadle.server.identity.digests import digest, new_id, new_token
from treadle.server.identity.journal import Noting
from treadle.server.identity.needs import Who, needs
from treadle.server.identity.who import Grant, Identity
from treadle.server.models.identity import (
    ApiToken,
    ApiTokenList,
    ApiTokenMade,
    LoginSession,
    LoginSessionList,
    Me,
    NewApiToken,
    RoleGrant,
)
from treadle.store.api_tokens import ApiToken as TokenRecord

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["identity"])

_SECONDS_A_DAY = 86_400


@router.get("/me")
def get_me(here: Here, who: Who) -> Me:
    """Who asks, and what they may do."""
    sharing = here.settings.sharing if here.doors else None
    return Me(
        mode="shared" if sharing else "local",
        kind=who.kind,
        name=who.name,
        email=who.email,
        role=who.role,
        grants=list(map(_grant_of, who.grants)),
        limit=_grant_of(who.cap) if who.cap else None,
        longest_token_days=_longest_days(sharing) if sharing else None,
    )


@router.get("/me/sessions")
def list_sessions(here: Here, who: Who) -> LoginSessionList:
    """The browsers that who asks is logged in with."""
    found = here.store.people.sessions_of(here.project, who.subject) if who.kind == "person" else []
    return LoginSessionList(
        items=[
            LoginSession(
                id=each.id,
                is_this=each.id == who.id,
                browser=each.browser,
                address=each.address,
                created_at=each.created_at,
                seen_at=each.seen_at,
                expires_at=each.expires_at,
            )
            for each in found
        ]
    )


@router.delete(
    "/me/sessions/{session_id}", status_code=204, dependencies=[needs("viewer")], responses=error_responses(404)
)
def end_session(here: Here, who: Who, session_id: str, answer: Response) -> None:
    """Log out of a browser; `this` is the one that asks."""
    wanted = who.id if session_id == "this" else session_id
    if who.kind != "person" or not here.store.people.end_session(here.project, who.subject, wanted):
        raise NotFoundError(f"{who.label} has no session {session_id!r}")
    if wanted == who.id and here.doors:
        here.doors.out(answer)


@router.get("/tokens")
def list_tokens(
    here: Here,
    who: Who,
    everybody: Annotated[bool, Query(description="Also those of others; admins may.")] = False,
) -> ApiTokenList:
    """The API tokens of who asks, the newest first."""
    if everybody and not who.may("admin"):
        raise ForbiddenError(f"only admins see the tokens of others, and {who.label} is {who.role!r}")
    found = here.store.api_tokens.all(here.project, owner=None if everybody else who.subject)
    return ApiTokenList(items=[_token_of(each, who) for each in found])


@router.post("/tokens", status_code=201, dependencies=[needs("viewer")], responses=error_responses(409))
def make_token(here: Here, who: Who, note: Noting, asked: NewApiToken) -> ApiTokenMade:
    """Make an API token. Its secret is told this once; the server keeps a digest."""
    note.target = asked.name
    note.details = f"{asked.role}, {asked.days} days"
    sharing = _sharing(here)
    if who.kind != "person":
        raise ForbiddenError("a token can't make tokens", fix="log in, and make it on the account page")
    longest = _longest_days(sharing)
    if asked.days > longest:
        raise ConflictError(f"a token is good for {longest} days at most on this server")
    wanted = Grant(
        role=asked.role, groups=frozenset(asked.groups), paths=tuple(each.strip("/") for each in asked.paths)
    )
    _refuse_more_than(who, wanted)
    secret, moment = new_token(), datetime.now(UTC)
    made = TokenRecord(
        digest=digest(secret),
        id=new_id(),
        owner=who.subject,
        made_by=who.label,
        name=asked.name,
        role=asked.role,
        groups=tuple(sorted(wanted.groups)),
        paths=wanted.paths,
        created_at=moment,
        expires_at=moment + timedelta(days=asked.days),
    )
    here.store.api_tokens.add(here.project, made)
    return ApiTokenMade(token=_token_of(made, who), secret=secret)


@router.delete("/tokens/{token_id}", status_code=204, dependencies=[needs("viewer")], responses=error_responses(404))
def revoke_token(here: Here, who: Who, note: Noting, token_id: str) -> None:
    """Make an API token worthless from now on: one's own, or as an admin anybody's."""
    found = next((each for each in here.store.api_tokens.all(here.project) if each.id == token_id), None)
    if found is None or not (who.may("admin") or (who.kind == "person" and found.owner == who.subject)):
        raise NotFoundError(f"{who.label} has no token {token_id!r}")
    note.target = f"{found.name} ({found.made_by})"
    if not here.store.api_tokens.revoke(here.project, token_id):
        raise NotFoundError(f"the token {found.name!r} was revoked before")


def _sharing(here: Context) -> Sharing:
    sharing = here.settings.sharing
    if here.doors is None or sharing is None:
        raise ConflictError(
            "this server answers its own machine alone, and has no API tokens",
            fix="share it: [tool.treadle.server] in pyproject.toml",
        )
    return sharing


def _longest_days(sharing: Sharing) -> int:
    return max(1, int(sharing.token_lifetime // _SECONDS_A_DAY))


def _refuse_more_than(who: Identity, wanted: Grant) -> None:
    """What a token may do is cut down to what its owner may; asking for more is a mistake all the same."""
    if not who.may(wanted.role):
        raise ForbiddenError(f"a token may do what its maker may, and {who.label} is {who.role!r}, not {wanted.role!r}")


def _grant_of(grant: Grant) -> RoleGrant:
    return RoleGrant(role=grant.role, groups=sorted(grant.groups), paths=list(grant.paths))


def _token_of(token: TokenRecord, who: Identity) -> ApiToken:
    return ApiToken(
        id=token.id,
        name=token.name,
        made_by=token.made_by,
        is_mine=bool(token.owner) and token.owner == who.subject,
        role=role_of(token.role),
        groups=list(token.groups),
        paths=list(token.paths),
        status=token.status(datetime.now(UTC)),
        created_at=token.created_at,
        expires_at=token.expires_at,
        seen_at=token.seen_at,
    )
