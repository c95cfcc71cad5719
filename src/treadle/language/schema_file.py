"""The schema file that a project keeps for editors, and the line of a component file that names it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import ProjectError
from treadle.language.editor_schema import editor_schema
from treadle.project import Settings

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptors

__all__ = ["schema_comment", "schema_of", "schema_path", "write_schema"]


def schema_path(settings: Settings) -> Path:
    """Where a project's schema file is."""
    return settings.state / "schema.json"


def schema_comment(settings: Settings, file: Path) -> str:
    """The first line of a component file: it tells `yaml-language-server` which schema the file has.

    >>> settings = Settings(root=Path("/p"), file=Path("/p/pyproject.toml"), module="m", source=Path("/p/src"),
    ...                     defs=Path("/p/src/m/defs"), defs_package="m.defs")
    >>> schema_comment(settings, Path("/p/src/m/defs/orders/defs.yaml"))
    '# yaml-language-server: $schema=../../../../.treadle/schema.json\\n'
    """
    relative = Path(os.path.relpath(schema_path(settings), file.parent)).as_posix()
    return f"# yaml-language-server: $schema={relative}\n"


def write_schema(settings: Settings, descriptors: Descriptors) -> Path:
    """Write the schema file of a project, when it isn't what it would be; gives its place.

    Raises:
        OSError: when it can't be written; the error names the file that was to be made.
    """
    file = schema_path(settings)
    text = json.dumps(schema_of(settings, descriptors), indent=1, ensure_ascii=False) + "\n"
    if _read(file) != text:
        draft = file.with_name(f".{file.name}.{os.getpid()}")  # editors read the file while it is written
        try:
            settings.make_state()
            draft.write_text(text, encoding="utf-8")
            draft.replace(file)
        except OSError as error:
            error.filename, error.filename2 = str(file), None  # a full disk names none, and nobody knows the draft
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
    return file


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def schema_of(settings: Settings, descriptors: Descriptors) -> dict[str, Any]:
    """The schema of all component files of a project, with the names of types that its files use."""
    from treadle.components.descriptors import document_schema

    types = {each.name: each for each in descriptors.all()}
    named: dict[str, list[str]] = {}
    for name in sorted(_names_in_use(settings) - types.keys()):
        try:
            found = descriptors.find(name)
        except ProjectError:
            continue
        own = types.setdefault(found.name, found)
        if name != own.name and name not in own.aliases:
            named.setdefault(own.name, []).append(name)
    return editor_schema(types.values(), document_schema(), named=named)


def _names_in_use(settings: Settings) -> set[str]:
    """The types that component files name, but for relative names: what those mean depends on the folder."""
    from treadle.language.outline import outlines
    from treadle.language.workspace import Workspace

    found: set[str] = set()
    for file in Workspace(settings).files():
        for outline in outlines(_read(file)):
            found.add(outline.text("type"))
    return {name for name in found if name and not name.startswith(".") and "{{" not in name}
