"""Values as YAML text, as a person would write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from treadle.documents.scalars import NumberTooLongError, read_plain

__all__ = ["block_lines", "flow_text", "is_nested", "scalar_text"]

_PLAIN = re.compile(r"[A-Za-z_/.][\w/.@+-]*(?: [\w/.@+-]+)*", re.ASCII)


def scalar_text(value: Any, style: str = "") -> str:
    """A scalar in a style, as far as that can hold it: `'`, `"`, or nothing for plain.

    >>> scalar_text("quick"), scalar_text("it's", "'"), scalar_text("* * *"), scalar_text(True)
    ('quick', "'it''s'", '"* * *"', 'true')
    """
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or not _is_plain(value):
        return json.dumps(value, ensure_ascii=False)
    return value


def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text):
        return False
    try:
        return isinstance(read_plain(text), str)
    except NumberTooLongError:
        return False


def flow_text(value: Any, style: str = "") -> str:
    """A value on one line.

    >>> flow_text({"a": [1, "x y"], "b": None})
    '{a: [1, x y], b: null}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar_text(name)}: {flow_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    return scalar_text(value, style)


def is_nested(value: Any) -> bool:
    """Whether a value takes lines of its own."""
    return isinstance(value, dict | list) and bool(value)


def block_lines(value: Any) -> Iterator[str]:
    """A value in lines, without what they are indented by.

    >>> list(block_lines({"a": [{"b": 1, "c": []}], "d": "x"}))
    ['a:', '  - b: 1', '    c: []', 'd: x']
    """
    if isinstance(value, dict) and value:
        for name, each in value.items():
            if is_nested(each):
                yield f"{scalar_text(name)}:"
                yield from (f"  {line}" for line in block_lines(each))
            else:
                yield f"{scalar_text(name)}: {flow_text(each)}"
    elif isinstance(value, list) and value:
        for each in value:
            for at, line in enumerate(block_lines(each)):
                yield f"{'  ' if at else '- '}{line}"
    else:
        yield flow_text(value)
