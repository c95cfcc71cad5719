"""What an evaluation of automation conditions costs: 10,000 `eager` assets, each made from three others.

Nothing is stored here: this is the function alone, with what it leaves for the next evaluation.
"""

import argparse
import random
import resource
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from measure import Row, Sample, report

from treadle.ir import Asset, AssetGraph, AutomationCondition, Definitions, Step, link
from treadle.runner.automation import Evaluation, View, evaluate
from treadle.store import AssetState

ROOTS = 10
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_graph(size: int) -> AssetGraph:
    chance, eager = random.Random(1), AutomationCondition(name="eager")
    assets = [Asset(key=f"a{number}") for number in range(ROOTS)]
    for number in range(ROOTS, size):
        deps = {f"a{chance.randrange(max(0, number - 50), number)}" for _ in range(3)}
        assets.append(Asset(key=f"a{number}", deps=deps, automation=eager))
    steps = [Step(name=str(asset.key), assets=[asset.key], run=print) for asset in assets]
    return link(Definitions(assets=assets, steps=steps))[0]


def a_view(graph: AssetGraph, roots_at: datetime) -> View:
    """All assets written a day ago, the first ones later."""
    states = {}
    for number, key in enumerate(graph.assets):
        at = roots_at if number < ROOTS else NOW - timedelta(days=1)
        states[key] = {None: AssetState(asset=key, run_id="r", materialized_at=at)}
    return View(states=states)


def timed(graph: AssetGraph, view: View, state: Mapping[str, object], now: datetime) -> tuple[Sample, Evaluation]:
    start = time.perf_counter()
    found = evaluate(graph, view, state, now=now)
    taken = time.perf_counter() - start
    return Sample(seconds=taken, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--assets", type=int, default=10_000)
    options = parser.parse_args()
    graph = a_graph(options.assets)
    old, new = a_view(graph, NOW - timedelta(days=1)), a_view(graph, NOW + MINUTE)
    samples: dict[str, list[Sample]] = {"nothing is new": [], "all are requested": []}
    _, first = timed(graph, old, {}, NOW)
    for _ in range(options.repetitions):
        sample, idle = timed(graph, old, first.state, NOW + MINUTE)
        samples["nothing is new"].append(sample)
        sample, busy = timed(graph, new, idle.state, NOW + 2 * MINUTE)
        samples["all are requested"].append(sample)
        assert (0, options.assets - ROOTS) == (len(idle.requested), len(busy.requested))
    report(
        f"Evaluating {options.assets:,} eager assets", [Row(name=name, samples=each) for name, each in samples.items()]
    )


if __name__ == "__main__":
    main()
