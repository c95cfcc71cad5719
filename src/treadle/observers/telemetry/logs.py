"""Makes log records of what steps say, and of how they fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import NonRecordingSpan, set_span_in_context

from treadle.observers.telemetry.identity import Trace
from treadle.observers.telemetry.spans import context_of

__all__ = ["LogMaker"]

_SEVERITIES = {
    "debug": SeverityNumber.DEBUG,
    "info": SeverityNumber.INFO,
    "warning": SeverityNumber.WARN,
    "error": SeverityNumber.ERROR,
}


class LogMaker:
    """Is told what happens in a run, and gives log records that name the span that they belong to."""

    def __init__(self, trace: Trace, resource: Resource, scope: InstrumentationScope) -> None:
        self._trace = trace
        self._resource = resource
        self._scope = scope

    def records(self, said: Mapping[str, Any]) -> Iterator[ReadableLogRecord]:
        """The log records of an event."""
        match said["kind"]:
            case "logged":
                yield self._record(said, said["level"], said["message"])
            case "step_ended" if said["status"] == "failed" and said["attempt"]:
                yield self._record(said, "error", said["error"])

    def _record(self, said: Mapping[str, Any], level: str, message: str) -> ReadableLogRecord:
        span = context_of(self._trace, self._trace.attempt(said["step"], said["attempt"]))
        about = {"treadle.run.id": self._trace.run_id, "treadle.step": said["step"], "treadle.asset": said.get("asset")}
        return ReadableLogRecord(
            log_record=LogRecord(
                timestamp=said["at"],
                observed_timestamp=said["at"],
                context=set_span_in_context(NonRecordingSpan(span)),
                severity_number=_SEVERITIES[level],
                severity_text=level.upper(),
                body=message,
                attributes={name: value for name, value in about.items() if value},
            ),
            resource=self._resource,
            instrumentation_scope=self._scope,
        )
