"""What a plan of 10,000 assets costs: layers of 100, each asset made from three of the layer before.

One step an asset; the same with a blocking check each; one step that can be subset and makes all of them;
and two such steps that take turns, layer by layer, so that each is divided into fifty parts.
The time is that of the processor: a plan waits for nothing.
"""

import argparse
import random
import resource
import time
from collections.abc import Sequence

from measure import Row, Sample, report

from treadle.ir import Asset, AssetGraph, Check, CheckKey, Definitions, Step, link
from treadle.runner import plan

WIDTH, DEPS = 100, 3


def layers(size: int) -> list[Asset]:
    """Assets in layers of a hundred, each made from three of the layer before."""
    chance = random.Random(1)
    assets = []
    for number in range(size):
        before = range(number // WIDTH * WIDTH - WIDTH, number // WIDTH * WIDTH)
        deps = chance.sample(before, DEPS) if number >= WIDTH else []
        assets.append(Asset(key=f"a{number}", deps={f"a{each}" for each in deps}))
    return assets


def a_step_each(assets: Sequence[Asset]) -> AssetGraph:
    return linked(assets, [Step(name=str(asset.key), assets=[asset.key], run=print) for asset in assets])


def a_check_each(assets: Sequence[Asset]) -> AssetGraph:
    """As many blocking checks as assets, in steps of their own: what is below an asset waits for its check."""
    checks = [Check(name="ok", asset=asset.key, blocking=True) for asset in assets]
    steps = [Step(name=str(asset.key), assets=[asset.key], run=print) for asset in assets]
    steps += [Step(name=f"check_{each.asset}", checks=[CheckKey(each.asset, "ok")], run=print) for each in checks]
    return linked(assets, steps, checks)


def a_step_of_all(assets: Sequence[Asset]) -> AssetGraph:
    step = Step(name="all", assets=[asset.key for asset in assets], can_subset=True, run=print)
    return linked(assets, [step])


def steps_in_turns(assets: Sequence[Asset]) -> AssetGraph:
    """Two steps that can be subset, each with every other layer."""
    turns = {
        name: [asset.key for number, asset in enumerate(assets) if number // WIDTH % 2 == odd]
        for odd, name in enumerate(("even", "odd"))
    }
    return linked(assets, [Step(name=name, assets=keys, can_subset=True, run=print) for name, keys in turns.items()])


def linked(assets: Sequence[Asset], steps: Sequence[Step], checks: Sequence[Check] = ()) -> AssetGraph:
    graph, diagnostics = link(Definitions(assets=assets, steps=steps, checks=checks))
    assert not diagnostics
    return graph


def timed(graph: AssetGraph, selection: str, steps: int) -> Sample:
    start = time.process_time()
    made = plan(graph, selection)
    taken = time.process_time() - start
    assert steps == len(made.steps), (steps, len(made.steps))
    return Sample(seconds=taken, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--assets", type=int, default=10_000)
    options = parser.parse_args()
    assets = layers(options.assets)
    depth = -(-options.assets // WIDTH)
    each, checked, whole, turns = (
        build(assets) for build in (a_step_each, a_check_each, a_step_of_all, steps_in_turns)
    )
    # One asset of each layer, so that each dependency is seen through assets that aren't planned.
    some = " or ".join(f"a{number}" for number in range(0, options.assets, 100))
    kinds = {
        "a step each": (each, "*", options.assets),
        "a step each, one asset a layer": (each, some, depth),
        "a step and a blocking check each": (checked, "*", 2 * options.assets),
        "a step of all": (whole, "*", 1),
        "two steps in turns": (turns, "*", depth),
    }
    samples: dict[str, list[Sample]] = {name: [] for name in kinds}
    for _ in range(options.repetitions):
        for name, (graph, selection, steps) in kinds.items():
            samples[name].append(timed(graph, selection, steps))
    report(f"Planning {options.assets:,} assets", [Row(name=name, samples=taken) for name, taken in samples.items()])


if __name__ == "__main__":
    main()
