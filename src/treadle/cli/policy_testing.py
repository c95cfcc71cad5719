"""`treadle policy test`: judge the cases that are written beside policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from treadle.errors import ProjectError, Severity, UsageError

if TYPE_CHECKING:
    from treadle.errors import Diagnostic
    from treadle.testing.policies import Judged, Place, Table

__all__ = ["test"]

_NO_CASES = "There are no cases{where}. Write some into policies.test.yaml, beside policies.yaml."


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--packages", is_flag=True, help="Also those of the packages that bring policies to the project.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "junit"]),
    help="How it is told what came of the cases: for people, as JSON, as JUnit XML.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.pass_obj
@click.pass_context
def test(
    ctx: click.Context,
    folder: Path,
    paths: tuple[Path, ...],
    packages: bool,
    format_: Literal["text", "json", "junit"] | None,
    as_json: bool,
) -> None:
    """Judge the cases that are written beside policies.

    They are in policies.test.yaml, beside the project's policies.yaml, or in the folders PATHS. Each case gives an asset, and says what a policy has to say of it. Policies that are never violated by a case, or
    never kept, are listed. Ends with 1 when a case isn't as it expects.
    """
    from treadle.cli.main import EXIT_PROJECT
    from treadle.testing.policies import find_tables, judge_table

    if as_json and format_ not in (None, "json"):
        raise UsageError(f"--json and --format {format_} can't be used together", fix="use one of them")
    found = find_tables(_places(folder, paths, packages=packages))
    judged = [each for table in found.tables for each in judge_table(table)]
    form = "json" if as_json else format_ or "text"
    if form == "json":
        click.echo(json.dumps(_as_json(judged, found.tables, found.diagnostics), indent=2))
    elif form == "junit":
        click.echo(_as_junit(judged, found.diagnostics), nl=False)
    else:
        _tell(judged, found.tables, found.diagnostics, paths)
    broken = any(each.severity is Severity.ERROR for each in found.diagnostics)
    ctx.exit(EXIT_PROJECT if broken or not all(each.passed for each in judged) else 0)


def _places(folder: Path, paths: Sequence[Path], *, packages: bool) -> list[Place]:
    """Where to look: the project's own folder and its packages, or what is named."""
    import sys

    from treadle.project import find_settings
    from treadle.project.policing.packages import found_packages
    from treadle.project.policing.presence import module_file
    from treadle.testing.policies import Place, place_of

    places = [place_of(each) for each in paths]
    for each in places:
        if each.giver:  # what stands there is tested, and not what is installed
            sys.path.insert(0, str(each.folder.parents[each.giver.count(".")]))
    try:
        settings = find_settings(folder)
    except ProjectError:
        if not paths:
            raise
        return places  # those of a package, whose checkout is no project
    if str(settings.source) not in sys.path:
        sys.path.insert(0, str(settings.source))
    if not paths:
        module = f"{settings.module}.policies"
        places.append(Place(folder=settings.root, module=module, source=module_file(settings)))
    if packages:
        places += [place_of(each) for each in found_packages()[0].values()]
    return places


def _tell(
    judged: Sequence[Judged], tables: Sequence[Table], mistakes: Sequence[Diagnostic], paths: Sequence[Path]
) -> None:
    from treadle.cli.diagnostics import relative, render, show, summary
    from treadle.cli.outcomes import amount

    show(mistakes)
    for each in judged:
        if not each.passed:
            place = click.style(f"{relative(each.case.span.file)}:{each.case.span.line}", dim=True)
            click.echo(f"{click.style('✗', fg='red', bold=True)} {each.case.policy}: {each.case.name}  {place}")
            for failure in each.failures:
                click.echo(render(failure), err=True)
    for policy, lacking in _untested(judged, tables):
        click.echo(f"{click.style('–', fg='yellow')} {policy}: {lacking}")
    wrong = f"{summary(mistakes)} in files of policies and cases" if mistakes else ""
    if not judged:
        click.echo(wrong or _NO_CASES.format(where=" in " + ", ".join(map(str, paths)) if paths else " yet"))
        return
    failed = sum(not each.passed for each in judged)
    words = [f"{failed} failed" if failed else "", f"{len(judged) - failed} passed", wrong]
    policies = amount(len({each.case.policy for each in judged}), "policy", "policies")
    click.echo(f"{amount(len(judged), 'case')} of {policies}: {', '.join(filter(None, words))}")


def _untested(judged: Iterable[Judged], tables: Iterable[Table]) -> list[tuple[str, str]]:
    """Policies whose cases don't show both what is right and what isn't, and what is missing."""
    kept = {each.case.policy for each in judged if each.case.attributes.expect == "pass"}
    violated = {each.case.policy for each in judged if each.case.attributes.expect != "pass"}
    lacking: list[tuple[str, str]] = []
    for name in (policy.name for table in tables for policy in table.policies):
        if name not in kept | violated:
            lacking.append((name, "has no case"))
        elif name not in kept:
            lacking.append((name, "no case keeps it"))
        elif name not in violated:
            lacking.append((name, "no case violates it"))
    return lacking


def _as_json(judged: Sequence[Judged], tables: Sequence[Table], mistakes: Sequence[Diagnostic]) -> dict[str, Any]:
    """The documented JSON shape of what came of cases."""
    from treadle.project.diagnostic_json import diagnostic_json

    return {
        "passed": sum(each.passed for each in judged),
        "failed": sum(not each.passed for each in judged),
        "cases": [
            {
                "policy": each.case.policy,
                "name": each.case.name,
                "file": str(each.case.span.file),
                "line": each.case.span.line,
                "expected": each.case.attributes.expect,
                "passed": each.passed,
                "diagnostics": list(map(diagnostic_json, each.failures)),
            }
            for each in judged
        ],
        "untested": [{"policy": name, "why": why} for name, why in _untested(judged, tables)],
        "diagnostics": list(map(diagnostic_json, mistakes)),
    }


def _as_junit(judged: Sequence[Judged], mistakes: Sequence[Diagnostic]) -> str:
    from treadle.cli.junit import TestCase, TestSuite, junit
    from treadle.cli.sarif import explained

    suites: dict[str, list[TestCase]] = {}
    for each in judged:
        failures = [explained(failure) for failure in each.failures]
        suites.setdefault(each.case.policy, []).append(
            TestCase(
                name=each.case.name,
                of=each.case.policy,
                state="passed" if each.passed else "failed",
                message=each.failures[0].message if each.failures else "",
                text="\n\n".join((*failures, str(each.case.span)) if failures else ()),
            )
        )
    if mistakes:
        suites["files"] = [
            TestCase(name=each.code, of="files", state="failed", message=each.message, text=explained(each))
            for each in mistakes
        ]
    return junit(TestSuite(name=name, cases=tuple(cases)) for name, cases in suites.items())
