"""The runner's side: a line for each thing that happens, into the pipe of the process that sends it on."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from treadle.ir import CheckResult, LogLine, Materialization, Phase
from treadle.ir.observing import ToCollector
from treadle.observers.telemetry.identity import Trace
from treadle.store import (
    AttemptRecord,
    RunEnded,
    RunEvent,
    RunInterrupted,
    RunRecord,
    RunStarted,
    StepEnded,
    StepReported,
    StepStarted,
)

__all__ = ["TelemetryOfRun", "TracedStep"]

_MOST_IN_A_LINE = 16
_MOST_WAITING = 8_000_000  # bytes that wait here when the pipe is full
_SIZE_OF_PIPE = 1 << 20
_MOST_ASSETS = 64
_LONGEST = 4_000
_SENDER = "treadle.observers.telemetry.process"


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedStep:
    """What spans say of a step of a plan."""

    address: str
    component: str = ""
    assets: Sequence[str] = ()
    checks: int = 0
    partition: str | None = None
    after: Sequence[str] = ()


class TelemetryOfRun:
    """Is told the events of one run; starts its process with the first of them, when nothing is to be forked any more."""

    def __init__(
        self,
        collector: ToCollector,
        trace: Trace,
        run: RunRecord,
        steps: Sequence[TracedStep],
        *,
        environment: Mapping[str, str],
        attempts: Sequence[AttemptRecord] = (),
    ) -> None:
        self.trace = trace
        self._collector = collector
        self._environment = _environment_of_sender(collector, environment)
        self._first = _about_run(collector, trace, run, steps, attempts)
        self._sender: subprocess.Popen[bytes] | None = None
        self._events: list[dict[str, object]] = []
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._lost = 0
        self._is_over = False
        self._failure = ""

    def listen(self, event: RunEvent) -> None:
        """Pass an event on; never waits, and never fails."""
        if self._is_over:
            return
        if self._sender is None:
            self._start()
        about = _about(event)
        about["at"] = time.time_ns()
        self._events.append(about)
        if not _is_told_later(event) or len(self._events) >= _MOST_IN_A_LINE:
            self._put_events()

    def close(self) -> str:
        """Wait for what isn't sent yet, not for long; give what went wrong, or an empty text."""
        if self._sender is None:
            return self._failure
        until = time.monotonic() + self._collector.flush
        self._put_events()
        _share_the_processor(self._sender.pid, niceness=0)  # now it is waited for
        try:
            self._write_until(until)
            return self._answer(self._sender, until + 0.5)
        except KeyboardInterrupt:
            self._sender.kill()
            return "the rest wasn't waited for"
        finally:
            self._is_over = True
            self._sender.kill()
            for pipe in (self._sender.stdin, self._sender.stdout):
                assert pipe is not None
                with suppress(OSError):
                    pipe.close()
            self._sender.wait()

    def _start(self) -> None:
        try:
            self._sender = subprocess.Popen(
                [sys.executable, "-P", "-m", _SENDER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=dict(self._environment),
                bufsize=0,
                # Ctrl-C in the terminal is for the runner, which still has something to tell then.
                start_new_session=True,
            )
        except OSError as error:
            self._is_over = True
            self._failure = f"the process that sends it couldn't be started: {error}"
            return
        _share_the_processor(self._sender.pid, niceness=19)  # what the run does comes first
        assert self._sender.stdin is not None
        os.set_blocking(self._sender.stdin.fileno(), False)
        _make_large(self._sender.stdin.fileno())
        self._put(self._first)

    def _put_events(self) -> None:
        if self._events:
            self._put(_line(self._events))
            self._events.clear()

    def _put(self, line: bytes) -> None:
        if self._bytes + len(line) > _MOST_WAITING:
            self._lost += 1
            return
        self._waiting.append(line)
        self._bytes += len(line)
        self._write()

    def _write(self) -> None:
        """Write what the pipe takes now."""
        if self._sender is None or self._sender.stdin is None:
            return
        while self._waiting:
            line = self._waiting[0]
            try:
                written = os.write(self._sender.stdin.fileno(), line)
            except BlockingIOError:
                return
            except OSError:  # it was killed: what it had is lost, and nothing else
                self._is_over = True
                self._waiting.clear()
                return
            self._bytes -= written
            if written < len(line):
                self._waiting[0] = line[written:]
                return
            self._waiting.popleft()

    def _write_until(self, until: float) -> None:
        assert self._sender is not None
        assert self._sender.stdin is not None
        self._write()
        while self._waiting and (left := until - time.monotonic()) > 0:
            select.select([], [self._sender.stdin], [], left)
            self._write()
        self._lost += len(self._waiting)
        self._sender.stdin.close()

    def _answer(self, sender: subprocess.Popen[bytes], until: float) -> str:
        """What the process says of what it did, when it says that in time."""
        assert sender.stdout is not None
        said = b""
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([sender.stdout], [], [], left)
            if ready:
                if not (read := os.read(sender.stdout.fileno(), 1 << 16)):
                    break
                said += read
        else:
            return f"the collector didn't take all of it within {self._collector.flush:g} s"
        try:
            answer: dict[str, Any] = json.loads(said)
        except ValueError:
            return "the process that sends it was killed"
        lost = int(answer["lost"]) + self._lost
        why = str(answer["why"])
        if not lost:
            return why
        return f"{lost:,} {'record' if lost == 1 else 'records'} couldn't be sent" + (f": {why}" if why else "")


def _environment_of_sender(collector: ToCollector, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that sends: what the standard variables don't say is what the settings say."""
    given = {each: value for each, value in environment.items() if value or not each.startswith("OTEL_")}
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_SERVICE_NAME": "" if "service.name=" in given.get("OTEL_RESOURCE_ATTRIBUTES", "") else collector.service,
        "OTEL_EXPORTER_OTLP_TIMEOUT": f"{max(1000.0, collector.flush * 600):.0f}",  # in milliseconds
    }
    return {**{name: value for name, value in settings.items() if value}, **given}


def _about_run(
    collector: ToCollector,
    trace: Trace,
    run: RunRecord,
    steps: Sequence[TracedStep],
    attempts: Sequence[AttemptRecord],
) -> bytes:
    """The first line: all that is known before anything happens."""
    return _line(
        {
            "kind": "run",
            "signals": sorted(collector.signals if trace.is_sampled else collector.signals - {"traces"}),
            "trace": {"run_id": run.id, "trace_id": trace.trace_id, "parent": trace.parent, "life": trace.life},
            "is_sampled": trace.is_sampled,
            "flush": collector.flush,
            "selection": run.selection,
            "partition": run.partition,
            "launched_by": run.launched_by,
            "rerun_of": run.rerun_of,
            "tags": {name: value[:_LONGEST] for name, value in run.tags.items() if not name.startswith("treadle/")},
            "queued": _nanoseconds(run.created_at.timestamp()),
            "started": None if run.started_at is None else _nanoseconds(run.started_at.timestamp()),
            "last_seen": None if run.heartbeat_at is None else _nanoseconds(run.heartbeat_at.timestamp()),
            "steps": {
                each.address: {
                    "component": each.component,
                    "assets": list(each.assets[:_MOST_ASSETS]),
                    "checks": each.checks,
                    "partition": each.partition,
                    "after": list(each.after),
                }
                for each in steps
            },
            "attempts": [
                {
                    "step": each.step,
                    "attempt": each.attempt,
                    "started": _nanoseconds(each.started_at.timestamp()),
                    "is_over": each.ended_at is not None,
                }
                for each in attempts
            ],
        }
    )


def _is_told_later(event: RunEvent) -> bool:
    """Whether nothing is sent of an event before its step is over: then it needs no line of its own."""
    return isinstance(event, StepStarted) or (
        isinstance(event, StepReported) and isinstance(event.report, (Materialization, CheckResult))
    )


def _about(event: RunEvent) -> dict[str, object]:
    match event:
        case RunStarted():
            return {"kind": "started", "is_resumed": event.is_resumed}
        case RunInterrupted():
            return {"kind": "interrupted", "reason": event.reason}
        case StepStarted():
            return {"kind": "step_started", "step": event.step, "attempt": event.attempt}
        case StepEnded():
            return {
                "kind": "step_ended",
                "step": event.step,
                "attempt": event.attempt,
                "status": event.status.value,
                "error": event.error[:_LONGEST],
                "exit_code": event.exit_code,
                "seconds": event.seconds,
                "is_last": event.retry_at is None,
                "peak_memory": event.peak_memory,
                "cpu_seconds": event.cpu_seconds,
                "peak_gpu_memory": event.peak_gpu_memory,
            }
        case RunEnded():
            return {"kind": "ended", "status": event.status.value, "error": event.error[:_LONGEST]}
        case StepReported():
            return {"step": event.step, "attempt": event.attempt, **_reported(event.report)}


def _reported(report: Materialization | CheckResult | LogLine | Phase) -> dict[str, object]:
    match report:
        case Materialization():
            return {
                "kind": "materialized",
                "asset": str(report.asset),
                "partition": report.partition,
                "data_version": report.data_version,
            }
        case CheckResult():
            return {
                "kind": "checked",
                "asset": str(report.asset),
                "check": report.check,
                "passed": report.passed,
                "severity": report.severity.value,
                "description": (report.description or "")[:_LONGEST],
            }
        case LogLine():
            return {
                "kind": "logged",
                "level": report.level,
                "message": report.message,
                "asset": None if report.asset is None else str(report.asset),
            }
        case Phase():
            return {
                "kind": "phase",
                "name": report.name,
                "id": report.id,
                "parent": report.parent,
                "started": _nanoseconds(report.started),
                "ended": _nanoseconds(report.ended),
                "error": report.error[:_LONGEST],
                "attributes": dict(report.attributes),
            }


def _line(about: object) -> bytes:
    return to_json(about) + b"\n"


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1_000_000) * 1000


def _share_the_processor(session: int, *, niceness: int) -> None:
    """How much a session has of it, where the system shares it among sessions first: there its processes' own niceness
    counts only within it. See autogroups in sched(7).
    """
    with suppress(OSError), open(f"/proc/{session}/autogroup", "w", encoding="ascii") as group:
        group.write(str(niceness))


def _make_large(pipe: int) -> None:
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _SIZE_OF_PIPE)
