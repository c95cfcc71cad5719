"""A collector of OpenTelemetry in a process of its own: it notes in a file what it is sent."""

from __future__ import annotations

import gzip
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.unit.observers.receivers import Certificate

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
def collecting(
    folder: Path,
    *,
    answers: Sequence[int] = (200,),
    seconds: float = 0.0,
    rejected: int = 0,
    certificate: Certificate | None = None,
) -> Iterator[Collector]:
    """A collector on this machine.

    It gives these answers, and the last one again and again, each after so many seconds. Of each request that it
    takes, it says that so many records are `rejected`. With a `certificate`, it talks only to who has the same one.
    """
    notes = folder / "collected.jsonl"
    notes.touch()
    files = [str(certificate.file), str(certificate.key)] if certificate else None
    behaviour = json.dumps({"answers": answers, "seconds": seconds, "rejected": rejected, "files": files})
    command = [sys.executable, __file__, str(notes), behaviour]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            scheme = "https" if certificate else "http"
            yield Collector(url=f"{scheme}://localhost:{process.stdout.readline().strip()}", notes=notes)
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
                about = getattr(metric, metric.WhichOneof("data"))
                for point in about.data_points:
                    is_count = metric.WhichOneof("data") == "sum"
                    yield {
                        "kind": "metric",
                        "name": metric.name,
                        "unit": metric.unit,
                        "count": (point.as_int or point.as_double) if is_count else point.count,
                        "sum": None if is_count else point.sum,
                        "buckets": [] if is_count else list(point.bucket_counts),
                        "bounds": [] if is_count else list(point.explicit_bounds),
                        "extremes": None if is_count else (point.min, point.max),
                        "start": point.start_time_unix_nano,
                        "end": point.time_unix_nano,
                        "temporality": about.aggregation_temporality,
                        "attributes": _attributes(point.attributes),
                    }


def _rejecting(path: str, number: int) -> bytes:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    response, field = {
        "/v1/traces": (ExportTraceServiceResponse(), "rejected_spans"),
        "/v1/logs": (ExportLogsServiceResponse(), "rejected_log_records"),
        "/v1/metrics": (ExportMetricsServiceResponse(), "rejected_data_points"),
    }[path]
    if number:
        setattr(response.partial_success, field, number)
        response.partial_success.error_message = "the quota is used up"
    return response.SerializeToString()


def _serve(notes: Path, *, answers: list[int], seconds: float, rejected: int, files: list[str] | None) -> None:
    readers = {"/v1/traces": _spans, "/v1/logs": _logs, "/v1/metrics": _metrics}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(seconds)
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            path = self.path.removeprefix("/own")
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = [{"kind": "request", "path": self.path, "headers": headers, "answer": answer}]
            said = b""
            if answer == 200:
                if headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                found += readers[path](body)
                said = _rejecting(path, rejected)
            with notes.open("a", encoding="utf-8") as file:
                file.write("".join(json.dumps(each) + "\n" for each in found))
            self.send_response(answer)
            if answer == 307:
                self.send_header("Location", self.path)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=files[0])
        context.load_cert_chain(*files)
        context.verify_mode = ssl.CERT_REQUIRED
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), **json.loads(sys.argv[2]))
