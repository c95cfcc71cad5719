"""What dbt is told of the partitions that a run is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from treadle.ir import StepContext, TimeWindow

__all__ = ["event_times", "is_about_partitions", "partition_variables"]

_CUTTING = frozenset({"build", "run"})
_CUT_ALREADY = frozenset({"--event-time-start", "--event-time-end", "--sample"})


def is_about_partitions(raw: object) -> bool:
    """Whether a value can only be rendered once a partition is known."""
    if isinstance(raw, Mapping):
        return any(is_about_partitions(each) for each in raw.values())
    if isinstance(raw, list | tuple):
        return any(is_about_partitions(each) for each in raw)
    return isinstance(raw, str) and "partition" in raw and "{" in raw


def partition_variables(step: StepContext) -> dict[str, Any]:
    """`partition_key`, `partition_key_range` and `partition_time_window`; nothing when the run is for no partition.

    A run for several partitions has no `partition_key`.
    """
    keys, window = step.partition_keys, step.partition_window
    if not keys:
        return {}
    variables: dict[str, Any] = {"partition_key_range": {"start": keys[0], "end": keys[-1]}}
    if len(keys) == 1:
        variables["partition_key"] = keys[0]
    if window is not None:
        variables["partition_time_window"] = {"start": window.start.isoformat(), "end": window.end.isoformat()}
    return variables


def event_times(words: Sequence[str], window: TimeWindow | None) -> list[str]:
    """The options that make dbt cut its microbatch models to a window: it writes moments in UTC.

    >>> from datetime import datetime
    >>> window = TimeWindow(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    >>> event_times(["build"], window)
    ['--event-time-start', '2026-01-01T00:00:00', '--event-time-end', '2026-01-02T00:00:00']
    """
    said = {word.partition("=")[0] for word in words}
    if window is None or not said & _CUTTING or said & _CUT_ALREADY:
        return []
    start, end = (each.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") for each in window)
    return ["--event-time-start", start, "--event-time-end", end]
