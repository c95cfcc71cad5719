"""How a component type is written."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, PrivateAttr

from treadle.components.deprecations import Deprecation, check_fields
from treadle.components.model import STRICT
from treadle.errors import Diagnostic, ProjectError, Span
from treadle.ir import Definitions, Origin
from treadle.templating.models import names_of

__all__ = [
    "AttributePath",
    "Component",
    "ComponentContext",
    "OtherComponents",
    "ScaffoldRequest",
    "context_of",
    "remember",
    "template_var",
]

AttributePath = tuple[str | int, ...]


class OtherComponents(Protocol):
    """The other components of the project."""

    def load_component(self, path: str) -> Component:
        """The component of an address."""
        ...

    def build_defs(self, path: str) -> Definitions:
        """What is declared at an address, and below it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentContext:
    """What a component knows of the place it was declared in.

    `address` names the component in the project (`jdbt`, or `jdbt[1]` for the second document of a
    file); `path` is the folder of its file and `package` that folder as a Python package. `state` is
    a folder that Treadle keeps for derived data of this project: it may be missing, and may be
    deleted at any time. `python` is the project's own interpreter, `connections` its SQL connections
    by name (SQLAlchemy URLs); `load_python` gives what a Python file declares, and `load_module`
    what a module does.
    """

    address: str
    path: Path
    file: Path
    project_root: Path
    state: Path
    python: Path
    locate: Callable[[AttributePath], Span | None] = field(default=lambda path: None)
    connections: Mapping[str, str] = field(default_factory=dict)
    package: str = ""
    defs_package: str = ""
    load_python: Callable[[Path], Definitions] | None = None
    load_module: Callable[[str], Definitions] | None = None
    others: OtherComponents | None = None

    def load_component(self, path: str) -> Component:
        """Another component of the project, by the path of its folder below the defs folder: `sales/jdbt`.

        Raises:
            ProjectError: TRD214 when it needs this one itself, TRD215 when there is none, TRD217 when it is broken.
        """
        return self._others(path).load_component(path)

    def build_defs(self, path: str) -> Definitions:
        """What other components of the project declare: one of them, or all in a folder.

        Raises:
            ProjectError: TRD214, TRD215 and TRD217, as `load_component` does.
        """
        return self._others(path).build_defs(path)

    def _others(self, path: str) -> OtherComponents:
        if self.others is None:
            raise self.error(
                "TRD215",
                f"there is no component {path!r}",
                why="this component is not a part of a project",
                fix="load it in a project",
            )
        return self.others

    @property
    def name(self) -> str:
        """The last part of the address: a fitting name for the component's only step."""
        return self.address.rsplit("/", 1)[-1]

    def span(self, *path: str | int) -> Span:
        """Where an attribute is written, or the nearest thing around it; (1, 1) of the file when nothing is known.

        The name of a key has a place of its own: append `"<key>"` to the path of its value.
        """
        while True:
            if (found := self.locate(path)) is not None:
                return found
            if not path:
                return Span(file=self.file)
            path = path[:-1]

    def origin(self, *path: str | int, detail: str = "") -> Origin:
        """Where something that this component declares comes from."""
        return Origin(component=self.address, span=self.span(*path), detail=detail)

    def error(self, code: str, message: str, *path: str | int, why: str = "", fix: str = "") -> ProjectError:
        """A mistake in an attribute, ready to raise."""
        return ProjectError(Diagnostic(code=code, message=message, why=why, fix=fix, span=self.span(*path)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaffoldRequest:
    """What `treadle scaffold defs TYPE PATH --param value` was asked for.

    `folder` is where `defs.yaml` goes; a scaffolder may add files beside it.
    """

    folder: Path
    project_root: Path
    params: Mapping[str, str]


class Component(BaseModel):
    """A component type: its fields are the attributes of the YAML, `build_defs` says what they mean.

    The first line of the docstring is the summary in every catalogue. Every attribute accepts a
    template where it accepts a value; a field annotated `Template[T, Scope]` is rendered later,
    once per item.

    >>> from treadle.ir import Asset, AssetKey
    >>> class Orders(Component):
    ...     \"\"\"One asset.\"\"\"
    ...     key: str
    ...     def build_defs(self, context):
    ...         return Definitions(assets=(Asset(key=AssetKey.parse(self.key)),))
    >>> Orders(key="orders").key
    'orders'
    """

    model_config = STRICT

    # Private: the public names of a class are those of its attributes.
    _declared_in: ComponentContext | None = PrivateAttr(default=None)

    holds_folder: ClassVar[bool] = False
    """Whether the files and folders beside the YAML file are loaded as well, and belong to this component."""

    follows_from_attributes: ClassVar[bool] = False
    """Whether what it declares follows from its attributes, its place, the project's settings, and from which of the
    files that it names as `ProjectPath` or `ProjectFile` exist: from nothing else. Listings then remember it, and
    don't build it again. A class that derives from another one has to say it too, as it may do more."""

    scaffold_params: ClassVar[Mapping[str, str]] = {}
    """Parameters of `treadle scaffold defs`: name to what it is for."""

    version: ClassVar[str] = ""
    """The version of the type; that of the package it comes with when this is empty."""

    deprecated: ClassVar[str] = ""
    """Why the type should not be used any more, and what to use instead; empty when it may be used."""

    deprecations: ClassVar[tuple[Deprecation, ...]] = ()
    """What was called otherwise once, or written otherwise: `RenamedField("sql_file", to="path", since="1.2")`,
    `RenamedType("acme.OldSql")`… Files in the old form load; `treadle upgrade` rewrites them."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a class whose deprecations contradict its fields."""
        if "deprecations" in vars(cls):
            check_fields(cls, (name for names in names_of(cls).values() for name in names))

    @abstractmethod
    def build_defs(self, context: ComponentContext) -> Definitions:
        """What this component declares. Pure: no network, no writes outside of `context.state`."""

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """The attributes of a new component, after writing the files it needs beside `defs.yaml`.

        What is returned must be valid; by default it is the first example of the type.
        """
        examples = cls.examples()
        return examples[0] if examples else {}

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """Attributes as a person would write them, from the simplest on; the first is what scaffolding writes."""
        return ()


def template_var(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function as a template variable of its module (`template_vars_module`).

    It takes nothing, or the `ComponentContext`; what it returns is the variable's value, and may be
    a function to call in templates.

    >>> @template_var
    ... def region():
    ...     return "eu"
    >>> region()
    'eu'
    """
    function.__treadle_template_var__ = True  # type: ignore[attr-defined] # read by the project's loader
    return function


def remember(component: Component, context: ComponentContext) -> Component:
    """Keep where a component was declared; the project does that when it loads it."""
    component._declared_in = context
    return component


def context_of(component: Component) -> ComponentContext:
    """Where a component was declared: for methods that other components, or templates, call.

    Raises:
        RuntimeError: when no project has loaded it.
    """
    if component._declared_in is None:
        raise RuntimeError("the component isn't a part of a project")
    return component._declared_in
