"""The static check: everything that documents alone tell, and nothing of the project is run for it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from treadle.project.checking import Checker, FileCheck, Scope, check, checker_for

TYPE = """from pathlib import Path
from treadle import Component, Definitions

Path({marker!r}).open("a").write("imported\\n")


class Table(Component):
    \"\"\"A table.\"\"\"

    rows: int
    name: str = ""

    def build_defs(self, context):
        return Definitions()
"""
SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets: [{key: %s}]\n"


@pytest.fixture(autouse=True)
def old_files(tmp_path: Path) -> None:
    """Answers for files that changed a moment ago aren't kept: those of these tests are from yesterday."""
    os.environ.pop("TREADLE_UNSET", None)


def age(folder: Path) -> None:
    for path, _, files in os.walk(folder):
        for each in (path, *(os.path.join(path, file) for file in files)):
            os.utime(each, (1_000_000_000, 1_000_000_000))


def codes(folder: Path) -> list[str]:
    return [each.code for each in check(folder).diagnostics]


def test_every_component_is_checked_and_all_mistakes_are_told(make_project: MakeProject) -> None:
    project = make_project(
        {
            "a/defs.yaml": SCRIPT % "a" + "---\ntype: treadle.PythonScriptt\n",
            "a/s.py": "",
            "b/defs.yaml": "type: treadle.PythonScript\nattributes:\n  asssets: []\n  execution: {path: no.py}\n",
            "c/defs.yaml": "type: treadle.PythonScript\nattributes: {execution: {path: ../a/s.py}}\nextra: 1\n",
            "d/defs.yaml": "key: [1,\n",
            "m.py": "def broken(:\n",
        }
    )
    found = check(project.folder)
    assert found.components == 5
    told = [(each.code, each.span.file.parent.name, each.span.line) for each in found.diagnostics if each.span]
    assert told == [
        ("TRD201", "a", 6),
        ("TRD203", "b", 3),
        ("TRD204", "b", 4),
        ("TRD203", "c", 3),
        ("TRD106", "d", 1),
        ("TRD701", "defs", 1),
    ]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ("rows: 3", None),
        ("rows: '{{ 1 + 2 }}'", None),
        ("rows: '{{ size }}'", None),
        ("rows: '{{ sizes }}'", "TRD309"),
        ("rows: '{{ siez }}'", "TRD302"),
        ("rows: '{{ context.project_rot }}'", "TRD302"),
        ("rows: '{{ env.TREADLE_UNSET }}'", "TRD303"),
        ("rows: '{{ env.TREADLE_UNSET | default(3) }}'", None),
        ("rows: '{{ 1 + }}'", "TRD301"),
        ("rows: 'many'", "TRD204"),
        ("rows: 3\n  name: 'a{{ sizes }}'", None),
    ],
)
def test_expressions_are_checked_without_evaluating_them(
    make_project: MakeProject, tmp_path: Path, attributes: str, code: str | None
) -> None:
    variables = (
        "from treadle import template_var\n\n\n@template_var\ndef size() -> int:\n    raise SystemExit\n\n\n"
        "@template_var\ndef sizes() -> list[int]:\n    raise SystemExit\n"
    )
    project = make_project(
        {
            "/src/p/components/__init__.py": "",
            "/src/p/components/table.py": TYPE.format(marker=str(tmp_path / "marker")),
            "a/variables.py": variables,
            "a/defs.yaml": f"type: p.components.table.Table\ntemplate_vars_module: .variables\nattributes:\n  {attributes}\n",
        }
    )
    assert codes(project.folder) == ([code] if code else [])


