"""`--workspace`: what commands show of all projects, in each format, and how they end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.unit.workspace.conftest import write

PROJECT = '[tool.treadle]\nmodule = "p"\n'
SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Two projects, one of which has a mistake that can be mended, and uses what the other makes."""
    root = write(
        tmp_path_factory.mktemp("workspace"),
        {
            "pyproject.toml": '[tool.treadle.workspace]\nprojects = ["platform", "teams/*"]\n',
            "platform/pyproject.toml": PROJECT,
            "platform/src/p/defs/raw/defs.yaml": f"{SCRIPT}    - key: raw\n      kinds: [csv]\n",
            "platform/src/p/defs/raw/s.py": "",
            "teams/shop/pyproject.toml": PROJECT,
            "teams/shop/src/p/defs/orders/defs.yaml": f"{SCRIPT}    - key: orders\n      deps: [raw]\n",
            "teams/shop/src/p/defs/orders/s.py": "",
            "teams/shop/src/p/defs/twice/defs.yaml": f"{SCRIPT}    - key: twice\n      group: x\n      group: x\n",
            "teams/shop/src/p/defs/twice/s.py": "",
        },
    )
    return CommandLine(root)


def test_check_tells_each_project_and_counts_all(workspace: CommandLine) -> None:
    """
    Mistakes are told by their path in the workspace, then each project has a line, and the last line counts all.
    """
    answer = workspace("check", "--workspace")
    assert 1 == answer.code
    assert "--> teams/shop/src/p/defs/twice/defs.yaml:7:7" in answer.err
    assert [
        "✓ platform    no mistakes in 1 component, 1 asset",
        "✗ teams/shop  1 error in 2 components, 1 asset",
        "1 error in 2 projects, 3 components, 2 assets; --fix mends it",
    ] == answer.out.splitlines()


def test_check_tells_programs_whose_each_mistake_is(workspace: CommandLine) -> None:
    """
    As JSON, each mistake has its project; with a path, only what is in it is told, and decides how it ends.
    """
    told = workspace("check", "--workspace", "--json").json
    assert [("teams/shop", "TRD109")] == [(each["project"], each["code"]) for each in told["diagnostics"]]
    assert [("platform", 1, 0), ("teams/shop", 1, 1)] == [
        (each["name"], each["assets"], each["errors"]) for each in told["projects"]
    ]
    assert 0 == workspace("check", "--workspace", "platform").code


def test_without_building_only_files_are_compared(workspace: CommandLine) -> None:
    """
    With `--no-build` nobody knows what is declared, and assets aren't counted.
    """
    answer = workspace("check", "--workspace", "--no-build", "--json")
    assert [None, None] == [each["assets"] for each in answer.json["projects"]]
    assert ["TRD109"] == [each["code"] for each in answer.json["diagnostics"]]


def test_assets_and_graph_show_the_projects(workspace: CommandLine) -> None:
    """
    From within a project too, assets have their project beside them, and edges go across projects.
    """
    shop = CommandLine(workspace.folder / "teams/shop")
    listed = shop("list", "assets", "--workspace", "+project:shop", "--json")
    assert [("orders", "teams/shop"), ("raw", "platform")] == [(each["key"], each["project"]) for each in listed.json]
    assert "raw        platform\n└─ orders  teams/shop\n" == shop("graph", "--workspace").out
    assert [{"from": "raw", "to": "orders"}] == shop("graph", "--workspace", "--json").json["edges"]
    assert 'subgraph p1["platform"]' in shop("graph", "--workspace", "--mermaid").out


def test_status_tells_how_the_assets_of_all_projects_stand(workspace: CommandLine) -> None:
    """
    Each asset has its project beside it; selections look across projects, and a project's mistakes are told under its name.
    """
    answer = workspace("status", "--workspace")
    assert 1 == answer.code
    assert [
        "· orders  teams/shop  missing  it was never materialized",
        "· raw     platform    missing  it was never materialized",
        "",
        "2 missing",
    ] == answer.out.splitlines()
    assert ["teams/shop:", True] == [answer.err.splitlines()[0], "TRD109" in answer.err]
    above = workspace("status", "--workspace", "+orders and not orders", "--only", "missing", "--json").json
    assert [("platform", "raw", "missing", None)] == [
        (each["project"], each["asset"], each["status"], each["materialized_at"]) for each in above
    ]
    assert [] == workspace("status", "--workspace", "--only", "fresh", "--json").json


def test_upstream_of_another_project_makes_stale_where_both_have_one_store(
    workspace: CommandLine, tmp_path: Path
) -> None:
    """
    A store that is the project's alone knows nothing of what another one has updated.
    """
    root = CommandLine(shutil.copytree(workspace.folder, tmp_path / "copy"))
    shutil.rmtree(root.folder / "teams/shop/src/p/defs/twice")
    platform, shop = CommandLine(root.folder / "platform"), CommandLine(root.folder / "teams/shop")

    def stale_after_an_update() -> list[tuple[str, str, list[str]]]:
        for each in (platform, shop, platform):
            assert 0 == each("run").code
        told = root("status", "--workspace", "--json").json
        return [(each["asset"], each["status"], each["reasons"]) for each in told if each["status"] != "fresh"]

    assert [] == stale_after_an_update()
    for each in (platform, shop):
        (each.folder / "pyproject.toml").write_text(f'{PROJECT}store = "sqlite:///{tmp_path}/all.db"\n', "utf-8")
    assert [("orders", "stale", ["raw was updated since"])] == stale_after_an_update()


@pytest.mark.parametrize(
    "words", [("list", "projects"), ("check", "--workspace"), ("graph", "--workspace"), ("status", "--workspace")]
)
def test_without_a_workspace_it_is_told_how_to_make_one(words: tuple[str, ...], tmp_path: Path) -> None:
    """
    Every command that is about a workspace says the same where there is none.
    """
    answer = CommandLine(write(tmp_path, {"pyproject.toml": PROJECT}))(*words)
    assert (1, True) == (answer.code, "TRD540" in answer.err)


def test_fix_mends_files_of_all_projects(workspace: CommandLine, tmp_path: Path) -> None:
    """
    Edits are made in the project that has the mistake.
    """
    root = shutil.copytree(workspace.folder, tmp_path / "copy")
    answer = CommandLine(root)("check", "--workspace", "--fix")
    assert 0 == answer.code, answer.err
    text = (root / "teams/shop/src/p/defs/twice/defs.yaml").read_text("utf-8")
    assert 1 == text.count("group: x")
