"""One evaluation while it lasts, and where in it a part of a condition is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from treadle.runner.automation.keys import Keys
from treadle.runner.automation.memory import Memory
from treadle.runner.automation.nodes import Node
from treadle.runner.automation.subjects import Subject
from treadle.runner.automation.view import NO_KEYS, WHOLE, Key, KeySet, Thing
from treadle.runner.cron import last_tick

__all__ = ["Look", "Spot", "as_root", "at_dep", "deps_of", "made_from"]


class Spot(NamedTuple):
    """Where a part of a condition is looked at: some keys of an asset, for the asset that has the condition (`root`).

    What is remembered is remembered in the name of `owner`. `is_together` says that the asset and the root are made
    in one run, when both are requested for the same key.
    """

    # Not a dataclass: an evaluation makes one for each dependency, and these are made in a third of the time.
    asset: Subject
    keys: KeySet
    root: Subject
    owner: str
    is_together: bool


@dataclass(slots=True, kw_only=True)
class Look:
    """What an evaluation has before it. `after` is what it leaves to the next; None where it only looks once more."""

    subjects: Mapping[Thing, Subject]
    planned: Mapping[str, frozenset[Thing]]
    keys: Keys
    now: datetime
    before: Memory
    after: Memory | None = None
    glances: dict[Thing, KeySet] = field(default_factory=dict)
    ticks: dict[tuple[str, str], datetime | None] = field(default_factory=dict)

    def last_tick(self, node: Node) -> datetime | None:
        """The last tick of the schedule that a part of a condition names."""
        schedule = node.schedule
        if schedule not in self.ticks:
            self.ticks[schedule] = last_tick(*schedule, until=self.now)
        return self.ticks[schedule]


def as_root(subject: Subject, look: Look) -> Spot:
    """Where the condition of an asset is looked at: all its keys, or those of the latest window when it says so."""
    if subject.asset.partitions is None:
        return Spot(subject, WHOLE, subject, subject.name, False)
    keys = look.keys.of(subject.asset)
    node = subject.node
    assert node is not None
    for each in node.operands if node.name == "and" else (node,):
        if each.name == "in_latest_time_window":
            keys = look.keys.in_latest_window(subject.asset, keys, each.lookback)
    return Spot(subject, keys, subject, subject.name, False)


def deps_of(node: Node, subject: Subject) -> Iterable[Subject]:
    """The dependencies that a part of a condition is about."""
    if node.allowed is None and not node.ignored:
        return subject.deps
    allowed, ignored = node.allowed, node.ignored
    return [each for each in subject.deps if (allowed is None or each.key in allowed) and each.key not in ignored]


def at_dep(dep: Subject, node: Node, spot: Spot, look: Look) -> tuple[Spot, Mapping[Key, KeySet] | None]:
    """Where a part of a condition is looked at in a dependency, and which of its keys each key of the spot is made from.

    The keys are None where neither of the two has partitions.
    """
    owner = f"{spot.owner}\n{dep.name}" if node.remembers else ""
    nearest = spot.is_together or spot.asset is spot.root
    if dep.asset.partitions is None and spot.asset.asset.partitions is None:
        return Spot(dep, WHOLE, spot.root, owner, nearest), None
    above, is_same = made_from(dep, spot.asset, spot.keys, look)
    return Spot(dep, NO_KEYS.union(*above.values()), spot.root, owner, is_same and nearest), above


def made_from(dep: Subject, subject: Subject, keys: KeySet, look: Look) -> tuple[Mapping[Key, KeySet], bool]:
    """For each key of an asset the keys of a dependency that it is made from, and whether they are the same keys."""
    asset, other = subject.asset, dep.asset
    if other.partitions is None:
        return dict.fromkeys(keys, WHOLE), asset.partitions is None
    found = {key: look.keys.above(asset, key, other) for key in keys}
    is_same = asset.partitions == other.partitions and all(each == {key} for key, each in found.items())
    return found, is_same
