"""A new component file, as its type begins one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.components.descriptors import scaffold
from treadle.components.descriptors.words import example_yaml
from treadle.errors import UsageError
from treadle.language.schema_file import schema_comment, write_schema
from treadle.project.discovery import component_file
from treadle.project.editing.files import refuse_impossible

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor, Descriptors
    from treadle.project import Settings

__all__ = ["beginning", "make_component", "place_for"]

_NAME = "defs.yaml"


def place_for(settings: Settings, path: str) -> Path:
    """The folder of a new component, which is named as seen from the project's defs folder.

    Raises:
        UsageError: when there can't be one.
    """
    refuse_impossible(path)
    target = (settings.defs / path).resolve()
    shown = settings.defs.relative_to(settings.root) if settings.defs.is_relative_to(settings.root) else settings.defs
    if settings.defs not in target.parents:
        raise UsageError(f"{path!r} is not below the project's defs folder", fix=f"name a folder in {shown}")
    if component_file(target):
        raise UsageError(
            f"{shown / path} has a component already",
            fix="choose another path, or add a document to its file after a line ---",
        )
    return target


def beginning(settings: Settings, descriptor: Descriptor, file: Path) -> str:
    """The text of a component file that says nothing yet but its type."""
    return f"{schema_comment(settings, file)}type: {descriptor.name}\n\nattributes: {{}}\n"


def make_component(
    settings: Settings, known: Descriptors, descriptor: Descriptor, name: str, path: str, params: Mapping[str, str]
) -> Path:
    """Make a component as its type does, which may write other files beside it; gives the component file.

    `name` is how the type is written in it.

    Raises:
        ProjectError, UsageError, MissingExtraError: when the type says so, or there can't be one in this place.
    """
    target = place_for(settings, path)
    made = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    try:
        attributes = scaffold(descriptor, folder=target, project_root=settings.root, params=params, around=known.around)
    except BaseException:
        if made and not any(target.iterdir()):
            target.rmdir()  # nothing half-made is left behind
        raise
    file = target / _NAME
    file.write_text(schema_comment(settings, file) + example_yaml(name, attributes), encoding="utf-8")
    with suppress(OSError):  # it is for editors; the component is made
        write_schema(settings, known)
    return file
