"""YAML documents and Python modules become definitions, one component at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from pydantic import ValidationError

from treadle.components import Component, ComponentContext, ComponentInstance, find_type
from treadle.components.component import remember
from treadle.components.paths import FOLDER, LOOKED_AT
from treadle.components.scope import place_variables
from treadle.documents import Document
from treadle.errors import Diagnostic, ProjectError, Severity, Span, TreadleError, said, user_frames
from treadle.ir import Definitions
from treadle.project import discovery
from treadle.project.connections import Connections
from treadle.project.deprecated import modern_attributes
from treadle.project.envelope import unset
from treadle.project.hearing import tell_built, tell_targets
from treadle.project.loaded import LoadedComponent, Surroundings
from treadle.project.modules import (
    address_steps,
    definitions_of,
    import_file,
    import_package,
    instances_of,
    made_by,
    type_name,
)
from treadle.project.others import Found, Others, Shared
from treadle.project.reading import has_post_processing, read_envelope, read_post_processing
from treadle.project.remembering.witness import Witness
from treadle.project.settings import Settings
from treadle.project.variables import has_variables, module_variables, type_variables
from treadle.project.written import Written
from treadle.templating import resolve
from treadle.templating.env import is_set, names_in
from treadle.templating.naming import variables_in
from treadle.templating.places import NodePath
from treadle.templating.validation import explain

__all__ = ["Builder", "Walk"]


class Walk(Protocol):
    """The way through a project's folders, as far as building what is met on it needs to know.

    Components of an address that isn't wanted are passed over; with `only`, that is most of them.
    """

    only: str | None
    diagnostics: list[Diagnostic]

    def is_wanted(self, address: str) -> bool:
        """Whether the component of an address is to be loaded."""
        ...

    def children(self, listing: discovery.Listing, around: Surroundings) -> Definitions:
        """What is declared by what is in a folder, beside its component file."""
        ...

    def keep(self, component: LoadedComponent, made: Component | None = None) -> Definitions:
        """Take a component that was loaded; its definitions are given back."""
        ...

    def quarantine(self, address: str, type_name: str, span: Span, error: ProjectError) -> Definitions:
        """Take a component that can't be loaded, which declares nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A document, what is known of it, and what is in its folder."""

    document: Document
    envelope: Written
    type: type[Component]
    context: ComponentContext
    listing: discovery.Listing
    witness: Witness


