"""The runner's side of the process that sends: its start, the pipe into it, and what it says at the end."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from treadle.ir.observing import ToCollector

__all__ = ["Sender"]

_MOST_WAITING = 8_000_000  # bytes that wait here when the pipe is full
_SIZE_OF_PIPE = 1 << 20
_MODULE = "treadle.observers.telemetry.process"


class Sender:
    """A process that is told lines, and sends what they say; it is started at once, as it takes a while to get ready.

    Whatever is forked from this process meanwhile has its pipe too, and would keep it waiting for more.
    """

    def __init__(self, collector: ToCollector, environment: Mapping[str, str]) -> None:
        self.collector = collector
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._lost = 0
        self._is_told = False
        self._failure = ""
        self._process = self._started(_environment_of_sender(collector, environment))

    def put(self, line: bytes) -> None:
        """Pass a line on; never waits, and never fails."""
        self._is_told = True
        if self._process is None:
            return
        if self._bytes + len(line) > _MOST_WAITING:
            self._lost += 1
            return
        self._waiting.append(line)
        self._bytes += len(line)
        self._write(self._process)

    def close(self) -> str:
        """Wait for what isn't sent yet, not for long; give what went wrong, or an empty text."""
        process, self._process = self._process, None
        if process is None:
            return self._failure if self._is_told else ""
        until = time.monotonic() + self.collector.flush
        try:
            if not self._is_told:
                return ""
            _share_the_processor(process.pid, niceness=0)  # now it is waited for
            self._write_until(process, until)
            return self._answer(process, until + 0.5)
        except KeyboardInterrupt:
            return "the rest wasn't waited for"
        finally:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                with suppress(OSError):
                    pipe.close()
            process.wait()

    def _started(self, environment: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", _MODULE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=dict(environment),
                bufsize=0,
                # Ctrl-C in the terminal is for the runner, which still has something to tell then.
                start_new_session=True,
            )
        except OSError as error:
            self._failure = f"the process that sends it couldn't be started: {error}"
            return None
        _share_the_processor(process.pid, niceness=19)  # what the run does comes first
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        _make_large(process.stdin.fileno())
        return process

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        """Write what the pipe takes now."""
        assert process.stdin is not None
        while self._waiting:
            line = self._waiting[0]
            try:
                written = os.write(process.stdin.fileno(), line)
            except BlockingIOError:
                return
            except OSError:  # it was killed: what it had is lost, and nothing else
                self._waiting.clear()
                self._bytes = 0
                return
            self._bytes -= written
            if written < len(line):
                self._waiting[0] = line[written:]
                return
            self._waiting.popleft()

    def _write_until(self, process: subprocess.Popen[bytes], until: float) -> None:
        assert process.stdin is not None
        self._write(process)
        while self._waiting and (left := until - time.monotonic()) > 0:
            select.select([], [process.stdin], [], left)
            self._write(process)
        self._lost += len(self._waiting)
        process.stdin.close()

    def _answer(self, process: subprocess.Popen[bytes], until: float) -> str:
        """What the process says of what it did, when it says that in time."""
        assert process.stdout is not None
        said = b""
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([process.stdout], [], [], left)
            if ready:
                if not (read := os.read(process.stdout.fileno(), 1 << 16)):
                    break
                said += read
        else:
            return f"the collector didn't take all of it within {self.collector.flush:g} s"
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
    """What the standard variables don't say is what the settings say."""
    given = {each: value for each, value in environment.items() if value or not each.startswith("OTEL_")}
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_SERVICE_NAME": "" if "service.name=" in given.get("OTEL_RESOURCE_ATTRIBUTES", "") else collector.service,
        "OTEL_EXPORTER_OTLP_TIMEOUT": f"{max(1000.0, collector.flush * 600):.0f}",  # in milliseconds
    }
    return {**{name: value for name, value in settings.items() if value}, **given}


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
