"""From a class to its descriptor."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_type_hints

from treadle.components.component import Component
from treadle.components.deprecations import ReplacedType, of_type
from treadle.components.descriptors.record import Descriptor, Type, digest_of
from treadle.components.descriptors.schema import attributes_schema, prose
from treadle.components.scope_types import annotation_type

__all__ = ["describe", "source_files"]


def describe(
    name: str,
    component_type: type[Component],
    *,
    package: str = "",
    version: str = "",
    aliases: tuple[str, ...] = (),
) -> Descriptor:
    """What is known of a component type, as data.

    Args:
        name: the name that it is listed under.
        package: the package that offers it; by default the top one of its module.
        version: the version of that package, for types that don't say their own.
        aliases: other names that YAML may use for it.

    >>> from treadle import Component, Definitions
    >>> class Loom(Component):
    ...     \"\"\"Weaves.\"\"\"
    ...     threads: int
    ...     def build_defs(self, context):
    ...         return Definitions()
    >>> describe("mill.Loom", Loom).schema["required"]
    ['threads']
    """
    classes: set[type] = set(component_type.__mro__)
    schema = attributes_schema(component_type, classes=classes)
    description = prose(component_type.__doc__)
    return Descriptor(
        name=name,
        target=f"{component_type.__module__}:{component_type.__qualname__}",
        package=package or component_type.__module__.split(".", 1)[0],
        version=str(component_type.version or version),
        aliases=aliases,
        summary=description.partition("\n")[0],
        description=description,
        schema=schema,
        template_vars=_template_vars(component_type),
        scaffold_params={str(each): str(why) for each, why in component_type.scaffold_params.items()},
        scaffolds=any("scaffold" in vars(each) for each in component_type.__mro__ if each is not Component),
        examples=tuple(json.loads(json.dumps(dict(each), default=str)) for each in component_type.examples()),
        holds_folder=bool(component_type.holds_folder),
        deprecated=str(component_type.deprecated) or _replaced(component_type),
        deprecations=tuple(each.as_data() for each in of_type(component_type)),
        file=_file(component_type),
        line=_line(component_type),
        sources={file: digest_of(file) for file in source_files(classes)},
    )


def _file(component_type: type) -> Path:
    try:
        return Path(inspect.getsourcefile(component_type) or "")
    except TypeError:  # it was made where there is no file
        return Path()


def _line(component_type: type) -> int:
    try:
        return inspect.getsourcelines(component_type)[1]
    except (OSError, TypeError):
        return 1


def _replaced(component_type: type[Component]) -> str:
    """What to say of a type that another one replaces."""
    said = [each for each in of_type(component_type) if isinstance(each, ReplacedType)]
    return next((f"use {each.by} instead" + (f": {each.note}" if each.note else "") for each in said), "")


def _template_vars(component_type: type[Component]) -> Mapping[str, Type]:
    """The types of the variables that static methods with `@template_var` give."""
    static = {name: value.__func__ for name, value in vars(component_type).items() if isinstance(value, staticmethod)}
    return {
        name: _returned(function)
        for name, function in static.items()
        if getattr(function, "__treadle_template_var__", False)
    }


def _returned(function: Any) -> Type:
    try:
        hints = get_type_hints(function)
    except Exception:  # an annotation that can't be evaluated says nothing
        return {}
    return dict(annotation_type(hints["return"])) if "return" in hints else {}


def source_files(classes: Iterable[type]) -> set[str]:
    """The files that define classes, of those that aren't installed with Python."""
    files = {getattr(sys.modules.get(each.__module__), "__file__", None) for each in classes if _may_change(each)}
    return {str(Path(file).resolve()) for file in files if file and file.endswith(".py")}


def _may_change(each: type) -> bool:
    top = each.__module__.partition(".")[0]
    return top not in sys.stdlib_module_names and top not in ("pydantic", "typing_extensions")
