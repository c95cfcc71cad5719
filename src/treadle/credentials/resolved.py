"""The value of a credential, and how long it is good for."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Resolved", "expiry_in", "now"]

_MARGIN = 60.0  # seconds before its end from which on a value is asked for again, for those that live long enough
_UNKNOWN = 300.0  # seconds after which a token is asked for again whose provider doesn't say how long it is good for


def now() -> float:
    """Seconds that go on while the machine sleeps, and that nobody can set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A value that was had at a moment, and for how many seconds from then on it is good; None for ever."""

    value: str = field(repr=False)
    lifetime: float | None = None
    had_at: float = field(default_factory=now)

    def is_fresh(self, clock: Callable[[], float] = now) -> bool:
        """Whether it may be used: it is good for a while yet.

        >>> Resolved(value="token", lifetime=3600, had_at=0).is_fresh(lambda: 3500)
        True
        >>> Resolved(value="token", lifetime=3600, had_at=0).is_fresh(lambda: 3545)
        False
        """
        if self.lifetime is None:
            return True
        return clock() < self.had_at + self.lifetime - min(_MARGIN, self.lifetime / 4)

    @classmethod
    def from_token(cls, value: str, *, lifetime: float | None, server_time: float, had_at: float) -> Resolved:
        """An access token; its own word is taken by the provider's clock when the provider says nothing else."""
        if lifetime is None:
            expiry = expiry_in(value)
            lifetime = _UNKNOWN if expiry is None else expiry - server_time
        return cls(value=value, lifetime=lifetime, had_at=had_at)

    @classmethod
    def from_text(cls, value: str) -> Resolved:
        """What a person or a program has put somewhere: when it is a JSON Web Token, it may say when it ends."""
        expiry = expiry_in(value)
        return cls(value=value, lifetime=None if expiry is None else expiry - time.time())


def expiry_in(value: str) -> float | None:
    """When a JSON Web Token ends, in seconds since 1970; None when the value isn't one, or doesn't say.

    >>> expiry_in("eyJhbGciOiJub25lIn0.eyJleHAiOjEwMH0.")
    100.0
    >>> expiry_in("a.b.c")
    """
    parts = value.split(".")
    if len(parts) != 3 or not value.startswith("eyJ"):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    expiry = claims.get("exp") if isinstance(claims, dict) else None
    return float(expiry) if isinstance(expiry, (int, float)) and not isinstance(expiry, bool) else None
