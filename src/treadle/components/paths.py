"""Attributes that name files and folders of the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, ValidationInfo, WithJsonSchema

from treadle.schemas.formats import check_path, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FOLDER", "LOOKED_AT", "ProjectFile", "ProjectPath"]

FOLDER = "folder"
"""The entry of pydantic's validation context that holds the folder of the YAML file."""

LOOKED_AT = "looked_at"
"""The entry that takes the paths which are looked at, with what they are."""


def _there(format: str) -> Callable[[Path, ValidationInfo], Path]:
    def check(path: Path, info: ValidationInfo) -> Path:
        around = info.context or {}
        looked_at = around.get(LOOKED_AT, {})

        def kind(path: Path) -> str:
            found = looked_at[str(path)] = kind_of(path)
            return found

        return check_path(str(path), format, around.get(FOLDER), kind)

    return check


ProjectPath = Annotated[
    Path, AfterValidator(_there("project-path")), WithJsonSchema({"type": "string", "format": "project-path"})
]
"""A path that must exist; a relative one starts at the folder of the YAML file."""

ProjectFile = Annotated[
    Path, AfterValidator(_there("project-file")), WithJsonSchema({"type": "string", "format": "project-file"})
]
"""The same, of a file."""
