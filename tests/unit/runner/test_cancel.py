"""Runs that are told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from treadle.ir import LogLine
from treadle.runner import Cancel
from treadle.store import RunStarted, RunStatus, StepEnded, StepReported

STUBBORN = """
import subprocess

GRANDCHILD = '''
import signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pipe = open(sys.argv[1], "w")
print("up", flush=True)
while True:
    signal.pause()
'''

def stubborn(context):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", GRANDCHILD, str(HERE / "alive")], stdout=subprocess.PIPE)
    child.stdout.readline()
    pipe = open(HERE / "alive", "w")
    context.log("ready")
    while True:
        signal.pause()

definitions = Definitions(assets=(asset("a"), asset("b", "a")), steps=(step("a", stubborn), step("b")))
"""

POLITE = """
def polite(context):
    try:
        context.log("ready")
        while True:
            signal.pause()
    finally:
        (HERE / "cleaned").write_text("")

definitions = Definitions(assets=(asset("a"), asset("b")), steps=(step("a", polite), step("b", polite)))
"""


class Alive:
    """Tells whether any process still holds the other end of a named pipe."""

    def __init__(self, folder: Path) -> None:
        os.mkfifo(folder / "alive")
        self.fd = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)

    def wait_until_all_are_gone(self) -> bytes:
        os.set_blocking(self.fd, True)
        return os.read(self.fd, 1)


@pytest.fixture
def alive(project):
    holders = Alive(project.folder)
    yield holders
    os.close(holders.fd)


def at_ready(*actions):
    """Does the first action when a step says that it is ready, and so on."""
    left = list(actions)

    def listen(event):
        if isinstance(event, StepReported) and event.report == LogLine(message="ready") and left:
            left.pop(0)()

    return listen


def test_a_cancelled_run_leaves_no_orphans(project, alive):
    """
    Steps that ignore the request to end are killed after the grace period, and so is what they started.
    """
    with_cancel = Cancel()
    run = project.write(STUBBORN).run(cancel=with_cancel, grace=0.2, listen=at_ready(with_cancel.request))
    with_cancel.close()

    assert b"" == alive.wait_until_all_are_gone()
    assert (RunStatus.CANCELLED, "cancelled") == (run.status, run.error)
    assert {"a": "cancelled", "b": "cancelled"} == project.statuses(run)
    assert {"a": "cancelled", "b": "cancelled before it started"} == project.errors(run)


def test_asking_twice_kills_at_once(project, alive):
    """
    When it is asked for again, steps aren't given any time.
    """
    with_cancel = Cancel()

    def twice():
        with_cancel.request()
        with_cancel.request()

    run = project.write(STUBBORN).run(cancel=with_cancel, grace=1000, listen=at_ready(twice))
    with_cancel.close()

    assert b"" == alive.wait_until_all_are_gone()
    assert RunStatus.CANCELLED is run.status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_signals_cancel(project, number):
    """
    Ctrl-C and requests to terminate cancel the run; the steps may clean up; afterwards signals mean what they did.
    """
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    run = project.write(POLITE).run("a", listen=at_ready(lambda: signal.raise_signal(number)))

    assert RunStatus.CANCELLED is run.status
    assert (project.folder / "cleaned").exists()
    assert before == [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert -1 == signal.set_wakeup_fd(-1)


def test_every_running_step_is_stopped(project):
    """
    All steps that run are stopped, and each is told once.
    """
    run = project.write(POLITE).run(listen=at_ready(lambda: None, lambda: signal.raise_signal(signal.SIGINT)))

    assert {"a": "cancelled", "b": "cancelled"} == project.statuses(run)
    ends = [event.step for event in project.events if isinstance(event, StepEnded)]
    assert ["a", "b"] == sorted(ends)


def test_other_signals_do_nothing(project):
    """
    A signal that somebody else handles doesn't cancel.
    """
    handled = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(number))
    try:
        run = project.write(
            """
            definitions = Definitions(
                assets=(asset("a"),), steps=(step("a", lambda context: context.log("ready")),)
            )
            """
        ).run(listen=at_ready(lambda: signal.raise_signal(signal.SIGUSR1)))
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert (RunStatus.SUCCEEDED, [signal.SIGUSR1]) == (run.status, handled)


def test_a_run_that_is_cancelled_before_it_starts(project):
    """
    A wish that is older than the run is heeded: no step starts.
    """
    with_cancel = Cancel()
    with_cancel.request()
    run = project.write(POLITE).run(cancel=with_cancel)
    with_cancel.close()

    assert {"a": "cancelled before it started", "b": "cancelled before it started"} == project.errors(run)


def test_a_run_in_another_thread(project):
    """
    A run in a thread that can't receive signals is cancelled through its `cancel`.
    """
    with_cancel = Cancel()
    ready = threading.Event()
    ended = []
    project.write(POLITE)
    thread = threading.Thread(
        target=lambda: ended.append(project.run("a", cancel=with_cancel, listen=at_ready(ready.set)))
    )
    thread.start()
    ready.wait()
    with_cancel.request()
    thread.join()
    with_cancel.close()

    assert [RunStatus.CANCELLED] == [run.status for run in ended]


def test_what_has_succeeded_stays_so(project):
    """
    A step that had finished before the run was cancelled keeps its outcome.
    """
    with_cancel = Cancel()

    def listen(event):
        if isinstance(event, StepEnded):
            with_cancel.request()

    run = project.write(
        """
        definitions = Definitions(assets=(asset("a"), asset("b", "a")), steps=(step("a"), step("b")))
        """
    ).run(cancel=with_cancel, listen=listen)
    with_cancel.close()
    assert {"a": "succeeded", "b": "cancelled"} == project.statuses(run)


def test_a_wish_that_comes_after_the_last_step_changes_nothing(project):
    """
    A run whose steps have all succeeded has succeeded.
    """
    with_cancel = Cancel()

    def listen(event):
        if isinstance(event, StepEnded):
            with_cancel.request()

    run = project.write("definitions = Definitions(assets=(asset('a'),), steps=(step('a'),))").run(
        cancel=with_cancel, listen=listen
    )
    with_cancel.close()
    assert RunStatus.SUCCEEDED is run.status


RUNNER = """
import runpy, sys
from pathlib import Path
from treadle.ir import link
from treadle.ir import Limits
from treadle.runner import Spawn, create_run, execute, plan
from treadle.store import StepReported, open_store

