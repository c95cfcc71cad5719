"""Which partitions a run is for: that every asset in it has them, and may be run for several at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from treadle.errors import UsageError, listing
from treadle.ir import (
    Asset,
    DynamicPartitions,
    MultiPartitions,
    Partitions,
    StaticPartitions,
    TimeWindowPartitions,
)
from treadle.runner.partitions.keys import DynamicKeys, Product, keys_of
from treadle.runner.partitions.ranges import parse_keys, summary
from treadle.runner.partitions.refusing import check_key, refusal
from treadle.runner.partitions.seen import text_for_run

__all__ = ["Chosen", "choose"]

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The partitions of a run; `text` is how its record and its steps name them."""

    text: str
    keys: tuple[str, ...]


def choose(
    assets: Iterable[Asset], *, partition: str | None, partitions: str | None, now: datetime, dynamic: DynamicKeys
) -> Chosen | None:
    """The partitions that are meant by a key, or by a text of several, for all of these assets; None for none.

    Raises:
        UsageError: when some of the assets don't have them, or can't be run for them together.
    """
    cut_up = [(asset, asset.partitions) for asset in sorted(assets, key=lambda each: each.key) if asset.partitions]
    option = "--partition" if partition is not None else "--partitions"
    if partition is None and partitions is None:
        if cut_up:
            raise _has_to_say([asset for asset, _ in cut_up], keys_of(cut_up[0][1], now=now, dynamic=dynamic))
        return None
    if not cut_up:
        raise UsageError("nothing that is selected has partitions", fix=f"leave {option} out, or select what has some")
    first, first_partitions = cut_up[0]
    for asset, own in cut_up[1:]:
        if not _belong_together(first_partitions, own):
            raise UsageError(
                f"{first.key} has {_kind(first_partitions)}, {asset.key} has {_kind(own)}: "
                "a run is for partitions of one kind",
                fix="run them one after the other: select less",
            )
    if partition is not None:
        _not_several(partition, first_partitions, now, dynamic)
        chosen: tuple[str, ...] = (partition,)
    else:
        chosen = parse_keys(partitions or "", first_partitions, now=now, dynamic=dynamic, of=str(first.key))
    for asset, own in cut_up:
        _check_all(chosen, own, str(asset.key), now, dynamic)
    if len(chosen) > 1:
        _check_together(chosen, [asset for asset, _ in cut_up], keys_of(first_partitions, now=now, dynamic=dynamic))
    return Chosen(text=text_for_run(chosen, first_partitions), keys=chosen)


def _has_to_say(assets: Sequence[Asset], keys: Sequence[str]) -> UsageError:
    names = listing((str(asset.key) for asset in assets), most=_MOST_NAMED)
    message = f"{names} {'has' if len(assets) == 1 else 'have'} partitions; a run has to say which it is for"
    if not keys:
        return UsageError(f"{message}, and there is none yet", fix=f"see `treadle list partitions {assets[0].key}`")
    return UsageError(message, fix=f"add `--partition '{keys[-1]}'`, which is the latest, or another one")


def _belong_together(one: Partitions, other: Partitions) -> bool:
    """Whether a key means the same to both, wherever both have it."""
    match one, other:
        case TimeWindowPartitions(), TimeWindowPartitions():
            return all(getattr(one, each) == getattr(other, each) for each in ("cron", "format", "timezone"))
        case MultiPartitions(dimensions=mine), MultiPartitions(dimensions=theirs):
            return mine.keys() == theirs.keys() and all(_belong_together(mine[name], theirs[name]) for name in mine)
        case StaticPartitions(), StaticPartitions():
            return True
        case _:
            return one == other


def _kind(partitions: Partitions) -> str:
    match partitions:
        case TimeWindowPartitions():
            return f"partitions by time ({partitions.cron}, {partitions.timezone})"
        case StaticPartitions():
            return f"partitions by key ({listing(partitions.keys, most=_MOST_NAMED)})"
        case DynamicPartitions():
            return f"the partitions {partitions.name!r}"
        case MultiPartitions():
            return f"partitions by {' and '.join(sorted(partitions.dimensions))}"


def _not_several(partition: str, partitions: Partitions, now: datetime, dynamic: DynamicKeys) -> None:
    if partition in keys_of(partitions, now=now, dynamic=dynamic):
        return
    if partition == "all" or any(sign in partition for sign in ("..", ",")):
        raise UsageError(f"{partition!r} is not one partition", fix=f"several are written --partitions '{partition}'")


def _check_all(chosen: Sequence[str], partitions: Partitions, of: str, now: datetime, dynamic: DynamicKeys) -> None:
    if len(chosen) == 1:
        check_key(chosen[0], partitions, now=now, dynamic=dynamic, of=of)
        return
    keys = keys_of(partitions, now=now, dynamic=dynamic)
    for key in chosen:
        if key not in keys:
            raise refusal(key, keys, partitions, of=of)


def _check_together(chosen: Sequence[str], assets: Iterable[Asset], keys: Sequence[str]) -> None:
    """Several partitions in one run: every asset has to allow it, and no partition may be left out between them."""
    alone = [asset for asset in assets if asset.backfill is None]
    if alone:
        names = listing((str(asset.key) for asset in alone), most=_MOST_NAMED)
        raise UsageError(
            f"{names} can only be run for one partition at a time",
            fix="run each by itself with --partition; or, when its step can do several at once, "
            "write `backfill: {type: single_run}` at the asset",
        )
    for asset in assets:
        most = asset.backfill.max_partitions_per_run if asset.backfill else 1
        if most is not None and len(chosen) > most:
            raise UsageError(
                f"{asset.key} takes at most {most} partitions in a run, and these are {len(chosen)}",
                fix="run fewer at a time, or raise `max_partitions_per_run`",
            )
    if not _is_gapless(chosen, keys):
        raise UsageError(
            f"a run takes partitions that follow each other; these don't: {summary(chosen, keys)}",
            fix="write one range A..B, and run the others by themselves",
        )


def _is_gapless(chosen: Sequence[str], keys: Sequence[str]) -> bool:
    if isinstance(keys, Product):
        words = list(zip(*(key.split("|") for key in chosen), strict=True))
        sides = [list(dict.fromkeys(own)) for own in words]
        every = 1
        for side in sides:
            every *= len(side)
        return every == len(chosen) and all(
            _is_gapless(side, own) for side, own in zip(sides, keys.dimensions.values(), strict=True)
        )
    start = keys.index(chosen[0])
    return list(keys[start : start + len(chosen)]) == list(chosen)
