"""What is sent of a run: for each signal, the records that events give, and the messages that these go in.

The messages are those of OTLP, https://opentelemetry.io/docs/specs/otlp/, written with the classes that OpenTelemetry
publishes for them. Its SDK would make the same ones, but loading it and passing through it takes more processor time
than all that is done here, and a run of a thousand steps feels that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from treadle import __version__
from treadle.observers.telemetry.identity import Trace
from treadle.observers.telemetry.posting import Collector, pairs
from treadle.observers.telemetry.values import attributes

__all__ = ["Record", "Signal", "signals_of"]

Record = dict[str, Any]
"""The fields of a span, a log record or a metric, as OTLP names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One of traces, logs and metrics.

    `records` are those that an event gives, `message` is one with records in it, and `rejected` says of a collector's
    answer how many of these it didn't take, and why.
    """

    collector: Collector
    records: Callable[[Mapping[str, Any]], Iterable[Record]]
    message: Callable[[Sequence[Record]], Message]
    rejected: Callable[[bytes], tuple[int, str]]


def signals_of(run: Mapping[str, Any], environment: Mapping[str, str]) -> list[Signal]:
    """The signals that are sent of a run, of which the first line of the pipe tells."""
    origin = _Origin(
        run=run,
        environment=environment,
        trace=Trace(is_sampled=run["is_sampled"], **run["trace"]),
        resource=_resource(run["trace"]["run_id"], environment),
        scope=InstrumentationScope(name="treadle", version=__version__),
    )
    ways = {"traces": _traces, "logs": _logs, "metrics": _metrics}
    return [way(origin, Collector(name, environment)) for name, way in ways.items() if name in run["signals"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Whose records are sent, and what they say of that."""

    run: Mapping[str, Any]
    environment: Mapping[str, str]
    trace: Trace
    resource: Resource
    scope: InstrumentationScope


def _traces(origin: _Origin, collector: Collector) -> Signal:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
        ExportTraceServiceRequest,
        ExportTraceServiceResponse,
    )
    from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans

    from treadle.observers.telemetry.spans import SpanMaker

    def message(spans: Any) -> ExportTraceServiceRequest:
        scoped = ScopeSpans(scope=origin.scope, spans=spans)
        return ExportTraceServiceRequest(resource_spans=[ResourceSpans(resource=origin.resource, scope_spans=[scoped])])

    def rejected(answer: bytes) -> tuple[int, str]:
        part = ExportTraceServiceResponse.FromString(answer).partial_success
        return part.rejected_spans, part.error_message

    return Signal(
        collector=collector, records=SpanMaker(origin.run, origin.trace).spans, message=message, rejected=rejected
    )


def _logs(origin: _Origin, collector: Collector) -> Signal:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
        ExportLogsServiceRequest,
        ExportLogsServiceResponse,
    )
    from opentelemetry.proto.logs.v1.logs_pb2 import ResourceLogs, ScopeLogs

    from treadle.observers.telemetry.logs import LogMaker

    def message(records: Any) -> ExportLogsServiceRequest:
        scoped = ScopeLogs(scope=origin.scope, log_records=records)
        return ExportLogsServiceRequest(resource_logs=[ResourceLogs(resource=origin.resource, scope_logs=[scoped])])

    def rejected(answer: bytes) -> tuple[int, str]:
        part = ExportLogsServiceResponse.FromString(answer).partial_success
        return part.rejected_log_records, part.error_message

    return Signal(collector=collector, records=LogMaker(origin.trace).records, message=message, rejected=rejected)


def _metrics(origin: _Origin, collector: Collector) -> Signal:
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
        ExportMetricsServiceRequest,
        ExportMetricsServiceResponse,
    )
    from opentelemetry.proto.metrics.v1.metrics_pb2 import ResourceMetrics, ScopeMetrics

    from treadle.observers.telemetry.measures import Measures

    def message(metrics: Any) -> ExportMetricsServiceRequest:
        scoped = ScopeMetrics(scope=origin.scope, metrics=metrics)
        return ExportMetricsServiceRequest(
            resource_metrics=[ResourceMetrics(resource=origin.resource, scope_metrics=[scoped])]
        )

    def rejected(answer: bytes) -> tuple[int, str]:
        part = ExportMetricsServiceResponse.FromString(answer).partial_success
        return part.rejected_data_points, part.error_message

    return Signal(
        collector=collector,
        records=Measures(origin.run, origin.environment).metrics,
        message=message,
        rejected=rejected,
    )


def _resource(run_id: str, environment: Mapping[str, str]) -> Resource:
    """Who it is that sends."""
    given = pairs(environment.get("OTEL_RESOURCE_ATTRIBUTES", ""))
    if service := environment.get("OTEL_SERVICE_NAME", "").strip():
        given["service.name"] = service
    own = {
        "telemetry.sdk.language": "python",
        "telemetry.sdk.name": "treadle",
        "telemetry.sdk.version": __version__,
        "service.instance.id": run_id,
        "treadle.version": __version__,
    }
    about: Any = attributes({**own, **given})
    return Resource(attributes=about)
