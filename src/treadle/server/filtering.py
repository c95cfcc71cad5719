"""Which assets a list shows: filters of it, and how many assets each further choice would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Query

from treadle.ir import AssetKey
from treadle.server.models.assets import AssetStatus

if TYPE_CHECKING:
    from treadle.ir import Asset
    from treadle.runner.staleness import Standing
    from treadle.server.snapshot import Snapshot

__all__ = ["FACETS", "AssetFilters", "AssetOrder", "Filters", "counts_of", "facets_of", "matching", "ordered"]

FACETS = ("status", "group", "kind", "owner", "tag", "component")
"""What assets are told apart by. An asset may have several values of one, or none."""

AssetOrder = Literal["key", "best", "status", "materialized"]
"""How a list of assets may be ordered."""

_BY_URGENCY = {"failed": 0, "overdue": 1, "stale": 2, "missing": 3, "partial": 4, "fresh": 5}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFilters:
    """What is asked of assets. Of the values of a facet that are `chosen`, an asset has to have one."""

    selection: str = "*"
    text: str = ""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)


def _asked(
    selection: Annotated[str, Query(max_length=10_000, description="An expression: `+orders`, `group:marts`…")] = "*",
    q: Annotated[str | None, Query(max_length=200, description="Text in the key or in the description.")] = None,
    group: Annotated[list[str] | None, Query(max_length=50, description="One of these groups. (repeatable)")] = None,
    kind: Annotated[list[str] | None, Query(max_length=50, description="One of these kinds. (repeatable)")] = None,
    owner: Annotated[
        list[str] | None, Query(max_length=50, description="One of these owners; empty for no owner. (repeatable)")
    ] = None,
    tag: Annotated[
        list[str] | None, Query(max_length=50, description="One of these tags: `name` or `name=value`. (repeatable)")
    ] = None,
    component: Annotated[
        list[str] | None, Query(max_length=50, description="Declared by one of these components. (repeatable)")
    ] = None,
    status: Annotated[list[AssetStatus] | None, Query(max_length=50, description="One of these. (repeatable)")] = None,
) -> AssetFilters:
    asked: dict[str, Sequence[str] | None] = {
        "status": status,
        "group": group,
        "kind": kind,
        "owner": owner,
        "tag": tag,
        "component": component,
    }
    chosen = {name: frozenset(values) for name, values in asked.items() if values}
    return AssetFilters(selection=selection, text=(q or "").casefold(), chosen=chosen)


Filters = Annotated[AssetFilters, Depends(_asked)]
"""The parameters of a route that filters assets."""


def facets_of(asset: Asset) -> dict[str, tuple[str, ...]]:
    """What an asset has of each facet, but for how it stands.

    >>> from treadle.ir import Asset
    >>> found = facets_of(Asset(key="orders", tags={"tier": "1", "pii": ""}))
    >>> found["tag"], found["owner"]
    (('pii', 'tier=1'), ('',))
    """
    return {
        "group": (asset.group,),
        "kind": tuple(sorted(asset.kinds)),
        "owner": tuple(asset.owners) or ("",),
        "tag": tuple(f"{name}={value}" if value else name for name, value in sorted(asset.tags.items())),
        "component": (asset.origin.component,) if asset.origin else (),
    }


def matching(snapshot: Snapshot, standings: Mapping[AssetKey, Standing], filters: AssetFilters) -> dict[str, AssetKey]:
    """The assets that fulfil filters, by their keys as text, in order.

    Raises:
        UsageError: when the selection can't be read.
    """
    found = _narrowed(snapshot, filters)
    if not filters.chosen:
        return dict(found)
    return {text: key for text, key in found.items() if not _missed(snapshot, standings, filters, key)}


def ordered(
    snapshot: Snapshot,
    standings: Mapping[AssetKey, Standing],
    found: Mapping[str, AssetKey],
    order: AssetOrder,
    text: str,
) -> list[str]:
    """The keys of assets in an order; what is equal in it stays in the order of the keys."""
    if order == "best" and text:
        return sorted(found, key=lambda each: _distance(each.casefold(), text))
    if order == "status":
        return sorted(found, key=lambda each: _urgency(standings.get(found[each])))
    if order == "materialized":
        return sorted(found, key=lambda each: _written_at(standings.get(found[each])), reverse=True)
    return list(found)


def _distance(key: str, text: str) -> int:
    """How far a key is from what was looked for: that may also be in the description alone."""
    name = key.rpartition("/")[2]
    if text in (name, key):
        return 0
    if name.startswith(text):
        return 1
    return 2 if text in name else 3 if text in key else 4


def _urgency(standing: Standing | None) -> int:
    return len(_BY_URGENCY) if standing is None else _BY_URGENCY[standing.status.value]


def _written_at(standing: Standing | None) -> datetime:
    return (standing.materialized_at if standing else None) or _LONG_AGO


def counts_of(
    snapshot: Snapshot, standings: Mapping[AssetKey, Standing], filters: AssetFilters
) -> tuple[int, dict[str, Counter[str]]]:
    """How many assets fulfil filters, and how many would with each value of a facet in place of those chosen of it.

    Raises:
        UsageError: when the selection can't be read.
    """
    found = _narrowed(snapshot, filters)
    if not filters.chosen and found is snapshot.keys:  # what is asked for most, and of everything there is
        statuses = Counter(each.status.value for each in standings.values())
        return len(found), {**snapshot.facet_counts, "status": statuses}
    total, values = 0, {name: list[str]() for name in FACETS}
    for key in found.values():
        missed = _missed(snapshot, standings, filters, key)
        if len(missed) > 1:
            continue
        total += not missed
        for name in missed or FACETS:
            values[name].extend(_values(snapshot, standings, key, name))
    return total, {name: Counter(each) for name, each in values.items()}


def _narrowed(snapshot: Snapshot, filters: AssetFilters) -> Mapping[str, AssetKey]:
    found = snapshot.keys
    if filters.selection.strip() != "*":
        selected = snapshot.select(filters.selection)
        found = {text: key for text, key in found.items() if key in selected}
    if filters.text:
        words = filters.text.split()
        found = {text: key for text, key in found.items() if all(word in snapshot.texts[key] for word in words)}
    return found


def _missed(
    snapshot: Snapshot, standings: Mapping[AssetKey, Standing], filters: AssetFilters, key: AssetKey
) -> list[str]:
    """The facets of which an asset has nothing that was chosen."""
    return [
        name
        for name, wanted in filters.chosen.items()
        if wanted.isdisjoint(_values(snapshot, standings, key, name))
        and not (name == "tag" and wanted.intersection(snapshot.graph.assets[key].tags))
    ]


def _values(snapshot: Snapshot, standings: Mapping[AssetKey, Standing], key: AssetKey, name: str) -> tuple[str, ...]:
    if name == "status":
        return (standings[key].status.value,) if key in standings else ()
    return snapshot.facets[key][name]
