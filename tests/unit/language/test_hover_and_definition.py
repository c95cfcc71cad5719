"""What is told of the thing at a place, and where it is defined."""

from __future__ import annotations

import pytest

from tests.unit.language.conftest import split
from treadle.language.definition import define
from treadle.language.hover import explain
from treadle.language.workspace import Workspace

LOOM = "type: p.components.loom.Loom\nattributes:\n"
VARS = 'type: p.components.loom.Loom\ntemplate_vars_module: .words\nattributes:\n  pattern: "{{ region }}"\n'


@pytest.mark.parametrize(
    ("marked", "parts"),
    [
        pytest.param("type: p.comp‸onents.loom.Loom", ["Weaves cloth.", "One bolt at a time."], id="a type"),
        pytest.param("type: dagster.Python‸ScriptComponent", ["**treadle.PythonScript**", "Also known as"], id="an alias"),
        pytest.param(LOOM + "  thr‸eads: 3", ["a whole number", "How many threads", "Default: `4`"], id="an attribute"),
        pytest.param(LOOM + "  color‸:", ["red or blue"], id="an enum"),
        pytest.param(LOOM + "  cut: {start‸: a}", ["**start**: text"], id="between braces"),
        pytest.param(
            LOOM + "  assets:\n  - {key: a, group_name‸: b}", ["Another name for `group`"], id="another name"
        ),
        pytest.param("type‸: x", ["The component type."], id="a key at the top"),
        pytest.param(
            LOOM + "  assets:\n  - key: a\n    deps: [raw/or‸ders]",
            ["**raw/orders** (group sales)", "What was ordered.", "orders/defs.yaml`, line 5"],
            id="an asset",
        ),
        pytest.param(LOOM + '  pattern: "{{ project_ro‸ot }}"', ["project_root: text"], id="a variable"),
        pytest.param(LOOM + '  pattern: "{{ automation.on_cr‸on(1) }}"', ["on_cron("], id="a function"),
        pytest.param(LOOM + '  pattern: "{{ env.NOT_SE‸T }}"', ["it is not set"], id="the environment"),
    ],
)  # fmt: skip
def test_hover(marked: str, parts: list[str], workspace: Workspace) -> None:
    """
    A type, an attribute, a variable and an asset are explained where they are written.
    """
    text, cursor = split(marked)
    found = explain(workspace, workspace.settings.defs / "new/defs.yaml", text, cursor)
    assert found is not None
    assert [] == [part for part in parts if part not in found.text], found.text


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param("type: nobody‸.Knows", id="an unknown type"),
        pytest.param(LOOM + "  nothing‸: 1", id="an unknown attribute"),
        pytest.param(LOOM + '  pattern: "{{ nothi‸ng.at.all }}"', id="an unknown variable"),
        pytest.param("‸", id="nothing"),
        pytest.param("[[[‸", id="no YAML"),
        pytest.param("a: |\n  x‸", id="text"),
    ],
)
def test_nothing_is_made_up(marked: str, workspace: Workspace) -> None:
    """
    Where nothing is known, nothing is told.
    """
    text, cursor = split(marked)
    file = workspace.settings.defs / "new/defs.yaml"
    assert explain(workspace, file, text, cursor) is None
    assert [] == define(workspace, file, text, cursor)


@pytest.mark.parametrize(
    ("marked", "file", "line"),
    [
        pytest.param("type: p.comp‸onents.loom.Loom", "components/loom.py", 20, id="a type"),
        pytest.param(LOOM + "  assets:\n  - key: a\n    deps:\n    - raw/or‸ders", "defs/orders/defs.yaml", 5, id="an asset"),
        pytest.param(LOOM + "  assets:\n  - key: a\n    deps: [peo‸ple]", "defs/python.py", 5, id="an asset of Python"),
        pytest.param(VARS.replace(".words", ".wo‸rds"), "defs/vars/words.py", 1, id="a module of variables"),
        pytest.param(VARS.replace("region", "reg‸ion"), "defs/vars/words.py", 5, id="a template variable"),
        pytest.param(
            "type: treadle.PythonScript\nattributes:\n  execution:\n    path: wor‸ds.py", "defs/vars/words.py", 1, id="a path"
        ),
    ],
)  # fmt: skip
def test_definition(marked: str, file: str, line: int, workspace: Workspace) -> None:
    """
    A type leads to its class, an asset to where it is declared, a module and a path to their files.
    """
    text, cursor = split(marked)
    (found,) = define(workspace, workspace.settings.defs / "vars/defs.yaml", text, cursor)
    assert (workspace.settings.source / "p" / file, line) == (found.file.resolve(), found.line)
