from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.conftest import CommandLine, MakeProject
from treadle import __version__

SHOP = """
from datetime import timedelta
from treadle import FreshnessPolicy, StepFailed, asset, check, schedule


@asset(freshness=FreshnessPolicy(fail_window=timedelta(seconds=0.001)))
def orders(): ...


@check(asset=orders)
def has_rows():
    return False


@asset
def broken():
    raise StepFailed("no more paper")


@schedule(cron="0 6 * * *", selection="*")
def mornings(): ...
"""

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Samples:
    """The samples of an answer, as the parser of Prometheus's own library understands it."""
    from prometheus_client.parser import text_string_to_metric_families

    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((f"treadle_{name}", tuple(sorted(labels.items()))))


def test_metrics_are_what_the_store_has(make_project: MakeProject) -> None:
    """
    Runs, steps, attempts, checks and assets are counted; Prometheus's own parser reads what is printed.
    """
    treadle = make_project({"shop.py": SHOP})
    assert 3 == treadle("run").code
    assert 3 == treadle("run", "orders").code
    answer = treadle("metrics")
    assert (0, "") == (answer.code, answer.err)
    found = read(answer.out)
    assert 2 == value(found, "runs", status="failed")
    assert 0 == value(found, "queue_length")
    assert 1 == value(found, "steps", status="failed")
    assert 1 == value(found, "attempt_seconds_count", status="failed")
    assert value(found, "attempt_seconds_bucket", status="failed", le="+Inf") == 1
    assert 1 == value(found, "checks", outcome="failed")
    assert value(found, "asset_materialized_timestamp_seconds", asset="orders")
    assert 1 == value(found, "info", version=__version__, project="p")
    assert 1 == value(found, "assets_overdue")
    overdue = value(found, "asset_overdue_seconds", asset="orders")
    assert overdue is not None
    assert 0 <= overdue < 600


@contextmanager
def scheduler(treadle: CommandLine, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A scheduler that serves metrics, and where it does."""
    command = [sys.executable, "-m", "treadle", "scheduler", "--metrics-port", str(port)]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=treadle.folder, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if line.startswith("metrics: "))
            yield process, line.removeprefix("metrics: ").strip()
        finally:
            process.terminate()
            process.wait()


def scraped(url: str, *, seconds: float = 120.0) -> Samples:
    """What is answered, as soon as somebody answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urlopen(url, timeout=5) as answer:
                return read(answer.read().decode())
        except (URLError, ConnectionError):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_scheduler_serves_metrics_while_it_lives(make_project: MakeProject) -> None:
    """
    `treadle scheduler --metrics-port` answers Prometheus on this machine, and nobody does when it has ended.
    """
    treadle = make_project({"shop.py": SHOP})
    treadle("run", "broken")
    with scheduler(treadle, 0) as (_, url):
        assert url.startswith("http://127.0.0.1:")
        assert 1 == value(scraped(url), "runs", status="failed")
        treadle("run", "broken")
        assert 2 == value(scraped(url), "runs", status="failed")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0])))


def test_metrics_are_served_again_when_the_project_changes(make_project: MakeProject) -> None:
    """
    A scheduler that loads the project again serves metrics at the same port, of the project as it is now.
    """
    treadle = make_project({"shop.py": SHOP})
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with scheduler(treadle, port) as (process, url):
        assert value(scraped(url), "queue_length") == 0
        (treadle.folder / "src/p/defs/more.py").write_text("from treadle import asset\n\n\n@asset\ndef more(): ...\n")
        assert process.stdout is not None
        assert next(line for line in process.stdout if "loaded again" in line)
        assert value(scraped(url), "queue_length") == 0


def test_a_port_that_is_taken_is_said(make_project: MakeProject) -> None:
    """
    A scheduler that can't serve metrics where it should doesn't start.
    """
    treadle = make_project({"shop.py": SHOP})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = treadle("scheduler", "--metrics-port", str(port))
    assert 2 == answer.code
    assert f"metrics can't be served at 127.0.0.1:{port}: Address already in use" in answer.err


def test_without_the_extra_the_line_to_type_is_printed(make_project: MakeProject, tmp_path: Path) -> None:
    """
    Metrics need packages that not everybody has.
    """
    missing = "import sys\n\nclass Missing:\n    def find_spec(self, name, path=None, target=None):\n"
    missing += "        if name == 'prometheus_client':\n            raise ModuleNotFoundError(name)\n\n"
    (tmp_path / "sitecustomize.py").write_text(missing + "sys.meta_path.insert(0, Missing())\n", encoding="utf-8")
    answer = make_project({"shop.py": SHOP})("metrics", env={"PYTHONPATH": str(tmp_path)})
    assert 1 == answer.code
    assert "pip install 'treadle[prometheus]'" in answer.err
