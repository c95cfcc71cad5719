"""What the components of a file depend on, noted while they are built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["AsksElsewhereError", "Witness"]

_SAME_EVERYWHERE = frozenset(("automation", "automation_condition", "context", "dg", "project_root"))
"""Variables of every template that say the same as long as the project is where it is."""


class AsksElsewhereError(Exception):
    """What is built depends on more than can be remembered."""


@dataclass(slots=True)
class Witness:
    """Looks on while the components of a file are built.

    `types` are the component types as they are named, `names` the variables that templates name,
    `files` the paths that were looked at with what they were, `environment` the variables that have to
    be set. With `is_open`, what was built may depend on more than that, so it isn't remembered; a witness that
    `refuses` ends building then.
    """

    types: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    environment: set[str] = field(default_factory=set)
    is_open: bool = False
    refuses: bool = False

    def asks_elsewhere(self) -> None:
        """Something was asked for that nobody can tell the state of.

        Raises:
            AsksElsewhereError: with `refuses`.
        """
        self.is_open = True
        if self.refuses:
            raise AsksElsewhereError

    def names_variables(self, names: Iterable[str], known: Mapping[str, object]) -> None:
        """Templates name variables; those that aren't known are filled in later, by the component itself."""
        self.names.update(names)
        # Environment variables may be secrets, which are never written down; functions may say anything.
        if any(name in known and name not in _SAME_EVERYWHERE for name in self.names):
            self.asks_elsewhere()
