"""What Treadle adds to the start of a step on a warm Ray: from its process's start to the step's first line.

The same line is reached in six ways, in turns: by a Ray program that does nothing else (a process that imports Ray,
connects and calls a function, or makes an actor, which is what Treadle does: Ray's own time), by one whose actor
starts a Python, by a run whose steps' profile names that Ray, and by a run whose step stays here. The process that
steps are forked from loads Ray while the first is waiting for it; the next ones find it there.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from measure import ROOT, TREADLE, scratch, write_results

sys.path.insert(0, str(ROOT))

from tests.unit.adapters.ray_cluster import cluster
from treadle.store import open_store

BARE = """
import sys, time
import ray

@ray.remote(num_cpus=1)
def first_line(file):
    with open(file, "w") as output:
        output.write(str(time.time()))

ray.init(address=sys.argv[1], log_to_driver=False, logging_level="ERROR")
ray.get(first_line.remote(sys.argv[2]))
"""
ACTOR = """
import sys, time
import ray

@ray.remote(num_cpus=1)
class Line:
    def __init__(self, file):
        with open(file, "w") as output:
            output.write(str(time.time()))

    def done(self):
        pass

ray.init(address=sys.argv[1], log_to_driver=False, logging_level="ERROR")
line = Line.remote(sys.argv[2])
ray.get(line.done.remote())
"""
PYTHON = """
import subprocess, sys
import ray

@ray.remote(num_cpus=1)
class Line:
    def __init__(self, file):
        line = "import sys, time; open(sys.argv[1], 'w').write(str(time.time()))"
        subprocess.run([sys.executable, "-c", line, file], check=True)

    def done(self):
        pass

ray.init(address=sys.argv[1], log_to_driver=False, logging_level="ERROR")
line = Line.remote(sys.argv[2])
ray.get(line.done.remote())
"""
STEPS = """
import time
from treadle import asset


def first_line():
    with open({file!r}, "w") as output:
        output.write(str(time.time()))


@asset(compute="far")
def before():
    pass


@asset(compute="far")
def far():
    first_line()


@asset(compute="far", deps=[before])
def next_far():
    first_line()


@asset()
def here():
    first_line()
"""


def program(source: str, address: str, file: Path) -> float:
    """Seconds from the start of a program to its first line in Ray."""
    started = time.time()
    subprocess.run([sys.executable, "-c", source, address, str(file)], check=True)
    return float(file.read_text(encoding="utf-8")) - started


def run(assets: Sequence[str], folder: Path, file: Path) -> float:
    """Seconds from the start of a run's last step to its first line."""
    subprocess.run([*TREADLE, "run", *assets], cwd=folder, check=True, capture_output=True)
    with open_store(f"sqlite:///{folder}/.treadle/treadle.db") as store:
        step = store.steps(store.runs()[0].id)[-1]
    assert step.started_at is not None
    return float(file.read_text(encoding="utf-8")) - step.started_at.timestamp()


def made(folder: Path, address: str, file: Path) -> Path:
    """A project with a step there and a step here."""
    defs = folder / "src" / "p" / "defs"
    defs.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.treadle]\nmodule = "p"\n', encoding="utf-8")
    for package in (defs.parent, defs):
        (package / "__init__.py").write_text("", encoding="utf-8")
    (defs / "steps.py").write_text(STEPS.format(file=str(file)), encoding="utf-8")
    compute = f'far:\n  launcher: ray\n  cpus: 1\n  options: {{address: "{address}"}}\n'
    (folder / "compute.yaml").write_text(compute, encoding="utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=7)
    options = parser.parse_args()
    with scratch() as scratched, cluster() as address:
        file = scratched / "first-line"
        project = made(scratched / "project", address, file)
        ways: dict[str, Callable[[], float]] = {
            "Ray, a function": lambda: program(BARE, address, file),
            "Ray, an actor": lambda: program(ACTOR, address, file),
            "Ray, an actor that starts a Python": lambda: program(PYTHON, address, file),
            "treadle run, its only step": lambda: run(["far"], project, file),
            "treadle run, its second step": lambda: run(["before", "or", "next_far"], project, file),
            "treadle run, a step here": lambda: run(["here"], project, file),
        }
        for way in ways.values():
            way()  # the first makes byte code, and workers
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.repetitions):
            for name, way in ways.items():
                times[name].append(way())
    own = statistics.median(times["Ray, an actor"])
    print(f"\nTo the first line of a step (load {os.getloadavg()[0]:.1f})")
    for name, each in times.items():
        median = statistics.median(each)
        print(f"  {name:<40} {1000 * median:>8.0f} ms {1000 * (median - own):>+8.0f} ms")
    write_results({"python": platform.python_version(), "load": os.getloadavg(), "seconds": times})


if __name__ == "__main__":
    main()
