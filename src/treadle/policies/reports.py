"""Violations by who answers for them: owners, groups, or the project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from treadle.ir import AssetGraph
from treadle.ir.verdicts import Verdict

__all__ = ["NOBODY", "By", "Tally", "by_team", "teams_of"]

By = Literal["owner", "group", "project"]

NOBODY = "nobody"
"""Who answers for what has no owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many violations of each kind there are; what is excused is counted apart."""

    deny: int = 0
    warn: int = 0
    audit: int = 0
    waived: int = 0
    baseline: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Tally:
        """The amounts of some verdicts.

        >>> verdict = Verdict(policy="a", severity="deny", target="asset", name="orders", message="no owner")
        >>> Tally.of([verdict])
        Tally(deny=1, warn=0, audit=0, waived=0, baseline=0)
        """
        counts = dict.fromkeys(("deny", "warn", "audit", "waived", "baseline"), 0)
        for each in verdicts:
            excuse = each.excuse and {"waiver": "waived", "baseline": "baseline"}[each.excuse.kind]
            counts[excuse or each.severity] += 1
        return cls(**counts)


def by_team(graph: AssetGraph, verdicts: Iterable[Verdict], by: By, *, project: str) -> Mapping[str, list[Verdict]]:
    """The verdicts of each team, those with the hardest ones first; what several own is told to each of them."""
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        for team in teams_of(graph, verdict, by, project=project):
            found.setdefault(team, []).append(verdict)
    tallies = {team: Tally.of(each) for team, each in found.items()}
    order = sorted(found, key=lambda team: (-tallies[team].deny, -tallies[team].warn, -tallies[team].audit, team))
    return {team: found[team] for team in order}


def teams_of(graph: AssetGraph, verdict: Verdict, by: By, *, project: str) -> tuple[str, ...]:
    """Who answers for a violation."""
    if by == "project" or verdict.target == "project":
        return (project,)
    assets = [graph.assets[key] for key in sorted(verdict.assets) if key in graph.assets]
    if by == "group":
        return tuple(dict.fromkeys(each.group for each in assets)) or (NOBODY,)
    return tuple(dict.fromkeys(owner for each in assets for owner in each.owners)) or (NOBODY,)
