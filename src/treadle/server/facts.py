"""What loading a project tells the server: its asset graph, its components, and what is wrong; as bytes, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from treadle.errors import Diagnostic
from treadle.ir import AssetGraph, AssetKey, Definitions, Origin
from treadle.ir.diagnostics import diagnostic_facts
from treadle.ir.platform import FromEnvironment
from treadle.project.loaded import LoadedComponent, is_at
from treadle.project.remembering.wire import CannotBeWrittenError, from_bytes, to_bytes
from treadle.runner.metadata import json_safe
from treadle.server.plainly import plainly

if TYPE_CHECKING:
    from treadle.project import Project

__all__ = ["Facts", "as_bytes", "facts_of", "from_loader", "plain_diagnostic", "with_last_good"]

_NOWHERE = Path("//")  # no file is there: every path is written as it is
Addresses = Mapping[AssetKey, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a project. `graph` is None when it couldn't be loaded at all.

    `kept` are assets of broken components, as they were when they could be loaded last. `surely` and `maybe` are the
    assets that broken components block, as `blocked_assets` tells them. `compute` are the profiles of
    steps, `credentials` the environment variables that hold credentials, by their names. `policies` and `waivers` are
    as `policing.telling` tells them, `mended` counts what the baseline excuses and isn't there any more.
    """

    graph: AssetGraph | None = None
    components: tuple[LoadedComponent, ...] = ()
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    surely: Addresses = field(default_factory=dict)
    maybe: Addresses = field(default_factory=dict)
    kept: frozenset[AssetKey] = frozenset()
    compute: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[Mapping[str, Any], ...] = ()
    waivers: tuple[Mapping[str, Any], ...] = ()
    mended: int = 0

    @property
    def is_broken(self) -> bool:
        """Whether something is wrong that stops what depends on it."""
        return any(each["severity"] == "error" for each in self.diagnostics)


def plain_diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as the API has it.

    >>> plain_diagnostic(Diagnostic(code="TRD403", message="a cycle"))["severity"]
    'error'
    """
    found = diagnostic_facts(diagnostic)
    del found["edits"]  # they are for those who have the files
    return found


def facts_of(project: Project) -> bytes:
    """The facts of a loaded project, as the process that loaded it tells them."""
    from treadle.project.blocked import blocked_assets
    from treadle.project.policing.telling import told_policies, told_waivers

    admission = project.admission
    graph, blocked = project.graph, blocked_assets(project)
    facts: dict[str, Any] = {
        "assets": tuple(
            replace(each, metadata=MappingProxyType(json_safe(each.metadata))) for each in graph.assets.values()
        ),
        "declared": tuple(key for key in graph.assets if graph.is_declared(key)),
        "checks": tuple(
            replace(each, metadata=MappingProxyType(json_safe(each.metadata))) for each in graph.checks.values()
        ),
        # Whether a step may use what it names is for the process to judge that runs it: it has the platform.
        "steps": tuple(
            replace(each, metadata=MappingProxyType({}), compute=None, credentials=()) for each in graph.steps.values()
        ),
        "compute": {address: each.compute for address, each in graph.steps.items() if each.compute is not None},
        "schedules": tuple(replace(each, evaluate=None) for each in graph.schedules.values()),
        "sensors": tuple(replace(each, evaluate=None) for each in graph.sensors.values()),
        "jobs": tuple(graph.jobs.values()),
        "components": tuple(replace(each, definitions=Definitions()) for each in project.components),
        "diagnostics": tuple(map(plain_diagnostic, project.diagnostics)),
        "credentials": {
            name: each.provider.variable
            for name, each in graph.platform.credentials.items()
            if isinstance(each.provider, FromEnvironment)
        },
        "verdicts": tuple(replace(each, edits=()) for each in graph.verdicts),
        "policies": told_policies(admission) if admission else (),
        "waivers": told_waivers(admission) if admission else (),
        "mended": len(admission.excused.mended) if admission else 0,
        "surely": dict(blocked.surely),
        "maybe": dict(blocked.maybe),
    }
    try:
        return to_bytes(facts, _NOWHERE)
    except CannotBeWrittenError:
        return to_bytes({name: plainly(each) for name, each in facts.items()}, _NOWHERE)


def as_bytes(diagnostics: Iterable[Diagnostic]) -> bytes:
    """The facts of a project that can't be loaded: what is wrong with it."""
    return to_bytes({"diagnostics": tuple(map(plain_diagnostic, diagnostics))}, _NOWHERE)


def from_loader(data: bytes) -> Facts:
    """What was told.

    >>> from_loader(as_bytes([Diagnostic(code="TRD502", message="no")])).diagnostics[0]["code"]
    'TRD502'
    """
    told = from_bytes(data)
    if "assets" not in told:
        return Facts(diagnostics=told["diagnostics"])
    graph = AssetGraph(
        assets={each.key: each for each in told["assets"]},
        checks={each.key: each for each in told["checks"]},
        steps={each.address: each for each in told["steps"]},
        schedules={each.name: each for each in told["schedules"]},
        sensors={each.name: each for each in told["sensors"]},
        jobs={each.name: each for each in told["jobs"]},
        declared=frozenset(told["declared"]),
    ).judged(told["verdicts"])
    return Facts(
        graph=graph,
        components=told["components"],
        diagnostics=told["diagnostics"],
        surely=told["surely"],
        maybe=told["maybe"],
        compute=told["compute"],
        credentials=told["credentials"],
        policies=told["policies"],
        waivers=told["waivers"],
        mended=told["mended"],
    )


def with_last_good(new: Facts, old: Facts | None) -> Facts:
    """The facts, and of what is broken now those of before."""
    if old is None or old.graph is None:
        return new
    if new.graph is None:
        return replace(old, diagnostics=new.diagnostics)
    broken = [each.address for each in new.components if each.state == "broken"]
    if not broken:
        return new
    loaded = {each.address for each in new.components if each.state == "loaded"}

    def is_kept(component: str) -> bool:
        return component not in loaded and any(is_at(component, each) for each in broken)

    return _merged(new, new.graph, old.graph, is_kept)


def _merged(new: Facts, now: AssetGraph, before: AssetGraph, is_kept: Any) -> Facts:
    def of(origin: Origin | None) -> bool:
        return origin is not None and is_kept(origin.component)

    kept = {
        key: each
        for key, each in before.assets.items()
        if before.is_declared(key) and not now.is_declared(key) and of(each.origin)
    }
    needed = {key: before.assets[key] for each in kept for key in before.parents(each) if key not in now.assets}
    graph = AssetGraph(
        assets={**needed, **now.assets, **kept},
        checks={**{key: each for key, each in before.checks.items() if of(each.origin)}, **now.checks},
        steps={**{name: each for name, each in before.steps.items() if is_kept(each.component)}, **now.steps},
        schedules={**{name: each for name, each in before.schedules.items() if of(each.origin)}, **now.schedules},
        sensors={**{name: each for name, each in before.sensors.items() if of(each.origin)}, **now.sensors},
        jobs={**{name: each for name, each in before.jobs.items() if of(each.origin)}, **now.jobs},
        declared=frozenset(key for key in now.assets if now.is_declared(key)) | frozenset(kept),
    )
    return replace(new, graph=graph.judged(now.verdicts), kept=frozenset(kept))