folder, script = Path(sys.argv[1]), sys.argv[2]
graph, _ = link(runpy.run_path(str(folder / "steps.py"))["definitions"])

def listen(event):
    if isinstance(event, StepReported):
        print(event.report.message, flush=True)

with open_store(f"sqlite:///{folder}/treadle.db") as store:
    planned = plan(graph)
    execute(
        create_run(store, planned, project=folder),
        planned,
        store=store,
        launch=Spawn(command=lambda request: [sys.executable, script, str(request)]),
        folder=folder / "runs",
        project=folder,
        limits=Limits(jobs=1),
        listen=listen,
    )
"""

WITH_SHELL = (
    STUBBORN
    + """
def shell(context):
    stray = subprocess.Popen([sys.executable, "-c", GRANDCHILD, str(HERE / "alive")], stdout=subprocess.PIPE)
    stray.stdout.readline()
    code = GRANDCHILD.replace("signal.SIG_IGN", "signal.SIG_DFL")
    context.shell(sys.executable, "-c", code, HERE / "alive", on_line=context.log)

definitions = Definitions(assets=(asset("a"),), steps=(step("a", shell),))
"""
)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_steps_end_when_the_runner_is_killed(project, alive):
    """
    When the runner dies without a word, its steps and what they started end too.
    """
    from tests.unit.runner.conftest import RUN_REQUEST

    project.write(WITH_SHELL)
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(project.folder), str(RUN_REQUEST)], stdout=subprocess.PIPE, text=True
    )
    with runner:
        assert "up\n" == runner.stdout.readline()
        runner.kill()
    assert b"" == alive.wait_until_all_are_gone()


def test_the_first_event_comes_before_any_step(project):
    """
    A run that is cancelled when it is announced starts nothing.
    """
    with_cancel = Cancel()

    def listen(event):
        if isinstance(event, RunStarted):
            with_cancel.request()

    run = project.write(POLITE).run(cancel=with_cancel, listen=listen)
    with_cancel.close()
    assert {"a": "cancelled", "b": "cancelled"} == project.statuses(run)
