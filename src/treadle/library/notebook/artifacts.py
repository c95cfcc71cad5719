"""What is kept of an executed notebook: the notebook with its outputs, and a page that shows it anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["MOST_KEPT", "bounded", "redacted", "write_html", "write_notebook"]

MOST_KEPT = 50_000_000
"""How many characters are kept of all outputs of a notebook."""

_ELSEWHERE = (
    *("mathjax_url", "require_js_url", "jquery_url"),
    *("mermaid_js_url", "mermaid_layout_elk_js_url", "jupyter_widgets_base_url"),
)
"""What would be fetched from public hosts by whoever opens the page."""
_NOTHING_ELSE = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'\">"
)
"""Lets a browser load nothing and execute nothing, whatever the outputs of cells hold."""


def redacted(notebook: NotebookNode, redact: Callable[[str], str]) -> NotebookNode:
    """The notebook without secrets: every text in it, also of names and metadata, goes through `redact`."""
    import nbformat

    def without(value: Any) -> Any:
        if isinstance(value, str):
            return redact(value)
        if isinstance(value, dict):
            return {redact(name): without(each) for name, each in value.items()}
        return [without(each) for each in value] if isinstance(value, list) else value

    kept: NotebookNode = nbformat.from_dict(without(notebook))
    return kept


def bounded(notebook: NotebookNode, *, most: int = MOST_KEPT) -> NotebookNode:
    """The notebook with the outputs of its largest cells left out, as many as are too much."""
    from nbformat.v4 import new_output

    sizes = {number: len(str(cell.outputs)) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    over = sum(sizes.values()) - most
    for number in sorted(sizes, key=lambda each: -sizes[each]):
        if over <= 0:
            break
        text = f"… the outputs of this cell, {sizes[number]:,} characters, are left out here\n"
        notebook.cells[number].outputs = [new_output("stream", name="stderr", text=text)]
        over -= sizes[number]
    return notebook


def write_notebook(notebook: NotebookNode, file: Path) -> None:
    """Write the notebook as `.ipynb`."""
    import nbformat

    with file.open("w", encoding="utf-8") as target:
        nbformat.write(notebook, target)


def write_html(notebook: NotebookNode, file: Path) -> None:
    """Write the notebook as a page that loads nothing from anywhere."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="lab", sanitize_html=True, **dict.fromkeys(_ELSEWHERE, ""))
    page, _ = exporter.from_notebook_node(notebook)
    file.write_text(page.replace("<head>", f"<head>{_NOTHING_ELSE}", 1), encoding="utf-8")
