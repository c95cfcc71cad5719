"""`treadle policy preview`: what policies would break that aren't in force yet."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.showing import json_option
from treadle.cli.tables import table
from treadle.cli.workspaces import workspace_option
from treadle.errors import Diagnostic, Severity, UsageError
from treadle.ir.verdict_json import verdict_json

if TYPE_CHECKING:
    from treadle.policies.changes import Change
    from treadle.project.policing.records import Trial

__all__ = ["preview"]

_MOST_SHOWN = 40


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of a package that brings policies, to be read instead of the installed one.",
)
@click.option("--beside", is_flag=True, help="Read FILE besides the project's own policies.yaml, not in its place.")
@json_option
@workspace_option
@click.pass_obj
@click.pass_context
def preview(
    ctx: click.Context,
    folder: Path,
    file: Path | None,
    packages: tuple[Path, ...],
    beside: bool,
    as_json: bool,
    whole: bool,
) -> None:
    """Tell what other policies would break.

    These are violations that would be new, and those that would be gone, with the policies in FILE or in other packages.
    FILE is read in the place of the project's policies.yaml. Nothing is changed. With --workspace, all projects are
    asked, each with FILE beside its own. Ends with 1 when something that runs now wouldn't.
    """
    from treadle.cli.main import EXIT_PROJECT

    if file is None and not packages:
        raise UsageError("there is nothing to preview", fix="name a policies.yaml, or a package with --package DIR")
    objects = _ask_all(folder, file, packages) if whole else [_preview(folder, _trial(file, packages, beside=beside))]
    if as_json:
        click.echo(json.dumps(objects if whole else objects[0], indent=2))
    else:
        _show(objects)
    ctx.exit(EXIT_PROJECT if any(map(_is_worse, objects)) else 0)


def _trial(file: Path | None, packages: Sequence[Path], *, beside: bool) -> Trial:
    from treadle.project.policing.records import Trial
    from treadle.testing.policies import place_of

    places = [place_of(each) for each in packages]
    for each, given in zip(places, packages, strict=True):
        if not each.giver:
            raise UsageError(
                f"{str(given)!r} is no package", fix="name a folder that has __init__.py, or one in src/ that has"
            )
    named = {each.giver: each.folder for each in places}
    return Trial(file=file.resolve() if file else None, beside=beside, packages=named)


def _preview(folder: Path, trial: Trial) -> dict[str, Any]:
    from treadle.policies.changes import changed
    from treadle.project import load

    now = load(folder, remembered=True)
    for package, place in trial.packages.items():
        _forget(package, place)
    then = load(folder, remembered=True, trial=trial)
    known = set(now.diagnostics)
    told = {"TRD901", "TRD902"}
    mistakes = [each for each in then.diagnostics if each not in known and each.code not in told]
    return _as_json(now.settings.module, changed(now.graph.verdicts, then.graph.verdicts), mistakes)


def _forget(package: str, place: Path) -> None:
    """Have a package imported from another folder than before."""
    for name in [each for each in sys.modules if each == package or each.startswith(f"{package}.")]:
        del sys.modules[name]
    sys.path.insert(0, str(place.parents[package.count(".")]))


def _as_json(project: str, change: Change, mistakes: Iterable[Diagnostic]) -> dict[str, Any]:
    """The documented JSON shape of a preview."""
    from treadle.project.diagnostic_json import diagnostic_json

    return {
        "project": project,
        "new": [verdict_json(each) for each in change.new],
        "gone": [verdict_json(each) for each in change.gone],
        "diagnostics": list(map(diagnostic_json, mistakes)),
    }


def _ask_all(folder: Path, file: Path | None, packages: Sequence[Path]) -> list[dict[str, Any]]:
    """Each project of the workspace, in its own environment."""
    from treadle.project.diagnostic_json import diagnostic_json
    from treadle.workspace import ask, find_workspace

    _trial(file, packages, beside=True)  # what can't be asked is told once
    arguments = ["policy", "preview", "--json", "--beside"]
    for each in packages:
        arguments += ["--package", str(each.resolve())]
    arguments += [str(file.resolve())] if file else []
    answers = ask(find_workspace(folder), arguments)
    nothing: Mapping[str, Any] = {"new": [], "gone": []}
    return [
        each.found
        if isinstance(each.found, dict)
        else {"project": each.project.name, **nothing, "diagnostics": list(map(diagnostic_json, each.mistakes))}
        for each in answers
    ]


def _is_worse(found: Mapping[str, Any]) -> bool:
    denies = any(each["severity"] == "deny" for each in found["new"])
    return denies or any(each["severity"] == Severity.ERROR.value for each in found["diagnostics"])


def _show(objects: Sequence[Mapping[str, Any]]) -> None:
    from treadle.cli.outcomes import amount

    for each in (one for found in objects for one in found["diagnostics"]):
        place = f"  {each['file']}:{each['line']}" if each["file"] else ""
        click.echo(f"{each['severity']}[{each['code']}]: {each['message']}{place}", err=True)
    rows = []
    for found in objects:
        for kind in ("new", "gone"):
            rows += [(kind, each["severity"], each["policy"], found["project"], each["name"]) for each in found[kind]]
    if rows:
        table(("What", "Severity", "Policy", "Project", "Name"), rows[:_MOST_SHOWN], empty="")
    if len(rows) > _MOST_SHOWN:
        click.echo(f"… and {len(rows) - _MOST_SHOWN:,} more; --json has all of them")
    new = sum(len(found["new"]) for found in objects)
    gone = sum(len(found["gone"]) for found in objects)
    projects = f" in {amount(len(objects), 'project')}" if len(objects) > 1 else ""
    if new or gone:
        click.echo(f"{amount(new, 'violation')} would be new, {gone:,} would be gone{projects}.")
    elif not any(found["diagnostics"] for found in objects):
        click.echo(f"Nothing would change{projects}.")
