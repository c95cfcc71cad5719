"""What is looked at, told as a fact: "raw/orders was materialized 3 min ago"."""

from __future__ import annotations

from datetime import datetime, timedelta

from treadle.errors import listing
from treadle.runner.automation.looking import Look, Spot
from treadle.runner.automation.nodes import Node
from treadle.runner.automation.truth import has_failed, truth
from treadle.runner.cron import next_tick, zone_of
from treadle.store import AssetState

__all__ = ["ago", "fact"]

_UNITS = (("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def fact(node: Node, spot: Spot, look: Look) -> str:
    """What was found where a condition looked."""
    if not spot.keys:
        return f"{spot.asset.name} has no partition that this is about"
    true = truth(node, spot, look)
    match node.name:
        case "cron_tick_passed":
            return _tick(node, look)
        case "initial_evaluation":
            return f"{spot.root.name} is evaluated with this condition for the first time" if true else _evaluated(spot)
        case "any_downstream_conditions":
            asked = "the condition of something" if true else "no condition of anything"
            return f"{asked} downstream of {_subject(spot)} is true"
    return f"{_subject(spot)} {_predicate(node, spot, bool(true), look)}"


def _evaluated(spot: Spot) -> str:
    return f"{spot.root.name} was evaluated with this condition before"


def _subject(spot: Spot) -> str:
    named = sorted(key for key in spot.keys if key is not None)
    return f"{spot.asset.name} of {listing(named, most=3)}" if named else spot.asset.name


def _predicate(node: Node, spot: Spot, true: bool, look: Look) -> str:
    match node.name:
        case "missing" | "newly_updated" | "updated_since_cron" | "execution_failed":
            return _last(node.name, spot, true, look)
        case "executed_with_root_target":
            run = "the same run that was to make" if true else "another run than"
            return f"was last materialized in {run} {spot.root.name}"
        case "in_latest_time_window":
            partitions = spot.asset.asset.partitions
            if partitions is None or look.keys.latest(partitions, node.lookback) is None:
                return "has no time windows"
    return _PREDICATES[node.name][0 if true else 1]


_PREDICATES = {
    "backfill_in_progress": ("is in a backfill that hasn't ended", "is in no backfill now"),
    "code_version_changed": ("has another code version than before", "has the code version that it had"),
    "data_version_changed": ("has another data version than before", "has the data version that it had"),
    "in_latest_time_window": ("is in the latest time window", "is not in the latest time window"),
    "newly_requested": ("was requested by the last evaluation", "wasn't requested by the last evaluation"),
    "run_in_progress": ("is in a run that hasn't ended", "is in no run now"),
    "will_be_requested": ("is requested now", "isn't requested now"),
}


def _last(name: str, spot: Spot, true: bool, look: Look) -> str:
    if spot.asset.is_unknown:
        return "is made elsewhere, and nothing is known of it"
    states = [spot.asset.states.get(key) for key in spot.keys]
    known = [state for state in states if state is not None]
    if name == "execution_failed" and true:
        return f"failed {_newest([state for state in known if has_failed(state)], 'failed_at', look.now)}"
    written = [state for state in known if state.materialized_at is not None]
    if not written or (name == "missing" and true):
        return "was never made" if spot.asset.is_check else "was never materialized"
    verb = "made" if spot.asset.is_check else "materialized"
    return f"was {verb} {_newest(written, 'materialized_at', look.now)}"


def _newest(states: list[AssetState], name: str, now: datetime) -> str:
    return ago(now - max(getattr(state, name) for state in states))


def _tick(node: Node, look: Look) -> str:
    cron, timezone = node.schedule
    last, since = look.last_tick(node), look.before.evaluated_at
    if last is None:
        return f"{cron!r} never ticks"
    if since is not None and since < last:
        return f"{cron!r} ticked {ago(look.now - last)}, at {_on_the_wall(last, timezone)}"
    coming = next_tick(cron, timezone, after=look.now)
    return f"{cron!r} didn't tick since the last evaluation" + (
        "" if coming is None else f"; it ticks at {_on_the_wall(coming, timezone)}"
    )


def _on_the_wall(moment: datetime, timezone: str) -> str:
    return f"{moment.astimezone(zone_of(timezone)):%Y-%m-%d %H:%M} {timezone}"


def ago(length: timedelta) -> str:
    """How long ago something was.

    >>> ago(timedelta(minutes=3, seconds=20)), ago(timedelta(days=2)), ago(timedelta())
    ('3 min ago', '2 days ago', 'just now')
    """
    seconds = int(length.total_seconds())
    for unit, size in _UNITS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''} ago"
    return "just now"
