"""Makes log records of what steps say, and of how they fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opentelemetry.proto.logs.v1.logs_pb2 import (
    SEVERITY_NUMBER_DEBUG,
    SEVERITY_NUMBER_ERROR,
    SEVERITY_NUMBER_INFO,
    SEVERITY_NUMBER_WARN,
)

from treadle.observers.telemetry.identity import Trace
from treadle.observers.telemetry.values import attributes, value

__all__ = ["LogMaker"]

LogRecord = dict[str, Any]
"""The fields of OTLP's `LogRecord`."""

_SEVERITIES = {
    "debug": SEVERITY_NUMBER_DEBUG,
    "info": SEVERITY_NUMBER_INFO,
    "warning": SEVERITY_NUMBER_WARN,
    "error": SEVERITY_NUMBER_ERROR,
}


class LogMaker:
    """Is told what happens in a run, and gives log records that name the span that they belong to."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def records(self, said: Mapping[str, Any]) -> Iterator[LogRecord]:
        """The log records of an event."""
        match said["kind"]:
            case "logged":
                yield self._record(said, said["level"], said["message"])
            case "step_ended" if said["status"] == "failed" and said["attempt"]:
                yield self._record(said, "error", said["error"])

    def _record(self, said: Mapping[str, Any], level: str, message: str) -> LogRecord:
        about = {"treadle.run.id": self._trace.run_id, "treadle.step": said["step"], "treadle.asset": said.get("asset")}
        return {
            "time_unix_nano": said["at"],
            "observed_time_unix_nano": said["at"],
            "trace_id": bytes.fromhex(self._trace.trace_id),
            "span_id": bytes.fromhex(self._trace.attempt(said["step"], said["attempt"])),
            "flags": int(self._trace.is_sampled),
            "severity_number": _SEVERITIES[level],
            "severity_text": level.upper(),
            "body": value(message),
            "attributes": attributes(about),
        }
