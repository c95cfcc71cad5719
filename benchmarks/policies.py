"""How long 100 policies take to judge 10,000 assets, and what a judgement costs.

The policies are those that teams write: owners, descriptions, names, tags, columns, checks and lineage, a fifth of them
with a selection. The same policies are also judged by the sandbox alone, on a tenth of the assets.
"""

import argparse
import statistics
import time

from treadle.ir import Asset, AssetGraph, Check, Column, Definitions, Origin, Step, link
from treadle.policies import DeclaredComponent, Policy, Rule, Subjects, judge, read_policies
from treadle.policies import compiled as fast

EXPRESSIONS = [
    "asset.owners",
    "asset.description and asset.description | length > 20",
    "asset.name == asset.name.lower() and not asset.name.startswith('_')",
    "asset.group in ['raw', 'staging', 'marts']",
    "'pii' not in asset.tags or asset.tags.get('retention')",
    "asset.columns | selectattr('description', 'none') | list | length <= parameters.most",
    "asset.checks or asset.is_external",
    "asset.upstream | rejectattr('group', 'equalto', asset.group) | list | length <= 3",
    "asset.step is none or asset.step.compute in ['small', 'large', none]",
    "asset.partitions is none or asset.partitions.type == 'time_window'",
]
MATCHES = ["*", "*", "*", "*", "group:marts"]


def graph(size: int) -> AssetGraph:
    """A graph of assets with columns, checks and steps, each depending on three others."""
    assets = [
        Asset(
            key=f"{('raw', 'staging', 'marts')[n % 3]}/table_{n}",
            deps=[f"{('raw', 'staging', 'marts')[m % 3]}/table_{m}" for m in (n // 2, n // 3, n // 5) if m < n],
            group=("raw", "staging", "marts")[n % 3],
            owners=["team:data"] if n % 50 else [],
            description=f"The table number {n} of the benchmark" if n % 30 else None,
            tags={"layer": "core", **({"pii": "yes", "retention": "1y"} if n % 7 == 0 else {})},
            kinds=["dbt", "duckdb"],
            columns=[Column(name=f"c{c}", type="int", description="A column") for c in range(6)],
            origin=Origin(component=f"teams/t{n % 100}"),
        )
        for n in range(size)
    ]
    checks = [Check(name="not_null", asset=each.key) for each in assets]
    steps = [
        Step(name=f"s{n}", component=f"teams/t{n % 100}", assets=[each.key], run=print) for n, each in enumerate(assets)
    ]
    found, _ = link(Definitions(assets=assets, checks=checks, steps=steps))
    return found


def policies(count: int) -> list[Policy]:
    """So many of them."""
    return [
        Policy(
            name=f"policy_{n}",
            require=Rule(text=EXPRESSIONS[n % len(EXPRESSIONS)]),
            message="{{ asset.key }} is wrong",
            match=MATCHES[n % len(MATCHES)],
            parameters={"most": 3},
        )
        for n in range(count)
    ]


def measure(rulebook: object, subjects: Subjects, repetitions: int) -> tuple[float, int]:
    """Seconds of this process in the middle of all, whatever else the machine does; and how many verdicts there are."""
    times, verdicts = [], 0
    for _ in range(repetitions):
        start = time.process_time()
        verdicts = len(judge(rulebook, subjects).verdicts)
        times.append(time.process_time() - start)
    return statistics.median(times), verdicts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=10_000)
    parser.add_argument("--policies", type=int, default=100)
    parser.add_argument("--repetitions", type=int, default=5)
    asked = parser.parse_args()
    components = tuple(DeclaredComponent(address=f"teams/t{n}", type="bench.Table") for n in range(100))
    subjects = Subjects(graph=graph(asked.assets), components=components, project="bench")
    start = time.process_time()
    rulebook = read_policies(policies(asked.policies))
    read = time.process_time() - start
    seconds, verdicts = measure(rulebook, subjects, asked.repetitions)
    each = seconds / (asked.assets * asked.policies)
    print(f"{asked.policies} policies read in {read:.3f} s")
    print(f"{asked.assets} assets judged in {seconds:.2f} s ({each * 1e6:.2f} us a judgement), {verdicts} verdicts")
    fast.translate = _never  # the sandbox alone
    few = Subjects(graph=graph(asked.assets // 10), components=components, project="bench")
    seconds, _ = measure(read_policies(policies(asked.policies)), few, 1)
    each = seconds / (asked.assets // 10 * asked.policies)
    print(f"in the sandbox alone: {each * 1e6:.2f} us a judgement")


def _never(*_: object) -> object:
    raise fast.Untranslatable


if __name__ == "__main__":
    main()
