"""What the static check knows of a place, and what it found in a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from treadle.errors import Diagnostic

__all__ = ["NOTHING_AROUND", "FileCheck", "Scope", "Type"]

Type = Mapping[str, Any]
"""The type of an expression's value, as JSON Schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What expressions may name at a place.

    With `is_open`, a name that isn't among the variables may exist all the same: nobody can tell
    without running Python. With `is_changed`, post-processing above may say something else of assets than their file.
    """

    variables: Mapping[str, Type] = field(default_factory=dict)
    is_open: bool = False
    is_changed: bool = False

    @property
    def digest(self) -> str:
        """The same for scopes that say the same."""
        text = json.dumps([self.variables, self.is_open, self.is_changed], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


NOTHING_AROUND = Scope()
"""The scope that the project's defs folder starts with, beside the base variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """What is wrong in a component file, and what that answer depends on.

    `types` are the component types that it names (as they are found), `files` the files and folders
    that were looked at with what they were, `environment` the variables that it uses. `below` is
    what the file hands down when it holds its folder.
    """

    diagnostics: tuple[Diagnostic, ...]
    components: int
    types: frozenset[tuple[str, str]] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)
    environment: frozenset[str] = frozenset()
    below: Scope | None = None
