"""From one `policies.yaml` to records, and everything that is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from treadle.documents import KEY, Document, read_yaml
from treadle.errors import Diagnostic, cut
from treadle.policies import Binding, Policy, Rule
from treadle.project.policing.models import NAME, BindingAttributes, PoliciesFile, PolicyAttributes
from treadle.project.policing.records import Gap
from treadle.project.policing.written import attribute_mistakes, template_paths
from treadle.templating.places import NodePath
from treadle.templating.validation import explain

__all__ = ["Read", "read_policies"]

_WITH_TEMPLATES = ("message", "default", "fix")
_NO_RULE = "write `require:` and an expression that is true of whatever is right: require: asset.owners"


@dataclass(slots=True, kw_only=True)
class Read:
    """What one file says; `gaps` are its policies that can't be used."""

    policies: list[Policy] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    giver: str = ""
    prefix: str = ""

    def full_name(self, name: str) -> str:
        """The name by which everybody else knows a policy of this file."""
        return f"{self.prefix}.{name}" if self.prefix and "." not in name else name


def read_policies(file: Path, *, giver: str = "", pack: str = "") -> Read:
    """What a `policies.yaml` says.

    Args:
        giver: the package whose file it is.
        pack: the pack that it is. The name of the pack, or else that of the package, is put before those of policies.
    """
    documents, mistakes = read_yaml(file)
    found = Read(giver=giver, prefix=pack or giver)
    found.diagnostics += mistakes
    if mistakes:
        found.gaps.append(Gap(name=found.prefix or file.name, span=mistakes[0].span))
    for document in documents:
        _document(document, found)
    return found


def _document(document: Document, found: Read) -> None:
    whole = document.value
    if not isinstance(whole, dict):
        found.gaps.append(Gap(name=found.prefix or document.file.name, span=document.span(())))
        found.diagnostics.append(_no_mapping(document))
        return
    if _validated(PoliciesFile, whole, (), document, found) is None:
        found.gaps.append(Gap(name=found.prefix or document.file.name, span=document.span(())))
    policies, bindings = whole.get("policies"), whole.get("bindings")
    for name, value in policies.items() if isinstance(policies, dict) else ():
        before = len(found.diagnostics)
        _policy(name, value, document, found)
        if len(found.diagnostics) > before and _may_deny(value):
            found.gaps.append(Gap(name=found.full_name(str(name)), span=document.key_span(("policies", name))))
    for index, value in enumerate(bindings if isinstance(bindings, list) else ()):
        _binding(index, value, document, found)


def _may_deny(value: object) -> bool:
    """Whether a policy that can't be used might have stopped something."""
    return not isinstance(value, dict) or value.get("severity") not in ("warn", "audit")


def _policy(name: Any, value: Any, document: Document, found: Read) -> None:
    path = ("policies", name)
    if not isinstance(name, str) or not re.fullmatch(NAME, name):
        found.diagnostics.append(_odd_name(document, name))
        return
    mistakes = [*_templates(value, document, path)]
    for part in ("default", "fix"):
        written = value.get(part) if isinstance(value, dict) else None
        if isinstance(written, dict):
            mistakes += attribute_mistakes(written, (*path, part), document)
    made: PolicyAttributes | None = None if mistakes else _validated(PolicyAttributes, value, path, document, found)
    found.diagnostics += mistakes
    if made is None:
        return
    if mistake := _rule_mistake(made, name, document):
        found.diagnostics.append(mistake)
        return
    language = "cel" if made.cel is not None else "require"
    span = document.span((*path, language))
    found.policies.append(
        Policy(
            name=found.full_name(name),
            require=Rule(
                text=made.cel or made.require or "", language="cel" if made.cel is not None else "template", span=span
            ),
            description=made.description.strip(),
            severity=made.severity,
            target=made.target,
            match=made.match,
            message=made.message.strip(),
            docs=made.docs,
            default=value.get("default") or {},
            fix=value.get("fix") or {},
            parameters=made.parameters,
            waivable=made.waivable,
            giver=found.giver,
            span=document.key_span(path),
        )
    )


def _binding(index: int, value: Any, document: Document, found: Read) -> None:
    path = ("bindings", index)
    templates = list(_templates(value, document, path))
    found.diagnostics += templates
    made = None if templates else _validated(BindingAttributes, value, path, document, found)
    if made is None:
        found.gaps.append(
            Gap(name=f"binding {index + 1} of {found.prefix or document.file.name}", span=document.span(path))
        )
        return
    found.bindings.append(
        Binding(
            policies=tuple(found.full_name(each) for each in made.policies),
            severity=made.severity,
            projects=tuple(made.projects),
            packages=tuple(made.packages),
            match=made.match,
            parameters=made.parameters,
            giver=found.giver,
            span=document.span(path),
        )
    )


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _validated(model: Any, value: object, path: NodePath, document: Document, found: Read) -> Any:
    """What a part says; None when it has mistakes, which are told."""
    try:
        return _adapter(model).validate_python(value)
    except ValidationError as error:
        found.diagnostics += explain(error, model, path=path, locate=document.span)
        return None


def _rule_mistake(made: PolicyAttributes, name: str, document: Document) -> Diagnostic | None:
    path = ("policies", name)
    if made.require is None and made.cel is None:
        return Diagnostic(
            code="TRD903",
            message=f"the policy {name!r} requires nothing",
            why="nothing could violate it",
            fix=_NO_RULE,
            span=document.key_span(path),
        )
    if made.require is not None and made.cel is not None:
        return Diagnostic(
            code="TRD903",
            message=f"the policy {name!r} has two rules",
            why="`require` and `cel` are two languages for one thing",
            fix="keep one of them",
            span=document.span((*path, "cel", KEY)),
        )
    return None


def _no_mapping(document: Document) -> Diagnostic:
    return Diagnostic(
        code="TRD903",
        message=f"{document.file.name} is written as a mapping",
        why="policies stand below `policies`, where they hold below `bindings`",
        fix="write `policies:`, and the name of each below it",
        span=document.span(()),
    )


def _odd_name(document: Document, name: object) -> Diagnostic:
    span = document.span(("policies", name, KEY)) if isinstance(name, str | int) else document.span(("policies",))
    return Diagnostic(
        code="TRD903",
        message=f"a policy can't be called {cut(name)}",
        why="bindings, waivers and reports name it, with the name of its package and a dot before it",
        fix="write letters, digits, '-' and '_'",
        span=span,
    )


def _templates(value: object, document: Document, path: NodePath) -> Iterator[Diagnostic]:
    """Templates where none is rendered; those around a whole rule can be left out."""
    for way in template_paths(value):
        if way[:1] and way[0] in _WITH_TEMPLATES:
            continue
        span = document.span((*path, *way))
        rule = way[:1] in (("require",), ("cel",))
        yield Diagnostic(
            code="TRD903",
            message=f"{way[-1]!r} can't be a template"
            if way and isinstance(way[-1], str)
            else "this can't be a template",
            why="a rule is an expression already" if rule else "what it says is the same wherever it holds",
            fix="write it without braces" if rule else "write the value itself",
            span=span,
        )
