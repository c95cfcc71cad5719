"""Runs of real processes: order, parallelism, failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from treadle.errors import UsageError
from treadle.ir import RetryPolicy
from treadle.store import RunEnded, RunStarted, RunStatus, StepEnded, StepStarted

CHAIN = """
definitions = Definitions(
    assets=(asset("c", "b"), asset("b", "a"), asset("a")),
    steps=(step("c"), step("b"), step("a")),
)
"""


def test_steps_run_in_the_order_of_their_assets(project):
    """
    A step starts when those whose assets it needs have ended, however many may run at once.
    """
    run = project.write(CHAIN).run(jobs=4)

    assert (RunStatus.SUCCEEDED, "") == (run.status, run.error)
    assert [
        ("RunStarted", ""),
        *[(kind, name) for name in "abc" for kind in ("StepStarted", "StepReported", "StepEnded")],
        ("RunEnded", ""),
    ] == [(type(event).__name__, event.step if hasattr(event, "step") else "") for event in project.events]
    assert ["a", "b", "c"] == [str(each.asset) for each in project.store.materializations(run_id=run.id)]


def test_only_what_is_selected_runs(project):
    """
    A selection runs its own steps, in an order that sees through what lies between them.
    """
    run = project.write(CHAIN).run("a or c")
    assert ["a", "c"] == [str(each.asset) for each in project.store.materializations(run_id=run.id)]


def test_independent_steps_run_at_once(project):
    """
    Steps that don't need each other run at the same time: these three end only when they have met.
    """
    for one in "abc":
        for other in "abc":
            os.mkfifo(project.folder / f"{one}-{other}")
    run = project.write(
        """
        definitions = Definitions(
            assets=(asset("a"), asset("b"), asset("c")),
            steps=(
                step("a", lambda context: meet("a", "b", "c")),
                step("b", lambda context: meet("b", "a", "c")),
                step("c", lambda context: meet("c", "a", "b")),
            ),
        )
        """
    ).run(jobs=3)
    assert RunStatus.SUCCEEDED is run.status


def test_no_more_steps_at_once_than_allowed(project):
    """
    With two jobs, a third step starts only after one has ended.
    """
    project.write(
        """
        names = "abcdefg"
        definitions = Definitions(assets=tuple(map(asset, names)), steps=tuple(map(step, names)))
        """
    ).run(jobs=2)

    running, most = 0, 0
    for event in project.events:
        running += isinstance(event, StepStarted) - isinstance(event, StepEnded)
        most = max(most, running)
    assert 2 == most


def test_no_jobs_is_an_error(project):
    """
    Fewer than one step at once is refused before anything starts: the run still waits.
    """
    with pytest.raises(UsageError, match="0 steps at once"):
        project.write(CHAIN).run(jobs=0)
    assert ["queued"] == [run.status.value for run in project.store.runs()]


def test_what_depends_on_a_failure_is_skipped(project):
    """
    All that is downstream of a failed step is skipped, and says why; what isn't goes on.
    """
    run = project.write(
        """
        def fail(context):
            raise StepFailed("no such table")

        definitions = Definitions(
            assets=(asset("a"), asset("b", "a"), asset("c", "b"), asset("x"), asset("y", "x")),
            steps=(step("a", fail), step("b"), step("c"), step("x"), step("y")),
        )
        """
    ).run(jobs=1)

    assert (RunStatus.FAILED, "failed: a") == (run.status, run.error)
    assert {"a": "failed", "b": "skipped", "c": "skipped", "x": "succeeded", "y": "succeeded"} == project.statuses(run)
    assert {
        "a": "no such table",
        "b": "not started, because a failed",
        "c": "not started, because a failed",
    } == project.errors(run)


DYING = """
import ctypes

def killed(context):
    os.kill(os.getpid(), signal.SIGKILL)

def crashed(context):
    ctypes.string_at(0)

def gone(context):
    os._exit(0)

def gone_with_code(context):
    print("the disk is full", flush=True)
    os._exit(7)

def left(context):
    sys.exit("I give up")

def left_well(context):
    sys.exit(0)

def raised(context):
    prices = {}
    prices["apple"]

def closed(context):
    os.closerange(3, 100)

