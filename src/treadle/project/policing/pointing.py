"""Verdicts with the place that a person has to look at, and the edits that mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import Edit, ProjectError, Span
from treadle.ir import Asset, AssetGraph, AssetKey
from treadle.ir.verdicts import Verdict
from treadle.policies import Policy
from treadle.policies.rulebook import Rulebook
from treadle.project.policing.mending import edits_by_rule, edits_in_entry, flow
from treadle.project.policing.places import entry_of, place_of_asset
from treadle.project.policing.sources import Sources

if TYPE_CHECKING:
    from treadle.components import CommonAttributes

__all__ = ["pointed"]


def pointed(
    verdicts: Iterable[Verdict],
    graph: AssetGraph,
    rulebook: Rulebook,
    sources: Sources,
    files: Mapping[str, Path],
    known: Callable[[Verdict, Path], Span | None] | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts about assets at the line of the field that is at fault, with edits where their policy has a fix.

    Args:
        files: the files of components, by their addresses.
        known: where a violation would be mended, in the file of its component, if that needn't be looked for.
    """
    found = list(verdicts)
    by_rule: dict[tuple[str, str], list[int]] = {}
    said: dict[str, _Said] = {}
    assets = {str(key): asset for key, asset in graph.assets.items()}
    for number, verdict in enumerate(found):
        entry = rulebook.entries.get(verdict.policy)
        if entry is None or verdict.is_broken:
            continue
        asset = assets.get(verdict.name) if verdict.target == "asset" else None
        span = verdict.span
        if asset is not None:
            own = files.get(asset.origin.component) if asset.origin else None
            span = (
                (known(verdict, own) if known and own else None) or place_of_asset(asset, entry.reads, sources) or span
            )
        if (says := said.get(verdict.policy)) is None:
            says = said[verdict.policy] = _Said(entry.policy)
        verdict = found[number] = replace(verdict, why=says.why(verdict.message), fix=says.fix, span=span)
        if asset is not None and entry.policy.fix and verdict.excuse is None:
            if entry_of(asset, sources) is not None:
                found[number] = replace(verdict, edits=_in_entry(asset, entry.policy, sources))
            elif asset.origin is not None and graph.is_declared(asset.key):
                by_rule.setdefault((verdict.policy, asset.origin.component), []).append(number)
    _by_rule(found, by_rule, graph, rulebook, sources, files)
    return tuple(found)


def _by_rule(
    found: list[Verdict],
    by_rule: Mapping[tuple[str, str], list[int]],
    graph: AssetGraph,
    rulebook: Rulebook,
    sources: Sources,
    files: Mapping[str, Path],
) -> None:
    """Add the edits of what a component finds elsewhere: one rule for all that violates a policy."""
    for (policy, address), numbers in by_rule.items():
        if file := files.get(address):
            assets = [graph.assets[AssetKey.parse(found[each].name)] for each in numbers]
            edits = edits_by_rule(file, address, assets, rulebook.entries[policy].policy.fix, sources)
            for number in numbers:
                found[number] = replace(found[number], edits=edits)


class _Said:
    """What a policy says of each of its violations: what it is good for, and what to do, as far as it says that."""

    def __init__(self, policy: Policy) -> None:
        todo = f"write {flow(policy.fix)[1:-1]}" if policy.fix and policy.target == "asset" else ""
        self.fix = "; ".join(filter(None, (todo, f"see {policy.docs}" if policy.docs else "")))
        self._about = " ".join(policy.description.split("\n\n")[0].split())
        self._folded = self._about.casefold()

    def why(self, message: str) -> str:
        """What the policy is good for, unless the message has just said that."""
        return "" if self._folded in message.casefold() else self._about


def _in_entry(asset: Asset, policy: Policy, sources: Sources) -> tuple[Edit, ...]:
    from treadle.project.policing.defaults import attributes_for  # whose models cost as much as a hundred components

    try:
        said = attributes_for(policy.fix, asset)
    except ProjectError:
        return ()  # a fix that can't be worked out for an asset isn't mechanical
    return edits_in_entry(asset, _plain(said, policy.fix), sources)


def _plain(said: CommonAttributes, written: Mapping[str, object]) -> dict[str, object]:
    """What templates have given, as YAML has it."""
    from treadle.project.policing.written import template_paths

    if not list(template_paths(dict(written))):
        return dict(written)
    return said.model_dump(mode="json", exclude_unset=True)
