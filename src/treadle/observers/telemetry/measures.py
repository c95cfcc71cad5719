"""Makes metrics of what happened in a run."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_CUMULATIVE,
    AGGREGATION_TEMPORALITY_DELTA,
    AggregationTemporality,
)

from treadle.observers.telemetry.values import attributes

__all__ = ["Measures"]

_SECONDS = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0]
_MOST_STEPS = 200  # each name is a time series for whoever keeps them: of larger runs, components are told
_BYTES = [float(1 << power) for power in range(24, 39, 2)]
_DELTA = ("delta", "lowmemory")

Metric = dict[str, Any]
"""The fields of OTLP's `Metric`."""

Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Period:
    """When what is measured began and ended, and how that is told: everything is measured in one run."""

    temporality: AggregationTemporality.ValueType
    start: int = 0
    end: int = 0

    def point(self, labels: Labels) -> dict[str, Any]:
        return {
            "attributes": attributes(labels),
            "start_time_unix_nano": self.start,
            "time_unix_nano": self.end,
        }


@dataclass(slots=True)
class _Counter:
    """How often something happened."""

    name: str
    unit: str
    description: str
    counted: dict[Labels, int] = field(default_factory=dict)

    def add(self, labels: Labels) -> None:
        self.counted[labels] = self.counted.get(labels, 0) + 1

    def metric(self, period: _Period) -> Metric:
        points = [{**period.point(labels), "as_int": number} for labels, number in self.counted.items()]
        about = {"data_points": points, "aggregation_temporality": period.temporality, "is_monotonic": True}
        return {"name": self.name, "unit": self.unit, "description": self.description, "sum": about}


@dataclass(slots=True)
class _Distribution:
    """How large something was; `bounds` are the upper ones of all buckets but the last."""

    name: str
    unit: str
    description: str
    bounds: Sequence[float]
    counted: dict[Labels, list[float]] = field(default_factory=dict)

    def record(self, value: float, labels: Labels) -> None:
        self.counted.setdefault(labels, []).append(value)

    def metric(self, period: _Period) -> Metric:
        points = [{**period.point(labels), **self._distributed(values)} for labels, values in self.counted.items()]
        about = {"data_points": points, "aggregation_temporality": period.temporality}
        return {"name": self.name, "unit": self.unit, "description": self.description, "histogram": about}

    def _distributed(self, values: Sequence[float]) -> dict[str, Any]:
        buckets = [0] * (len(self.bounds) + 1)
        for value in values:
            buckets[bisect_left(self.bounds, value)] += 1
        return {
            "count": len(values),
            "sum": math.fsum(values),
            "min": min(values),
            "max": max(values),
            "explicit_bounds": self.bounds,
            "bucket_counts": buckets,
        }


class Measures:
    """Is told what happens in a run, and gives the metrics when nothing happens any more."""

    def __init__(self, run: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        preference = environment.get("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "").strip().lower()
        is_delta = preference in _DELTA
        self._run = run
        self._period = _Period(AGGREGATION_TEMPORALITY_DELTA if is_delta else AGGREGATION_TEMPORALITY_CUMULATIVE)
        self._runs = _Counter("treadle.runs", "{run}", "Runs that are over.")
        self._steps = _Counter("treadle.steps", "{step}", "Steps that are over.")
        self._run_duration = _Distribution("treadle.run.duration", "s", "How long runs take.", _SECONDS)
        self._run_queue = _Distribution("treadle.run.queue_time", "s", "How long runs wait until they begin.", _SECONDS)
        self._duration = _Distribution("treadle.step.duration", "s", "How long attempts at steps take.", _SECONDS)
        self._queue = _Distribution(
            "treadle.step.queue_time", "s", "How long steps wait for a place when all before them is done.", _SECONDS
        )
        self._cpu = _Distribution("treadle.step.cpu_time", "s", "Processor time of attempts at steps.", _SECONDS)
        self._memory = _Distribution(
            "treadle.step.peak_memory", "By", "The most memory that attempts at steps had.", _BYTES
        )
        self._gpu_memory = _Distribution(
            "treadle.step.peak_gpu_memory",
            "By",
            "The most memory that was in use on the GPUs of attempts at steps.",
            _BYTES,
        )
        self._names_steps = len(run["steps"]) <= _MOST_STEPS
        self._began = 0
        self._over: dict[str, int] = {}

    def metrics(self, said: Mapping[str, Any]) -> Iterator[Metric]:
        """Count and measure what an event says; the metrics, when it is the last."""
        self._period.start = self._period.start or said["at"]
        self._period.end = max(self._period.end, said["at"])
        if said["kind"] != "closed":
            self._hear(said)
            return
        everything = (
            self._runs,
            self._steps,
            self._run_duration,
            self._run_queue,
            self._duration,
            self._queue,
            self._cpu,
            self._memory,
            self._gpu_memory,
        )
        yield from (each.metric(self._period) for each in everything if each.counted)

    def _hear(self, said: Mapping[str, Any]) -> None:
        match said["kind"]:
            case "started":
                self._began = said["at"]
                if not said["is_resumed"]:
                    self._run_queue.record(_seconds(self._run["queued"], said["at"]), self._of_run())
            case "step_started" if said["attempt"] == 1:
                after = self._run["steps"].get(said["step"], {}).get("after", ())
                ready = max([self._began, *(self._over[each] for each in after if each in self._over)])
                self._queue.record(_seconds(ready, said["at"]), self._of_step(said))
            case "step_ended":
                self._step_ended(said)
            case "ended":
                outcome = (*self._of_run(), ("treadle.status", said["status"]))
                self._runs.add(outcome)
                self._run_duration.record(_seconds(self._began or said["at"], said["at"]), outcome)

    def _step_ended(self, said: Mapping[str, Any]) -> None:
        outcome = (*self._of_step(said), ("treadle.status", said["status"]))
        if said["attempt"]:
            self._duration.record(said["seconds"], outcome)
            if said["cpu_seconds"] is not None:
                self._cpu.record(said["cpu_seconds"], outcome)
            if said["peak_memory"] is not None:
                self._memory.record(said["peak_memory"], outcome)
            if said["peak_gpu_memory"] is not None:
                self._gpu_memory.record(said["peak_gpu_memory"], outcome)
        if said["is_last"]:
            self._over[said["step"]] = said["at"]
            self._steps.add(outcome)

    def _of_run(self) -> Labels:
        # Who launched it, without the name of a schedule or the number of a backfill.
        return (("treadle.launched_by", str(self._run["launched_by"]).partition(" ")[0]),)

    def _of_step(self, said: Mapping[str, Any]) -> Labels:
        step = str(said["step"])
        component = ("treadle.component", str(self._run["steps"].get(step, {}).get("component", "")))
        return (("treadle.step", step), component) if self._names_steps else (component,)


def _seconds(start: int, end: int) -> float:
    return max(0, end - start) / 1e9