definitions = Definitions(assets=(asset("a"),), steps=(step("a", %s),))
"""


@pytest.mark.parametrize(
    ("how", "error"),
    [
        pytest.param(
            "killed", "was killed (SIGKILL): when nobody did that, the machine ran out of memory", id="killed"
        ),
        pytest.param("gone", "ended before it was finished: something in it ended the process", id="exit-0"),
        pytest.param("gone_with_code", "exited with code 7; its last words: the disk is full", id="exit-7"),
        pytest.param("left", "the step called sys.exit('I give up')", id="sys-exit"),
        pytest.param("raised", "KeyError: 'apple' (steps.py:53)", id="exception"),
    ],
)
def test_a_step_that_dies_fails(project, how, error):
    """
    However a process ends without having finished, its step fails and says how.
    """
    run = project.write(DYING % how).run()
    assert {"a": error} == project.errors(run)
    assert [] == project.store.materializations(run_id=run.id)


def test_a_crash_is_named(project):
    """
    A step whose process crashes says with which signal, and its output says where.
    """
    run = project.write(DYING % "crashed").run()
    assert project.errors(run)["a"].startswith("crashed (SIGSEGV)")
    assert "in crashed" in project.output(run, "a")


def test_a_step_may_exit(project):
    """
    A step that calls sys.exit(0), as scripts do, has succeeded.
    """
    run = project.write(DYING % "left_well").run()
    assert {"a": "succeeded"} == project.statuses(run)


def test_a_step_that_closes_everything_fails_and_nothing_hangs(project):
    """
    A process that closes its pipe to the runner is waited for, and fails because it never said that it finished.
    """
    run = project.write(DYING % "closed").run()
    assert {"a": "failed"} == project.statuses(run)


def test_a_command_that_cannot_be_run_fails_its_step(project):
    """
    When the process of a step can't be started, the step fails and the run ends.
    """
    run = project.write(CHAIN).run(command=lambda request: ["/no/such/python", str(request)])

    assert {"a": "failed", "b": "skipped", "c": "skipped"} == project.statuses(run)
    assert "couldn't be started" in project.errors(run)["a"]


def test_a_step_is_tried_again(project):
    """
    A step with retries is started again after a failure, and what each attempt printed is kept.
    """
    run = project.write(
        """
        def at_third_try(context):
            tries = HERE / "tries"
            tries.write_text(tries.read_text() + "." if tries.exists() else ".")
            print("try", len(tries.read_text()))
            if len(tries.read_text()) < 3:
                raise StepFailed("not yet")

        definitions = Definitions(assets=(asset("a"),), steps=(step("a", at_third_try, retries=2),))
        """
    ).run()

    [step] = project.store.steps(run.id)
    assert (RunStatus.SUCCEEDED, 3) == (run.status, step.attempts)
    assert ["try 1\nnot yet\n", "try 2\nnot yet\n", "try 3\n"] == [
        Path(each.output).read_text(encoding="utf-8") for each in project.store.attempts(run.id)
    ]
    assert [True, True, False] == [bool(each.retry_at) for each in project.events if isinstance(each, StepEnded)]


def test_a_step_that_takes_too_long_fails(project):
    """
    A step is ended at its timeout.
    """
    run = project.write(
        """
        definitions = Definitions(
            assets=(asset("a"),), steps=(step("a", lambda context: signal.pause(), timeout=0.5),)
        )
        """
    ).run()
    assert {"a": "took longer than its timeout of 0.5 s"} == project.errors(run)


def test_a_run_is_in_the_store_while_it_runs(project):
    """
    Every event is in the store by the time it is told.
    """
    seen = []

    def listen(event):
        if isinstance(event, StepStarted | StepEnded):
            [run] = project.store.runs()
            seen.append((run.status.value, project.statuses(run)[event.step]))

    project.write(CHAIN).run(listen=listen)
    assert [("running", "running"), ("running", "succeeded")] * 3 == seen


def test_a_listener_that_fails_leaves_nothing_behind(project):
    """
    When the runner itself fails, its steps are ended and the store says that the run failed.
    """

    def listen(event):
        if isinstance(event, StepStarted):
            raise RuntimeError("the terminal is gone")

    project.write(
        """
        def wait(context):
            signal.pause()

        definitions = Definitions(assets=(asset("a"), asset("b", "a")), steps=(step("a", wait), step("b")))
        """
    )
    with pytest.raises(RuntimeError, match="terminal is gone"):
        project.run(listen=listen)

    [run] = project.store.runs()
    assert (RunStatus.FAILED, "the runner failed: RuntimeError: the terminal is gone") == (run.status, run.error)
    assert {"a": "cancelled", "b": "cancelled"} == project.statuses(run)


def test_what_a_step_leaves_running_ends_with_it(project):
    """
    A process that a step started and forgot is ended when the step has.
    """
    os.mkfifo(project.folder / "alive")
    project.write(
        """
        import subprocess

        def forget(context):
            code = f"import signal, sys; f = open({str(HERE / 'alive')!r}, 'w'); print('up', flush=True); signal.pause()"
            process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
            process.stdout.readline()

        definitions = Definitions(assets=(asset("a"),), steps=(step("a", forget),))
        """
    )
    alive = os.open(project.folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
    try:
        run = project.run()
        os.set_blocking(alive, True)
        assert (RunStatus.SUCCEEDED, b"") == (run.status, os.read(alive, 1))  # its end of the pipe is closed
    finally:
        os.close(alive)


def test_each_run_is_recorded(project):
    """
    Two runs are two records with files of their own.
    """
    first = project.write(CHAIN).run()
    second = project.run("a")

    assert [second, first] == project.store.runs()
    assert sorted([first.id, second.id]) == sorted(each.name for each in (project.folder / "runs").iterdir())
    assert ["01-a", "02-b", "03-c"] == sorted(each.name for each in (project.folder / "runs" / first.id).iterdir())


def test_nothing_of_the_environment_is_kept(project, monkeypatch):
    """
    Neither the store nor the files of a run hold what is in the environment.
    """
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "hunter2hunter2")
    project.write(CHAIN).run()

    kept = [file.read_bytes() for file in project.folder.rglob("*") if file.is_file()]
    assert kept
    assert not any(b"hunter2" in content for content in kept)


def test_a_run_tells_its_beginning_and_its_end(project):
    """
    The first event names the run, the last its outcome.
    """
    run = project.write(CHAIN).run()
    first, last = project.events[0], project.events[-1]

    assert isinstance(first, RunStarted)
    assert isinstance(last, RunEnded)
    assert (run.id, run.id, RunStatus.SUCCEEDED) == (first.run_id, last.run_id, last.status)


POOLED = """
def alone(context):
    with (HERE / "inside").open("x"):
        pass
    (HERE / "inside").unlink()

