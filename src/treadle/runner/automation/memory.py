"""What one evaluation leaves for the next: plain data that can be written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from treadle.runner.automation.view import NO_KEYS, Key, KeySet

__all__ = ["Memory", "from_state", "to_state"]

_VERSION = 1


@dataclass(slots=True, kw_only=True)
class Memory:
    """What the last evaluation saw. Assets and conditions are text here, so nothing is lost that can't be read any more.

    `counted` are materializations that have been counted as new, for as long as they could be mistaken for new
    once more. `conditions` says with which condition each asset was evaluated. `held` are the keys for which a
    part of a condition was true, by the text of that part, and then by whose part it is.
    """

    evaluated_at: datetime | None = None
    counted: dict[str, dict[Key, datetime]] = field(default_factory=dict)
    requested: dict[str, KeySet] = field(default_factory=dict)
    conditions: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, dict[str, KeySet]] = field(default_factory=dict)
    code_versions: dict[str, str | None] = field(default_factory=dict)
    data_versions: dict[str, dict[Key, str | None]] = field(default_factory=dict)

    def held_by(self, text: str, owner: str) -> KeySet:
        """The keys for which a part of a condition was true."""
        owners = self.held.get(text)
        return NO_KEYS if owners is None else owners.get(owner, NO_KEYS)

    def hold(self, text: str, owner: str, keys: KeySet) -> None:
        """Remember the keys for which a part of a condition is true."""
        if keys:
            self.held.setdefault(text, {})[owner] = keys


def to_state(memory: Memory) -> dict[str, object]:
    """Memory as JSON can hold it; what is the same for many assets is written once.

    >>> to_state(Memory(requested={"orders": frozenset({"b", "a"}), "report": frozenset({None})}))["requested"]
    {'orders': ['a', 'b'], 'report': [None]}
    """
    return {
        "version": _VERSION,
        "evaluated_at": None if memory.evaluated_at is None else memory.evaluated_at.astimezone(UTC).isoformat(),
        "counted": {
            asset: [[key, at.isoformat()] for key, at in each.items()] for asset, each in memory.counted.items()
        },
        "requested": {asset: _listed(keys) for asset, keys in memory.requested.items()},
        "conditions": memory.conditions,
        "held": {
            text: {owner: _listed(keys) for owner, keys in owners.items()} for text, owners in memory.held.items()
        },
        "code_versions": memory.code_versions,
        "data_versions": {
            asset: [[key, version] for key, version in each.items()] for asset, each in memory.data_versions.items()
        },
    }


def from_state(state: Mapping[str, object]) -> Memory:
    """The memory that a state holds; nothing is remembered when it is empty, or isn't written as this version writes it."""
    try:
        return _read(state) if state.get("version") == _VERSION else Memory()
    except (AttributeError, KeyError, TypeError, ValueError):
        return Memory()


def _read(state: Mapping[str, Any]) -> Memory:
    at = state["evaluated_at"]
    return Memory(
        evaluated_at=None if at is None else datetime.fromisoformat(at),
        counted={
            asset: {key: datetime.fromisoformat(time) for key, time in each} for asset, each in state["counted"].items()
        },
        requested={asset: frozenset(keys) for asset, keys in state["requested"].items()},
        conditions={text: list(assets) for text, assets in state["conditions"].items()},
        held={
            text: {owner: frozenset(keys) for owner, keys in owners.items()} for text, owners in state["held"].items()
        },
        code_versions=dict(state["code_versions"]),
        data_versions={asset: dict(map(tuple, each)) for asset, each in state["data_versions"].items()},
    )


def _listed(keys: KeySet) -> list[Key]:
    return sorted(keys, key=lambda key: (key is not None, key or ""))
