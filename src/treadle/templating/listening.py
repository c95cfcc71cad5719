"""Who wants to know what templates that are rendered later gave, and from what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from treadle.templating.places import Locate, NodePath, Variables

__all__ = ["Rendering", "renderings", "tell_rendering"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A value with templates in it (`raw`, written at `path`), and what it gave with these variables.

    `scope` holds those that are there for this item only: `node`, `asset`.
    """

    result: Any
    raw: Any
    variables: Variables
    scope: Variables
    path: NodePath
    locate: Locate | None


_listening: ContextVar[list[Rendering] | None] = ContextVar("_listening", default=None)


def tell_rendering(
    result: Any, *, raw: Any, variables: Variables, scope: Variables, path: NodePath, locate: Locate | None
) -> None:
    """Tell whoever listens what a value gave."""
    if (told := _listening.get()) is not None:
        told.append(Rendering(result=result, raw=raw, variables=variables, scope=scope, path=path, locate=locate))


@contextmanager
def renderings() -> Iterator[list[Rendering]]:
    """Listen to every such rendering inside of the block, in order."""
    told: list[Rendering] = []
    token = _listening.set(told)
    try:
        yield told
    finally:
        _listening.reset(token)
