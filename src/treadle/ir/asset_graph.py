"""The linked whole: every asset, check and step of a project, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from types import MappingProxyType

from treadle.ir.assets import Asset
from treadle.ir.automation import Job, Schedule, Sensor
from treadle.ir.checks import Check
from treadle.ir.keys import AssetKey, CheckKey
from treadle.ir.lineage import dependencies_first, lineage_of
from treadle.ir.platform import Platform
from treadle.ir.selection import select
from treadle.ir.selection_parser import parse_selection
from treadle.ir.steps import Step
from treadle.ir.verdicts import Verdict

__all__ = ["AssetGraph"]


class AssetGraph:
    """Everything that a project declares, linked; made by `link`, and never changed.

    `assets` holds what was declared and, for each asset that is only mentioned (as a dependency, or as
    what a check is about), a bare record in its place. `platform` is what its steps may use, `verdicts` are the
    violations of policies.

    >>> from treadle.ir import Definitions, link
    >>> raw, orders = AssetKey.parse("raw"), AssetKey.parse("orders")
    >>> graph, mistakes = link(Definitions(assets=(Asset(key=orders, deps=frozenset({raw})),)))
    >>> [str(key) for key in graph.topological()], graph.is_declared(raw)
    (['raw', 'orders'], False)
    """

    __slots__ = (
        "_checks_of",
        "_declared",
        "_lineage",
        "_order",
        "_step_of",
        "_step_of_check",
        "assets",
        "checks",
        "jobs",
        "platform",
        "schedules",
        "sensors",
        "steps",
        "verdicts",
    )

    def __init__(
        self,
        *,
        assets: Mapping[AssetKey, Asset],
        checks: Mapping[CheckKey, Check],
        steps: Mapping[str, Step],
        schedules: Mapping[str, Schedule],
        sensors: Mapping[str, Sensor],
        jobs: Mapping[str, Job],
        declared: frozenset[AssetKey],
        platform: Platform | None = None,
    ) -> None:
        self.assets: Mapping[AssetKey, Asset] = MappingProxyType(dict(assets))
        self.checks: Mapping[CheckKey, Check] = MappingProxyType(dict(checks))
        self.steps: Mapping[str, Step] = MappingProxyType(dict(steps))
        self.schedules: Mapping[str, Schedule] = MappingProxyType(dict(schedules))
        self.sensors: Mapping[str, Sensor] = MappingProxyType(dict(sensors))
        self.jobs: Mapping[str, Job] = MappingProxyType(dict(jobs))
        self.platform = platform or Platform()
        self.verdicts: tuple[Verdict, ...] = ()
        self._declared = declared
        self._lineage = lineage_of(assets)
        self._order: tuple[AssetKey, ...] | None = None
        self._step_of: dict[AssetKey, Step] = {}
        self._step_of_check: dict[CheckKey, Step] = {}
        for step in steps.values():
            for key in step.assets:
                self._step_of.setdefault(key, step)
            for check_key in step.checks:
                self._step_of_check.setdefault(check_key, step)
        self._checks_of: dict[AssetKey, list[Check]] = {}
        for check in checks.values():
            self._checks_of.setdefault(check.asset, []).append(check)

    def __repr__(self) -> str:
        return f"<AssetGraph of {len(self.assets)} assets, {len(self.checks)} checks, {len(self.steps)} steps>"

    def judged(self, verdicts: Iterable[Verdict]) -> AssetGraph:
        """The same graph with what policies say of it."""
        graph = copy(self)
        graph.verdicts = tuple(verdicts)
        return graph

    def step_of(self, key: AssetKey) -> Step | None:
        """The step that produces an asset; None when it is external."""
        return self._step_of.get(key)

    def step_of_check(self, key: CheckKey) -> Step | None:
        """The step that makes a check."""
        return self._step_of_check.get(key)

    def is_declared(self, key: AssetKey) -> bool:
        """Whether somebody declared the asset, rather than only mentioned it."""
        return key in self._declared

    def is_external(self, key: AssetKey) -> bool:
        """Whether no step produces the asset."""
        return key not in self._step_of

    def parents(self, key: AssetKey) -> frozenset[AssetKey]:
        """What an asset depends on directly."""
        return self._lineage.parents(key)

    def children(self, key: AssetKey) -> frozenset[AssetKey]:
        """What depends directly on an asset."""
        return self._lineage.children(key)

    def upstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> frozenset[AssetKey]:
        """The assets themselves and all they depend on, at most `depth` edges away."""
        return self._lineage.upstream(keys, depth)

    def downstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> frozenset[AssetKey]:
        """The assets themselves and all that depends on them, at most `depth` edges away."""
        return self._lineage.downstream(keys, depth)

    def checks_of(self, key: AssetKey) -> tuple[Check, ...]:
        """The checks about an asset, in the order in which they were declared."""
        return tuple(self._checks_of.get(key, ()))

    def topological(self) -> tuple[AssetKey, ...]:
        """Every asset after those it depends on, otherwise in the order in which they were declared."""
        if self._order is None:
            self._order = tuple(dependencies_first(self._lineage.above))
        return self._order

    def select(self, text: str) -> frozenset[AssetKey]:
        """The assets that a selection names.

        Raises:
            UsageError: when the selection can't be read, or names an asset that doesn't exist.
        """
        return select(self, parse_selection(text))
