"""What a step sees of the partitions that its run is for.

A run names them by a text that every process reads in the same way, without asking which partitions
there are: windows as `A..B`, other keys one after the other, of several dimensions each by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from treadle.errors import UsageError
from treadle.ir import AssetKey, MultiPartitions, Partitions, Step, TimeWindow, TimeWindowPartitions
from treadle.runner.partitioned import NOTHING, Seen
from treadle.runner.partitions.keys import LONG_AGO, Product, dimensions_of, window_of
from treadle.runner.partitions.windows import Windows

__all__ = ["seen", "text_for_run"]


def seen(text: str | None, step: Step, assets: Iterable[AssetKey]) -> Seen:
    """What a step sees when it is asked for some of its assets in a run for partitions of this text.

    >>> days = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")
    >>> step = Step(name="s", run=print, assets=["a"], partitions={AssetKey.of("a"): days})
    >>> seen("2026-01-01..2026-01-03", step, step.assets).keys
    ('2026-01-01', '2026-01-02', '2026-01-03')

    Raises:
        UsageError: when a key isn't one of a window.
    """
    own = next((step.partitions[key] for key in sorted(assets) if key in step.partitions), None)
    if text is None or own is None:
        return NOTHING
    keys = _keys(text, own)
    windows = [window_of(own, key) for key in (keys[0], keys[-1])]
    return Seen(
        text=text,
        keys=keys,
        window=TimeWindow(windows[0].start, windows[1].end) if windows[0] and windows[1] else None,
        dimensions=MappingProxyType(_single(own, keys)),
    )


def _single(partitions: Partitions, keys: Sequence[str]) -> dict[str, str]:
    found = [dimensions_of(partitions, key) for key in (keys[0], keys[-1])]
    # The keys of a run are all combinations, in order: what is the same in the first and the last is so in all.
    return {name: key for name, key in found[0].items() if found[1][name] == key}


def _keys(text: str, partitions: Partitions) -> tuple[str, ...]:
    if isinstance(partitions, MultiPartitions):
        if "=" not in text:
            return tuple(text.split(","))
        dimensions: dict[str, str] = {}
        name = ""
        for item in text.split(","):
            left, equals, right = item.partition("=")
            if equals and left in partitions.dimensions:
                name = left
                dimensions[name] = right
            else:
                dimensions[name] += f",{item}"
        return tuple(
            Product({each: _keys(dimensions[each], partitions.dimensions[each]) for each in sorted(dimensions)})
        )
    if not isinstance(partitions, TimeWindowPartitions):
        return tuple(text.split(","))
    windows = Windows(partitions, now=LONG_AGO)
    if windows.number(text) is not None:
        return (text,)
    first, _, last = text.partition("..")
    start, end = windows.number(first), windows.number(last or first)
    if start is None or end is None:
        raise UsageError(f"the partition {text!r} isn't written like {partitions.format}, or no window starts then")
    return tuple(map(windows.key, range(start, end + 1)))


def text_for_run(chosen: Sequence[str], partitions: Partitions) -> str:
    """The text for some keys that follow each other, in order.

    >>> from treadle.ir import StaticPartitions
    >>> text_for_run(["a", "b"], StaticPartitions(keys="abc"))
    'a,b'
    """
    if len(chosen) == 1:
        return chosen[0]
    if isinstance(partitions, TimeWindowPartitions):
        return f"{chosen[0]}..{chosen[-1]}"
    if isinstance(partitions, MultiPartitions):
        words = zip(*(key.split("|") for key in chosen), strict=True)
        sides = zip(sorted(partitions.dimensions), words, strict=True)
        return ",".join(
            f"{name}={text_for_run(list(dict.fromkeys(own)), partitions.dimensions[name])}" for name, own in sides
        )
    return ",".join(chosen)
