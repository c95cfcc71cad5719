"""Makes one component of a type, in a project that exists only for it."""

from __future__ import annotations

import shutil
import sys
import tempfile
import textwrap
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from treadle.components import Component, registered_types
from treadle.documents import Document, parse_yaml
from treadle.errors import Diagnostic, ProjectError, Severity
from treadle.ir import Asset, Check, Definitions, Job, Schedule, Sensor, Step, link
from treadle.project import find_settings
from treadle.testing.folder import lay_out
from treadle.testing.loading import load_component
from treadle.testing.named import ByName, by_name
from treadle.testing.steps import StepRun, run_step
from treadle.testing.surroundings import clean_environment, surroundings

__all__ = ["Built", "MistakesError", "build"]

_MADE = "treadle_tested"
"""The module that a class seems to be in, when it can't be imported from its own."""


class MistakesError(ProjectError):
    """What is wrong with a component that a test made; `documents` is what its file holds.

    >>> try:
    ...     build("treadle.Function", {"exectuion": ".a.b"})
    ... except MistakesError as error:
    ...     print(error.diagnostics[0].message)
    unknown attribute 'exectuion'
    """

    def __init__(self, *diagnostics: Diagnostic, documents: tuple[Document, ...] = ()) -> None:
        super().__init__(*diagnostics)
        self.documents = documents

    def __str__(self) -> str:
        """Every mistake in a few lines: a test that didn't expect them shows nothing else."""
        return "\n".join(map(_in_lines, self.diagnostics))


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Built:
    """A component as the rest of the platform sees it: what it declares, by name.

    `folder` holds its file, and lives as long as this does. `warnings` is what was told of it though
    it could be built.
    """

    definitions: Definitions
    warnings: tuple[Diagnostic, ...]
    folder: Path
    root: Path
    source: Path

    @property
    def assets(self) -> ByName[Asset]:
        """Its assets, by key."""
        return by_name(self.definitions.assets, lambda each: each.key)

    @property
    def checks(self) -> ByName[Check]:
        """Its checks, by `ASSET:NAME`."""
        return by_name(self.definitions.checks, lambda each: each.key)

    @property
    def steps(self) -> ByName[Step]:
        """Its steps, by name."""
        return by_name(self.definitions.steps, lambda each: each.name)

    @property
    def schedules(self) -> ByName[Schedule]:
        """Its schedules, by name."""
        return by_name(self.definitions.schedules, lambda each: each.name)

    @property
    def sensors(self) -> ByName[Sensor]:
        """Its sensors, by name."""
        return by_name(self.definitions.sensors, lambda each: each.name)

    @property
    def jobs(self) -> ByName[Job]:
        """Its jobs, by name."""
        return by_name(self.definitions.jobs, lambda each: each.name)

    def run_step(self, name: str = "", *, env: Mapping[str, str] | None = None, **asked: Any) -> StepRun:
        """Run one of its steps in this process (the only one, when no name is given); see `run_step`."""
        if not name and len(self.steps) != 1:
            raise KeyError(f"say which step: there is {', '.join(self.steps) or 'none'}")
        with surroundings(self.source, env):
            # What a graph knows of a step, its partitions, a step of a component alone doesn't.
            graph, _ = link(self.definitions)
            step = graph.steps[self.steps[name or next(iter(self.steps))].address]
            return run_step(step, project_root=self.root, **asked)


def build(
    component_type: type[Component] | str,
    attributes: Mapping[str, Any] | str | None = None,
    *,
    env: Mapping[str, str] | None = None,
    variables: Mapping[str, object] | None = None,
    files: Mapping[str, str | bytes] | None = None,
    address: str = "component",
) -> Built:
    """Make one component of a type, as `treadle` would, in a project that exists only for it.

    Args:
        component_type: the class, or the name that its YAML would have.
        attributes: what its YAML would have under `attributes`, as values or as YAML text.
        env: the environment variables that it sees; nothing else of the shell's is there.
        variables: template variables, by name.
        files: files beside its YAML file, by path; a leading slash starts at the project's folder.
        address: the component's address: its folder below the defs folder.

    Raises:
        MistakesError: everything that is wrong with it; `expect_mistake` looks at that.

    >>> from treadle import Asset, Component, Definitions
    >>> class Table(Component):
    ...     name: str
    ...     def build_defs(self, context):
    ...         return Definitions(assets=[Asset(key=self.name)])
    >>> list(build(Table, {"name": "{{ layer }}/orders"}, variables={"layer": "raw"}).assets)
    ['raw/orders']
    >>> list(build(Table, "name: orders").assets)
    ['orders']
    """
    root = Path(tempfile.mkdtemp(prefix="treadle-")).resolve()
    try:
        with _name_of(component_type) as name:
            text = f"type: {name}\n{_attributes_text(attributes)}"
            lay_out(
                root, {f"{address}/{path}" if path[0] != "/" else path: text for path, text in (files or {}).items()}
            )
            built = _build(root, address, text, env or {}, variables or {})
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        raise
    weakref.finalize(built, shutil.rmtree, root, ignore_errors=True)
    return built


def _build(root: Path, address: str, text: str, env: Mapping[str, str], variables: Mapping[str, object]) -> Built:
    settings = find_settings(root)
    file = settings.defs / address / "defs.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    with surroundings(settings.source, env):
        definitions, found = load_component(settings, address, env=clean_environment(env), variables=variables)
    if any(each.severity is Severity.ERROR for each in found):
        raise MistakesError(*found, documents=_documents(file))
    return Built(definitions=definitions, warnings=found, folder=file.parent, root=root, source=settings.source)


def _in_lines(diagnostic: Diagnostic) -> str:
    place = f" (line {diagnostic.span.line} of {diagnostic.span.file.name})" if diagnostic.span else ""
    said = [f"{diagnostic.code}: {diagnostic.message}{place}"]
    said += [f"  {label}: {text}" for label, text in (("why", diagnostic.why), ("fix", diagnostic.fix)) if text]
    return "\n".join(said)


def _documents(file: Path) -> tuple[Document, ...]:
    try:
        return tuple(parse_yaml(file))
    except ProjectError:
        return ()


def _attributes_text(attributes: Mapping[str, Any] | str | None) -> str:
    if attributes is None:
        return ""
    if isinstance(attributes, str):
        return "attributes:\n" + textwrap.indent(textwrap.dedent(attributes.strip("\n")), "  ")
    return yaml.safe_dump({"attributes": dict(attributes)}, sort_keys=False, allow_unicode=True)


@contextmanager
def _name_of(component_type: type[Component] | str) -> Iterator[str]:
    """The name that the YAML has for a type; a class that no module has gets a module for as long as this lasts."""
    if isinstance(component_type, str):
        yield component_type
        return
    module, name = component_type.__module__, component_type.__qualname__
    for each in registered_types().values():
        if each.target == f"{module}:{name}":
            yield each.name
            return
    if getattr(sys.modules.get(module), name, None) is component_type:
        yield f"{module}.{name}"
        return
    made = ModuleType(_MADE)
    setattr(made, component_type.__name__, component_type)
    sys.modules[_MADE] = made
    try:
        yield f"{_MADE}.{component_type.__name__}"
    finally:
        del sys.modules[_MADE]
