"""Completion: what is suggested at a place, in YAML that need not parse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Suggested = Callable[..., list[str]]
Typed = Callable[..., str]

LOOM = "type: p.components.loom.Loom\nattributes:\n"


def test_types_are_suggested_with_the_project_s_own(suggested: Suggested) -> None:
    """
    After `type:`, every type of the project may follow, and names of others for them come last.
    """
    found = suggested("type: ‸")
    assert {"treadle.PythonScript", "p.components.loom.Loom", "dagster.PythonScriptComponent"} <= set(found)
    assert found.index("treadle.PythonScript") < found.index("dagster.PythonScriptComponent")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(LOOM + "  ‸", ["pattern", "assets", "color", "cut", "fast", "threads"], id="empty mapping"),
        pytest.param(LOOM + "  th‸", ["pattern", "assets", "color", "cut", "fast", "threads"], id="half a word"),
        pytest.param(
            LOOM + "  pattern: x\n  color: red\n  ‸\n  fast: true\n", ["assets", "cut", "threads"], id="between others"
        ),
        pytest.param(
            LOOM + "  assets:\n    - key: a\n  ‸", ["pattern", "color", "cut", "fast", "threads"], id="after a list"
        ),
        pytest.param(
            LOOM + "  pattern: [\n  ‸", ["assets", "color", "cut", "fast", "threads"], id="a bracket left open"
        ),
        pytest.param(LOOM + "  color: ‸", ["red", "blue"], id="an enum, the default first"),
        pytest.param(LOOM + "  color: b‸\n  fast: 1", ["red", "blue"], id="half a value"),
        pytest.param(LOOM + "  fast: ‸", ["false", "true"], id="a boolean"),
        pytest.param(LOOM + "  cut:\n    ‸", ["keys", "start", "type"], id="every branch of a union"),
        pytest.param(LOOM + "  cut:\n    type: daily\n    ‸", ["start"], id="the branch that is written"),
        pytest.param(LOOM + "  cut: {type: static, ‸}", ["keys"], id="between braces"),
        pytest.param(LOOM + "  cut: {type: ‸", ["daily", "static"], id="a value between braces"),
        pytest.param("type: nobody.Knows\nattributes:\n  ‸", [], id="an unknown type"),
        pytest.param("# ‸", [], id="a comment"),
    ],
)
def test_attributes_and_values(marked: str, expected: list[str], suggested: Suggested) -> None:
    """
    What is missing is suggested, what is required first; what is there already is not.
    """
    deprecated = {"old"}
    assert expected == [each for each in suggested(marked) if each not in deprecated]


def test_top_level_keys(suggested: Suggested) -> None:
    """
    At the top, the keys of a component that aren't there yet.
    """
    found = suggested("type: p.components.loom.Loom\n‸")
    assert "attributes" in found
    assert "template_vars_module" in found
    assert "type" not in found
    assert "type" in suggested("‸")


def test_an_empty_document_is_offered_whole_components(typed: Typed) -> None:
    """
    In an empty file, a type's name makes a component of it, with its first example.
    """
    assert typed("‸", "treadle.PythonScript").startswith("type: treadle.PythonScript\nattributes:\n")


@pytest.mark.parametrize(
    ("marked", "label", "expected"),
    [
        pytest.param(LOOM + "  ‸", "threads", LOOM + "  threads: ", id="a scalar"),
        pytest.param(LOOM + "  as‸", "assets", LOOM + "  assets:\n    - ", id="a list"),
        pytest.param(LOOM + "  cu‸", "cut", LOOM + "  cut:\n    ", id="a mapping"),
        pytest.param(LOOM + "  cut: {‸}", "start", LOOM + "  cut: {start: }", id="between braces"),
        pytest.param(LOOM + "  assets:\n    ‸", "key", LOOM + "  assets:\n    - key: ", id="a new item"),
        pytest.param(LOOM + "  assets:\n    - ‸", "key", LOOM + "  assets:\n    - key: ", id="behind a dash"),
        pytest.param(LOOM + "  thr‸: 3", "threads", LOOM + "  threads: 3", id="a key that has a value"),
        pytest.param(LOOM + "  color: re‸", "red", LOOM + "  color: red", id="a value"),
        pytest.param(LOOM + '  color: "re‸"', "red", LOOM + "  color: red", id="a quoted value"),
        pytest.param("type: p.comp‸", "p.components.loom.Loom", "type: p.components.loom.Loom", id="a type"),
    ],
)
def test_what_is_inserted(marked: str, label: str, expected: str, typed: Typed) -> None:
    """
    What is taken stands where it belongs, and the next thing can be typed right away.
    """
    assert expected == typed(marked, label)


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param(LOOM + "  assets:\n    - key: a\n      deps:\n        - ‸", id="an item"),
        pytest.param(LOOM + "  assets:\n    - key: a\n      deps:\n        ‸", id="an item without its dash"),
        pytest.param(LOOM + "  assets:\n    - key: a\n      deps: [‸", id="a bracket"),
        pytest.param(LOOM + "  assets:\n    - key: a\n      deps: [x, ra‸]\n      group: b", id="the second of a list"),
    ],
)
def test_asset_keys(marked: str, suggested: Suggested) -> None:
    """
    Where a key of an asset is asked for, those of YAML and of Python are suggested.
    """
    found = {each.removeprefix("- ") for each in suggested(marked)}
    assert {"raw/orders", "people"} <= found


@pytest.mark.parametrize(
    ("marked", "some", "never"),
    [
        pytest.param(LOOM + '  pattern: "{{ ‸ }}"', {"project_root", "env", "automation"}, {"node"}, id="variables"),
        pytest.param(LOOM + '  pattern: "a/{{ pro‸', {"project_root"}, {"node"}, id="half a word, nothing closed"),
        pytest.param(LOOM + '  pattern: "{{ automation.‸ }}"', {"eager", "on_cron"}, {"env"}, id="attributes"),
        pytest.param(LOOM + '  pattern: "{{ env.PA‸ }}"', {"PATH"}, {"env"}, id="the environment"),
        pytest.param(LOOM + "  pattern: \"{{ env('‸\"", {"PATH"}, {"env"}, id="the environment, called"),
        pytest.param(LOOM + '  pattern: "{{ project_root | up‸ }}"', {"upper"}, {"env"}, id="filters"),
        pytest.param(LOOM + "  pattern: |\n    one {{ pro‸ }}\n    two", {"project_root"}, {"node"}, id="a block of text"),
        pytest.param(
            "type: treadle.DbtProject\nattributes:\n  project: x\n  translation:\n    key: \"{{ ‸ }}\"",
            {"node", "project_root"},
            set(),
            id="variables of a scope",
        ),
        pytest.param(
            "type: treadle.DbtProject\nattributes:\n  project: x\n  translation:\n    key: \"a/{{ node.‸\"",
            {"name", "schema"},
            {"project_root"},
            id="attributes of a record",
        ),
        pytest.param(
            "type: p.components.loom.Loom\ntemplate_vars_module: .words\nattributes:\n  pattern: \"{{ ‸ }}\"",
            {"region"},
            set(),
            id="template variables",
        ),
    ],
)  # fmt: skip
def test_expressions(marked: str, some: set[str], never: set[str], suggested: Suggested) -> None:
    """
    Inside of `{{ }}` there is what holds at that place, and nothing else.
    """
    found = set(suggested(marked, "vars/defs.yaml"))
    assert some <= found
    assert set() == never & found


def test_expressions_replace_the_word_only(typed: Typed) -> None:
    """
    What stands before the word stays.
    """
    marked = LOOM + '  pattern: "a/{{ automation.ea‸ }}"'
    assert LOOM + '  pattern: "a/{{ automation.eager }}"' == typed(marked, "eager")


def test_each_document_of_a_file_has_its_own_type(suggested: Suggested) -> None:
    """
    The type above the nearest `---` counts.
    """
    assert "execution" in suggested(
        LOOM + "  ‸".replace("‸", "") + "\n---\ntype: treadle.PythonScript\nattributes:\n  ‸"
    )


def test_files_are_suggested_where_a_path_is_asked_for(suggested: Suggested) -> None:
    """
    A path attribute offers what is in the folder of the YAML file.
    """
    assert "words.py" in suggested(
        "type: treadle.PythonScript\nattributes:\n  execution:\n    path: ‸", "vars/defs.yaml"
    )


def test_profiles_and_credentials_are_suggested(suggested: Suggested) -> None:
    """
    Where a step names what it uses, what the platform offers follows.
    """
    script = "type: treadle.PythonScript\nattributes:\n  execution:\n    "
    assert ["big", "small"] == suggested(script + "compute: ‸")
    assert ["warehouse"] == suggested(script + "credentials:\n      - ‸")
