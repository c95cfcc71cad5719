"""Makes spans of what happened in a run, each when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from treadle.observers.telemetry.identity import Trace

__all__ = ["SpanMaker", "context_of"]

_MOST_EVENTS = 128
_FAILED = ("failed", "cancelled", "interrupted")


def context_of(trace: Trace, span: str, *, is_remote: bool = False) -> SpanContext:
    """How OpenTelemetry writes the ids of a span."""
    return SpanContext(
        trace_id=int(trace.trace_id, 16),
        span_id=int(span, 16),
        is_remote=is_remote,
        trace_flags=TraceFlags(TraceFlags.SAMPLED if trace.is_sampled else TraceFlags.DEFAULT),
    )


@dataclass(slots=True, kw_only=True)
class _Open:
    """A span that isn't over; `events` are those that it will have."""

    started: int
    events: list[Event] = field(default_factory=list)


class SpanMaker:
    """Is told what happens in a run, and gives the spans that are over with it."""

    def __init__(self, run: Mapping[str, Any], trace: Trace, resource: Resource, scope: InstrumentationScope) -> None:
        self._run = run
        self._trace = trace
        self._resource = resource
        self._scope = scope
        self._started: int | None = run["started"] if trace.life == 0 else None
        self._steps: dict[str, int] = {}
        self._attempts: dict[tuple[str, int], _Open] = {}
        for each in run["attempts"]:
            self._steps.setdefault(each["step"], each["started"])
            if not each["is_over"]:
                self._attempts[each["step"], each["attempt"]] = _Open(started=each["started"])

    def spans(self, said: Mapping[str, Any]) -> Iterator[ReadableSpan]:
        """The spans that are over now."""
        match said["kind"]:
            case "started":
                self._started = self._started or said["at"]
            case "interrupted":
                yield from self._interrupted(said)
            case "step_started":
                self._steps.setdefault(said["step"], said["at"])
                self._attempts[said["step"], said["attempt"]] = _Open(started=said["at"])
            case "materialized" | "checked":
                self._reported(said)
            case "phase":
                yield self._phase(said)
            case "step_ended":
                yield from self._step_ended(said)
            case "ended":
                yield self._ended(said)

    def _interrupted(self, said: Mapping[str, Any]) -> Iterator[ReadableSpan]:
        """The attempts of a runner that died; they were over soon after it was seen for the last time."""
        for (step, attempt), opened in list(self._attempts.items()):
            end = max(opened.started, min(self._run["last_seen"] or said["at"], said["at"]))
            ended = {"step": step, "attempt": attempt, "status": "interrupted", "error": said["reason"], "at": end}
            yield self._attempt(ended)

    def _reported(self, said: Mapping[str, Any]) -> None:
        opened = self._attempts.get((said["step"], said["attempt"]))
        if opened is None or len(opened.events) >= _MOST_EVENTS:
            return
        names = ("asset", "partition", "data_version", "check", "passed", "severity", "description")
        about = {f"treadle.{name}": said[name] for name in names if said.get(name) not in (None, "")}
        opened.events.append(Event(said["kind"], attributes=about, timestamp=said["at"]))

    def _phase(self, said: Mapping[str, Any]) -> ReadableSpan:
        parent = said["parent"] or self._trace.attempt(said["step"], said["attempt"])
        attributes = {"treadle.step": said["step"], **_plain(said["attributes"])}
        status = "failed" if said["error"] else "succeeded"
        return self._span(
            said["name"], said["id"], parent, said["started"], said["ended"], attributes, status, said["error"]
        )

    def _step_ended(self, said: Mapping[str, Any]) -> Iterator[ReadableSpan]:
        step = said["step"]
        if said["attempt"] and (step, said["attempt"]) in self._attempts:
            yield self._attempt(said)
        if said["is_last"]:
            about = {**self._about_step(step), "treadle.attempts": said["attempt"], "treadle.status": said["status"]}
            started = self._steps.get(step, said["at"])
            yield self._span(
                step, self._trace.step(step), self._trace.run, started, said["at"], about, said["status"], said["error"]
            )

    def _attempt(self, said: Mapping[str, Any]) -> ReadableSpan:
        step, attempt = said["step"], said["attempt"]
        opened = self._attempts.pop((step, attempt))
        measured = ("exit_code", "peak_memory", "cpu_seconds", "peak_gpu_memory")
        attributes = {
            **self._about_step(step),
            "treadle.attempt": attempt,
            "treadle.status": said["status"],
            **{f"treadle.{name}": said[name] for name in measured if said.get(name) is not None},
        }
        return self._span(
            f"attempt {attempt}",
            self._trace.attempt(step, attempt),
            self._trace.step(step),
            opened.started,
            said["at"],
            attributes,
            said["status"],
            said["error"],
            events=opened.events,
        )

    def _ended(self, said: Mapping[str, Any]) -> ReadableSpan:
        run = self._run
        about = {
            "treadle.run.id": self._trace.run_id,
            "treadle.selection": run["selection"],
            "treadle.partition": run["partition"],
            "treadle.launched_by": run["launched_by"],
            "treadle.rerun_of": run["rerun_of"],
            "treadle.status": said["status"],
            "treadle.steps": len(run["steps"]),
            **{f"treadle.tag.{name}": value for name, value in run["tags"].items()},
        }
        attributes = {name: value for name, value in about.items() if value is not None}
        started = self._started or said["at"]
        return self._span(
            "run",
            self._trace.run,
            self._trace.parent,
            started,
            said["at"],
            attributes,
            said["status"],
            said["error"],
            is_remote=True,
        )

    def _about_step(self, step: str) -> dict[str, Any]:
        known = self._run["steps"].get(step, {})
        about = {
            "treadle.run.id": self._trace.run_id,
            "treadle.step": step,
            "treadle.component": known.get("component"),
            "treadle.assets": known.get("assets"),
            "treadle.checks": known.get("checks"),
            "treadle.partition": known.get("partition"),
        }
        return {name: value for name, value in about.items() if value}

    def _span(
        self,
        name: str,
        span: str,
        parent: str | None,
        start: int,
        end: int,
        attributes: Mapping[str, Any],
        status: str,
        error: str,
        *,
        events: list[Event] | None = None,
        is_remote: bool = False,
    ) -> ReadableSpan:
        failed = Status(StatusCode.ERROR, error or status) if status in _FAILED else Status(StatusCode.UNSET)
        return ReadableSpan(
            name=name,
            context=context_of(self._trace, span),
            parent=None if parent is None else context_of(self._trace, parent, is_remote=is_remote),
            resource=self._resource,
            attributes=attributes,
            events=events or (),
            kind=SpanKind.INTERNAL,
            status=failed,
            start_time=start,
            end_time=max(start, end),
            instrumentation_scope=self._scope,
        )


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What an attribute of a span may be; anything else as text."""
    return {
        name: value if isinstance(value, (str, bool, int, float)) else str(value)
        for name, value in attributes.items()
        if value is not None
    }
