"""`treadle policy report`: violations by who answers for them, for people and for other tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from treadle.cli.tables import table
from treadle.cli.workspaces import workspace_option
from treadle.errors import UsageError
from treadle.ir.verdict_json import verdict_json

if TYPE_CHECKING:
    from treadle.ir.verdicts import Verdict
    from treadle.policies.reports import By
    from treadle.policies.rulebook import Rulebook
    from treadle.project import Project

__all__ = ["report"]

Format = Literal["table", "json", "sarif", "junit"]
_COUNTED = ("deny", "warn", "audit", "waived", "baseline")
_HEADS = {"owner": "Owner", "group": "Group", "project": "Project"}


@click.command()
@click.option("--by", type=click.Choice(list(_HEADS)), default="owner", help="Whose violations are told together.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "sarif", "junit"]),
    help="How they are told: as a table, as JSON, as SARIF 2.1.0, as JUnit XML.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@workspace_option
@click.pass_obj
@click.pass_context
def report(ctx: click.Context, folder: Path, by: By, format_: Format | None, as_json: bool, whole: bool) -> None:
    """Report violations by who answers for them.

    Also those that are only audited, waived or in the baseline. What several own is told to each of them. Ends with 0, whatever is violated: it is `treadle check` that judges.
    """
    from treadle.policies.reports import by_team
    from treadle.project import load

    if as_json and format_ not in (None, "json"):
        raise UsageError(f"--json and --format {format_} can't be used together", fix="use one of them")
    if whole:
        ctx.exit(_report_all(folder, by, "json" if as_json else format_ or "table"))
    project = load(folder, remembered=True)
    verdicts = [each for each in project.graph.verdicts if not each.is_broken]
    teams = by_team(project.graph, verdicts, by, project=project.settings.module)
    match "json" if as_json else format_ or "table":
        case "json":
            click.echo(json.dumps(_as_json(project, teams, by), indent=2))
        case "sarif":
            click.echo(json.dumps(_as_sarif(project, verdicts, folder), indent=2))
        case "junit":
            click.echo(_as_junit(project, teams), nl=False)
        case _:
            _show(project, teams, by)
    # What can't be judged is no violation, but a report without it would look better than it is.
    ctx.exit(_tell_unjudged(project))


def _report_all(folder: Path, by: By, form: Format) -> int:
    """The reports of all projects of the workspace; those of a team that has several are added up."""
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.workspace import ask, find_workspace

    if form not in ("table", "json"):
        raise UsageError(f"--workspace and --format {form} can't be used together", fix="ask each project by itself")
    answers = ask(find_workspace(folder), ["policy", "report", "--by", by, "--json"])
    show([mistake for each in answers for mistake in each.mistakes])
    found = [each.found for each in answers if isinstance(each.found, dict)]
    if form == "json":
        click.echo(json.dumps(found, indent=2))
    else:
        _show_counts(_added_up(team for each in found for team in each["teams"]), by, "Nothing violates a policy.")
    return EXIT_PROJECT if any(each.mistakes or each.code for each in answers) else 0


def _added_up(teams: Iterable[Mapping[str, Any]]) -> dict[str, tuple[list[int], list[str]]]:
    """The counts of each team, and the policies that it violates."""
    found: dict[str, tuple[list[int], list[str]]] = {}
    for team in teams:
        counts, policies = found.setdefault(team["name"], ([0] * len(_COUNTED), []))
        counts[:] = [count + team[name] for count, name in zip(counts, _COUNTED, strict=True)]
        policies += [each["policy"] for each in team["violations"]]
    return dict(sorted(found.items(), key=lambda pair: ([-count for count in pair[1][0]], pair[0])))


def _show_counts(teams: Mapping[str, tuple[Sequence[int], Sequence[str]]], by: By, empty: str) -> None:
    rows = [
        (team, *(str(each or "–") for each in counts), _most(policies)) for team, (counts, policies) in teams.items()
    ]
    table((_HEADS[by], "Denied", "Warned", "Audited", "Waived", "Baseline", "Most often"), rows, empty=empty)


def _tell_unjudged(project: Project) -> int:
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.errors import Severity

    told = ("TRD901", "TRD902", "TRD912", "TRD913")
    found = [each for each in project.diagnostics if each.severity is Severity.ERROR and each.code not in told]
    show(found)
    return EXIT_PROJECT if found else 0


def _show(project: Project, teams: Mapping[str, Sequence[Verdict]], by: By) -> None:
    from treadle.policies.reports import Tally

    tallies = {team: Tally.of(verdicts) for team, verdicts in teams.items()}
    counted = {
        team: ([getattr(tallies[team], name) for name in _COUNTED], [each.policy for each in verdicts])
        for team, verdicts in teams.items()
    }
    holds = project.admission is not None and any(each.terms for each in project.admission.rulebook.entries.values())
    _show_counts(counted, by, "Nothing violates a policy." if holds else "No policy holds here.")


def _most(policies: Sequence[str]) -> str:
    from collections import Counter

    (name, count), *_ = Counter(policies).most_common(1)
    return f"{name} ({count})"


def _as_json(project: Project, teams: Mapping[str, Sequence[Verdict]], by: By) -> dict[str, Any]:
    """The documented JSON shape of a report."""
    from dataclasses import asdict

    from treadle.policies.reports import Tally

    return {
        "project": project.settings.module,
        "by": by,
        "teams": [
            {"name": team, **asdict(Tally.of(verdicts)), "violations": [_with_excuse(each) for each in verdicts]}
            for team, verdicts in teams.items()
        ],
    }


def _with_excuse(verdict: Verdict) -> dict[str, Any]:
    excuse = verdict.excuse
    told = {"kind": excuse.kind, "reason": excuse.reason, "owner": excuse.owner} if excuse else None
    return {**verdict_json(verdict), "excuse": told}


def _as_sarif(project: Project, verdicts: Sequence[Verdict], folder: Path) -> dict[str, Any]:
    """A SARIF log whose rules are the policies; what is excused is there, and suppressed."""
    from treadle.cli.sarif import repository, sarif
    from treadle.ir.denials import diagnostic_of

    log = sarif([diagnostic_of(each) for each in verdicts], repository(folder))
    (run,) = log["runs"]
    names = sorted({each.policy for each in verdicts})
    rulebook = project.admission.rulebook if project.admission else None
    run["tool"]["driver"]["rules"] = [_rule(name, rulebook) for name in names]
    for result, verdict in zip(run["results"], verdicts, strict=True):
        result |= {
            "ruleId": verdict.policy,
            "ruleIndex": names.index(verdict.policy),
            "level": _LEVELS[verdict.severity],
        }
        if verdict.excuse:
            result["suppressions"] = [{"kind": "external", "justification": _said(verdict)}]
    return log


_LEVELS = {"deny": "error", "warn": "warning", "audit": "note"}


def _rule(name: str, rulebook: Rulebook | None) -> dict[str, Any]:
    entry = rulebook.entries.get(name) if rulebook else None
    rule: dict[str, Any] = {"id": name}
    if entry and entry.policy.description:
        rule["shortDescription"] = {"text": entry.policy.description}
    if entry and entry.policy.docs:
        rule["helpUri"] = entry.policy.docs
    return rule


def _said(verdict: Verdict) -> str:
    excuse = verdict.excuse
    assert excuse is not None
    if excuse.kind == "baseline":
        return "in the baseline: it was there before"
    return f"waived by {excuse.owner}: {excuse.reason}"


def _as_junit(project: Project, teams: Mapping[str, Sequence[Verdict]]) -> str:
    """A suite for each team, with each of its violations; a policy that a team keeps is a case that passes."""
    from treadle.cli.junit import TestCase, TestSuite, junit

    rulebook = project.admission.rulebook if project.admission else None
    holding = [name for name, each in (rulebook.entries.items() if rulebook else ()) if each.terms]
    suites = []
    for team, verdicts in (teams or {project.settings.module: ()}).items():
        violated = {each.policy for each in verdicts}
        cases = [_case(each) for each in verdicts]
        cases += [TestCase(name="kept", of=name) for name in holding if name not in violated]
        suites.append(TestSuite(name=team, cases=tuple(cases)))
    return junit(suites)


def _case(verdict: Verdict) -> Any:
    from treadle.cli.junit import TestCase
    from treadle.cli.sarif import explained
    from treadle.ir.denials import diagnostic_of

    place = f"\n{verdict.span}" if verdict.span else ""
    text = explained(diagnostic_of(verdict)) + place
    if verdict.excuse:
        return TestCase(name=verdict.name, of=verdict.policy, state="skipped", message=_said(verdict))
    state: Literal["failed", "passed"] = "failed" if verdict.severity == "deny" else "passed"
    return TestCase(name=verdict.name, of=verdict.policy, state=state, message=verdict.message, text=text)
