"""What surrounds the attributes in a component's document: its shape, as data, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.documents import Document
from treadle.errors import Diagnostic, Severity, Span, UsageError, did_you_mean

if TYPE_CHECKING:
    from treadle.schemas import Schema

__all__ = ["keys", "schema", "shape_mistake", "unreadable_target", "unset"]


@cache
def schema() -> Schema:
    """The schema of a document without its attributes: those are the component type's to say."""
    from treadle.components.descriptors import document_schema
    from treadle.schemas import compile_schema

    return compile_schema(document_schema())


@cache
def keys() -> frozenset[str]:
    """The keys that a document may have."""
    from treadle.components.descriptors import document_schema

    return frozenset(document_schema()["properties"])


def shape_mistake(document: Document) -> Diagnostic | None:
    """What is wrong with a document that isn't a component at all."""
    if isinstance(document.value, dict):
        return None
    return Diagnostic(
        code="TRD210",
        message="a component is written as a mapping",
        why="the document is not a list of keys and values",
        fix="write `type:` and `attributes:`",
        span=document.span(()),
    )


def unset(name: str, span: Span, root: Path, known: Iterable[str]) -> Diagnostic:
    """A variable that `requirements` ask for, and that isn't set."""
    near, way = did_you_mean(name, known), f"set it in the shell or in {root / '.env'}"
    return Diagnostic(
        code="TRD313",
        message=f"the environment variable {name!r} is not set",
        why="the component's `requirements` ask for it",
        fix=f"{near} Otherwise {way}" if near else way,
        span=span,
        severity=Severity.ERROR,
    )


def unreadable_target(error: UsageError, span: Span | None) -> Diagnostic:
    """The target of a rule that can't be read."""
    return Diagnostic(
        code="TRD411", message=error.message, why="it says what the rule is for", fix=error.fix, span=span
    )
