"""The editor: files are read and saved with care, questions about texts are answered, and changes are seen before they are made."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Served, serving, until
from tests.unit.server.projects import WEAVING, write_project

POLICIES = """policies:
  owned:
    require: asset.owners or asset.group != 'gold'
    message: "an asset of gold needs an owner"
"""
SCRIPT = """# how sheep are counted
type: treadle.PythonScript
attributes:
  execution:
    path: count.py  # beside this file
  assets:
    - key: counted
      deps: [wool]
"""
FILES = {
    "weaving.py": WEAVING,
    "counting/defs.yaml": SCRIPT,
    "counting/count.py": "",
    "broken/defs.yaml": "type: treadle.PythonScript\nattributes:\n  exection:\n    path: ../counting/count.py\n  assets: [{key: mended}]\n",
    "/policies.yaml": POLICIES,
    "/outside.yaml": "secret: of the machine\n",
}
COUNTING = "src/p/defs/counting/defs.yaml"


def git(root: Path, *words: str) -> str:
    """What git says."""
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def editing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project in a git repository, which is served."""
    root = write_project(tmp_path_factory.mktemp("editing"), FILES)
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Ann")
    git(root, "config", "user.email", "ann@mill.example")
    (root / ".gitignore").write_text(".treadle/\n", encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "The mill")
    with serving(root) as served:
        yield served


def put(editing: Served, path: str, text: str, version: str | None) -> Any:
    """The answer to saving a file."""
    return editing.client.put("/editor/file", json={"path": path, "text": text, "version": version})


def opened(editing: Served, path: str) -> Any:
    """A file as the editor is given it."""
    answer = editing.client.get("/editor/file", params={"path": path})
    assert answer.is_success, answer.text
    return answer.json()


def new_path(name: str) -> str:
    """A component file of a folder of its own."""
    return f"src/p/defs/{name}/defs.yaml"


# Files


def test_the_component_files_and_branches_are_listed(editing: Served) -> None:
    """
    Whoever opens the editor is told which files there are, and on which branch.
    """
    found = editing.get("/editor")
    assert {COUNTING, "src/p/defs/broken/defs.yaml"} <= set(found["files"])
    assert ("src/p/defs", "main") == (found["defs"], found["git"]["current"])


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        pytest.param(b"a: 1\r\nb: 2\r\n", "a: 1\nb: 3\nc: 4\n", b"a: 1\r\nb: 3\r\nc: 4\r\n", id="line-ends-of-windows"),
        pytest.param(b"a: 1\r\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 4\n", b"a: 1\r\nb: 2\nc: 4\r\n", id="mixed-line-ends"),
        pytest.param(b"\xef\xbb\xbfa: 1\n", "a: 2\n", b"\xef\xbb\xbfa: 2\n", id="byte-order-mark"),
        pytest.param(b"a: 1", "a: 2", b"a: 2", id="no-line-break-at-the-end"),
    ],
)
def test_a_file_is_saved_as_it_was_but_for_the_change(editing: Served, before: bytes, text: str, after: bytes) -> None:
    """
    Line ends, a byte order mark and the mode of the file stay; nothing is left beside it.
    """
    file = editing.root / new_path("kept")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(before)
    file.chmod(0o640)
    there = opened(editing, new_path("kept"))
    assert "\r" not in there["text"]
    answer = put(editing, there["path"], text, there["version"])
    assert 200 == answer.status_code, answer.text
    assert (after, 0o640) == (file.read_bytes(), file.stat().st_mode & 0o777)
    assert ["defs.yaml"] == os.listdir(file.parent)
    assert answer.json()["version"] == opened(editing, there["path"])["version"]


