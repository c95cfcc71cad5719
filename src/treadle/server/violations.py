"""Violations of policies, and who answers for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from treadle.ir import AssetGraph, Origin
from treadle.ir.verdicts import SEVERITIES, Verdict
from treadle.policies.reports import NOBODY, Tally, teams_of
from treadle.store.dialect import StoreUnavailableError
from treadle.store.violations import ViolationsOfDay

if TYPE_CHECKING:
    from treadle.server.snapshot import Snapshot
    from treadle.store import Store

__all__ = ["Violation", "count_today", "tally", "violations_of"]

_RANKS = {severity: rank for rank, severity in enumerate(reversed(SEVERITIES))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A verdict, with who answers for what it is about, its groups, and the component that it is in."""

    verdict: Verdict
    owners: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    component: str | None = None


def violations_of(graph: AssetGraph) -> Mapping[str, Violation]:
    """The violations in a graph by keys that sort as lists do: the hardest first. What can't be judged is none."""
    found = [each for each in graph.verdicts if not each.is_broken]
    origins: dict[str, Origin | None] = {str(key): each.origin for key, each in graph.checks.items()}
    ordered = sorted(found, key=lambda each: (each.policy, each.target, each.name, each.message))
    return {
        f"{_RANKS[each.severity]} {each.policy} {each.target} {each.name} {number:08}": Violation(
            verdict=each,
            # What is everybody's is told to nobody by name.
            owners=() if each.target == "project" else teams_of(graph, each, "owner", project=NOBODY),
            groups=() if each.target == "project" else teams_of(graph, each, "group", project=NOBODY),
            component=_component(graph, origins, each),
        )
        for number, each in enumerate(ordered)
    }


def tally(violations: Iterable[Violation]) -> Tally:
    """How many of each kind there are."""
    return Tally.of(each.verdict for each in violations)


def count_today(store: Store, snapshot: Snapshot) -> None:
    """Note how many violations of each policy there are, for the trend.

    Nothing is noted of a project that isn't whole: what is broken violates nothing, and would look mended.
    """
    if not _is_whole(snapshot):
        return
    by_policy: dict[str, list[Verdict]] = {each["name"]: [] for each in snapshot.facts.policies if each["severity"]}
    for each in snapshot.violations.values():
        by_policy.setdefault(each.verdict.policy, []).append(each.verdict)
    counted = {name: ViolationsOfDay(**asdict(Tally.of(verdicts))) for name, verdicts in by_policy.items()}
    try:
        store.violations.record(str(snapshot.settings.root), datetime.now(UTC).date(), counted)
    except StoreUnavailableError:
        return  # there will be another time, and the project is there without it


def _is_whole(snapshot: Snapshot) -> bool:
    return (
        snapshot.state in ("loaded", "broken")
        and not any(each.state == "broken" for each in snapshot.components.values())
        and not any(each.is_broken for each in snapshot.graph.verdicts)
        and bool(snapshot.facts.policies)
    )


def _component(graph: AssetGraph, checks: Mapping[str, Origin | None], verdict: Verdict) -> str | None:
    """The address of the component that a violation is in."""
    match verdict.target:
        case "component":
            return verdict.name
        case "step":
            return graph.steps[verdict.name].component if verdict.name in graph.steps else None
        case "check":
            origins = [checks.get(verdict.name)]
        case "asset":
            origins = [graph.assets[key].origin for key in verdict.assets if key in graph.assets]
        case _:
            origins = []
    return next((each.component for each in origins if each is not None), None)
