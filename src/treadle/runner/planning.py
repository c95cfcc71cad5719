"""What a run will do: which steps, for which of their assets and checks, in which order. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from treadle.errors import UsageError, cut, listing
from treadle.ir import AssetGraph, AssetKey, CheckKey, CheckSeverity, Step
from treadle.runner.ordering import Part, in_order

if TYPE_CHECKING:
    from treadle.runner.partitions.choosing import Chosen
    from treadle.runner.partitions.keys import DynamicKeys

__all__ = ["Plan", "PlannedStep", "also_reads", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step of a plan: what is asked of it, and which steps of the plan come before it.

    A step that can be subset is planned in several parts when steps of others lie between its assets;
    `part` counts them from 1. `partition` is that of the plan, or None when none of its assets has some.
    """

    step: Step
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[CheckKey, ...] = ()
    after: tuple[str, ...] = ()
    part: int = 1
    blocking: frozenset[CheckKey] = frozenset()
    warn_only: frozenset[CheckKey] = frozenset()
    skippable: frozenset[AssetKey] = frozenset()
    partition: str | None = None

    @property
    def address(self) -> str:
        """The name that is unique in the plan: the step's address, and `~2` for its second part."""
        return self.step.address if self.part == 1 else f"{self.step.address}~{self.part}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps in an order in which they may run.

    `selected` is what was asked for; `additional` is what is materialized besides, because a step
    can't be subset; `external` is what was asked for and no step can produce. `left_out` are checks
    that also read what isn't there.
    """

    steps: tuple[PlannedStep, ...]
    selection: str
    selected: frozenset[AssetKey] = frozenset()
    additional: frozenset[AssetKey] = frozenset()
    external: frozenset[AssetKey] = frozenset()
    left_out: tuple[CheckKey, ...] = ()
    partition: str | None = None
    partition_keys: tuple[str, ...] = ()


def plan(
    graph: AssetGraph,
    selection: str = "*",
    *,
    absent: frozenset[AssetKey] = frozenset(),
    partition: str | None = None,
    partitions: str | None = None,
    now: datetime | None = None,
    dynamic: DynamicKeys | None = None,
) -> Plan:
    """The plan that materializes a selection of assets and makes their checks.

    `partition` is the key that assets with partitions are run for; `partitions` means several of them
    (`A..B`), for all of which each step then runs once. Assets without partitions run as ever. What
    partitions there are is asked of the clock, or of `now`, and for dynamic sets of `dynamic`.

    `absent` are assets that were never materialized. A check of a part of a step that also reads one
    of them could only fail, so it is left out.

    Raises:
        UsageError: when the selection can't be read, names nothing, or names only what no step produces;
            when the assets don't have the partition, or have some and none is given.
    """
    selected = graph.select(selection)
    left_out = frozenset(also_reads(graph, selected, absent)) if absent else frozenset()
    wanted = {step.address: asked for step in graph.steps.values() if (asked := _asked(step, selected, left_out))}
    if not wanted:
        raise _nothing_to_do(graph, selection, selected)
    parts = in_order(graph, wanted)
    produced = {asset for part in parts for asset in part.assets}
    chosen = _chosen(graph, parts, partition, partitions, now, dynamic)
    return Plan(
        steps=tuple(_planned(graph, part, chosen) for part in parts),
        selection=selection,
        selected=selected,
        additional=frozenset(produced - selected),
        external=frozenset(filter(graph.is_external, selected)),
        left_out=tuple(sorted(left_out)),
        partition=chosen.text if chosen else None,
        partition_keys=chosen.keys if chosen else (),
    )


def _chosen(
    graph: AssetGraph,
    parts: Iterable[Part],
    partition: str | None,
    partitions: str | None,
    now: datetime | None,
    dynamic: DynamicKeys | None,
) -> Chosen | None:
    keys = {key for part in parts for key in (*part.assets, *(check.asset for check in part.checks))}
    assets = [asset for key in keys if (asset := graph.assets[key]).partitions is not None]
    if not assets and partition is None and partitions is None:
        return None
    from treadle.runner.partitions.choosing import choose
    from treadle.runner.partitions.keys import no_dynamic_keys

    return choose(
        assets,
        partition=partition,
        partitions=partitions,
        now=now or datetime.now(UTC),
        dynamic=dynamic or no_dynamic_keys,
    )


def also_reads(graph: AssetGraph, selected: frozenset[AssetKey], others: Container[AssetKey]) -> Iterator[CheckKey]:
    """Checks of the selected assets that also read one of the others, which isn't selected."""
    for key, check in graph.checks.items():
        if check.asset in selected and any(dep in others and dep not in selected for dep in check.additional_deps):
            step = graph.step_of_check(key)
            if step is not None and step.can_subset:
                yield key


def _asked(step: Step, selected: frozenset[AssetKey], left_out: Container[CheckKey]) -> tuple[AssetKey | CheckKey, ...]:
    assets = tuple(asset for asset in step.assets if asset in selected)
    checks = tuple(check for check in step.checks if check.asset in selected and check not in left_out)
    if step.can_subset:
        return assets + checks
    if assets or (checks and not step.assets):
        return step.assets + step.checks
    return ()


def _planned(graph: AssetGraph, part: Part, chosen: Chosen | None) -> PlannedStep:
    about = {*part.assets, *(check.asset for check in part.checks)}
    declared = [graph.checks[check] for check in part.checks if check in graph.checks]
    return PlannedStep(
        step=part.step,
        assets=part.assets,
        checks=part.checks,
        after=part.after,
        part=part.number,
        blocking=frozenset(check.key for check in declared if check.blocking),
        warn_only=frozenset(check.key for check in declared if check.severity is CheckSeverity.WARN),
        skippable=frozenset(key for key in part.assets if key in graph.assets and graph.assets[key].skippable),
        partition=chosen.text if chosen and not about.isdisjoint(part.step.partitions) else None,
    )


def _nothing_to_do(graph: AssetGraph, selection: str, selected: Iterable[AssetKey]) -> UsageError:
    names = [str(key) for key in selected]
    if not graph.steps:
        return UsageError("the project has no step, so there is nothing to run", fix="add a component that has one")
    if not names:
        return UsageError(f"{cut(selection)} selects no asset", fix="see `treadle list assets`")
    return UsageError(
        f"{cut(selection)} selects only what no step produces: {listing(names)}",
        fix=f"to materialize what depends on it, select {_downstream_of(selection)!r}",
    )


def _downstream_of(selection: str) -> str:
    return f"{selection}+" if selection.replace("_", "").replace("/", "").isalnum() else f"({selection})+"
