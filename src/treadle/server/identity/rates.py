"""How often somebody may ask: each has a bucket of tries, which fills itself again."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Rates"]

_MOST_BUCKETS = 10_000


class Rates:
    """Counts tries by a name: an address, a person, a token. `burst` at once, and `per_minute` again in each minute.

    Each server counts for itself.

    >>> rates = Rates(per_minute=60, burst=2, clock=lambda: 0.0)
    >>> [rates.wait("ada") for _ in range(3)], rates.wait("bob")
    ([0, 0, 1], 0)
    """

    def __init__(
        self, *, per_minute: int, burst: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst or per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, name: str) -> int:
        """Take a try: 0 when there is one, otherwise the seconds after which there is."""
        moment = self._clock()
        with self._lock:
            left, since = self._buckets.pop(name, (self._burst, moment))
            left = min(self._burst, left + (moment - since) * self._rate)
            is_there = left >= 1
            self._buckets[name] = (left - 1 if is_there else left, moment)
            # Whoever was longest away has a full bucket, or as good as one.
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        return 0 if is_there else max(1, math.ceil((1 - left) / self._rate))
