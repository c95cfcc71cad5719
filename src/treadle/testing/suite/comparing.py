"""What is otherwise than a test expects, at the lines where it expects it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from treadle.documents import Document, NodePath
from treadle.errors import Diagnostic, Severity, Span, cut, did_you_mean, listing
from treadle.testing.expecting import is_at, node_path, told
from treadle.testing.suite.model import Expectations, ExpectedMistake
from treadle.testing.suite.views import Views

__all__ = ["compare", "compare_mistakes"]

_SECTIONS = ("assets", "checks", "steps", "schedules", "sensors", "jobs")


def compare(expected: Expectations, actual: Views, test: Document) -> Iterator[Diagnostic]:
    """What isn't as expected in what was declared."""
    for section in _SECTIONS:
        wanted: Mapping[str, Any] | None = getattr(expected, section)
        if wanted is None:
            continue
        declared = actual[section]
        for name, attributes in wanted.items():
            path = ("expect", section, name)
            if name not in declared:
                yield _missing(section[:-1], name, list(declared), test.key_span(path))
            elif attributes is not None:
                values = attributes.model_dump(exclude_unset=True)
                yield from _differences(values, declared[name], path, test)
        if expected.exactly and (others := declared.keys() - wanted.keys()):
            yield _unlisted(section, sorted(others), test.key_span(("expect", section)))


def _differences(
    expected: Mapping[str, Any], actual: Mapping[str, Any], path: NodePath, test: Document
) -> Iterator[Diagnostic]:
    """A mapping's names that are expected have the values that are expected; others may be there."""
    for name, value in expected.items():
        here = (*path, name)
        found = actual.get(name)
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            yield from _differences(value, found, here, test)
        elif name not in actual:
            yield _different(here, f"expected {cut(value)}, found nothing: {_names(actual)}", test)
        elif _is_unordered(here) and isinstance(value, list) and isinstance(found, list):
            if difference := _of_lists(value, found):
                yield _different(here, difference, test)
        elif not _equal(value, found, here):
            yield _different(here, f"expected {cut(value)}, found {cut(found)}", test)


_ATTRIBUTE = 4
"""How long the path of an attribute is: `expect`, what it is of, the name, the attribute."""


def _is_unordered(path: NodePath) -> bool:
    return len(path) == _ATTRIBUTE


def _equal(expected: object, actual: object, path: NodePath) -> bool:
    if isinstance(expected, str) and isinstance(actual, str):
        return expected.rstrip("\n") == actual.rstrip("\n")  # a block of YAML text ends in a line break
    if len(path) == _ATTRIBUTE + 1 and path[-2] == "tags":
        return _as_tag(expected) == actual
    return type(expected) is type(actual) and expected == actual if isinstance(expected, bool) else expected == actual


def _as_tag(value: object) -> object:
    """A tag's value as the graph has it: text, however it is written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _of_lists(expected: Sequence[Any], actual: Sequence[Any]) -> str:
    missing = [each for each in expected if each not in actual]
    others = [each for each in actual if each not in expected]
    words = [f"{listing(map(str, missing))} isn't there"] if missing else []
    words += [f"{listing(map(str, others))} is there, and isn't expected"] if others else []
    return "; ".join(words)


def _names(mapping: Mapping[str, Any]) -> str:
    return f"there is {listing(map(str, mapping))}" if mapping else "it is empty"


def _different(path: NodePath, message: str, test: Document) -> Diagnostic:
    where = ".".join(map(str, path[3:]))
    return Diagnostic(
        code="TRD801",
        message=f"{path[2]}: {where}: {message}",
        why="the component declares something else than the test expects",
        fix="correct the component, or what the test expects",
        span=test.span(path),
    )


def _missing(noun: str, name: str, declared: Sequence[str], span: Span) -> Diagnostic:
    there = f"it declares {listing(declared)}" if declared else f"it declares no {noun}s"
    return Diagnostic(
        code="TRD801",
        message=f"the component declares no {noun} {name!r}",
        why=there,
        fix=did_you_mean(name, declared) or "correct the component, or what the test expects",
        span=span,
    )


def _unlisted(section: str, names: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        code="TRD801",
        message=f"the component also declares {listing(names)}",
        why=f"the test says `exactly: true`, and doesn't name {'it' if len(names) == 1 else 'them'} in `{section}`",
        fix="name them, or remove `exactly`",
        span=span,
    )


def compare_mistakes(
    expected: Sequence[ExpectedMistake], found: Sequence[Diagnostic], documents: Sequence[Document], test: Document
) -> Iterator[Diagnostic]:
    """Mistakes that are expected and weren't told, and errors that were told and aren't expected."""
    accounted: set[int] = set()
    for index, mistake in enumerate(expected):
        path = ("expect", "mistakes", index)
        if mistake.at and not any(_leads_somewhere(document, mistake.at) for document in documents):
            yield _leads_nowhere(mistake.at, test.span((*path, "at")))
            accounted.update(number for number, each in enumerate(found) if each.code == mistake.code)
            continue
        matching = {number for number, each in enumerate(found) if _is_meant(each, mistake, documents)}
        accounted |= matching
        if not matching:
            yield _not_told(mistake, found, test.span(path))
    for number, each in enumerate(found):
        if number not in accounted and each.severity is Severity.ERROR:
            yield each


def _is_meant(diagnostic: Diagnostic, expected: ExpectedMistake, documents: Sequence[Document]) -> bool:
    if diagnostic.code != expected.code or (expected.message or "") not in told(diagnostic):
        return False
    at = expected.at
    return not at or any(is_at(diagnostic, document, at) for document in documents)


def _leads_somewhere(document: Document, at: str) -> bool:
    """Whether a document has what a path leads to, or at least what that would be in."""
    value = document.value
    for part in node_path(at)[:-1]:
        inside = value.get(part, value.get(str(part))) if isinstance(value, dict) else None
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            inside = value[part]
        if not isinstance(inside, dict | list):
            return False
        value = inside
    return True


def _leads_nowhere(at: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="TRD805",
        message=f"the path {at!r} leads nowhere in the tested document",
        why="no mistake could ever be told there",
        fix="write the names from the top of the document, joined by dots: attributes.assets.0.key",
        span=span,
    )


def _not_told(mistake: ExpectedMistake, found: Sequence[Diagnostic], span: Span) -> Diagnostic:
    wanted = mistake.code + (f" at {mistake.at}" if mistake.at else "")
    wanted += f" saying {mistake.message!r}" if mistake.message else ""
    lines = [f"  {each.code} {each.span.line if each.span else ''}: {each.message}" for each in found]
    return Diagnostic(
        code="TRD802",
        message=f"expected the mistake {wanted}, and it isn't told",
        why="what is told is\n" + "\n".join(lines) if lines else "nothing is wrong with the component",
        fix="correct the component type, or what the test expects",
        span=span,
    )
