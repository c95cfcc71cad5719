"""What Treadle adds to the start of a step on a warm Ray: from its process's start to the step's first line.

The same line is reached in four ways, in turns: by a Ray program that does nothing else (Ray's own time: a process
that imports Ray, connects and calls a function), by one whose function starts a Python, by a run whose step's profile
names that Ray, and by a run whose step stays here.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from measure import RESULTS, ROOT, TREADLE, scratch

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
PYTHON = """
import subprocess, sys
import ray

@ray.remote(num_cpus=1)
def start(file):
    line = "import sys, time; open(sys.argv[1], 'w').write(str(time.time()))"
    subprocess.run([sys.executable, "-c", line, file], check=True)

ray.init(address=sys.argv[1], log_to_driver=False, logging_level="ERROR")
ray.get(start.remote(sys.argv[2]))
"""
STEPS = """
import time
from treadle import asset


def first_line():
    with open({file!r}, "w") as output:
        output.write(str(time.time()))


@asset(compute="far")
def far():
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


def run(asset: str, folder: Path, file: Path) -> float:
    """Seconds from the start of a step's process to its first line."""
    subprocess.run([*TREADLE, "run", asset], cwd=folder, check=True, capture_output=True)
    with open_store(f"sqlite:///{folder}/.treadle/treadle.db") as store:
        [step] = store.steps(store.runs()[0].id)
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
            "Ray, a function that starts a Python": lambda: program(PYTHON, address, file),
            "treadle run, a step on Ray": lambda: run("far", project, file),
            "treadle run, a step here": lambda: run("here", project, file),
        }
        for way in ways.values():
            way()  # the first makes byte code, and workers
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.repetitions):
            for name, way in ways.items():
                times[name].append(way())
    own = statistics.median(times["Ray, a function"])
    print(f"\nTo the first line of a step (load {os.getloadavg()[0]:.1f})")
    for name, each in times.items():
        median = statistics.median(each)
        print(f"  {name:<40} {1000 * median:>8.0f} ms {1000 * (median - own):>+8.0f} ms")
    RESULTS.mkdir(parents=True, exist_ok=True)
    document = {"python": platform.python_version(), "load": os.getloadavg(), "seconds": times}
    (RESULTS / "ray_overhead.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
