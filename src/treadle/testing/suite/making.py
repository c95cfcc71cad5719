"""Makes one test, in the process that exists only for it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from treadle.documents import Document, parse_yaml
from treadle.errors import Diagnostic, ProjectError, did_you_mean, listing
from treadle.ir import Definitions
from treadle.project import Settings
from treadle.testing.loading import load_component
from treadle.testing.steps import output_to
from treadle.testing.suite.comparing import compare, compare_mistakes
from treadle.testing.suite.finding import Test
from treadle.testing.suite.given import given_documents, tested_documents
from treadle.testing.suite.outcome import Covered, Result
from treadle.testing.suite.views import views
from treadle.testing.surroundings import clean_environment

__all__ = ["make"]


def make(settings: Settings, test: Test, *, is_folder: bool) -> Result:
    """What is otherwise than a test expects. It changes this process: environment, folder, modules, network."""
    given = test.attributes.given
    environment = clean_environment(given.env)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(settings.root)
    sys.path.insert(0, str(settings.source))
    sys.addaudithook(_refuse_network)
    try:
        documents = given_documents(test)
    except ProjectError as error:
        return Result(
            failures=tuple(
                compare_mistakes(test.attributes.expect.mistakes or (), error.diagnostics, (), test.document)
            )
        )
    tested = tested_documents(test, documents)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as file:
        with output_to(file):
            definitions, found = _load(settings, test, documents, tested, environment, is_folder=is_folder)
        file.seek(0)
        output = file.read()
    failures = list(compare_mistakes(test.attributes.expect.mistakes or (), found, tested, test.document))
    if not failures:  # of what is broken, nothing is declared
        failures += compare(test.attributes.expect, views(definitions), test.document)
    unused = _unused(test, tested, is_folder=is_folder)
    return Result(failures=(*unused, *failures), covered=tuple(_covered(settings, tested)), output=output)


def _load(
    settings: Settings,
    test: Test,
    documents: list[Document],
    tested: Sequence[Document],
    environment: dict[str, str],
    *,
    is_folder: bool,
) -> tuple[Definitions, tuple[Diagnostic, ...]]:
    """What the tested documents declare, and what is wrong with them."""

    def read(file: Path) -> list[Document]:
        return documents if file == test.file else parse_yaml(file)

    folder = test.file.parent.relative_to(settings.defs).as_posix()
    merged, found = Definitions(), dict[Diagnostic, None]()
    for document in tested:
        address = folder if document.index == 0 else f"{folder}[{document.index}]"
        definitions, mistakes = load_component(
            settings,
            address,
            env=environment,
            variables=test.attributes.given.variables,
            read=read,
            is_folder=is_folder,
        )
        merged = Definitions.merge(merged, definitions)
        found.update(dict.fromkeys(mistakes))
    return merged, tuple(found)


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        raise ConnectionRefusedError(f"a test has no network, and this would connect to {arguments[1][0]}")
    if event == "socket.getaddrinfo":
        raise ConnectionRefusedError(f"a test has no network, and this would look for {arguments[0]}")


def _unused(test: Test, documents: Sequence[Document], *, is_folder: bool) -> Iterator[Diagnostic]:
    """Variables that are given and that no template names: the test would test something else than it says."""
    if is_folder:
        return  # what is below may use them
    text = "\n".join(_texts([document.value for document in documents]))
    templates = " ".join(re.findall(r"{[{%].*?[}%]}", text, re.DOTALL))
    named = sorted(set(re.findall(r"[^\W\d]\w*", templates)))
    for name in test.attributes.given.variables:
        if name not in named:
            yield Diagnostic(
                code="TRD806",
                message=f"the variable {name!r} is given, and nothing uses it",
                why=f"templates in {test.file.name} name {listing(named)}" if named else "there are no templates",
                fix=did_you_mean(name, named) or "remove it",
                span=test.document.key_span(("given", "variables", name)),
            )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _covered(settings: Settings, documents: Sequence[Document]) -> Iterator[Covered]:
    for document in documents:
        value = document.value if isinstance(document.value, dict) else {}
        if isinstance(name := value.get("type"), str):
            attributes = value.get("attributes")
            yield Covered(
                type=name,
                package=settings.package_of(document.file.parent),
                attributes=attributes if isinstance(attributes, dict) else {},
            )
