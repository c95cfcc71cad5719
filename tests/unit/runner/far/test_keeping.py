"""The process that keeps a step's on the far side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

PROGRAM = """
import os, signal, subprocess, sys
from pathlib import Path
from treadle.runner.far.keeping import keep

def run():
{body}

folder = Path(sys.argv[1])
sys.exit(keep(run, giver=0, folder=folder))
"""


def kept(body: str, folder: Path) -> subprocess.Popen[str]:
    """A keeper of a process that does this; it says `here` when it has come so far."""
    source = PROGRAM.format(body="".join(f"    {line}\n" for line in body.strip().splitlines()))
    return subprocess.Popen(
        [sys.executable, "-c", source, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("return 0", 0, id="well"),
        pytest.param("return 3", 3, id="badly"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", 128 + 9, id="killed"),
    ],
)
def test_the_exit_code_is_told_and_written_down(body, code, tmp_path):
    """
    It is that of the step's process, as a shell would tell it, also where only files tell anything.
    """
    with kept(body, tmp_path) as keeper:
        assert code == keeper.wait()
    assert str(code) == (tmp_path / "exit").read_text(encoding="utf-8")
    assert (tmp_path / "beat").exists()


ENDLESS = """
child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
print("here", flush=True)
child.wait()
"""


def all_gone(output) -> bool:
    """Whether nobody holds the output any more, once that is so."""
    return output.read() == ""


def test_a_request_to_end_ends_all_of_it(tmp_path):
    """
    A request reaches the step, and what has left its group is ended as well.
    """
    with kept(ENDLESS, tmp_path) as keeper:
        assert "here\n" == keeper.stdout.readline()
        keeper.terminate()
        assert all_gone(keeper.stdout)
        assert 128 + signal.SIGTERM == keeper.wait()


def test_it_ends_when_whoever_started_it_is_gone(tmp_path):
    """
    The end of its standard input says so.
    """
    with kept(ENDLESS, tmp_path) as keeper:
        assert "here\n" == keeper.stdout.readline()
        keeper.stdin.close()
        assert all_gone(keeper.stdout)


@pytest.mark.parametrize("which", ["outer", "inner"])
def test_it_ends_when_one_of_its_keepers_is_killed(which, tmp_path):
    """
    Executors kill what they know of, and the system what takes memory: neither leaves anything behind.
    """
    with kept(ENDLESS, tmp_path) as keeper:
        assert "here\n" == keeper.stdout.readline()
        [inner] = psutil.Process(keeper.pid).children()
        (keeper if which == "outer" else inner).kill()
        assert all_gone(keeper.stdout)


def test_what_a_step_leaves_behind_ends_with_it(tmp_path):
    """
    Nothing goes on in a place that the executor has given to somebody else.
    """
    body = 'subprocess.Popen(["sleep", "1000"], start_new_session=True)\nreturn 0'
    with kept(body, tmp_path) as keeper:
        assert all_gone(keeper.stdout)
        assert 0 == keeper.wait()


def test_a_request_may_be_given_on_the_standard_input(make_project):
    """
    `treadle step run -` follows it, so that nothing has to be written anywhere.
    """
    treadle = make_project({"looms.py": "from treadle import asset\n\n@asset()\ndef woven():\n    print('weaving')\n"})
    request = (
        f'{{"project": "{treadle.folder}", "component": "looms.py", "step": "woven", "assets": ["woven"], "checks": [],'
        ' "skippable": [], "partition": null, "run_id": "", "attempt": 1, "config": {}, "tags": {}}'
    )
    done = subprocess.run(
        [sys.executable, "-m", "treadle", "step", "run", "-"],
        input=request + "\n",
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert ("weaving\n", "", 0) == (done.stdout, done.stderr, done.returncode)


def test_no_secret_gets_to_the_executor(make_project):
    """
    A step that runs far away shows its credentials as little as one here: not in its output, and not in what it says.
    """
    source = """
from treadle import asset

@asset(credentials=["db"])
def woven(context):
    secret = context.credentials["db"]
    print("printed", secret, flush=True)
    context.shell("sh", "-c", 'printf %s "$TREADLE_CREDENTIAL_DB"', credentials=["db"])
    context.materialize(metadata={"it": secret})
    raise ValueError(secret)
"""
    credentials = "db: {provider: environment, variable: DB_PASSWORD}\n"
    treadle = make_project({"looms.py": source, "/credentials.yaml": credentials})
    request = (
        f'{{"project": "{treadle.folder}", "component": "looms.py", "step": "woven", "assets": ["woven"], "checks": [],'
        ' "skippable": [], "partition": null, "run_id": "", "attempt": 1, "config": {}, "tags": {}}'
    )
    (treadle.folder / "request.json").write_text(request)
    done = treadle(
        "step", "run", "request.json", env={"DB_PASSWORD": "p@ssword-of-the-looms", "TREADLE_STEP_MARK": "7f"}
    )
    assert 3 == done.code
    assert "p@ssword" not in done.out + done.err
    assert "printed [credential db]\n[credential db]" in done.out
    assert '"metadata":{"it":"[credential db]"}' in done.out
    assert '\x1e7f.{"kind":"ended","error":"ValueError: [credential db]' in done.out
