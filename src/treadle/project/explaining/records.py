"""What is told of an asset's values, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from treadle.errors import Diagnostic, Span
from treadle.ir import AssetKey, Origin
from treadle.ir.mentions import Mention
from treadle.ir.provenance import Kind

__all__ = ["Effect", "Explanation", "FieldStep", "FieldStory", "From", "TemplateUse", "Variable"]

From = Literal["environment", ".env", "module", "item", "scope", "folder"]
"""Where a variable of a template comes from."""

Effect = Literal["sets", "replaces", "repeats", "removes"]
"""What a step does to what was said before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """What a template reads: a name with what is asked of it (`node.schema`), its value, and where that is from.

    The value of an environment variable may be a secret, so it is never here: `value` says whether it is set.
    """

    name: str
    value: object
    comes_from: From
    text: str = ""
    span: Span | None = None
    is_shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """A text with templates, as it is written, and what it reads."""

    text: str
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldStep:
    """One thing that was said of a field, and the value that it had from then on."""

    kind: Kind
    value: object
    text: str = ""
    span: Span | None = None
    effect: Effect = "sets"
    templates: tuple[TemplateUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldStory:
    """A field, its value, and all that was said of it, in order: the last step is the one that holds."""

    name: str
    value: object
    steps: tuple[FieldStep, ...]

    @property
    def is_said(self) -> bool:
        """Whether anybody said anything of it."""
        return any(each.kind != "default" for each in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where the values of an asset come from; one that nobody declares has only `mentions`.

    `field` is the one that was asked for; it is empty when all were.
    """

    asset: AssetKey
    field: str = ""
    component: str = ""
    type: str = ""
    origin: Origin | None = None
    fields: tuple[FieldStory, ...] = ()
    mentions: tuple[Mention, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
