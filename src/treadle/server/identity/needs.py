"""What a route needs: every route says the role of those who may use it, and those that concern assets ask for these."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from treadle.errors import UsageError, listing
from treadle.ir import AssetKey
from treadle.project.serving import Role
from treadle.server.errors import ForbiddenError
from treadle.server.identity.who import Identity

if TYPE_CHECKING:
    from treadle.project import Settings
    from treadle.server.snapshot import Snapshot

__all__ = [
    "IDENTITY",
    "SAFE",
    "BaseNeed",
    "Need",
    "Who",
    "identity_of",
    "need_all_of",
    "need_below",
    "need_of",
    "need_with",
    "needs",
]

IDENTITY = "treadle.identity"
"""Where a request carries who asks."""

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
"""The methods that change nothing."""

_MOST_NAMED = 5


class Need:
    """Lets those through who have a role; `is_change` says whether the audit log is told of what they do."""

    def __init__(self, role: Role, *, is_change: bool = True) -> None:
        self.role = role
        self.is_change = is_change

    def __call__(self, request: Request) -> None:
        """Refuse those who haven't.

        Raises:
            ForbiddenError: when they haven't.
        """
        who = identity_of(request)
        if not who.may(self.role):
            raise ForbiddenError(
                f"this needs the role {self.role!r}, and {who.label} has {who.role or 'none'!r}", fix=_whom_to_ask(who)
            )


class BaseNeed:
    """What holds for every route of the app: who reads is a viewer; who changes something where no need is said, an admin."""

    def __call__(self, request: Request) -> None:
        """Refuse those who may not.

        Raises:
            ForbiddenError: when they may not.
        """
        route = request.scope.get("route")
        assert isinstance(route, APIRoute)
        need_of(route)(request)


def needs(role: Role, *, is_change: bool = True) -> Any:
    """The dependency of a route by which it says who may use it: `dependencies=[needs("launcher")]`."""
    return Depends(Need(role, is_change=is_change))


def need_of(route: APIRoute) -> Need:
    """What a route needs: what it says; to read, a viewer; and an admin for what nobody thought of."""
    said = [each.dependency for each in route.dependencies if isinstance(each.dependency, Need)]
    if said:
        return said[-1]
    is_change = bool((route.methods or set()) - SAFE)
    return Need("admin" if is_change else "viewer", is_change=is_change)


def identity_of(request: Request) -> Identity:
    """Who asks. The guard has found that out, so a request without it is a mistake of ours."""
    found = request.scope[IDENTITY]
    assert isinstance(found, Identity)
    return found


Who = Annotated[Identity, Depends(identity_of)]
"""The parameter of a route that is told who asks."""


def need_with(who: Identity, role: Role, snapshot: Snapshot, keys: Collection[AssetKey]) -> None:
    """Refuse what somebody may not do with some of these assets.

    Raises:
        ForbiddenError: which names them.
    """
    if who.may_anywhere(role):
        return
    beyond = sorted(map(str, _beyond(who, role, snapshot, keys)))
    if beyond or not keys:
        these = listing(beyond, most=_MOST_NAMED) if beyond else "what has no assets"
        raise ForbiddenError(f"the role {role!r} of {who.label} doesn't reach {these}", fix=_whom_to_ask(who))


def need_all_of(who: Identity, role: Role, snapshot: Snapshot, selection: str | None) -> None:
    """Refuse what somebody may not do with all that a selection names; None may name anything.

    Raises:
        ForbiddenError: when they may not.
    """
    if who.may_anywhere(role):
        return
    try:
        keys = snapshot.select(selection) if selection else frozenset[AssetKey]()
    except UsageError:  # it names what isn't there now, and may be there later
        keys = frozenset()
    need_with(who, role, snapshot, keys)


def need_below(who: Identity, role: Role, settings: Settings, path: str) -> None:
    """Refuse what somebody may not do with a file of the project; limits count from the defs folder.

    Raises:
        ForbiddenError: when they may not.
    """
    if who.may_anywhere(role):
        return
    below = os.path.relpath(settings.root / path, settings.defs).replace(os.sep, "/")
    if not who.may_below(role, below):
        raise ForbiddenError(f"the role {role!r} of {who.label} doesn't reach {path}", fix=_whom_to_ask(who))


def _beyond(who: Identity, role: Role, snapshot: Snapshot, keys: Collection[AssetKey]) -> Iterator[AssetKey]:
    assets = snapshot.graph.assets
    return (key for key in keys if key not in assets or not who.may_with(role, assets[key]))


def _whom_to_ask(who: Identity) -> str:
    if who.kind == "token":
        return "make a token that may do more"
    return "ask those who look after the server"