@pytest.mark.parametrize(
    ("meanwhile", "message"),
    [
        pytest.param("type: treadle.DefsFolder\n# theirs\n", "has changed meanwhile", id="changed"),
        pytest.param(None, "was deleted meanwhile", id="deleted"),
    ],
)
def test_what_somebody_else_has_changed_is_never_overwritten(
    editing: Served, meanwhile: str | None, message: str
) -> None:
    """
    Whoever saves over a change is told what is there now, and how it differs; the file stays as it is.
    """
    file = editing.root / new_path("taken")
    file.parent.mkdir(exist_ok=True)
    file.write_text("type: treadle.DefsFolder\n", encoding="utf-8")
    there = opened(editing, new_path("taken"))
    if meanwhile is None:
        file.unlink()
    else:
        file.write_text(meanwhile, encoding="utf-8")
    answer = put(editing, there["path"], "type: treadle.DefsFolder\n# mine\n", there["version"])
    assert 409 == answer.status_code
    assert message in answer.json()["error"]["message"]
    assert meanwhile == (answer.json()["now"] or {}).get("text")
    assert "+# mine" in answer.json()["diff"].splitlines()
    assert (meanwhile is None) is not file.exists()
    if meanwhile is not None:
        assert meanwhile == file.read_text(encoding="utf-8")
        assert "-# theirs" in answer.json()["diff"].splitlines()


def test_a_new_file_is_made_only_where_there_is_none(editing: Served) -> None:
    """
    A file without a version is new: with its folders it is made once, and a second one is a conflict.
    """
    path = new_path("deep/er")
    assert 200 == put(editing, path, "type: treadle.DefsFolder\n", None).status_code
    assert "type: treadle.DefsFolder\n" == (editing.root / path).read_text(encoding="utf-8")
    assert 409 == put(editing, path, "type: other\n", None).status_code
    beside = put(editing, path.replace(".yaml", ".yml"), "type: other\n", None)
    assert (400, True) == (beside.status_code, "declares the folder" in beside.json()["error"]["message"])


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("outside.yaml", id="beside-the-components"),
        pytest.param("src/p/defs/../../../outside.yaml", id="up"),
        pytest.param("src/p/defs/x/../../../../outside.yaml", id="up-through-nothing"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("src/p/defs/weaving.py", id="a-module"),
        pytest.param("src/p/defs/counting/count.py", id="a-script"),
        pytest.param("src/p/defs/.hidden/defs.yaml", id="hidden"),
        pytest.param("src/p/defs/weaving.py/defs.yaml", id="below-a-file"),
        pytest.param("src/p/defs/link/defs.yaml", id="through-a-link"),
        pytest.param("src/p/defs/linked/defs.yaml", id="a-link"),
        pytest.param("src/p/defs/a\0b/defs.yaml", id="a-zero"),
        pytest.param(f"src/p/defs/{'x' * 300}/defs.yaml", id="too-long"),
        pytest.param("pyproject.toml", id="settings"),
        pytest.param("", id="nothing"),
    ],
)
def test_nothing_but_component_files_can_be_read_or_written(editing: Served, path: str) -> None:
    """
    What isn't a component file of the project is neither read nor written, whatever it is called.
    """
    defs = editing.root / "src/p/defs"
    if not (defs / "link").is_symlink():
        (defs / "link").symlink_to(editing.root)
        (defs / "linked").mkdir()
        (defs / "linked/defs.yaml").symlink_to(editing.root / "outside.yaml")
    before = (editing.root / "outside.yaml").read_bytes()
    answers = [
        editing.client.get("/editor/file", params={"path": path}),
        put(editing, path, "a: 1\n", None),
        editing.client.post("/editor/diagnose", json={"path": path, "text": "a: 1\n"}),
        editing.client.post("/editor/preview", json={"path": path, "text": "a: 1\n"}),
        editing.client.post("/editor/commit", json={"paths": [path], "branch": "x", "message": "x"}),
    ]
    assert [400] * 5 == [each.status_code for each in answers], [each.text for each in answers]
    assert not any("of the machine" in each.text for each in answers)
    assert before == (editing.root / "outside.yaml").read_bytes()


