"""`treadle editor`: set an editor up for the project's YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from treadle.cli.diagnostics import relative

__all__ = ["editor"]

_YAML = "redhat.vscode-yaml"
_PATTERNS = ["**/defs.yaml", "**/defs.yml"]


@click.command()
@click.argument("name", metavar="[vscode]", type=click.Choice(["vscode"]), default="vscode")
@click.pass_obj
def editor(folder: Path, name: str) -> None:
    """Set VS Code up: component files are checked and completed as you type.

    Writes the project's schema, and adds to `.vscode/settings.json` and `.vscode/extensions.json` what
    is missing there. What you have in these files stays, comments included.
    """
    from treadle.cli.main import EXIT_PROJECT
    from treadle.language.schema_file import write_schema
    from treadle.project import find_settings
    from treadle.project.checking import descriptors_for
    from treadle.project.settings import read_environment

    settings = find_settings(folder)
    environment, _ = read_environment(settings)
    schema = write_schema(settings, descriptors_for(settings, environment))
    click.echo(f"Wrote {relative(schema)}")
    # `./` tells VS Code that the path starts at the folder that is open.
    path = f"./{schema.relative_to(settings.root).as_posix()}"
    merged = [
        _merge(settings.root / ".vscode" / "settings.json", ("yaml.schemas", path), _PATTERNS),
        _merge(settings.root / ".vscode" / "extensions.json", ("recommendations",), [_YAML]),
    ]
    if not all(merged):
        click.get_current_context().exit(EXIT_PROJECT)
    click.echo(f"Open {relative(settings.root)} in VS Code, and install the extension that it recommends: {_YAML}")


def _merge(file: Path, path: tuple[str, ...], value: Any) -> bool:
    """Add something to a file of VS Code, and say what was done; False when it has to be done by hand."""
    from treadle.language.vscode import UnmergeableError, merge

    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        after = merge(before, path, value)
    except (UnmergeableError, UnicodeDecodeError) as error:
        for name in reversed(path):
            value = {name: value}
        click.echo(f"Left {relative(file)} as it is: {error}. Add this to it:\n", err=True)
        click.echo(json.dumps(value, indent=2), err=True)
        return False
    if after == before:
        click.echo(f"{relative(file)} has all that is needed")
        return True
    file.parent.mkdir(exist_ok=True)
    file.write_text(after, encoding="utf-8")
    click.echo(f"{'Changed' if before else 'Wrote'} {relative(file)}")
    return True
