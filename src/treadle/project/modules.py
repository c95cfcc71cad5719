"""What a Python module declares."""

from __future__ import annotations

import ast
import inspect
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from treadle.components import (
    Component,
    ComponentContext,
    ComponentInstance,
    PythonDefinition,
    call_with,
    registered_types,
)
from treadle.errors import Diagnostic, ProjectError, Span, TreadleError, said, user_frames
from treadle.ir import Asset, Check, Definitions, Job, Origin, Schedule, Sensor, Step

__all__ = ["address_steps", "definitions_of", "import_file", "import_package", "instances_of", "made_by", "type_name"]

_RECORDS = (Asset, Check, Step, Schedule, Sensor, Job)


def import_package(name: str, file: Path, *, code: str = "TRD701", span: Span | None = None) -> ModuleType:
    """Import a module of the project.

    Raises:
        ProjectError: TRD701 when importing it raises; only frames of the user's code are shown.
    """
    try:
        return import_module(name)
    except ProjectError:
        raise
    except SyntaxError as error:
        where = Span(file=Path(error.filename or file), line=error.lineno or 1, column=error.offset or 1)
        raise ProjectError(
            _broken(f"the module can't be read: {error.msg}", "Python can't parse it", where, code)
        ) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ProjectError(_import_failed(error, file, code, span)) from None


def import_file(name: str, file: Path, *, code: str = "TRD701") -> ModuleType:
    """Import a Python file under a name, whatever folder it is in."""
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        del sys.modules[name]
        where = Span(file=file, line=error.lineno or 1, column=error.offset or 1)
        raise ProjectError(
            _broken(f"the module can't be read: {error.msg}", "Python can't parse it", where, code)
        ) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        del sys.modules[name]
        raise ProjectError(_import_failed(error, file, code, None)) from None
    return module


def _import_failed(error: BaseException, file: Path, code: str, span: Span | None) -> Diagnostic:
    line = next((frame.lineno for frame in reversed(_frames(error)) if frame.filename == str(file)), 1)
    frames = user_frames(error)
    message = str(error) if isinstance(error, TreadleError) else said(error)
    return _broken(
        f"the module can't be imported: {message}",
        "importing it raised" + (f"\n{frames}" if frames else ""),
        span or Span(file=file, line=line or 1),
        code,
        fix=_import_fix(error, file),
    )


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(error.__traceback__))


def _import_fix(error: BaseException, file: Path) -> str:
    if "." in file.stem:
        return "rename it: the name of a Python module can't hold a dot"
    if isinstance(error, ModuleNotFoundError) and error.name:
        top = error.name.split(".", 1)[0]
        if top == "dagster":
            return "import what it needs from `treadle`, or install dagster beside it"
        if top in sys.modules:
            return "correct the name, or make the module"
        return f"install the package that has {top!r}, or correct the import"
    return "mend the module"


def _broken(message: str, why: str, span: Span, code: str, fix: str = "mend the module") -> Diagnostic:
    return Diagnostic(code=code, message=message, why=why, fix=fix, span=span)


def definitions_of(module: ModuleType, *, component: str) -> Definitions:
    """Everything that a module declares at its top level: decorated functions, records and `Definitions`.

    What it only imports from another module that declares things is that module's.
    """
    declared: list[Definitions] = []
    # What is given a name and then put into a Definitions is declared once.
    seen = {id(each) for value in vars(module).values() if isinstance(value, Definitions) for each in _records(value)}
    lines = _assignments(module)
    for name, value in vars(module).items():
        if id(value) in seen:
            continue
        seen.add(id(value))
        span = Span(file=Path(module.__file__ or component), line=lines.get(name, 1))
        if isinstance(value, PythonDefinition):
            if value.function.__module__ == module.__name__:
                declared.append(value.definitions(component))
        elif isinstance(value, Definitions):
            declared.append(address_steps(value, Origin(component=component, span=span)))
        elif isinstance(value, _RECORDS):
            declared.append(address_steps(_record(value), Origin(component=component, span=span)))
    return Definitions.merge(*declared)


def instances_of(module: ModuleType) -> dict[str, ComponentInstance]:
    """The functions of a module that make components, by their names."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, ComponentInstance) and value.function.__module__ == module.__name__
    }


def made_by(name: str, instance: ComponentInstance, context: ComponentContext) -> Component:
    """The component that a function makes.

    Raises:
        ProjectError: TRD219 when it makes something else, or can't be called.
    """
    fix = "return a component: an object of a class that derives from treadle.Component"
    asked = len(inspect.signature(instance.function).parameters)
    if asked > 1:
        why = f"it takes {asked} parameters; it is called with nothing, or with the ComponentContext"
        raise ProjectError(_no_component(name, instance, "can't be called", why, "let it take the context alone"))
    made = call_with(instance.function, context)
    if not isinstance(made, Component):
        what = f"returned {type(made).__name__}, not a component"
        raise ProjectError(_no_component(name, instance, what, "it has the decorator @component_instance", fix))
    return made


def _no_component(name: str, instance: ComponentInstance, what: str, why: str, fix: str) -> Diagnostic:
    return Diagnostic(code="TRD219", message=f"the function {name!r} {what}", why=why, fix=fix, span=instance.span)


def type_name(component_type: type[Component]) -> str:
    """The name that a component type is listed under."""
    path = f"{component_type.__module__}:{component_type.__qualname__}"
    registered = next((each.name for each in registered_types().values() if each.target == path), None)
    return registered or path.replace(":", ".")


def _records(definitions: Definitions) -> Iterator[object]:
    yield from definitions.assets
    yield from definitions.checks
    yield from definitions.steps
    yield from definitions.schedules
    yield from definitions.sensors
    yield from definitions.jobs


def _assignments(module: ModuleType) -> dict[str, int]:
    """The line on which each name of a module is assigned."""
    try:
        tree = ast.parse(Path(module.__file__ or "").read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    return {
        target.id: statement.lineno
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _record(value: Asset | Check | Step | Schedule | Sensor | Job) -> Definitions:
    match value:
        case Asset():
            return Definitions(assets=(value,))
        case Check():
            return Definitions(checks=(value,))
        case Step():
            return Definitions(steps=(value,))
        case Schedule():
            return Definitions(schedules=(value,))
        case Sensor():
            return Definitions(sensors=(value,))
        case _:
            return Definitions(jobs=(value,))


def address_steps(definitions: Definitions, origin: Origin) -> Definitions:
    """The same, with steps named by their component, and an origin for what has none."""
    return Definitions(
        assets=tuple(each if each.origin else replace(each, origin=origin) for each in definitions.assets),
        checks=tuple(each if each.origin else replace(each, origin=origin) for each in definitions.checks),
        steps=tuple(
            each
            if each.origin and each.component
            else replace(each, component=each.component or origin.component, origin=each.origin or origin)
            for each in definitions.steps
        ),
        schedules=tuple(each if each.origin else replace(each, origin=origin) for each in definitions.schedules),
        sensors=tuple(each if each.origin else replace(each, origin=origin) for each in definitions.sensors),
        jobs=tuple(each if each.origin else replace(each, origin=origin) for each in definitions.jobs),
    )