def test_a_file_that_is_no_text_is_told(editing: Served) -> None:
    """
    What can't be shown as text can't be edited either.
    """
    file = editing.root / new_path("bytes")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"a: \xff\n")
    answer = editing.client.get("/editor/file", params={"path": new_path("bytes")})
    assert (409, "TRD102") == (answer.status_code, answer.json()["error"]["diagnostics"][0]["code"])


def test_a_file_with_a_secret_is_neither_shown_nor_written(editing: Served) -> None:
    """
    A text in which something is kept back would lose it when it is saved: it stays closed, and none is made.
    """
    file = editing.root / new_path("secret")
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"type: treadle.DefsFolder # {editing.token}\n", encoding="utf-8")
    there = opened(editing, new_path("secret"))
    assert ("", True) == (there["text"], "secret" in there["locked"])
    for path, version in ((new_path("secret"), there["version"]), (new_path("other"), None)):
        refused = put(editing, path, f"type: x # {editing.token}\n", version)
        assert (400, False) == (refused.status_code, editing.token in refused.text)
    assert 400 == put(editing, new_path("secret"), "type: x\n", there["version"]).status_code


# New components


def test_a_component_begins_with_its_type_and_nothing_else(editing: Served) -> None:
    """
    What is begun says its type, names the schema for other editors, and isn't written anywhere.
    """
    begun = editing.post("/editor/new", {"type": "treadle.PythonScript", "folder": "new/one"})
    assert (new_path("new/one"), None) == (begun["path"], begun["version"])
    assert begun["text"].endswith("type: treadle.PythonScript\n\nattributes: {}\n")
    assert not (editing.root / "src/p/defs/new").exists()


@pytest.mark.parametrize(
    ("type_name", "folder", "status", "message"),
    [
        pytest.param("treadle.Nothing", "n", 404, "treadle.Nothing", id="no-such-type"),
        pytest.param("treadle.PythonScript", "counting", 400, "has a component already", id="taken"),
        pytest.param("treadle.PythonScript", "../../..", 400, "is not below", id="outside"),
        pytest.param("treadle.PythonScript", "n" * 300, 400, "too long for a file", id="long"),
        pytest.param("treadle.PythonScript", "n\0", 400, "no name of a file can have", id="nul"),
    ],
)
def test_a_component_that_cannot_be_is_not_begun(
    editing: Served, type_name: str, folder: str, status: int, message: str
) -> None:
    """
    A type or a place that doesn't exist is told, whether the component is to be begun or made.
    """
    for way in ("new", "scaffold"):
        answer = editing.client.post(f"/editor/{way}", json={"type": type_name, "folder": folder})
        assert status == answer.status_code, answer.text
        assert message in answer.json()["error"]["message"]


def test_a_component_can_be_made_with_its_files(editing: Served) -> None:
    """
    A type that makes its components itself does so, with the files that belong to them, as on the command line.
    """
    made = editing.post("/editor/scaffold", {"type": "treadle.PythonScript", "folder": "made"})
    assert "key: made" in made["text"]
    assert {"defs.yaml", "script.py"} == set(os.listdir(editing.root / "src/p/defs/made"))


# Questions about a text


def test_attributes_are_suggested_and_explained(editing: Served) -> None:
    """
    What may be typed comes with the place that it takes, and what is there is explained.
    """
    text = SCRIPT + "      desc"
    place = {"path": COUNTING, "text": text, "line": 9, "column": 11}
    found = editing.post("/editor/complete", place)
    first = next(each for each in found["items"] if each["label"] == "description")
    assert ({"line": 9, "column": 7}, {"line": 9, "column": 11}) == tuple(first["range"].values())
    assert "description:" in first["insert"]
    told = editing.post("/editor/hover", {"path": COUNTING, "text": SCRIPT, "line": 2, "column": 10})
    assert "Runs a Python script" in told["text"]
    assert {"text": "", "range": None} == editing.post("/editor/hover", {**place, "line": 1, "column": 1})


