"""`treadle init NAME`: make a new project."""

from __future__ import annotations

import keyword
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from treadle.cli.package_files import PACKAGE_FILES
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


_PROJECT_FILES = {
    "pyproject.toml": _PYPROJECT,
    "README.md": _README,
    ".gitignore": _GITIGNORE,
    "src/{module}/__init__.py": '"""The data platform of {name}."""\n',
    "src/{module}/components/__init__.py": '"""Component types of this project."""\n',
    "src/{module}/defs/__init__.py": '"""Components of this project: a folder each."""\n',
}


@click.command()
@click.argument("path", metavar="NAME", type=click.Path(path_type=Path))
@click.option("--package", "is_package", is_flag=True, help="Make a package of component types for other projects.")
def init(path: Path, is_package: bool) -> None:
    """Make a new project in the folder NAME; with --package, a package of component types."""
    name = path.resolve().name
    module = re.sub(r"\W", "_", name).lower()
    if not module.isidentifier() or keyword.iskeyword(module):
        raise UsageError(
            f"{name!r} can't be the name of a Python package",
            fix="start with a letter: letters, digits, - and _ may follow",
        )
    if is_package and not re.fullmatch(r"[A-Za-z](?:[\w.-]*[A-Za-z0-9])?", name, re.ASCII):
        raise UsageError(f"{name!r} can't be the name of a package", fix="write letters, digits, - and _")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{str(path)!r} exists already and is not an empty folder", fix="choose another name")
    _write(path, PACKAGE_FILES if is_package else _PROJECT_FILES, name, module)
    kind = "package" if is_package else "project"
    click.echo(f"Made the {kind} {name} in {path}. Next:\n\n  cd {shlex.quote(str(path))}")
    for command in _NEXT[kind]:
        click.echo(f"  {command}")


def _write(folder: Path, files: Mapping[str, str], name: str, module: str) -> None:
    for path, text in files.items():
        file = folder / path.format(module=module)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(name=name, module=module), encoding="utf-8")


_NEXT = {
    "project": ("treadle scaffold defs treadle.PythonScript hello", "treadle run"),
    "package": ("pip install --editable . --group test", "treadle descriptors build --docs docs", "pytest"),
}
