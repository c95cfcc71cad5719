"""Which mapping holds between two assets when none is said, and which can't hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from treadle.errors import Diagnostic, cut, did_you_mean, listing
from treadle.ir.assets import Asset
from treadle.ir.keys import AssetKey
from treadle.ir.origin import span_of
from treadle.ir.partition_mappings import (
    AllMapping,
    DimensionMapping,
    IdentityMapping,
    LastMapping,
    PartitionMapping,
    SharedDimensionsMapping,
    StaticMapping,
    TimeWindowMapping,
)
from treadle.ir.partitions import DynamicPartitions, MultiPartitions, Partitions, StaticPartitions, TimeWindowPartitions

__all__ = ["can_hold", "default_mapping", "impossible_mappings", "mapping_between"]


def mapping_between(downstream: Asset, upstream: Asset) -> PartitionMapping | None:
    """How partitions of an asset belong to those of an asset that it depends on; None when that has no partitions."""
    if upstream.partitions is None:
        return None
    said = downstream.partition_mappings.get(upstream.key)
    if said is not None:
        return said
    if downstream.key == upstream.key:
        return _the_one_before(upstream.partitions)
    return default_mapping(downstream.partitions, upstream.partitions)


def default_mapping(downstream: Partitions | None, upstream: Partitions) -> PartitionMapping:
    """What holds when nothing is said: the same partition, the same time, the same dimension, or else all.

    >>> days, hours = (TimeWindowPartitions(cron=f"0 {hour} * * *", start="2026-01-01") for hour in "0*")
    >>> default_mapping(days, days), default_mapping(days, hours), default_mapping(None, days)
    (IdentityMapping(), TimeWindowMapping(start_offset=0, end_offset=0), AllMapping())
    """
    match downstream, upstream:
        case _ if downstream == upstream:
            return IdentityMapping()
        case TimeWindowPartitions(), TimeWindowPartitions():
            return TimeWindowMapping()
        case StaticPartitions(keys=own), StaticPartitions(keys=keys) if set(own) & set(keys):
            return IdentityMapping()
        case MultiPartitions(dimensions=own), MultiPartitions(dimensions=dimensions) if set(own) & set(dimensions):
            return SharedDimensionsMapping()
        case MultiPartitions(dimensions=own), _ if name := _like(upstream, own):
            return DimensionMapping(dimension=name)
        case _, MultiPartitions(dimensions=dimensions) if downstream and (name := _like(downstream, dimensions)):
            return DimensionMapping(dimension=name)
        case _:
            return AllMapping()


def _like(partitions: Partitions, dimensions: Mapping[str, Partitions]) -> str:
    """The one dimension that some partitions belong to: the same, or else the only one with time windows."""
    same = [name for name, each in dimensions.items() if each == partitions]
    timed = [name for name, each in dimensions.items() if isinstance(each, TimeWindowPartitions)]
    found = same or (timed if isinstance(partitions, TimeWindowPartitions) else [])
    return found[0] if len(found) == 1 else ""


def _the_one_before(partitions: Partitions) -> PartitionMapping:
    """What an asset that depends on itself is made from: its partition of the window before."""
    before = TimeWindowMapping(start_offset=-1, end_offset=-1)
    if isinstance(partitions, MultiPartitions):
        timed = [name for name, each in partitions.dimensions.items() if isinstance(each, TimeWindowPartitions)]
        return SharedDimensionsMapping(dimensions=dict.fromkeys(timed, before))
    return before if isinstance(partitions, TimeWindowPartitions) else IdentityMapping()


def impossible_mappings(assets: Mapping[AssetKey, Asset]) -> Iterator[Diagnostic]:
    """One diagnostic for each mapping that is of no dependency, or that can't hold between the two assets."""
    for asset in assets.values():
        for key, mapping in asset.partition_mappings.items():
            why, fix = _mistake(asset, key, mapping, assets)
            if why:
                yield Diagnostic(
                    code="TRD420",
                    message=f"asset {str(asset.key)!r} can't have this partition mapping to {str(key)!r}",
                    why=why,
                    fix=fix,
                    span=span_of(asset.origin),
                )


def _mistake(
    asset: Asset, key: AssetKey, mapping: PartitionMapping, assets: Mapping[AssetKey, Asset]
) -> tuple[str, str]:
    if key not in asset.deps:
        near = did_you_mean(str(key), map(str, asset.deps))
        return "it isn't one of the assets that it depends on", near or f"add {str(key)!r} to its deps"
    upstream = assets[key].partitions if key in assets else None
    if upstream is None:
        return (
            (f"{str(key)!r} has no partitions", "remove the mapping")
            if not isinstance(mapping, AllMapping)
            else ("", "")
        )
    why = _why_not(mapping, asset.partitions, upstream)
    return why, "leave the mapping out to get the usual one, or write one that fits" if why else ""