def test_keys_of_assets_are_suggested_also_those_of_the_text(editing: Served) -> None:
    """
    Assets of the whole project are known, and those of the text that isn't saved; of that nothing is kept.
    """
    text = SCRIPT.replace("key: counted", "key: recounted") + "    - key: more\n      deps: []\n"
    place = {"path": COUNTING, "text": text, "line": 10, "column": 14}
    labels = {each["label"] for each in editing.post("/editor/complete", place)["items"]}
    assert {"wool", "yarn", "recounted"} <= labels
    other = {"path": new_path("other"), "text": text.replace("recounted", "x"), "line": 10, "column": 14}
    assert "recounted" not in {each["label"] for each in editing.post("/editor/complete", other)["items"]}


def test_a_mistake_is_told_with_its_place_and_what_mends_it(editing: Served) -> None:
    """
    Columns count as browsers do; a fix has its edits; the path says which field of a form it is about.
    """
    text = "# 🧵\ntype: treadle.PythonScript\nattributes: {'🧵': 1, exection: {path: ../counting/count.py}}\n"
    found = editing.post("/editor/diagnose", {"path": new_path("broken"), "text": text})
    mistake = next(each for each in found["mistakes"] if each["fixes"])
    column = text.splitlines()[2].index("exection") + 2  # one more for the spool, which takes two
    assert {"line": 3, "column": column} == mistake["range"]["start"]
    assert ["attributes", "exection"] == mistake["path"]
    (edit,) = mistake["fixes"][0]["edits"]
    assert ("execution", mistake["range"]["start"]) == (edit["text"], edit["range"]["start"])
    assert [("treadle.PythonScript", True)] == [(each["known"], found["readable"]) for each in found["documents"]]


def test_what_is_missing_is_missing_in_the_whole(editing: Served) -> None:
    """
    A mapping begins where its first name does; what it lacks is said of the mapping.
    """
    text = f'{SCRIPT}post_processing:\n  assets:\n    - target: "*"\n'
    (mistake,) = editing.post("/editor/diagnose", {"path": COUNTING, "text": text})["mistakes"]
    assert ("TRD205", ["post_processing", "assets", 0]) == (mistake["code"], mistake["path"])


def test_a_text_that_is_no_yaml_is_not_readable(editing: Served) -> None:
    """
    What can't be read can't be edited as a form, and says why.
    """
    found = editing.post("/editor/diagnose", {"path": COUNTING, "text": "type: [\n"})
    assert (False, True) == (found["readable"], bool(found["mistakes"]))


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        pytest.param(
            {"at": ["attributes", "execution", "path"], "value": "other.py"}, "count.py", "other.py", id="set"
        ),
        pytest.param(
            {"at": ["attributes", "assets", 0, "deps", 1], "value": "yarn"}, "[wool]", "[wool, yarn]", id="item"
        ),
        pytest.param(
            {"at": ["attributes", "assets", 0, "deps"], "remove": True}, "      deps: [wool]\n", "", id="remove"
        ),
        pytest.param(
            {"at": ["attributes", "assets", 0, "group"], "value": "{{ env.G }}"},
            "[wool]\n",
            '[wool]\n      group: "{{ env.G }}"\n',
            id="more",
        ),
        pytest.param({"at": ["type"], "value": "treadle.PythonScript"}, "", "", id="nothing"),
        pytest.param(
            {"at": ["attributes", "execution", "path"], "name": "file"}, "path: count.py", "file: count.py", id="name"
        ),
    ],
)
def test_a_value_is_set_by_the_smallest_edit(editing: Served, change: Any, old: str, new: str) -> None:
    """
    A form changes the text where its value is: comments and everything else aren't part of the edit.
    """
    edits = editing.post("/editor/edit", {"path": COUNTING, "text": SCRIPT, **change})["edits"]
    assert SCRIPT.replace(old, new, 1) == _edited(SCRIPT, edits)
    assert not edits or len(edits[0]["text"]) <= len(new)


