"""pydantic's errors become diagnostics at the places in the YAML."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from treadle.errors import Diagnostic, did_you_mean, listing
from treadle.templating.places import KEY, Locate, NodePath, dotted, span_of
from treadle.templating.problems import Kind, Problem, find_problems
from treadle.templating.wording import either, found_words, suggestion

__all__ = ["explain"]


def explain(
    error: ValidationError, model: Any, *, path: NodePath = (), locate: Locate | None = None
) -> tuple[Diagnostic, ...]:
    """What is wrong with attributes that a model (or any type that pydantic knows) refused.

    `path` is where the attributes are in their document, and `locate` tells the place of a path.

    >>> from pydantic import BaseModel
    >>> class Table(BaseModel, extra="forbid"):
    ...     deps: list[str] = []
    >>> try:
    ...     Table.model_validate({"deps": "up/st", "dep": 1})
    ... except ValidationError as error:
    ...     for diagnostic in explain(error, Table):
    ...         print(diagnostic.code, diagnostic.message, "-", diagnostic.fix)
    TRD204 deps: expected a list, found text 'up/st' - put it into a list: [up/st]
    TRD203 unknown attribute 'dep' - did you mean 'deps'?
    """
    problems = find_problems(_core_schema(model), error.errors(include_url=False))
    told = [(problem, _diagnostic(problem, path, locate)) for problem in problems]
    meant = {(problem.path[:-1], found.fix) for problem, found in told if problem.kind is Kind.UNKNOWN}
    # A misspelled name is one mistake: that the right one is missing follows from it.
    kept = (
        found
        for problem, found in told
        if problem.kind is not Kind.MISSING or (problem.path[:-1], _suggested(problem)) not in meant
    )
    return tuple(dict.fromkeys(kept))


def _core_schema(model: Any) -> Any:
    # Not __pydantic_core_schema__ of the class: an adapter also resolves what was still a forward reference.
    return TypeAdapter(model).core_schema


def _suggested(problem: Problem) -> str:
    return f"did you mean {problem.path[-1]!r}?"


def _diagnostic(problem: Problem, path: NodePath, locate: Locate | None) -> Diagnostic:
    return _TELL[problem.kind](problem, path, locate)


def _unknown(problem: Problem, path: NodePath, locate: Locate | None) -> Diagnostic:
    name, parent = problem.path[-1], problem.path[:-1]
    return Diagnostic(
        code="TRD203",
        message=f"unknown attribute {name!r}" + (f" in {dotted(parent)}" if parent else ""),
        why=f"accepted here: {listing(problem.listed, most=30)}" if problem.listed else "nothing is accepted here",
        fix=did_you_mean(str(name), problem.names),
        span=span_of((*path, *problem.path, KEY), locate),
    )


def _missing(problem: Problem, path: NodePath, locate: Locate | None) -> Diagnostic:
    name, parent = problem.path[-1], problem.path[:-1]
    choices = problem.meaning.choices
    return Diagnostic(
        code="TRD205",
        message=f"missing attribute {name!r}" + (f" in {dotted(parent)}" if parent else ""),
        why=problem.about or "it is required, and has no default",
        fix=f"add '{name}: …'" + (f" with one of {listing(choices)}" if choices else ""),
        span=span_of((*path, *parent), locate),
    )


def _wrong_type(problem: Problem, path: NodePath, locate: Locate | None) -> Diagnostic:
    meaning = problem.meaning
    message = f"expected {either(meaning.expected)}, found {found_words(problem.found)}"
    return _wrong(problem, message, suggestion(meaning, problem.found), path, locate)


def _wrong_value(problem: Problem, path: NodePath, locate: Locate | None) -> Diagnostic:
    return _wrong(problem, problem.meaning.text, "", path, locate)


def _wrong(problem: Problem, message: str, fix: str, path: NodePath, locate: Locate | None) -> Diagnostic:
    if problem.path[-1:] == (KEY,):
        where = f"the name {problem.path[-2]!r} in {dotted(problem.path[:-2]) or 'this mapping'}"
    else:
        where = dotted(problem.path)
    return Diagnostic(
        code="TRD204",
        message=f"{where}: {message}" if where else message,
        why=problem.about,
        fix=fix,
        span=span_of((*path, *problem.path), locate),
    )


_TELL = {Kind.UNKNOWN: _unknown, Kind.MISSING: _missing, Kind.TYPE: _wrong_type, Kind.VALUE: _wrong_value}
