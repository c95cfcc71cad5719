"""YAML documents and Python modules become definitions, one component at a time.

A component with a mistake is quarantined: its diagnostics are kept, everything else is loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError

from treadle.components import Component, ComponentContext, ComponentInstance, find_type
from treadle.components.component import remember
from treadle.components.paths import FOLDER
from treadle.components.scope import place_variables
from treadle.documents import Document, parse_yaml
from treadle.errors import Diagnostic, ProjectError, Severity, Span, TreadleError, said, user_frames
from treadle.ir import Definitions
from treadle.project import discovery
from treadle.project.connections import Connections
from treadle.project.diagnostics import unreadable_folder
from treadle.project.envelope import unset
from treadle.project.modules import (
    address_steps,
    definitions_of,
    import_file,
    import_package,
    instances_of,
    made_by,
    type_name,
)
from treadle.project.others import Found, Others, Shared, is_at
from treadle.project.reading import has_post_processing, read_envelope, read_post_processing
from treadle.project.settings import Settings
from treadle.project.variables import module_variables, type_variables
from treadle.project.written import Written
from treadle.templating import resolve
from treadle.templating.env import is_set, names_in
from treadle.templating.places import NodePath
from treadle.templating.validation import explain

__all__ = ["LoadedComponent", "Loader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedComponent:
    """A component of the project, and how loading it went."""

    address: str
    type: str
    span: Span
    state: Literal["loaded", "broken"]
    definitions: Definitions = field(default_factory=Definitions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A document, what is known of it, and what is in its folder."""

    document: Document
    envelope: Written
    type: type[Component]
    context: ComponentContext
    listing: discovery.Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a folder hands down to everything in it."""

    variables: Mapping[str, object]
    folders: tuple[Path, ...] = ()


class Loader:
    """Loads the components of a project, and keeps what was found on the way.

    With `only`, components of another address are passed over: that is how a step's process loads
    nothing but what it runs. With `below`, those in folders below that address are loaded as well;
    that is how one component loads others, and `chain` holds those that wait for it. Tests have their
    own values for template variables (`given`), and their own documents in place of a file's (`read`).
    """

    def __init__(
        self,
        settings: Settings,
        variables: Mapping[str, object],
        *,
        only: str | None = None,
        below: bool = False,
        chain: tuple[str, ...] = (),
        shared: Shared | None = None,
        given: Mapping[str, object] = MappingProxyType({}),
        read: Callable[[Path], list[Document]] = parse_yaml,
    ) -> None:
        self.settings = settings
        self.variables = variables
        self.only = only
        self.below = below
        self.chain = chain
        self.shared = shared or Shared()
        self.given = given
        self.read = read
        self._python = settings.python  # which asks the file system
        self._state = settings.state / "state"
        self._connections = Connections(settings, variables)
        self.instances: dict[str, Component | None] = {}
        self.components: list[LoadedComponent] = []
        self.diagnostics: list[Diagnostic] = []

    def load(self) -> Definitions:
        """Everything that the project declares."""
        return self._folder(self.settings.defs, Surroundings(variables={}))

    def _is_wanted(self, address: str) -> bool:
        return self.only in (None, address) or (self.below and is_at(address, self.only or ""))

    def _is_near(self, address: str) -> bool:
        """Whether a wanted component may be declared by the file of this address, or below its folder."""
        return (
            self._is_wanted(address) or address == "." or (self.only or "").startswith((f"{address}[", f"{address}/"))
        )

    def _folder(self, folder: Path, around: Surroundings) -> Definitions:
        try:
            listing = discovery.scan(folder, around.folders)
        except OSError as error:
            return self._unreadable(folder, error)
        self.diagnostics.extend(listing.notes)
        if listing.file is None:
            return self._children(listing, around)
        return self._file(listing, listing.file, around)

    def _children(self, listing: discovery.Listing, around: Surroundings) -> Definitions:
        self.diagnostics.extend(listing.misnamed)
        below = replace(around, folders=(*around.folders, listing.folder))
        modules = [self._module(file) for file in listing.modules]
        folders = [self._folder(each, below) for each in listing.folders]
        return Definitions.merge(*modules, *folders)

    def _module(self, file: Path) -> Definitions:
        address = file.relative_to(self.settings.defs).as_posix()
        if not self._is_near(address):
            return Definitions()
        package = self.settings.package_of(file.parent)
        name = package if file.stem == "__init__" else f"{package}.{file.stem}"
        span = Span(file=file)
        try:
            module = import_package(name, file)
        except ProjectError as error:
            return self._quarantine(address, "", span, error)
        definitions = definitions_of(module, component=address) if self._is_wanted(address) else Definitions()
        if definitions != Definitions():
            self._keep(LoadedComponent(address=address, type="", span=span, state="loaded", definitions=definitions))
        made = [self._instance(file, address, name, each) for name, each in instances_of(module).items()]
        return Definitions.merge(definitions, *made)

    def _instance(self, file: Path, module: str, name: str, instance: ComponentInstance) -> Definitions:
        """What a function with `@component_instance` makes."""
        address, span = f"{module}[{name}]", instance.span
        if not self._is_wanted(address):
            return Definitions()

        def build() -> tuple[str, Component, Definitions]:
            context = self._context(file, address, lambda path: None if path else span)
            component = made_by(name, instance, context)
            remember(component, context)
            return type_name(type(component)), component, _built(component, context)

        return self._loaded(address, "", span, build)

    def _file(self, listing: discovery.Listing, file: Path, around: Surroundings) -> Definitions:
        address = file.parent.relative_to(self.settings.defs).as_posix()
        if not self._is_near(address):
            return Definitions()
        try:
            documents = self.read(file)
        except ProjectError as error:
            return self._quarantine(address, "", error.diagnostics[0].span or Span(file=file), error)
        merged, holds_folder = [], False
        for document in documents:
            own = address if document.index == 0 else f"{address}[{document.index}]"
            definitions, holds = self._document(document, own, around, listing)
            holds_folder = holds_folder or holds
            merged.append(definitions)
        if not holds_folder and self.only is None:
            said = "\n".join(_text(document.value) for document in documents)
            self.diagnostics.extend((*listing.hidden, *discovery.hidden_modules(listing, said)))
        return Definitions.merge(*merged)

    def _document(
        self, document: Document, address: str, around: Surroundings, listing: discovery.Listing
    ) -> tuple[Definitions, bool]:
        span, holds_folder = document.span(()), False
        try:
            envelope = read_envelope(document)
            span = document.span(("type",))
            context = self._context(document.file, address, document.span)
            name, component_type = find_type(envelope.type, package=context.package, span=span)
            holds_folder = component_type.holds_folder
        except ProjectError as error:
            return self._quarantine(address, _type_of(document), span, error), holds_folder
        if not self._is_wanted(address) and not holds_folder:
            return Definitions(), False

        def build() -> tuple[str, Component | None, Definitions]:
            declared = Declared(
                document=document, envelope=envelope, type=component_type, context=context, listing=listing
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
            return self._quarantine(address, name, span, ProjectError(*placed))
        except TreadleError as error:
            needed = Diagnostic(code="TRD209", message=str(error), span=span, why="the component can't do without it")
            return self._quarantine(address, name, span, ProjectError(needed))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() in a component ends that component, and nothing else
            return self._quarantine(address, name, span, _raised(name or address, error, span))
        self.instances[address] = component
        self._keep(LoadedComponent(address=address, type=name, span=span, state="loaded", definitions=definitions))
        return definitions

    def _build(self, declared: Declared, around: Surroundings) -> tuple[Component | None, Definitions]:
        document, envelope, context = declared.document, declared.envelope, declared.context
        self._require(envelope, document)
        own = self._own_variables(declared)
        place = place_variables(str(self.settings.root), context.others)
        variables = {**around.variables, **own, **self.given, **self.variables, **place}
        component, definitions = None, Definitions()
        if self._is_wanted(context.address):
            component = _instantiate(declared.type, envelope, document, variables, context)
            remember(component, context)
            definitions = _built(component, context)
        before = len(self.diagnostics)
        if declared.type.holds_folder:
            below = Surroundings(variables={**around.variables, **own}, folders=around.folders)
            definitions = Definitions.merge(definitions, self._children(declared.listing, below))
        if has_post_processing(document):
            from treadle.project import post_processing  # whose models cost as much as a hundred components

            processing = read_post_processing(document, variables)
            definitions, idle = post_processing.apply(processing, definitions, document.span)
            # What is broken, or passed over, may be what the rules are for.
            is_complete = self.only is None and not any(
                each.severity is Severity.ERROR for each in self.diagnostics[before:]
            )
            self.diagnostics.extend(idle if is_complete else ())
        return component, definitions

    def _own_variables(self, declared: Declared) -> dict[str, object]:
        """The values of template variables of the document's type, and of the module that it names."""
        document, context, module = declared.document, declared.context, declared.envelope.template_vars_module
        own = type_variables(declared.type, context, text=lambda: _text(document.value), given=self.given)
        if module:
            # A folder's variables are for everything below, so all of them may be used.
            used = _everything(context.path) if declared.type.holds_folder else _text(document.value)
            span = document.span(("template_vars_module",))
            own |= module_variables(module, context, text=used, span=span, given=self.given)
        return own

    def _keep(self, component: LoadedComponent) -> None:
        self.components.append(component)
        self.instances.setdefault(component.address, None)

    def _load_other(self, address: str, chain: tuple[str, ...]) -> Found:
        """What is at an address, for a component that asks for it."""
        loader = Loader(
            self.settings,
            self.variables,
            only=address,
            below=True,
            chain=chain,
            shared=self.shared,
            given=self.given,
            read=self.read,
        )
        definitions = loader.load()
        return Found(components=loader.instances, definitions=definitions, mistakes=tuple(loader.diagnostics))

    def _context(self, file: Path, address: str, locate: Callable[[NodePath], Span | None]) -> ComponentContext:
        folder, chain = file.parent, (*self.chain, address)
        package = self.settings.package_of(folder)
        return ComponentContext(
            address=address,
            path=folder,
            file=file,
            project_root=self.settings.root,
            state=self._state,
            python=self._python,
            locate=locate,
            connections=self._connections,
            package=package,
            defs_package=self.settings.defs_package,
            load_python=lambda file: self._python_file(file, address),
            load_module=lambda name: self._python_module(name, package, address, locate),
            others=Others(
                settings=self.settings,
                shared=self.shared,
                chain=chain,
                load=lambda other: self._load_other(other, chain),
            ),
        )

    def _python_module(
        self, name: str, package: str, address: str, locate: Callable[[NodePath], Span | None]
    ) -> Definitions:
        path = f"{package}{name}" if name.startswith(".") else name
        span = locate(("attributes", "module"))
        return definitions_of(import_package(path, self.settings.defs, code="TRD218", span=span), component=address)

    def _python_file(self, file: Path, address: str) -> Definitions:
        digest = hashlib.sha256(str(file).encode()).hexdigest()[:8]
        return definitions_of(import_file(f"treadle_file_{file.stem}_{digest}", file), component=address)

    def _require(self, envelope: Written, document: Document) -> None:
        """Raise when an environment variable that the component asks for isn't set."""
        env: Any = self.variables["env"]
        mistakes = [
            unset(name, document.span(("requirements", "env", index)), self.settings.root, names_in(env))
            for index, name in enumerate(envelope.requirements.env if envelope.requirements else ())
            if not is_set(env, name)
        ]
        if mistakes:
            raise ProjectError(*mistakes)

    def _unreadable(self, folder: Path, error: OSError) -> Definitions:
        address = folder.relative_to(self.settings.defs).as_posix()
        return self._quarantine(address, "", Span(file=folder), ProjectError(unreadable_folder(folder, error)))

    def _quarantine(self, address: str, type_name: str, span: Span, error: ProjectError) -> Definitions:
        self.diagnostics.extend(error.diagnostics)
        self._keep(LoadedComponent(address=address, type=type_name, span=span, state="broken"))
        return Definitions()


def _type_of(document: Document) -> str:
    written = document.value.get("type") if isinstance(document.value, dict) else None
    return written if isinstance(written, str) else ""


def _built(component: Component, context: ComponentContext) -> Definitions:
    definitions = component.build_defs(context)
    if not isinstance(definitions, Definitions):
        raise TypeError(f"build_defs returned {type(definitions).__name__}; it has to return Definitions")
    return address_steps(definitions, context.origin())


def _instantiate(
    component_type: type[Component],
    envelope: Written,
    document: Document,
    variables: Mapping[str, object],
    context: ComponentContext,
) -> Component:
    path = ("attributes",)
    raw = resolve(component_type, envelope.attributes or {}, variables, path=path, locate=document.span)
    try:
        return component_type.model_validate(raw, context={FOLDER: context.path})
    except ValidationError as error:
        raise ProjectError(*explain(error, component_type, path=path, locate=document.span)) from None


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


def _text(value: object) -> str:
    """Every string below a value, as one text to look for names in."""
    if isinstance(value, dict):
        return "\n".join(map(_text, value.values()))
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return value if isinstance(value, str) else ""


def _everything(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in sorted(folder.rglob("*.y*ml")))
