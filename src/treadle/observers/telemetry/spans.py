"""Makes spans of what happened in a run, each when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.trace.v1 import trace_pb2 as otlp

from treadle.observers.telemetry.identity import Trace
from treadle.observers.telemetry.values import Attributes, attributes

__all__ = ["SpanMaker"]

Span = dict[str, Any]
"""The fields of OTLP's `Span`: as long as nobody has to send it, a dictionary is quicker."""

_MOST_EVENTS = 128
_FAILED = ("failed", "cancelled", "interrupted")


@dataclass(slots=True, kw_only=True)
class _Open:
    """A span that isn't over; `events` are those that it will have."""

    started: int
    events: list[dict[str, Any]] = field(default_factory=list)


class SpanMaker:
    """Is told what happens in a run, and gives the spans that are over with it."""

    def __init__(self, run: Mapping[str, Any], trace: Trace) -> None:
        self._run = run
        self._trace = trace
        self._trace_id = bytes.fromhex(trace.trace_id)
        self._started: int | None = run["started"] if trace.life == 0 else None
        self._steps: dict[str, int] = {}
        self._attempts: dict[tuple[str, int], _Open] = {}
        self._known: dict[str, Attributes] = {}
        for each in run["attempts"]:
            self._steps.setdefault(each["step"], each["started"])
            if not each["is_over"]:
                self._attempts[each["step"], each["attempt"]] = _Open(started=each["started"])

    def spans(self, said: Mapping[str, Any]) -> Iterator[Span]:
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

    def _interrupted(self, said: Mapping[str, Any]) -> Iterator[Span]:
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
        opened.events.append({"name": said["kind"], "time_unix_nano": said["at"], "attributes": attributes(about)})

    def _phase(self, said: Mapping[str, Any]) -> Span:
        parent = said["parent"] or self._trace.attempt(said["step"], said["attempt"])
        about = attributes({"treadle.step": said["step"], **said["attributes"]})
        status = "failed" if said["error"] else "succeeded"
        return self._span(
            said["name"], said["id"], parent, said["started"], said["ended"], about, status, said["error"]
        )

    def _step_ended(self, said: Mapping[str, Any]) -> Iterator[Span]:
        step = said["step"]
        if said["attempt"] and (step, said["attempt"]) in self._attempts:
            yield self._attempt(said)
        if said["is_last"]:
            ended = attributes({"treadle.attempts": said["attempt"], "treadle.status": said["status"]})
            about = [*self._about_step(step), *ended]
            started = self._steps.get(step, said["at"])
            yield self._span(
                step, self._trace.step(step), self._trace.run, started, said["at"], about, said["status"], said["error"]
            )

    def _attempt(self, said: Mapping[str, Any]) -> Span:
        step, attempt = said["step"], said["attempt"]
        opened = self._attempts.pop((step, attempt))
        measured = ("exit_code", "peak_memory", "cpu_seconds", "peak_gpu_memory")
        about = {
            "treadle.attempt": attempt,
            "treadle.status": said["status"],
            **{f"treadle.{name}": said.get(name) for name in measured},
        }
        return self._span(
            f"attempt {attempt}",
            self._trace.attempt(step, attempt),
            self._trace.step(step),
            opened.started,
            said["at"],
            [*self._about_step(step), *attributes(about)],
            said["status"],
            said["error"],
            events=opened.events,
        )

    def _ended(self, said: Mapping[str, Any]) -> Span:
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
        started = self._started or said["at"]
        return self._span(
            "run",
            self._trace.run,
            self._trace.parent,
            started,
            said["at"],
            attributes(about),
            said["status"],
            said["error"],
            is_remote=True,
        )

    def _about_step(self, step: str) -> Attributes:
        """What all spans of a step say."""
        if step in self._known:
            return self._known[step]
        known = self._run["steps"].get(step, {})
        about = {
            "treadle.run.id": self._trace.run_id,
            "treadle.step": step,
            "treadle.component": known.get("component"),
            "treadle.assets": known.get("assets"),
            "treadle.checks": known.get("checks"),
            "treadle.partition": known.get("partition"),
        }
        found = self._known[step] = attributes({name: each for name, each in about.items() if each})
        return found

    def _span(
        self,
        name: str,
        span: str,
        parent: str | None,
        start: int,
        end: int,
        about: Attributes,
        status: str,
        error: str,
        *,
        events: Sequence[dict[str, Any]] = (),
        is_remote: bool = False,
    ) -> Span:
        flags = int(self._trace.is_sampled) | otlp.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK
        if parent and is_remote:
            flags |= otlp.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK
        failed = {"code": otlp.Status.STATUS_CODE_ERROR, "message": error or status} if status in _FAILED else None
        return {
            "name": name,
            "trace_id": self._trace_id,
            "span_id": bytes.fromhex(span),
            "parent_span_id": bytes.fromhex(parent or ""),
            "flags": flags,
            "kind": otlp.Span.SPAN_KIND_INTERNAL,
            "start_time_unix_nano": start,
            "end_time_unix_nano": max(start, end),
            "attributes": about,
            "events": events,
            "status": failed,
        }
