"""Projects whose steps run on a real Ray and Slurm, or a stand-in for Kubernetes; the command line drives them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from tests.conftest import Answer, CommandLine, MakeProject

STEPS = """
import os, signal, subprocess, sys
from pathlib import Path
from treadle import asset

HERE = Path({root!r})

def first_time():
    '''Whether this is the first of all times that the step runs.'''
    with (HERE / "starts").open("a") as starts:
        starts.write(".")
    return (HERE / "starts").stat().st_size == 1

def stay():
    '''Say that this step is there, with a child in a session of its own, and stay.'''
    pipe = os.open(HERE / "alive", os.O_WRONLY)
    subprocess.Popen(["sleep", "1000"], pass_fds=[pipe], start_new_session=True)
    os.write(pipe, b".")
    while True:
        signal.pause()

"""


@dataclass(frozen=True)
class Elsewhere:
    """A project whose step `a` runs with the profile `far`."""

    treadle: CommandLine

    @property
    def folder(self) -> Path:
        return self.treadle.folder

    def run(self, *options: str, env: Mapping[str, str] | None = None) -> Answer:
        return self.treadle("run", "--json", *options, env=env)

    def why(self, answer: Answer) -> str:
        """Why the step failed, or an empty text."""
        [step] = answer.json["steps"]
        return str(step["error"] or "")

    def output(self, answer: Answer) -> str:
        """What the step has printed."""
        return self.treadle("runs", "logs", answer.json["id"]).out

    def events(self, answer: Answer, *, level: str = "") -> list[str]:
        """What was told on the way."""
        shown = self.treadle("runs", "show", answer.json["id"], "--json").json
        return [each["message"] for each in shown.get("logs", ()) if level in ("", each["level"])]

    @contextmanager
    def running(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        """A run in a process of its own, of which something is wanted."""
        with subprocess.Popen(
            [sys.executable, "-m", "treadle", "run", *options],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ},
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def kill_what_it_started(self, runner: subprocess.Popen[str]) -> None:
        """Kill all processes of a run but the runner, so that none sees another one die and tidies up."""
        below = psutil.Process(runner.pid).children(recursive=True)
        for act in (psutil.Process.suspend, psutil.Process.kill):
            for each in below:
                with suppress(psutil.NoSuchProcess):
                    act(each)
        runner.wait()


MakeElsewhere = Callable[..., Elsewhere]


@pytest.fixture
def elsewhere(make_project: MakeProject, tmp_path: Path) -> MakeElsewhere:
    """Makes a project with this function as its step, and a profile that says this."""

    def make(body: str, profile: Mapping[str, Any]) -> Elsewhere:
        lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
        source = STEPS.format(root=str(tmp_path)) + f'@asset(compute="far")\ndef a(context):\n{lines}'
        compute = yaml.safe_dump({"far": json.loads(json.dumps(profile))})
        return Elsewhere(make_project({"a.py": source, "/compute.yaml": compute}))

    return make


@dataclass
class Alive:
    """A pipe which every process of a step holds open, when the step has opened it."""

    file: Path

    def __post_init__(self) -> None:
        os.mkfifo(self.file)
        self._reader = os.open(self.file, os.O_RDONLY | os.O_NONBLOCK)
        self._writer = os.open(self.file, os.O_WRONLY)  # reading would end before anybody is there
        os.set_blocking(self._reader, True)

    def wait_for_one(self) -> None:
        """Wait until the step says that it is there."""
        assert b"." == os.read(self._reader, 1)

    def are_all_gone(self) -> bool:
        """Whether nobody is there any more, once that is so."""
        os.close(self._writer)
        return os.read(self._reader, 1) == b""

    def close(self) -> None:
        os.close(self._reader)


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[Alive]:
    pipe = Alive(tmp_path / "alive")
    yield pipe
    pipe.close()
