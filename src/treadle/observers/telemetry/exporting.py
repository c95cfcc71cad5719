"""What is sent of a run, and the exporters of OpenTelemetry that send it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from treadle.observers.telemetry.asking import Asking
from treadle.observers.telemetry.identity import Trace

__all__ = ["Exports"]


class Exports:
    """The records of a run's events: `records` gives those of each of the `ways`, and `measured` sends the metrics."""

    def __init__(self, run: Mapping[str, Any], version: str) -> None:
        trace = Trace(is_sampled=run["is_sampled"], **run["trace"])
        resource = Resource.create({"service.instance.id": trace.run_id, "treadle.version": version})
        scope = InstrumentationScope("treadle", version)
        self._asked: list[Asking] = []
        self.ways: list[Callable[[Sequence[Any]], bool]] = []
        self.measures = 0
        self.unreadable = 0
        self._makers: list[Callable[[Mapping[str, Any]], Iterable[Any]]] = []
        if "traces" in run["signals"]:
            from treadle.observers.telemetry.spans import SpanMaker

            self._makers.append(SpanMaker(run, trace, resource, scope).spans)
            self.ways.append(_spans(self._asking()))
        if "logs" in run["signals"]:
            from treadle.observers.telemetry.logs import LogMaker

            self._makers.append(LogMaker(trace, resource, scope).records)
            self.ways.append(_logs(self._asking()))
        self._reader: Any = None
        if "metrics" in run["signals"]:
            self._measure(run, resource)

    def records(self, said: Mapping[str, Any]) -> list[list[Any]]:
        """What an event gives for each of the ways."""
        if self._reader is not None:
            self._measures.hear(said)
        return [list(make(said)) for make in self._makers]

    @property
    def reason(self) -> str:
        """Why something wasn't taken."""
        return next((each.reason for each in self._asked if each.reason), "")

    def measured(self) -> bool:
        """Send the metrics; false when the collector doesn't take them."""
        if self._reader is None:
            return True
        self._reader.collect()
        return bool(self._metrics.is_sent)

    def _asking(self) -> Asking:
        self._asked.append(Asking())  # one for each: they keep their headers in it
        return self._asked[-1]

    def _measure(self, run: Mapping[str, Any], resource: Resource) -> None:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import MetricExportResult, PeriodicExportingMetricReader

        from treadle.observers.telemetry.measures import Measures

        class Exporter(OTLPMetricExporter):
            is_sent = False

            def export(self, *args: Any, **given: Any) -> MetricExportResult:
                result = super().export(*args, **given)
                self.is_sent = result is MetricExportResult.SUCCESS
                return result

        self._metrics = Exporter(session=self._asking())
        # Once, at the end: a thread that sends them meanwhile would only send them again.
        self._reader = PeriodicExportingMetricReader(self._metrics, export_interval_millis=math.inf)
        self._measures = Measures(run, MeterProvider(metric_readers=[self._reader], resource=resource))
        self.measures = 1


def _spans(asking: Asking) -> Callable[[Sequence[Any]], bool]:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    exporter = OTLPSpanExporter(session=asking)
    return lambda spans: exporter.export(spans) is SpanExportResult.SUCCESS


def _logs(asking: Asking) -> Callable[[Sequence[Any]], bool]:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs.export import LogRecordExportResult

    exporter = OTLPLogExporter(session=asking)
    return lambda records: exporter.export(records) is LogRecordExportResult.SUCCESS
