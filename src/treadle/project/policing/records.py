"""What is known of a project's policies once their files are read, and what they say of its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from treadle.errors import Diagnostic, Span
from treadle.policies import Binding, Policy, Waiver
from treadle.policies.baseline import Baseline

__all__ = ["Gap", "Rules", "Trial"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Rules that aren't in force yet: files that are read in the place of those that are.

    `file` is read instead of the project's own `policies.yaml`, or before it when it stands `beside` it; `packages` are
    folders by the names of packages, which needn't be installed.
    """

    file: Path | None = None
    beside: bool = False
    packages: Mapping[str, Path] = field(default_factory=dict)
