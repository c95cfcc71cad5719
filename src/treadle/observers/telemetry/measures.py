"""Makes metrics of what happened in a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.metrics import MeterProvider

__all__ = ["Measures"]

_SECONDS = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0]
_MOST_STEPS = 200  # each name is a time series for whoever keeps them: of larger runs, components are told
_BYTES = [float(1 << power) for power in range(24, 39, 2)]


class Measures:
    """Is told what happens in a run."""

    def __init__(self, run: Mapping[str, Any], provider: MeterProvider) -> None:
        meter = provider.get_meter("treadle")

        def seconds(name: str, description: str) -> Any:
            return meter.create_histogram(
                name, unit="s", description=description, explicit_bucket_boundaries_advisory=_SECONDS
            )

        self._run = run
        self._runs = meter.create_counter("treadle.runs", unit="{run}", description="Runs that are over.")
        self._steps = meter.create_counter("treadle.steps", unit="{step}", description="Steps that are over.")
        self._run_duration = seconds("treadle.run.duration", "How long runs take.")
        self._run_queue = seconds("treadle.run.queue_time", "How long runs wait until they begin.")
        self._duration = seconds("treadle.step.duration", "How long attempts at steps take.")
        self._queue = seconds(
            "treadle.step.queue_time", "How long steps wait for a place when all before them is done."
        )
        self._cpu = seconds("treadle.step.cpu_time", "Processor time of attempts at steps.")
        self._memory = meter.create_histogram(
            "treadle.step.peak_memory",
            unit="By",
            description="The most memory that attempts at steps had.",
            explicit_bucket_boundaries_advisory=_BYTES,
        )
        self._gpu_memory = meter.create_histogram(
            "treadle.step.peak_gpu_memory",
            unit="By",
            description="The most memory that was in use on the GPUs of attempts at steps.",
            explicit_bucket_boundaries_advisory=_BYTES,
        )
        self._names_steps = len(run["steps"]) <= _MOST_STEPS
        self._began = 0
        self._over: dict[str, int] = {}

    def hear(self, said: Mapping[str, Any]) -> None:
        """Count and measure what something that happened says."""
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
                outcome = {**self._of_run(), "treadle.status": said["status"]}
                self._runs.add(1, outcome)
                self._run_duration.record(_seconds(self._began or said["at"], said["at"]), outcome)

    def _step_ended(self, said: Mapping[str, Any]) -> None:
        outcome = {**self._of_step(said), "treadle.status": said["status"]}
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
            self._steps.add(1, outcome)

    def _of_run(self) -> dict[str, str]:
        # Who launched it, without the name of a schedule or the number of a backfill.
        return {"treadle.launched_by": str(self._run["launched_by"]).partition(" ")[0]}

    def _of_step(self, said: Mapping[str, Any]) -> dict[str, str]:
        step = str(said["step"])
        component = {"treadle.component": self._run["steps"].get(step, {}).get("component", "")}
        return {"treadle.step": step, **component} if self._names_steps else component


def _seconds(start: int, end: int) -> float:
    return max(0, end - start) / 1e9
