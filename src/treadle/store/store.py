"""The one door to the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from treadle.ir import AssetKey, CheckKey, CheckResult, Materialization
from treadle.store import results as _results
from treadle.store import runs as _runs
from treadle.store.dialect import READ_ONLY, explained, make_engine
from treadle.store.ids import run_id as new_run_id
from treadle.store.records import (
    CheckResultRecord,
    MaterializationRecord,
    PendingStep,
    RunRecord,
    RunStatus,
    StepRecord,
    StepStatus,
)
from treadle.store.upgrading import bring_up_to_date

__all__ = ["Store"]

_ATTEMPTS_AT_A_NAME = 20


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
        self, *, project: str, selection: str, steps: Iterable[PendingStep] = (), partition: str | None = None
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
                created_at=now,
            )
            try:
                with self._writing() as connection:
                    _runs.add_run(connection, run, pending)
            except IntegrityError:
                # Another run got the same name in the same millisecond.
                if attempt == _ATTEMPTS_AT_A_NAME - 1:
                    raise
            else:
                return run
        raise AssertionError("unreachable")

    def start_run(self, run_id: str) -> None:
        """Record that a run has begun."""
        with self._writing() as connection:
            _runs.change_run(connection, run_id, status=RunStatus.RUNNING.value, started_at=_now())

    def end_run(self, run_id: str, status: RunStatus, *, error: str = "") -> None:
        """Record how a run ended."""
        with self._writing() as connection:
            _runs.change_run(connection, run_id, status=status.value, ended_at=_now(), error=error)

    def start_step(self, run_id: str, step: str, *, output: str = "", attempt: int = 1) -> None:
        """Record that a step has begun, and which file holds what it prints."""
        with self._writing() as connection:
            _runs.change_step(
                connection,
                run_id,
                step,
                status=StepStatus.RUNNING.value,
                started_at=_now(),
                output=output,
                attempts=attempt,
            )

    def end_step(
        self, run_id: str, step: str, status: StepStatus, *, error: str = "", exit_code: int | None = None
    ) -> None:
        """Record how a step ended."""
        with self._writing() as connection:
            _runs.change_step(
                connection,
                run_id,
                step,
                status=status.value,
                ended_at=_now(),
                error=error,
                exit_code=exit_code,
            )

    def record(
        self,
        run_id: str,
        step: str,
        results: Iterable[Materialization | CheckResult],
        *,
        partition: str | None = None,
    ) -> None:
        """Record what a step reported: all of it or nothing, in that order."""
        with self._writing() as connection:
            _results.add_results(connection, run_id=run_id, step=step, partition=partition, results=results, now=_now())

    # What happened

    def run(self, run_id: str) -> RunRecord:
        """The run with this id, or with the only id that begins so.

        Raises:
            UsageError: when there is none, or more than one.
        """
        with self._reading() as connection:
            return _runs.find_run(connection, run_id)

    def runs(
        self, *, limit: int | None = None, status: RunStatus | None = None, project: str | None = None
    ) -> list[RunRecord]:
        """Runs, the newest first."""
        with self._reading() as connection:
            return _runs.list_runs(connection, limit=limit, status=status, project=project)

    def steps(self, run_id: str) -> list[StepRecord]:
        """The steps of a run, in the order of its plan."""
        with self._reading() as connection:
            return _runs.list_steps(connection, run_id)

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
            return _results.latest_materializations(connection, assets)

    def latest_check_results(self, assets: Collection[AssetKey] | None = None) -> dict[CheckKey, CheckResultRecord]:
        """The newest result of each check of these assets (or of all) that has one."""
        with self._reading() as connection:
            return _results.latest_check_results(connection, assets)

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