def _edited(text: str, edits: Any) -> str:
    for each in edits:
        start, end = (_offset(text, each["range"][name]) for name in ("start", "end"))
        text = text[:start] + each["text"] + text[end:]
    return text


def _offset(text: str, place: Any) -> int:
    return sum(len(line) + 1 for line in text.split("\n")[: place["line"] - 1]) + place["column"] - 1


def test_a_rule_of_the_post_processing_is_set_as_attributes_are(editing: Served) -> None:
    """
    What surrounds the attributes has a schema as well: a form is made from it, and changes the same text.
    """
    schema = editing.get("/editor/schema")["document"]
    assert {"$ref": "#/$defs/PostProcessing"} in schema["properties"]["post_processing"]["anyOf"]
    assert {"target", "operation", "attributes"} == schema["$defs"]["AssetRule"]["properties"].keys()
    assert schema["properties"]["requirements"]["x-verbatim"]
    at = ["post_processing", "assets", 0]
    edits = editing.post("/editor/edit", {"path": COUNTING, "text": SCRIPT, "at": [*at, "target"], "value": "*"})
    text = _edited(SCRIPT, edits["edits"])
    at += ["attributes", "tags", "team"]
    edits = editing.post("/editor/edit", {"path": COUNTING, "text": text, "at": at, "value": "sheep"})
    rule = '    - target: "*"\n      attributes:\n        tags:\n          team: sheep\n'
    assert f"{SCRIPT}post_processing:\n  assets:\n{rule}" == _edited(text, edits["edits"])


def test_what_a_form_cannot_change_is_said(editing: Served) -> None:
    """
    A value that is written once and used twice is changed in the text, where that can be seen.
    """
    text = "type: &t treadle.DefsFolder\nattributes: {}\nrequirements: {env: [*t]}\n"
    answer = editing.client.post("/editor/edit", json={"path": COUNTING, "text": text, "at": ["type"], "value": "x"})
    assert (400, True) == (answer.status_code, "by form" in answer.json()["error"]["message"])


# Before it is saved


def test_a_preview_tells_what_saving_would_do(editing: Served) -> None:
    """
    Assets and edges that come and go, what has to be made again, and nothing is written or loaded.
    """
    text = SCRIPT.replace("deps: [wool]", "deps: [wool, yarn]") + "    - key: twice\n      deps: [counted]\n"
    found = editing.post("/editor/preview", {"path": COUNTING, "text": text})
    assert (False, ["twice"]) == (found["same"], found["assets"]["added"])
    assert [{"from": "counted", "to": "twice"}, {"from": "yarn", "to": "counted"}] == found["edges_added"]
    assert [{"field": "deps", "old": "wool", "new": "wool, yarn"}] == found["assets"]["changed"][0]["fields"]
    assert ["counted"] == [each["asset"] for each in found["stale"]]
    assert SCRIPT == (editing.root / COUNTING).read_text(encoding="utf-8")
    assert "twice" not in {each["key"] for each in editing.get("/assets")["items"]}
    again = editing.post("/editor/preview", {"path": COUNTING, "text": SCRIPT})
    assert (True, []) == (again["same"], again["new"])


def test_a_preview_of_a_file_that_is_not_there(editing: Served) -> None:
    """
    A component in a folder that doesn't exist yet, with a path that leads up from it.
    """
    text = SCRIPT.replace("path: count.py", "path: ../../counting/count.py").replace("key: counted", "key: anew")
    path = new_path("not/there")
    assert [] == editing.post("/editor/diagnose", {"path": path, "text": text})["mistakes"]
    found = editing.post("/editor/preview", {"path": path, "text": text})
    assert (["anew"], []) == (found["assets"]["added"], found["new"])
    assert not (editing.root / path).parent.exists()


