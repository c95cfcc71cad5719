"""Whether steps may use what they name: the one answer that the check, the planner and every step's process give."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Literal

from treadle.errors import Diagnostic, Span, did_you_mean, listing
from treadle.ir.allowing import Subject, is_allowed, subject_of
from treadle.ir.asset_graph import AssetGraph
from treadle.ir.origin import span_of
from treadle.ir.platform import ComputeProfile, Credential, Platform
from treadle.ir.steps import Step

__all__ = ["KINDS", "Kind", "Place", "mistakes_in_use", "not_allowed", "offered", "subjects_of", "unknown_name", "used"]

Kind = Literal["compute profile", "credential"]
Place = Callable[[Step, Kind, str], Span | None]
"""Where a step names what it uses."""

KINDS: Mapping[Kind, str] = {"compute profile": "compute", "credential": "credentials"}
"""What `treadle list` calls them."""


def used(step: Step) -> Iterator[tuple[Kind, str]]:
    """What a step names."""
    if step.compute is not None:
        yield "compute profile", step.compute
    for name in step.credentials:
        yield "credential", name


def offered(platform: Platform, kind: Kind) -> Mapping[str, ComputeProfile] | Mapping[str, Credential]:
    """What there is of a kind."""
    return platform.compute if kind == "compute profile" else platform.credentials


def subjects_of(graph: AssetGraph, step: Step, *, is_whole: bool = True) -> list[Subject]:
    """The assets that a step makes or checks. In a part of a graph, little is known of those that it only mentions."""
    keys = dict.fromkeys((*step.assets, *(check.asset for check in step.checks)))
    known = {key: graph.assets[key] for key in keys if key in graph.assets}
    return [subject_of(each, is_declared=is_whole or graph.is_declared(key)) for key, each in known.items()]


def mistakes_in_use(
    graph: AssetGraph,
    steps: Iterable[Step],
    *,
    place: Place = lambda step, kind, name: span_of(step.origin),
    passed_over: Collection[tuple[Kind, str]] = (),
    is_whole: bool = True,
) -> Iterator[Diagnostic]:
    """What steps name though it doesn't exist, or though they may not use it.

    A graph that isn't whole, because it was loaded for one component, doesn't tell everything; what it doesn't is
    taken to be allowed, as whoever planned the run has seen all of it.

    >>> from treadle.ir import Asset, Definitions, link
    >>> platform = Platform(compute={"big": ComputeProfile(name="big", allowed="group:research")})
    >>> step = Step(name="write", assets=["a"], run=print, compute="big")
    >>> graph, _ = link(Definitions(assets=[Asset(key="a")], steps=[step]), platform)
    >>> [each.message for each in mistakes_in_use(graph, graph.steps.values())]
    ["the step 'write' may not use the compute profile 'big'"]
    """
    for step in steps:
        for kind, name in used(step):
            there = offered(graph.platform, kind)
            if name not in there:
                if (kind, name) not in passed_over:
                    yield unknown_name(kind, name, there, place(step, kind, name))
                continue
            subjects = subjects_of(graph, step, is_whole=is_whole)
            if refused := [each for each in subjects if is_allowed(there[name].allowed, each) is False]:
                by = f"the step {step.address!r}"
                yield not_allowed(by, kind, name, graph.platform, subjects, refused, place(step, kind, name))


def unknown_name(kind: Kind, name: str, known: Collection[str], span: Span | None) -> Diagnostic:
    """TRD521: nobody offers it."""
    there = (
        f"there is {listing(known)}"
        if known
        else f"nothing that can be used is offered by {KINDS[kind]}.yaml or by a package"
    )
    return Diagnostic(
        code="TRD521",
        message=f"there is no {kind} {name!r}",
        why=there,
        fix=did_you_mean(name, known) or f"see `treadle list {KINDS[kind]}`",
        span=span,
    )


def not_allowed(
    by: str,
    kind: Kind,
    name: str,
    platform: Platform,
    subjects: Collection[Subject],
    refused: Collection[Subject],
    span: Span | None,
) -> Diagnostic:
    """TRD522: it is for others. The remedy lists what may be used."""
    there = offered(platform, kind)
    allowed = [
        other for other, each in there.items() if all(is_allowed(each.allowed, one) is not False for one in subjects)
    ]
    keys = [repr(each.key) for each in refused if each.key is not None]
    which = f"{'asset' if len(keys) == 1 else 'assets'} {listing(keys, most=3)}" if keys else "what is declared here"
    return Diagnostic(
        code="TRD522",
        message=f"{by} may not use the {kind} {name!r}",
        why=f"it is for {there[name].allowed}; {which} {'are' if len(keys) > 1 else 'is'} not among that",
        fix=f"it may use {listing(allowed)}" if allowed else f"it may use no {kind}; ask those who look after them",
        span=span,
    )
