"""Steps that run on another machine, as the runner on this one sees them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from treadle.ir import AssetKey, LogLine
from treadle.runner import Cancel
from treadle.store import RunStatus, StepReported

A = AssetKey.parse("a")


def test_a_step_runs_on_the_far_side_as_it_would_here(project):
    """
    What it prints and reports there is recorded here, each by itself: half a line stays half a line.
    """
    run = project.far(
        """
        def run(context):
            print("THERE:", os.environ.get("THERE"), context.run_id, end=" ")
            context.materialize("a", metadata={"rows": 3}, data_version="v1")
            print("and on")
            context.log("done", level="warning")

        definitions = far(run)
        """
    ).run()

    assert ("", RunStatus.SUCCEEDED) == (run.error, run.status)
    [record] = project.store.materializations()
    assert (A, {"rows": 3}, "v1") == (record.asset, dict(record.metadata), record.data_version)
    first, *rest = project.output(run, "a").splitlines()
    assert first.startswith("runs on Here as ")
    assert [f"THERE: yes {run.id} and on", "warning: done"] == rest
    assert ("warning", "done") == project.logs()[-1]


def test_an_attempt_carries_labels_by_which_it_is_found(project):
    """
    An executor is told the run, the step and the attempt.
    """
    run = project.far("definitions = far(nothing)").run()
    assert str({"run": run.id, "step": "a", "attempt": "1"}) == (project.folder / "labels").read_text(encoding="utf-8")


def test_the_far_side_is_told_the_profile_s_environment_and_nothing_of_ours(project, monkeypatch):
    """
    What the runner's environment holds may be secret, and stays here; the mark of the events isn't seen by the step.
    """
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    run = project.far(
        """
        def run(context):
            names = sorted(name for name in os.environ if not name.startswith("TREADLE_STEP_PID"))
            context.materialize(metadata={"names": names})

        definitions = far(run)
        """,
        profile='environment={"CORPUS": "small"}',
    ).run()
    [record] = project.store.materializations(run_id=run.id)
    assert {"CORPUS", "PATH", "THERE"} == set(record.metadata["names"]) - {"LC_CTYPE"}


def test_what_a_step_uses_is_measured_where_it_runs(project):
    """
    The record has the memory and the processor time of the far side, not those of the driver.
    """
    run = project.far(
        """
        def run(context):
            held = bytearray(300_000_000)
            while time.process_time() < 1:
                pass

        definitions = far(run)
        """
    ).run()
    [step] = project.store.attempts(run.id)
    assert 300_000_000 < step.peak_memory < 600_000_000
    assert 1 < step.cpu_seconds


def test_what_a_lost_step_used_is_not_known(project):
    """
    A driver's own memory is nobody's concern, so nothing is recorded rather than that.

    Whatever is killed first, the far side may still have said the little that it had seen.
    """
    run = project.far(LOST.format(times=9), profile='options={"resubmissions": 0}').run()
    [step] = project.store.attempts(run.id)
    assert step.peak_memory is None or step.peak_memory < 25_000_000  # a driver, which has imported Treadle, has more


def test_a_long_report_arrives_whole(project):
    """
    An event that is longer than a pipe takes at once is put together again, whatever is printed meanwhile.
    """
    run = project.far(
        """
        import threading

        def run(context):
            printing = threading.Thread(target=lambda: [print("x" * 70) for _ in range(2000)])
            printing.start()
            for size in range(20):
                context.log("y" * 1000 * size)
            printing.join()

        definitions = far(run)
        """
    ).run()
    assert RunStatus.SUCCEEDED is run.status
    assert ["y" * 1000 * size for size in range(20)] == [
        text for _, text in project.logs() if not text.startswith("runs")
    ]
    assert 2000 == project.output(run, "a").splitlines().count("x" * 70)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param("raise ValueError('no rows')", "ValueError: no rows (steps.py:{line})", id="raises"),
        pytest.param("raise StepFailed('no rows')", "no rows", id="fails"),
        pytest.param(
            "os.kill(os.getpid(), signal.SIGKILL)",
            "was killed (SIGKILL): when nobody did that, the machine ran out of memory; its last words: so far so good",
            id="killed",
        ),
        pytest.param("os._exit(7)", "exited with code 7; its last words: so far so good", id="exits"),
        pytest.param("os._exit(0)", "ended before it was finished: something in it ended the process", id="ends"),
    ],
)
def test_an_end_over_there_is_told_as_one_here(project, body, error):
    """
    How a step has failed is in the run, whoever told it: the step, or its exit code.
    """
    source = f"def run(context):\n    print('so far so good')\n    {body}\n\ndefinitions = far(run)\n"
    run = project.far(source).run()
    text = (project.folder / "steps.py").read_text(encoding="utf-8")
    line = next((number for number, each in enumerate(text.splitlines(), 1) if body in each), 0)
    assert {"a": error.format(line=line)} == project.errors(run)


def test_what_is_refused_is_not_tried_again(project):
    """
    A step that the executor would never run fails with what that says, whatever its retries are.
    """
    run = project.far("definitions = far(nothing, retries=3)", profile='options={"refuses": "no such queue"}').run()
    assert {"a": "no such queue"} == project.errors(run)
    assert 1 == len(project.store.attempts(run.id))


def test_why_a_step_waits_is_told_once(project):
    """
    Whoever watches a run sees what its step waits for, each time that changes.
    """
    profile = 'options={"waits": ["no node is free", "no node is free", "the image is pulled"]}'
    project.far("definitions = far(nothing)", profile=profile).run()
    assert [("info", "waiting on Here: no node is free"), ("info", "waiting on Here: the image is pulled")] == [
        each for each in project.logs() if "waiting" in each[1]
    ]


SILENT = """
def run(context):
    os.mkfifo(HERE / "go")
    (HERE / "silent").write_text("5")
    (HERE / "go").read_text()

