"""How a large dbt project loads: 5,000 models with 10,000 data tests, whose manifest dbt itself has written.

The project is made once, in `build/bench/manifest`; dbt needs some minutes to parse it.
"""

import argparse
import json
import shutil
from pathlib import Path

from measure import DBT, ROOT, TREADLE, TREADLE_SETTINGS, Command, Row, in_turns, once, platform_for, report

PROJECT = """\
name: hall
version: "1.0.0"
config-version: 2
profile: hall
flags:
  send_anonymous_usage_stats: false
models:
  +materialized: view
"""
PROFILES = """\
hall:
  target: dev
  outputs:
    dev: {type: duckdb, path: hall.duckdb, threads: 2}
"""
FOLDER = 50
MEASURES = 12


def model(number: int) -> str:
    """A model as people write them: some lines of SQL over two models before it."""
    if number < FOLDER:
        return (
            f"select\n    {number} as id,\n" + ",\n".join(f"    0 as measure_{each}" for each in range(MEASURES)) + "\n"
        )
    columns = ",\n".join(
        f"    coalesce(a.measure_{each}, b.measure_{each}, 0) as measure_{each}" for each in range(MEASURES)
    )
    first, second = number - FOLDER, number - number % FOLDER - FOLDER + (number * 7) % FOLDER
    return (
        f"with recent as (\n    select * from {{{{ ref('model_{second:05d}') }}}}\n)\n\n"
        f"select\n    a.id,\n{columns}\nfrom {{{{ ref('model_{first:05d}') }}}} as a\nleft join recent as b on a.id = b.id\n"
    )


def describe(number: int) -> str:
    """The model's entry in YAML: a description, columns, two data tests."""
    columns = "".join(
        f"      - name: measure_{each}\n        description: What gauge {each} of frame {number} has read that day.\n"
        for each in range(MEASURES)
    )
    return (
        f"  - name: model_{number:05d}\n"
        f"    description: |\n      Readings of frame {number}, a line for each day.\n\n"
        f"      Frames are read at noon; what is missing counts as nothing.\n"
        f"    config:\n      tags: [frames, hall_{number % 20}]\n"
        f"    columns:\n      - name: id\n        description: The reading.\n        data_tests: [unique, not_null]\n{columns}"
    )


def make(folder: Path, models: int) -> None:
    """Write the dbt project."""
    folder.mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "profiles.yml").write_text(PROFILES, encoding="utf-8")
    for start in range(0, models, FOLDER):
        part = folder / "models" / f"aisle_{start // FOLDER:03d}"
        part.mkdir(parents=True)
        numbers = range(start, min(start + FOLDER, models))
        for number in numbers:
            (part / f"model_{number:05d}.sql").write_text(model(number), encoding="utf-8")
        (part / "aisle.yml").write_text("models:\n" + "".join(map(describe, numbers)), encoding="utf-8")


def prepare(models: int) -> Path:
    """The platform around the dbt project, made when it isn't there yet."""
    base = ROOT / "build" / "bench" / "manifest"
    source, home = base / f"source-{models}", base / f"platform-{models}"
    manifest = home / "transform" / "jdbt" / "target" / "manifest.json"
    if not manifest.exists() or manifest.stat().st_mtime < Path(__file__).stat().st_mtime:
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir(parents=True)
        (ROOT / "build" / ".gitignore").write_text("*\n", encoding="utf-8")
        make(source, models)
        platform_for(home, source, TREADLE_SETTINGS)
        print(f"dbt parses {models} models …")
        sample = once(Command(argv=[DBT, "parse", "--quiet"], cwd=home / "transform" / "jdbt"))
        print(f"… in {sample.seconds:.0f} s, {sample.peak_mb:.0f} MB.")
    return home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--models", type=int, default=5000)
    parser.add_argument("--only-prepare", action="store_true")
    options = parser.parse_args()
    home = prepare(options.models)
    manifest = home / "transform" / "jdbt" / "target" / "manifest.json"
    size = manifest.stat().st_size / 1e6
    nodes = json.loads(manifest.read_bytes())["nodes"].values()
    tests = sum(node["resource_type"] == "test" for node in nodes)
    note = f"{len(nodes) - tests} models, {tests} tests, manifest of {size:.1f} MB"
    print(note)
    if options.only_prepare:
        return
    rows: list[Row] = in_turns(
        {
            "treadle list assets --json": Command(argv=[*TREADLE, "list", "assets", "--json"], cwd=home),
            "treadle check": Command(argv=[*TREADLE, "check"], cwd=home),
        },
        options.repetitions,
    )
    report("A large dbt project", rows, note=note)


if __name__ == "__main__":
    main()
