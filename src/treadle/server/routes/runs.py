"""Runs: lists of them, what came of one, and what happens in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from treadle.errors import UsageError, cut
from treadle.ir import AssetKey
from treadle.runner.artifacts import artifacts_folder, artifacts_of
from treadle.runner.resuming import is_abandoned
from treadle.server.context import Context, Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.models.runs import (
    Artifact,
    Attempt,
    Event,
    EventPage,
    Run,
    RunCheck,
    RunDetail,
    RunMaterialization,
    RunPage,
    RunStep,
)
from treadle.server.routes.paging import Cursor, Limit
from treadle.server.streams import event_stream, message
from treadle.store import RunSearch, RunStatus, StoreUnavailableError

if TYPE_CHECKING:
    from treadle.store import AttemptRecord, EventRecord, RunRecord

__all__ = ["detail_of", "find_run", "router", "run_of"]

router = APIRouter(prefix="/api", tags=["runs"])

_SECONDS_BETWEEN_LOOKS = 0.3
_MOST_EVENTS = 500


@router.get("/runs")
def list_runs(
    here: Here,
    status: Annotated[list[RunStatus] | None, Query(description="Only such. (repeatable)")] = None,
    launched_by: Annotated[str | None, Query(max_length=500, description="`api`, `schedule NAME`…")] = None,
    q: Annotated[str, Query(max_length=200, description="In the selection, partition or launcher; or an id.")] = "",
    asset: Annotated[str | None, Query(max_length=2000, description="Only those whose steps make it.")] = None,
    tag: Annotated[list[str] | None, Query(max_length=20, description="`NAME` or `NAME=VALUE`. (repeatable)")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Only those that were asked for at it or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Only those that were asked for before.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RunPage:
    """Runs, the newest first."""
    search = RunSearch(
        text=q.strip(),
        asset=None if asset is None else _key(asset),
        tags=dict(map(_tag, tag or ())),
        since=_utc(since),
        until=_utc(until),
    )
    found = here.store.runs(
        project=here.project,
        statuses=status or (),
        launched_by=launched_by,
        search=search,
        before=cursor,
        limit=limit + 1,
    )
    page = found[:limit]
    counts = here.store.run_counts(project=here.project, launched_by=launched_by, search=search)
    return RunPage(
        items=list(map(run_of, page)),
        next=page[-1].id if len(found) > limit else None,
        counts={status.value: count for status, count in counts.items()},
    )


def _key(text: str) -> AssetKey:
    try:
        return AssetKey.parse(text)
    except ValueError as error:
        raise UsageError(f"{cut(text)} is no asset's key: {error}") from None


def _utc(moment: datetime | None) -> datetime | None:
    try:
        return None if moment is None else moment.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{moment} is beyond all times that there are") from None


def _tag(text: str) -> tuple[str, str | None]:
    name, sign, value = text.partition("=")
    return name, value if sign else None


@router.get("/runs/{run_id}", responses=error_responses(404))
def get_run(here: Here, run_id: str) -> RunDetail:
    """A run with its steps, their attempts, and what they reported; the beginning of the id is enough."""
    return detail_of(here, find_run(here, run_id))


@router.get("/runs/{run_id}/events", responses=error_responses(404))
def list_events(
    here: Here,
    run_id: str,
    after: Annotated[int, Query(ge=0, description="Only after this id.")] = 0,
    limit: Limit = 100,
) -> EventPage:
    """What happened in a run, in order."""
    run = find_run(here, run_id)
    found = here.store.events(run_id=run.id, after=after, limit=limit + 1)
    page = found[:limit]
    return EventPage(items=list(map(_event_of, page)), next=str(page[-1].id) if len(found) > limit else None)


@router.get(
    "/runs/{run_id}/stream",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "Server-sent events, until the run is over."},
        **error_responses(404),
    },
)
async def stream_events(
    here: Here,
    run_id: str,
    after: Annotated[int, Query(ge=0, description="Only after this id.")] = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """What happens in a run, as it does, from its beginning or after an event; `end` is the last.

    The name of each is its `kind`, and its data the same as `GET /api/runs/{run_id}/events` gives.
    """
    run = await run_sync(find_run, here, run_id)
    if last_event_id is not None and last_event_id.isdecimal():
        after = int(last_event_id)
    return event_stream(_happening(here, run.id, after))


async def _happening(here: Context, run_id: str, after: int) -> AsyncIterator[str]:
    silent = 0.0
    while True:
        try:
            is_over = (await run_sync(here.store.run, run_id)).status
            found = await run_sync(lambda: here.store.events(run_id=run_id, after=after, limit=_MOST_EVENTS))  # noqa: B023
        except StoreUnavailableError:
            is_over, found = RunStatus.RUNNING, []
        for each in found:
            yield message(each.kind, _event_of(each).model_dump(mode="json"), number=each.id)
        after = found[-1].id if found else after
        if not found and is_over.is_final:
            yield message("end", {"status": is_over.value})
            return
        silent = 0.0 if found else silent + _SECONDS_BETWEEN_LOOKS
        if silent > 15:
            silent = 0.0
            yield ": still here\n\n"
        if len(found) < _MOST_EVENTS and not await here.streams.wait(0 if is_over.is_final else _SECONDS_BETWEEN_LOOKS):
            return


def find_run(here: Context, name: str) -> RunRecord:
    """The run of this project with this id, or with the only one that begins so.

    Raises:
        NotFoundError: when there is none.
    """
    try:
        found = here.store.run(name)
    except StoreUnavailableError:
        raise
    except UsageError as error:
        raise NotFoundError(error.message) from None
    if found.project != here.project:
        raise NotFoundError(f"the project has no run {name!r}")
    return found


def run_of(run: RunRecord) -> Run:
    """What the API says of a run in a list."""
    return Run(**_summary(run))


def _summary(run: RunRecord) -> dict[str, Any]:
    return {
        "id": run.id,
        "status": "interrupted" if is_abandoned(run) else run.status.value,
        "selection": run.selection,
        "partition": run.partition,
        "tags": dict(run.tags),
        "priority": run.priority,
        "launched_by": run.launched_by,
        "rerun_of": run.rerun_of,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "cancel_requested": run.cancel_requested_at is not None,
        "error": run.error,
    }


def detail_of(here: Context, run: RunRecord) -> RunDetail:
    """Everything that the API says of a run."""
    store = here.store
    attempts: dict[str, list[Attempt]] = {}
    for each in store.attempts(run.id):
        attempts.setdefault(each.step, []).append(_attempt_of(each))
    return RunDetail(
        **_summary(run),
        config=dict(run.config),
        partition_keys=list(run.partition_keys),
        steps=[
            RunStep(
                step=each.step,
                status=each.status.value,
                error=each.error,
                assets=list(map(str, each.assets)),
                after=list(each.after),
                started_at=each.started_at,
                ended_at=each.ended_at,
                attempts=attempts.get(each.step, []),
            )
            for each in store.steps(run.id)
        ],
        materializations=[
            RunMaterialization(
                asset=str(each.asset),
                created_at=each.created_at,
                run_id=run.id,
                step=each.step,
                partition=each.partition,
                data_version=each.data_version,
                code_version=each.code_version,
                metadata=dict(each.metadata),
            )
            for each in store.materializations(run_id=run.id)
        ],
        checks=[
            RunCheck(
                asset=str(each.check.asset),
                check=each.check.name,
                step=each.step,
                passed=each.passed,
                severity=each.severity.value,
                created_at=each.created_at,
                run_id=run.id,
                partition=each.partition,
                description=each.description,
                metadata=dict(each.metadata),
            )
            for each in store.check_results(run_id=run.id)
        ],
    )


def _attempt_of(attempt: AttemptRecord) -> Attempt:
    return Attempt(
        attempt=attempt.attempt,
        status=attempt.status.value,
        error=attempt.error,
        exit_code=attempt.exit_code,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        seconds=None if attempt.seconds is None else round(attempt.seconds, 3),
        peak_memory=attempt.peak_memory,
        cpu_seconds=None if attempt.cpu_seconds is None else round(attempt.cpu_seconds, 3),
        peak_gpu_memory=attempt.peak_gpu_memory,
        artifacts=_artifacts(attempt),
    )


def _artifacts(attempt: AttemptRecord) -> list[Artifact]:
    if not attempt.output:
        return []
    folder = artifacts_folder(Path(attempt.output))
    return [
        Artifact(name=each.relative_to(folder).as_posix(), size=each.stat().st_size)
        for each in artifacts_of(attempt.output)
    ]


def _event_of(event: EventRecord) -> Event:
    return Event(
        id=event.id,
        kind=event.kind,
        created_at=event.created_at,
        step=event.step,
        attempt=event.attempt,
        asset=None if event.asset is None else str(event.asset),
        data=dict(event.data),
    )
