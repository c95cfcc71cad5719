"""Runs that were interrupted, and go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.runner.conftest import Project
from treadle.errors import UsageError
from treadle.runner import is_abandoned, plan_again
from treadle.store import RunStatus, StepStarted

RUNNER = """
import sys
from pathlib import Path
from tests.unit.runner.conftest import Project
from treadle.store import open_store

folder = Path(sys.argv[1])
with open_store(f"sqlite:///{folder}/treadle.db") as store:
    Project(folder, store).run(jobs=int(sys.argv[2]))
"""

WAITING = """
def mark(context):
    with (HERE / "marks").open("a") as marks:
        marks.write(context.step.name)

def wait(context):
    mark(context)
    if not (HERE / "go").exists():
        (HERE / "here").open("w").write("here")
        signal.pause()

definitions = Definitions(
    assets=(asset("a"), asset("b", "a"), asset("c", "b")),
    steps=(step("a", mark), step("b", wait), step("c", mark)),
)
"""


def killed_runner(project: Project, *, jobs: int = 2) -> str:
    """Start a run in a process of its own, kill that when a step is here, and give the run's ID."""
    os.mkfifo(project.folder / "here")
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(project.folder), str(jobs)], cwd=Path(__file__).parents[3]
    )
    assert "here" == (project.folder / "here").read_text(encoding="utf-8")
    runner.kill()
    runner.wait()
    (project.folder / "go").write_text("", encoding="utf-8")
    [run] = project.store.runs()
    return run.id


def test_a_run_whose_runner_was_killed_goes_on(project):
    """
    What had ended isn't repeated, what was interrupted is, and the history shows both attempts.
    """
    project.write(WAITING)
    run = project.store.run(killed_runner(project))
    assert (RunStatus.RUNNING, True) == (run.status, is_abandoned(run))

    ended = project.go_on(run, plan_again(project.graph, project.store, run))

    assert RunStatus.SUCCEEDED is ended.status
    assert "abbc" == (project.folder / "marks").read_text(encoding="utf-8")
    assert ["a", "b", "c"] == [str(each.asset) for each in project.store.materializations(run_id=run.id)]
    assert [("a", 1, "succeeded"), ("b", 1, "interrupted"), ("b", 2, "succeeded"), ("c", 1, "succeeded")] == [
        (each.step, each.attempt, each.status.value) for each in project.store.attempts(run.id)
    ]
    assert ["run_interrupted", "run_resumed"] == [
        each.kind for each in project.store.events(run_id=run.id) if each.kind.startswith("run_") and each.position > 2
    ][:2]


def test_of_two_that_go_on_with_a_run_one_does(project):
    """
    Who comes second is told that somebody else has the run.
    """
    project.write(WAITING)
    run = project.store.run(killed_runner(project))
    planned = plan_again(project.graph, project.store, run)
    refused: list[UsageError] = []

    def second(event):
        if isinstance(event, StepStarted) and not refused:
            with pytest.raises(UsageError) as told:
                project.go_on(run, planned)
            refused.append(told.value)

    assert RunStatus.SUCCEEDED is project.go_on(run, planned, listen=second).status
    assert f"another runner has taken run {run.id}" == refused[0].message


def test_a_run_that_is_being_run_cannot_be_taken_up(project):
    """
    A run whose runner lives is refused, and it is said where it runs.
    """
    refused: list[UsageError] = []

    def meanwhile(event):
        if isinstance(event, StepStarted) and not refused:
            run = project.store.run(event.run_id)
            with pytest.raises(UsageError) as told:
                project.go_on(run, plan_again(project.graph, project.store, run))
            refused.append(told.value)

    run = project.write(
        WAITING.replace("signal.pause()", "pass").replace('(HERE / "here")', 'open("/dev/null") #')
    ).run(listen=meanwhile)
    assert RunStatus.SUCCEEDED is run.status
    assert f"run {run.id} is being run, by process {os.getpid()} on " in refused[0].message


def test_a_run_that_is_over_cannot_be_taken_up(project):
    """
    What succeeded is over; what failed is run again as a new run.
    """
    run = project.write("definitions = Definitions(assets=(asset('a'),), steps=(step('a'),))").run()
    with pytest.raises(UsageError, match="is over: it succeeded"):
        project.go_on(run, plan_again(project.graph, project.store, run))


def test_a_cancelled_run_goes_on_when_somebody_wants_it(project):
    """
    A run that was cancelled runs what it had not finished.
    """

    def cancel(event):
        if isinstance(event, StepStarted) and event.step == "b":
            project.store.request_cancel(event.run_id)

    os.mkfifo(project.folder / "here")
    run = project.write(WAITING.replace('(HERE / "here").open("w").write("here")', "pass")).run(listen=cancel)
    assert (RunStatus.CANCELLED, {"a": "succeeded", "b": "cancelled", "c": "cancelled"}) == (
        run.status,
        project.statuses(run),
    )

    (project.folder / "go").write_text("", encoding="utf-8")
    assert RunStatus.SUCCEEDED is project.go_on(run, plan_again(project.graph, project.store, run)).status
    assert "abbc" == (project.folder / "marks").read_text(encoding="utf-8")


def test_a_step_that_kills_its_runner_again_and_again_fails(project):
    """
    After three interruptions a step isn't tried any more: it may be what the runner dies of.
    """
    project.write(WAITING)
    run_id = killed_runner(project)
    (project.folder / "go").unlink()
    for _ in range(2):
        go_on = RUNNER.replace(".run(jobs=int(sys.argv[2]))", ".take_up(sys.argv[2])")
        again = subprocess.Popen(
            [sys.executable, "-c", go_on, str(project.folder), run_id], cwd=Path(__file__).parents[3]
        )
        assert "here" == (project.folder / "here").read_text(encoding="utf-8")
        again.send_signal(signal.SIGKILL)
        again.wait()
    ended = project.take_up(run_id)
    assert {"a": "succeeded", "b": "failed", "c": "skipped"} == project.statuses(ended)
    assert "its runner died 3 times while it ran" in project.errors(ended)["b"]
    assert "abbb" == (project.folder / "marks").read_text(encoding="utf-8")


def test_a_project_that_lost_a_step_says_so(project):
    """
    A run can't go on when the project doesn't have one of its steps any more.
    """
    run = project.store.run(killed_runner(project.write(WAITING)))
    project.write("definitions = Definitions(assets=(asset('a'),), steps=(step('a'),))")
    with pytest.raises(UsageError, match="the project has no step 'b' any more"):
        plan_again(project.graph, project.store, run)
