"""Writes the foreman's page from the marts. Runs by itself too: `python report.py`."""

import os
from pathlib import Path

import duckdb
from dagster_pipes import DAGSTER_PIPES_CONTEXT_ENV_VAR, open_dagster_pipes

PROJECT = Path(__file__).resolve().parents[4]
DATABASE = PROJECT / "transform" / "jdbt" / "mill.duckdb"
PAGE = PROJECT / "reports" / "mill.md"


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Rows as a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def write() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Write the page, and give the rows it was made from."""
    with duckdb.connect(str(DATABASE), read_only=True) as connection:
        looms = connection.execute(
            "select loom_name, bolts, sellable_m, flaws from loom_output order by sellable_m desc"
        ).fetchall()
        stock = connection.execute("select pattern, free_m from pattern_stock order by free_m").fetchall()
    page = "\n\n".join(
        [
            "# The mill",
            "## Looms",
            table(("loom", "bolts", "metres to sell", "flaws"), looms),
            "## Free cloth",
            table(("pattern", "metres"), stock),
        ]
    )
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page + "\n", encoding="utf-8")
    return looms, stock


def main() -> None:
    """Write the page, and report what it holds to whoever started the script."""
    looms, stock = write()
    print(f"wrote {PAGE.relative_to(PROJECT)}")
    if DAGSTER_PIPES_CONTEXT_ENV_VAR not in os.environ:
        return
    oversold = [pattern for pattern, free in stock if free < 0]
    with open_dagster_pipes() as pipes:
        pipes.report_asset_materialization(
            metadata={"looms": len(looms), "patterns": len(stock), "page": str(PAGE.relative_to(PROJECT))}
        )
        pipes.report_asset_check(
            check_name="no_pattern_is_oversold",
            passed=not oversold,
            severity="WARN",
            metadata={"oversold": ", ".join(oversold) or "none"},
        )


if __name__ == "__main__":
    main()
