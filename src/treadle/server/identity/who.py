"""Who asks, and what they may do: roles, each limited to some groups and paths or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from treadle.ir import Asset
from treadle.project.serving import ROLES, Role, RoleRule

__all__ = ["LOCAL", "Grant", "Identity", "grants_of", "is_below", "rank"]


def rank(role: Role) -> int:
    """How much a role may do.

    >>> rank("admin") > rank("viewer")
    True
    """
    return ROLES.index(role)


def is_below(path: str, folder: str) -> bool:
    """Whether a path, below the defs folder, is a folder or something in it.

    >>> is_below("marts/sales/defs.yaml", "marts/sales"), is_below("marts/sales2", "marts/sales")
    (True, False)
    """
    return path == folder or path.startswith(f"{folder}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role; for everything, or only for assets of some groups and those declared below some folders."""

    role: Role
    groups: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()

    @property
    def is_limited(self) -> bool:
        """Whether it holds for some assets only."""
        return bool(self.groups or self.paths)

    def has(self, role: Role) -> bool:
        """Whether it lets do what this role may, at least somewhere."""
        return rank(self.role) >= rank(role)

    def covers(self, asset: Asset) -> bool:
        """Whether it holds for an asset."""
        if not self.is_limited or asset.group in self.groups:
            return True
        address = asset.origin.component if asset.origin else ""
        return any(is_below(address, each) for each in self.paths)

    def covers_path(self, path: str) -> bool:
        """Whether it holds for a file or a folder below the defs folder; groups say nothing of files."""
        return not self.is_limited or any(is_below(path, each) for each in self.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks. What a token may do is at most its `cap`, and at most what its owner may do now."""

    kind: Literal["person", "token", "local"]
    name: str
    subject: str = ""
    email: str = ""
    grants: tuple[Grant, ...] = ()
    cap: Grant | None = None
    id: str = ""
    """Of the session, or of the token."""

    @property
    def role(self) -> Role | None:
        """The most that may be done at least somewhere; None is nothing at all."""
        ranks = [rank(each.role) for each in self.grants]
        if not ranks:
            return None
        return ROLES[min(max(ranks), rank(self.cap.role) if self.cap else max(ranks))]

    @property
    def label(self) -> str:
        """What lists call them."""
        return self.email or self.name

    @property
    def as_launcher(self) -> str:
        """Who has launched a run, as the run says it."""
        return "api" if self.kind == "local" else f"{self.kind} {self.label}"

    def may(self, role: Role) -> bool:
        """Whether they may do, at least somewhere, what a role may."""
        return self.role is not None and rank(self.role) >= rank(role)

    def may_anywhere(self, role: Role) -> bool:
        """Whether they may do that whatever it concerns."""
        return self._is_capped_at(role, lambda cap: not cap.is_limited) and any(
            each.has(role) and not each.is_limited for each in self.grants
        )

    def may_with(self, role: Role, asset: Asset) -> bool:
        """Whether they may do that with an asset."""
        return self._is_capped_at(role, lambda cap: cap.covers(asset)) and any(
            each.has(role) and each.covers(asset) for each in self.grants
        )

    def may_below(self, role: Role, path: str) -> bool:
        """Whether they may do that with a file or folder below the defs folder."""
        return self._is_capped_at(role, lambda cap: cap.covers_path(path)) and any(
            each.has(role) and each.covers_path(path) for each in self.grants
        )

    def _is_capped_at(self, role: Role, covers: Any) -> bool:
        return self.cap is None or (self.cap.has(role) and covers(self.cap))


LOCAL = Identity(kind="local", name="this machine", grants=(Grant(role="admin"),))
"""Whoever has the token of a server that answers this machine alone: they may do what its user may."""


def grants_of(claims: Mapping[str, Any], rules: Iterable[RoleRule]) -> tuple[Grant, ...]:
    """What somebody with these claims may do.

    >>> rules = [RoleRule(role="viewer", everyone=True), RoleRule(role="admin", claim="groups", values=frozenset({"boss"}))]
    >>> [each.role for each in grants_of({"groups": ["looms"]}, rules)]
    ['viewer']
    """
    return tuple(
        Grant(role=rule.role, groups=rule.groups, paths=rule.paths)
        for rule in rules
        if rule.everyone or rule.values & _values(claims, rule.claim)
    )


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The values of a claim: one, or a list of them. Dots lead into objects: `realm_access.roles`."""
    found: Any = claims.get(name)
    if found is None and "." in name:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    each = found if isinstance(found, list) else [found]
    return frozenset(value for value in each if isinstance(value, str))
