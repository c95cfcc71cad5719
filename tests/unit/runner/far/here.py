"""An executor whose far side is a process beside this one: real processes and real output, and trouble on demand.

What the step's folder holds makes the trouble: the file `silent` has how often the executor doesn't answer, and
`lose` is there when the job shall be lost.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from treadle.ir import ComputeProfile
from treadle.ir.launchers import FarOptions
from treadle.runner.far.contract import Handle, Job, State, Status, UnreachableError
from treadle.runner.far.options import read_options

PROGRAM = Path(__file__).parent / "fixtures" / "run_far.py"


@dataclass(frozen=True, kw_only=True)
class HereOptions(FarOptions):
    waits: tuple[str, ...] = ()  # why it waits before it starts
    refuses: str = ""


@contextmanager
def opened(profile: ComputeProfile) -> Iterator[Here]:
    here = Here(options=read_options(HereOptions, profile))
    try:
        yield here
    finally:
        for each in here.left:
            each.close()


@dataclass(kw_only=True)
class Here:
    options: HereOptions
    name: str = "Here"
    pace: float = 0.05
    left: list[Any] = field(default_factory=list)

    def submit(self, job: Job) -> Handle:
        from treadle.ir import StepFailed

        if self.options.refuses:
            raise StepFailed(self.options.refuses, may_retry=False)
        self.folder = job.request.project
        self.waits = list(self.options.waits)
        self.output = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "THERE": "yes", **job.environment},
            start_new_session=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(job.request.to_text().encode() + b"\n")
        self.process.stdin.flush()
        self.left += [self.output, self.process.stdin]
        (self.folder / "labels").write_text(str(dict(job.labels)), encoding="utf-8")
        return str(self.process.pid)

    def poll(self, handle: Handle) -> Status:
        if (silent := self.folder / "silent").exists():
            times = int(silent.read_text(encoding="utf-8"))
            if times == 0:
                silent.unlink()
                (self.folder / "go").write_text("go", encoding="utf-8")
            else:
                silent.write_text(str(times - 1), encoding="utf-8")
                raise UnreachableError("no route to it")
        if self.waits:
            return Status(state=State.WAITING, why=self.waits.pop(0))
        if (lose := self.folder / "lose").exists():
            lose.unlink()
            self.process.kill()
            self.process.wait()
            return Status(state=State.LOST, why="the node died")
        code = self.process.poll()
        return Status(state=State.RUNNING) if code is None else Status.exited(code)

    def cancel(self, handle: Handle) -> None:
        self.process.terminate()

    def logs(self, handle: Handle, start: int) -> bytes:
        return os.pread(self.output.fileno(), 1000, start)