def test_a_preview_tells_what_policies_would_deny_and_what_is_mended(editing: Served) -> None:
    """
    A policy that denies is seen before saving, and so is a mistake that would be gone.
    """
    text = SCRIPT + '      group: "gold"\n'
    found = editing.post("/editor/preview", {"path": COUNTING, "text": text})
    assert [("TRD901", "error")] == [(each["code"], each["severity"]) for each in found["new"]]
    mended = (editing.root / new_path("broken")).read_text(encoding="utf-8").replace("exection", "execution")
    found = editing.post("/editor/preview", {"path": new_path("broken"), "text": mended})
    assert found["mended"]
    assert not found["new"]


def test_what_is_saved_is_loaded(editing: Served) -> None:
    """
    Assets of a saved file are in the catalogue as soon as it is loaded.
    """
    put(
        editing, new_path("saved"), SCRIPT.replace("count.py", "../counting/count.py").replace("counted", "saved"), None
    )
    until(lambda: "saved" in {each["key"] for each in editing.get("/assets")["items"]})


# Commits


def test_a_commit_takes_only_its_files_to_its_branch(editing: Served) -> None:
    """
    On another branch, the checkout and what is staged stay as they are; on the current one, the index learns of it.
    """
    root = editing.root
    path = new_path("committed")
    assert 200 == put(editing, path, "type: treadle.DefsFolder\n", None).status_code
    (root / "policies.yaml").write_text(POLICIES + "# staged\n", encoding="utf-8")
    git(root, "add", "policies.yaml")
    before = git(root, "diff", "--cached")
    made = editing.post("/editor/commit", {"paths": [path], "branch": "ann/folder", "message": "A folder\n\nWhy not."})
    assert (True, False) == (made["new"], made["current"])
    assert f"{path}\n" == git(root, "diff", "--name-only", "main", "ann/folder")
    assert "Ann <ann@mill.example>: A folder" == git(root, "log", "-1", "--format=%an <%ae>: %s", "ann/folder").strip()
    assert before == git(root, "diff", "--cached")
    assert f"?? {Path(path).parent}/\n" in git(root, "status", "--porcelain")
    made = editing.post("/editor/commit", {"paths": [path], "branch": "main", "message": "A folder"})
    assert (False, True) == (made["new"], made["current"])
    assert f"{path}\n" == git(root, "show", "--format=", "--name-only", "main")
    assert before == git(root, "diff", "--cached")
    assert "committed" not in git(root, "status", "--porcelain")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"branch": "-f"}, "can't be the name of a branch", id="an-option"),
        pytest.param({"branch": "a..b"}, "can't be the name of a branch", id="no-name"),
        pytest.param({"branch": "main"}, "there is nothing to commit", id="nothing"),
        pytest.param({"branch": "x", "message": " \n"}, "needs a message", id="no-message"),
        pytest.param({"branch": "x", "paths": [new_path("nowhere")]}, "there is no file", id="not-saved"),
    ],
)
def test_a_commit_that_cannot_be_made_says_why(editing: Served, change: Any, message: str) -> None:
    """
    Each reason in words, and no branch has moved.
    """
    before = git(editing.root, "for-each-ref")
    answer = editing.client.post("/editor/commit", json={"paths": [COUNTING], "message": "x", **change})
    assert 400 == answer.status_code
    assert message in answer.json()["error"]["message"]
    assert before == git(editing.root, "for-each-ref")


def test_hooks_that_do_not_run_are_told(editing: Served) -> None:
    """
    A hook could ask a person something: it isn't run, and whoever commits is told so.
    """
    hook = editing.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    try:
        put(editing, new_path("hooked"), "type: treadle.DefsFolder\n", None)
        made = editing.post("/editor/commit", {"paths": [new_path("hooked")], "branch": "hooked", "message": "x"})
        assert "the repository's hook pre-commit did not run" in made["notes"]
    finally:
        hook.unlink()
