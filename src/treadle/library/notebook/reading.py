"""From the file of a notebook (`.ipynb`, `.py` with `# %%`, `.md`) to its cells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import MissingExtraError, cut, listing

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["KINDS", "Cell", "UnreadableNotebook", "as_notebook", "cells_in", "cells_of", "parameters_cell", "places"]

KINDS = (".ipynb", ".md", ".py")
_PARAMETERS = "parameters"


class UnreadableNotebook(Exception):  # noqa: N818 - what was found, not what went wrong
    """The file isn't a notebook; `fix` says what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its kind (`code`, `markdown`, `raw`), its text, and its tags."""

    kind: str
    source: str
    tags: tuple[str, ...] = ()


def cells_of(file: Path) -> tuple[Cell, ...]:
    """The cells of a notebook, read without more than the format needs.

    Raises:
        UnreadableNotebook: when the file can't be read as what its name says.
    """
    return cells_in(_document(file))


def cells_in(document: Any) -> tuple[Cell, ...]:
    """The cells of a notebook that has been read."""
    return tuple(_cells(document))


def _cells(document: Any) -> Iterator[Cell]:
    for cell in document["cells"]:
        source = cell.get("source", "")
        tags = cell.get("metadata", {}).get("tags", ())
        yield Cell(
            kind=cell.get("cell_type", "raw"),
            source=source if isinstance(source, str) else "".join(source),
            tags=tuple(map(str, tags)),
        )


def _document(file: Path) -> Any:
    text = _text(file)
    if file.suffix != ".ipynb":
        return _converted(file, text)
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableNotebook(
            f"{file.name} is not JSON: {error}", "open it in Jupyter and save it again, or restore it"
        ) from None
    except RecursionError:
        raise UnreadableNotebook(f"{file.name} is nested too deeply", "open it in Jupyter and save it again") from None
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        old = isinstance(document, dict) and "worksheets" in document
        raise UnreadableNotebook(
            f"{file.name} is a notebook of format 3" if old else f"{file.name} is JSON, and not a notebook",
            "save it with a newer Jupyter: jupyter nbconvert --to notebook --inplace" if old else "correct `path`",
        )
    if not all(isinstance(cell, dict) for cell in document["cells"]):
        raise UnreadableNotebook(f"{file.name} has cells that aren't cells", "open it in Jupyter and save it again")
    return document


def _text(file: Path) -> str:
    if file.suffix not in KINDS:
        raise UnreadableNotebook(
            f"{file.name} is no notebook by its name", f"name a file that ends in {listing(KINDS)}"
        )
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableNotebook(f"{file.name} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise UnreadableNotebook(
            f"{file.name} can't be read: {(error.strerror or str(error)).lower()}", "check that you may read it"
        ) from None


def _converted(file: Path, text: str) -> Any:
    try:
        import jupytext
    except ImportError:
        raise MissingExtraError("notebook", needed_by=f"a notebook that is written as {file.suffix}") from None
    try:
        return jupytext.reads(text, fmt="py:percent" if file.suffix == ".py" and "# %%" in text else file.suffix[1:])
    except Exception as error:  # readers of several formats raise what they like
        raise UnreadableNotebook(
            f"{file.name} can't be read as a notebook: {cut(str(error))}", "mark its cells with `# %%`"
        ) from None


def as_notebook(file: Path) -> NotebookNode:
    """The notebook as what is executed and kept: of the current format, without outputs.

    Raises:
        UnreadableNotebook: when the file can't be read as what its name says.
    """
    import nbformat

    document = _document(file)
    try:
        notebook: NotebookNode = nbformat.from_dict(document)
        if notebook.get("nbformat", 4) != 4:
            notebook = nbformat.convert(notebook, 4)
    except Exception as error:  # documents may lack anything
        raise UnreadableNotebook(
            f"{file.name} can't be read as a notebook: {cut(str(error))}", "open it in Jupyter and save it again"
        ) from None
    notebook.setdefault("metadata", {})
    notebook["nbformat"], notebook["nbformat_minor"] = 4, max(5, notebook.get("nbformat_minor", 5))
    for number, cell in enumerate(notebook.cells):
        cell.setdefault("metadata", {})
        cell.setdefault("id", f"cell-{number}")
        if isinstance(cell.get("source"), list):
            cell["source"] = "".join(cell["source"])
        if cell.cell_type == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def parameters_cell(cells: Sequence[Cell]) -> int | None:
    """The position of the first cell that is tagged `parameters`.

    >>> parameters_cell([Cell(kind="code", source="a = 1"), Cell(kind="code", source="", tags=("parameters",))])
    1
    """
    return next((number for number, cell in enumerate(cells) if cell.kind == "code" and _PARAMETERS in cell.tags), None)


def places(file: Path, cells: Sequence[Cell]) -> tuple[int | None, ...]:
    """On which line of its file each cell begins, from 1; None where that can't be told (as in `.ipynb`)."""
    if file.suffix == ".ipynb":
        return (None,) * len(cells)
    lines = _text(file).splitlines()
    found: list[int | None] = []
    at = 0
    for cell in cells:
        wanted = cell.source.splitlines()
        start = next((n for n in range(at, len(lines)) if wanted and lines[n : n + len(wanted)] == wanted), None)
        found.append(None if start is None else start + 1)
        at = at if start is None else start + len(wanted)
    return tuple(found)
