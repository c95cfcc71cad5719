"""Steps on a Ray cluster: an actor for each, which holds the step's resources and starts its process."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.ir import ComputeProfile
    from treadle.runner.far.contract import Executor

__all__ = ["opened"]


def opened(profile: ComputeProfile) -> AbstractContextManager[Executor]:
    """An executor that is connected to the cluster of a profile; see `treadle.adapters.ray.executor`."""
    # A worker of the cluster imports this package too, and needs nothing of that.
    from treadle.adapters.ray import executor

    return executor.opened(profile)
