"""`treadle init NAME`: make a new project."""

from __future__ import annotations

import keyword
import re
import shlex
from pathlib import Path

import click

from treadle.errors import UsageError

__all__ = ["init"]

_PYPROJECT = """\
[project]
name = "{name}"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["treadle"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]

[tool.treadle]
module = "{module}"

# SQL connections that components name; any SQLAlchemy URL.
# [tool.treadle.connections]
# warehouse = "duckdb:///warehouse.duckdb"
"""

_README = """\
# {name}

Components are in `src/{module}/defs/`: a folder each, with a `defs.yaml`.

    treadle list components                            what there is to use
    treadle scaffold defs treadle.PythonScript hello   make a component
    treadle check                                      find every mistake
    treadle run                                        materialize everything
    treadle graph                                      see what came of it
"""

_GITIGNORE = """\
.treadle/
.venv/
__pycache__/
.env
"""


@click.command()
@click.argument("path", metavar="NAME", type=click.Path(path_type=Path))
def init(path: Path) -> None:
    """Make a new project in the folder NAME."""
    name = path.resolve().name
    module = re.sub(r"\W", "_", name).lower()
    if not module.isidentifier() or keyword.iskeyword(module):
        raise UsageError(
            f"{name!r} can't be the name of a Python package",
            fix="start with a letter: letters, digits, - and _ may follow",
        )
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{str(path)!r} exists already and is not an empty folder", fix="choose another name")
    package = path / "src" / module
    files = {
        path / "pyproject.toml": _PYPROJECT,
        path / "README.md": _README,
        path / ".gitignore": _GITIGNORE,
        package / "__init__.py": '"""The data platform of {name}."""\n',
        package / "components" / "__init__.py": '"""Component types of this project."""\n',
        package / "defs" / "__init__.py": '"""Components of this project: a folder each."""\n',
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(name=name, module=module), encoding="utf-8")
    click.echo(f"Made the project {name} in {path}. Next:\n")
    click.echo(f"  cd {shlex.quote(str(path))}\n  treadle scaffold defs treadle.PythonScript hello\n  treadle run")
