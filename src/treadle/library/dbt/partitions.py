"""What `cli_args` may know of the partition that a run is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from treadle.ir import Asset, StepContext, StepFailed, TimeWindowPartitions

__all__ = ["is_about_partitions", "partition_variables"]


def is_about_partitions(raw: object) -> bool:
    """Whether a value can only be rendered once a partition is known."""
    if isinstance(raw, Mapping):
        return any(is_about_partitions(each) for each in raw.values())
    if isinstance(raw, list | tuple):
        return any(is_about_partitions(each) for each in raw)
    return isinstance(raw, str) and "partition" in raw and "{" in raw


def partition_variables(step: StepContext, assets: Iterable[Asset]) -> dict[str, Any]:
    """`partition_key`, `partition_key_range` and `partition_time_window`; nothing when the run is for no partition."""
    if step.partition is None:
        return {}
    variables: dict[str, Any] = {
        "partition_key": step.partition,
        "partition_key_range": {"start": step.partition, "end": step.partition},
    }
    windows = [each.partitions for each in assets if isinstance(each.partitions, TimeWindowPartitions)]
    if windows and (window := _window(step.partition, windows[0])) is not None:
        variables["partition_time_window"] = window
    return variables


def _window(key: str, partitions: TimeWindowPartitions) -> dict[str, str] | None:
    try:
        start = datetime.strptime(key, partitions.format).replace(tzinfo=ZoneInfo(partitions.timezone))
    except ValueError:
        raise StepFailed(f"the partition {key!r} is not written as {partitions.format!r}") from None
    fields = partitions.cron.split()
    if len(fields) != 5 or (end := _end(start, fields)) is None:
        return None
    return {"start": start.isoformat(), "end": end.isoformat()}


def _end(start: datetime, cron: list[str]) -> datetime | None:
    """Where the window ends, for windows of an hour, a day, a week or a month; others aren't worked out here."""
    fixed = [field.isdigit() for field in cron]
    if not fixed[0] or cron[3] != "*":
        return None
    if fixed[1:] == [False, False, False, False] and cron[1:] == ["*"] * 4:
        return start + timedelta(hours=1)
    if not fixed[1]:
        return None
    if cron[2] == cron[4] == "*":
        return start + timedelta(days=1)
    if cron[2] == "*" and fixed[4]:
        return start + timedelta(days=7)
    if fixed[2] and cron[4] == "*":
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return None
