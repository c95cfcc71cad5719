"""What a policy is, where it holds, and what is excused from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from treadle.errors import Span
from treadle.ir.verdicts import PolicySeverity, PolicyTarget

__all__ = ["Binding", "Policy", "Rule", "Waiver"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a policy requires: an expression in one of two languages, or a Python function.

    `language` is `template` for the language that stands between `{{` and `}}` everywhere else, and `cel` for the
    Common Expression Language. `span` is where `text` starts.
    """

    text: str = ""
    language: Literal["template", "cel"] = "template"
    function: Callable[..., object] | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A rule over the asset graph.

    `giver` is the package that brings it, or empty for the project's own; `match` is a selection of assets: of them,
    or of the checks, steps and components that are theirs. `require` holds for each of these, or there is a violation,
    which `message` (with templates) tells. `default` are asset attributes that it sets where they are absent, before
    anything is judged; `fix` are attributes that `check --fix` writes into the YAML of what violates it. One that is
    not `waivable` knows neither waivers nor a baseline. `parameters` are the values that a binding may give others.
    """

    name: str
    require: Rule
    description: str = ""
    severity: PolicySeverity = "deny"
    target: PolicyTarget = "asset"
    match: str = "*"
    message: str = ""
    docs: str = ""
    default: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    fix: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    parameters: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    waivable: bool = True
    giver: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where policies hold, and how hard.

    `policies` are names and patterns of names (`dbt.*`). It holds for what belongs to one of the `projects` (names
    and patterns), is made by a component type of one of the `packages`, and is in the selection `match`. `severity`
    replaces that of the policies, `parameters` their values.
    """

    policies: tuple[str, ...]
    severity: PolicySeverity | None = None
    projects: tuple[str, ...] = ("*",)
    packages: tuple[str, ...] = ("*",)
    match: str = "*"
    parameters: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    giver: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Something that may break a policy until a day, and who answers for that.

    `names` are names and patterns of what is waived: asset keys, or whatever the policy's target is called; `places`
    says where each of them is written. The last day on which it excuses something is `expires`.
    """

    policy: str
    names: tuple[str, ...]
    owner: str
    reason: str
    expires: date
    span: Span | None = None
    places: tuple[Span, ...] = ()