class Builder:
    """Builds components of one project; one with a mistake is quarantined.

    `chain` holds the addresses of components that wait for what is built here; `load_other` loads what is at
    an address, for a component that asks for it. Tests have their own values for template variables (`given`).
    """

    def __init__(
        self,
        settings: Settings,
        variables: Mapping[str, object],
        walk: Walk,
        *,
        chain: tuple[str, ...],
        shared: Shared,
        given: Mapping[str, object],
        load_other: Callable[[str, tuple[str, ...]], Found],
    ) -> None:
        self._settings = settings
        self._variables = variables
        self._walk = walk
        self._chain = chain
        self._shared = shared
        self._given = given
        self._load_other = load_other
        self._python = settings.python  # which asks the file system
        self._state = settings.state / "state"

    def module(self, file: Path, address: str) -> Definitions:
        """What a Python module declares, by itself and with functions that make components."""
        package = self._settings.package_of(file.parent)
        name = package if file.stem == "__init__" else f"{package}.{file.stem}"
        span = Span(file=file)
        try:
            module = import_package(name, file)
        except ProjectError as error:
            return self._walk.quarantine(address, "", span, error)
        definitions = definitions_of(module, component=address) if self._walk.is_wanted(address) else Definitions()
        if definitions != Definitions():
            self._walk.keep(
                LoadedComponent(address=address, type="", span=span, state="loaded", definitions=definitions)
            )
        return Definitions.merge(definitions, *self._instances(file, address, module))

    def _instances(self, file: Path, address: str, module: ModuleType) -> list[Definitions]:
        return [self._instance(file, address, name, each) for name, each in instances_of(module).items()]

    def _instance(self, file: Path, module: str, name: str, instance: ComponentInstance) -> Definitions:
        """What a function with `@component_instance` makes."""
        address, span = f"{module}[{name}]", instance.span
        if not self._walk.is_wanted(address):
            return Definitions()

        def build() -> tuple[str, Component, Definitions]:
            context = self._context(file, address, lambda path: None if path else span, Witness())
            component = made_by(name, instance, context)
            remember(component, context)
            return type_name(type(component)), component, _built(component, context)

        return self._loaded(address, "", span, build)

    def document(
        self, document: Document, address: str, around: Surroundings, listing: discovery.Listing, witness: Witness
    ) -> tuple[Definitions, bool]:
        """What a document declares, and whether the folder that it is in belongs to it."""
        span, holds_folder = document.span(()), False
        try:
            envelope = read_envelope(document)
            span = document.span(("type",))
            context = self._context(document.file, address, document.span, witness)
            name, component_type = find_type(envelope.type, package=context.package, span=span)
            holds_folder = component_type.holds_folder
        except ProjectError as error:
            return self._walk.quarantine(address, _type_of(document), span, error), holds_folder
        if not self._walk.is_wanted(address) and not holds_folder:
            return Definitions(), False

        def build() -> tuple[str, Component | None, Definitions]:
            declared = Declared(
                document=document,
                envelope=envelope,
                type=component_type,
                context=context,
                listing=listing,
                witness=witness,
            )
            return name, *self._build(declared, around)

        return self._loaded(address, name, span, build), holds_folder

    def _loaded(
        self, address: str, name: str, span: Span, build: Callable[[], tuple[str, Component | None, Definitions]]
    ) -> Definitions:
        """What a component declares; one with a mistake is quarantined."""
        try:
            name, component, definitions = build()
        except ProjectError as error:
            placed = [replace(each, span=each.span or span) for each in error.diagnostics]
            return self._walk.quarantine(address, name, span, ProjectError(*placed))
        except TreadleError as error:
            needed = Diagnostic(code="TRD209", message=str(error), span=span, why="the component can't do without it")
            return self._walk.quarantine(address, name, span, ProjectError(needed))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() in a component ends that component, and nothing else
            return self._walk.quarantine(address, name, span, _raised(name or address, error, span))
        loaded = LoadedComponent(address=address, type=name, span=span, state="loaded", definitions=definitions)
        return self._walk.keep(loaded, component)

    def _build(self, declared: Declared, around: Surroundings) -> tuple[Component | None, Definitions]:
        document, envelope, context, walk = declared.document, declared.envelope, declared.context, self._walk
        self._require(envelope, document)
        own = self._own_variables(declared)
        place = place_variables(str(self._settings.root), context.others)
        variables = {**around.variables, **own, **self._given, **self._variables, **place}
        _note(declared, variables)
        component, definitions = None, Definitions()
        if walk.is_wanted(context.address):
            component = _instantiate(declared, variables)
            remember(component, context)
            tell_built(component, context.address, document, variables)
            definitions = _built(component, context)
        before = len(walk.diagnostics)
        if declared.type.holds_folder:
            below = Surroundings(variables={**around.variables, **own}, folders=around.folders)
            definitions = Definitions.merge(definitions, walk.children(declared.listing, below))
        if has_post_processing(document):
            from treadle.project import post_processing  # whose models cost as much as a hundred components

            processing = read_post_processing(document, variables)
            if declared.type.holds_folder:
                tell_targets(each.target for each in processing.assets or ())
            definitions, idle = post_processing.apply(processing, definitions, document.span)
            # What is broken, or passed over, may be what the rules are for.
            is_complete = walk.only is None and not any(
                each.severity is Severity.ERROR for each in walk.diagnostics[before:]
            )
            walk.diagnostics.extend(idle if is_complete else ())
        return component, definitions

    def _own_variables(self, declared: Declared) -> dict[str, object]:
        """The values of template variables of the document's type, and of the module that it names."""
        document, context, module = declared.document, declared.context, declared.envelope.template_vars_module
        text = discovery.text_of
        own = type_variables(declared.type, context, text=lambda: text(document.value), given=self._given)
        if module:
            # A folder's variables are for everything below, so all of them may be used.
            used = _everything(context.path) if declared.type.holds_folder else text(document.value)
            span = document.span(("template_vars_module",))
            own |= module_variables(module, context, text=used, span=span, given=self._given)
        return own

    def _context(
        self, file: Path, address: str, locate: Callable[[NodePath], Span | None], witness: Witness
    ) -> ComponentContext:
        folder, chain = file.parent, (*self._chain, address)
        package = self._settings.package_of(folder)

        def load_python(file: Path) -> Definitions:
            witness.asks_elsewhere()
            return self._python_file(file, address)

        def load_module(name: str) -> Definitions:
            witness.asks_elsewhere()
            return self._python_module(name, package, address, locate)

        return ComponentContext(
            address=address,
            path=folder,
            file=file,
            project_root=self._settings.root,
            state=self._state,
            python=self._python,
            locate=locate,
            connections=Connections(self._settings, self._variables, taken=witness.asks_elsewhere),
            package=package,
            defs_package=self._settings.defs_package,
            load_python=load_python,
            load_module=load_module,
            others=Others(
                settings=self._settings,
                shared=self._shared,
                chain=chain,
                load=lambda other: self._load_other(other, chain),
                asked=witness.asks_elsewhere,
            ),
        )

    def _python_module(
        self, name: str, package: str, address: str, locate: Callable[[NodePath], Span | None]
    ) -> Definitions:
        path = f"{package}{name}" if name.startswith(".") else name
        span = locate(("attributes", "module"))
        return definitions_of(import_package(path, self._settings.defs, code="TRD218", span=span), component=address)

    def _python_file(self, file: Path, address: str) -> Definitions:
        digest = hashlib.sha256(str(file).encode()).hexdigest()[:8]
        return definitions_of(import_file(f"treadle_file_{file.stem}_{digest}", file), component=address)

    def _require(self, envelope: Written, document: Document) -> None:
        """Raise when an environment variable that the component asks for isn't set."""
        env: Any = self._variables["env"]
        mistakes = [
            unset(name, document.span(("requirements", "env", index)), self._settings.root, names_in(env))
            for index, name in enumerate(envelope.requirements.env if envelope.requirements else ())
            if not is_set(env, name)
        ]
        if mistakes:
            raise ProjectError(*mistakes)


