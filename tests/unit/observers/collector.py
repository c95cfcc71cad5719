"""A collector of OpenTelemetry in a process of its own: it notes in a file what it is sent."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["Collector", "collecting"]


@dataclass(frozen=True)
class Collector:
    """Where it is, and what it was sent so far."""

    url: str
    notes: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.url}

    def received(self, kind: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.notes.read_text(encoding="utf-8").splitlines()]
        return [each for each in lines if each["kind"] == kind]

    @property
    def spans(self) -> list[dict[str, Any]]:
        return self.received("span")

    def span(self, name: str) -> dict[str, Any]:
        """The only span of this name."""
        [found] = [each for each in self.spans if each["name"] == name]
        return found

    def metrics(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for each in self.received("metric"):
            found.setdefault(each["name"], []).append(each)
        return found


@contextmanager
def collecting(folder: Path, *, answer: int = 200, seconds: float = 0.0) -> Iterator[Collector]:
    """A collector on this machine, which gives this answer after so many seconds."""
    notes = folder / f"collected-{answer}-{seconds:g}.jsonl"
    notes.touch()
    command = [sys.executable, __file__, str(notes), str(answer), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Collector(url=f"http://127.0.0.1:{process.stdout.readline().strip()}", notes=notes)
        finally:
            process.kill()


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, kind) if kind else None


def _attributes(pairs: Any) -> dict[str, Any]:
    return {each.key: _value(each.value) for each in pairs}


def _spans(body: bytes) -> Iterator[dict[str, Any]]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield {
                    "kind": "span",
                    "name": span.name,
                    "trace": span.trace_id.hex(),
                    "id": span.span_id.hex(),
                    "parent": span.parent_span_id.hex(),
                    "start": span.start_time_unix_nano,
                    "end": span.end_time_unix_nano,
                    "status": span.status.code,
                    "message": span.status.message,
                    "attributes": _attributes(span.attributes),
                    "events": [{"name": each.name, **_attributes(each.attributes)} for each in span.events],
                    "resource": _attributes(resource.resource.attributes),
                    "scope": scope.scope.name,
                }


def _logs(body: bytes) -> Iterator[dict[str, Any]]:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    for resource in ExportLogsServiceRequest.FromString(body).resource_logs:
        for scope in resource.scope_logs:
            for record in scope.log_records:
                yield {
                    "kind": "log",
                    "trace": record.trace_id.hex(),
                    "span": record.span_id.hex(),
                    "severity": record.severity_text,
                    "body": _value(record.body),
                    "attributes": _attributes(record.attributes),
                }


def _metrics(body: bytes) -> Iterator[dict[str, Any]]:
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                for point in getattr(metric, metric.WhichOneof("data")).data_points:
                    is_count = metric.WhichOneof("data") == "sum"
                    yield {
                        "kind": "metric",
                        "name": metric.name,
                        "unit": metric.unit,
                        "count": (point.as_int or point.as_double) if is_count else point.count,
                        "sum": None if is_count else point.sum,
                        "attributes": _attributes(point.attributes),
                    }


def _serve(notes: Path, answer: int, seconds: float) -> None:
    readers = {"/v1/traces": _spans, "/v1/logs": _logs, "/v1/metrics": _metrics}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(seconds)
            if answer == 200:
                text = "".join(json.dumps(each) + "\n" for each in readers[self.path](body))
                with notes.open("a", encoding="utf-8") as file:
                    file.write(text)
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
