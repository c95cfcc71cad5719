"""Sets of partition keys as people write and read them.

A               the partition A
A..B            from A to B, both of them too
A..   ..B       from A on; up to B
A,B..C          several of these
all             every partition that there is
day=A..B,region=eu,us
                of several dimensions: what is taken of each; all of those that aren't named
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import prod

from treadle.errors import UsageError, cut, did_you_mean, listing
from treadle.ir import MultiPartitions, Partitions
from treadle.runner.partitions.keys import DynamicKeys, Product, keys_of, no_dynamic_keys
from treadle.runner.partitions.refusing import refusal

__all__ = ["parse_keys", "places", "summary", "text_of"]

_EVERYTHING = "all"
_TO = ".."
_MOST_SHOWN = 4


def parse_keys(
    text: str, partitions: Partitions, *, now: datetime, dynamic: DynamicKeys = no_dynamic_keys, of: str = ""
) -> tuple[str, ...]:
    """The keys that a text means, in the order of the partitions; `of` names the asset, for messages.

    >>> from datetime import UTC
    >>> from treadle.ir import StaticPartitions, TimeWindowPartitions
    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
    >>> parse_keys("2026-01-30..", days, now=datetime(2026, 2, 1, tzinfo=UTC))
    ('2026-01-30', '2026-01-31')
    >>> shops = MultiPartitions(dimensions={"day": days, "shop": StaticPartitions(keys=["austin", "vienna"])})
    >>> parse_keys("day=2026-01-01..2026-01-02,shop=vienna", shops, now=datetime(2026, 2, 1, tzinfo=UTC))
    ('2026-01-01|vienna', '2026-01-02|vienna')

    Raises:
        UsageError: when it can't be read, or means a partition that there isn't.
    """
    keys = keys_of(partitions, now=now, dynamic=dynamic)
    said = text.strip()
    if said in keys:
        return (said,)
    if said == _EVERYTHING:
        return _some(keys, of)
    if isinstance(keys, Product):
        assert isinstance(partitions, MultiPartitions)
        if any(item.partition("=")[0].strip() in keys.dimensions for item in said.split(",")) or "=" in said:
            return _of_dimensions(said, keys, partitions, of)
        if _TO in said:
            example = ",".join(f"{name}=A..B" for name in keys.dimensions)
            raise UsageError(
                f"{cut(said)} is no range of partitions that have dimensions", fix=f"write a range of each: {example}"
            )
    return tuple(keys[place] for place in places(said, keys, partitions, of=of))


def places(text: str, keys: Sequence[str], partitions: Partitions, *, of: str = "") -> list[int]:
    """The places of the keys that a text means, in order.

    Raises:
        UsageError: as `parse_keys`.
    """
    if text.strip() == _EVERYTHING:
        return list(range(len(keys)))
    found: set[int] = set()
    for item in text.split(","):
        found.update(_range(item.strip(), keys, partitions, of))
    return sorted(found)


def _range(item: str, keys: Sequence[str], partitions: Partitions, of: str) -> range:
    if not item:
        raise UsageError("a partition key is missing", fix="write keys like A, A..B or A,B, or all")
    if _TO not in item or item in keys:
        at = _place(item, keys, partitions, of)
        return range(at, at + 1)
    first, _, last = item.partition(_TO)
    start = _place(first.strip(), keys, partitions, of) if first.strip() else 0
    end = _place(last.strip(), keys, partitions, of) if last.strip() else len(keys) - 1
    if start > end and first.strip() and last.strip():
        raise UsageError(f"{cut(item)} ends before it starts", fix=f"write {last.strip()}{_TO}{first.strip()}")
    return range(start, end + 1)


def _place(key: str, keys: Sequence[str], partitions: Partitions, of: str) -> int:
    if key not in keys:
        raise refusal(key, keys, partitions, of=of)
    return keys.index(key)


def _of_dimensions(text: str, keys: Product, partitions: MultiPartitions, of: str) -> tuple[str, ...]:
    said: dict[str, list[str]] = {}
    name = ""
    for item in text.split(","):
        left, equals, right = item.partition("=")
        if equals and left.strip() in keys.dimensions:
            name, item = left.strip(), right
            if name in said:
                raise UsageError(f"the dimension {name!r} is written twice", fix=f"write {name}=A,B")
            said[name] = []
        elif not name:
            hint = did_you_mean(left.strip(), keys.dimensions)
            raise UsageError(
                f"{cut(item)} doesn't say which dimension it is of",
                fix=hint or f"the dimensions are {listing(keys.dimensions)}",
            )
        elif equals and left.strip().isidentifier():
            hint = did_you_mean(left.strip(), keys.dimensions) or f"they are {listing(keys.dimensions)}"
            raise UsageError(f"the partitions have no dimension {left.strip()!r}", fix=hint)
        said[name].append(item.strip())
    chosen = {
        each: [own[at] for at in places(",".join(said[each]), own, partitions.dimensions[each], of=of)]
        if each in said
        else own
        for each, own in keys.dimensions.items()
    }
    return _some(Product(chosen), of)


def _some(keys: Sequence[str], of: str) -> tuple[str, ...]:
    if not keys:
        raise UsageError(f"{of or 'the asset'} has no partition yet", fix="see `treadle list partitions`")
    return tuple(keys)


def text_of(chosen: Iterable[str], keys: Sequence[str]) -> str:
    """The shortest text that means some of the keys.

    >>> from treadle.runner.partitions.keys import Listed
    >>> text_of(["a", "b", "c", "e"], Listed("abcdef"))
    'a..c,e'
    """
    return ",".join(_pieces(tuple(chosen), keys))


def summary(chosen: Iterable[str], keys: Sequence[str]) -> str:
    """Some of the keys in a few words: ranges, and how many it are.

    >>> from treadle.runner.partitions.keys import Listed
    >>> summary("abcde", Listed("abcdef")), summary(["b"], Listed("abcdef")), summary([], Listed("a"))
    ('a..e (5)', 'b', 'none')
    """
    found = tuple(chosen)
    if len(found) < 2:
        return found[0] if found else "none"
    pieces = list(_pieces(found, keys))
    shown = [*pieces[:_MOST_SHOWN], *([f"… and {len(pieces) - _MOST_SHOWN} more"] if len(pieces) > _MOST_SHOWN else [])]
    return f"{', '.join(shown)} ({len(found):,})"


def _pieces(chosen: Sequence[str], keys: Sequence[str]) -> Iterator[str]:
    if isinstance(keys, Product):
        if len(chosen) > 1 and (box := _box(chosen, keys)) is not None:
            yield ",".join(f"{name}={text_of(own, keys.dimensions[name])}" for name, own in box.items())
        else:
            yield from chosen
        return
    at = sorted(set(_at(chosen, keys)))
    starts = [place for before, place in pairwise([-2, *at]) if place != before + 1]
    ends = [place for place, after in pairwise([*at, len(keys) + 1]) if after != place + 1]
    for start, end in zip(starts, ends, strict=True):
        yield keys[start] if start == end else f"{keys[start]}{_TO}{keys[end]}"


def _at(chosen: Iterable[str], keys: Sequence[str]) -> Iterator[int]:
    place = -1
    for key in chosen:
        # To make the next key is quicker than to look one up, and most often it is the one.
        follows = place + 1 < len(keys) and keys[place + 1] == key
        place = place + 1 if follows else keys.index(key)
        yield place


def _box(chosen: Sequence[str], keys: Product) -> Mapping[str, list[str]] | None:
    """The keys of each dimension, when every combination of them is chosen."""
    words = list(zip(*(key.split("|") for key in chosen), strict=True))
    box = {name: list(dict.fromkeys(own)) for name, own in zip(keys.dimensions, words, strict=True)}
    return box if prod(map(len, box.values())) == len(set(chosen)) else None
