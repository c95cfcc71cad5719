"""Runs that were, from the store: nothing of the project is imported."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.assistant.answers.running import run_of
from treadle.assistant.models import runs as models
from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.store import RunRecord, StepRecord, Store

__all__ = ["get_run", "list_runs"]

_WENT_WRONG = frozenset(("failed", "cancelled", "interrupted"))
_MOST_FAILED = 20
_LONGEST_OUTPUT = 8_000
"""Characters of one step's output: an assistant pays for each."""


def list_runs(folder: Path, asked: models.ListRuns) -> models.Runs:
    """The runs of the project, the newest first."""
    from treadle.background.opening import opened_store
    from treadle.project import find_settings
    from treadle.store import RunStatus

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = store.runs(
            project=str(settings.root),
            statuses=[RunStatus(asked.status)] if asked.status else (),
            before=asked.before,
            limit=asked.limit + 1,
        )
    page = found[: asked.limit]
    return models.Runs(items=list(map(run_of, page)), next=page[-1].id if len(found) > len(page) else None)


def get_run(folder: Path, asked: models.GetRun) -> models.RunDetail:
    """What came of a run, with what failed in full.

    Raises:
        UsageError: when there is no such run.
    """
    from treadle.background.opening import opened_store
    from treadle.project import find_settings

    settings = find_settings(folder)
    with opened_store(settings) as store:
        run = _found(store, str(settings.root), asked.run)
        steps, attempts = store.steps(run.id), Counter(each.step for each in store.attempts(run.id))
        failed = [each for each in steps if each.status.value in _WENT_WRONG]
        return models.RunDetail(
            run=run_of(run),
            steps=dict(Counter(each.status.value for each in steps)),
            materialized=len({(each.asset, each.partition) for each in store.materializations(run_id=run.id)}),
            failed=[_failed(each, attempts[each.step], asked.output) for each in failed[:_MOST_FAILED]],
            failed_checks=[
                models.FailedCheck(
                    asset=str(each.check.asset),
                    check=each.check.name,
                    severity=each.severity.value,
                    description=each.description or "",
                    metadata=dict(each.metadata),
                )
                for each in store.check_results(run_id=run.id)
                if not each.passed
            ],
        )


def _found(store: Store, project: str, name: str) -> RunRecord:
    if name == "latest":
        newest = store.runs(project=project, limit=1)
        if not newest:
            raise UsageError("nothing has run yet in this project")
        return newest[0]
    found = store.run(name)
    if found.project != project:
        raise UsageError(f"the project has no run {name!r}", fix="list_runs has those that there are")
    return found


def _failed(step: StepRecord, attempts: int, lines: int) -> models.FailedStep:
    return models.FailedStep(
        step=step.step,
        status=step.status.value,
        assets=list(map(str, step.assets)),
        attempts=attempts,
        error=step.error,
        output=_end_of(step, lines),
    )


def _end_of(step: StepRecord, lines: int) -> str:
    """The last lines that a step printed."""
    from treadle.runner.output import read_output

    if not lines or not step.output:
        return ""
    text = b"".join(read_output(Path(step.output))).decode("utf-8", "replace")
    return "\n".join(text.rstrip().splitlines()[-lines:])[-_LONGEST_OUTPUT:]
