"""What `treadle init --package` makes: a package of component types, ready to be built, tested and installed."""

from __future__ import annotations

__all__ = ["PACKAGE_FILES"]

_PYPROJECT = """\
[project]
name = "{name}"
version = "0.1.0"
description = "Component types for Treadle."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["treadle"]

# The name of each type, as in `type:` of a YAML file, and where its class is.
[project.entry-points."treadle.components"]
"{module}.TextFile" = "{module}.text_file:TextFile"

# Names that types had once: a class says so with RenamedType, and `treadle upgrade` writes the new one.
# [project.entry-points."treadle.aliases"]
# "{module}.OldName" = "{module}.TextFile"

# What every project that installs the package gets: compute.yaml and credentials.yaml in the package's folder.
# [project.entry-points."treadle.platform"]
# "{module}" = "{module}"

# Policies that hold in every project that installs the package: policies.yaml or policies.py in its folder.
# [project.entry-points."treadle.policies"]
# "{module}" = "{module}"

[dependency-groups]
test = ["pytest>=8"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""

_README = """\
# {name}

Component types for Treadle: a page for each is in [docs](docs).

## Work on it

    pip install --editable . --group test   # in a virtual environment
    treadle descriptors build --docs docs   # after every change of a type
    treadle list packages                   # what is offered, and whether it works
    pytest

## Ship it

Say in CHANGELOG.md what users will notice, raise `version` in pyproject.toml, and:

    pip wheel --no-deps --wheel-dir dist .

What is renamed or removed, say in `deprecations` of the class: files of users go on working, and
`treadle upgrade` rewrites them.

## In CI

    pip install --editable . --group test
    treadle descriptors build --docs docs --check
    pytest
"""

_CHANGELOG = """\
# Changes

What users notice, newest first.

## 0.1.0

The first version: `{module}.TextFile`.
"""

_GITIGNORE = """\
.venv/
__pycache__/
.pytest_cache/
dist/
"""

_INIT = '"""Component types for Treadle."""\n'

_TYPE = '''\
"""The component type TextFile."""

from __future__ import annotations

from pathlib import Path

from treadle import AssetAttributes, Component, ComponentContext, Definitions, Step, StepContext


class TextFile(Component):
    """Writes text into a file."""

    asset: AssetAttributes
    """The file as an asset."""
    path: Path
    """The file; a relative path starts at the project's folder."""
    text: str
    """What is written into it."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """One asset, and the step that writes it."""
        asset = self.asset.to_asset(context.origin("attributes", "asset"))
        step = Step(name=context.name, assets=(asset.key,), run=self.run)
        return Definitions(assets=(asset,), steps=(step,))

    def run(self, step: StepContext) -> None:
        """Write the file."""
        file = step.project_root / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.text, encoding="utf-8")
        (key,) = step.assets
        step.materialize(key, metadata={{"path": str(self.path), "characters": len(self.text)}})

    @classmethod
    def examples(cls):
        """A file of one line."""
        return ({{"asset": {{"key": "greeting"}}, "path": "out/greeting.txt", "text": "Hello!\\n"}},)
'''

_TEST_TYPE = '''\
"""What the component type TextFile promises."""

import pytest
from treadle.testing import build, expect_mistake

NAME = "{module}.TextFile"
GREETING = {{"asset": {{"key": "greeting"}}, "path": "out/greeting.txt", "text": "Hello, {{{{ who }}}}!"}}


def test_it_writes_the_text():
    """
    A step writes the rendered text, and tells how long it is.
    """
    built = build(NAME, GREETING, variables={{"who": "mill"}})
    ran = built.run_step()
    assert "Hello, mill!" == (built.root / "out" / "greeting.txt").read_text(encoding="utf-8")
    assert 12 == ran.assets["greeting"].metadata["characters"]


@pytest.mark.parametrize("name", ["asset", "path", "text"])
def test_what_is_missing_is_told(name):
    """
    Every attribute has to be there.
    """
    attributes = {{key: value for key, value in GREETING.items() if key != name}}
    with expect_mistake("TRD205", at=f"attributes.{{name}}"):
        build(NAME, attributes, variables={{"who": "mill"}})
'''

_TEST_PACKAGE = '''\
"""What the package ships is up to date."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_descriptors_and_pages_say_what_the_types_say():
    """
    After a change of a type: treadle descriptors build --docs docs
    """
    command = [sys.executable, "-m", "treadle", "descriptors", "build", "--docs", "docs", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (0, "") == (done.returncode, done.stderr)
'''

PACKAGE_FILES = {
    "pyproject.toml": _PYPROJECT,
    "README.md": _README,
    "CHANGELOG.md": _CHANGELOG,
    ".gitignore": _GITIGNORE,
    "src/{module}/__init__.py": _INIT,
    "src/{module}/text_file.py": _TYPE,
    "tests/test_text_file.py": _TEST_TYPE,
    "tests/test_package.py": _TEST_PACKAGE,
}
"""The files of a new package, by path; both are templates with `name` and `module`."""
