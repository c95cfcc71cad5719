"""`partition` in templates that are rendered when a step runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from treadle.ir import StepContext

__all__ = ["PartitionView", "partition_view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionView:
    """What a run is for; written as text it is the key.

    >>> print(PartitionView(keys=("2026-01-01",)))
    2026-01-01
    """

    keys: tuple[str, ...]
    """The keys of all partitions that the run is for, in order."""
    start: datetime | None = None
    """When the first one's time window starts."""
    end: datetime | None = None
    """When the last one's time window ends."""
    dimensions: Mapping[str, str] | None = None
    """The key of each dimension that the run is for one key of."""

    @property
    def key(self) -> str:
        """The key of the only one.

        Raises:
            ValueError: when there are several.
        """
        if len(self.keys) > 1:
            raise ValueError(
                f"the run is for {len(self.keys)} partitions, {self.keys[0]} to {self.keys[-1]}: "
                "use partition.keys, or partition.start and partition.end"
            )
        return self.keys[0]

    def __str__(self) -> str:
        return self.key

    def __eq__(self, other: object) -> bool:
        return self.key == other if isinstance(other, str) else self is other

    def __hash__(self) -> int:
        return hash(self.keys)


def partition_view(step: StepContext) -> PartitionView | None:
    """What a step's templates see as `partition`; nothing when the run is for none."""
    if not step.partition_keys:
        return None
    window = step.partition_window
    return PartitionView(
        keys=step.partition_keys,
        start=window.start if window else None,
        end=window.end if window else None,
        dimensions=step.partition_dimensions,
    )
