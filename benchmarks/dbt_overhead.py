"""What a run adds to dbt: `treadle run` next to `dbt build`, on copies of the same dbt project."""

import argparse
from pathlib import Path

from measure import (
    DBT,
    EXAMPLE,
    TREADLE,
    TREADLE_SETTINGS,
    Command,
    in_turns,
    platform_for,
    report,
    scratch,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--dbt-project", type=Path, default=EXAMPLE / "transform" / "jdbt")
    parser.add_argument("--only-dbt", action="store_true")
    options = parser.parse_args()
    with scratch() as folder:
        alone = platform_for(folder / "dbt", options.dbt_project, TREADLE_SETTINGS)
        commands = {"dbt build": Command(argv=[DBT, "build"], cwd=alone / "transform" / "jdbt")}
        if not options.only_dbt:
            ours = platform_for(folder / "treadle", options.dbt_project, TREADLE_SETTINGS)
            commands["treadle run"] = Command(argv=[*TREADLE, "run"], cwd=ours)
        rows = in_turns(commands, options.repetitions)
    report("Building the dbt project", rows, against="dbt build", note=f"dbt project {options.dbt_project.name}")


if __name__ == "__main__":
    main()
