"""How much a run may take, and how patient it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from treadle.ir.steps import RetryPolicy

__all__ = ["MOST_OUTPUT", "Limits"]

MOST_OUTPUT = 10_000_000
"""How many bytes are kept of what one attempt at a step prints, when the project doesn't say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The project's rules for its runs; times are in seconds.

    `jobs` is how many steps of a run may be running at once, `pools` how many of all runs that share the store, and
    `runs` how many runs of the project may be running when a scheduler starts another.
    `grace` is how long a step that is asked to end has for it. `retries` and `timeout` hold for steps that say
    nothing of their own. `output` is how many bytes of what an attempt prints are kept, `patience` how long a store
    that can't be written is waited for.

    >>> Limits(pools={"warehouse": 2}).pools["warehouse"]
    2
    """

    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    runs: int = 10
    pools: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    grace: float = 5.0
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    timeout: float | None = None
    output: int = MOST_OUTPUT
    patience: float = 600.0
