"""The component types that a command knows of: installed ones, and the project's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import ProjectError, UsageError

if TYPE_CHECKING:
    from treadle.components import Descriptor, Descriptors
    from treadle.project import Settings

__all__ = ["KnownTypes", "find_descriptor", "known_types"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTypes:
    """The descriptors that hold in a folder, and the project it is in, if any."""

    descriptors: Descriptors
    settings: Settings | None = None


def known_types(folder: Path) -> KnownTypes:
    """What is known of component types in a folder: outside of a project, that is what is installed.

    Raises:
        ProjectError: when the settings of the project can't be used.
    """
    from treadle.components.descriptors import Descriptors
    from treadle.components.descriptors.cache import user_folder
    from treadle.project.checking import descriptors_for
    from treadle.project.settings import find_settings, read_environment

    try:
        settings = find_settings(folder)
    except ProjectError as error:
        if error.diagnostics[0].code != "TRD501":
            raise
        return KnownTypes(descriptors=Descriptors(source=None, cache=user_folder()))
    environment, _ = read_environment(settings)
    return KnownTypes(descriptors=descriptors_for(settings, environment), settings=settings)


def find_descriptor(known: KnownTypes, type_name: str) -> Descriptor:
    """The descriptor of the type that a command line names.

    Raises:
        UsageError: when there is no such type.
        ProjectError: when there is, but it can't be used.
    """
    try:
        return known.descriptors.find(type_name)
    except ProjectError as error:
        first = error.diagnostics[0]
        if first.code != "TRD201":
            raise
        raise UsageError(first.message, fix=first.fix) from None
