"""The same graph of steps that do nothing, written for Treadle, for Dagster and for Prefect."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

SETTINGS = '[project]\nname = "many"\nversion = "0.1.0"\n\n[tool.treadle]\nmodule = "many"\n'
DAGSTER = """
EXECUTORS = {{
    "spawn": dagster.multiprocess_executor.configured({{"max_concurrent": 2}}),
    "forkserver": dagster.multiprocess_executor.configured(
        {{"max_concurrent": 2, "start_method": {{"forkserver": {{"preload_modules": ["dagster"]}}}}}}
    ),
    "in-process": dagster.in_process_executor,
}}


def everything():
    job = dagster.define_asset_job("everything", executor_def=EXECUTORS[os.environ["EXECUTOR"]])
    return dagster.Definitions(assets=[{names}], jobs=[job]).resolve_job_def("everything")


if __name__ == "__main__":
    with dagster.DagsterInstance.get() as instance:
        done = dagster.execute_job(dagster.reconstructable(everything), instance=instance)
        assert done.success
"""
PREFECT = """import os

from prefect import flow, task
from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

RUNNERS = {{"processes": ProcessPoolTaskRunner, "threads": ThreadPoolTaskRunner}}
AFTER = {after!r}


@task
def nothing():
    pass


@flow(task_runner=RUNNERS[os.environ["RUNNER"]](max_workers=2))
def everything():
    futures = []
    for numbers in AFTER:
        futures.append(nothing.submit(wait_for=[futures[number] for number in numbers]))
    for future in futures:
        future.result()


if __name__ == "__main__":
    everything()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """For each step, the numbers of the ones before it."""

    name: str
    after: Sequence[Sequence[int]]

    @property
    def steps(self) -> int:
        return len(self.after)


def chain(length: int) -> Graph:
    """Each step after the one before."""
    name = "one step" if length == 1 else f"a chain of {length}"
    return Graph(name=name, after=[[number - 1] if number else [] for number in range(length)])


def layers(width: int, depth: int) -> Graph:
    """Layers, each step of which is after two of the layer before."""
    after: list[list[int]] = [[] for _ in range(width)]
    for layer in range(1, depth):
        first = (layer - 1) * width
        after += [sorted({first + column, first + (column + 1) % width}) for column in range(width)]
    return Graph(name=f"{width} wide, {depth} deep" if depth > 1 else f"{width} wide", after=after)


def assets(graph: Graph, decorator: str, body: str = "pass") -> str:
    """A function for each step: both Treadle and Dagster read this."""
    return "\n\n".join(
        f"@{decorator}(deps=[{', '.join(f'step_{each}' for each in numbers)}])\n"
        f"def step_{number}() -> None:\n    {body}\n"
        for number, numbers in enumerate(graph.after)
    )


def for_treadle(folder: Path, graph: Graph, *, seconds: float = 0.0) -> Path:
    """A project with a Python module of assets, each of which takes so long."""
    defs = folder / "src" / "many" / "defs"
    defs.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (defs.parent / "__init__.py").touch()
    body = f"time.sleep({seconds})" if seconds else "pass"
    source = f"import time\n\nfrom treadle import asset\n\n\n{assets(graph, 'asset', body)}"
    (defs / "assets.py").write_text(source, encoding="utf-8")
    return folder


def for_dagster(folder: Path, graph: Graph) -> Path:
    """A script that executes a job of all assets, by the executor that EXECUTOR names."""
    names = ", ".join(f"step_{number}" for number in range(graph.steps))
    source = f"import os\n\nimport dagster\n\n\n{assets(graph, 'dagster.asset')}\n{DAGSTER.format(names=names)}"
    return script(folder, source)


def for_prefect(folder: Path, graph: Graph) -> Path:
    """A script that runs a flow of tasks, by the task runner that RUNNER names."""
    return script(folder, PREFECT.format(after=[list(numbers) for numbers in graph.after]))


def script(folder: Path, source: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "everything.py").write_text(source, encoding="utf-8")
    return folder


Write = Callable[[Path, Graph], Path]