names = "abcdef"
definitions = Definitions(
    assets=tuple(map(asset, names)), steps=tuple(step(name, alone, pool="press") for name in names)
)
"""


def test_no_more_steps_of_a_pool_at_once_than_it_has_places(project):
    """
    Steps of a pool with one place run one after the other, however many jobs there are.
    """
    run = project.write(POOLED).run(jobs=6, pools={"press": 1})
    assert RunStatus.SUCCEEDED is run.status


def test_a_pool_without_a_limit_holds_nobody_up(project):
    """
    A pool that the project doesn't limit has room for all.
    """
    project.write(POOLED.replace("alone", "nothing").replace("def nothing", "def unused"))
    assert RunStatus.SUCCEEDED is project.run(jobs=2).status


def test_a_failure_that_nothing_can_mend_is_not_tried_again(project):
    """
    A step says that trying again would be in vain, and isn't started again.
    """
    run = project.write(
        """
        def hopeless(context):
            raise StepFailed("no such table", may_retry=False)

        definitions = Definitions(assets=(asset("a"),), steps=(step("a", hopeless, retries=5),))
        """
    ).run()
    assert [1] == [step.attempts for step in project.store.steps(run.id)]


def test_the_projects_rules_hold_for_steps_that_say_nothing(project):
    """
    Retries and a timeout of the project are those of every step that has none of its own.
    """
    run = project.write(
        """
        def fail(context):
            raise StepFailed("not yet")

        def hang(context):
            signal.pause()

        definitions = Definitions(
            assets=(asset("a"), asset("b"), asset("c")),
            steps=(step("a", fail), step("b", fail, retries=0), step("c", hang, retries=0)),
        )
        """
    ).run(retries=RetryPolicy(times=2), timeout=0.5, grace=0.1)
    assert {"a": 3, "b": 1, "c": 1} == {step.step: step.attempts for step in project.store.steps(run.id)}
    assert "took longer than its timeout of 0.5 s" == project.errors(run)["c"]


def test_a_retry_waits_as_long_as_its_policy_says(project):
    """
    The end of an attempt says when the next one is due, later each time.
    """
    project.write(
        """
        def fail(context):
            raise StepFailed("not yet")

        policy = RetryPolicy(times=3, delay=0.2, jitter=0)
        definitions = Definitions(assets=(asset("a"),), steps=(step("a", fail, retries=policy),))
        """
    ).run()
    ends = [event for event in project.events if isinstance(event, StepEnded)]
    starts = [attempt.started_at for attempt in project.store.attempts(project.store.runs()[0].id)]
    assert [True, True, True, False] == [end.retry_at is not None for end in ends]
    assert all(end.retry_at <= start for end, start in zip(ends[:3], starts[1:], strict=True))
