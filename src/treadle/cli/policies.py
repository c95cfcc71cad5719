"""`treadle list policies`: which rules there are, where they come from, and how much is against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_listing
from treadle.cli.outcomes import amount
from treadle.cli.showing import json_option, show_objects
from treadle.cli.tables import table

if TYPE_CHECKING:
    from treadle.project.policing.admission import Admission

__all__ = ["policies"]


@click.command()
@click.option("--all", "every", is_flag=True, help="Also those that hold nowhere here.")
@json_option
@click.pass_obj
@click.pass_context
def policies(ctx: click.Context, folder: Path, every: bool, as_json: bool) -> None:
    """List policies: how hard each is meant, for how much it holds, and how much is against it."""
    project, code = load_for_listing(folder)
    known = _objects(project.admission) if project.admission else []
    objects = [each for each in known if every or each["severity"]]

    def draw() -> None:
        titles = ("Policy", "Severity", "Holds for", "Violations")
        table(
            titles, map(_row, objects), empty="No policies hold. Write some into policies.yaml, beside pyproject.toml."
        )
        if others := len(known) - len(objects):
            click.echo(f"\n{others} more are known and hold nowhere: treadle list policies --all")

    show_objects(as_json, objects, draw)
    ctx.exit(code)


def _row(found: Mapping[str, Any]) -> tuple[str, ...]:
    excused = f" +{found['excused']} excused" if found["excused"] else ""
    return (
        found["name"],
        found["severity"] or "–",
        amount(found["holds_for"], found["target"]) if found["holds_for"] else "–",
        f"{found['violations'] or '–'}{excused}",
    )


def _objects(admission: Admission) -> list[dict[str, Any]]:
    """The documented JSON shape of policies."""
    from treadle.project.policing.telling import told_policies

    verdicts = [each for each in admission.excused.verdicts if not each.is_broken]
    open_ = Counter(each.policy for each in verdicts if each.excuse is None)
    excused = Counter(each.policy for each in verdicts if each.excuse is not None)
    return [
        {
            **{name: told[name] for name in ("name", "severity", "target", "from", "match", "holds_for")},
            "violations": open_[told["name"]],
            "excused": excused[told["name"]],
            **{name: told[name] for name in ("waivable", "description", "docs", "file", "line")},
        }
        for told in told_policies(admission)
    ]
