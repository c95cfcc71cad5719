"""Asking for runs, and for their end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter

from treadle.errors import ProjectError, UsageError, listing
from treadle.ir import AssetKey
from treadle.ir.denials import denials, diagnostic_of
from treadle.runner import create_run, end_abandoned, may_be_resumed, plan, plan_of_steps
from treadle.runner.possible import possible_part
from treadle.runner.resuming import left_of
from treadle.server.context import Context, Here
from treadle.server.errors import ConflictError, error_responses
from treadle.server.identity.journal import Note, Noting
from treadle.server.identity.needs import Who, need_with, needs
from treadle.server.identity.who import Identity
from treadle.server.models.runs import NewRun, Run
from treadle.server.routes.runs import find_run, run_of
from treadle.server.snapshot import Snapshot
from treadle.store import RunRecord, StoreUnavailableError

__all__ = ["conflicts", "refuse_blocked", "router"]

router = APIRouter(prefix="/api", tags=["runs"])

_NEED = needs("launcher")
_OURS = "treadle/"  # tags by which Treadle itself remembers something of one run


@router.post("/runs", status_code=202, dependencies=[_NEED], responses=error_responses(400, 409))
def launch_run(here: Here, who: Who, note: Noting, asked: NewRun) -> Run:
    """Ask for a run of a selection: it is queued, and gets a process of its own as soon as there is room."""
    note.details = asked.selection
    graph, store = here.snapshot.graph, here.store
    planned = plan(
        graph,
        asked.selection,
        partition=asked.partition,
        partitions=asked.partitions,
        dynamic=store.partition_sets.keys,
    )
    need_with(who, "launcher", here.snapshot, planned.selected)
    refuse_blocked(here.snapshot, planned.selected)
    planned = possible_part(planned, graph, store)
    return _queued(here, who, note, planned, tags=asked.tags, config=asked.config, priority=asked.priority)


@router.post("/runs/{run_id}/cancel", status_code=202, dependencies=[_NEED], responses=error_responses(404, 409))
def cancel_run(here: Here, who: Who, run_id: str) -> Run:
    """Stop a run: its steps are asked to end, and killed when they don't."""
    run = find_run(here, run_id)
    need_with(who, "launcher", here.snapshot, _assets_of(here, run))
    if run.status.is_final or not here.store.request_cancel(run.id):
        raise ConflictError(f"run {run.id} is over: it {here.store.run(run.id).status.value}")
    end_abandoned(here.store, here.store.run(run.id), announce=here.announce)
    return run_of(here.store.run(run.id))


@router.post("/runs/{run_id}/resume", status_code=202, dependencies=[_NEED], responses=error_responses(404, 409))
def resume_run(here: Here, who: Who, run_id: str) -> Run:
    """Go on with a run whose runner is gone, or which was cancelled: what has succeeded isn't repeated."""
    run = find_run(here, run_id)
    need_with(who, "launcher", here.snapshot, _assets_of(here, run))
    with conflicts():
        may_be_resumed(run)
    refuse_blocked(here.snapshot, _assets_of(here, run))
    here.launcher.resume(run)
    return run_of(run)


@router.post("/runs/{run_id}/rerun", status_code=202, dependencies=[_NEED], responses=error_responses(404, 409))
def rerun_from_failure(here: Here, who: Who, note: Noting, run_id: str) -> Run:
    """Ask for a new run of what failed in a run that is over, and of all that was skipped for it."""
    earlier = find_run(here, run_id)
    need_with(who, "launcher", here.snapshot, _assets_of(here, earlier))
    note.details = f"of {earlier.id}"
    with conflicts():
        left = left_of(here.store, earlier)
        planned = plan_of_steps(here.snapshot.graph, left, earlier)
    refuse_blocked(here.snapshot, planned.selected)
    tags = {name: value for name, value in earlier.tags.items() if not name.startswith(_OURS)}
    return _queued(here, who, note, planned, tags=tags, config=dict(earlier.config), rerun_of=earlier.id)


def _queued(here: Context, who: Identity, note: Note, planned: Any, **given: Any) -> Run:
    run: RunRecord = create_run(here.store, planned, project=here.settings.root, launched_by=who.as_launcher, **given)
    note.target = run.id
    here.launcher.wake()
    return run_of(run)


def _assets_of(here: Context, run: RunRecord) -> set[AssetKey]:
    return {key for step in here.store.steps(run.id) for key in step.assets}


def refuse_blocked(snapshot: Snapshot, selected: Collection[AssetKey]) -> None:
    """Refuse to run what depends on something that is broken, or what a policy denies.

    Raises:
        ConflictError: with the diagnostics of the project.
        ProjectError: TRD901, with what the policies say.
    """
    facts = snapshot.facts
    blocked = sorted(str(key) for key in selected if key in facts.kept or key in facts.surely or key in facts.maybe)
    if blocked:
        raise ConflictError(
            f"{listing(blocked, most=3)} can't run: something that they need is broken", diagnostics=facts.diagnostics
        )
    if denied := denials(snapshot.graph, selected):
        raise ProjectError(*map(diagnostic_of, denied))


@contextmanager
def conflicts() -> Iterator[None]:
    """What makes no sense now is a conflict, not a mistake in the request."""
    try:
        yield
    except (ConflictError, StoreUnavailableError):
        raise
    except UsageError as error:
        raise ConflictError(error.message) from None
