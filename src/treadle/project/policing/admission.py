"""What policies make of a project: defaults are set, its graph is judged, and the lines that are at fault are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from treadle.errors import Diagnostic
from treadle.ir import Asset, AssetGraph, AssetKey, Definitions, select_among
from treadle.ir.denials import diagnostic_of
from treadle.ir.selection import pattern_of
from treadle.ir.verdicts import Verdict
from treadle.policies import Policy
from treadle.policies.answers import Answers
from treadle.policies.excusing import Excused, excuse
from treadle.policies.holding import holding
from treadle.policies.judging import judge
from treadle.policies.roster import Roster
from treadle.policies.rulebook import read_policies
from treadle.policies.subjects import Subjects
from treadle.project.loaded import LoadedComponent
from treadle.project.policing.answers import AnswerBook
from treadle.project.policing.components import declared_components, package_of_type
from treadle.project.policing.pointing import pointed
from treadle.project.policing.records import Rules, Trial
from treadle.project.policing.sources import Sources
from treadle.project.settings import Settings

__all__ = ["Admission"]


class Admission:
    """The rules of one project, and what they say while it is loaded.

    Without `audits`, violations that are only counted aren't among its verdicts, which spares looking for their places.
    """

    def __init__(
        self, settings: Settings, trial: Trial | None = None, *, book: AnswerBook | None = None, audits: bool = True
    ) -> None:
        self.settings = settings
        self.sources = Sources()
        self._book = book
        self.rules = _rules(settings, trial, book)
        # What is excused may be one of those that are only counted, and what is mended is none of them.
        self._audits = audits or bool(self.rules.waivers) or bool(self.rules.baseline and self.rules.baseline.entries)
        self.rulebook = read_policies(self.rules.policies, self.rules.bindings)
        self.given: Mapping[AssetKey, Mapping[str, str]] = {}
        self.excused = Excused()
        self.subjects: Subjects | None = None
        self.diagnostics: list[Diagnostic] = [*self.rules.diagnostics, *self.rulebook.diagnostics]

    def with_defaults(self, definitions: Definitions, components: Iterable[LoadedComponent]) -> Definitions:
        """The definitions with what policies say of assets that say nothing themselves; `given` tells what that was."""
        if not any(each.default for each in self.rules.policies):
            return definitions
        from treadle.project.policing.defaults import with_defaults  # whose models cost as much as a hundred components

        holds = self._holds(definitions, components)
        found = with_defaults(definitions, self.rules.policies, holds)
        self.given = found.given
        self.diagnostics += found.diagnostics
        return found.definitions

    def judge(
        self, graph: AssetGraph, components: Iterable[LoadedComponent], definitions: Definitions, *, is_whole: bool
    ) -> AssetGraph:
        """The graph with its verdicts; what is to be told of them is added to the diagnostics.

        Args:
            definitions: what the graph was linked from.
        """
        sources, module, known = self.sources, self.settings.module, list(components)
        self.subjects = Subjects(
            graph=graph,
            components=declared_components(known, module, sources),
            project=module,
            root=self.settings.root,
            is_whole=is_whole,
        )
        book, audits = self._book, self._audits
        answers = book.open(graph, definitions, known, audits=audits) if book else Answers()
        judgement = judge(self.rulebook, self.subjects, answers, audits=audits)
        self.diagnostics += judgement.diagnostics
        excused = self._excused(judgement.verdicts, is_whole=is_whole and all(each.state == "loaded" for each in known))
        files = {each.address: each.span.file for each in known}
        verdicts = pointed(excused, graph, self.rulebook, sources, files, book.place if book else None)
        if book:
            book.keep(judgement, verdicts)
        self.diagnostics += [diagnostic_of(each) for each in verdicts if _is_told(each)]
        return graph.judged((*verdicts, *self._unjudged(graph)))

    def amounts(self) -> dict[str, int]:
        """How many assets, checks, steps or components each policy holds for."""
        assert self.subjects is not None
        roster = Roster(self.subjects)
        return {
            name: len(frozenset().union(*(each.items for each in holding(entry.policy, entry.terms, roster))))
            for name, entry in self.rulebook.entries.items()
        }

    def _excused(self, verdicts: Iterable[Verdict], *, is_whole: bool) -> tuple[Verdict, ...]:
        self.excused = excuse(
            verdicts,
            policies=self.rules.policies,
            waivers=self.rules.waivers,
            baseline=self.rules.baseline,
            is_whole=is_whole,
        )
        self.diagnostics += self.excused.diagnostics
        return self.excused.verdicts

    def _unjudged(self, graph: AssetGraph) -> Iterator[Verdict]:
        """Whatever may be against a rule that can't be told may not run."""
        for gap in self.rules.gaps:
            yield Verdict(
                policy=gap.name,
                severity="deny",
                target="project",
                name=self.settings.module,
                message=f"the rules of {gap.name} can't be judged",
                why="what might be against them may not run until they are mended",
                assets=frozenset(graph.assets),
                span=gap.span,
                is_broken=True,
            )

    def _holds(
        self, definitions: Definitions, components: Iterable[LoadedComponent]
    ) -> Callable[[Policy, Asset], bool]:
        """Whether a binding of a policy fits an asset, or it has none."""
        types = {each.address: each.type for each in components}
        own = self.settings.module.partition(".")[0]

        @cache
        def among(match: str) -> frozenset[AssetKey]:
            return select_among(definitions.assets, match)

        def holds(policy: Policy, asset: Asset) -> bool:
            package = package_of_type(types.get(asset.origin.component, "") if asset.origin else "") or own
            return any(
                binding is None
                or (
                    _fits(binding.projects, self.settings.module)
                    and _fits(binding.packages, package)
                    and asset.key in among(binding.match)
                )
                for binding in (term.binding for term in self.rulebook.entries[policy.name].terms)
            )

        return holds


def _rules(settings: Settings, trial: Trial | None, book: AnswerBook | None) -> Rules:
    """What is remembered of the rules, or else what their files say."""
    if book is not None:
        from treadle.project.policing.known_rules import known_rules

        return known_rules(settings, book.key)
    from treadle.project.policing.gathering import gather  # which reads YAML

    return gather(settings, trial)


def _is_told(verdict: Verdict) -> bool:
    """Whether a verdict is news: what is excused or only counted isn't, and why something can't be judged is told."""
    return verdict.excuse is None and verdict.severity != "audit" and not verdict.is_broken


def _fits(patterns: Iterable[str], name: str) -> bool:
    return any(pattern_of(each)(name) for each in patterns)
