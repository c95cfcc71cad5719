"""How templating speaks of places: paths into a value, the way from a path to a span, and whether there is a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from treadle.errors import Span

__all__ = ["KEY", "Locate", "NodePath", "Variables", "dotted", "has_template", "span_of"]

NodePath = tuple[str | int, ...]
"""The way to a value: `("attributes", "assets", 0, "key")`."""

Locate = Callable[[NodePath], Span | None]
"""Tells where a value is written; None when it isn't known."""

Variables = Mapping[str, object]
"""What templates can name."""

KEY = "<key>"
"""Appended to the path of a value, it means the name that the value is written under."""


def span_of(path: NodePath, locate: Locate | None) -> Span | None:
    """The place of a value, or the nearest known place around it."""
    if locate is None:
        return None
    for length in range(len(path), -1, -1):
        if (found := locate(path[:length])) is not None:
            return found
    return None


def dotted(path: NodePath) -> str:
    """A path as people write it.

    >>> dotted(("assets", 0, "key"))
    'assets[0].key'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def has_template(text: str) -> bool:
    """Whether a text has anything to render.

    >>> has_template("a {b}"), has_template("{{ a }}")
    (False, True)
    """
    return "{{" in text or "{%" in text or "{#" in text
