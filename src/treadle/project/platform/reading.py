"""From one file of a platform to records, and everything that is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from treadle.documents import KEY, Document, read_yaml
from treadle.errors import Diagnostic, Severity, Span, cut
from treadle.ir import ComputeProfile, Credential, Origin
from treadle.ir.platform_use import KINDS, Kind
from treadle.project.platform.models import NAME, AnyCredential, ComputeAttributes
from treadle.project.platform.options import mistakes_for_launcher
from treadle.templating.places import NodePath, has_template
from treadle.templating.validation import explain

__all__ = ["Need", "Read", "read_compute", "read_credentials"]

_ELSEWHERE = ("image", "options", "queue", "resources")
"""What a profile says to a cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A credential names another one, here."""

    credential: str
    other: str
    span: Span


@dataclass(slots=True, kw_only=True)
class Read:
    """What one file holds. `broken` are names whose records have mistakes; `is_open` says that there may be more."""

    compute: dict[str, ComputeProfile] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    is_open: bool = False


def read_compute(file: Path) -> Read:
    """The profiles that a `compute.yaml` names."""
    found = Read()
    for document, name, value in _entries(file, "compute profile", found):
        made = _validated(ComputeAttributes, value, name, document, found)
        if made is None:
            continue
        found.diagnostics += _without_effect(made, name, value, document)
        profile = made.to_profile(name, _origin(document, name))
        if mistakes := list(mistakes_for_launcher(profile, document)):
            found.broken.add(name)
            found.diagnostics += mistakes
        else:
            found.compute[name] = profile
    return found


def read_credentials(file: Path) -> Read:
    """The credentials that a `credentials.yaml` names; their values are nowhere in it."""
    found = Read()
    for document, name, value in _entries(file, "credential", found):
        made = _validated(AnyCredential, value, name, document, found)
        if made is None:
            continue
        found.credentials[name] = made.to_credential(name, _origin(document, name), file.parent)
        found.needs += [
            Need(credential=name, other=other, span=document.span((name, attribute)))
            for attribute, other in made.needs().items()
        ]
    return found


def _entries(file: Path, kind: Kind, found: Read) -> Iterator[tuple[Document, str, Any]]:
    documents, mistakes = read_yaml(file)
    found.diagnostics += mistakes
    found.is_open = bool(mistakes)
    for document in documents:
        if not isinstance(document.value, dict):
            found.is_open = True
            found.diagnostics.append(_no_mapping(document, kind))
            continue
        for name, value in document.value.items():
            if not isinstance(name, str) or not re.fullmatch(NAME, name):
                found.diagnostics.append(_odd_name(document, kind, name))
            elif templates := list(_templates(value, (name,))):
                found.broken.add(name)
                found.diagnostics += [_template(document, path, file) for path in templates]
            else:
                yield document, name, value


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _validated(model: Any, value: object, name: str, document: Document, found: Read) -> Any:
    """What a record says; None when it has mistakes, which are told."""
    try:
        return _adapter(model).validate_python(value)
    except ValidationError as error:
        found.broken.add(name)
        found.diagnostics += explain(error, model, path=(name,), locate=document.span)
        return None


def _origin(document: Document, name: str) -> Origin:
    return Origin(component="", span=document.key_span((name,)))


def _templates(value: object, path: NodePath) -> Iterator[NodePath]:
    if isinstance(value, str):
        if has_template(value):
            yield path
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _templates(each, (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _templates(each, (*path, index))


def _without_effect(made: ComputeAttributes, name: str, value: Any, document: Document) -> Iterator[Diagnostic]:
    if made.launcher != "local":
        return
    for attribute in _ELSEWHERE:
        if attribute in value:
            yield Diagnostic(
                code="TRD216",
                message=f"the attribute {attribute!r} has no effect",
                why=f"the profile {name!r} runs steps on this machine, where nothing asks for it",
                fix=f"remove {attribute!r}, or name another launcher",
                span=document.span((name, attribute, KEY)),
                severity=Severity.WARNING,
            )


def _no_mapping(document: Document, kind: Kind) -> Diagnostic:
    return Diagnostic(
        code="TRD523",
        message=f"{KINDS[kind]}.yaml is written as a mapping",
        why=f"each {kind} stands under its name",
        fix=f"write the name of a {kind}, and what is said of it below",
        span=document.span(()),
    )


def _odd_name(document: Document, kind: Kind, name: object) -> Diagnostic:
    return Diagnostic(
        code="TRD523",
        message=f"a {kind} can't be called {cut(name)}",
        why="steps and command lines name it",
        fix="write letters, digits, '-', '_' and '.'",
        span=document.span((name, KEY)) if isinstance(name, str | int) else document.span(()),
    )


def _template(document: Document, path: NodePath, file: Path) -> Diagnostic:
    return Diagnostic(
        code="TRD523",
        message=f"{path[-1]!r} can't be a template" if isinstance(path[-1], str) else "this can't be a template",
        why=f"what {file.name} says is the same for everybody",
        fix="write the value itself",
        span=document.span(path),
    )
