"""The component types that a project can use: installed ones and its own."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

from treadle.errors import ProjectError

if TYPE_CHECKING:
    from treadle.components import Component
    from treadle.project import Project

__all__ = ["ListedType", "project_types"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedType:
    """A component type as listings show it."""

    name: str
    package: str
    summary: str
    aliases: tuple[str, ...] = ()


def summary(component_type: type[Component]) -> str:
    """The first line of a type's docstring."""
    # A docstring that is inherited says what its base class is.
    return inspect.cleandoc(component_type.__doc__ or "").partition("\n")[0]


def project_types(project: Project) -> list[ListedType]:
    """Types of installed packages and of the project's own `components/`, by name."""
    from treadle.components import find_type, registered_types

    listed = []
    for registered in registered_types().values():
        try:
            _, found = find_type(registered.name)
        except ProjectError as error:
            listed.append(ListedType(name=registered.name, package=registered.package, summary=f"broken: {error}"))
            continue
        listed.append(
            ListedType(
                name=registered.name,
                package=registered.package,
                summary=summary(found),
                aliases=registered.aliases,
            )
        )
    own = [
        ListedType(name=f"{found.__module__}.{found.__name__}", package=project.settings.module, summary=summary(found))
        for found in _own_types(project)
    ]
    return [*listed, *sorted(own, key=lambda each: each.name)]


def _own_types(project: Project) -> Iterator[type[Component]]:
    from treadle.components import Component
    from treadle.project.modules import import_package

    for pattern in project.settings.component_modules:
        folder = project.settings.source.joinpath(*pattern.removesuffix(".*").split("."))
        package = pattern.removesuffix(".*")
        files = sorted(folder.glob("*.py")) if pattern.endswith(".*") else [folder.with_suffix(".py")]
        for file in files:
            if not file.is_file():
                continue
            name = package if file.stem == "__init__" or not pattern.endswith(".*") else f"{package}.{file.stem}"
            try:
                with redirect_stdout(sys.stderr):
                    module = import_package(name, file)
            except ProjectError as error:
                from treadle.cli.diagnostics import show

                show(error.diagnostics)
                continue
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, Component) and value.__module__ == name:
                    yield from () if value.__abstractmethods__ else (value,)  # a base class isn't used by itself
