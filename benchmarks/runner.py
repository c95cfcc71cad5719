"""What the runner adds to steps that do nothing, next to Dagster and Prefect: time a step, and memory.

The same graph for all, two steps at once. Time a step is (a whole run - a run of one step) / (its steps - 1),
so what each needs to start is left out. Treadle runs the large graphs; the others, which take seconds a step in
processes, run a sample of them, and so does Treadle in the same turns (--large all: everybody runs them).
Prefect has the server that it starts for a script; its time to start is in its run of one step.
"""

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from graphs import Graph, Write, chain, for_dagster, for_prefect, for_treadle, layers
from measure import ROOT, TREADLE, Command, peer, scratch, write_results
from watching import Watched, watched

ONE = chain(1)
LARGE = (chain(200), layers(100, 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to run a graph: what writes it down, and the command that runs what was written."""

    name: str
    write: Write
    argv: Sequence[str]
    env: Callable[[Path], Mapping[str, str]] = lambda home: {}

    def command(self, folder: Path, graph: Graph) -> Command:
        here = folder / self.name.replace(" ", "-").replace(",", "") / graph.name.replace(" ", "-").replace(",", "")
        home = folder / self.name.split(maxsplit=1)[0]
        home.mkdir(exist_ok=True)
        return Command(argv=self.argv, cwd=self.write(here, graph), env=self.env(home))


def contenders() -> list[Contender]:
    """Treadle, and the others as far as they are installed."""
    found = [Contender(name="treadle run", write=for_treadle, argv=[*TREADLE, "run", "-j", "2"])]
    if dagster := peer():
        for executor in ("spawn", "forkserver", "in-process"):
            found.append(
                Contender(
                    name=f"dagster {executor}",
                    write=for_dagster,
                    argv=[str(dagster / "python"), "everything.py"],
                    env=partial(for_the_dagster, executor),
                )
            )
    prefect = Path(os.environ.get("TREADLE_BENCH_PREFECT") or ROOT / ".venv-prefect") / "bin"
    if (prefect / "prefect").exists():
        for runner in ("processes", "threads"):
            found.append(
                Contender(
                    name=f"prefect {runner}",
                    write=for_prefect,
                    argv=[str(prefect / "python"), "everything.py"],
                    env=partial(for_the_prefect, runner),
                )
            )
    return found


def for_the_dagster(executor: str, home: Path) -> dict[str, str]:
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    return {"DAGSTER_HOME": str(home), "EXECUTOR": executor}


def for_the_prefect(runner: str, home: Path) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
        "DO_NOT_TRACK": "1",
        "RUNNER": runner,
    }


Runs = dict[tuple[str, str], list[Watched]]


def measured(folder: Path, graphs: Mapping[str, Sequence[Graph]], repetitions: int) -> Runs:
    """All runs of all, in turns; the first run of each, which makes its byte code and its store, isn't counted."""
    commands = {
        (each.name, graph.name): each.command(folder, graph)
        for each in contenders()
        for graph in graphs.get(each.name, ())
    }
    for (_, graph), command in commands.items():
        if graph == ONE.name:
            watched(command)
    runs: Runs = {key: [] for key in commands}
    for _ in range(repetitions):
        for key, command in commands.items():
            runs[key].append(watched(command))
            print(f"  {', '.join(key)}: {runs[key][-1].seconds:.2f} s", file=sys.stderr, flush=True)
    return runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The runs of one graph by one contender, next to its runs of one step."""

    name: str
    graph: Graph
    runs: Sequence[Watched]
    of_one: Sequence[Watched]

    def median(self, field: str) -> float:
        return statistics.median(getattr(run, field) for run in self.runs)

    def a_step(self, field: str) -> float | None:
        """What each step after the first adds."""
        one = statistics.median(getattr(run, field) for run in self.of_one)
        return (self.median(field) - one) / (self.graph.steps - 1) if self.graph.steps > 1 else None


def show(rows: Sequence[Row]) -> None:
    print(f"\nRunning steps that do nothing, two at once (load {os.getloadavg()[0]:.1f})")
    print(f"  {'':<20} {'':<17} {'whole':>10} {'a step':>10} {'processor a step':>17} {'own':>7} {'together':>9}")
    for row in rows:
        times = [row.a_step("seconds"), row.a_step("processor")]
        steps = [f"{1000 * each:.1f} ms" if each is not None else "" for each in times]
        print(
            f"  {row.name:<20} {row.graph.name:<17} {row.median('seconds'):>8.2f} s {steps[0]:>10} {steps[1]:>17}"
            f" {row.median('own_mb'):>4.0f} MB {row.median('together_mb'):>6.0f} MB"
        )


def keep(rows: Sequence[Row]) -> None:
    """Write the samples to `benchmarks/results/`."""
    document = {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "rows": [
            {
                "name": row.name,
                "graph": row.graph.name,
                "steps": row.graph.steps,
                "seconds_a_step": row.a_step("seconds"),
                "processor_a_step": row.a_step("processor"),
                "samples": [asdict(run) for run in row.runs],
            }
            for row in rows
        ],
    }
    write_results(document)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--sample", type=int, default=20, help="the steps of the graphs that all run")
    parser.add_argument("--large", choices=["none", "ours", "all"], default="ours", help="who runs the large graphs")
    parser.add_argument("--without", nargs="*", default=[], help="who stays out, like 'dagster spawn'")
    options = parser.parse_args()
    small = (ONE, chain(options.sample), layers(options.sample, 1))
    names = [each.name for each in contenders() if each.name not in options.without]
    large = {"none": [], "ours": names[:1], "all": names}[options.large]
    graphs = {name: small + (LARGE if name in large else ()) for name in names}
    if options.only_ours:
        graphs = {names[0]: graphs[names[0]]}
    with scratch() as folder:
        runs = measured(folder, graphs, options.repetitions)
    rows = [
        Row(name=name, graph=graph, runs=runs[name, graph.name], of_one=runs[name, ONE.name])
        for name, each in graphs.items()
        for graph in each
    ]
    show(rows)
    keep(rows)


if __name__ == "__main__":
    main()
