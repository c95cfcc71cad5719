"""`treadle descriptors …`: what a package of component types ships beside its code."""

from __future__ import annotations

import json
from pathlib import Path

import click

from treadle.cli.diagnostics import relative
from treadle.errors import UsageError

__all__ = ["descriptors"]

_OWN = "treadle"


@click.group()
def descriptors() -> None:
    """Describe the component types of a package, so that nobody has to import them to know them."""


@descriptors.command()
@click.argument("package", default="")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a file is out of date.")
@click.option(
    "--docs",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write a page of documentation for each type into this folder.",
)
@click.pass_obj
@click.pass_context
def build(ctx: click.Context, folder: Path, package: str, check: bool, docs: Path | None) -> None:
    """Write descriptors.json into the folder of PACKAGE, for all types that its entry points offer.

    PACKAGE is the name of an installed package; by default that of the pyproject.toml in this folder.
    Ship the file with the package.
    """
    from treadle.cli.main import EXIT_PROJECT
    from treadle.components import base_types
    from treadle.components.descriptors import build as built

    name = package or _package_of(folder)
    stale = []
    files = built(name, document=_document() if name == _OWN else None)
    if docs is not None:
        files |= _pages(files, docs)
    if name == _OWN:
        files[base_types.FILE] = base_types.shipped_text()
    for file, text in files.items():
        if _text(file) == text:
            click.echo(f"{relative(file)} is up to date")
        elif check:
            stale.append(file)
            words = f"treadle descriptors build {name}" + (f" --docs {docs}" if docs else "")
            click.echo(f"{relative(file)} is out of date; type: {words}", err=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            click.echo(f"Made {relative(file)}." + (" Ship it with the package." if file.suffix == ".json" else ""))
    ctx.exit(EXIT_PROJECT if stale else 0)


def _pages(built: dict[Path, str], docs: Path) -> dict[Path, str]:
    """A page for each type that is described in some files."""
    from treadle.cli.type_page import type_page
    from treadle.components import Descriptor

    types = [each for text in built.values() for each in json.loads(text)["types"].values()]
    described = map(Descriptor.from_json, types)
    return {docs / f"{each.name}.md": type_page(each) for each in described}


def _package_of(folder: Path) -> str:
    """The name of the package whose `pyproject.toml` is in a folder, or above it."""
    import tomllib

    start = folder.resolve()
    for each in (start, *start.parents):
        if (file := each / "pyproject.toml").is_file():
            try:
                name = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {}).get("name")
            except (ValueError, AttributeError) as error:
                raise UsageError(f"{relative(file)} can't be read: {error}", fix="name the package") from None
            if isinstance(name, str):
                return name
            raise UsageError(f"{relative(file)} doesn't name a package", fix="name one: treadle descriptors build NAME")
    raise UsageError("there is no pyproject.toml here", fix="name a package: treadle descriptors build NAME")


def _document() -> dict[str, object]:
    """What is around attributes in a document: only Treadle itself ships that."""
    from treadle.components.descriptors import attributes_schema
    from treadle.project.whole import Envelope

    return attributes_schema(Envelope)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
