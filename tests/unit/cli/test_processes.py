"""What the processes of a run do: loaded once, stopped together, never left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets: [{key: a}]\n"
STUBBORN = """
import os, signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
with open(os.environ["HERE"], "w") as here:
    here.write("here")
signal.pause()
"""


def alive(mark: str) -> list[str]:
    """The commands of processes that have a mark in their environment, and haven't been killed."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if mark.encode() in (process / "environ").read_bytes() and not is_ending(int(process.name)):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except (OSError, NotADirectoryError):
            continue
    return found


def is_ending(pid: int) -> bool:
    """Whether a process ends by itself: the kernel takes a moment to end what was killed."""
    descriptor = os.pidfd_open(pid)
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_a_stopped_run_is_cancelled_and_leaves_nothing_behind(
    make_project: MakeProject, tmp_path: Path, number: signal.Signals
) -> None:
    """
    The script, what it started and the runner end; the run is recorded as cancelled; the exit code is 3.
    """
    treadle = make_project({"a/defs.yaml": SCRIPT, "a/s.py": STUBBORN})
    code, _ = interrupted(treadle, tmp_path / "here", mark := uuid.uuid4().hex, number)
    assert (3, []) == (code, alive(mark))
    assert ["cancelled"] == [each["status"] for each in treadle("runs", "list", "--json").json]


def test_a_killed_runner_leaves_nothing_behind(make_project: MakeProject, tmp_path: Path) -> None:
    """
    When the runner is killed, the step that it forked ends too, and the script with it.
    """
    treadle = make_project({"a/defs.yaml": SCRIPT, "a/s.py": STUBBORN})
    mark = uuid.uuid4().hex
    code, gone = interrupted(treadle, tmp_path / "here", mark, signal.SIGKILL)
    assert -signal.SIGKILL == code
    assert b"" == gone  # every process that could write to the pipe has ended
    assert [] == alive(mark)


def interrupted(treadle: CommandLine, here: Path, mark: str, number: signal.Signals) -> tuple[int, bytes]:
    """Start a run, wait until its script runs, send a signal to the runner, and wait for the end of everything."""
    os.mkfifo(here)
    reader, writer = os.pipe()
    runner = subprocess.Popen(
        [sys.executable, "-m", "treadle", "run"],
        cwd=treadle.folder,
        env={**os.environ, "HERE": str(here), "MARK": mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(writer,),
    )
    os.close(writer)
    assert "here" == here.read_text(encoding="utf-8")
    runner.send_signal(number)
    code = runner.wait()
    with open(reader, "rb") as last:
        return code, last.read()


def test_a_project_is_loaded_once_for_all_of_its_steps(make_project: MakeProject) -> None:
    """
    Steps are forked from the runner: what a module does when it is imported happens once in a run.
    """
    module = (
        "import os\nfrom treadle import asset\n\n"
        "with open(os.environ['LOADS'], 'a') as loads:\n    loads.write('x')\n\n\n"
        "@asset\ndef one():\n    print('one')\n\n\n@asset(deps=[one])\ndef two():\n    print('two')\n"
    )
    treadle = make_project({"m.py": module})
    loads = treadle.folder / "loads"
    assert 0 == treadle("run", env={"LOADS": str(loads)}).code
    assert "x" == loads.read_text(encoding="utf-8")
    assert ["one", "two"] == [
        treadle("runs", "logs", "latest", f"m.py:{name}", env={"LOADS": str(loads)}).out.strip()
        for name in ("one", "two")
    ]


def test_a_program_with_threads_starts_its_steps_anew(make_project: MakeProject) -> None:
    """
    A process that has threads can't be forked safely: each step is then started in a process that loads its component.
    """
    module = (
        "import os, threading\nfrom treadle import asset\n\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n\n\n"
        "@asset\ndef one():\n    print(os.getppid() and 'ran')\n"
    )
    treadle = make_project({"m.py": module})
    assert 0 == treadle("run").code
    assert "ran" == treadle("runs", "logs", "latest").out.strip()


def test_nothing_stands_by_after_a_run_that_could_not_start(make_project: MakeProject) -> None:
    """
    A store that can't be used is told, and whatever got ready for the run has ended.
    """
    treadle = make_project({"a/defs.yaml": SCRIPT, "a/s.py": "", "/.treadle/treadle.db": "this is no database" * 99})
    mark = uuid.uuid4().hex
    answer = treadle("run", env={"MARK": mark})
    assert (2, []) == (answer.code, alive(mark))
    assert "treadle.db" in answer.err
