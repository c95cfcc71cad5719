"""Names of runs: ten characters that sort by time and can be read out on the phone."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

__all__ = ["ALPHABET", "run_id"]

# Digits and letters without i, l, o and u, which are easily taken for others.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_TIME_LENGTH = 8  # 40 bits of milliseconds: until 2058
_RANDOM_LENGTH = 2


def run_id(now: datetime) -> str:
    """A new name for a run that begins now.

    >>> early, late = run_id(datetime(2026, 1, 1, tzinfo=UTC)), run_id(datetime(2026, 1, 2, tzinfo=UTC))
    >>> early < late, len(early)
    (True, 10)
    """
    rest = (now - _EPOCH) // timedelta(milliseconds=1)
    letters = []
    for _ in range(_TIME_LENGTH):
        rest, index = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(reversed(letters)) + "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM_LENGTH))
