"""Which assets a selection means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Literal, Protocol

from treadle.errors import UsageError, did_you_mean, listing
from treadle.ir.assets import Asset
from treadle.ir.keys import AssetKey
from treadle.ir.lineage import Lineage, lineage_of
from treadle.ir.origin import Origin, component_names, folders_of, project_names
from treadle.ir.selection_parser import parse_selection
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

__all__ = [
    "Selectable",
    "Selection",
    "check_selection",
    "matcher",
    "parse_selection",
    "pattern_of",
    "select",
    "select_among",
]

Keys = frozenset[AssetKey]

_MOST_HINTS = 3


class Selectable(Protocol):
    """What can be selected from: an `AssetGraph`, or the assets of one component."""

    @property
    def assets(self) -> Mapping[AssetKey, Asset]:
        """Every asset there is."""
        ...

    def is_external(self, key: AssetKey) -> bool:
        """Whether no step produces the asset."""
        ...

    def parents(self, key: AssetKey) -> Keys:
        """What an asset depends on directly."""
        ...

    def children(self, key: AssetKey) -> Keys:
        """What depends directly on an asset."""
        ...

    def upstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> Keys:
        """The assets themselves and what they depend on."""
        ...

    def downstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> Keys:
        """The assets themselves and what depends on them."""
        ...


def check_selection(text: str) -> str:
    """The selection, when it can be read.

    >>> check_selection("group:marts")
    'group:marts'

    Raises:
        ValueError: when it can't.
    """
    try:
        parse_selection(text)
    except UsageError as error:
        raise ValueError(f"{text!r} is not a selection: {error.message.splitlines()[0]}") from None
    return text


def select(graph: Selectable, selection: Selection, *, strict: bool = True) -> frozenset[AssetKey]:
    """The assets that a selection means.

    Raises:
        UsageError: when it names an asset that doesn't exist, unless `strict` is off.
    """
    unknown: dict[str, None] = {}
    found = _evaluate(graph, selection, unknown)
    if strict and unknown:
        raise _nobody(list(unknown), graph.assets)
    return found


def select_among(assets: Iterable[Asset], text: str, *, external: Iterable[AssetKey] = ()) -> frozenset[AssetKey]:
    """The ones that a selection means of these assets alone; a name that isn't among them selects nothing.

    `external` says which of them no step produces.

    >>> a, b = AssetKey.parse("raw/a"), AssetKey.parse("b")
    >>> assets = [Asset(key=a), Asset(key=b, deps=frozenset({a, AssetKey.parse("elsewhere")}))]
    >>> [str(key) for key in select_among(assets, "roots(*)")]
    ['raw/a']

    Raises:
        UsageError: when the selection can't be read.
    """
    selection = parse_selection(text)
    return select(_Few({asset.key: asset for asset in assets}, frozenset(external)), selection, strict=False)


class _Few:
    """A component's own assets: edges that leave them don't count."""

    def __init__(self, assets: Mapping[AssetKey, Asset], external: Keys) -> None:
        lineage: Lineage = lineage_of(assets)
        self.assets = assets
        self.is_external = external.__contains__
        self.parents = lineage.parents
        self.children = lineage.children
        self.upstream = lineage.upstream
        self.downstream = lineage.downstream


def _evaluate(graph: Selectable, selection: Selection, unknown: dict[str, None]) -> Keys:
    match selection:
        case Not(operand=operand):
            return frozenset(graph.assets) - _evaluate(graph, operand, unknown)
        case And(operands=operands):
            return reduce(frozenset.intersection, [_evaluate(graph, each, unknown) for each in operands])
        case Or(operands=operands):
            return frozenset().union(*[_evaluate(graph, each, unknown) for each in operands])
        case Around(operand=operand, up=up, down=down):
            keys = _evaluate(graph, operand, unknown)
            return graph.upstream(keys, up) | graph.downstream(keys, down)
        case Ends(which=which, operand=operand):
            keys = _evaluate(graph, operand, unknown)
            beyond = graph.parents if which == "roots" else graph.children
            return frozenset(key for key in keys if keys.isdisjoint(beyond(key)))
        case _:
            return _matching(graph, selection, unknown)


def _matching(graph: Selectable, term: Everything | Key | Attribute | Tag, unknown: dict[str, None]) -> Keys:
    match term:
        case Everything():
            return frozenset(graph.assets)
        case Key(pattern=pattern) if term.is_exact:
            key = AssetKey(tuple(pattern.split("/")))
            if key in graph.assets:
                return frozenset({key})
            unknown[pattern] = None
            return frozenset()
        case Key(pattern=pattern):
            fits = pattern_of(pattern)
            return frozenset(key for key in graph.assets if fits(str(key)))
        case Attribute(name="is", value=value):
            return frozenset(key for key in graph.assets if graph.is_external(key) == (value == "external"))
        case Attribute(name=name, value=None):
            return frozenset(key for key, asset in graph.assets.items() if _is_unset(asset, name))
        case Attribute(name=name, value=str(value)):
            fits = matcher(name, value)
            return frozenset(key for key, asset in graph.assets.items() if any(map(fits, _values(asset, name))))
        case Tag():
            return _tagged(graph, term)
        case _:  # pragma: no cover - the union above is closed
            raise AssertionError(term)


def _tagged(graph: Selectable, tag: Tag) -> Keys:
    named, valued = pattern_of(tag.key), pattern_of("*" if tag.value is None else tag.value)
    return frozenset(
        key
        for key, asset in graph.assets.items()
        if any(named(name) and valued(str(value)) for name, value in asset.tags.items())
    )


def _values(asset: Asset, name: AttributeName) -> Iterable[str]:
    """What is said about an asset under this name."""
    match name:
        case "column":
            return (column.name for column in asset.columns)
        case "component" | "path" | "project":
            return _places(asset.origin, name)
        case "group":
            return (asset.group,)
        case "key_substring":
            return (str(asset.key),)
        case "kind":
            return asset.kinds
        case "name":
            return (asset.key.name,)
        case "owner":
            return asset.owners
        case "tag" | "is":
            return asset.tags


def _places(origin: Origin | None, name: Literal["component", "path", "project"]) -> tuple[str, ...]:
    """The names of where it was declared; a component has its address, and its file's for one of several documents."""
    if origin is None:
        return ()
    if name == "project":
        return project_names(origin.project)
    return component_names(origin.component) if name == "component" else folders_of(origin.component)


