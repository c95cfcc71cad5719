"""What is heard of components while they are built, when somebody wants to know where their values come from."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import Span
from treadle.ir.provenance import Change, changes
from treadle.templating.listening import Rendering, renderings

if TYPE_CHECKING:
    from treadle.components import Component
    from treadle.documents import Document

__all__ = ["Built", "Heard", "Named", "hear", "tell_built", "tell_targets", "tell_variable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A component that was built: the document that it is written in, and the variables of its templates."""

    address: str
    component: Component
    document: Document
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A template variable of a module or a component type, and the function that gives its value."""

    owner: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """All that was heard, in order.

    `named` holds template variables by name, `targets` those of post-processings of whole folders.
    """

    changes: list[Change]
    renderings: list[Rendering]
    built: list[Built] = field(default_factory=list)
    named: dict[str, Named] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)


_listening: ContextVar[Heard | None] = ContextVar("_listening", default=None)


@contextmanager
def hear() -> Iterator[Heard]:
    """Listen to what is built inside of the block."""
    with changes() as changed, renderings() as rendered:
        heard = Heard(changes=changed, renderings=rendered)
        token = _listening.set(heard)
        try:
            yield heard
        finally:
            _listening.reset(token)


def tell_built(component: Component, address: str, document: Document, variables: Mapping[str, object]) -> None:
    """Tell whoever listens of a component that was made from its document."""
    if (heard := _listening.get()) is not None:
        heard.built.append(Built(address=address, component=component, document=document, variables=variables))


def tell_targets(targets: Iterable[str]) -> None:
    """Tell whoever listens which assets of a folder a post-processing is for."""
    if (heard := _listening.get()) is not None:
        heard.targets.extend(targets)


def tell_variable(name: str, function: Callable[..., Any], owner: str) -> None:
    """Tell whoever listens which function gave a template variable its value."""
    if (heard := _listening.get()) is not None:
        code = inspect.unwrap(function).__code__
        heard.named[name] = Named(owner=owner, span=Span(file=Path(code.co_filename), line=code.co_firstlineno))
