"""The one door to the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType, TracebackType
from typing import Any, Self

from sqlalchemy.exc import IntegrityError

from treadle.errors import TreadleError
from treadle.ir import AssetKey, CheckKey
from treadle.store import deliveries as _deliveries
from treadle.store import eventlog as _eventlog
from treadle.store import ownership as _ownership
from treadle.store import planned as _planned
from treadle.store import queueing as _queueing
from treadle.store import results as _results
from treadle.store import runs as _runs
from treadle.store import steps as _steps
from treadle.store.api_tokens import ApiTokens
from treadle.store.automations import Automations
from treadle.store.backfills import Backfills
from treadle.store.changes import Changes
from treadle.store.database import Database, now
from treadle.store.events import RunEvent
from treadle.store.figures import Figures, figures
from treadle.store.ids import run_id as new_run_id
from treadle.store.partition_sets import PartitionSets
from treadle.store.people import People
from treadle.store.pruning import Pruned, prune
from treadle.store.recording import add_queued_run, is_recorded, record_events
from treadle.store.records import (
    AssetState,
    AttemptRecord,
    CheckResultRecord,
    CheckState,
    DeliveryRecord,
    DeliveryStatus,
    EventRecord,
    MaterializationRecord,
    PendingDelivery,
    PendingStep,
    PlannedPart,
    Recorded,
    Runner,
    RunRecord,
    RunSearch,
    RunStatus,
    StepRecord,
)
from treadle.store.slots import take_slots
from treadle.store.spool import Spool
from treadle.store.violations import Violations

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

    Every method but `prune` is a transaction of its own: when it returns, what it wrote is kept. What starts runs, backfills and
    the keys of dynamic partitions have doors of their own: `automations`, `backfills`, `partition_sets`, what observers tell in order: `spool`,
    how many violations of policies there were: `violations`, who may ask a shared server: `people` and `api_tokens`, and who changed what:
    `changes`.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.api_tokens = ApiTokens(self._database)
        self.automations = Automations(self._database)
        self.backfills = Backfills(self._database)
        self.changes = Changes(self._database)
        self.partition_sets = PartitionSets(self._database)
        self.people = People(self._database)
        self.spool = Spool(self._database)
        self.violations = Violations(self._database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

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
            moment = now()
            run = RunRecord(
                id=new_run_id(moment),
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
                created_at=moment,
            )
            try:
                with self._database.writing() as connection:
                    add_queued_run(connection, run, pending, moment)
            except IntegrityError:
                # Another run got the same name in the same millisecond.
                if attempt == _ATTEMPTS_AT_A_NAME - 1:
                    raise
            else:
                return run
        raise AssertionError("unreachable")

    def add_steps(
        self,
        run_id: str,
        runner: str,
        steps: Iterable[PendingStep],
        *,
        partition: str | None = None,
        partition_keys: Iterable[str] = (),
    ) -> None:
        """Record what a run's runner has planned of it, when the run was queued without any steps.

        Raises:
            RunLostError: when the runner doesn't have the run any more.
        """
        with self._database.writing() as connection:
            if not _ownership.is_owner(connection, run_id, runner, now()):
                raise RunLostError(run_id)
            _runs.set_partition(connection, run_id, partition, partition_keys)
            _steps.add_steps(connection, run_id, steps)

    def claim_run(self, seen: RunRecord, runner: Runner) -> bool:
        """Take a run that is as it was `seen`: queued, or had by the same runner as then. Of several, one wins."""
        with self._database.writing() as connection:
            return _ownership.claim(connection, seen, runner, now())

    def reserve_run(
        self, project: str, *, most: int, is_alive: Callable[[Runner], bool | None] = lambda runner: None
    ) -> RunRecord | None:
        """Reserve the queued run of a project whose turn it is, for a process that will take it; of several who ask, one gets it.

        None is given when none waits, or `most` of them run or are reserved. A reservation ends after a minute, unless
        its process can be seen to live.
        """
        with self._database.writing() as connection:
            return _queueing.reserve(connection, project, most=most, is_alive=is_alive, now=now())

    def note_process(self, reserved: RunRecord, process: Runner) -> None:
        """Note which process was started for a run that is reserved; one that has begun already stays as it is."""
        with self._database.writing() as connection:
            _queueing.note_process(connection, reserved, process)

    def record(
        self, events: Sequence[RunEvent], *, runner: str, first: int, deliveries: Iterable[PendingDelivery] = ()
    ) -> None:
        """Record events of one run, numbered from `first`: all of them or none, and each once however often it is told.

        `deliveries` are what hooks have to tell of them, and are kept exactly when the events are.

        Raises:
            RunLostError: when the runner doesn't have the run any more.
        """
        with self._database.writing() as connection:
            moment = now()
            if events and not _ownership.is_owner(connection, events[0].run_id, runner, moment):
                if not is_recorded(connection, events[-1], first + len(events) - 1):
                    raise RunLostError(events[0].run_id)
                return
            if record_events(connection, events, first=first, now=moment):
                _deliveries.add_deliveries(connection, deliveries, moment)

    def next_position(self, run_id: str) -> int:
        """The number that the next event of a run gets."""
        with self._database.reading() as connection:
            return _eventlog.next_position(connection, run_id)

    def beat(self, run_id: str, runner: str) -> RunRecord:
        """Note that a run's runner lives, and give the run as it is now.

        Raises:
            RunLostError: when the runner doesn't have the run any more.
        """
        with self._database.writing() as connection:
            run = _ownership.beat(connection, run_id, runner, now())
        if run is None:
            raise RunLostError(run_id)
        return run

    def request_cancel(self, run_id: str) -> bool:
        """Ask for a run to be cancelled; false when it is over already."""
        with self._database.writing() as connection:
            return _ownership.request_cancel(connection, run_id, now())

    def take_slots(
        self,
        pools: Mapping[str, int],
        *,
        run_id: str,
        step: str,
        priority: int = 0,
        is_alive: Callable[[Runner], bool | None] = lambda runner: None,
    ) -> bool:
        """Take a place for a step in each of some pools (with their limits), or wait in line; they are free when it ends.

        `is_alive` is asked about runners that haven't been heard of; it gives None when it can't see them.
        """
        with self._database.writing() as connection:
            return take_slots(
                connection, pools, run_id=run_id, step=step, priority=priority, is_alive=is_alive, now=now()
            )

    # What hooks have to tell

    def add_deliveries(self, deliveries: Iterable[PendingDelivery]) -> None:
        """Let hooks tell what isn't an event of a run."""
        with self._database.writing() as connection:
            _deliveries.add_deliveries(connection, deliveries, now())

    def take_deliveries(self, project: str, *, limit: int, lease: timedelta) -> list[DeliveryRecord]:
        """Take what a project's hooks have to tell by now; of several who ask, one gets it, for as long as the `lease`."""
        with self._database.writing() as connection:
            moment = now()
            return _deliveries.take(connection, project, limit=limit, until=moment + lease, now=moment)

    def delivered(self, taken: DeliveryRecord, *, note: str = "") -> None:
        """Note that what was taken was told; `note` is what went wrong all the same."""
        with self._database.writing() as connection:
            _deliveries.mark_delivered(connection, taken, note=note, now=now())

    def delivery_failed(self, taken: DeliveryRecord, error: str, *, again_in: timedelta | None) -> None:
        """Note that what was taken couldn't be told: it is due again after a time, or given up when that is None."""
        with self._database.writing() as connection:
            _deliveries.mark_failed(connection, taken, error, again_in=again_in, now=now())

    def retry_delivery(self, delivery_id: int) -> None:
        """Let a delivery that failed or waits be due now.

        Raises:
            UsageError: when there is none, or it was told.
        """
        with self._database.writing() as connection:
            _deliveries.again(connection, delivery_id, now())

    def delivery(self, delivery_id: int) -> DeliveryRecord:
        """The delivery with this id.

        Raises:
            UsageError: when there is none.
        """
        with self._database.reading() as connection:
            return _deliveries.find_delivery(connection, delivery_id)

    def deliveries(
        self,
        *,
        project: str | None = None,
        hook: str | None = None,
        run_id: str | None = None,
        statuses: Iterable[DeliveryStatus] = (),
        limit: int | None = None,
    ) -> list[DeliveryRecord]:
        """What hooks had to tell, the newest first."""
        with self._database.reading() as connection:
            return _deliveries.list_deliveries(
                connection, project=project, hook=hook, run_id=run_id, statuses=statuses, limit=limit
            )

    # What happened

    def run(self, run_id: str) -> RunRecord:
        """The run with this id, or with the only id that begins so.

        Raises:
            UsageError: when there is none, or more than one.
        """
        with self._database.reading() as connection:
            return _runs.find_run(connection, run_id)

    def runs(
        self,
        *,
        limit: int | None = None,
        statuses: Iterable[RunStatus] = (),
        project: str | None = None,
        launched_by: str | None = None,
        search: RunSearch | None = None,
        before: str | None = None,
    ) -> list[RunRecord]:
        """Runs, the newest first; the next page is what came `before` the last one of this."""
        with self._database.reading() as connection:
            return _runs.list_runs(
                connection,
                limit=limit,
                statuses=statuses,
                project=project,
                launched_by=launched_by,
                search=search,
                before=before,
            )

    def run_counts(
        self, *, project: str, launched_by: str | None = None, search: RunSearch | None = None
    ) -> dict[RunStatus, int]:
        """How many runs of a project have which status; those that no run has are left out."""
        with self._database.reading() as connection:
            return _runs.count_runs(connection, project=project, launched_by=launched_by, search=search)

    def steps(self, run_id: str) -> list[StepRecord]:
        """The steps of a run, in the order of its plan."""
        with self._database.reading() as connection:
            return _steps.list_steps(connection, run_id)

    def attempts(self, run_id: str, step: str | None = None) -> list[AttemptRecord]:
        """The attempts at the steps of a run (or at one of them), in the order in which they began."""
        with self._database.reading() as connection:
            return _steps.list_attempts(connection, run_id, step)

    def events(
        self, *, run_id: str | None = None, after: int = 0, step: str | None = None, limit: int | None = None
    ) -> list[EventRecord]:
        """What happened, in order, after the event with the id `after`."""
        with self._database.reading() as connection:
            return _eventlog.list_events(connection, run_id=run_id, after=after, step=step, limit=limit)

    def last_event(self) -> int:
        """The id of what happened last, of all runs; as long as it is the same, nothing has happened."""
        with self._database.reading() as connection:
            return _eventlog.last_event(connection)

    def materializations(
        self,
        *,
        run_id: str | None = None,
        asset: AssetKey | None = None,
        partition: str | None = None,
        before: Recorded | None = None,
        limit: int | None = None,
    ) -> list[MaterializationRecord]:
        """Materializations in the order in which they were recorded; `limit` keeps the newest, of those `before`."""
        with self._database.reading() as connection:
            return _results.list_materializations(
                connection, run_id=run_id, asset=asset, partition=partition, before=before, limit=limit
            )

    def check_results(
        self,
        *,
        run_id: str | None = None,
        asset: AssetKey | None = None,
        check: str | None = None,
        before: Recorded | None = None,
        limit: int | None = None,
    ) -> list[CheckResultRecord]:
        """Check results in the order in which they were recorded; `limit` keeps the newest, of those `before`."""
        with self._database.reading() as connection:
            return _results.list_check_results(
                connection, run_id=run_id, asset=asset, check=check, before=before, limit=limit
            )

    def latest_materializations(
        self, assets: Collection[AssetKey] | None = None
    ) -> dict[AssetKey, MaterializationRecord]:
        """The newest materialization of each of these assets (or of all) that has one."""
        with self._database.reading() as connection:
            return _results.latest_of_assets(connection, assets)

    def latest_partitions(self, asset: AssetKey) -> dict[str, MaterializationRecord]:
        """The newest materialization of each partition of an asset that has one."""
        with self._database.reading() as connection:
            return _results.latest_of_partitions(connection, asset)

    def asset_states(self, assets: Collection[AssetKey] | None = None) -> list[AssetState]:
        """What was last of each of these assets (or of all), and of each of their partitions."""
        with self._database.reading() as connection:
            return _results.list_asset_states(connection, assets)

    def unfinished(self, project: str) -> list[PlannedPart]:
        """What queued and running runs of a project are still going to make."""
        with self._database.reading() as connection:
            return _planned.list_unfinished(connection, project)

    def unfinished_of_backfills(self, project: str) -> list[tuple[str, tuple[str, ...]]]:
        """What backfills of a project are still going to make: a selection, and the partition keys, each time."""
        with self._database.reading() as connection:
            return _planned.list_unfinished_of_backfills(connection, project)

    def figures(self, project: str) -> Figures:
        """How much a project has of what, counted now."""
        with self._database.reading() as connection:
            return figures(connection, project)

    def asked_of(self, run_ids: Collection[str]) -> dict[str, frozenset[AssetKey | CheckKey]]:
        """The assets and checks that each of some runs was asked for."""
        with self._database.reading() as connection:
            return _planned.asked_of_runs(connection, run_ids)

    def latest_check_results(self, assets: Collection[AssetKey] | None = None) -> dict[CheckKey, CheckResultRecord]:
        """The newest result of each check of these assets (or of all) that has one."""
        with self._database.reading() as connection:
            return _results.latest_of_checks(connection, assets)

    def check_states(self, assets: Collection[AssetKey]) -> list[CheckState]:
        """When the checks of these assets, and those of their partitions, were made last."""
        with self._database.reading() as connection:
            return _results.list_check_states(connection, assets)

    # What is long over

    def prune(self, before: datetime, *, is_trial: bool = False) -> Pruned:
        """Delete what was over before a moment, in many short transactions, or only count it (`is_trial`).

        Runs that something of today points at stay: those in which an asset, a partition or a check was last written,
        those of backfills that stay, and those that a sensor asked for by a key.
        """
        return prune(self._database, before, is_trial=is_trial)

    def unfinished_since(self, run_ids: Collection[str], moment: datetime) -> set[str]:
        """Which of these runs weren't over at a moment."""
        with self._database.reading() as connection:
            return _runs.unfinished_since(connection, run_ids, moment)