def _is_unset(asset: Asset, name: AttributeName) -> bool:
    return asset.group == "default" if name == "group" else not any(True for _ in _values(asset, name))


def matcher(name: AttributeName, value: str) -> Callable[[str], bool]:
    """What tells whether a value of an attribute is the one that is selected.

    >>> matcher("path", "teams/*/")("teams/vision"), matcher("key_substring", "ord")("orders")
    (True, True)
    """
    if name == "key_substring":
        return pattern_of(f"*{value}*")
    return pattern_of(value.rstrip("/") or value if name == "path" else value)


def pattern_of(pattern: str) -> Callable[[str], bool]:
    """A matcher in which `*` stands for anything; linear, so no pattern of a user can stall it."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern.__eq__
    *middle, last = rest

    def fits(text: str) -> bool:
        at, end = len(first), len(text) - len(last)
        if at > end or not (text.startswith(first) and text.endswith(last)):
            return False
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return fits


def _nobody(unknown: list[str], assets: Mapping[AssetKey, Asset]) -> UsageError:
    hints = [hint for hint in (_hint(name, assets) for name in unknown[:_MOST_HINTS]) if hint]
    fix = " ".join(dict.fromkeys(hints)) or "`treadle list assets` shows every asset"
    if len(unknown) == 1:
        return UsageError(f"no asset is named {unknown[0]!r}", fix=fix)
    return UsageError(f"no assets are named {listing(map(repr, unknown))}", fix=fix)


def _hint(name: str, assets: Mapping[AssetKey, Asset]) -> str:
    """What was meant: an asset with this ending (people leave the prefix out), or one that is spelled nearly so."""
    endings = sorted(str(key) for key in assets if str(key).endswith(f"/{name}"))
    if endings:
        return f"did you mean {' or '.join(map(repr, endings[:3]))}?"
    return did_you_mean(name, map(str, assets))
