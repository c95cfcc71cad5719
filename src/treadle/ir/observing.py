"""To whom a project's runs are told besides its hooks: collectors of traces, and catalogues of lineage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

__all__ = ["SIGNALS", "Observed", "Signal", "ToCatalogue", "ToCollector"]

Signal = Literal["traces", "metrics", "logs"]
SIGNALS: tuple[Signal, ...] = get_args(Signal)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCollector:
    """Runs are sent to a collector as OpenTelemetry's traces, metrics and logs.

    `endpoint` and `service` are used where the standard variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`)
    aren't set. `flush` is how many seconds the end of a run may wait for what isn't sent yet.

    >>> sorted(ToCollector(endpoint="http://localhost:4318").signals)
    ['logs', 'metrics', 'traces']
    """

    endpoint: str = ""
    service: str = ""
    signals: frozenset[Signal] = frozenset(SIGNALS)
    flush: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCatalogue:
    """Runs are told as OpenLineage events: to a server (`url` and `path`), into a `file`, or on the standard output.

    `namespace` is that of the jobs, `datasets` that of the assets. At most `most` events wait for a server that is down.
    `sql` lets the SQL of steps be told, in which there may be more than everybody should read.

    >>> ToCatalogue(url="http://localhost:5000").path
    'api/v1/lineage'
    """

    url: str = ""
    path: str = "api/v1/lineage"
    file: Path | None = None
    console: bool = False
    namespace: str = "treadle"
    datasets: str = "treadle"
    sql: bool = False
    most: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Who is told; `mistakes` are what the environment says that can't be done."""

    telemetry: ToCollector | None = None
    lineage: ToCatalogue | None = None
    mistakes: tuple[str, ...] = ()
