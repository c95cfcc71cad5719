"""`treadle policy baseline` and `treadle policy waivers`: what is passed over, and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.showing import json_option, show_objects
from treadle.cli.tables import table

if TYPE_CHECKING:
    from treadle.errors import Diagnostic
    from treadle.ir.verdicts import Verdict
    from treadle.policies.baseline import Baseline, Entry
    from treadle.project import Project

__all__ = ["baseline", "waivers"]

_MOST_TOLD = 20


@click.command()
@json_option
@click.pass_obj
@click.pass_context
def baseline(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """Pass over what is violated now: only new ones count.

    The first time, all violations are written to policy-baseline.json, for you to commit. From then on the file only
    shrinks: what is mended is taken out, and what is new is told and ends with 1. To start anew, delete the file.
    """
    from treadle.cli.main import EXIT_PROJECT
    from treadle.policies.baseline import BASELINE, baseline_text, entry_of, read_baseline, renewed
    from treadle.project import load

    project = load(folder, remembered=True)
    before = read_baseline(project.settings.root / BASELINE)
    unsure = _unsure(project)
    if unsure or before.diagnostics:
        _refuse(unsure or before.diagnostics)
        ctx.exit(EXIT_PROJECT)
    admission = project.admission
    rules = admission.rules.policies if admission else ()
    unwaivable = {each.name for each in rules if not each.waivable}
    entries, new = renewed(before, project.graph.verdicts, unwaivable)
    file = project.settings.root / BASELINE
    if entries != before.entries or (entries and not before.exists):
        file.write_text(baseline_text(entries), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(_as_json(before, entries, new), indent=2))
    else:
        waived = {entry_of(each) for each in project.graph.verdicts if each.excuse and each.excuse.kind == "waiver"}
        _tell(before, entries, new, waived)
    # A warning that no baseline can hold is told, and nothing more: nobody could make the command succeed.
    ctx.exit(EXIT_PROJECT if any(each.severity == "deny" or each.policy not in unwaivable for each in new) else 0)


def _unsure(project: Project) -> list[Diagnostic]:
    """Mistakes because of which not everything was judged: nobody knows then what is mended."""
    from treadle.errors import Severity

    told = {"TRD901", "TRD912", "TRD914"}
    return [each for each in project.diagnostics if each.severity is Severity.ERROR and each.code not in told]


def _refuse(mistakes: Iterable[Diagnostic]) -> None:
    from treadle.cli.diagnostics import show

    show(list(mistakes))
    click.echo("The baseline stays as it is: while this is wrong, not everything can be judged.", err=True)


def _tell(before: Baseline, entries: frozenset[Entry], new: Sequence[Verdict], waived: Collection[Entry]) -> None:
    from treadle.cli.outcomes import amount
    from treadle.policies.baseline import BASELINE

    if not before.exists:
        policies = amount(len({each.policy for each in entries}), "policy", "policies")
        said = f"{BASELINE} passes over {amount(len(entries), 'violation')} of {policies} from now on: commit it."
        click.echo(said if entries else "There is nothing to pass over.")
    else:
        gone = sorted(before.entries - entries)
        for each in gone[:_MOST_TOLD]:
            why = "waived" if each in waived else "mended"
            click.echo(f"{click.style(why, fg='green')}  {each.name}  {click.style(each.policy, dim=True)}")
        left = f"{amount(len(entries), 'violation')} {'is' if len(entries) == 1 else 'are'} left in {BASELINE}"
        click.echo(f"{amount(len(gone), 'violation')} less: {left}." if gone else f"{left[0].upper()}{left[1:]}.")
    for verdict in new[:_MOST_TOLD]:
        click.echo(
            f"{click.style('new', fg='red')}  {verdict.message}  {click.style(verdict.policy, dim=True)}", err=True
        )
    if new:
        what = "is new, or allows" if len(new) == 1 else "are new, or allow"
        click.echo(f"{amount(len(new), 'violation')} {what} no exceptions: mend or waive them.", err=True)


def _as_json(before: Baseline, entries: frozenset[Entry], new: Sequence[Verdict]) -> dict[str, Any]:
    def listed(some: Iterable[Entry]) -> list[dict[str, str]]:
        return [each._asdict() for each in sorted(some)]

    return {
        "violations": listed(entries),
        "added": listed(() if before.exists else entries),
        "removed": listed(before.entries - entries),
        "new": [
            {"policy": each.policy, "target": each.target, "name": each.name, "message": each.message} for each in new
        ],
    }


@click.command()
@json_option
@click.pass_obj
@click.pass_context
def waivers(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List waivers, with what each excuses.

    Each has somebody who answers for it, a reason, and a day on which it expires.
    """
    from treadle.cli.loaded import load_for_listing

    project, code = load_for_listing(folder)
    uses = project.admission.excused.uses if project.admission else ()

    def draw() -> None:
        rows = [
            (
                each.waiver.policy,
                ", ".join(each.waiver.names),
                str(len(each.verdicts) or "–"),
                each.waiver.owner,
                f"{each.waiver.expires}{' !' if each.is_expired else ''}",
                each.waiver.reason,
            )
            for each in uses
        ]
        titles = ("Policy", "Names", "Used", "Owner", "Expires", "Reason")
        table(titles, rows, empty="Nothing is waived. Waivers are written into waivers.yaml, beside pyproject.toml.")

    show_objects(as_json, _waivers_json(project), draw)
    ctx.exit(code)


def _waivers_json(project: Project) -> list[dict[str, Any]]:
    """The documented JSON shape of waivers."""
    from treadle.project.policing.telling import told_waivers

    told = told_waivers(project.admission) if project.admission else ()
    shown = ("name", "message")
    return [
        {**each, "violations": [{name: one[name] for name in shown} for one in each["violations"]]} for each in told
    ]
