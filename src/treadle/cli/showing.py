"""What commands that show something have in common: the option `--json`, and how it is followed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from treadle.ir import Origin

__all__ = ["first_line", "json_option", "place_json", "show_objects"]

_MOST_INDENTED = 200


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--json`, which is its parameter `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def show_objects(as_json: bool, objects: list[dict[str, Any]], draw: Callable[[], None]) -> None:
    """Print objects as a JSON list, or draw them."""
    if not as_json:
        draw()
    elif len(objects) <= _MOST_INDENTED:
        click.echo(json.dumps(objects, indent=2, default=str))
    else:
        # Nobody reads this many: an object a line is written ten times faster, and can be searched with grep.
        encode = json.JSONEncoder(default=str).encode
        click.echo("[\n" + ",\n".join(map(encode, objects)) + "\n]")


def place_json(origin: Origin | None) -> dict[str, Any]:
    """Where something was declared, as every listing's JSON has it.

    >>> place_json(None)
    {'file': None, 'line': None}
    """
    span = origin.span if origin else None
    return {"file": str(span.file) if span else None, "line": span.line if span else None}


def first_line(text: str | None) -> str:
    """What a table shows of a description.

    >>> first_line("  Orders.\\n\\nOne a line. ")
    'Orders.'
    """
    return next(iter((text or "").strip().splitlines()), "")