def can_hold(mapping: PartitionMapping, downstream: Partitions | None, upstream: Partitions | None) -> bool:
    """Whether a mapping makes sense between partitions.

    >>> days = TimeWindowPartitions(cron="@daily", start="2026-01-01")
    >>> can_hold(TimeWindowMapping(), days, days), can_hold(TimeWindowMapping(), days, StaticPartitions(keys=["eu"]))
    (True, False)
    """
    return upstream is not None and not _why_not(mapping, downstream, upstream)


def _why_not(mapping: PartitionMapping, downstream: Partitions | None, upstream: Partitions) -> str:
    match mapping:
        case AllMapping():
            return ""
        case LastMapping(count=count):
            return "" if count >= 1 else f"{count} is not a number of partitions"
        case _ if downstream is None:
            return "it has no partitions itself, so there is no partition to start from"
        case IdentityMapping():
            return _not_the_same(downstream, upstream)
        case TimeWindowMapping():
            both = isinstance(downstream, TimeWindowPartitions) and isinstance(upstream, TimeWindowPartitions)
            return "" if both else "only partitions by time have windows to compare"
        case StaticMapping():
            return _unknown_keys(mapping, downstream, upstream)
        case DimensionMapping(dimension=name, mapping=inner):
            return _not_one_dimension(name, inner, downstream, upstream)
        case SharedDimensionsMapping():
            return _not_shared(mapping, downstream, upstream)


def _not_the_same(downstream: Partitions, upstream: Partitions) -> str:
    match downstream, upstream:
        case TimeWindowPartitions(), TimeWindowPartitions():
            same = all(getattr(downstream, each) == getattr(upstream, each) for each in ("cron", "format", "timezone"))
            return "" if same else "their windows are cut or written in different ways"
        case StaticPartitions(), StaticPartitions():
            return "" if set(downstream.keys) & set(upstream.keys) else "they have no key in common"
        case DynamicPartitions(), DynamicPartitions():
            return "" if downstream.name == upstream.name else "they are of two dynamic sets"
        case ((StaticPartitions() | DynamicPartitions()), (StaticPartitions() | DynamicPartitions())):
            return ""
        case MultiPartitions(), MultiPartitions():
            if downstream.dimensions.keys() != upstream.dimensions.keys():
                return "they don't have the same dimensions"
            reasons = [_not_the_same(each, upstream.dimensions[name]) for name, each in downstream.dimensions.items()]
            return next(filter(None, reasons), "")
        case _:
            return "their keys are of different kinds"


def _unknown_keys(mapping: StaticMapping, downstream: Partitions, upstream: Partitions) -> str:
    made = [key for keys in mapping.keys.values() for key in keys]
    for which, partitions, keys in (("upstream", upstream, mapping.keys), ("its own", downstream, made)):
        if isinstance(partitions, TimeWindowPartitions | MultiPartitions):
            return f"{which} partitions aren't a list of keys"
        if isinstance(partitions, StaticPartitions):
            for key in keys:
                if key not in partitions.keys:
                    hint = did_you_mean(key, partitions.keys)
                    return f"{cut(key)} is none of {which} partitions" + (f"; {hint}" if hint else "")
    return ""


def _not_one_dimension(name: str, inner: PartitionMapping | None, downstream: Partitions, upstream: Partitions) -> str:
    match downstream, upstream:
        case MultiPartitions(), MultiPartitions():
            return "both have several dimensions"
        case MultiPartitions(dimensions=dimensions), _:
            own: Partitions | None = dimensions.get(name)
            other: Partitions | None = upstream
        case _, MultiPartitions(dimensions=dimensions):
            own, other = downstream, dimensions.get(name)
        case _:
            return "neither has several dimensions"
    if own is None or other is None:
        return f"there is no dimension {name!r}; {did_you_mean(name, dimensions) or f'they are {listing(dimensions)}'}"
    return _why_not(inner, own, other) if inner else ""


def _not_shared(mapping: SharedDimensionsMapping, downstream: Partitions, upstream: Partitions) -> str:
    if not isinstance(downstream, MultiPartitions) or not isinstance(upstream, MultiPartitions):
        return "only one of them has several dimensions"
    shared = [name for name in downstream.dimensions if name in upstream.dimensions]
    for name, inner in mapping.dimensions.items():
        if name not in shared:
            return f"they share no dimension {name!r}; {did_you_mean(name, shared) or f'they share {listing(shared)}'}"
        if why := _why_not(inner, downstream.dimensions[name], upstream.dimensions[name]):
            return f"of {name!r}: {why}"
    return ""
