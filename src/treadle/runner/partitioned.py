"""What a step is told of the partitions that its run is for: as a record, to scripts, to Pipes scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from treadle.ir import TimeWindow

__all__ = ["NOTHING", "Seen", "partition_environment", "pipes_partition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The keys, their text, from when to when they are, and the key of each dimension that has only one."""

    text: str = ""
    keys: tuple[str, ...] = ()
    window: TimeWindow | None = None
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


NOTHING = Seen()
"""What a step sees in a run that is for no partition, and a step without partitions in any run."""


def partition_environment(seen: Seen) -> dict[str, str]:
    """The variables that commands get: the key, or the text of several, and the window in ISO format.

    >>> partition_environment(Seen(text="a,b", keys=("a", "b")))
    {'TREADLE_PARTITIONS': 'a,b'}
    >>> sorted(partition_environment(Seen(text="a", keys=("a",))))
    ['TREADLE_PARTITION', 'TREADLE_PARTITIONS']
    """
    variables = {"TREADLE_PARTITIONS": seen.text} if seen.keys else {}
    if len(seen.keys) == 1:
        variables["TREADLE_PARTITION"] = seen.keys[0]
    if seen.window is not None:
        variables["TREADLE_PARTITION_START"] = seen.window.start.isoformat()
        variables["TREADLE_PARTITION_END"] = seen.window.end.isoformat()
    return variables


def pipes_partition(seen: Seen) -> dict[str, object]:
    """The same, as the context of the Pipes protocol holds it.

    >>> pipes_partition(Seen(text="a", keys=("a",)))["partition_key_range"]
    {'start': 'a', 'end': 'a'}
    """
    keys, window = seen.keys, seen.window
    return {
        "partition_key": keys[0] if len(keys) == 1 else None,
        "partition_key_range": {"start": keys[0], "end": keys[-1]} if keys else None,
        "partition_time_window": (
            {"start": window.start.isoformat(), "end": window.end.isoformat()} if window is not None else None
        ),
    }
