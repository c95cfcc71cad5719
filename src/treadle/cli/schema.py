"""`treadle schema`: the JSON Schema of the project's component files, for editors and other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from treadle.project import Settings

__all__ = ["schema"]


@click.command()
@click.argument("type_name", metavar="[TYPE]", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write it; - prints it. [default: .treadle/schema.json, with TYPE -]",
)
@click.pass_obj
def schema(folder: Path, type_name: str | None, output: Path | None) -> None:
    """Write one JSON Schema for all component files of the project, or that of documents of TYPE.

    `compute.yaml`, `credentials.yaml`, `policies.yaml`, `policies.test.yaml` and `waivers.yaml` stand for the schemas
    of these files.

    Editors check and complete YAML with it: `treadle editor` sets VS Code up.
    """
    from treadle.cli.diagnostics import relative
    from treadle.language.schema_file import schema_path, write_schema
    from treadle.project import find_settings
    from treadle.project.checking import descriptors_for
    from treadle.project.settings import read_environment

    settings = find_settings(folder)
    environment, _ = read_environment(settings)
    descriptors = descriptors_for(settings, environment)
    if type_name is None and output is None:
        click.echo(f"Wrote {relative(write_schema(settings, descriptors))}")
    else:
        text = json.dumps(_wanted(settings, descriptors, type_name), indent=1, ensure_ascii=False)
        _write(text, output or (Path("-") if type_name else schema_path(settings)))
    for mistake in descriptors.mistakes if type_name is None else ():
        click.echo(f"warning: left out: {mistake.message}", err=True)


def _wanted(settings: Settings, descriptors: Any, type_name: str | None) -> dict[str, Any]:
    from treadle.components.descriptors import document_schema
    from treadle.errors import ProjectError, UsageError
    from treadle.language.editor_schema import editor_schema
    from treadle.language.schema_file import schema_of
    from treadle.project.platform import FILES
    from treadle.project.policing import FILE, WAIVERS

    if type_name is None:
        return schema_of(settings, descriptors)
    if type_name in FILES.values():
        from treadle.project.platform.schema import schema_of_file

        return schema_of_file(type_name)
    if type_name in (FILE, WAIVERS):
        from treadle.project.policing.schema import schema_of_file as schema_of_rules

        return schema_of_rules(type_name)
    if type_name == "policies.test.yaml":
        from treadle.testing.policies.schema import schema_of_cases

        return schema_of_cases()
    try:
        found = descriptors.find(type_name)
    except ProjectError as error:
        first = error.diagnostics[0]
        if first.code != "TRD201":
            raise
        raise UsageError(first.message, fix=first.fix) from None
    return editor_schema((found,), document_schema())


def _write(text: str, file: Path) -> None:
    from treadle.cli.diagnostics import relative

    if str(file) == "-":
        click.echo(text)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")
    click.echo(f"Wrote {relative(file.absolute())}")
