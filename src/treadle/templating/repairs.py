"""The mistakes that can be mended mechanically, and how: only where it surely gives what was meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from treadle.errors import Edit, Span
from treadle.templating.env import FromEnv
from treadle.templating.places import KEY, Locate, NodePath
from treadle.templating.problems import Kind, Problem
from treadle.templating.spelling import nearest

__all__ = ["repair"]

_WORD = re.compile(r"[A-Za-z_][\w./-]*")
_PLAIN = re.compile(r"[A-Za-z_][\w/-]*(\.[\w/-]+)*")
_NOT_TEXT = frozenset({"null", "true", "false"})


def repair(problem: Problem, path: NodePath, locate: Locate) -> tuple[Edit, ...]:
    """The edit that mends a mistake; nothing when what was meant isn't certain."""
    if isinstance(problem.found, FromEnv):
        return ()
    if problem.kind is Kind.UNKNOWN:
        return _rename(problem, path, locate)
    if problem.kind is not Kind.TYPE:
        return ()
    return _respelled(problem, path, locate) or _quoted(problem, path, locate) or _bracketed(problem, path, locate)


def _rename(problem: Problem, path: NodePath, locate: Locate) -> tuple[Edit, ...]:
    """The misspelled name of an attribute, spelled right, as long as the right one isn't there as well."""
    name = problem.path[-1]
    if not isinstance(name, str) or not _WORD.fullmatch(name):
        return ()
    meant = nearest(name, problem.names)
    if not meant or _is_there((*path, *problem.path[:-1]), meant, locate):
        return ()
    return _edit(locate((*path, *problem.path, KEY)), name, meant)


def _is_there(parent: NodePath, name: str, locate: Locate) -> bool:
    # Whoever locates may give the nearest place around what isn't written; a value never starts where its mapping does.
    found = locate((*parent, name))
    return found is not None and found != locate(parent)


def _respelled(problem: Problem, path: NodePath, locate: Locate) -> tuple[Edit, ...]:
    """A misspelled value of a few."""
    found = problem.found
    if not isinstance(found, str) or not _WORD.fullmatch(found):
        return ()
    meant = nearest(found, problem.meaning.choices)
    if not _PLAIN.fullmatch(meant) or meant.lower() in _NOT_TEXT:
        return ()
    return _edit(locate((*path, *problem.path)), found, meant)


def _quoted(problem: Problem, path: NodePath, locate: Locate) -> tuple[Edit, ...]:
    """A number, or true or false, that has to be text."""
    found = problem.found
    if problem.meaning.expected != ("text",) or not isinstance(found, bool | int | float):
        return ()
    written = str(found).lower() if isinstance(found, bool) else str(found)
    if not _accepts(problem.schema, written):
        return ()
    return _edit(locate((*path, *problem.path)), written, f'"{written}"')


def _accepts(schema: Mapping[str, Any] | None, value: str) -> bool:
    """Whether a value would be right; where that can't be told, it isn't."""
    from pydantic_core import SchemaValidator

    try:
        SchemaValidator(cast("Any", schema)).validate_python(value)
    except Exception:  # a validator may ask for surroundings that aren't here
        return False
    return True


def _bracketed(problem: Problem, path: NodePath, locate: Locate) -> tuple[Edit, ...]:
    """One word where a list of words is wanted."""
    found, name = problem.found, problem.path[-1] if problem.path else ""
    if problem.meaning.expected != ("a list",) or not isinstance(found, str) or not isinstance(name, str):
        return ()
    value, key = locate((*path, *problem.path)), locate((*path, *problem.path, KEY))
    if value is None or key is None or not _PLAIN.fullmatch(found) or found.lower() in _NOT_TEXT:
        return ()
    # The name is part of the edit: brackets inside of quotation marks would be text, and this finds none.
    if (key.line, key.column + len(name) + 2) != (value.line, value.column):
        return ()
    return _edit(key, f"{name}: {found}", f"{name}: [{found}]")


def _edit(span: Span | None, old: str, new: str) -> tuple[Edit, ...]:
    return (Edit(span=span, old=old, new=new),) if span is not None else ()
