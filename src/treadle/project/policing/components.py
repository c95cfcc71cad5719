"""Components as policies see them: as they were written, with the package that their type is from."""

from __future__ import annotations

from collections.abc import Iterable

from treadle.components.registry import by_any_name
from treadle.policies.subjects import DeclaredComponent
from treadle.project.loaded import LoadedComponent
from treadle.project.policing.sources import Sources, WrittenAttributes

__all__ = ["declared_components", "package_of_type"]


def declared_components(
    components: Iterable[LoadedComponent], module: str, sources: Sources
) -> tuple[DeclaredComponent, ...]:
    """The components that could be loaded; their files are read when somebody asks for an attribute.

    Args:
        module: the project's own package, in which its Python modules are.
    """
    return tuple(
        DeclaredComponent(
            address=each.address,
            type=each.type,
            package=package_of_type(each.type) or module.partition(".")[0],
            attributes=WrittenAttributes(sources, each.span.file, each.address),
            span=each.span,
        )
        for each in components
        if each.state == "loaded"
    )


def package_of_type(name: str) -> str:
    """The package that a component type is imported from.

    >>> package_of_type("dagster.PythonScriptComponent"), package_of_type("mill.components.Loom")
    ('treadle', 'mill')
    """
    known = by_any_name().get(name)
    return (known.target if known else name).partition(":")[0].partition(".")[0]
