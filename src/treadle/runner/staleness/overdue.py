"""Whether an asset is older than its freshness policy allows."""

from __future__ import annotations

from datetime import datetime

from treadle.ir import FreshnessPolicy
from treadle.runner.cron import last_tick

__all__ = ["is_late", "overdue_since"]


def overdue_since(policy: FreshnessPolicy, materialized_at: datetime | None, now: datetime) -> datetime | None:
    """Since when an asset is overdue by its policy; None when it isn't.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    >>> overdue_since(FreshnessPolicy(fail_window=timedelta(hours=6)), noon - timedelta(hours=8), noon)
    datetime.datetime(2026, 1, 2, 10, 0, tzinfo=datetime.timezone.utc)
    """
    if policy.deadline_cron is not None:
        deadline = last_tick(policy.deadline_cron, policy.timezone, until=now)
        if deadline is None:
            return None
        begin = deadline if policy.lower_bound_delta is None else deadline - policy.lower_bound_delta
        return deadline if materialized_at is None or materialized_at < begin else None
    if policy.fail_window is None or materialized_at is None:
        return None
    due = materialized_at + policy.fail_window
    return due if due < now else None


def is_late(policy: FreshnessPolicy, materialized_at: datetime | None, now: datetime) -> bool:
    """Whether an asset is older than its policy allows without a warning."""
    return policy.warn_window is not None and materialized_at is not None and materialized_at + policy.warn_window < now
