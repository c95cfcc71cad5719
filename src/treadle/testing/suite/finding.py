"""Finds and reads tests: `defs.test.yaml` beside a component file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from treadle.documents import Document, parse_yaml
from treadle.errors import Diagnostic, ProjectError, Severity, Span, UsageError
from treadle.project import Settings
from treadle.project.discovery import component_file
from treadle.templating import explain
from treadle.testing.suite.model import TestAttributes

__all__ = ["FILE_NAMES", "Found", "Test", "find_tests"]

FILE_NAMES = ("defs.test.yaml", "defs.test.yml")
"""Names of files that hold tests of the component file beside them."""

_NEAR_NAME = re.compile(r"(defs?|components?)[._-]?tests?\.ya?ml|tests?[._-](defs?|components?)\.ya?ml", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test: `document` is what is written, `file` the component file that it is for."""

    __test__ = False  # pytest would take the class for a test of its own

    file: Path
    document: Document
    attributes: TestAttributes

    @property
    def name(self) -> str:
        """What the test claims."""
        return self.attributes.name

    @property
    def span(self) -> Span:
        """Where the test is written."""
        return self.document.span(("name",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The tests that can be made, and what is wrong with the others."""

    tests: tuple[Test, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=())


def find_tests(settings: Settings, paths: Sequence[Path] = ()) -> Found:
    """The tests of a project, or those in and below some folders; a file stands for the folder that it is in.

    Raises:
        UsageError: when a path isn't there, or isn't below the folder of components.
    """
    places = [_place(settings, path) for path in paths] or [settings.defs]
    tests: list[Test] = []
    mistakes: list[Diagnostic] = []
    for file in dict.fromkeys(file for place in places for file in _test_files(place)):
        if file.name not in FILE_NAMES:
            mistakes.append(_misspelled(file))
            continue
        try:
            tests += _read(file)
        except ProjectError as error:
            mistakes += error.diagnostics
    return Found(tests=tuple(tests), diagnostics=tuple(mistakes))


def _place(settings: Settings, path: Path) -> Path:
    found = path.resolve()
    if not found.exists():
        raise UsageError(f"there is no file or folder {str(path)!r}", fix="name a folder of components, or a test file")
    if settings.defs.is_relative_to(found):
        return settings.defs
    if not found.is_relative_to(settings.defs.resolve()):
        raise UsageError(
            f"{str(path)!r} is not below the project's defs folder", fix=f"name a folder in {settings.defs}"
        )
    return settings.defs / found.relative_to(settings.defs.resolve()) if found.is_dir() else found.parent


def _test_files(place: Path) -> Iterator[Path]:
    """Files of tests, and those that seem to be meant as such; links to folders aren't followed."""
    for folder, folders, files in os.walk(place):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each != "__pycache__")
        yield from (Path(folder, name) for name in sorted(files) if name in FILE_NAMES or _NEAR_NAME.fullmatch(name))


def _read(file: Path) -> Iterator[Test]:
    """The tests of a file; raises `ProjectError` with every mistake in it."""
    documents = parse_yaml(file)
    tested = component_file(file.parent)
    mistakes: list[Diagnostic] = []
    if tested is None:
        mistakes.append(_nothing_to_test(file))
    tests: list[Test] = []
    for document in documents:
        try:
            attributes = _attributes(document)
        except ProjectError as error:
            mistakes += error.diagnostics
        else:
            tests.append(Test(file=tested or file, document=document, attributes=attributes))
    mistakes += _same_names(tests)
    if mistakes:
        raise ProjectError(*mistakes)
    return iter(tests)


def _attributes(document: Document) -> TestAttributes:
    if not isinstance(document.value, dict):
        raise ProjectError(
            Diagnostic(
                code="TRD809",
                message="a test is written as a mapping",
                why="the document is not a list of keys and values",
                fix="write `name:`, `expect:` and, where it is needed, `given:`",
                span=document.span(()),
            )
        )
    try:
        return TestAttributes.model_validate(document.value)
    except ValidationError as error:
        raise ProjectError(*explain(error, TestAttributes, locate=document.span)) from None


def _same_names(tests: Iterable[Test]) -> Iterator[Diagnostic]:
    first: dict[str, Test] = {}
    for test in tests:
        if (other := first.setdefault(test.name, test)) is not test:
            yield Diagnostic(
                code="TRD808",
                message=f"two tests of this file have the name {test.name!r}",
                why=f"the first is in line {other.span.line}; a name says which of them failed",
                fix="give one of them another name",
                span=test.span,
            )


def _nothing_to_test(file: Path) -> Diagnostic:
    return Diagnostic(
        code="TRD803",
        message="there is no component file beside these tests",
        why="tests are about the `defs.yaml` in the same folder",
        fix="move the file beside the `defs.yaml` that it is about",
        span=Span(file=file),
    )


def _misspelled(file: Path) -> Diagnostic:
    return Diagnostic(
        code="TRD504",
        message=f"{file.name} is not read",
        why="a file of tests has another name",
        fix="rename it to defs.test.yaml",
        span=Span(file=file),
        severity=Severity.WARNING,
    )
