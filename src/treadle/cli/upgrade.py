"""`treadle upgrade`: component files in an older form become files in the form of today."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.showing import json_option
from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.project import Settings
    from treadle.project.upgrading import Upgrade

__all__ = ["upgrade", "written"]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change.")
@click.option("--check", is_flag=True, help="The same, and exit 1 when something would change.")
@click.option("--type", "types", metavar="TYPE", multiple=True, help="Only components of this type; may be repeated.")
@json_option
@click.pass_obj
@click.pass_context
def upgrade(
    ctx: click.Context,
    folder: Path,
    paths: tuple[Path, ...],
    dry_run: bool,
    check: bool,
    types: tuple[str, ...],
    as_json: bool,
) -> None:
    """Rewrite component files that are in an older form of their types.

    What a type calls deprecated is written in its new form; comments, quotes and layout stay as they are, and files
    in which nothing is deprecated aren't touched. With PATHS, only these files and the files in these folders.
    Ends with 1 when something is left to be changed by hand.
    """
    from treadle.cli.main import EXIT_PROJECT
    from treadle.cli.types import find_descriptor, known_types
    from treadle.project.upgrading import Upgrader

    known = known_types(folder)
    settings = known.settings
    if settings is None:
        from treadle.project import find_settings

        settings = find_settings(folder)  # which says that there is no project
    names = [find_descriptor(known, each).name for each in types]
    upgrades = Upgrader(settings, known.descriptors, names).upgrade(_files(settings, paths))
    if not (dry_run or check):
        upgrades = [written(each, settings.root) for each in upgrades]
    if as_json:
        click.echo(json.dumps(_json(upgrades), indent=2))
    else:
        _tell(upgrades, is_done=not (dry_run or check))
    would = check and any(each.changes for each in upgrades)
    ctx.exit(EXIT_PROJECT if would or any(each.left for each in upgrades) else 0)


def _files(settings: Settings, paths: Sequence[Path]) -> list[Path]:
    """The component files of the project that are asked for."""
    from treadle.project.upgrading import component_files

    for path in paths:
        if not path.resolve().is_relative_to(settings.root.resolve()):
            raise UsageError(
                f"{str(path)!r} is not in the project {str(settings.root)!r}", fix="name files of the project"
            )
    places = [each.resolve() for each in paths]
    files = list(component_files(settings))
    return [each for each in files if not places or any(each.resolve().is_relative_to(place) for place in places)]


def written(each: Upgrade, root: Path) -> Upgrade:
    """Write a file; one that can't be written, or has been written by somebody else meanwhile, stays as it is."""
    from treadle.cli.fixing import refusal
    from treadle.project.editing.whole_files import write_whole

    if each.after == each.before:
        return each
    why = refusal(each.file, root)
    if not why:
        try:
            if each.file.read_bytes() == each.before:
                write_whole(each.file.resolve(), each.after)
                return each
            why = "somebody else has written it meanwhile: try again"
        except OSError as error:
            why = (error.strerror or str(error)).lower()
    return replace(each, after=each.before, changes=0, left=(*each.left, _unwritten(each, why)))


def _unwritten(each: Upgrade, why: str) -> Any:
    from treadle.errors import Diagnostic, Span

    return Diagnostic(
        code="TRD225",
        message=f"{each.file.name} is not upgraded",
        why=why,
        fix="see that it can be written, and type: treadle upgrade",
        span=Span(file=each.file),
    )


def _tell(upgrades: Iterable[Upgrade], *, is_done: bool) -> None:
    from treadle.cli.diagnostics import relative, show
    from treadle.cli.fixing import difference
    from treadle.cli.outcomes import amount
    from treadle.project.editing.placed import SourceText

    upgrades = list(upgrades)
    changed = [each for each in upgrades if each.changes]
    for each in changed:
        if is_done:
            click.echo(f"{relative(each.file)}: {amount(each.changes, 'change')}")
        else:
            for line in difference(each.file, SourceText(each.before).text, SourceText(each.after).text):
                click.echo(line)
    left = [one for each in upgrades for one in each.left]
    show(left)
    by_hand = f"; {amount(len(left), 'place')} to be changed by hand" if left else ""
    if changed:
        count = amount(sum(each.changes for each in changed), "change")
        words = "upgraded" if is_done else "would upgrade"
        click.echo(f"{words} {amount(len(changed), 'file')} with {count}{by_hand}")
    else:
        click.echo(f"nothing to upgrade in {amount(len(upgrades), 'file')}{by_hand}")


def _json(upgrades: Iterable[Upgrade]) -> dict[str, Any]:
    from treadle.project.diagnostic_json import diagnostic_json

    upgrades = list(upgrades)
    return {
        "files": [{"file": str(each.file), "changes": each.changes} for each in upgrades if each.changes],
        "diagnostics": [diagnostic_json(one) for each in upgrades for one in each.left],
    }