def _note(declared: Declared, variables: Mapping[str, object]) -> None:
    """Tell the witness what a document depends on."""
    envelope, witness = declared.envelope, declared.witness
    # A type that derives from another one may do more than that, so its own word is asked for.
    says_so = vars(declared.type).get("follows_from_attributes") is True
    if not says_so or declared.type.holds_folder or has_variables(declared.type) or envelope.template_vars_module:
        witness.asks_elsewhere()
        return
    written = envelope.type
    witness.types.add(f"{declared.context.package}{written}" if written.startswith(".") else written)
    witness.environment.update(envelope.requirements.env if envelope.requirements else ())
    names = variables_in(declared.document.value)
    if names is None:
        witness.asks_elsewhere()
    else:
        witness.names_variables(names, variables)


def _type_of(document: Document) -> str:
    written = document.value.get("type") if isinstance(document.value, dict) else None
    return written if isinstance(written, str) else ""


def _built(component: Component, context: ComponentContext) -> Definitions:
    definitions = component.build_defs(context)
    if not isinstance(definitions, Definitions):
        raise TypeError(f"build_defs returned {type(definitions).__name__}; it has to return Definitions")
    return address_steps(definitions, context.origin())


def _instantiate(declared: Declared, variables: Mapping[str, object]) -> Component:
    component_type, document, path = declared.type, declared.document, ("attributes",)
    modern = modern_attributes(component_type, declared.envelope.attributes or {}, document.span)
    locate = modern.locate(document.span)
    rendered = resolve(component_type, modern.value, variables, path=path, locate=locate)
    # A template may have given something in an older form.
    raw = modern_attributes(component_type, rendered, locate).value
    around = {FOLDER: declared.context.path, LOOKED_AT: declared.witness.files}
    try:
        return component_type.model_validate(raw, context=around)
    except ValidationError as error:
        raise ProjectError(*explain(error, component_type, path=path, locate=locate)) from None


def _raised(type_name: str, error: BaseException, span: Span) -> ProjectError:
    frames = user_frames(error)
    return ProjectError(
        Diagnostic(
            code="TRD208",
            message=f"the component raised {said(error)}",
            why=f"building {type_name!r} from its attributes failed" + (f"\n{frames}" if frames else ""),
            fix="mend the component type, or the attributes that it can't take",
            span=span,
        )
    )


def _everything(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in sorted(folder.rglob("*.y*ml")))
