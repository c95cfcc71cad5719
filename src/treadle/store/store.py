"""The one door to the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from treadle.errors import TreadleError
from treadle.ir import AssetKey, CheckKey
from treadle.store import eventlog as _eventlog
from treadle.store import ownership as _ownership
from treadle.store import planned as _planned
from treadle.store import results as _results
from treadle.store import runs as _runs
from treadle.store import steps as _steps
from treadle.store.dialect import READ_ONLY, explained, make_engine
from treadle.store.events import RunEvent
from treadle.store.ids import run_id as new_run_id
from treadle.store.recording import add_queued_run, is_recorded, record_events
from treadle.store.records import (
    AssetState,
    AttemptRecord,
    CheckResultRecord,
    EventRecord,
    MaterializationRecord,
    PendingStep,
    PlannedPart,
    Runner,
    RunRecord,
    RunStatus,
    StepRecord,
)
from treadle.store.slots import take_slots
from treadle.store.upgrading import bring_up_to_date

__all__ = ["RunLostError", "Store"]

_ATTEMPTS_AT_A_NAME = 20
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class RunLostError(TreadleError):
    """Another runner has taken the run, or it was ended by someone else: this runner must stop."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"another runner has run {run_id} now")
        self.run_id = run_id


class Store:
    """Runs, their steps, and what those reported. Any number of processes may use the same one at once.

    Every method is a transaction of its own: when it returns, what it wrote is kept.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = make_engine(url)
        try:
            with explained(url):
                bring_up_to_date(self._engine)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # What happens

    def create_run(
        self,
        *,
        project: str,
        selection: str,
        steps: Iterable[PendingStep] = (),
        partition: str | None = None,
        partition_keys: Iterable[str] = (),
        tags: Mapping[str, str] = _NOTHING,
        config: Mapping[str, object] = _NOTHING,
        priority: int = 0,
        launched_by: str = "command",
        rerun_of: str | None = None,
    ) -> RunRecord:
        """Record a new run that waits to be started, with all its steps."""
        pending = tuple(steps)
        for attempt in range(_ATTEMPTS_AT_A_NAME):
            now = _now()
            run = RunRecord(
                id=new_run_id(now),
                status=RunStatus.QUEUED,
                project=project,
                selection=selection,
                partition=partition,
                partition_keys=tuple(partition_keys),
                tags=tags,
                config=config,
                priority=priority,
                launched_by=launched_by,
                rerun_of=rerun_of,
                created_at=now,
            )
            try:
                with self._writing() as connection:
                    add_queued_run(connection, run, pending, now)
            except IntegrityError:
                # Another run got the same name in the same millisecond.
                if attempt == _ATTEMPTS_AT_A_NAME - 1:
                    raise
            else:
                return run
        raise AssertionError("unreachable")

    def claim_run(self, seen: RunRecord, runner: Runner) -> bool:
        """Take a run that is as it was `seen`: queued, or had by the same runner as then. Of several, one wins."""
        with self._writing() as connection:
            return _ownership.claim(connection, seen, runner, _now())

    def record(self, events: Sequence[RunEvent], *, runner: str, first: int) -> None:
        """Record events of one run, numbered from `first`: all of them or none, and each once however often it is told.

        Raises:
            RunLostError: when the runner doesn't have the run any more.
        """
        with self._writing() as connection:
            now = _now()
            if events and not _ownership.is_owner(connection, events[0].run_id, runner, now):
                if not is_recorded(connection, events[-1], first + len(events) - 1):
                    raise RunLostError(events[0].run_id)
                return
            record_events(connection, events, first=first, now=now)

    def next_position(self, run_id: str) -> int:
        """The number that the next event of a run gets."""
        with self._reading() as connection:
            return _eventlog.next_position(connection, run_id)

    def beat(self, run_id: str, runner: str) -> RunRecord:
        """Note that a run's runner lives, and give the run as it is now.

        Raises:
            RunLostError: when the runner doesn't have the run any more.
        """
        with self._writing() as connection:
            run = _ownership.beat(connection, run_id, runner, _now())
        if run is None:
            raise RunLostError(run_id)
        return run

    def request_cancel(self, run_id: str) -> bool:
        """Ask for a run to be cancelled; false when it is over already."""
        with self._writing() as connection:
            return _ownership.request_cancel(connection, run_id, _now())

    def take_slots(self, pools: Mapping[str, int], *, run_id: str, step: str, priority: int = 0) -> bool:
        """Take a place for a step in each of some pools (with their limits), or wait in line; they are free when it ends."""
        with self._writing() as connection:
            return take_slots(connection, pools, run_id=run_id, step=step, priority=priority, now=_now())

    # What happened

    def run(self, run_id: str) -> RunRecord:
        """The run with this id, or with the only id that begins so.

        Raises:
            UsageError: when there is none, or more than one.
        """
        with self._reading() as connection:
            return _runs.find_run(connection, run_id)

    def runs(
        self,
        *,
        limit: int | None = None,
        statuses: Iterable[RunStatus] = (),
        project: str | None = None,
        launched_by: str | None = None,
        before: str | None = None,
    ) -> list[RunRecord]:
        """Runs, the newest first; the next page is what came `before` the last one of this."""
        with self._reading() as connection:
            return _runs.list_runs(
                connection,
                limit=limit,
                statuses=statuses,
                project=project,
                launched_by=launched_by,
                before=before,
            )

    def steps(self, run_id: str) -> list[StepRecord]:
        """The steps of a run, in the order of its plan."""
        with self._reading() as connection:
            return _steps.list_steps(connection, run_id)

    def attempts(self, run_id: str, step: str | None = None) -> list[AttemptRecord]:
        """The attempts at the steps of a run (or at one of them), in the order in which they began."""
        with self._reading() as connection:
            return _steps.list_attempts(connection, run_id, step)

    def events(
        self, *, run_id: str | None = None, after: int = 0, step: str | None = None, limit: int | None = None
    ) -> list[EventRecord]:
        """What happened, in order, after the event with the id `after`."""
        with self._reading() as connection:
            return _eventlog.list_events(connection, run_id=run_id, after=after, step=step, limit=limit)

    def materializations(
        self, *, run_id: str | None = None, asset: AssetKey | None = None, limit: int | None = None
    ) -> list[MaterializationRecord]:
        """Materializations in the order in which they were recorded; `limit` keeps the newest."""
        with self._reading() as connection:
            return _results.list_materializations(connection, run_id=run_id, asset=asset, limit=limit)

    def check_results(
        self, *, run_id: str | None = None, asset: AssetKey | None = None, limit: int | None = None
    ) -> list[CheckResultRecord]:
        """Check results in the order in which they were recorded; `limit` keeps the newest."""
        with self._reading() as connection:
            return _results.list_check_results(connection, run_id=run_id, asset=asset, limit=limit)

    def latest_materializations(
        self, assets: Collection[AssetKey] | None = None
    ) -> dict[AssetKey, MaterializationRecord]:
        """The newest materialization of each of these assets (or of all) that has one."""
        with self._reading() as connection:
            return _results.latest_of_assets(connection, assets)

    def latest_partitions(self, asset: AssetKey) -> dict[str, MaterializationRecord]:
        """The newest materialization of each partition of an asset that has one."""
        with self._reading() as connection:
            return _results.latest_of_partitions(connection, asset)

    def asset_states(self, assets: Collection[AssetKey] | None = None) -> list[AssetState]:
        """What was last of each of these assets (or of all), and of each of their partitions."""
        with self._reading() as connection:
            return _results.list_asset_states(connection, assets)

    def unfinished(self, project: str) -> list[PlannedPart]:
        """What queued and running runs of a project are still going to make."""
        with self._reading() as connection:
            return _planned.list_unfinished(connection, project)

    def unfinished_of_backfills(self, project: str) -> list[tuple[str, tuple[str, ...]]]:
        """What backfills of a project are still going to make: a selection, and the partition keys, each time."""
        with self._reading() as connection:
            return _planned.list_unfinished_of_backfills(connection, project)

    def planned_assets(self, run_ids: Collection[str]) -> dict[str, frozenset[AssetKey]]:
        """The assets that each of some runs was asked for."""
        with self._reading() as connection:
            return _planned.assets_of_runs(connection, run_ids)

    def latest_check_results(self, assets: Collection[AssetKey] | None = None) -> dict[CheckKey, CheckResultRecord]:
        """The newest result of each check of these assets (or of all) that has one."""
        with self._reading() as connection:
            return _results.latest_of_checks(connection, assets)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._url), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._url), self._engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            yield connection


def _now() -> datetime:
    return datetime.now(UTC)
