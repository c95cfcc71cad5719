"""What a run will do: which steps, for which of their assets and checks, in which order. Pure."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from treadle.errors import ProjectError, UsageError, cut, listing
from treadle.ir import AssetGraph, AssetKey, CheckKey, CheckSeverity, ComputeProfile, Step
from treadle.ir.denials import denials, diagnostic_of
from treadle.ir.garbage import no_garbage_collection
from treadle.ir.platform_use import mistakes_in_use
from treadle.runner.ordering import Part, in_order
from treadle.store import RunRecord, StepRecord

if TYPE_CHECKING:
    from treadle.runner.partitions.choosing import Chosen
    from treadle.runner.partitions.keys import DynamicKeys

__all__ = ["Plan", "PlannedStep", "admitted", "also_reads", "plan", "plan_checks", "plan_of_steps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step of a plan: what is asked of it, and which steps of the plan come before it.

    A step that can be subset is planned in several parts when steps of others lie between its assets;
    `part` counts them from 1. `partition` is that of the plan, or None when none of its assets has some.
    `profile` is what the step runs with.
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
    profile: ComputeProfile | None = None

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
    inputs: Mapping[AssetKey, frozenset[AssetKey]] = field(default_factory=dict)
    code_versions: Mapping[AssetKey, str] = field(default_factory=dict)


def plan(
    graph: AssetGraph,
    selection: str = "*",
    *,
    selected: frozenset[AssetKey] | None = None,
    absent: frozenset[AssetKey] = frozenset(),
    partition: str | None = None,
    partitions: str | None = None,
    now: datetime | None = None,
    dynamic: DynamicKeys | None = None,
) -> Plan:
    """The plan that materializes a selection of assets and makes their checks.

    `selected` are the assets themselves, where the selection is only what is told of them.

    `partition` is the key that assets with partitions are run for; `partitions` means several of them
    (`A..B`), for all of which each step then runs once. Assets without partitions run as ever. What
    partitions there are is asked of the clock, or of `now`, and for dynamic sets of `dynamic`.

    `absent` are assets that were never materialized. A check of a part of a step that also reads one
    of them could only fail, so it is left out.

    Raises:
        UsageError: when the selection can't be read, names nothing, or names only what no step produces;
            when the assets don't have the partition, or have some and none is given.
        ProjectError: TRD521 and TRD522, when a step of it names what it may not use; TRD901, when a policy denies it.
    """
    with no_garbage_collection():
        found = graph.select(selection) if selected is None else selected
        return _plan(graph, selection, found, absent, partition, partitions, now, dynamic)


def _plan(
    graph: AssetGraph,
    selection: str,
    selected: frozenset[AssetKey],
    absent: frozenset[AssetKey],
    partition: str | None,
    partitions: str | None,
    now: datetime | None,
    dynamic: DynamicKeys | None,
) -> Plan:
    left_out = frozenset(also_reads(graph, selected, absent)) if absent else frozenset()
    parts = _admitted_parts(graph, selection, selected, left_out)
    produced = {asset for part in parts for asset in part.assets}
    chosen = _chosen(graph, parts, partition, partitions, now, dynamic)
    return Plan(
        steps=tuple(_planned(graph, part, chosen.text if chosen else None) for part in parts),
        selection=selection,
        selected=selected,
        additional=frozenset(produced - selected),
        external=frozenset(filter(graph.is_external, selected)),
        left_out=tuple(sorted(left_out)),
        partition=chosen.text if chosen else None,
        partition_keys=chosen.keys if chosen else (),
        **_origins(graph, produced),
    )


def admitted(graph: AssetGraph, selection: str = "*") -> tuple[Part, ...]:
    """The steps, or parts of steps, that a selection is made by, when nothing forbids to run them: for who runs them later.

    Raises:
        UsageError: when the selection can't be read, names nothing, or names only what no step produces.
        ProjectError: TRD521 and TRD522, when a step of it names what it may not use; TRD901, when a policy denies it.
    """
    return tuple(_admitted_parts(graph, selection, graph.select(selection), frozenset()))


def _admitted_parts(
    graph: AssetGraph, selection: str, selected: frozenset[AssetKey], left_out: Container[CheckKey]
) -> list[Part]:
    wanted = {step.address: asked for step in graph.steps.values() if (asked := _asked(step, selected, left_out))}
    if not wanted:
        raise _nothing_to_do(graph, selection, selected)
    return _allowed(graph, wanted)


def _allowed(graph: AssetGraph, wanted: Mapping[str, tuple[AssetKey | CheckKey, ...]]) -> list[Part]:
    """What is wanted of each step, in order, when nothing speaks against it."""
    parts = in_order(graph, wanted)
    _refuse_denied(graph, parts)
    _refuse_misuse(graph, parts)
    return parts


def plan_checks(
    graph: AssetGraph,
    checks: Collection[CheckKey],
    *,
    partition: str | None = None,
    now: datetime | None = None,
    dynamic: DynamicKeys | None = None,
) -> Plan:
    """The plan that makes checks alone, which are made by steps that can do without their assets.

    Raises:
        UsageError: when the assets don't have the partition, or have some and none is given.
        ProjectError: TRD521 and TRD522, when a step of it names what it may not use; TRD901, when a policy denies it.
    """
    wanted: dict[str, tuple[AssetKey | CheckKey, ...]] = {}
    for key in checks:
        step = graph.step_of_check(key)
        assert step is not None
        wanted[step.address] = (*wanted.get(step.address, ()), key)
    parts = _allowed(graph, wanted)
    chosen = _chosen(graph, parts, partition, None, now, dynamic)
    return Plan(
        steps=tuple(_planned(graph, part, chosen.text if chosen else None) for part in parts),
        selection=" or ".join(f'key:"{key}"' for key in sorted({key.asset for key in checks})),
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
    assets = {
        key: asset
        for part in parts
        for key in (*part.assets, *(check.asset for check in part.checks))
        if (asset := graph.assets[key]).partitions is not None
    }
    if not assets and partition is None and partitions is None:
        return None
    from treadle.runner.partitions.choosing import choose
    from treadle.runner.partitions.keys import no_dynamic_keys

    return choose(
        assets.values(),
        partition=partition,
        partitions=partitions,
        now=now or datetime.now(UTC),
        dynamic=dynamic or no_dynamic_keys,
    )


def plan_of_steps(graph: AssetGraph, recorded: Iterable[StepRecord], run: RunRecord) -> Plan:
    """The plan that steps of a run were recorded from, with the steps as the project has them now.

    Steps that came before and aren't among these are taken to be done.

    Raises:
        UsageError: when the project doesn't have one of them any more, or it doesn't make the same assets.
        ProjectError: TRD521 and TRD522, when one of them names what it may not use; TRD901, when a policy denies it.
    """
    records = list(recorded)
    names = {record.step for record in records}
    parts = [
        Part(
            step=_step_again(graph, record),
            number=int(record.step.rpartition("~")[2]) if record.step not in graph.steps else 1,
            assets=record.assets,
            checks=record.checks,
            after=tuple(each for each in record.after if each in names),
        )
        for record in records
    ]
    _refuse_denied(graph, parts)
    _refuse_misuse(graph, parts)
    produced = {asset for part in parts for asset in part.assets}
    return Plan(
        steps=tuple(_planned(graph, part, run.partition) for part in parts),
        selection=run.selection,
        selected=frozenset(produced),
        partition=run.partition,
        partition_keys=run.partition_keys,
        **_origins(graph, produced),
    )


def _step_again(graph: AssetGraph, record: StepRecord) -> Step:
    address = record.step
    if address not in graph.steps:
        base, _, part = address.rpartition("~")
        address = base if part.isdecimal() else address
    step = graph.steps.get(address)
    if step is None:
        raise UsageError(
            f"the project has no step {address!r} any more", fix="run its assets anew: treadle run SELECTION"
        )
    gone = [str(key) for key in (*record.assets, *record.checks) if key not in (*step.assets, *step.checks)]
    if gone:
        raise UsageError(
            f"the step {address!r} doesn't make {listing(gone)} any more",
            fix="run its assets anew: treadle run SELECTION",
        )
    return step


def _origins(graph: AssetGraph, produced: Iterable[AssetKey]) -> dict[str, Any]:
    """What assets are made from, and the versions of the code that makes them."""
    made = {key: asset for key in produced if (asset := graph.assets.get(key)) is not None}
    return {
        "inputs": {key: graph.parents(key) for key in made},
        "code_versions": {key: asset.code_version for key, asset in made.items() if asset.code_version is not None},
    }


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


def _planned(graph: AssetGraph, part: Part, partition: str | None) -> PlannedStep:
    declared = [graph.checks[check] for check in part.checks if check in graph.checks]
    assets = graph.assets
    return PlannedStep(
        step=part.step,
        assets=part.assets,
        checks=part.checks,
        after=part.after,
        part=part.number,
        blocking=frozenset([check.key for check in declared if check.blocking]),
        warn_only=frozenset([check.key for check in declared if check.severity is CheckSeverity.WARN]),
        skippable=frozenset([key for key in part.assets if key in assets and assets[key].skippable]),
        partition=partition if partition is not None and _has_partitions(part) else None,
        profile=graph.platform.compute[part.step.compute] if part.step.compute is not None else None,
    )


def _refuse_misuse(graph: AssetGraph, parts: Iterable[Part]) -> None:
    mistakes = tuple(mistakes_in_use(graph, {part.step.address: part.step for part in parts}.values()))
    if mistakes:
        raise ProjectError(*mistakes)


def _refuse_denied(graph: AssetGraph, parts: Iterable[Part]) -> None:
    if not graph.verdicts:
        return
    about = {key for part in parts for key in (*part.assets, *(check.asset for check in part.checks))}
    if found := denials(graph, about):
        raise ProjectError(*map(diagnostic_of, found))


def _has_partitions(part: Part) -> bool:
    if not part.step.partitions:
        return False
    about = {*part.assets, *(check.asset for check in part.checks)}
    return not about.isdisjoint(part.step.partitions)


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
