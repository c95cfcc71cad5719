"""What the rules of post-processing are for: selections of assets, and of checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import get_args

from treadle.errors import did_you_mean
from treadle.ir import Asset, Check, CheckKey, Selection, parse_selection, select_among
from treadle.ir.selection_terms import And, Around, Attribute, AttributeName, Ends, Key, Not, Or, Tag

__all__ = ["CheckName", "check_target", "near_target", "parse_target", "select_checks"]

_CHECK = re.compile(r"""(?P<asset>[^\s:()"'+]+):(?P<name>[^\s:()"'+]+)""")
# Inside of a project nobody selects by project, and an asset may well have that name.
_NOT_KEYS = frozenset({*get_args(AttributeName), "key"}) - {"project"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckName:
    """`orders:has_rows`: a check by the key of its asset and its name; `*` stands for anything."""

    asset: str
    name: str


def check_target(text: str) -> CheckName | Selection:
    """What a rule for checks is for: a check by its name, or the checks of a selection of assets.

    >>> check_target("orders:has_rows")
    CheckName(asset='orders', name='has_rows')

    Raises:
        UsageError: when it can't be read.
    """
    found = _CHECK.fullmatch(text.strip())
    if found and found["asset"] not in _NOT_KEYS:
        return CheckName(asset=found["asset"], name=found["name"])
    return parse_selection(text)


def parse_target(kind: str, text: str) -> None:
    """Raise `UsageError` when the target of a rule for `assets` (or `checks`) can't be read."""
    if kind == "checks":
        check_target(text)
    else:
        parse_selection(text)


def select_checks(checks: Mapping[CheckKey, Check], assets: Iterable[Asset], text: str) -> list[CheckKey]:
    """The checks that a target is for. Assets that are declared elsewhere are known by their keys alone."""
    target = check_target(text)
    if isinstance(target, CheckName):
        return [key for key in checks if _fits(str(key.asset), target.asset) and _fits(key.name, target.name)]
    declared = {each.key: each for each in assets}
    around = {key.asset: Asset(key=key.asset) for key in checks}
    selected = select_among((around | declared).values(), text)
    return [key for key in checks if key.asset in selected]


def _fits(text: str, pattern: str) -> bool:
    # Square brackets and question marks have no meaning in selections.
    return fnmatchcase(text, re.sub(r"([\[?])", r"[\1]", pattern))


def near_target(target: CheckName | Selection, assets: Iterable[Asset], checks: Iterable[CheckKey] = ()) -> str:
    """What was meant by a target that nothing fits: a name that is spelled nearly so."""
    if isinstance(target, CheckName):
        return did_you_mean(f"{target.asset}:{target.name}", map(str, checks))
    known = list(assets)
    hints = [hint for term in _terms(target) if (hint := _near(term, known))]
    return hints[0] if hints else ""


def _near(term: Key | Attribute | Tag, assets: list[Asset]) -> str:
    match term:
        case Key(pattern=pattern):
            return _unless_known(pattern, [str(each.key) for each in assets])
        case Attribute(name=name, value=str(value)):
            return _unless_known(value, [word for each in assets for word in _said(each, name)])
        case Tag(key=key, value=value):
            named = _unless_known(key, [name for each in assets for name in each.tags])
            values = [str(each.tags[key]) for each in assets if key in each.tags]
            return named or (_unless_known(value, values) if value is not None else "")
    return ""


def _said(asset: Asset, name: AttributeName) -> Iterable[str]:
    found: Mapping[str, Iterable[str]] = {
        "group": (asset.group,),
        "kind": asset.kinds,
        "name": (asset.key.name,),
        "owner": asset.owners,
        "column": (each.name for each in asset.columns),
    }
    return found.get(name, ())


def _unless_known(word: str, known: list[str]) -> str:
    return "" if word in known or "*" in word else did_you_mean(word, dict.fromkeys(known))


def _terms(selection: Selection) -> Iterator[Key | Attribute | Tag]:
    match selection:
        case And(operands=operands) | Or(operands=operands):
            for each in operands:
                yield from _terms(each)
        case Not(operand=operand) | Around(operand=operand) | Ends(operand=operand):
            yield from _terms(operand)
        case Key() | Attribute() | Tag():
            yield selection
