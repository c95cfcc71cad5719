"""Packages of component types: made by `treadle init --package`, built, installed, used, listed, upgraded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import PROJECT, CommandLine


@dataclass(frozen=True)
class Made:
    """A package that was made, and the folder that its wheel is installed in."""

    folder: Path
    site: Path

    @property
    def env(self) -> Mapping[str, str]:
        """The environment of somebody who has installed it."""
        return {"PYTHONPATH": str(self.site), "XDG_CACHE_HOME": str(self.site.parent / "cache")}

    def pip(self, *args: str) -> None:
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *args]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert 0 == done.returncode, done.stderr

    def install(self) -> Path:
        """Build the wheel, and put what is in it where it is found."""
        self.pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", ".")
        (wheel,) = (self.folder / "dist").glob("*.whl")
        self.pip("install", "--no-index", "--no-deps", "--upgrade", "--target", str(self.site), str(wheel))
        return wheel


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A new package, installed as its author would install it: descriptors and pages are written afterwards."""
    root = tmp_path_factory.mktemp("packages")
    answer = CommandLine(root)("init", "--package", "acme-types")
    assert (0, True) == (answer.code, "treadle descriptors build --docs docs" in answer.out)
    made = Made(folder=root / "acme-types", site=root / "site")
    made.install()
    return made


def test_a_new_package_is_built_installed_and_used(made: Made, tmp_path: Path) -> None:
    """
    Its wheel has the types, the entry points and the descriptors; a project uses them, and its own tests pass.
    """
    at_home = {**made.env, "PYTHONPATH": os.pathsep.join((str(made.folder / "src"), str(made.site)))}
    author = CommandLine(made.folder)
    before = CommandLine(tmp_path)("list", "packages", "--json", env=made.env).json
    assert ["not described"] == [each["state"] for each in before if each["name"] == "acme-types"]
    assert 0 == author("descriptors", "build", "--docs", "docs", env=at_home).code
    page = (made.folder / "docs" / "acme_types.TextFile.md").read_text("utf-8")
    assert "# acme_types.TextFile\n\nWrites text into a file.\n" in page
    wheel = made.install()
    names = ZipFile(wheel).namelist()
    assert {"acme_types/__init__.py", "acme_types/descriptors.json", "acme_types/text_file.py"} < set(names)
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"],
        cwd=made.folder,
        env={**os.environ, **at_home},
        capture_output=True,
        text=True,
    )
    assert (0, True) == (tests.returncode, "5 passed" in tests.stdout), tests.stdout
    (after,) = (
        each
        for each in CommandLine(tmp_path)("list", "packages", "--json", env=made.env).json
        if each["name"] == "acme-types"
    )
    expected = {
        "type": "acme_types.TextFile",
        "target": "acme_types.text_file:TextFile",
        "aliases": [],
        "state": "ready",
    }
    assert ("0.1.0", str(made.site), "ready", [expected]) == (
        after["version"],
        after["folder"].rstrip(os.sep),
        after["state"],
        after["types"],
    )
    for path, text in PROJECT.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    user = CommandLine(tmp_path)
    assert 0 == user("scaffold", "defs", "acme_types.TextFile", "hello", env=made.env).code
    assert (0, "Hello!\n") == (user("run", env=made.env).code, (tmp_path / "out" / "greeting.txt").read_text("utf-8"))


def test_a_stale_page_is_told(made: Made) -> None:
    """
    `descriptors build --docs --check` names each file that isn't what it would be now.
    """
    (made.folder / "old").mkdir(exist_ok=True)
    (made.folder / "old" / "acme_types.TextFile.md").write_text("# Something else\n", encoding="utf-8")
    answer = CommandLine(made.folder)("descriptors", "build", "--docs", "old", "--check", env=made.env)
    assert (1, True) == (answer.code, "acme_types.TextFile.md is out of date" in answer.err)


@pytest.mark.parametrize("name", ["1mill", "class", "mill!"])
def test_a_package_has_a_name_that_can_be_installed(name: str, tmp_path: Path) -> None:
    """
    A name that no package can have is a wrong command line, and nothing is made.
    """
    assert 2 == CommandLine(tmp_path)("init", "--package", name).code
    assert [] == list(tmp_path.iterdir())


# Names that types had once

TYPES = '''
"""Types of a package."""

from treadle import Asset, Component, Definitions, RenamedField, RenamedType


class Sql(Component):
    """Declares an asset."""

    key: str
    deprecations = (RenamedType("acme.OldSql", since="2.0"), RenamedField("name", to="key", since="1.4"))

    def build_defs(self, context):
        return Definitions(assets=[Asset(key=self.key)])
'''
ENTRIES = "[treadle.components]\nacme.Sql = acme.types:Sql\n"
OLD = "[treadle.aliases]\nacme.OldSql = acme.Sql\n"


def installed(folder: Path, entries: str) -> Mapping[str, str]:
    files = {
        "acme/__init__.py": "",
        "acme/types.py": TYPES,
        "acme-2.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 2.1\n",
        "acme-2.1.dist-info/entry_points.txt": entries,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return {"PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder.parent / "cache")}


def test_files_that_say_the_older_name_of_a_type_load_and_are_upgraded(tmp_path: Path) -> None:
    """
    The older name is an alias that is told of; both the type and its attributes are rewritten at once.
    """
    env = installed(tmp_path / "site", ENTRIES + OLD)
    file = tmp_path / "project" / "src" / "p" / "defs" / "a" / "defs.yaml"
    for path, text in {
        **PROJECT,
        "src/p/defs/a/defs.yaml": "type: 'acme.OldSql'  # ours\nattributes:\n  name: a\n",
    }.items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text, encoding="utf-8")
    treadle = CommandLine(tmp_path / "project")
    checked = treadle("check", "--build", "--json", env=env)
    told = [(each["code"], each["message"], each["why"]) for each in checked.json["diagnostics"]]
    assert (0, [
        ("TRD213", "the component type 'acme.OldSql' is deprecated", "it is called 'acme.Sql' since acme 2.0"),
        ("TRD212", "the attribute 'name' is deprecated", "it is called 'key' since acme 1.4"),
    ]) == (checked.code, told)  # fmt: skip
    assert 0 == treadle("upgrade", env=env).code
    assert "type: 'acme.Sql'  # ours\nattributes:\n  key: a\n" == file.read_text("utf-8")
    assert "acme.OldSql" in treadle("inspect", "acme.Sql", env=env).out


def test_an_older_name_that_nobody_offers_is_told_when_the_package_is_built(tmp_path: Path) -> None:
    """
    The class alone can't make files load that say an older name: the package has to offer it.
    """
    env = installed(tmp_path / "site", ENTRIES)
    answer = CommandLine(tmp_path)("descriptors", "build", "acme", env=env)
    assert (1, True) == (answer.code, "TRD226" in answer.err)
    assert not (tmp_path / "site" / "acme" / "descriptors.json").exists()
