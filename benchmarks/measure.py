"""What the benchmarks share: whole processes, taken in turns, told as a table and a JSON file."""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
EXAMPLE = ROOT / "examples" / "jaffle"
TREADLE = [sys.executable, "-m", "treadle"]
DBT = str(Path(sys.executable).with_name("dbt"))
# Whoever is measured would compile all that it imports anew each time: that isn't what users wait for.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
LITTER = shutil.ignore_patterns("target", "logs", "*.duckdb*", ".treadle", "reports", "__pycache__", ".git")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command line to measure, and where it runs."""

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One process: how long it took, and how much memory it and its children held at most."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All samples of one command."""

    name: str
    samples: Sequence[Sample]

    @property
    def median(self) -> float:
        return statistics.median(sample.seconds for sample in self.samples)

    @property
    def best(self) -> float:
        return min(sample.seconds for sample in self.samples)

    @property
    def peak_mb(self) -> float:
        return max(sample.peak_mb for sample in self.samples)


def once(command: Command, *, output: Path | None = None) -> Sample:
    """Run a command to its end; a command that fails ends the benchmark with what it said."""
    with tempfile.TemporaryFile() as said:
        target = output.open("wb") if output else said
        start = time.perf_counter()
        process = subprocess.Popen(
            command.argv, cwd=command.cwd, env={**os.environ, **command.env}, stdout=target, stderr=said
        )
        # wait4 gives the usage of this very process; getrusage only knows the largest child so far.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if output:
            target.close()
        if process.returncode:
            said.seek(0)
            raise SystemExit(
                f"{' '.join(command.argv)} ended with {process.returncode}:\n{said.read().decode()[-4000:]}"
            )
    return Sample(seconds=seconds, peak_mb=usage.ru_maxrss / 1024)


def in_turns(commands: Mapping[str, Command], repetitions: int) -> list[Row]:
    """Measure commands one after the other, again and again, so that a busy machine is busy for all of them."""
    for command in commands.values():
        once(command)
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for _ in range(repetitions):
        for name, command in commands.items():
            samples[name].append(once(command))
    return [Row(name=name, samples=found) for name, found in samples.items()]


_tables: list[object] = []


def report(title: str, rows: Sequence[Row], *, against: str | None = None, note: str = "") -> None:
    """Print a table, with ratios to the row that is named, and write the samples of all tables to `benchmarks/results/`."""
    base = next((row for row in rows if row.name == against), None)
    print(f"\n{title}" + (f" ({note})" if note else ""))
    print(f"  {'':<34} {'median':>9} {'best':>9} {'peak':>8}" + ("   ratio: median, best" if base else ""))
    for row in rows:
        ratio = f"   {row.median / base.median:>13.3f} {row.best / base.best:>7.3f}" if base else ""
        print(f"  {row.name:<34} {row.median:>7.3f} s {row.best:>7.3f} s {row.peak_mb:>5.0f} MB{ratio}")
    document = {
        "title": title,
        "note": note,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "against": against,
        "rows": [
            {
                "name": row.name,
                "median": row.median,
                "best": row.best,
                "peak_mb": row.peak_mb,
                "samples": [asdict(sample) for sample in row.samples],
            }
            for row in rows
        ],
    }
    _tables.append(document)
    write_results(_tables)


def write_results(results: object) -> None:
    """Write results into `benchmarks/results/`, under the name of the benchmark that runs."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{Path(sys.argv[0]).stem}.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="treadle-bench-") as folder:
        yield Path(folder).resolve()


def platform_for(folder: Path, dbt_project: Path, settings: str, copy: Callable[..., object] = shutil.copytree) -> Path:
    """A project with the main job's YAML and a dbt project of its own, in `folder`."""
    defs = folder / "src" / "jaffle_platform" / "defs" / "jdbt"
    defs.mkdir(parents=True)
    (folder / "src" / "jaffle_platform" / "__init__.py").touch()
    (folder / "src" / "jaffle_platform" / "defs" / "__init__.py").touch()
    shutil.copy(EXAMPLE / "src" / "jaffle_platform" / "defs" / "jdbt" / "defs.yaml", defs)
    head = '[project]\nname = "jaffle-platform"\nversion = "0.1.0"\n\n'
    (folder / "pyproject.toml").write_text(head + settings, encoding="utf-8")
    copy(dbt_project, folder / "transform" / "jdbt", ignore=LITTER)
    return folder


TREADLE_SETTINGS = '[tool.treadle]\nmodule = "jaffle_platform"\n'
PEER_ENTRY = (
    "import pathlib, dagster\ndefs = dagster.load_from_defs_folder(path_within_project=pathlib.Path(__file__).parent)\n"
)
PEER_SETTINGS = '[tool.dg]\ndirectory_type = "project"\n\n[tool.dg.project]\nroot_module = "jaffle_platform"\n'


def peer() -> Path | None:
    """The environment with Dagster, when there is one: `.venv-peer`, or what TREADLE_BENCH_PEER names."""
    folder = Path(os.environ.get("TREADLE_BENCH_PEER") or ROOT / ".venv-peer")
    return folder / "bin" if (folder / "bin" / "dg").exists() else None
