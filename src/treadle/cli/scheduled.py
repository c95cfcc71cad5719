"""What a scheduler looks after besides schedules and sensors: conditions, backfills, freshness, hooks."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from treadle.cli.hooking import deliver
from treadle.cli.lineage_sending import send_lineage

if TYPE_CHECKING:
    from treadle.project import Project
    from treadle.store import RunRecord, Store, TickRecord

__all__ = ["looks"]

_SECONDS_BETWEEN_DELIVERIES = 5.0
_SECONDS_FOR_DELIVERIES = 5.0
_SECONDS_BETWEEN_FRESHNESS = 30.0


def looks(
    project: Project, store: Store, tell: Callable[[TickRecord | RunRecord, str], object]
) -> list[Callable[[datetime], None]]:
    """What is to be looked at, again and again; each of them knows when it is time."""
    return [
        _conditions(project, store, tell),
        lambda now: _backfills(project, store),
        _at_most_every(_SECONDS_BETWEEN_FRESHNESS, lambda now: _freshness(project, store, now)),
        _at_most_every(
            _SECONDS_BETWEEN_DELIVERIES,
            lambda now: deliver(project.settings, store, seconds=_SECONDS_FOR_DELIVERIES),
        ),
        _at_most_every(
            _SECONDS_BETWEEN_DELIVERIES,
            lambda now: send_lineage(project, store, seconds=_SECONDS_FOR_DELIVERIES, is_patient=True),
        ),
    ]


def _at_most_every(seconds: float, act: Callable[[datetime], object]) -> Callable[[datetime], None]:
    last: list[float] = []

    def look(now: datetime) -> None:
        if not last or time.monotonic() - last[0] >= seconds:
            last[:] = [time.monotonic()]
            act(now)

    return look


def _conditions(
    project: Project, store: Store, tell: Callable[[TickRecord | RunRecord, str], object]
) -> Callable[[datetime], None]:
    from treadle.runner.scheduling.conditions import Conditions

    conditions = Conditions(store, project.graph, project=str(project.settings.root), holder=secrets.token_hex(8))

    def look(now: datetime) -> None:
        if found := conditions.look(now):
            tick, runs = found
            tell(tick, ", ".join(run.id for run in runs))

    return look


def _backfills(project: Project, store: Store) -> None:
    from treadle.runner.backfilling import advance
    from treadle.store import BackfillStatus

    for backfill in store.backfills.all(project=str(project.settings.root), statuses=[BackfillStatus.RUNNING]):
        advance(store, backfill)


def _freshness(project: Project, store: Store, now: datetime) -> None:
    """Tell once of each time that an asset becomes overdue; of several schedulers, one does."""
    from treadle.observers import overdue
    from treadle.runner.staleness import overdue_since

    policies = {key: each.freshness for key, each in project.graph.assets.items() if each.freshness is not None}
    if not policies:
        return
    root = str(project.settings.root)
    latest = store.latest_materializations(policies.keys())
    states = {each.name: each.cursor for each in store.automations.states(root) if each.kind == "freshness"}
    for key, policy in policies.items():
        last = latest[key].created_at if key in latest else None
        since = overdue_since(policy, last, now)
        standing = json.dumps(None if since is None else [since.isoformat(), last.isoformat() if last else None])
        seen = states.get(str(key))
        if standing == (seen or "null"):
            continue
        won = store.automations.set_cursor(root, "freshness", str(key), seen=seen, cursor=standing)
        if won and since is not None:
            told = overdue(
                project.settings.hooks.values(), project.graph, project=root, asset=key, since=since, last=last
            )
            store.add_deliveries(told)
