"""A project that nobody has looked at before is built on two cores, and says what it says when one builds it."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject
from tests.unit.project.test_remembering import CONNECTED, PLACES, SCRIPT, WRITTEN, age, said
from treadle.project import load

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")

LOOM = """
from pathlib import Path

from treadle import Asset, Component, Definitions

with (Path(__file__).parents[2] / "built.txt").open("a") as file:
    file.write("looms\\n")

class Loom(Component):
    \"\"\"Writes down that it is built.\"\"\"

    def build_defs(self, context) -> Definitions:
        with (Path(context.project_root) / "built.txt").open("a") as file:
            file.write(f"{context.address}\\n")
        return Definitions(assets=[Asset(key=context.address)])
"""
WRITES_DOWN = """
from pathlib import Path

with (Path(__file__).parents[5] / "built.txt").open("a") as file:
    file.write(f"files/{Path(__file__).parent.name}\\n")
"""
FOLDER = "type: treadle.DefsFolder\ntemplate_vars_module: .variables\n"
VARIABLES = "from treadle import template_var\n\n@template_var\ndef region():\n    return 'eu'\n"


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are forked: there are two cores, and no thread of the test runner is in the way."""
    forked: list[int] = []
    fork = os.fork

    def counted() -> int:
        forked.append(0)
        return fork()

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "fork", counted)
    monkeypatch.setenv("TREADLE_NEEDED", "1")
    return forked


def many(make_project: MakeProject) -> CommandLine:
    """A project of many scripts, and of each thing that may stand beside them: one in the half of each process."""
    files = {"/pyproject.toml": CONNECTED % "main", "/src/p/components.py": LOOM}
    for number in range(220):
        files[f"many/{number:03}/defs.yaml"] = SCRIPT % f"many/{number}"
        files[f"many/{number:03}/s.py"] = ""
    for name, text in WRITTEN.items():
        for place in PLACES:
            files[f"{name}/{place}/defs.yaml"] = text.replace("PLACE", f"{name}/{place}")
            files[f"{name}/{place}/s.py"] = ""
            files[f"{name}/{place}/code.py"] = "def run(context):\n    pass\n"
    for number in range(4):
        files[f"looms/{number}/defs.yaml"] = "type: p.components.Loom\n"
        files[f"files/{number}/defs.yaml"] = "type: treadle.PythonFile\nattributes: {path: more.py}\n"
        files[f"files/{number}/more.py"] = WRITES_DOWN
    files |= {"region/defs.yaml": FOLDER, "region/variables.py": VARIABLES}
    files |= {"region/a/defs.yaml": SCRIPT % "'{{ region }}/a'", "region/a/s.py": ""}
    project = make_project(files)
    age(project.folder)
    return project


def built(folder: Path) -> list[str]:
    """What code of the project has written down since this was asked last."""
    file = folder / "built.txt"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def test_two_processes_build_what_one_builds(make_project: MakeProject, forks: list[int]) -> None:
    """
    It says the same, now and when it is remembered; what is the project's own is built once, and here.
    """
    project = many(make_project)
    told = said(load(project.folder, remembered=True))
    files, looms = ([f"{each}/{number}" for number in range(4)] for each in ("files", "looms"))
    assert [*files, "looms", *looms] == built(project.folder)
    assert told == said(load(project.folder, remembered=True))
    assert told == said(load(project.folder))
    assert [0] == forks


def test_what_two_processes_built_is_remembered(make_project: MakeProject, forks: list[int]) -> None:
    """
    Of what has changed since, the rest of the project says nothing new, and what has changed does.
    """
    project = many(make_project)
    load(project.folder, remembered=True)
    (project.folder / "src/p/defs/many/007/defs.yaml").write_text(SCRIPT % "changed/7")
    (project.folder / "src/p/defs/many/008/defs.yaml").write_text(SCRIPT % "changed/8")
    assert said(load(project.folder)) == said(load(project.folder, remembered=True))
    assert [0] == forks


def test_what_was_written_just_now_is_built_once(make_project: MakeProject, forks: list[int]) -> None:
    """
    It can't be remembered, so that nothing would come of building it before it is loaded.
    """
    project = many(make_project)
    for file in project.folder.rglob("defs.yaml"):
        os.utime(file)
    assert said(load(project.folder)) == said(load(project.folder, remembered=True))
    assert [] == forks


def test_files_that_are_older_than_their_folders_are_remembered(make_project: MakeProject, forks: list[int]) -> None:
    """
    As those of an archive are that was unpacked a moment ago: they aren't built ahead again.
    """
    project = many(make_project)
    for folder in (project.folder / "src").rglob("*"):
        if folder.is_dir():
            os.utime(folder)
    first = said(load(project.folder, remembered=True))
    assert first == said(load(project.folder, remembered=True))
    assert [0] == forks
