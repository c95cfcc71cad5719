"""Finds and reads tables of cases: `policies.test.yaml` beside `policies.yaml`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from treadle.documents import KEY, Document, read_yaml
from treadle.errors import Diagnostic, Span, UsageError, did_you_mean, listing
from treadle.policies import Policy
from treadle.policies.bindings import STANDARD
from treadle.project.policing.functions import read_module
from treadle.project.policing.gathering import packs
from treadle.project.policing.presence import FILE, MODULE
from treadle.project.policing.reading import Read, read_policies
from treadle.templating.validation import explain
from treadle.testing.policies.model import CaseAttributes

__all__ = ["SUFFIX", "Case", "Found", "Place", "Table", "find_tables", "place_of"]

SUFFIX = ".test.yaml"
"""What the name of a file of cases ends in: `policies.test.yaml` is beside `policies.yaml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case of a policy: what is given, and what is expected."""

    policy: str
    attributes: CaseAttributes
    document: Document
    number: int
    path: tuple[str | int, ...]

    @property
    def name(self) -> str:
        """What it is called in reports: its own name, or its number."""
        return self.attributes.name or f"case {self.number}"

    @property
    def span(self) -> Span:
        """Where it is written."""
        return self.document.span(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The policies of a giver, and the cases that are written for them."""

    file: Path
    policies: tuple[Policy, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The tables that there are, and everything that is wrong with them."""

    tables: tuple[Table, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where policies and their cases are: a folder, and the giver as others know it; `module` is its Python."""

    folder: Path
    giver: str = ""
    module: str = ""
    source: Path | None = None


def find_tables(places: Iterable[Place]) -> Found:
    """The tables in some folders: one for each file of policies. Never raises."""
    tables: list[Table] = []
    mistakes: list[Diagnostic] = []
    for place in places:
        for file, read in _policies(place):
            cases = file.with_name(file.stem + SUFFIX)
            mistakes += read.diagnostics
            found = list(_cases(cases, read, mistakes)) if cases.is_file() else []
            tables.append(Table(file=cases, policies=tuple(read.policies), cases=tuple(found)))
        mistakes += _alone(place.folder, [each.file for each in tables])
    return Found(tables=tuple(tables), diagnostics=tuple(mistakes))


def place_of(path: Path) -> Place:
    """The place that somebody names: the folder of a package, or of a project; a file stands for its folder.

    The folder that a package is developed in stands for the one package in its `src`.

    Raises:
        UsageError: when there is nothing.
    """
    if not path.exists():
        raise UsageError(f"there is no file or folder {str(path)!r}", fix=f"name a folder that holds {FILE}")
    folder = _developed((path if path.is_dir() else path.parent).resolve())
    is_package = (folder / "__init__.py").is_file()
    name = _module_name(folder) if is_package else ""
    source = folder / MODULE
    return Place(folder=folder, giver=name, module=f"{name}.{source.stem}" if name else "", source=source)


def _developed(folder: Path) -> Path:
    inside = [each.parent for each in folder.glob("src/*/__init__.py")]
    return inside[0] if len(inside) == 1 and any((inside[0] / each).is_file() for each in (FILE, MODULE)) else folder


def _module_name(folder: Path) -> str:
    parts = [folder.name]
    for above in folder.parents:
        if not (above / "__init__.py").is_file():
            break
        parts.append(above.name)
    return ".".join(reversed(parts))


def _policies(place: Place) -> Iterator[tuple[Path, Read]]:
    """Each file of policies in a folder, with what is known of it."""
    own = packs()
    if place.folder == next(iter(own.values())).parent:
        yield from ((file, read_policies(file, giver=STANDARD, pack=name)) for name, file in own.items())
        return
    file = place.folder / FILE
    whole = read_policies(file, giver=place.giver) if file.is_file() else Read(giver=place.giver, prefix=place.giver)
    if place.source is not None and place.module and place.source.is_file():
        python = read_module(place.module, place.source, giver=place.giver)
        whole.policies += python.policies
        whole.diagnostics += python.diagnostics
    yield file, whole


def _alone(folder: Path, known: Sequence[Path]) -> Iterator[Diagnostic]:
    """Files of cases without the policies that they are about."""
    for name in sorted(os.listdir(folder)):
        file = folder / name
        if name.startswith("policies") and name.endswith((SUFFIX, ".test.yml")) and file not in known:
            yield Diagnostic(
                code="TRD919",
                message=f"{name} is not read",
                why=f"cases of policies are in {Path(FILE).stem}{SUFFIX}",
                fix="rename it",
                span=Span(file=file),
            )


def _cases(file: Path, read: Read, mistakes: list[Diagnostic]) -> Iterator[Case]:
    documents, wrong = read_yaml(file)
    mistakes += wrong
    for document in documents:
        if not isinstance(document.value, dict):
            mistakes.append(_no_mapping(document))
            continue
        for name, value in document.value.items():
            known = {each.name: each for each in read.policies}
            full = read.full_name(str(name))
            if full not in known:
                gone = {each.name for each in read.gaps}
                mistakes += [] if full in gone else [_unknown(document, str(name), read)]
            elif not isinstance(value, list):
                mistakes.append(_no_list(document, name))
            else:
                yield from _of_policy(document, name, full, value, mistakes)


def _of_policy(
    document: Document, name: str, full: str, value: list[Any], mistakes: list[Diagnostic]
) -> Iterator[Case]:
    for index, each in enumerate(value):
        path = (name, index)
        try:
            attributes = CaseAttributes.model_validate(each)
        except ValidationError as error:
            mistakes += explain(error, CaseAttributes, path=path, locate=document.span)
        else:
            yield Case(policy=full, attributes=attributes, document=document, number=index + 1, path=path)


def _no_mapping(document: Document) -> Diagnostic:
    return Diagnostic(
        code="TRD919",
        message="a table of cases is written as a mapping",
        why="the cases of a policy stand below its name",
        fix="write the name of a policy, and `- given: …` below it",
        span=document.span(()),
    )


def _no_list(document: Document, name: str) -> Diagnostic:
    return Diagnostic(
        code="TRD919",
        message=f"the cases of {name!r} are written as a list",
        why="each has a `given` and what to `expect`",
        fix="write `- given: …`",
        span=document.span((name,)),
    )


def _unknown(document: Document, name: str, read: Read) -> Diagnostic:
    names = [each.name.removeprefix(f"{read.prefix}.") for each in read.policies]
    return Diagnostic(
        code="TRD918",
        message=f"there are cases for a policy that isn't there: {name!r}",
        why=f"there is {listing(names)}" if names else "no policy is written beside them",
        fix=did_you_mean(name, names) or "correct the name, or remove the cases",
        span=document.span((name, KEY)),
    )
