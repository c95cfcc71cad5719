"""What a store answers that holds a million events: 10,000 runs of 100 events, which made 1,000 assets.

The tables are filled directly, as the store would have filled them. Each answer is taken in this process, through the
store's own methods; `--postgres` asks a PostgreSQL too.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from measure import ROOT, Row, Sample, report, scratch
from sqlalchemy import Connection, Table, create_engine, func, insert, select, text

from treadle.ir import Asset, AssetGraph, AssetKey, Definitions, Step, link
from treadle.runner.staleness import standings
from treadle.store import RunStatus, Store, open_store
from treadle.store.ids import ALPHABET
from treadle.store.tables import (
    attempts,
    check_results,
    events,
    latest_check_results,
    latest_materializations,
    materializations,
    runs,
    steps,
)

PROJECT = "/srv/mill"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(minutes=5)
STEPS = 10  # of a run; each makes an asset and checks it, and has 9 or 10 events
MOST = 50  # milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much the store holds."""

    runs: int
    events: int
    assets: int


def named(number: int) -> str:
    """A name of a run, as its number and time sort."""
    letters = []
    for _ in range(10):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(reversed(letters))


def asset_of(size: Size, run: int, step: int) -> str:
    return f"area{step}/a{(run * STEPS + step) % size.assets}"


def rows_of(size: Size, number: int) -> Iterator[tuple[Table, dict[str, Any]]]:
    """All rows of one run."""
    run_id, at = named(number), BEGIN + number * BETWEEN
    yield (
        runs,
        {
            "id": run_id,
            "status": "failed" if number % 50 == 7 else "succeeded",
            "project": PROJECT,
            "selection": "*",
            "partition_keys": [],
            "tags": {"team": "growth"},
            "config": {},
            "priority": 0,
            "launched_by": f"schedule s{number % 20}",
            "created_at": at,
            "started_at": at,
            "ended_at": at + BETWEEN,
            "heartbeat_at": at,
            "error": "",
        },
    )
    log = _Log(run_id=run_id, at=at)
    yield log.row("run_queued", data={"launched_by": "schedule"})
    yield log.row("run_started")
    for step in range(STEPS):
        yield from _step_rows(size, number, step, log)
    while log.position < size.events // size.runs - 1:
        yield log.row("logged", step="load:s0", data={"level": "warning", "message": "the loom is slow today"})
    yield log.row("run_ended", data={"status": "succeeded", "error": ""})


@dataclass(slots=True)
class _Log:
    """Numbers the events of a run."""

    run_id: str
    at: datetime
    position: int = 0

    def row(self, kind: str, **given: object) -> tuple[Table, dict[str, Any]]:
        row = {"run_id": self.run_id, "position": self.position, "kind": kind, "step": None, "attempt": None}
        self.position += 1
        return events, {**row, "asset": None, "data": {}, "created_at": self.at, **given}


def _step_rows(size: Size, number: int, step: int, log: _Log) -> Iterator[tuple[Table, dict[str, Any]]]:
    name, asset = f"area{step}:s{step}", asset_of(size, number, step)
    this = {"step": name, "attempt": 1}
    shared = {"run_id": log.run_id, "step": name, "status": "succeeded", "output": f"/srv/{log.run_id}/{step}.log"}
    ended = {"exit_code": 0, "error": "", "started_at": log.at, "ended_at": log.at}
    checks = [[asset, "unique"]]
    yield (
        steps,
        {**shared, **ended, "position": step + 1, "assets": [asset], "checks": checks, "after": [], "attempts": 1},
    )
    yield attempts, {**shared, **ended, "attempt": 1, "seconds": 1.0}
    yield log.row("step_started", **this)
    result = {"run_id": log.run_id, "step": name, "asset": asset, "partition_key": None, "created_at": log.at}
    versions = {"data_version": f"v{number}", "code_version": "1", "inputs": {}}
    yield materializations, {**result, **versions, "position": log.position, "metadata": {"rows": number}}
    yield log.row("materialized", **this, asset=asset, data={"partition": None, "data_version": f"v{number}"})
    said = {"name": "unique", "passed": True, "severity": "error", "description": None, "metadata": {}}
    yield check_results, {**result, **said, "position": log.position}
    yield log.row("checked", **this, asset=asset, data={"check": "unique", "passed": True, "severity": "error"})
    for _ in range(5):
        yield log.row("logged", **this, asset=asset, data={"level": "warning", "message": "a thread was mended"})
    yield log.row("step_ended", **this, data={"status": "succeeded", "error": ""})


def fill(connection: Connection, size: Size) -> None:
    """Write all rows, some thousands at a time, and then what was last."""
    waiting: dict[Table, list[dict[str, Any]]] = {}
    for number in range(size.runs):
        for table, row in rows_of(size, number):
            waiting.setdefault(table, []).append(row)
        if number % 500 == 499 or number == size.runs - 1:
            for table, rows in waiting.items():  # runs come first, to which the others refer
                connection.execute(insert(table), rows)
            waiting.clear()
    _point_at_the_latest(connection)