definitions = far(run)
"""


def test_an_executor_that_does_not_answer_for_a_while_is_waited_for(project):
    """
    The step goes on while nobody hears of it, and so does the run when the executor answers again.
    """
    run = project.far(SILENT).run()
    assert RunStatus.SUCCEEDED is run.status
    assert [
        ("warning", "Here doesn't answer, for 300 s it is asked again: no route to it"),
        ("info", "Here answers again"),
    ] == [each for each in project.logs() if "answer" in each[1]]


def test_patience_has_an_end(project):
    """
    An executor that doesn't answer for longer than the profile allows fails the step, which may be tried again.
    """
    run = project.far(SILENT.replace('"5"', '"1000000"'), profile='options={"patience": 0}').run()
    assert {"a": "Here didn't answer for 0 s: no route to it"} == project.errors(run)


LOST = """
def run(context):
    with (HERE / "starts").open("a") as starts:
        starts.write(".")
    if (HERE / "starts").stat().st_size <= {times}:
        (HERE / "lose").write_text("")
        signal.pause()

definitions = far(run)
"""


def test_a_job_that_is_lost_is_submitted_again(project):
    """
    That a node dies is no fault of the step: it runs again, in the same attempt, and the run tells it.
    """
    run = project.far(LOST.format(times=2)).run()
    assert RunStatus.SUCCEEDED is run.status
    assert [
        "the job was lost on Here: the node died; it is submitted again (1 of at most 2 times)",
        "the job was lost on Here: the node died; it is submitted again (2 of at most 2 times)",
    ] == [text for level, text in project.logs() if level == "warning"]
    assert 1 == len(project.store.attempts(run.id))


def test_a_job_is_not_submitted_again_for_ever(project):
    """
    What is lost more often than the profile allows has failed.
    """
    run = project.far(LOST.format(times=9), profile='options={"resubmissions": 1}').run()
    assert {"a": "the job was lost on Here: the node died (2 times)"} == project.errors(run)


def test_a_step_may_run_as_long_as_its_profile_allows(project):
    """
    The profile's longest duration ends the job, and the failure names the profile.
    """
    run = project.far("definitions = far(lambda context: signal.pause())", profile="max_duration=0.1").run()
    assert {"a": "took longer than the 0.1 s that its compute profile 'far' allows"} == project.errors(run)


def test_an_option_that_the_launcher_does_not_have_is_a_mistake(project):
    """
    It is told with the profile and the option that was meant.
    """
    run = project.far("definitions = far(nothing)", profile='options={"patiense": 3}').run()
    error = (
        "the compute profile 'far' has an option 'patiense', which the launcher slurm has not: did you mean 'patience'?"
    )
    assert {"a": error} == project.errors(run)


STUBBORN = """
import subprocess

def run(context):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pipe = open(HERE / "alive", "w")
    child = subprocess.Popen(["sleep", "1000"], pass_fds=[pipe.fileno()], start_new_session=True)
    context.log("ready")
    while True:
        signal.pause()

definitions = far(run)
"""

POLITE = """
def run(context):
    pipe = open(HERE / "alive", "w")
    try:
        context.log("ready")
        while True:
            signal.pause()
    finally:
        context.log("cleaned")

definitions = far(run)
"""


@pytest.fixture
def alive(project):
    """The reading end of a pipe which every process of the step holds the other end of."""
    os.mkfifo(project.folder / "alive")
    descriptor = os.open(project.folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
    yield descriptor
    os.close(descriptor)


def all_gone(alive: int) -> bool:
    """Whether all of them have ended, once they have."""
    os.set_blocking(alive, True)
    return os.read(alive, 1) == b""


def test_a_cancelled_step_may_clean_up_over_there(project, alive):
    """
    The request to end reaches the far side, and what it still says reaches this one.
    """
    cancel = Cancel()

    def listen(event):
        if isinstance(event, StepReported) and event.report == LogLine(message="ready"):
            cancel.request()

    run = project.far(POLITE).run(cancel=cancel, grace=60, listen=listen)
    cancel.close()
    assert all_gone(alive)
    assert {"a": "cancelled"} == project.errors(run)
    assert ("info", "cleaned") == project.logs()[-1]


RUNNER = """
import sys
from pathlib import Path
from tests.unit.runner.far.conftest import FarProject
from treadle.store import open_store

folder = Path(sys.argv[1])

def listen(event):
    if getattr(getattr(event, "report", None), "message", "") == "ready":
        print("ready", flush=True)

with open_store(f"sqlite:///{folder}/treadle.db") as store:
    FarProject(folder, store).run(listen=listen)
"""


@pytest.mark.parametrize("source", [pytest.param(POLITE, id="polite"), pytest.param(STUBBORN, id="stubborn")])
def test_a_runner_that_is_killed_leaves_nothing_over_there(project, alive, source):
    """
    The driver is told that its runner is gone, and ends the job with all that came of it.
    """
    project.far(source)
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(project.folder)],
        cwd=Path(__file__).parents[4],
        stdout=subprocess.PIPE,
        text=True,
    ) as runner:
        assert runner.stdout is not None
        assert "ready\n" == runner.stdout.readline()
        runner.send_signal(signal.SIGKILL)
    assert all_gone(alive)
