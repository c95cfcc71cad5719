"""`treadle export …`: hand the asset graph to another orchestrator."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_run
from treadle.cli.main import LazyGroup
from treadle.cli.showing import json_option
from treadle.errors import Diagnostic, ProjectError, UsageError

if TYPE_CHECKING:
    from treadle.adapters.dagster import Export, LeftOut
    from treadle.project import Settings

__all__ = ["dagster", "export"]

TARGETS = {"dagster": ("treadle.cli.export:dagster", "Write a code location for Dagster into a folder.")}
_MOST_NAMED = 3


@click.group(cls=LazyGroup, table=TARGETS)
def export() -> None:
    """Hand the asset graph to another orchestrator, which then runs it by Treadle."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("selection", nargs=-1)
@json_option
@click.pass_obj
@click.pass_context
def dagster(ctx: click.Context, project: Path, folder: Path, selection: tuple[str, ...], as_json: bool) -> None:
    """Write a code location for Dagster into FOLDER: all assets, or a SELECTION of them.

    It is two files: graph.json, which holds what the project declares now, and definitions.py, which needs Dagster only.
    Dagster starts the steps, and Treadle runs them; so nothing is exported that `treadle run` would refuse.
    What Dagster has nothing like is left out, and told.
    """
    from treadle.adapters.dagster import exported, write
    from treadle.runner.planning import admitted

    text = " ".join(selection) or "*"
    loaded = load_for_run(project, text)
    parts, settings, target = admitted(loaded.graph, text), loaded.settings, folder.resolve()
    made = exported(loaded.graph, parts, root=settings.root, head=_head(target, settings, text))
    try:
        _refuse_place(ctx, folder, settings)
        files = write(made, target)
    except OSError as error:
        message = f"{str(folder)!r} can't be written: {error.strerror}"
        raise UsageError(message, fix="name a folder in which you may write") from error
    if as_json:
        click.echo(json.dumps(_json(made, files), indent=2))
    else:
        click.echo("\n".join(_told(made, folder)))


def _head(target: Path, settings: Settings, selection: str) -> dict[str, Any]:
    """Who runs the steps, and where: as seen from the export, so that both can be moved together."""
    root, python = settings.root.resolve(), Path(sys.executable)
    near = python.is_relative_to(root)
    return {
        "treadle": version("treadle"),
        "selection": selection,
        "project": Path(os.path.relpath(root, target)).as_posix(),
        "python": Path(os.path.relpath(python, target)).as_posix() if near else python.as_posix(),
    }


def _refuse_place(ctx: click.Context, folder: Path, settings: Settings) -> None:
    """End the command when the folder is the wrong one."""
    from treadle.adapters.dagster import may_be_written
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_USAGE

    try:
        if folder.resolve().is_relative_to(settings.defs.resolve()):
            raise ProjectError(_inside(folder, settings))
        may_be_written(folder)
    except ProjectError as error:
        show(error.diagnostics)
        ctx.exit(EXIT_USAGE)


def _inside(folder: Path, settings: Settings) -> Diagnostic:
    from treadle.cli.diagnostics import relative

    return Diagnostic(
        code="TRD922",
        message=f"{str(folder)!r} is inside of {relative(settings.defs)!r}",
        why="every Python file in there is a component of the project, and Dagster's definitions would be one",
        fix="name a folder beside the project's package, like 'code_location'",
    )


def _json(made: Export, files: Sequence[Path]) -> dict[str, Any]:
    """The documented JSON shape of an export."""
    return {
        "files": list(map(str, files)),
        **_counted(made),
        "left_out": [
            {
                "what": each.what,
                "name": each.name,
                "why": each.why,
                "file": str(each.span.file) if each.span else None,
                "line": each.span.line if each.span else None,
            }
            for each in made.left_out
        ],
    }


def _counted(made: Export) -> dict[str, int]:
    nodes = made.graph["nodes"]
    return {
        "steps": len({each["step"] for each in nodes}),
        "assets": sum(len(each["assets"]) for each in nodes),
        "checks": sum(len(each["checks"]) for each in nodes),
        "jobs": len(made.graph["jobs"]),
        "schedules": len(made.graph["schedules"]),
    }


def _told(made: Export, folder: Path) -> Iterator[str]:
    from treadle.cli.outcomes import amount

    counted = ", ".join(amount(count, name.removesuffix("s")) for name, count in _counted(made).items() if count)
    yield f"Exported {counted}."
    if made.left_out:
        yield "\nDagster has nothing like this, so it is left out:"
        yield from _grouped(made.left_out)
    yield f"\nOpen it with Dagster 1.13: dagster dev -f {shlex.quote(str(folder / 'definitions.py'))}"


def _grouped(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """A line for each kind of thing and reason."""
    from treadle.cli.outcomes import amount

    names: dict[tuple[str, str], list[str]] = {}
    for each in left_out:
        names.setdefault((each.what, each.why), []).append(each.name)
    for (what, why), found in names.items():
        distinct = list(dict.fromkeys(found))
        more = f" and {len(distinct) - _MOST_NAMED} more" if len(distinct) > _MOST_NAMED else ""
        line = f"{amount(len(distinct), what)}: {', '.join(distinct[:_MOST_NAMED])}{more}; {why}"
        yield textwrap.fill(line, _width(), initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)


def _width() -> int:
    return max(shutil.get_terminal_size().columns, 40)
