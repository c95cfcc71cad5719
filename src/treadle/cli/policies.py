"""`treadle list policies`: which rules there are, where they come from, and how much is against them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_listing
from treadle.cli.showing import json_option, show_objects
from treadle.cli.tables import table

if TYPE_CHECKING:
    from treadle.ir.verdicts import PolicySeverity
    from treadle.policies.rulebook import Entry
    from treadle.project.policing.admission import Admission

__all__ = ["policies"]


@click.command()
@json_option
@click.pass_obj
@click.pass_context
def policies(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List policies: how hard each is meant, who brings it, for how much it holds, and what is against it."""
    project, code = load_for_listing(folder)
    objects = _objects(project.admission) if project.admission else []

    def draw() -> None:
        rows = [
            (
                each["name"],
                each["severity"] or "–",
                each["target"],
                each["from"] or "the project",
                *(str(each[name] or "") for name in ("holds_for", "violations", "excused")),
            )
            for each in objects
        ]
        titles = ("Policy", "Severity", "Target", "From", "Holds for", "Violations", "Excused")
        table(titles, rows, empty="No policies are there. Write some into policies.yaml, beside pyproject.toml.")

    show_objects(as_json, objects, draw)
    ctx.exit(code)


def _objects(admission: Admission) -> list[dict[str, Any]]:
    amounts = admission.amounts()
    verdicts = [each for each in admission.excused.verdicts if not each.is_broken]
    open_ = Counter(each.policy for each in verdicts if each.excuse is None)
    excused = Counter(each.policy for each in verdicts if each.excuse is not None)
    return [
        {
            "name": name,
            "severity": _hardest(entry),
            "target": entry.policy.target,
            "from": entry.policy.giver or None,
            "match": entry.policy.match,
            "holds_for": amounts[name],
            "violations": open_[name],
            "excused": excused[name],
            "waivable": entry.policy.waivable,
            "description": entry.policy.description,
            "docs": entry.policy.docs,
            "file": str(entry.policy.span.file) if entry.policy.span else None,
            "line": entry.policy.span.line if entry.policy.span else None,
        }
        for name, entry in sorted(admission.rulebook.entries.items())
    ]


def _hardest(entry: Entry) -> PolicySeverity | None:
    """How hard a policy is meant where it is meant hardest; None when it holds nowhere."""
    from treadle.ir.verdicts import SEVERITIES

    return max((each.severity for each in entry.terms), key=SEVERITIES.index, default=None)
