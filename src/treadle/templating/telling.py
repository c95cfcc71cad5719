"""Mistakes become diagnostics at the places in the YAML, with the edits that mend them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from treadle.errors import Diagnostic, Edit, did_you_mean, listing
from treadle.templating.places import KEY, Locate, NodePath, dotted, span_of
from treadle.templating.problems import Kind, Problem
from treadle.templating.repairs import repair
from treadle.templating.wording import either, found_words, suggestion

__all__ = ["tell"]

_MOST_TOLD = 2_000
_LONGEST = 500


def tell(problems: Iterable[Problem], *, path: NodePath = (), locate: Locate | None = None) -> tuple[Diagnostic, ...]:
    """The mistakes as they are shown.

    `path` is where the attributes are in their document, and `locate` tells the place of a path. Of many
    thousands, the first are told.
    """
    every = list(problems)
    told = [(problem, _diagnostic(problem, path, locate)) for problem in every[:_MOST_TOLD]]
    meant = {(problem.path[:-1], found.fix) for problem, found in told if problem.kind is Kind.UNKNOWN}
    # A misspelled name is one mistake: that the right one is missing follows from it.
    kept = (
        found
        for problem, found in told
        if problem.kind is not Kind.MISSING or (problem.path[:-1], _suggested(problem)) not in meant
    )
    return (*dict.fromkeys(_once(kept)), *_rest(every[_MOST_TOLD:], path, locate))


def _rest(problems: Sequence[Problem], path: NodePath, locate: Locate | None) -> Iterator[Diagnostic]:
    """One word on all that isn't told: looking for what was meant takes a while, and nobody reads that many."""
    if problems:
        first = _diagnostic(problems[0], path, locate)
        yield Diagnostic(
            code=first.code,
            message="there are more mistakes from here on",
            why=f"of so many, the first {_MOST_TOLD:,} are told",
            fix="mend those, or look whether this is the file that was meant",
            span=first.span,
        )


def _once(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Two misspellings of one name aren't both mended: that would write it twice."""
    written: set[tuple[str, str]] = set()
    for diagnostic in diagnostics:
        names = {(diagnostic.message.partition(" in ")[2], edit.new) for edit in diagnostic.edits}
        if diagnostic.code == "TRD203" and names & written:
            diagnostic = replace(diagnostic, edits=())
        written |= names
        yield diagnostic


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
        edits=_edits(problem, path, locate),
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
    text = problem.meaning.text
    # Component types put values into their messages, and a value may be of any length.
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
    return _wrong(problem, shown, "", path, locate)


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
        edits=_edits(problem, path, locate),
    )


def _edits(problem: Problem, path: NodePath, locate: Locate | None) -> tuple[Edit, ...]:
    return repair(problem, path, locate) if locate is not None else ()


_TELL = {Kind.UNKNOWN: _unknown, Kind.MISSING: _missing, Kind.TYPE: _wrong_type, Kind.VALUE: _wrong_value}
