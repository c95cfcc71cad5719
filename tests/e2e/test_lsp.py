"""The language server, with a real client over standard input and output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject
from tests.e2e.lsp_client import Editor

pytestmark = pytest.mark.e2e

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution:\n    path: weave.py\n  assets:\n    - key: cloth\n"
FILES = {
    "looms/defs.yaml": SCRIPT,
    "looms/weave.py": "",
    "other/defs.yaml": SCRIPT.replace("cloth", "yarn"),
    "other/weave.py": "",
}


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project(FILES).folder


@pytest.fixture
def file(project: Path) -> Path:
    return project / "src/p/defs/looms/defs.yaml"


def test_a_session_from_the_first_key_to_the_last(project: Path, file: Path) -> None:
    """
    Opening, typing, completing, reading, following and mending work on what is in the editor, saved or not.
    """
    with Editor(project) as editor:
        uri = editor.open(file)
        assert [] == editor.told_codes(uri, set())

        editor.type(uri, SCRIPT.replace("assets:", "asets:"))
        (mistake,) = editor.told_codes(uri, {"TRD203"})
        assert {"start": {"line": 4, "character": 2}, "end": {"line": 4, "character": 7}} == mistake["range"]
        assert ("treadle", 1) == (mistake["source"], mistake["severity"])

        actions = editor.ask(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri}, "range": mistake["range"], "context": {"diagnostics": [mistake]}},
        )
        edits = {each["kind"]: each["edit"]["changes"][uri] for each in actions}
        assert {"quickfix", "source.fixAll.treadle"} == set(edits)
        for changes in edits.values():
            assert [("assets", mistake["range"])] == [(each["newText"], each["range"]) for each in changes]

        editor.type(uri, SCRIPT + "      deps: [\n")
        found = editor.at("completion", uri, 6, 13)["items"]
        assert "yarn" in {each["label"] for each in found}

        editor.type(uri, SCRIPT + "      deps: [yarn]\n")
        (place,) = editor.at("definition", uri, 6, 15)
        assert (project / "src/p/defs/other/defs.yaml").as_uri() == place["uri"]
        assert {"line": 5, "character": 11} == place["range"]["start"]
        assert "Runs a Python script" in editor.at("hover", uri, 0, 10)["contents"]["value"]

        editor.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        while editor.told(uri):
            pass


def test_positions_are_counted_as_editors_count(project: Path, file: Path) -> None:
    """
    A character outside of the first plane is two units of UTF-16, for what is told and for what is asked.
    """
    with Editor(project) as editor:
        text = SCRIPT.replace("- key: cloth", "- {description: 🧵🧵, ky: cloth}")
        uri = editor.open(file, text)
        (mistake, *_) = [each for each in editor.told(uri) if "ky" in each["message"]]
        line = text.split("\n")[5]
        expected = len(line[: line.index("ky")].encode("utf-16-le")) // 2
        assert expected == mistake["range"]["start"]["character"]
        assert "**description**" in editor.at("hover", uri, 5, 8)["contents"]["value"]
        found = editor.at("completion", uri, 5, expected)["items"]
        assert {expected} == {each["textEdit"]["range"]["start"]["character"] for each in found}


def test_other_files_of_the_project_are_told_of_too(project: Path, file: Path) -> None:
    """
    Mistakes in files that aren't open are told as well, and again when they change on disk.
    """
    other = project / "src/p/defs/other/defs.yaml"
    other.write_text("type: nobody.Knows\n", encoding="utf-8")
    with Editor(project) as editor:
        editor.open(file)
        editor.told_codes(other.as_uri(), {"TRD201"})
        other.write_text(FILES["other/defs.yaml"], encoding="utf-8")
        changed = {"changes": [{"uri": other.as_uri(), "type": 2}]}
        editor.tell("workspace/didChangeWatchedFiles", changed)
        editor.told_codes(other.as_uri(), set())
        other.unlink()
        editor.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": other.as_uri(), "type": 3}]})
        uri = editor.open(file, SCRIPT + "      deps: [")
        while "yarn" in {each["label"] for each in editor.at("completion", uri, 6, 13)["items"]}:
            pass


def test_settings_that_break_are_told_and_mended(project: Path, file: Path) -> None:
    """
    A mistake in `pyproject.toml` is told there; once it is mended, everything works again.
    """
    settings = project / "pyproject.toml"
    right = settings.read_text(encoding="utf-8")
    broken = SCRIPT.replace("path:", "pth:")
    changed = {"changes": [{"uri": settings.as_uri(), "type": 2}]}
    with Editor(project) as editor:
        uri = editor.open(file, broken)
        editor.told_codes(uri, {"TRD203"})
        settings.write_text(right.replace("module", "modul"), encoding="utf-8")
        editor.tell("workspace/didChangeWatchedFiles", changed)
        editor.told_codes(settings.as_uri(), {"TRD502"})
        settings.write_text(right, encoding="utf-8")
        editor.tell("workspace/didChangeWatchedFiles", changed)
        editor.told_codes(settings.as_uri(), set())
        editor.told_codes(uri, {"TRD203"})


def test_settings_are_told_and_mended_when_no_file_is_open(project: Path) -> None:
    """
    What is told of a project's settings is taken back, also when nothing else asks for the project.
    """
    settings = project / "pyproject.toml"
    right = settings.read_text(encoding="utf-8")
    changed = {"changes": [{"uri": settings.as_uri(), "type": 2}]}
    with Editor(project) as editor:
        settings.write_text(right.replace("module", "modul"), encoding="utf-8")
        editor.tell("workspace/didChangeWatchedFiles", changed)
        editor.told_codes(settings.as_uri(), {"TRD502"})
        settings.write_text(right, encoding="utf-8")
        editor.tell("workspace/didChangeWatchedFiles", changed)
        editor.told_codes(settings.as_uri(), set())


def test_a_project_behind_a_link_is_the_same_project(project: Path, file: Path, tmp_path: Path) -> None:
    """
    Files are told of by the names that the editor knows them by.
    """
    link = tmp_path / "link"
    link.symlink_to(project, target_is_directory=True)
    with Editor(link) as editor:
        uri = editor.open(link / file.relative_to(project), SCRIPT.replace("path:", "pth:"))
        editor.told_codes(uri, {"TRD203"})
        assert editor.at("hover", uri, 0, 8)


def test_variables_that_a_folder_hands_down(make_project: MakeProject) -> None:
    """
    When a file above changes what it hands down, the files below are told of again.
    """
    words = "from treadle import template_var\n\n\n@template_var\ndef region() -> str:\n    return 'eu'\n"
    above = "type: treadle.DefsFolder\ntemplate_vars_module: .words\n"
    below = SCRIPT.replace("cloth", '"{{ region }}"')
    root = make_project({"a/defs.yaml": above, "a/words.py": words, "a/b/defs.yaml": below, "a/b/weave.py": ""}).folder
    with Editor(root) as editor:
        inner = editor.open(root / "src/p/defs/a/b/defs.yaml")
        editor.told_codes(inner, set())
        outer = editor.open(root / "src/p/defs/a/defs.yaml")
        editor.type(outer, "type: treadle.DefsFolder\n")
        editor.told_codes(inner, {"TRD302"})
        editor.type(outer, above)
        editor.told_codes(inner, set())


def test_a_type_that_changes_is_noticed(make_project: MakeProject) -> None:
    """
    When a Python file is saved, what it says counts from then on.
    """
    loom = (
        "from treadle import Component, Definitions\n\n\nclass Loom(Component):\n    threads: int\n\n"
        "    def build_defs(self, context):\n        return Definitions()\n"
    )
    project = make_project(
        {
            "/src/p/components/__init__.py": "",
            "/src/p/components/loom.py": loom,
            "a/defs.yaml": "type: p.components.loom.Loom\nattributes: {yarn: 1}\n",
        }
    ).folder
    with Editor(project) as editor:
        uri = editor.open(project / "src/p/defs/a/defs.yaml")
        editor.told_codes(uri, {"TRD203", "TRD205"})
        module = project / "src/p/components/loom.py"
        module.write_text(loom.replace("threads", "yarn"), encoding="utf-8")
        editor.tell("textDocument/didSave", {"textDocument": {"uri": module.as_uri()}})
        editor.told_codes(uri, set())


METHODS = ("completion", "hover", "definition")
HOSTILE = [
    pytest.param("", id="nothing"),
    pytest.param("\x00\x00", id="no text"),
    pytest.param("a: &a [*a]\n" * 3, id="aliases"),
    pytest.param("- " * 3000, id="deep"),
    pytest.param("[" * 3000, id="brackets"),
    pytest.param("{{ " * 500, id="templates"),
    pytest.param("type: [1]\nattributes: 7\n---\n---\ntype: {a: b}\n", id="shapes"),
    pytest.param("type: treadle.PythonScript\r\nattributes:\r\n\texecution: x\r\n", id="tabs"),
    pytest.param("type: ..\nattributes:\n  a: \"{{ a.b.c(d[e|f]).\n", id="half of everything"),
    pytest.param("type: treadle.TemplatedSql\nattributes:\n  assets:\n  - - - key: [\n    {", id="dashes"),
]  # fmt: skip


def test_nothing_that_is_typed_ends_the_server(project: Path, file: Path) -> None:
    """
    Whatever is in the editor, every question gets an answer.
    """
    with Editor(project) as editor:
        uri = editor.open(file)
        for case in HOSTILE:
            text = str(case.values[0])
            editor.type(uri, text)
            lines = text.split("\n")
            for line in (0, len(lines) - 1, len(lines) + 5):
                for method in METHODS:
                    editor.at(method, uri, line, 10_000)
                    editor.at(method, uri, line, 2)
            everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}
            asked = {"textDocument": {"uri": uri}, "range": everything, "context": {"diagnostics": []}}
            editor.ask("textDocument/codeAction", asked)
        editor.type(uri, SCRIPT)
        editor.told_codes(uri, set())


def test_files_that_are_nobodys(tmp_path: Path, project: Path, file: Path) -> None:
    """
    Files outside of projects, buffers without a file and broken projects are answered with nothing.
    """
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/pyproject.toml").write_text("[tool.treadle\n", encoding="utf-8")
    elsewhere = [
        tmp_path / "nowhere/defs.yaml",
        tmp_path / "broken/defs.yaml",
        project / "pyproject.toml",
        project / "notes.yaml",
    ]
    with Editor(None, watches=False) as editor:
        uris = [editor.open(each, SCRIPT) for each in elsewhere]
        for uri in ("untitled:Untitled-1", "git:/a/defs.yaml?x", "file://", "nonsense"):
            document = {"uri": uri, "languageId": "yaml", "version": 1, "text": SCRIPT}
            editor.tell("textDocument/didOpen", {"textDocument": document})
            uris.append(uri)
        for uri in uris:
            assert [] == editor.at("completion", uri, 0, 6)["items"]
            assert editor.at("hover", uri, 0, 6) is None
            assert [] == editor.at("definition", uri, 0, 6)
        for uri in uris:
            editor.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        known = editor.open(file, SCRIPT.replace("path:", "pth:"))
        editor.told_codes(known, {"TRD203"})
