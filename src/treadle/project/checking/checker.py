"""Checks component files, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.documents import Document, read_yaml
from treadle.errors import Diagnostic, ProjectError, UsageError, did_you_mean
from treadle.project import deprecated, envelope
from treadle.project.checking.records import NOTHING_AROUND, FileCheck, Scope, Type
from treadle.project.checking.uses import FORMATS, mistakes_in_uses
from treadle.project.platform import Offer
from treadle.project.remembering.files import signature_of
from treadle.project.settings import Settings
from treadle.project.targets import parse_target
from treadle.schemas.finding import Finder
from treadle.schemas.formats import kind_of
from treadle.schemas.modernizing import Modern, Modernizer
from treadle.templating.places import Locate
from treadle.templating.problems import Pending
from treadle.templating.work import shared_budget

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor, Descriptors
    from treadle.schemas import Schema

__all__ = ["Checker"]

_MOST_REMEMBERED = 20_000
_NOTHING = Offer()
_ENV = re.compile(r"""\benv\s*(?:\.\s*(\w+)|[(\[]\s*["']([^"']+))""")


@dataclass(slots=True)
class _Findings:
    """What is found while a file is checked."""

    file: Path
    around: Scope
    diagnostics: list[Diagnostic] = field(default_factory=list)
    types: set[tuple[str, str]] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    environment: set[str] = field(default_factory=set)
    below: Scope | None = None

    def kind(self, path: Path) -> str:
        """What a path is: a file, a folder, or nothing."""
        found = self.files[str(path)] = kind_of(path)
        return found


class Checker:
    """Checks component files of one project: their shape, their attributes, their expressions.

    It keeps what it learns of component types and of modules of template variables, so one checker
    is for one look at the project.
    """

    def __init__(
        self, settings: Settings, descriptors: Descriptors, environment: Mapping[str, str], offer: Offer = _NOTHING
    ) -> None:
        self.settings = settings
        self.descriptors = descriptors
        self.environment = environment
        self.offer = offer
        self._finders: dict[str, Finder] = {}
        self._schemas: dict[str, Schema] = {}
        self._modernizers: dict[str, Modernizer] = {}
        self._scopes: dict[tuple[object, ...], tuple[Scope, tuple[Diagnostic, ...], tuple[str, ...]]] = {}
        self._merged: dict[tuple[int, int], Mapping[str, Type]] = {}
        self._answers: dict[tuple[str, int, int], tuple[Diagnostic, ...]] = {}
        self._kept: list[object] = []

    def check_file(self, file: Path, data: bytes | None = None, *, around: Scope = NOTHING_AROUND) -> FileCheck:
        """Everything that is wrong in a component file.

        Args:
            data: what the file holds, when that isn't saved yet.
            around: what the folders above hand down.
        """
        if len(self._answers) > _MOST_REMEMBERED:
            self._forget()
        found = _Findings(file=file, around=around)
        documents, unreadable = read_yaml(file, data)
        with shared_budget():
            for document in documents:
                self._document(document, found)
        # What stands on the line of such a mistake isn't what was meant.
        lines = {each.span.line for each in unreadable if each.span}
        others = (each for each in found.diagnostics if not each.span or each.span.line not in lines)
        return FileCheck(
            diagnostics=tuple(dict.fromkeys((*unreadable, *others))),
            components=max(len(documents), 1),
            types=frozenset(found.types),
            files=found.files,
            environment=frozenset(found.environment),
            below=found.below,
        )

    def _forget(self) -> None:
        """Let go of answers: somebody who types for a day gives new ones with every key."""
        # Together: what stands for an object by its id is worth nothing once that object may be gone.
        for each in (self._answers, self._merged, self._scopes, self._kept):
            each.clear()

    def scope_of(self, document: Document, *, around: Scope = NOTHING_AROUND) -> Scope:
        """What expressions of a document may name, whatever they are for."""
        found = _Findings(file=document.file, around=around)
        return self._scope(document, self._descriptor(document, found), found)

    def _document(self, document: Document, found: _Findings) -> None:
        if (mistake := envelope.shape_mistake(document)) is not None:
            found.diagnostics.append(mistake)
            return
        descriptor = self._descriptor(document, found)
        scope = self._scope(document, descriptor, found)
        if descriptor is not None and descriptor.holds_folder:
            found.below = self._handed_down(document, descriptor, found)
        check = partial(self._check, document=document, scope=scope, found=found)
        around = {name: value for name, value in document.value.items() if name != "attributes"}
        attributes = document.value.get("attributes")
        # What is in the attributes is for the type to say; that they are a mapping isn't.
        is_mapping = isinstance(attributes, dict)
        check(envelope.schema(), around if is_mapping else document.value, path=())
        if descriptor is not None and (is_mapping or (attributes is None and not _are_elsewhere(document, descriptor))):
            modern = self._modern(descriptor, attributes or {})
            locate = modern.locate(document.span)
            found.diagnostics += deprecated.attribute_warnings(modern, descriptor, document)
            found.diagnostics += deprecated.doubles(modern, document.span)
            check(self._schema(descriptor), modern.value, path=("attributes",), locate=locate)
            if modern.changes:
                document = replace(document, value={**document.value, "attributes": modern.value})
        if descriptor is not None:
            found.diagnostics += self._uses(document, descriptor, found)
        found.diagnostics += self._requirements(document, found)
        found.diagnostics += _targets(document)

    def _check(
        self,
        schema: Schema,
        value: object,
        *,
        path: tuple[str, ...],
        document: Document,
        scope: Scope,
        found: _Findings,
        locate: Locate | None = None,
    ) -> None:
        def expression(text: str, expected: Type, extra: Mapping[str, Type]) -> Iterable[Diagnostic]:
            found.environment.update(first or second for first, second in _ENV.findall(text))
            return self._expression(text, expected, extra, scope, schema)

        found.diagnostics += schema.check(
            value,
            path=path,
            locate=locate or document.span,
            folder=document.file.parent,
            kind=found.kind,
            expression=expression,
        )

    def _expression(
        self, text: str, expected: Type, extra: Mapping[str, Type], scope: Scope, schema: Schema
    ) -> tuple[Diagnostic, ...]:
        names = self._with(scope, extra)
        key = (text, id(names), id(expected))
        if key not in self._answers:
            self._kept.append(expected)  # an id is taken as long as its object lives
            self._answers[key] = tuple(self._mistakes(text, expected, names, scope, schema))
        return self._answers[key]

    def _mistakes(
        self, text: str, expected: Type, names: Mapping[str, Type], scope: Scope, schema: Schema
    ) -> Iterable[Diagnostic]:
        from treadle.schemas import accepts
        from treadle.templating.inference import infer

        # A name `*` stands for variables whose names only the component type knows.
        inferred = infer(text, names, is_open=scope.is_open or "*" in names, env=self.environment)
        if inferred.mistakes:
            return inferred.mistakes
        wrong = accepts(inferred.type, expected, schema.definitions)
        return (_misfit(text, wrong),) if wrong else ()

    def _with(self, scope: Scope, extra: Mapping[str, Type]) -> Mapping[str, Type]:
        """The variables of a scope and some more; always the same object for the same two, so that answers are kept."""
        if not extra:
            return scope.variables
        key = (id(scope.variables), id(extra))
        if key not in self._merged:
            self._merged[key] = {**scope.variables, **extra}
            self._kept += [scope.variables, extra]  # an id is taken as long as its object lives
        return self._merged[key]

    def _descriptor(self, document: Document, found: _Findings) -> Descriptor | None:
        name = document.value.get("type") if isinstance(document.value, dict) else None
        if not isinstance(name, str):
            return None
        package = self.settings.package_of(document.file.parent) if name.startswith(".") else ""
        found.types.add((name, package))
        span = document.span(("type",))
        try:
            descriptor = self.descriptors.find(name, package=package, span=span)
        except ProjectError as error:
            found.diagnostics += error.diagnostics
            return None
        if (warning := deprecated.type_warning(name, descriptor, document)) is not None:
            found.diagnostics.append(warning)
        return descriptor

    def _modern(self, descriptor: Descriptor, attributes: object) -> Modern:
        """The attributes in the form of today; what only a function of the type knows may be anything."""
        if descriptor.name not in self._modernizers:
            self._modernizers[descriptor.name] = Modernizer(descriptor.schema, lambda rule, value: Pending(str(value)))
        return self._modernizers[descriptor.name].modernize(attributes, ("attributes",))

    def _schema(self, descriptor: Descriptor) -> Schema:
        from treadle.schemas import compile_schema

        if descriptor.name not in self._schemas:
            self._schemas[descriptor.name] = compile_schema(descriptor.schema)
        return self._schemas[descriptor.name]

    def _scope(self, document: Document, descriptor: Descriptor | None, found: _Findings) -> Scope:
        module = document.value.get("template_vars_module") if isinstance(document.value, dict) else None
        module = module if isinstance(module, str) else ""
        package = self.settings.package_of(document.file.parent) if module.startswith(".") else ""
        of_type = descriptor.name if descriptor else ""
        key = (id(found.around), of_type, module, package)
        if key not in self._scopes:
            from treadle.components.base_types import base_types  # needed only where something has changed

            self._kept.append(found.around)
            own, mistakes, files = self._own(document, descriptor, module)
            # What a type that nobody knows would add is unknown as well.
            is_open = found.around.is_open or own.is_open or descriptor is None
            variables = {**found.around.variables, **own.variables, **base_types()}
            self._scopes[key] = (Scope(variables=variables, is_open=is_open), mistakes, files)
        scope, mistakes, files = self._scopes[key]
        span = document.span(("template_vars_module",))
        found.diagnostics += (each if each.span else replace(each, span=span) for each in mistakes)
        found.files.update({file: signature_of(file) for file in files})
        return scope

    def _own(
        self, document: Document, descriptor: Descriptor | None, module: str
    ) -> tuple[Scope, tuple[Diagnostic, ...], tuple[str, ...]]:
        """What the type and the named module add; the files that the module's answer depends on."""
        variables = dict(descriptor.template_vars) if descriptor else {}
        if not module:
            return Scope(variables=variables), (), ()
        from treadle.project.template_vars import read_template_vars

        read = read_template_vars(
            module, package=self.settings.package_of(document.file.parent), source=self.settings.source
        )
        # What a module that can't be read would have added is unknown.
        is_open = read.is_open or bool(read.mistakes)
        return Scope(variables={**variables, **read.variables}, is_open=is_open), read.mistakes, read.files

    def _handed_down(self, document: Document, descriptor: Descriptor, found: _Findings) -> Scope:
        module = document.value.get("template_vars_module")
        own, _, _ = self._own(document, descriptor, module if isinstance(module, str) else "")
        return Scope(
            variables={**found.around.variables, **own.variables},
            is_open=found.around.is_open or own.is_open,
            is_changed=found.around.is_changed or document.value.get("post_processing") is not None,
        )

    def _uses(self, document: Document, descriptor: Descriptor, found: _Findings) -> Iterator[Diagnostic]:
        if descriptor.name not in self._finders:
            self._finders[descriptor.name] = Finder(descriptor.schema, set(FORMATS))
        return mistakes_in_uses(
            document,
            descriptor,
            self._finders[descriptor.name],
            self.offer,
            address=partial(self._address, document),
            is_changed=found.around.is_changed,
        )

    def _address(self, document: Document) -> str:
        folder, defs = document.file.parent, self.settings.defs
        address = folder.relative_to(defs).as_posix() if folder.is_relative_to(defs) else folder.name
        return address if document.index == 0 else f"{address}[{document.index}]"

    def _requirements(self, document: Document, found: _Findings) -> Iterator[Diagnostic]:
        requirements = document.value.get("requirements")
        names = requirements.get("env") if isinstance(requirements, dict) else None
        for index, name in enumerate(names if isinstance(names, list) else ()):
            if isinstance(name, str) and "{{" not in name:
                found.environment.add(name)
                if name not in self.environment:
                    span = document.span(("requirements", "env", index))
                    yield envelope.unset(name, span, self.settings.root, self.environment)


def _are_elsewhere(document: Document, descriptor: Descriptor) -> bool:
    """Whether the attributes stand under a misspelled name, or lost their indentation: then none is missing."""
    known = envelope.keys()
    own = descriptor.schema.get("properties", {})
    unknown = [str(name) for name in document.value if name not in known]
    return any(name in own or did_you_mean(name, ("attributes",)) for name in unknown)


def _targets(document: Document) -> Iterator[Diagnostic]:
    """Mistakes in the selections of post-processing."""
    processing = document.value.get("post_processing")
    for kind, rules in processing.items() if isinstance(processing, dict) else ():
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            target = rule.get("target") if isinstance(rule, dict) else None
            if not isinstance(target, str) or "{{" in target:
                continue
            try:
                parse_target(str(kind), target)
            except UsageError as error:
                yield envelope.unreadable_target(error, document.span(("post_processing", kind, index, "target")))


def _misfit(text: str, wrong: str) -> Diagnostic:
    return Diagnostic(
        code="TRD309",
        message=f"the template {text.strip()} gives {wrong}",
        why="the attribute takes nothing of that kind",
        fix="change the expression, or what it is for",
    )
