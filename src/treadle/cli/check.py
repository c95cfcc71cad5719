"""`treadle check`: find every mistake in the project, without running it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from treadle.errors import Diagnostic, ProjectError, Severity, UsageError, listing

__all__ = ["check"]

Format = Literal["text", "json", "sarif", "github"]
_MOST_ROUNDS = 10
# What an expression can't give by its type is a wrong value once it is rendered, and a call that can't work fails.
_ONCE_BUILT = {"TRD309": "TRD204", "TRD308": "TRD305"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What was asked for."""

    folder: Path
    paths: tuple[Path, ...]
    build: bool
    format: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What was found: all of it, and how much was looked at."""

    diagnostics: tuple[Diagnostic, ...]
    counted: str = ""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--build", is_flag=True, help="Also import and build everything; that runs the project's Python code.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "sarif", "github"]),
    help="How the mistakes are told: for people, as JSON, as SARIF 2.1.0, as annotations of GitHub Actions.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, then tell what is left.")
@click.option("--watch", is_flag=True, help="Look again after every change, until Ctrl-C.")
@click.pass_obj
@click.pass_context
def check(
    ctx: click.Context,
    folder: Path,
    paths: tuple[Path, ...],
    build: bool,
    format_: Format | None,
    as_json: bool,
    fix: bool,
    watch: bool,
) -> None:
    """Find every mistake in the project, without running it.

    With PATHS, only mistakes in these files and folders are told. Ends with 0 when there is none,
    with 1 otherwise; warnings alone end with 0. Where policies hold, everything is built to be judged.
    """
    from treadle.cli.main import EXIT_PROJECT

    if as_json and format_ not in (None, "json"):
        raise UsageError(f"--json and --format {format_} can't be used together", fix="use one of them")
    request = _Request(folder=folder, paths=paths, build=build, format="json" if as_json else format_ or "text")
    if watch:
        _watch(request, fix=fix)
        return
    if fix:
        _fix(request)
    ctx.exit(EXIT_PROJECT if _tell(request, _look(request)) else 0)


def _look(request: _Request) -> _Answer:
    from treadle.cli.outcomes import amount
    from treadle.project.checking import check
    from treadle.project.policing import has_rules

    try:
        checked = check(request.folder)
        _refuse_others(request.paths, checked.settings.root)
        if not request.build and not has_rules(checked.settings):
            return _Answer(diagnostics=checked.diagnostics, counted=f" in {amount(checked.components, 'component')}")
        from treadle.project import load  # takes longer than most checks
        from treadle.project.last_load import remember_assets

        project = load(request.folder, remembered=True)
        remember_assets(project)
    except ProjectError as error:
        return _Answer(diagnostics=error.diagnostics)
    counted = f" in {amount(len(project.components), 'component')}, {amount(len(project.graph.assets), 'asset')}"
    return _Answer(diagnostics=_once(checked.diagnostics, project.diagnostics), counted=counted)


def _once(static: Sequence[Diagnostic], built: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What either look has found; a mistake that both see is told in the words of the first."""
    from treadle.project.diagnostics import ordered

    told, also = _by_place(static), _by_place(built)
    return ordered(
        each for place in {**told, **also} for each in max(told.get(place, []), also.get(place, []), key=len)
    )


def _by_place(diagnostics: Sequence[Diagnostic]) -> dict[tuple[str, object], list[Diagnostic]]:
    """The mistakes of each kind at each place; there may be several, as two names that are missing."""
    found: dict[tuple[str, object], list[Diagnostic]] = {}
    for each in dict.fromkeys(diagnostics):
        code = _ONCE_BUILT.get(each.code, each.code)
        found.setdefault((code, each.span or each.message), []).append(each)
    return found


def _refuse_others(paths: Sequence[Path], root: Path) -> None:
    """A path that isn't in the project would seem to have no mistakes."""
    for path in paths:
        if not path.resolve().is_relative_to(root):
            raise UsageError(
                f"{str(path)!r} is not in the project {str(root)!r}",
                fix=f"name the project that it is in: treadle -C {path if path.is_dir() else path.parent} check",
            )


