"""`treadle test`: make the tests that are written beside component files."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from treadle.errors import Diagnostic
    from treadle.testing.suite import Outcome, TypeCoverage

__all__ = ["test"]

_NO_TESTS = "There are no tests{where}. Write some into defs.test.yaml, beside a defs.yaml."


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=None,
    help="How many tests are made at once. [default: one a core]",
)
@click.option("--coverage", is_flag=True, help="Also tell which attributes of the types no test gives.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of each test as JSON.")
@click.pass_obj
@click.pass_context
def test(
    ctx: click.Context, folder: Path, paths: tuple[Path, ...], jobs: int | None, coverage: bool, as_json: bool
) -> None:
    """Make the tests in `defs.test.yaml` files, or those in and below PATHS.

    Each test builds the components of the defs.yaml beside it in a process of its own, without the
    network and with no other environment than it gives; nothing is run. Ends with 1 when a test fails.
    """
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.components.descriptors import Descriptors
    from treadle.errors import Severity
    from treadle.project import find_settings
    from treadle.testing.suite import coverage as coverage_of
    from treadle.testing.suite import find_tests, run_tests

    settings = find_settings(folder)
    found = find_tests(settings, paths)
    descriptors = Descriptors(
        source=settings.source,
        cache=settings.state / "descriptors",
        patterns=settings.component_modules,
        defs_package=settings.defs_package,
    )
    started = time.monotonic()
    outcomes = []
    for outcome in run_tests(settings, found.tests, descriptors, jobs=jobs or os.cpu_count() or 1):
        outcomes.append(outcome)
        if not as_json:
            _tell(outcome)
    order = {id(each): position for position, each in enumerate(found.tests)}
    outcomes.sort(key=lambda each: order[id(each.test)])
    types = coverage_of([one for each in outcomes for one in each.result.covered], descriptors) if coverage else ()
    if as_json:
        click.echo(json.dumps(_as_json(outcomes, found.diagnostics, types if coverage else None), indent=2))
    else:
        show(found.diagnostics)
        _tell_coverage(types)
        click.echo(_summary(outcomes, found.diagnostics, paths, time.monotonic() - started))
    broken = any(each.severity is Severity.ERROR for each in found.diagnostics)
    ctx.exit(EXIT_PROJECT if broken or not all(each.passed for each in outcomes) else 0)


def _tell(outcome: Outcome) -> None:
    from treadle.cli.diagnostics import relative, render

    span = outcome.test.span
    mark = click.style("✓", fg="green") if outcome.passed else click.style("✗", fg="red", bold=True)
    place = click.style(f"{relative(span.file)}:{span.line}", dim=True)
    click.echo(f"{mark} {outcome.test.name}  {place}")
    for each in outcome.failures:
        click.echo(render(each), err=True)
    if not outcome.passed and outcome.result.output.strip():
        click.echo(f"what was printed meanwhile:\n{outcome.result.output.rstrip()}\n", err=True)


def _summary(outcomes: Sequence[Outcome], mistakes: Sequence[Diagnostic], paths: Sequence[Path], seconds: float) -> str:
    from treadle.cli.diagnostics import summary
    from treadle.cli.outcomes import amount

    wrong = f"{summary(mistakes)} in files of tests" if mistakes else ""
    if not outcomes:
        return wrong or _NO_TESTS.format(where=" in " + ", ".join(map(str, paths)) if paths else " yet")
    failed = sum(not each.passed for each in outcomes)
    words = [f"{failed} failed" if failed else "", f"{len(outcomes) - failed} passed", wrong]
    return f"{amount(len(outcomes), 'test')}: {', '.join(filter(None, words))} in {seconds:.1f} s"


def _tell_coverage(types: Sequence[TypeCoverage]) -> None:
    from treadle.cli.tables import table

    for each in types:
        every = len(each.given) + len(each.missing)
        click.echo(f"\n{click.style(each.type, bold=True)}: {len(each.given)} of {every} options ({each.share:.0%})")
        if each.missing:
            table(("No test gives",), [(missing,) for missing in each.missing], empty="")
    if types:
        click.echo()


def _as_json(
    outcomes: Sequence[Outcome], mistakes: Sequence[Diagnostic], types: Sequence[TypeCoverage] | None
) -> dict[str, Any]:
    """The documented JSON shape of what came of tests."""
    from treadle.project.diagnostic_json import diagnostic_json

    value: dict[str, Any] = {
        "passed": sum(each.passed for each in outcomes),
        "failed": sum(not each.passed for each in outcomes),
        "tests": [
            {
                "name": each.test.name,
                "file": str(each.test.span.file),
                "line": each.test.span.line,
                "passed": each.passed,
                "seconds": round(each.seconds, 3),
                "diagnostics": list(map(diagnostic_json, each.failures)),
                "output": each.result.output,
            }
            for each in outcomes
        ],
        "diagnostics": list(map(diagnostic_json, mistakes)),
    }
    if types is not None:
        value["coverage"] = [
            {"type": each.type, "given": list(each.given), "missing": list(each.missing)} for each in types
        ]
    return value
