"""What can be wrong with YAML that parses: the wording of each mistake, once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from treadle.errors import Diagnostic, Span, cut, did_you_mean, listing

__all__ = [
    "duplicate_key",
    "is_template",
    "number_too_long",
    "too_deep",
    "too_many_nodes",
    "unfit_tag",
    "unknown_tag",
    "unmergeable",
    "unquoted_template",
    "unusable_alias",
    "unusable_key",
]


def is_template(outer: Any, inner: Any) -> bool:
    """Whether two mappings open as `{{`: a template that lost its quotation marks."""
    one, two = outer.start_mark, inner.start_mark
    return bool(outer.flow_style and inner.flow_style and one.line == two.line and one.column + 1 == two.column)


def unquoted_template(span: Span) -> Diagnostic:
    """`key: {{ x }}`."""
    return Diagnostic(
        code="TRD107",
        message="this template is not quoted",
        why="without quotation marks, YAML reads '{' as the start of a mapping",
        fix='''write it in quotation marks: "{{ … }}"''',
        span=span,
    )


def duplicate_key(key: Any, first: tuple[int, int], span: Span) -> Diagnostic:
    """The same name twice in one mapping."""
    return Diagnostic(
        code="TRD109",
        message=f"the key {_named(key)} is given twice",
        why=f"it is already on line {first[0]}, and only one of the two could count",
        fix="remove or rename one of them",
        span=span,
    )


def unusable_key(value: Any, span: Span) -> Diagnostic:
    """A list, a mapping or a fraction as a key."""
    kind = "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a fraction"
    fix = (
        "put quotation marks around it"
        if isinstance(value, float)
        else "use text; quote it if it begins with '{' or '['"
    )
    return Diagnostic(
        code="TRD110",
        message=f"{kind} can't be a key",
        why="a key is text, a whole number, true, false or null",
        fix=fix,
        span=span,
    )


def unknown_tag(tag: str, span: Span) -> Diagnostic:
    """`!!python/object`, `!secret`…"""
    shown = tag.replace("tag:yaml.org,2002:", "!!")
    return Diagnostic(
        code="TRD111",
        message=f"the tag {cut(shown)} is not known here",
        why="only the plain YAML types exist (!!str, !!int, !!float, !!bool, !!null, !!seq, !!map); tags never run code",
        fix="remove the tag, or quote the text if it begins with '!'",
        span=span,
    )


def unfit_tag(tag: str, text: str, span: Span) -> Diagnostic:
    """`!!int abc`."""
    shown = tag.replace("tag:yaml.org,2002:", "!!")
    return Diagnostic(
        code="TRD111",
        message=f"{cut(text)} can't be read as {shown}",
        why=f"{shown} says which kind of value this is, and the text is another",
        fix="correct the text, or remove the tag",
        span=span,
    )


def unusable_alias(name: str, anchors: Iterable[str], span: Span, *, loop: bool) -> Diagnostic:
    """An alias of something that isn't there, or of what it is itself a part of."""
    if loop:
        return Diagnostic(
            code="TRD112",
            message=f"the alias '*{name}' is inside of its own anchor",
            why="the value would have to hold itself",
            fix="name the part that is meant with an anchor of its own",
            span=span,
        )
    names = list(anchors)
    known = f"anchors above it in this document: {listing(names)}" if names else "this document has no anchors above it"
    return Diagnostic(
        code="TRD112",
        message=f"there is no anchor '&{name}' for the alias '*{name}'",
        why=known,
        fix=did_you_mean(name, names) or f'''if text is meant, quote it: "*{name}"''',
        span=span,
    )


def unmergeable(value: Any, span: Span) -> Diagnostic:
    """`<<: text`."""
    return Diagnostic(
        code="TRD112",
        message="only mappings can be merged with '<<'",
        why=f"found {cut(value)}",
        fix="give '<<' an alias of a mapping, or a list of such aliases",
        span=span,
    )


def too_many_nodes(most: int, span: Span) -> Diagnostic:
    """An alias bomb, or a file that is data rather than configuration."""
    return Diagnostic(
        code="TRD113",
        message=f"this file holds more than {most:,} values",
        why="aliases count with everything that they repeat, so a few lines can mean billions of values",
        fix="repeat less, or split the file",
        span=span,
    )


def too_deep(most: int, span: Span) -> Diagnostic:
    """Thousands of brackets."""
    return Diagnostic(
        code="TRD113",
        message=f"values are nested more than {most} levels deep here",
        why="nothing that a person writes is nested that deep",
        fix="is a bracket repeated by accident?",
        span=span,
    )


def number_too_long(span: Span) -> Diagnostic:
    """A number of hundreds of digits."""
    return Diagnostic(
        code="TRD116",
        message="this number has too many digits",
        why="it can't be kept exactly",
        fix="quote it, if it is a name and not a number",
        span=span,
    )


def _named(key: Any) -> str:
    words = {True: "true", False: "false", None: "null"}
    return words[key] if key is None or isinstance(key, bool) else cut(key)
