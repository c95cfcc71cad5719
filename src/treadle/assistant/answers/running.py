"""Runs: what one would do, and asking for it; refused for the same reasons as `treadle run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.assistant.answers.told import told
from treadle.assistant.models import runs as models
from treadle.errors import ProjectError

if TYPE_CHECKING:
    from treadle.assistant.models.given import Diagnostic
    from treadle.project import Project
    from treadle.runner import Plan
    from treadle.store import RunRecord

__all__ = ["launch_run", "plan_run", "run_of"]

_MOST_STEPS = 100
_MOST_REASONS = 12


def plan_run(folder: Path, asked: models.PlanRun) -> models.Plan:
    """What a run would do, or why it can't be.

    Raises:
        UsageError: when the selection can't be read, or selects nothing that can be run.
    """
    from treadle.project import load

    planned = _planned(load(folder, remembered=True), asked)
    if isinstance(planned, _Refusal):
        return models.Plan(refused=planned.reasons, diagnostics=planned.diagnostics)
    return models.Plan(
        steps=[
            models.PlannedStep(
                step=each.address,
                assets=list(map(str, each.assets)),
                checks=list(map(str, each.checks)),
                after=list(each.after),
            )
            for each in planned.steps[:_MOST_STEPS]
        ],
        assets=len({key for each in planned.steps for key in each.assets}),
        more=max(len(planned.steps) - _MOST_STEPS, 0),
        external=sorted(map(str, planned.external)),
    )


def launch_run(folder: Path, asked: models.LaunchRun) -> models.Launched:
    """Record a run that waits to be started, or say why it can't be.

    Raises:
        UsageError: when the selection can't be read, or selects nothing that can be run.
    """
    from treadle.background.opening import opened_store
    from treadle.project import load
    from treadle.runner import create_run
    from treadle.runner.possible import possible_part

    project = load(folder)
    planned = _planned(project, asked)
    if isinstance(planned, _Refusal):
        return models.Launched(refused=planned.reasons, diagnostics=planned.diagnostics)
    with opened_store(project.settings) as store:
        possible = possible_part(planned, project.graph, store)
        run = create_run(store, possible, project=project.settings.root, tags=asked.tags, launched_by="assistant")
    return models.Launched(run=run_of(run))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """Why a run can't be: in a line each, and the mistakes."""

    reasons: list[str]
    diagnostics: list[Diagnostic]


def _planned(project: Project, asked: models.PlanRun | models.LaunchRun) -> Plan | _Refusal:
    from treadle.background.opening import dynamic_keys
    from treadle.project.refusing import why_not
    from treadle.runner import plan

    if project.errors and asked.selection.strip() == "*":
        reasons = ["everything is selected, and the project has mistakes"]
        return _Refusal(reasons=reasons, diagnostics=told(project.diagnostics))
    if project.errors and (reasons := why_not(project, project.graph.select(asked.selection))):
        return _Refusal(reasons=reasons[:_MOST_REASONS], diagnostics=told(project.diagnostics))
    try:
        return plan(project.graph, asked.selection, partition=asked.partition, dynamic=dynamic_keys(project.settings))
    except ProjectError as error:  # what is selected may not use what it names
        reasons = [each.message for each in error.diagnostics[:_MOST_REASONS]]
        return _Refusal(reasons=reasons, diagnostics=told(error.diagnostics))


def run_of(run: RunRecord) -> models.Run:
    """What is told of a run in a list."""
    from treadle.runner.resuming import is_abandoned

    return models.Run(
        id=run.id,
        status="interrupted" if is_abandoned(run) else run.status.value,
        selection=run.selection,
        partition=run.partition,
        launched_by=run.launched_by,
        created_at=run.created_at.isoformat(timespec="seconds"),
        started_at=run.started_at.isoformat(timespec="seconds") if run.started_at else None,
        ended_at=run.ended_at.isoformat(timespec="seconds") if run.ended_at else None,
        error=run.error,
    )
