"""The latest outcome of each asset, in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.ir import AssetGraph, AssetKey
    from treadle.project import Settings
    from treadle.store import CheckResultRecord

__all__ = ["amount", "facts", "for_partitions", "outcomes"]


def outcomes(settings: Settings, graph: AssetGraph) -> dict[AssetKey, str]:
    """What to say of each asset; nothing when nothing has run yet."""
    from treadle.cli.loaded import opened_store

    if not settings.store and not (settings.state / "treadle.db").exists():
        return {}
    try:
        with opened_store(settings) as store:
            materialized = store.latest_materializations()
            checked = store.latest_check_results()
            newest = store.runs(limit=1)
            failed = {
                asset
                for run in newest
                for step in store.steps(run.id)
                if step.status.value in ("failed", "cancelled", "skipped")
                for asset in step.assets
                if (found := materialized.get(asset)) is None or found.run_id != run.id
            }
    except UsageError as error:
        click.echo(f"warning: outcomes can't be shown: {error.message}", err=True)
        return {}
    results: dict[AssetKey, list[CheckResultRecord]] = {}
    for check, result in checked.items():
        if check in graph.checks:
            results.setdefault(check.asset, []).append(result)
    notes = {}
    for key in graph.assets:
        if graph.is_external(key):
            continue
        since = materialized[key].created_at if key in materialized else None
        if key in failed:
            notes[key] = click.style("✗ not materialized", fg="red")
        elif key in materialized:
            notes[key] = click.style("✓ ", fg="green") + (facts(materialized[key].metadata) or "materialized")
        else:
            notes[key] = click.style("· never materialized", dim=True)
        # A result from before the latest attempt says nothing of what is there now.
        notes[key] += _checks(
            [
                each
                for each in results.get(key, ())
                if (each.run_id == newest[0].id if key in failed else since is None or each.created_at >= since)
            ]
        )
    return notes


def _checks(results: Sequence[CheckResultRecord]) -> str:
    if not results:
        return ""
    failed = [result for result in results if not result.passed]
    worst = any(result.severity.value == "error" for result in failed)
    text = f"  {len(results) - len(failed)}/{len(results)} checks"
    return click.style(text, fg="red" if worst else "yellow" if failed else "green")


def facts(metadata: Mapping[str, object]) -> str:
    """Rows and seconds, where they are known.

    >>> facts({"rows_affected": 1200, "execution_time": 0.051})
    '1,200 rows  0.05 s'
    """
    words = []
    if isinstance(rows := metadata.get("rows_affected", metadata.get("rows")), int):
        words.append(amount(rows, "row"))
    if isinstance(seconds := metadata.get("execution_time"), int | float):
        words.append(f"{seconds:.2f} s")
    return "  ".join(words)


def amount(count: int, word: str, words: str = "") -> str:
    """A number with its word, or the word for several.

    >>> amount(1, "asset"), amount(2000, "asset"), amount(0, "policy", "policies")
    ('1 asset', '2,000 assets', '0 policies')
    """
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def for_partitions(keys: Sequence[str]) -> str:
    """The end of a sentence: which partitions a run is for, if any.

    >>> for_partitions(["eu"]), for_partitions(["a", "b", "c"]), for_partitions([])
    (', for partition eu', ', for 3 partitions, a to c', '')
    """
    if len(keys) > 1:
        return f", for {amount(len(keys), 'partition')}, {keys[0]} to {keys[-1]}"
    return f", for partition {keys[0]}" if keys else ""
