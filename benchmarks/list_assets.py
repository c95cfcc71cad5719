"""How long it takes to see what a project holds: `treadle list assets` next to Dagster's `dg list defs`.

Both read the same YAML and the same dbt project, of which each has a copy, and both have a manifest
that is up to date when the clock starts.
"""

import argparse
from pathlib import Path

from measure import (
    EXAMPLE,
    PEER_ENTRY,
    PEER_SETTINGS,
    TREADLE,
    TREADLE_SETTINGS,
    Command,
    in_turns,
    peer,
    platform_for,
    report,
    scratch,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--dbt-project", type=Path, default=EXAMPLE / "transform" / "jdbt")
    parser.add_argument("--only-peer", action="store_true")
    options = parser.parse_args()
    commands = {}
    with scratch() as folder:
        if not options.only_peer:
            ours = platform_for(folder / "treadle", options.dbt_project, TREADLE_SETTINGS)
            commands["treadle list assets --json"] = Command(argv=[*TREADLE, "list", "assets", "--json"], cwd=ours)
        if bin_folder := peer():
            theirs = platform_for(folder / "peer", options.dbt_project, PEER_SETTINGS)
            (theirs / "src" / "jaffle_platform" / "definitions.py").write_text(PEER_ENTRY, encoding="utf-8")
            home = folder / "home"
            home.mkdir()
            (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
            commands["dg list defs --json"] = Command(
                argv=[str(bin_folder / "dg"), "list", "defs", "--json"],
                cwd=theirs,
                env={
                    "PATH": f"{bin_folder}:/usr/bin:/bin",
                    "PYTHONPATH": str(theirs / "src"),
                    "DAGSTER_HOME": str(home),
                    "HOME": str(home),
                },
            )
        else:
            print("There is no Dagster to compare with; `make bench PEER=1` installs it into .venv-peer.")
        rows = in_turns(commands, options.repetitions)
    report(
        "What is in the project",
        rows,
        against="treadle list assets --json" if not options.only_peer else None,
        note=f"dbt project {options.dbt_project.name}",
    )


if __name__ == "__main__":
    main()
