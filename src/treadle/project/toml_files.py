"""TOML files that hold settings: what they say, and on which line they say it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from treadle.errors import Diagnostic, ProjectError, Span

__all__ = ["find_in", "find_key", "find_text", "kind_of_folder", "read_toml", "wrong_settings"]


def read_toml(file: Path) -> dict[str, Any]:
    """What a file says.

    Raises:
        ProjectError: TRD502 when it can't be read.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        span = Span(file=file, line=line, column=column)
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise ProjectError(
            wrong_settings(f"the file can't be read: {message}", span, "TOML says how values are written")
        ) from None
    except UnicodeDecodeError:
        raise ProjectError(wrong_settings("the file is not UTF-8", Span(file=file), "save it as UTF-8")) from None
    except OSError as error:
        message = f"the file can't be read: {(error.strerror or str(error)).lower()}"
        raise ProjectError(wrong_settings(message, Span(file=file), "check that you may read it")) from None


def find_in(file: Path, table: str, name: str, *inside: str) -> Span:
    """The line on which something in a table of settings, or a key inside of that, is written."""
    lines = _text(file).splitlines()
    header = find_key(file, f"{table}.{name}")
    start = (header if header.line > 1 else find_key(file, name)).line - 1
    for each in inside:
        pattern = re.compile(rf"(?:^|[\s{{,.]){re.escape(each)}\"?\s*[\]=.]")
        # Up to the next table; what stands on one line has its key there.
        end = next((number for number in range(start + 1, len(lines)) if lines[number].startswith("[")), len(lines))
        start = next((number for number in range(start, end) if pattern.search(lines[number])), start)
    column = len(lines[start]) - len(lines[start].lstrip()) + 1 if start < len(lines) else 1
    return Span(file=file, line=start + 1, column=column)


def find_key(file: Path, key: str) -> Span:
    """The line on which a key is written: the TOML reader keeps no positions."""
    pattern = re.compile(rf"^\s*(?:\[[^\]]*\b)?\"?[\w.-]*{re.escape(key)}\"?\s*[\]=.]")
    for number, line in enumerate(_text(file).splitlines(), start=1):
        if pattern.search(line):
            return Span(file=file, line=number, column=len(line) - len(line.lstrip()) + 1)
    return Span(file=file)


def wrong_settings(message: str, span: Span, fix: str) -> Diagnostic:
    """A mistake in settings."""
    return Diagnostic(
        code="TRD502", message=message, fix=fix, span=span, why="the project's settings can't be used as they are"
    )


def find_text(file: Path, text: str) -> Span | None:
    """Where a text is written first."""
    for number, line in enumerate(_text(file).splitlines(), start=1):
        if (column := line.find(text)) >= 0:
            return Span(file=file, line=number, column=column + 1)
    return None


def kind_of_folder(folder: Path) -> Literal["project", "workspace"] | None:
    """What the settings in a folder make of it; one whose settings can't be read is what it seems to be."""
    if (pyproject := folder / "pyproject.toml").is_file():
        try:
            tools = read_toml(pyproject).get("tool", {})
        except ProjectError:
            return _seeming(_text(pyproject))
        if isinstance(tools, dict):
            if "treadle" in tools:
                ours = tools["treadle"]
                return "workspace" if isinstance(ours, dict) and "workspace" in ours else "project"
            if "dg" in tools:
                return _kind_of_dg(tools["dg"])
    if (own := folder / "dg.toml").is_file():
        try:
            return _kind_of_dg(read_toml(own))
        except ProjectError:
            return "project"
    return None


def _seeming(text: str) -> Literal["project", "workspace"] | None:
    found = re.search(r"^\s*\[tool\.(?:treadle|dg)\b(\.workspace\b)?", text, re.MULTILINE)
    return None if found is None else "workspace" if found[1] else "project"


def _kind_of_dg(table: Any) -> Literal["project", "workspace"]:
    is_workspace = isinstance(table, dict) and (
        table.get("directory_type") == "workspace" or ("workspace" in table and "project" not in table)
    )
    return "workspace" if is_workspace else "project"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
