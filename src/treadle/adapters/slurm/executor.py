"""Slurm as an executor: a job is a folder that both sides see, and what Slurm says of its number.

How the step ended is in that folder, so neither an accounting database nor Slurm's short memory is needed.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from treadle.adapters.slurm.batch import arguments, job_name, script
from treadle.adapters.slurm.commands import ask, meaning_of
from treadle.ir import ComputeProfile, StepFailed
from treadle.ir.launchers import SlurmOptions
from treadle.runner.far.command import BEAT_EVERY, FOLDER, far_command, far_request
from treadle.runner.far.contract import Handle, Job, State, Status, UnreachableError
from treadle.runner.far.keeping import BEAT, EXIT
from treadle.runner.far.options import read_options

__all__ = ["opened"]

_AT_ONCE = 1 << 20
_SECONDS_TO_APPEAR = 15.0  # for a file that another machine has written
_SECONDS_TO_END = 60.0


@contextmanager
def opened(profile: ComputeProfile) -> Iterator[SlurmExecutor]:
    """An executor that calls Slurm's commands.

    Raises:
        StepFailed: when the profile's options can't be used.
    """
    executor = SlurmExecutor(options=read_options(SlurmOptions, profile))
    try:
        yield executor
    finally:
        executor.clear()


@dataclass(kw_only=True)
class SlurmExecutor:
    """Slurm, for the one step of this process. A handle is the number of a job."""

    options: SlurmOptions
    name: str = "Slurm"
    pace: float = 2.0
    _folder: Path = field(default_factory=Path)
    _folders: list[Path] = field(default_factory=list)
    _beat: tuple[str, float] = ("", 0.0)
    _silent_since: float | None = None

    def submit(self, job: Job) -> Handle:
        """Write the job's folder and hand its script to `sbatch`."""
        name = job_name(job.name)
        self._end_earlier(name)
        self._beat, self._silent_since = ("", 0.0), None
        self._folder = self._make_folder(job)
        far_request(job, self.options).write(self._folder / "request.json")
        command = far_command(self.options.python or sys.executable, str(self._folder / "request.json"))
        asked = arguments(job.profile, name=name, folder=self._folder, constraint=self.options.constraint)
        signs = {FOLDER: str(self._folder), BEAT_EVERY: str(self.options.heartbeat / 4)}
        try:
            printed = ask(
                ["sbatch", "--parsable", "--no-requeue", *asked, *self.options.arguments],
                given=script(command, {**job.environment, **signs}),
            )
        except StepFailed as refused:
            raise StepFailed(f"Slurm refused the step: {_in_short(str(refused))}", may_retry=False) from None
        except BaseException:
            with suppress(StepFailed, UnreachableError):  # it may have got through
                ask(["scancel", f"--name={name}"])
            raise
        return printed.strip().split(";")[0]

    def poll(self, handle: Handle) -> Status:
        """How it ended when that is written down; otherwise what Slurm says, as long as the job shows that it lives."""
        if (ended := self._exit()) is not None:
            return ended
        told = self._told(handle)
        if told is None:
            return self._exit() or self._without_exit(handle)
        if told.state is State.RUNNING and (silence := self._silence()) > self.options.heartbeat:
            self._give_up(handle)
            return Status(state=State.LOST, why=f"job {handle} showed no sign of life for {silence:.0f} s")
        if told.is_over:
            self._give_up(handle)  # one that only waits is still there
        return told

    def cancel(self, handle: Handle) -> None:
        """Ask it to end; Slurm kills what hasn't after some time."""
        with suppress(StepFailed):  # it is over
            ask(["scancel", handle])

    def logs(self, handle: Handle, start: int) -> bytes:
        """What is in its output file."""
        try:
            with (self._folder / "output").open("rb") as output:
                output.seek(start)
                return output.read(_AT_ONCE)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise UnreachableError(f"the job's output can't be read: {error.strerror}") from None

    def _give_up(self, handle: Handle) -> None:
        with suppress(StepFailed, UnreachableError):  # it is over, or it is found by its name when there is another
            ask(["scancel", handle])

    def clear(self) -> None:
        """Remove what was kept of jobs, which has been copied."""
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def _make_folder(self, job: Job) -> Path:
        base = Path(self.options.folder) if self.options.folder else job.request.project / ".treadle" / "slurm"
        # One that is lost may go on writing into its own.
        folder = base.absolute() / f"{job.mark}-{len(self._folders) + 1}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StepFailed(f"the folder {str(folder)!r} for the job can't be made: {error.strerror}") from None
        self._folders.append(folder)
        return folder

    def _end_earlier(self, name: str) -> None:
        """End what the driver of an earlier attempt has left behind when it died."""
        deadline = time.monotonic() + _SECONDS_TO_END
        asked = False
        while ask(["squeue", "--noheader", f"--name={name}", "--format=%A"]).strip():
            if not asked:
                ask(["scancel", f"--name={name}"])
                asked = True
            if time.monotonic() > deadline:
                raise StepFailed(f"an earlier attempt still runs on Slurm and can't be ended: squeue --name={name}")
            time.sleep(0.5)

    def _told(self, handle: Handle) -> Status | None:
        try:
            line = ask(["squeue", "--noheader", f"--jobs={handle}", "--states=all", "--format=%T|%r"]).strip()
        except StepFailed:  # Slurm has forgotten it
            return None
        state, _, reason = line.partition("|")
        return meaning_of(state, reason) if state else None

    def _exit(self) -> Status | None:
        with suppress(OSError, ValueError):
            return Status.exited(int((self._folder / EXIT).read_text(encoding="ascii")))
        return None

    def _without_exit(self, handle: Handle) -> Status:
        """It is over, and what it wrote down may still be on its way here."""
        now = time.monotonic()
        if self._silent_since is None:
            self._silent_since = now
        if now - self._silent_since < _SECONDS_TO_APPEAR:
            return Status(state=State.RUNNING)
        if not (self._folder / BEAT).exists():
            why = f"job {handle} ended before Treadle was started in it"
            return Status(state=State.FAILED, why=why + ("" if self.logs(handle, 0) else " and printed nothing"))
        return Status(state=State.LOST, why=f"job {handle} is over and left no exit code")

    def _silence(self) -> float:
        """For how long it has shown no sign of life; clocks of different machines aren't compared."""
        try:
            beat = (self._folder / BEAT).read_text(encoding="ascii")
        except (OSError, ValueError):
            beat = ""
        now = time.monotonic()
        if beat != self._beat[0] or not self._beat[1]:
            self._beat = (beat, now)
        return now - self._beat[1]


def _in_short(told: str) -> str:
    """What `sbatch` says, without its own names.

    >>> _in_short("sbatch: error: no tpu sbatch: error: Batch job submission failed: Invalid generic resource")
    'no tpu; Invalid generic resource'
    """
    parts = told.replace("Batch job submission failed: ", "").split("sbatch: error: ")
    return "; ".join(filter(None, (part.strip() for part in parts)))
