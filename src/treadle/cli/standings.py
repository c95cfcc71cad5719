"""How assets stand, as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import click

__all__ = ["STATUSES", "StandingLine", "show_standings"]

STATUSES = ("failed", "missing", "overdue", "stale", "partial", "fresh")
"""The words for how an asset stands; the first that holds is told."""

_SIGNS = {"failed": "✗", "missing": "·", "overdue": "!", "stale": "~", "partial": "◐", "fresh": "✓"}
_COLORS = {
    "failed": "red",
    "missing": "white",
    "overdue": "red",
    "stale": "yellow",
    "partial": "cyan",
    "fresh": "green",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingLine:
    """How an asset stands; `project` is only named where there are several."""

    asset: str
    status: str
    reasons: Sequence[str] = ()
    materialized_at: datetime | None = None
    project: str = ""


def show_standings(found: Sequence[StandingLine], only: Sequence[str]) -> None:
    """Print a line for each asset, sorted, and how many there are of each status; `only` limits the lines."""
    shown = sorted((each for each in found if not only or each.status in only), key=lambda each: each.asset)
    names = max((len(each.asset) for each in shown), default=0)
    projects = max((len(each.project) + 2 for each in shown if each.project), default=0)
    for each in shown:
        for line in _lines(each, names, projects):
            click.echo(line)
    counts = Counter(each.status for each in found)
    click.echo("\n" + (", ".join(f"{counts[name]} {name}" for name in STATUSES if counts[name]) or "no asset"))


def _lines(each: StandingLine, names: int, projects: int) -> Iterable[str]:
    name = each.status
    sign = click.style(_SIGNS[name], fg=_COLORS[name])
    word = click.style(f"{name:<8}", fg=_COLORS[name])
    project = click.style(f"{each.project:<{projects}}", fg="cyan") if projects else ""
    reasons = each.reasons or ((_when(each.materialized_at),) if each.materialized_at else ())
    first, *rest = reasons or ("",)
    yield f"{sign} {each.asset:<{names}}  {project}{word} {click.style(first, dim=name == 'fresh')}".rstrip()
    for line in rest:
        yield f"{'':<{names + 4 + projects}}{'':<9}{line}"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