def test_nothing_of_the_project_is_imported_once_its_types_are_known(make_project: MakeProject, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    project = make_project(
        {
            "/src/p/components/__init__.py": "",
            "/src/p/components/table.py": TYPE.format(marker=str(marker)),
            "a/defs.yaml": "type: p.components.table.Table\nattributes: {rows: many}\n",
        }
    )
    assert codes(project.folder) == ["TRD204"]
    marker.unlink()
    (project.folder / "src/p/defs/a/defs.yaml").write_text("type: p.components.table.Table\nattributes: {row: 1}\n")
    assert codes(project.folder) == ["TRD203"]
    assert not marker.exists()


def test_what_a_folder_hands_down_may_be_named_below_it_and_nowhere_else(make_project: MakeProject) -> None:
    named = SCRIPT % "'{{ region }}/t'"
    project = make_project(
        {
            "f/defs.yaml": "type: treadle.DefsFolder\ntemplate_vars_module: .variables\n",
            "f/variables.py": "from treadle import template_var\n\n\n@template_var\ndef region() -> str:\n    return 'eu'\n",
            "f/a/defs.yaml": named,
            "f/a/s.py": "",
            "b/defs.yaml": named,
            "b/s.py": "",
        }
    )
    (mistake,) = check(project.folder).diagnostics
    assert mistake.code == "TRD302"
    assert mistake.span is not None
    assert mistake.span.file.parent.name == "b"


def test_what_was_found_is_remembered_until_something_that_it_depends_on_changes(make_project: MakeProject) -> None:
    project = make_project({"a/defs.yaml": SCRIPT % "a", "a/s.py": "", "b/defs.yaml": SCRIPT % "'b b/'", "b/s.py": ""})
    first = codes(project.folder)
    age(project.folder / "src")
    assert codes(project.folder) == first
    remembered = json.loads((project.folder / ".treadle/check.json").read_text())
    assert len(remembered["files"]) == 2
    assert codes(project.folder) == first
    (project.folder / "src/p/defs/a/s.py").unlink()
    assert codes(project.folder) == ["TRD204", *first]
    (project.folder / "src/p/defs/a/s.py").write_text("")
    (project.folder / "src/p/defs/c").mkdir()
    (project.folder / "src/p/defs/c/defs.yaml").write_text("type: nothing\n")
    assert "TRD201" in codes(project.folder)


def test_where_a_link_leads_is_looked_at_each_time(make_project: MakeProject, tmp_path: Path) -> None:
    """
    A folder stays as it is when what a link in it leads to is gone, which is told all the same.
    """
    project = make_project({"a/defs.yaml": SCRIPT % "a"})
    (tmp_path / "elsewhere.py").touch()
    (project.folder / "src/p/defs/a/s.py").symlink_to(tmp_path / "elsewhere.py")
    age(project.folder / "src")
    assert [codes(project.folder), codes(project.folder)] == [[], []]
    (tmp_path / "elsewhere.py").unlink()
    assert codes(project.folder) == ["TRD204"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"key": 1}', "\0", '{"key": null, "files": 3}'])
def test_a_memory_that_cannot_be_used_is_ignored(make_project: MakeProject, text: str) -> None:
    project = make_project({"a/defs.yaml": SCRIPT % "a", "a/s.py": ""})
    (project.folder / ".treadle").mkdir(exist_ok=True)
    (project.folder / ".treadle/check.json").write_text(text)
    assert codes(project.folder) == []


def test_an_environment_variable_that_is_set_meanwhile_is_noticed(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project({"a/defs.yaml": SCRIPT % "'{{ env.TREADLE_UNSET }}'", "a/s.py": ""})
    age(project.folder / "src")
    assert codes(project.folder) == ["TRD303"]
    monkeypatch.setenv("TREADLE_UNSET", "x")
    assert codes(project.folder) == []


def test_unsaved_text_is_checked_instead_of_what_the_file_holds(make_project: MakeProject) -> None:
    from treadle.project.settings import find_settings

    project = make_project({"a/defs.yaml": SCRIPT % "a", "a/s.py": ""})
    checker = checker_for(find_settings(project.folder), {})
    file = project.folder / "src/p/defs/a/defs.yaml"
    assert not checker.check_file(file).diagnostics
    assert [each.code for each in checker.check_file(file, b"type: nothing.T\n").diagnostics] == ["TRD201"]


def test_a_mistake_in_the_yaml_hides_none_of_the_others(make_project: MakeProject) -> None:
    text = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  execution: {path: t.py}\n  assets:\n    - kye: a\n      tags: {{ tags }}\n"
    project = make_project({"a/defs.yaml": text, "a/s.py": ""})
    told = [(each.code, each.span.line) for each in check(project.folder).diagnostics if each.span]
    assert told == [("TRD109", 4), ("TRD203", 6), ("TRD107", 7)]


@pytest.mark.parametrize("killed", [False, True], ids=["", "a-process-is-killed"])
def test_many_files_give_the_answers_that_each_of_them_gives(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    files = {f"f{number}/defs.yaml": SCRIPT % (f"a{number}" if number % 7 else "'b b/'") for number in range(600)}
    project = make_project({**files, "f0/defs.yaml": "type: nothing.T\n"})
    here, check_file = os.getpid(), Checker.check_file

    def counted(checker: Checker, file: Path, data: bytes | None = None, *, around: Scope) -> FileCheck:
        if killed and os.getpid() != here and file.parent.name == "f300":
            os.kill(os.getpid(), signal.SIGKILL)
        return check_file(checker, file, data, around=around)

    monkeypatch.setattr(Checker, "check_file", counted)
    found = check(project.folder)
    assert found.components == 600
    checker = checker_for(found.settings, {})
    alone = [each for file in files for each in check_file(checker, found.settings.defs / file).diagnostics]
    assert len(alone) > 600
    assert set(found.diagnostics) == set(alone)
