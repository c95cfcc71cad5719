"""What the language functions answer with: plain records, for any editor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from treadle.errors import Edit
from treadle.language.positions import Range

__all__ = ["Documentation", "Fix", "Kind", "Suggestion", "Target"]

Kind = Literal["type", "attribute", "value", "variable", "function", "filter", "asset", "file", "snippet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something that may be typed: what is shown, and what takes the place of `range`.

    `order` says which come first; what is equal there is in the order of labels.
    """

    label: str
    kind: Kind
    insert: str
    range: Range
    detail: str = ""
    documentation: str = ""
    order: int = 5
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """What is known of the thing at a place, as Markdown."""

    text: str
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where something is defined; the line counts from 1, and the column too."""

    file: Path
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Changes that mend a mistake; `title` says which."""

    title: str
    edits: tuple[Edit, ...]
    code: str = ""
