"""`treadle diff`: what a change of the repository does to the asset graph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.showing import json_option

if TYPE_CHECKING:
    from treadle.project.comparing import Comparison, Finding, Part, Side

__all__ = ["diff"]


@click.command()
@click.argument("revision", metavar="REV")
@click.argument("other", metavar="[REV2]", required=False)
@click.option("--merge-base", is_flag=True, help="Compare with the commit at which the two went apart.")
@click.option("--exit-code", is_flag=True, help="End with 1 when anything is different.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown")),
    default="text",
    help="Text, or Markdown for a comment on a pull request.",
)
@json_option
@click.pass_obj
@click.pass_context
def diff(
    ctx: click.Context,
    folder: Path,
    revision: str,
    other: str | None,
    merge_base: bool,
    exit_code: bool,
    form: str,
    as_json: bool,
) -> None:
    """Tell what the working tree, or REV2, does to the asset graph of REV: a branch, a tag or a commit.

    What is added, removed, renamed or changed, what has to be made again, and which mistakes are new or mended. Nothing
    of yours is touched: REV is written into a temporary folder. Ends with 1 when there are new errors.
    """
    from treadle.cli.main import EXIT_PROJECT
    from treadle.library.dbt.packages import share_packages
    from treadle.project.comparing import compare_revisions

    old, new, found = compare_revisions(folder, revision, other, merge_base=merge_base, prepare=share_packages)
    if as_json:
        click.echo(json.dumps(_json(old, new, found), indent=2))
    elif form == "markdown":
        from treadle.cli.diff_markdown import markdown

        click.echo("\n".join(markdown(old, new, found)))
    else:
        from treadle.cli.diff_text import lines

        click.echo("\n".join(lines(old, new, found)))
    ctx.exit(EXIT_PROJECT if found.new_errors or (exit_code and not found.is_same) else 0)


def _json(old: Side, new: Side, found: Comparison) -> dict[str, Any]:
    return {
        "from": _side(old),
        "to": _side(new),
        **{kind: _part(part) for kind, part in found.parts.items()},
        "edges": {"added": list(map(list, found.edges_added)), "removed": list(map(list, found.edges_removed))},
        "stale": [{"asset": each.asset, "reason": each.reason, "because": list(each.because)} for each in found.stale],
        "diagnostics": {"new": list(map(_finding, found.new)), "mended": list(map(_finding, found.mended))},
    }


def _side(side: Side) -> dict[str, Any]:
    return {"revision": side.revision, "commit": side.commit, "notes": list(side.notes)}


def _part(part: Part) -> dict[str, Any]:
    return {
        "added": list(part.added),
        "removed": list(part.removed),
        "renamed": [{"from": each.old, "to": each.new, "fields": _fields(each.fields)} for each in part.renamed],
        "changed": [{"name": each.name, "fields": _fields(each.fields)} for each in part.changed],
    }


def _fields(fields: Any) -> list[dict[str, Any]]:
    return [{"field": each.field, "old": each.old, "new": each.new} for each in fields]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "fix": finding.fix,
        "file": finding.file,
        "line": finding.line,
    }
