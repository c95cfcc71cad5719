"""Values of fields as a line of text."""

from __future__ import annotations

__all__ = ["difference", "one_line"]

_LONGEST_VERSION = 16


def one_line(value: object) -> str:
    """A value on one line, as short as it can be.

    >>> one_line({"type": "daily", "end": None}), one_line(["a", "b"]), one_line(None)
    ('type: daily', 'a, b', '–')
    """
    if isinstance(value, str):
        return " ".join(value.split()) or "''"
    if isinstance(value, list | tuple):
        return ", ".join(map(one_line, value)) or "none"
    if isinstance(value, dict):
        said = {name: each for name, each in value.items() if each not in (None, [], {})}
        return ", ".join(f"{name}: {one_line(each)}" for name, each in said.items()) or "–"
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def difference(field: str, old: object, new: object) -> tuple[str, str]:
    """Two values of a field as text; of two lists, what is gone and what has come.

    >>> difference("deps", ["a", "b"], ["b", "c"]), difference("group", "raw", None)
    (('a', 'c'), ('raw', '–'))
    """
    if isinstance(old, list) and isinstance(new, list):
        gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
        return (one_line(gone) if gone else "", one_line(come) if come else "")
    if field == "code_version":
        return _version(old), _version(new)
    return one_line(old), one_line(new)


def _version(version: object) -> str:
    """A version as people tell it apart: those that are digests are long."""
    text = one_line(version)
    return text if len(text) <= _LONGEST_VERSION else f"{text[:8]}…"
