"""Where the thing at a place is defined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from treadle.language.hover import entry_at, is_asset_key, name_at
from treadle.language.outline import Entry, outlines
from treadle.language.positions import Cursor, lines_of
from treadle.language.records import Target
from treadle.language.spots import outline_at
from treadle.language.workspace import Known, Workspace

__all__ = ["define"]


def define(workspace: Workspace, file: Path, text: str, cursor: Cursor) -> list[Target]:
    """The class of a type, the place that declares an asset, the file of a module or a path."""
    lines = lines_of(text)
    outline = outline_at(outlines(text), cursor.line)
    known = Known(workspace=workspace, file=file, outline=outline)
    if (name := name_at(lines, cursor)) is not None:
        return list(_variable(known, name[1]))
    entry, on_key = entry_at(outline, cursor)
    if entry is None or (on_key and entry.path[-1] != "type"):
        return []
    if entry.path == ("type",):
        found = known.descriptor
        return [Target(file=found.file, line=found.line)] if found and found.file.is_file() else []
    if entry.path == ("template_vars_module",):
        module = _module_file(known)
        return [Target(file=module)] if module else []
    if is_asset_key(known, entry):
        spans = (each.span for each in workspace.assets.find(entry.text))
        return [Target(file=span.file, line=span.line, column=span.column) for span in spans]
    return list(_path(known, entry))


def _path(known: Known, entry: Entry) -> Iterator[Target]:
    """The file that an attribute names."""
    is_path = any(
        str(branch.schema.get("format", "")).startswith("project-") or branch.schema.get("format") == "path"
        for shape in known.shapes(entry.path)
        for branch in shape.branches()
    )
    if not is_path or not entry.text:
        return
    written = re.sub(r"\{\{\s*(?:context\.)?project_root\s*\}\}", str(known.workspace.settings.root), entry.text)
    if "{{" in written:
        return
    try:
        file = (known.file.parent / written).resolve()
        if file.is_dir():
            # Editors open files: a folder stands for what says most of it.
            file = next((file / name for name in ("dbt_project.yml", "README.md") if (file / name).is_file()), file)
        if file.is_file():
            yield Target(file=file)
    except (OSError, ValueError):
        return


def _module_file(known: Known) -> Path | None:
    name = known.outline.text("template_vars_module")
    settings = known.workspace.settings
    base = settings.source
    if name.startswith("."):
        base, name = known.file.parent, name[1:]
    stem = base.joinpath(*name.split("."))
    return next((each for each in (stem.with_suffix(".py"), stem / "__init__.py") if each.is_file()), None)


def _variable(known: Known, chain: str) -> Iterator[Target]:
    """The function of a template variable that the document's own module defines."""
    word = chain.partition(".")[0].partition("(")[0]
    module = _module_file(known)
    if module is None or chain != word:
        return
    try:
        source = module.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for number, line in enumerate(source.splitlines(), start=1):
        if found := re.match(rf"(?:(?:async\s+)?def\s+)?({re.escape(word)})\b\s*[(=:]", line):
            yield Target(file=module, line=number, column=found.start(1) + 1)
            return
