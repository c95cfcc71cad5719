"""What is known of a project's policies once their files are read, and what they say of its graph."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.errors import Diagnostic, Span
from treadle.policies import Binding, Policy, Waiver
from treadle.policies.baseline import Baseline

__all__ = ["Gap", "Rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Rules that nobody can tell, because of a mistake that is told already: what can't be judged may not run."""

    name: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The policies that may hold in a project, where they do, and what is excused from them."""

    policies: tuple[Policy, ...] = ()
    bindings: tuple[Binding, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    baseline: Baseline | None = None
    gaps: tuple[Gap, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
