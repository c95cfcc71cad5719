"""What isn't handed on, because Dagster has nothing like it: told to whoever exports, and kept with the graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from treadle.errors import Span
from treadle.ir import Origin
from treadle.ir.origin import span_of

__all__ = ["Leaving", "LeftOut"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that Dagster won't have: of which kind, by which name, and why."""

    what: str
    name: str
    why: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Collects what is left out while a graph is gone through.

    >>> leaving = Leaving()
    >>> leaving.out("sensor", "new_files", "sensors aren't exported", None)
    >>> [each.name for each in leaving.found]
    ['new_files']
    """

    found: list[LeftOut] = field(default_factory=list)

    def out(self, what: str, name: object, why: str, origin: Origin | None) -> None:
        """Note that something is left out."""
        self.found.append(LeftOut(what=what, name=str(name), why=why, span=span_of(origin)))

    def facts(self) -> list[dict[str, Any]]:
        """What was left out, for the exported graph."""
        return [{"what": each.what, "name": each.name, "why": each.why} for each in self.found]
