"""`treadle check`: find every mistake in the project, without running it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from treadle.cli.workspaces import workspace_option
from treadle.errors import Diagnostic, ProjectError, Severity, UsageError, listing

if TYPE_CHECKING:
    from treadle.project.looking import Look
    from treadle.workspace import Joined

__all__ = ["check"]

Format = Literal["text", "json", "sarif", "github"]
_MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What was asked for."""

    folder: Path
    paths: tuple[Path, ...]
    build: bool | None
    format: Format
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What was found: all of it, and how much was looked at."""

    diagnostics: tuple[Diagnostic, ...]
    counted: str = ""
    excused: str = ""
    whole: Joined | None = None


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--build/--no-build",
    default=None,
    help="Also import and build everything, or don't; that runs the project's Python code, and is the default where "
    "policies hold, and with --workspace.",
)
@workspace_option
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
    build: bool | None,
    whole: bool,
    format_: Format | None,
    as_json: bool,
    fix: bool,
    watch: bool,
) -> None:
    """Find every mistake in the project, without running it.

    With PATHS, only mistakes in these files and folders are told. Ends with 0 when there is none,
    with 1 otherwise; warnings alone end with 0. Where policies hold, everything is built to be judged.

    With --workspace, all projects of the workspace are looked at, several at once, and also what is wrong between them.
    """
    from treadle.cli.main import EXIT_PROJECT

    if as_json and format_ not in (None, "json"):
        raise UsageError(f"--json and --format {format_} can't be used together", fix="use one of them")
    request = _Request(
        folder=folder,
        paths=paths,
        build=build,
        format="json" if as_json else format_ or "text",
        whole=whole,
    )
    if watch:
        _watch(request, fix=fix)
        return
    if fix:
        _fix(request, _look)
    ctx.exit(EXIT_PROJECT if _tell(request, _look(request)) else 0)


def _look(request: _Request) -> _Answer:
    from treadle.project.looking import look_at

    if request.whole:
        return _look_at_all(request)
    return _answer(request, lambda: look_at(request.folder, build=request.build))


def _answer(request: _Request, look_at: Callable[[], Look]) -> _Answer:
    from treadle.cli.outcomes import amount

    try:
        look = look_at()
    except ProjectError as error:
        return _Answer(diagnostics=error.diagnostics)
    _refuse_others(request.paths, look.root)
    assets = "" if look.assets is None else f", {amount(look.assets, 'asset')}"
    return _Answer(
        diagnostics=look.diagnostics,
        counted=f" in {amount(look.components, 'component')}{assets}",
        excused=look.excused,
    )


def _look_at_all(request: _Request) -> _Answer:
    from treadle.cli.workspace_check import check_workspace, counted

    try:
        workspace, joined = check_workspace(request.folder, build=request.build is not False)
    except ProjectError as error:
        return _Answer(diagnostics=error.diagnostics)
    _refuse_others(request.paths, workspace.root)
    return _Answer(
        diagnostics=joined.diagnostics,
        counted=counted(joined),
        whole=joined,
    )


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
        click.echo(json.dumps(_json(answer, found), indent=2))
    elif request.format == "sarif":
        from treadle.cli.sarif import repository, sarif

        click.echo(json.dumps(sarif(found, repository(request.folder)), indent=2))
    else:
        _show(request, found)
        if answer.whole and request.format == "text":
            from treadle.cli.workspace_check import rows

            click.echo("\n".join(rows(answer.whole)))
        told = diagnostics.summary(found) + _counted(request.paths, found, answer)
        click.echo(told + diagnostics.fixable(found) + seconds)
        if answer.excused:
            click.echo(answer.excused)
    return any(each.severity is Severity.ERROR for each in found)


def _json(answer: _Answer, found: Sequence[Diagnostic]) -> dict[str, Any]:
    from treadle.project.diagnostic_json import diagnostic_json

    if answer.whole:
        from treadle.cli.workspace_check import workspace_json

        return workspace_json(answer.whole, found)
    return {"diagnostics": list(map(diagnostic_json, found))}


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


def _fix(request: _Request, look: Callable[[_Request], _Answer]) -> None:
    """Make what edits there are, round by round: one that is made may let others be seen."""
    from treadle.cli.fixing import Fixes, fix_files
    from treadle.cli.outcomes import amount

    try:
        root = _root(request)
    except ProjectError:
        return  # it is told by the look that follows
    fixes = Fixes()
    for _ in range(_MOST_ROUNDS):
        if not fix_files(_within(look(request).diagnostics, request.paths), root, fixes):
            break
    for line in fixes.lines():
        click.echo(line, err=True)
    if fixes.mended:
        told = f"mended {amount(fixes.mended, 'mistake')} in {amount(len(fixes.after), 'file')}\n"
        click.echo(told, err=True)


def _watch(request: _Request, *, fix: bool) -> None:
    from treadle.background.project_process import NotLoadedError
    from treadle.cli.looking_anew import Looks
    from treadle.cli.watching import watch

    if request.format != "text":
        raise UsageError(f"--watch and --format {request.format} can't be used together", fix="leave one of them out")
    looks = Looks(request.folder)

    def answer(request: _Request) -> _Answer:
        if not request.whole and (request.build or (request.build is None and _is_judged(request.folder))):
            return _answer(request, lambda: looks.look(build=request.build))
        return _look(request)

    def look() -> None:
        if sys.stdout.isatty():
            click.clear()
        started = time.perf_counter()
        try:
            if fix:
                _fix(request, answer)
            found = answer(request)
        except (UsageError, NotLoadedError, OSError) as error:
            click.echo(f"error: {error}", err=True)
            return
        _tell(request, found, f" ({time.perf_counter() - started:.2f} s)")

    try:
        watch(_watched_folder(request), look, click.echo)
    except KeyboardInterrupt:
        click.echo()  # it is how watching ends, and nothing has failed
    finally:
        looks.close()


def _is_judged(folder: Path) -> bool:
    """Whether policies hold in the project, so that it is built."""
    from treadle.project import find_settings
    from treadle.project.policing import has_rules

    try:
        return has_rules(find_settings(folder))
    except ProjectError:
        return False  # which is told by the look that follows


def _root(request: _Request) -> Path:
    """The folder of the project, or of the workspace."""
    if request.whole:
        from treadle.workspace import find_workspace

        return find_workspace(request.folder).root
    from treadle.project import find_settings

    return find_settings(request.folder).root


def _watched_folder(request: _Request) -> Path:
    """The same, also while the settings can't be read."""
    try:
        return _root(request)
    except ProjectError as error:
        span = error.diagnostics[0].span
        return span.file.parent if span and span.file.is_file() else request.folder.resolve()
