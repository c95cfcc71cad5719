"""How each asset stands: fresh, partial, stale, overdue, missing or failed, and why. Pure."""

from treadle.runner.staleness.overdue import overdue_since
from treadle.runner.staleness.partitions import PartitionsStanding
from treadle.runner.staleness.standings import AssetStatus, Standing, standings

__all__ = ["AssetStatus", "PartitionsStanding", "Standing", "overdue_since", "standings"]
