"""YAML documents and Python modules become definitions, one component at a time.

A component with a mistake is quarantined: its diagnostics are kept, everything else is loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from treadle.components import Attributes, Component, ComponentContext, find_type
from treadle.components.paths import FOLDER
from treadle.documents import Document, parse_yaml
from treadle.errors import Diagnostic, ProjectError, Severity, Span, TreadleError, said, user_frames
from treadle.ir import Definitions
from treadle.project import discovery, post_processing
from treadle.project.modules import address_steps, definitions_of, import_file, import_package
from treadle.project.post_processing import PostProcessing
from treadle.project.settings import Settings
from treadle.project.variables import module_variables, type_variables
from treadle.templating import render, resolve
from treadle.templating.env import is_set
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


class Requirements(Attributes):
    """What a component needs from its surroundings."""

    env: list[str] = Field(default_factory=list)
    """Names of environment variables that have to be set."""


class Envelope(Attributes):
    """A document of a component file."""

    type: str
    """The component type."""
    attributes: dict[str, Any] | None = None
    """What the component type asks for."""
    template_vars_module: str | None = None
    """A Python module whose template variables may be used here."""
    requirements: Requirements | None = None
    """What the component needs from its surroundings."""
    post_processing: PostProcessing | None = None
    """What is done with the definitions once they are built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a folder hands down to everything in it."""

    variables: Mapping[str, object]
    folders: tuple[Path, ...] = ()


class Loader:
    """Loads the components of a project, and keeps what was found on the way.

    With `only`, components of another address are passed over: that is how a step's process loads
    nothing but what it runs.
    """

    def __init__(self, settings: Settings, variables: Mapping[str, object], *, only: str | None = None) -> None:
        self.settings = settings
        self.variables = variables
        self.only = only
        self.components: list[LoadedComponent] = []
        self.diagnostics: list[Diagnostic] = []

    def load(self) -> Definitions:
        """Everything that the project declares."""
        return self._folder(self.settings.defs, Surroundings(variables={}))

    def _folder(self, folder: Path, around: Surroundings) -> Definitions:
        try:
            file = discovery.component_file(folder)
        except OSError as error:
            return self._unreadable(folder, error)
        return self._file(file, around) if file else self._children(folder, around)

    def _children(self, folder: Path, around: Surroundings) -> Definitions:
        try:
            found = discovery.children(folder, around.folders)
        except OSError as error:
            return self._unreadable(folder, error)
        self.diagnostics.extend(found.diagnostics)
        below = replace(around, folders=(*around.folders, folder))
        modules = [self._module(file) for file in found.modules]
        folders = [self._folder(each, below) for each in found.folders]
        return Definitions.merge(*modules, *folders)

    def _module(self, file: Path) -> Definitions:
        address = file.relative_to(self.settings.defs).as_posix()
        if self.only not in (None, address):
            return Definitions()
        package = self.settings.package_of(file.parent)
        name = package if file.stem == "__init__" else f"{package}.{file.stem}"
        span = Span(file=file)
        try:
            definitions = definitions_of(import_package(name, file), component=address)
        except ProjectError as error:
            return self._quarantine(address, "", span, error)
        if definitions != Definitions():
            self.components.append(
                LoadedComponent(address=address, type="", span=span, state="loaded", definitions=definitions)
            )
        return definitions

    def _file(self, file: Path, around: Surroundings) -> Definitions:
        address = file.parent.relative_to(self.settings.defs).as_posix()
        if self.only is not None and not _near(self.only, address):
            return Definitions()
        try:
            documents = parse_yaml(file)
        except ProjectError as error:
            return self._quarantine(address, "", error.diagnostics[0].span or Span(file=file), error)
        merged, holds_folder = [], False
        for document in documents:
            own = address if document.index == 0 else f"{address}[{document.index}]"
            definitions, holds = self._document(document, own, around)
            holds_folder = holds_folder or holds
            merged.append(definitions)
        if not holds_folder:
            self.diagnostics.extend(discovery.ignored_beside(file))
        return Definitions.merge(*merged)

    def _document(self, document: Document, address: str, around: Surroundings) -> tuple[Definitions, bool]:
        span = document.span(())
        type_name, holds_folder = "", False
        try:
            envelope = _envelope(document)
            type_name = envelope.type
            span = document.span(("type",))
            context = self._context(document, address)
            type_name, component_type = find_type(envelope.type, package=context.package, span=span)
            holds_folder = component_type.holds_folder
            if self.only not in (None, address) and not holds_folder:
                return Definitions(), False
            definitions = self._build(document, envelope, component_type, context, around)
        except ProjectError as error:
            return self._quarantine(address, type_name, span, error), holds_folder
        except TreadleError as error:
            needed = Diagnostic(code="TRD209", message=str(error), span=span, why="the component can't do without it")
            return self._quarantine(address, type_name, span, ProjectError(needed)), holds_folder
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() in a component ends that component, and nothing else
            return self._quarantine(address, type_name, span, _raised(type_name, error, span)), holds_folder
        self.components.append(
            LoadedComponent(address=address, type=type_name, span=span, state="loaded", definitions=definitions)
        )
        return definitions, holds_folder

    def _build(
        self,
        document: Document,
        envelope: Envelope,
        component_type: type[Component],
        context: ComponentContext,
        around: Surroundings,
    ) -> Definitions:
        self._require(envelope, document)
        text = _text(document.value)
        own = type_variables(component_type, context, text=text)
        if envelope.template_vars_module:
            # A folder's variables are for everything below, so all of them may be used.
            used = _everything(context.path) if component_type.holds_folder else text
            span = document.span(("template_vars_module",))
            own |= module_variables(envelope.template_vars_module, context, text=used, span=span)
        variables = {**around.variables, **own, **self.variables}
        component = _instantiate(component_type, envelope, document, variables, context)
        definitions = component.build_defs(context)
        if not isinstance(definitions, Definitions):
            raise TypeError(f"build_defs returned {type(definitions).__name__}; it has to return Definitions")
        definitions = address_steps(definitions, context.origin())
        if component_type.holds_folder:
            below = Surroundings(variables={**around.variables, **own}, folders=around.folders)
            definitions = Definitions.merge(definitions, self._children(context.path, below))
        if envelope.post_processing:
            processing = _post_processing(document, variables)
            definitions = post_processing.apply(processing, definitions, document.span)
        return definitions

    def _context(self, document: Document, address: str) -> ComponentContext:
        folder = document.file.parent
        return ComponentContext(
            address=address,
            path=folder,
            file=document.file,
            project_root=self.settings.root,
            state=self.settings.state / "state",
            python=self.settings.python,
            locate=document.span,
            connections=Connections(self.settings, self.variables),
            package=self.settings.package_of(folder),
            defs_package=self.settings.defs_package,
            load_python=lambda file: self._python_file(file, address),
        )

    def _python_file(self, file: Path, address: str) -> Definitions:
        digest = hashlib.sha256(str(file).encode()).hexdigest()[:8]
        return definitions_of(import_file(f"treadle_file_{file.stem}_{digest}", file), component=address)

    def _require(self, envelope: Envelope, document: Document) -> None:
        env: Any = self.variables["env"]
        for index, name in enumerate(envelope.requirements.env if envelope.requirements else ()):
            if not is_set(env, name):
                self.diagnostics.append(
                    Diagnostic(
                        code="TRD313",
                        message=f"the environment variable {name!r} is not set",
                        why="the component's `requirements` ask for it",
                        fix=f"set it in the shell or in {self.settings.root / '.env'}",
                        span=document.span(("requirements", "env", index)),
                        severity=Severity.WARNING,
                    )
                )

    def _unreadable(self, folder: Path, error: OSError) -> Definitions:
        address, span = folder.relative_to(self.settings.defs).as_posix(), Span(file=folder)
        mistake = Diagnostic(
            code="TRD101",
            message=f"can't read the folder {folder.name!r}",
            why=(error.strerror or str(error)).lower(),
            fix="check that you may read it, and what is in it",
            span=span,
        )
        return self._quarantine(address, "", span, ProjectError(mistake))

    def _quarantine(self, address: str, type_name: str, span: Span, error: ProjectError) -> Definitions:
        self.diagnostics.extend(error.diagnostics)
        self.components.append(LoadedComponent(address=address, type=type_name, span=span, state="broken"))
        return Definitions()


class Connections(Mapping[str, str]):
    """The project's SQL connections; a URL's templates are rendered when it is asked for, which may need secrets."""

    def __init__(self, settings: Settings, variables: Mapping[str, object]) -> None:
        self._settings = settings
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        locate = lambda path: Span(file=self._settings.file)  # noqa: E731 - TOML values have no positions
        return str(render(self._settings.connections[name], self._variables, path=("connections", name), locate=locate))

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings.connections)

    def __len__(self) -> int:
        return len(self._settings.connections)

    def __contains__(self, name: object) -> bool:
        return name in self._settings.connections


def _near(only: str, address: str) -> bool:
    """Whether a component may be declared by the file of this address, or below its folder."""
    return address == "." or only == address or only.startswith((f"{address}[", f"{address}/"))


def _envelope(document: Document) -> Envelope:
    if not isinstance(document.value, dict):
        raise ProjectError(
            Diagnostic(
                code="TRD210",
                message="a component is written as a mapping",
                why="the document is not a list of keys and values",
                fix="write `type:` and `attributes:`",
                span=document.span(()),
            )
        )
    # Post-processing is read once its template variables are known.
    shape = {key: value for key, value in document.value.items() if key != "post_processing"}
    try:
        envelope = Envelope.model_validate(shape)
    except ValidationError as error:
        raise ProjectError(*explain(error, Envelope, path=(), locate=document.span)) from None
    if document.value.get("post_processing") is None:
        return envelope
    return envelope.model_copy(update={"post_processing": PostProcessing()})


def _post_processing(document: Document, variables: Mapping[str, object]) -> PostProcessing:
    assert isinstance(document.value, dict)
    path = ("post_processing",)
    raw = resolve(PostProcessing, document.value["post_processing"], variables, path=path, locate=document.span)
    try:
        return PostProcessing.model_validate(raw)
    except ValidationError as error:
        raise ProjectError(*explain(error, PostProcessing, path=path, locate=document.span)) from None


def _instantiate(
    component_type: type[Component],
    envelope: Envelope,
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
