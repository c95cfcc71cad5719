"""Where a declaration comes from, and how a message names that place."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.errors import Span

__all__ = ["Origin", "span_of", "where"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something was declared.

    `component` is the address of the component (`jdbt`, or `jdbt[1]` for the second document of a
    file); `span` is the line to show a person; `detail` names the thing in its own system
    (`model.jaffle_shop.orders`).
    """

    component: str
    span: Span | None = None
    detail: str = ""

    def __str__(self) -> str:
        place = str(self.span) if self.span else self.component
        return f"{place} ({self.detail})" if self.detail else place


def where(origin: Origin | None) -> str:
    """The place that a message names."""
    return "an unknown place" if origin is None else str(origin)


def span_of(origin: Origin | None) -> Span | None:
    """The line that a diagnostic points at, if it is known."""
    return None if origin is None else origin.span
