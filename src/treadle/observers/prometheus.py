"""What Prometheus may ask of a project: counted in the store when it asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from socket import socket
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from treadle import __version__
from treadle.ir import AssetKey
from treadle.store.figures import BUCKETS, Figures

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["ProjectMetrics", "as_text", "serve"]

Overdue = Callable[[], Mapping[AssetKey, datetime]]
"""Gives the assets that are overdue, and since when they are."""

_PREFIX = "treadle_"


class ProjectMetrics(Collector):
    """The metrics of one project.

    Everything is a state that the store has, which pruning may lower: nothing is a counter.
    """

    def __init__(self, store: Store, *, project: str, name: str, overdue: Overdue) -> None:
        self._store = store
        self._project = project
        self._name = name
        self._overdue = overdue

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: what is there is known when it is asked for."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily | HistogramMetricFamily | InfoMetricFamily]:
        """Count."""
        began = time.monotonic()
        found = self._store.figures(self._project)
        yield InfoMetricFamily(
            "treadle", "The version of Treadle, and the project.", {"version": __version__, "project": self._name}
        )
        yield from _of_runs(found)
        yield from _of_automations(found)
        yield from self._of_assets()
        pools = _gauge("pool_steps", "Steps that hold a place in a pool, or wait for one.", ["pool", "state"])
        for (pool, is_held), number in found.pools.items():
            pools.add_metric([pool, "held" if is_held else "waiting"], number)
        yield pools
        told = _gauge("deliveries", "What hooks, and catalogues of lineage, have to tell.", ["to", "status"])
        for (hook, status), number in found.deliveries.items():
            told.add_metric([hook.removeprefix("@"), status], number)
        yield told
        yield _single("scrape_seconds", "How long it took to count this.", time.monotonic() - began)

    def _of_assets(self) -> Iterator[GaugeMetricFamily]:
        now = datetime.now(UTC)
        overdue = self._overdue()
        late = _gauge("asset_overdue_seconds", "For how long assets are overdue.", ["asset"])
        for key, since in sorted(overdue.items()):
            late.add_metric([str(key)], max(0.0, (now - since).total_seconds()))
        yield late
        yield _single("assets_overdue", "Assets that are overdue.", len(overdue))
        written = _gauge("asset_materialized_timestamp_seconds", "When assets were last materialized.", ["asset"])
        for key, each in sorted(self._store.latest_materializations().items()):
            written.add_metric([str(key)], each.created_at.timestamp())
        yield written


def as_text(collector: Collector) -> bytes:
    """The metrics as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    return bytes(generate_latest(registry))


def serve(collector: Collector, listening: socket) -> None:
    """Answer whoever asks a listening socket, until the process is ended."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from prometheus_client import make_wsgi_app
    from prometheus_client.exposition import ThreadingWSGIServer

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)

    class Server(ThreadingWSGIServer):
        def server_bind(self) -> None:
            self.socket.close()
            self.socket = listening
            self.server_address = listening.getsockname()
            self.server_name, self.server_port = listening.getsockname()[:2]
            self.setup_environ()

        def server_activate(self) -> None:
            """It listens already."""

    make_server("", 0, make_wsgi_app(registry), Server, Quiet).serve_forever()


def _of_runs(found: Figures) -> Iterator[GaugeMetricFamily | HistogramMetricFamily]:
    for name, about, counted in (
        ("runs", "Runs by status.", found.runs),
        ("steps", "Steps of runs by status.", found.steps),
        ("backfills", "Backfills by status.", found.backfills),
    ):
        family = _gauge(name, about, ["status"])
        for status, number in sorted(counted.items()):
            family.add_metric([status], number)
        yield family
    yield _single("queue_length", "Runs that wait for a process.", found.runs.get("queued", 0))
    waited = 0.0 if found.oldest_queued is None else (datetime.now(UTC) - found.oldest_queued).total_seconds()
    yield _single("queue_oldest_seconds", "How long the run that waits longest does.", max(0.0, waited))
    took = HistogramMetricFamily("treadle_attempt_seconds", "How long attempts at steps took.", labels=["status"])
    for status, each in sorted(found.attempts.items()):
        buckets = [(str(most), float(number)) for most, number in zip(BUCKETS, each.buckets, strict=True)]
        took.add_metric([status], [*buckets, ("+Inf", float(each.count))], each.seconds)
    yield took
    checks = _gauge("checks", "Checks by how their last result was.", ["outcome"])
    for passed, number in found.checks.items():
        checks.add_metric(["passed" if passed else "failed"], number)
    yield checks


def _of_automations(found: Figures) -> Iterator[GaugeMetricFamily]:
    ticks = _gauge("ticks", "Looks at whether runs are due.", ["kind", "name", "status"])
    for words, number in sorted(found.ticks.items()):
        ticks.add_metric(list(words), number)
    yield ticks
    last = _gauge("last_tick_timestamp_seconds", "When it was last looked at whether runs are due.", ["kind", "name"])
    for words_of_last, at in sorted(found.last_ticks.items()):
        last.add_metric(list(words_of_last), at.timestamp())
    yield last


def _gauge(name: str, about: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}{name}", about, labels=labels)


def _single(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}{name}", about, value=value)
