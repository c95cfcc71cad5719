"""What every test may use: projects made on the spot, and the command line as a user calls it."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.warm import Warm
from treadle.testing.surroundings import surroundings

if TYPE_CHECKING:
    from tests.postgres import Server

os.environ.pop("TREADLE_STORE", None)  # tests name their stores themselves


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share something of their module go to one process, which makes that once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None and _shares_with_its_module(item):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


def _shares_with_its_module(item: pytest.Item) -> bool:
    made = getattr(item, "_fixtureinfo", None)
    return made is not None and any(
        each.scope == "module" for found in made.name2fixturedefs.values() for each in found[-1:]
    )


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Forget after each test what it imported from projects that it made: the next one's may have the same names."""
    with surroundings(tmp_path_factory.getbasetemp()):
        yield


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """`treadle` in a folder, in a process of its own: a forked one, unless `spawns`."""

    folder: Path
    spawns: bool = False

    def __call__(self, *args: str, env: Mapping[str, str] | None = None) -> Answer:
        surroundings = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", **(env or {})}
        if not self.spawns and (warm := _warm()).can(surroundings):
            return Answer(*warm.run(args, self.folder, surroundings))
        done = subprocess.run(
            [sys.executable, "-m", "treadle", *args],
            cwd=self.folder,
            env=surroundings,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return Answer(code=done.returncode, out=done.stdout, err=done.stderr)


@cache
def _warm() -> Warm:
    warm = Warm()
    atexit.register(warm.close)
    return warm


PROJECT = {
    "pyproject.toml": '[tool.treadle]\nmodule = "p"\n',
    "src/p/__init__.py": "",
    "src/p/defs/__init__.py": "",
}

MakeProject = Callable[..., CommandLine]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Makes a project of these files (paths below `src/p/defs/` when they don't begin with `/`)."""

    def make(files: Mapping[str, str], *, name: str = "project") -> CommandLine:
        root = tmp_path / name
        inside = {path[1:] if path.startswith("/") else f"src/p/defs/{path}": text for path, text in files.items()}
        for path, text in {**PROJECT, **inside}.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return CommandLine(root)

    return make


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL of this process's own, started by the first test that asks for it."""
    from tests.postgres import running

    with running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """An empty PostgreSQL database, removed after the test."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that doesn't exist yet, in each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'treadle.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found
