"""What a selection is made of, once it is read: records that print as a selection again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "And",
    "Around",
    "Attribute",
    "AttributeName",
    "Ends",
    "Everything",
    "Key",
    "Not",
    "Or",
    "Selection",
    "Tag",
]

AttributeName = Literal[
    "column", "component", "group", "is", "key_substring", "kind", "name", "owner", "path", "project", "tag"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """`*`: every asset."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """`orders`, `key:"raw/*"`: the asset of this name, or all whose names fit a pattern."""

    pattern: str

    @property
    def is_exact(self) -> bool:
        """Whether it names one asset, which then has to exist."""
        return "*" not in self.pattern

    def __str__(self) -> str:
        return f"key:{_quoted(self.pattern)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """`group:raw`, `owner:"team:a"`: assets by what is said about them; None (`owner:<null>`) when nothing is."""

    name: AttributeName
    value: str | None

    def __str__(self) -> str:
        return f"{self.name}:{'<null>' if self.value is None else _quoted(self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """`tag:layer=raw`, or `tag:layer`: the assets with this tag, whatever its value."""

    key: str
    value: str | None = None

    def __str__(self) -> str:
        return f"tag:{_quoted(self.key)}" + ("" if self.value is None else f"={_quoted(self.value)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Every asset but these."""

    operand: Selection

    def __str__(self) -> str:
        return f"not {_within(self.operand, And, Or)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """What all of the operands select."""

    operands: tuple[Selection, ...]

    def __str__(self) -> str:
        return " and ".join([_within(operand, And, Or) for operand in self.operands])


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """What any of the operands selects."""

    operands: tuple[Selection, ...]

    def __str__(self) -> str:
        return " or ".join([_within(operand, Or) for operand in self.operands])


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """`2+x+`: also what is upstream and downstream of it, so many edges far; None is any distance.

    >>> print(Around(operand=Key(pattern="x"), up=2, down=None))
    2+key:"x"+
    """

    operand: Selection
    up: int | None = 0
    down: int | None = 0

    def __str__(self) -> str:
        above = "" if self.up == 0 else f"{self.up or ''}+"
        below = "" if self.down == 0 else f"+{self.down or ''}"
        return f"{above}{_within(self.operand, And, Or, Not, Around)}{below}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """`roots(x)`, `sinks(x)`: those without a parent, or without a child, among what `x` selects."""

    which: Literal["roots", "sinks"]
    operand: Selection

    def __str__(self) -> str:
        return f"{self.which}({self.operand})"


Selection = Everything | Key | Attribute | Tag | Not | And | Or | Around | Ends


def _within(operand: Selection, *looser: type) -> str:
    return f"({operand})" if isinstance(operand, looser) else str(operand)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
