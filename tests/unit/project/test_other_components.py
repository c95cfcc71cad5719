"""What one component may ask of the others, seen from outside."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {{path: s.py}}\n  assets:\n    - key: {key}\n      deps: {deps}\n"


def script(folder: str, deps: str = "[]") -> dict[str, str]:
    """A component whose asset has the name of its folder."""
    return {f"{folder}/defs.yaml": SCRIPT.format(key=folder, deps=deps), f"{folder}/s.py": "print('done')\n"}


def test_a_component_runs_that_asks_for_another(make_project: MakeProject) -> None:
    """
    The process of a step loads what its component asks for, and nothing else.
    """
    treadle = make_project(
        {**script("raw"), **script("orders", "\"{{ context.build_defs('raw').asset_keys }}\""), "bad/defs.yaml": "]"}
    )
    answer = treadle("run", "orders")
    assert (0, "") == (answer.code, "" if answer.code == 0 else answer.err)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("rwa", "did you mean 'raw'?", id="misspelled"),
        pytest.param("../raw", "there is no component '../raw'", id="outside"),
        pytest.param("", "needs itself: orders → orders", id="everything"),
        pytest.param("raw[7]", "there is no component 'raw[7]'", id="no-such-document"),
        pytest.param("orders", "needs itself: orders → orders", id="itself"),
        pytest.param("broken", "the component 'broken' can't be loaded from here: missing attribute", id="broken"),
        pytest.param("helpers.py", "there is no component 'helpers.py'", id="module"),
    ],
)
def test_what_cannot_be_loaded_is_told_where_it_is_asked_for(make_project: MakeProject, path: str, told: str) -> None:
    """
    A path that leads nowhere, back, or to something broken is a mistake at the template.
    """
    files = {
        **script("raw"),
        **script("orders", f"[\"{{{{ context.load_component('{path}').key }}}}\"]"),
        "broken/defs.yaml": "type: treadle.PythonScript\nattributes: {asets: []}\n",
        "helpers.py": "",
    }
    found = make_project(files)("check", "--build", "--json").json["diagnostics"]
    own = [each for each in found if each["file"].endswith("orders/defs.yaml")]
    assert [6] == [each["line"] for each in own]
    assert told in " ".join(f"{each['message']} {each['fix']}" for each in own)


def test_a_long_circle_is_told_once_in_each_of_its_components(make_project: MakeProject) -> None:
    """
    Each says its own way round, and what only leads into the circle isn't a part of it.
    """
    around = {"a": "b", "b": "c", "c": "a", "into": "a"}
    files = [script(name, f"\"{{{{ context.build_defs('{other}').asset_keys }}}}\"") for name, other in around.items()]
    merged = {path: text for each in files for path, text in each.items()}
    found = make_project(merged)("check", "--build", "--json").json["diagnostics"]
    told = sorted((each["code"], each["message"].partition(": ")[2]) for each in found)
    assert [
        ("TRD214", "a → b → c → a"),
        ("TRD214", "b → c → a → b"),
        ("TRD214", "c → a → b → c"),
    ] == told[:3]
    assert ["TRD217"] == [code for code, _ in told[3:]]


def test_many_components_that_ask_for_each_other_take_no_long_time(make_project: MakeProject) -> None:
    """
    What is asked for by several is loaded once: each of these asks for all before it, which are 2^20 ways.
    """
    files = script("c00")
    for number in range(1, 20):
        deps = " + ".join(f"context.build_defs('c{each:02}').asset_keys" for each in range(number))
        files |= script(f"c{number:02}", '"{{ ' + deps + ' }}"')
    answer = make_project(files)("list", "assets", "--json")
    assert [f"c{each:02}" for each in range(19)] == answer.json[19]["deps"]
