"""The lines of files that declare something: of those alone that the project was seen to be made of."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import Span, did_you_mean
from treadle.server.errors import NotFoundError
from treadle.server.models.sources import Source

if TYPE_CHECKING:
    from treadle.ir import Origin
    from treadle.server.snapshot import Snapshot

__all__ = ["block_at", "known_files", "source_of"]

_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".py": "python", ".sql": "sql"}
"""Nothing else is given: what else may lie beside components holds settings, data and secrets."""

_LARGEST = 2_000_000  # bytes
_MOST_LINES = 1_500
_MOST_BEFORE = 400


def known_files(snapshot: Snapshot) -> frozenset[Path]:
    """The files inside the project that its components are written in."""
    root = snapshot.settings.root.resolve()
    return frozenset(file for each in set(_files(snapshot)) if (file := _inside(each, root)) is not None)


def source_of(snapshot: Snapshot, name: str, line: int | None) -> Source:
    """The lines of a file, around one of them when there are very many.

    Raises:
        NotFoundError: when it is no file that declares something.
    """
    root = snapshot.settings.root.resolve()
    try:
        file = (root / name).resolve()  # an absolute path stays what it is
    except (OSError, ValueError):  # no file can have such a name
        file = root
    if file not in snapshot.files:
        shown = [str(each.relative_to(root)) for each in snapshot.files]
        raise NotFoundError(f"no component of the project is written in {name!r}", fix=did_you_mean(name, shown))
    try:
        if file.stat().st_size > _LARGEST:
            raise NotFoundError(f"{name!r} is too large to be shown")
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise NotFoundError(f"{name!r} can't be read: {error.strerror}") from None
    lines = text.splitlines()
    language = _LANGUAGES[file.suffix]
    start, end = block_at(lines, line, language) if line is not None and line <= len(lines) else (None, None)
    first = max(1, (start or 1) - _MOST_BEFORE) if len(lines) > _MOST_LINES else 1
    return Source(
        file=file.relative_to(root).as_posix(),
        language=language,
        first=first,
        text="\n".join(lines[first - 1 : first - 1 + _MOST_LINES]),
        lines=len(lines),
        start=start,
        end=end,
    )


def block_at(lines: list[str], line: int, language: str) -> tuple[int, int]:
    """The first and the last line of what is written at a line.

    >>> block_at(["assets:", "- key: a", "  group: x", "", "- key: b"], 2, "yaml")
    (2, 3)
    >>> block_at(["@asset(", "    group='x')", "def a(context):", "    pass", "", "b = 1"], 1, "python")
    (1, 4)
    """
    if language == "sql":
        return 1, len(lines)
    if language == "python" and (found := _statement_at(lines, line)) is not None:
        return found
    indent = _indent(lines[line - 1])
    last = line
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1]
        if not text.strip():
            continue
        if text.startswith("---") or (_indent(text) <= indent and not _is_whole(lines, line)):
            break
        last = number
    return line, last


def _is_whole(lines: list[str], line: int) -> bool:
    """Whether a line begins a document of YAML: what is at it is all of the document."""
    before = [text for text in lines[: line - 1] if text.strip() and not text.lstrip().startswith("#")]
    return _indent(lines[line - 1]) == 0 and (not before or before[-1].startswith("---"))


def _statement_at(lines: list[str], line: int) -> tuple[int, int] | None:
    try:
        body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    for each in body:
        decorators = getattr(each, "decorator_list", [])
        start = min([each.lineno, *(found.lineno for found in decorators)])
        if start <= line <= (each.end_lineno or each.lineno):
            return start, each.end_lineno or each.lineno
    return None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _files(snapshot: Snapshot) -> Iterator[Path]:
    graph = snapshot.graph
    yield from (each.span.file for each in snapshot.facts.components)
    for things in (graph.assets, graph.checks, graph.steps, graph.schedules, graph.sensors):
        yield from _of_origins(each.origin for each in things.values())


def _of_origins(origins: Iterable[Origin | None]) -> Iterator[Path]:
    yield from (each.span.file for each in origins if each is not None and isinstance(each.span, Span))


def _inside(file: Path, root: Path) -> Path | None:
    """Where a file really is, when that is inside the project and it is of a kind that is shown."""
    real = file.resolve()
    is_shown = file.suffix in _LANGUAGES and real.suffix in _LANGUAGES and not file.name.startswith(".")
    return real if is_shown and real.is_relative_to(root) else None