def _within(diagnostics: Sequence[Diagnostic], paths: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """The mistakes in some files and folders; what has no place is about all of them."""
    if not paths:
        return tuple(diagnostics)
    places = [each.resolve() for each in paths]
    files = {each.span.file for each in diagnostics if each.span}
    within = {file for file in files if any(file.resolve().is_relative_to(place) for place in places)}
    return tuple(each for each in diagnostics if each.span is None or each.span.file in within)


def _tell(request: _Request, answer: _Answer, seconds: str = "") -> bool:
    """Print what was found; says whether there are errors."""
    from treadle.cli import diagnostics

    found = _within(answer.diagnostics, request.paths)
    if request.format == "json":
        click.echo(json.dumps({"diagnostics": list(map(diagnostics.as_json, found))}, indent=2))
    elif request.format == "sarif":
        from treadle.cli.sarif import repository, sarif

        click.echo(json.dumps(sarif(found, repository(request.folder)), indent=2))
    else:
        _show(request, found)
        told = diagnostics.summary(found) + _counted(request.paths, found, answer)
        click.echo(told + diagnostics.fixable(found) + seconds)
    return any(each.severity is Severity.ERROR for each in found)


def _show(request: _Request, found: Sequence[Diagnostic]) -> None:
    from treadle.cli import diagnostics

    if request.format == "text":
        diagnostics.show(found)
        return
    from treadle.cli.github import annotation
    from treadle.cli.sarif import repository

    base = repository(request.folder)
    for each in found:
        click.echo(annotation(each, base))


def _counted(paths: Sequence[Path], found: Sequence[Diagnostic], answer: _Answer) -> str:
    from treadle.cli.diagnostics import summary

    if not paths:
        return answer.counted
    here = set(found)
    elsewhere = [each for each in answer.diagnostics if each not in here]
    return f" in {listing(map(str, paths), most=3)}" + (f", {summary(elsewhere)} elsewhere" if elsewhere else "")


def _fix(request: _Request) -> None:
    """Make what edits there are, round by round: one that is made may let others be seen."""
    from treadle.cli.fixing import Fixes, fix_files
    from treadle.cli.outcomes import amount
    from treadle.project import find_settings

    try:
        root = find_settings(request.folder).root
    except ProjectError:
        return  # it is told by the look that follows
    fixes = Fixes()
    for _ in range(_MOST_ROUNDS):
        if not fix_files(_within(_look(request).diagnostics, request.paths), root, fixes):
            break
    for line in fixes.lines():
        click.echo(line, err=True)
    if fixes.mended:
        told = f"mended {amount(fixes.mended, 'mistake')} in {amount(len(fixes.after), 'file')}\n"
        click.echo(told, err=True)


def _watch(request: _Request, *, fix: bool) -> None:
    from treadle.cli.watching import watch

    if request.format != "text":
        raise UsageError(f"--watch and --format {request.format} can't be used together", fix="leave one of them out")

    def look() -> None:
        if sys.stdout.isatty():
            click.clear()
        if request.build or _is_judged(request.folder):
            # Python keeps what it has imported: only a new process sees what has become of it.
            subprocess.run([sys.executable, "-m", "treadle", *_arguments(request, fix=fix)], check=False)
            return
        started = time.perf_counter()
        try:
            if fix:
                _fix(request)
            answer = _look(request)
        except (UsageError, OSError) as error:
            click.echo(f"error: {error}", err=True)
            return
        _tell(request, answer, f" ({time.perf_counter() - started:.2f} s)")

    try:
        watch(_watched_folder(request.folder), look, click.echo)
    except KeyboardInterrupt:
        click.echo()  # it is how watching ends, and nothing has failed


def _is_judged(folder: Path) -> bool:
    """Whether policies hold in the project, so that it is built."""
    from treadle.project import find_settings
    from treadle.project.policing import has_rules

    try:
        return has_rules(find_settings(folder))
    except ProjectError:
        return False  # which is told by the look that follows


def _arguments(request: _Request, *, fix: bool) -> list[str]:
    options = [*(["--build"] if request.build else []), *(["--fix"] if fix else [])]
    return ["-C", str(request.folder), "check", *options, "--", *map(str, request.paths)]


def _watched_folder(folder: Path) -> Path:
    """The project's folder, also while its settings can't be read."""
    from treadle.project import find_settings

    try:
        return find_settings(folder).root
    except ProjectError as error:
        span = error.diagnostics[0].span
        return span.file.parent if span and span.file.is_file() else folder.resolve()