def _point_at_the_latest(connection: Connection) -> None:
    made = "asset, '', run_id, position, data_version, created_at"
    checked = "asset, name, '', run_id, position"
    for table, target, columns, names in (
        (materializations, latest_materializations, made, "asset"),
        (check_results, latest_check_results, checked, "asset, name"),
    ):
        into = columns.replace("''", "partition_key")
        newest = f"row_number() OVER (PARTITION BY {names} ORDER BY created_at DESC) AS place"
        ranked = f"SELECT *, {newest} FROM {table.name}"
        connection.execute(
            text(f"INSERT INTO {target.name} ({into}) SELECT {columns} FROM ({ranked}) AS r WHERE place = 1")
        )


def a_graph(size: Size) -> AssetGraph:
    """The assets that the runs have made, each made from the one of the step before."""
    found = sorted({asset_of(size, run, step) for run in range(size.assets // STEPS) for step in range(STEPS)})
    assets = [
        Asset(key=AssetKey.parse(name), deps=[AssetKey.parse(found[place - 1])] if place % STEPS else [])
        for place, name in enumerate(found)
    ]
    made = [Step(name=f"s{place}", assets=[asset.key], run=print) for place, asset in enumerate(assets)]
    return link(Definitions(assets=assets, steps=made))[0]


def questions(store: Store, size: Size) -> Mapping[str, Callable[[], Any]]:
    """What is asked, and must be answered in 50 ms."""
    graph = a_graph(size)
    one = AssetKey.parse(asset_of(size, size.runs // 2, 3))
    middle, last = named(size.runs // 2), named(size.runs - 1)
    return {
        "runs, the first page": lambda: store.runs(limit=20),
        "runs of a project, a later page": lambda: store.runs(limit=20, project=PROJECT, before=middle),
        "runs that live": lambda: store.runs(statuses=[RunStatus.RUNNING, RunStatus.QUEUED]),
        "runs that failed": lambda: store.runs(limit=20, statuses=[RunStatus.FAILED]),
        "run": lambda: store.run(middle),
        "asset_states": store.asset_states,
        "latest_materializations": store.latest_materializations,
        "latest_materializations of one": lambda: store.latest_materializations([one]),
        "latest_check_results": store.latest_check_results,
        "latest_check_results of one": lambda: store.latest_check_results([one]),
        "latest_partitions of one": lambda: store.latest_partitions(one),
        "materializations of one, 20": lambda: store.materializations(asset=one, limit=20),
        "check_results of one, 20": lambda: store.check_results(asset=one, limit=20),
        "events, a page in the middle": lambda: store.events(after=size.events // 2, limit=100),
        "events of a run": lambda: store.events(run_id=last, limit=100),
        "steps and attempts of a run": lambda: (store.steps(last), store.attempts(last)),
        "unfinished": lambda: store.unfinished(PROJECT),
        "status of all": lambda: standings(
            graph, store.latest_materializations(), store.asset_states(), now=datetime.now(UTC)
        ),
    }


def asked(question: Callable[[], Any]) -> Sample:
    start = time.perf_counter()
    assert question() is not None
    taken = time.perf_counter() - start
    return Sample(seconds=taken, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


@contextmanager
def filled(url: str, size: Size) -> Iterator[Store]:
    """A store that holds all of it."""
    with open_store(url) as store:
        begin = time.perf_counter()
        engine = create_engine(url)
        with engine.begin() as connection:
            fill(connection, size)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            count = connection.execute(select(func.count()).select_from(events)).scalar_one()
            if engine.dialect.name == "postgresql":
                connection.execute(text("VACUUM ANALYZE"))  # as its own housekeeping does
        engine.dispose()
        print(f"{count:,} events written in {time.perf_counter() - begin:.0f} s")
        yield store


def measured(store: Store, size: Size, repetitions: int, title: str) -> None:
    rows = []
    for name, question in questions(store, size).items():
        asked(question)
        rows.append(Row(name=name, samples=[asked(question) for _ in range(repetitions)]))
    slow = [row.name for row in rows if row.best * 1000 > MOST]  # the median also tells what else the machine does
    report(title, rows, note=f"over {MOST} ms: {', '.join(slow)}" if slow else f"all under {MOST} ms")


def pruned(store: Store, size: Size) -> None:
    """How long it takes to forget the older half."""
    begin = time.perf_counter()
    done = store.prune(BEGIN + size.runs // 2 * BETWEEN)
    print(f"prune: {done.runs:,} runs and {done.events:,} events deleted in {time.perf_counter() - begin:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--assets", type=int, default=1_000)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    size = Size(runs=options.runs, events=options.events, assets=options.assets)
    with scratch() as folder, database(folder, is_postgres=options.postgres) as url, filled(url, size) as store:
        kind = "PostgreSQL" if options.postgres else "SQLite"
        measured(store, size, options.repetitions, f"A store of {size.events:,} events in {kind}")
        pruned(store, size)


@contextmanager
def database(folder: Path, *, is_postgres: bool) -> Iterator[str]:
    """The URL of a new database."""
    if not is_postgres:
        yield f"sqlite:///{folder / 'treadle.db'}"
        return
    sys.path.insert(0, str(ROOT))
    from tests.postgres import running

    with running() as server, server.database() as url:
        yield url


if __name__ == "__main__":
    main()
