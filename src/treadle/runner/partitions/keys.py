"""The keys of any partitions, as sequences that make a key only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import prod
from typing import overload

from treadle.ir import (
    DynamicPartitions,
    MultiPartitions,
    Partitions,
    StaticPartitions,
    TimeWindow,
    TimeWindowPartitions,
)
from treadle.runner.partitions.windows import Windows

__all__ = ["LONG_AGO", "DynamicKeys", "Listed", "Product", "dimensions_of", "keys_of", "no_dynamic_keys", "window_of"]

DynamicKeys = Callable[[str], Iterable[str]]
"""Gives the keys of a dynamic set by its name: what the store holds."""

_BETWEEN = "|"


def no_dynamic_keys(name: str) -> Iterable[str]:
    """Every dynamic set is empty."""
    return ()


def keys_of(partitions: Partitions, *, now: datetime, dynamic: DynamicKeys = no_dynamic_keys) -> Sequence[str]:
    """The keys that there are at a moment, in order.

    A time window has a key when it has ended. A key of several dimensions is theirs joined by `|`, the
    dimensions in the order of their names.

    >>> from datetime import UTC
    >>> by_shop = MultiPartitions(dimensions={
    ...     "shop": StaticPartitions(keys=["austin", "vienna"]),
    ...     "day": TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01"),
    ... })
    >>> keys = keys_of(by_shop, now=datetime(2027, 1, 1, tzinfo=UTC))
    >>> len(keys), keys[1], keys.index("2026-12-31|austin")
    (730, '2026-01-01|vienna', 728)
    """
    match partitions:
        case StaticPartitions(keys=keys):
            return Listed(keys)
        case DynamicPartitions(name=name):
            return Listed(dynamic(name))
        case TimeWindowPartitions():
            return Windows(partitions, now=now)
        case MultiPartitions(dimensions=dimensions):
            return Product({name: keys_of(dimensions[name], now=now, dynamic=dynamic) for name in sorted(dimensions)})


class Listed(Sequence[str]):
    """Keys that were listed; a key is found in no time, however many there are."""

    __slots__ = ("_keys", "_places")

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(dict.fromkeys(keys))
        self._places = {key: place for place, key in enumerate(self._keys)}

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._keys[index]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def index(self, key: str, start: int = 0, stop: int | None = None) -> int:
        """The place of a key.

        Raises:
            ValueError: when there is no such key.
        """
        place = self._places.get(key)
        if place is None or place not in range(len(self._keys))[start:stop]:
            raise ValueError(f"{key!r} is not one of the keys")
        return place


class Product(Sequence[str]):
    """Each combination of the keys of several dimensions; the last dimension's key changes first."""

    __slots__ = ("dimensions",)

    def __init__(self, dimensions: Mapping[str, Sequence[str]]) -> None:
        self.dimensions = dimensions

    def __len__(self) -> int:
        return prod(map(len, self.dimensions.values()))

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return tuple(map(self._key, range(len(self))[index]))
        return self._key(range(len(self))[index])

    def __iter__(self) -> Iterator[str]:
        return map(self._key, range(len(self)))

    def __contains__(self, key: object) -> bool:
        words = self._words(key)
        return words is not None and all(word in keys for word, keys in zip(words, self._sequences, strict=True))

    def index(self, key: str, start: int = 0, stop: int | None = None) -> int:
        """The place of a key.

        Raises:
            ValueError: when there is no such key.
        """
        place = 0
        for word, keys in zip(self._words(key) or (), self._sequences, strict=False):
            place = place * len(keys) + keys.index(word)
        if key not in self or place not in range(len(self))[start:stop]:
            raise ValueError(f"{key!r} is not one of the keys")
        return place

    @property
    def _sequences(self) -> tuple[Sequence[str], ...]:
        return tuple(self.dimensions.values())

    def _words(self, key: object) -> list[str] | None:
        words = key.split(_BETWEEN) if isinstance(key, str) else []
        return words if len(words) == len(self.dimensions) else None

    def _key(self, place: int) -> str:
        words: list[str] = []
        for keys in reversed(self._sequences):
            place, own = divmod(place, len(keys))
            words.append(keys[own])
        return _BETWEEN.join(reversed(words))


def dimensions_of(partitions: Partitions, key: str) -> Mapping[str, str]:
    """The key of each dimension; nothing when there are no dimensions.

    >>> shops = StaticPartitions(keys=["vienna"])
    >>> dict(dimensions_of(MultiPartitions(dimensions={"shop": shops, "brand": shops}), "acme|vienna"))
    {'brand': 'acme', 'shop': 'vienna'}
    """
    if not isinstance(partitions, MultiPartitions):
        return {}
    return dict(zip(sorted(partitions.dimensions), key.split(_BETWEEN), strict=False))


def window_of(partitions: Partitions, key: str) -> TimeWindow | None:
    """From when to when a key is: of time windows, and of several dimensions of which one has time windows.

    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", timezone="Europe/Vienna")
    >>> window_of(days, "2026-03-29").end.isoformat()
    '2026-03-30T00:00:00+02:00'
    """
    if isinstance(partitions, MultiPartitions):
        timed = [name for name, each in partitions.dimensions.items() if isinstance(each, TimeWindowPartitions)]
        own = dimensions_of(partitions, key)
        return window_of(partitions.dimensions[timed[0]], own[timed[0]]) if len(timed) == 1 and own else None
    if not isinstance(partitions, TimeWindowPartitions):
        return None
    windows = Windows(partitions, now=LONG_AGO)
    number = windows.number(key)
    return None if number is None else windows.window(number)


LONG_AGO = datetime.fromisoformat("1970-01-02T00:00:00+00:00")
"""Windows are asked for one, and don't count how many there are."""
