"""Tables that fit the terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence

import click

__all__ = ["table"]

_SHORTEST = 12


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """Print a table that fits the terminal: the last column gives way first, then the widest."""
    rows = [tuple(row) for row in rows]
    if not rows:
        click.echo(empty)
        return
    widths = [max(len(row[index]) for row in (tuple(columns), *rows)) for index in range(len(columns))]
    excess = sum(widths) + 2 * (len(widths) - 1) - max(shutil.get_terminal_size().columns, 40)
    # The last column holds prose, which suffers least from being cut.
    last = min(max(excess, 0), max(widths[-1] - _SHORTEST, 0))
    widths[-1] -= last
    for _ in range(excess - last):
        widths[widths.index(max(widths))] -= 1
    click.echo(click.style(_row(columns, widths), bold=True))
    click.echo(click.style("  ".join("─" * width for width in widths), dim=True))
    for row in rows:
        click.echo(_row(row, widths))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    cuts = [cell if len(cell) <= width else cell[: width - 1] + "…" for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cuts, widths, strict=True)).rstrip()
