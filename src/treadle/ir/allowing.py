"""Who may use what a platform offers: a rule about an asset, answered by what is known of that asset alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from treadle.ir.assets import Asset
from treadle.ir.origin import component_names, folders_of
from treadle.ir.selection import check_selection, matcher, parse_selection, pattern_of
from treadle.ir.selection_terms import (
    And,
    Around,
    Attribute,
    AttributeName,
    Ends,
    Everything,
    Key,
    Not,
    Or,
    Selection,
    Tag,
)

__all__ = ["ATTRIBUTES", "Subject", "check_rule", "is_allowed", "subject_of"]

ATTRIBUTES: frozenset[AttributeName] = frozenset({"column", "group", "kind", "owner", "tag"})
"""What is said of an asset beside its name and its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known of an asset.

    `open` are the attributes of which more or other values may be found later: that a value isn't there says
    nothing then. A `key` of None isn't known, and neither is a `component` of None.
    """

    key: str | None = None
    component: str | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    open: frozenset[AttributeName] = ATTRIBUTES


def subject_of(asset: Asset, *, is_declared: bool = True) -> Subject:
    """All that a graph says of an asset; of one that it only mentions, that is the name."""
    if not is_declared:
        return Subject(key=str(asset.key))
    return Subject(
        key=str(asset.key),
        component=asset.origin.component if asset.origin else "",
        values={
            "column": tuple(column.name for column in asset.columns),
            "group": (asset.group,),
            "kind": tuple(asset.kinds),
            "owner": asset.owners,
        },
        tags=asset.tags,
        open=frozenset(),
    )


def check_rule(text: str) -> str:
    """A rule that can be read, and that what is known of one asset alone can answer.

    >>> check_rule("group:research or path:teams/vision")
    'group:research or path:teams/vision'
    >>> check_rule("+orders")
    Traceback (most recent call last):
    ValueError: '+orders' can't say who may use something: lineage changes with other people's assets

    Raises:
        ValueError: when it is another.
    """
    if _looks_around(parse_selection(check_selection(text))):
        raise ValueError(f"{text!r} can't say who may use something: lineage changes with other people's assets")
    return text


def is_allowed(rule: str, subject: Subject) -> bool | None:
    """Whether a rule allows something to an asset; None when what is known of the asset doesn't tell.

    >>> shop = Subject(key="shop/orders", values={"group": ("shop",)}, open=frozenset({"owner"}))
    >>> [is_allowed(rule, shop) for rule in ("group:shop", "not key:shop/*", "owner:*", "group:shop or owner:x")]
    [True, False, None, True]
    """
    return _answer(_rule(rule), subject)


@lru_cache(maxsize=1024)
def _rule(text: str) -> Selection:
    try:
        return parse_selection(check_rule(text))
    except ValueError:
        return Not(operand=Everything())  # a rule that nobody can answer allows nothing


def _looks_around(selection: Selection) -> bool:
    match selection:
        case And(operands=operands) | Or(operands=operands):
            return any(map(_looks_around, operands))
        case Not(operand=operand):
            return _looks_around(operand)
        case Around() | Ends() | Attribute(name="is" | "project"):
            return True
    return False


def _answer(selection: Selection, subject: Subject) -> bool | None:
    match selection:
        case Everything():
            return True
        case Not(operand=operand):
            found = _answer(operand, subject)
            return None if found is None else not found
        case And(operands=operands):
            answers = [_answer(each, subject) for each in operands]
            return False if False in answers else None if None in answers else True
        case Or(operands=operands):
            answers = [_answer(each, subject) for each in operands]
            return True if True in answers else None if None in answers else False
        case Key(pattern=pattern):
            return None if subject.key is None else pattern_of(pattern)(subject.key)
        case Attribute():
            return _said(selection, subject)
        case Tag():
            return _tagged(selection, subject)
    return None  # lineage, which `check_rule` refuses


def _said(term: Attribute, subject: Subject) -> bool | None:
    values = _values(term.name, subject)
    if values is None:
        return None
    is_open = term.name in subject.open
    if term.value is None:
        is_unset = values == ("default",) if term.name == "group" else not values
        return None if is_open and (is_unset or not values) else is_unset
    if any(map(matcher(term.name, term.value), values)):
        return True
    return None if is_open else False


def _values(name: AttributeName, subject: Subject) -> tuple[str, ...] | None:
    """What is known under a name; None when nothing is, and something may be there."""
    if name in ("component", "path"):
        if subject.component is None:
            return None
        place = component_names if name == "component" else folders_of
        return place(subject.component) if subject.component else ()
    if name in ("name", "key_substring"):
        key = subject.key
        return None if key is None else (key.rsplit("/", 1)[-1] if name == "name" else key,)
    if name == "tag":
        return tuple(subject.tags)
    return None if name == "is" else tuple(subject.values.get(name, ()))


def _tagged(term: Tag, subject: Subject) -> bool | None:
    named, valued = pattern_of(term.key), pattern_of("*" if term.value is None else term.value)
    found = [value for name, value in subject.tags.items() if named(name)]
    if any(map(valued, found)):
        return True
    # A tag has one value: of one that is written, no other will be found.
    return None if "tag" in subject.open and not (found and "*" not in term.key) else False
