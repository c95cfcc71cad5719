"""A workspace is found from anywhere in it; every mistake in what it names is told, with its line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.unit.workspace.conftest import write
from treadle.errors import ProjectError
from treadle.workspace import find_workspace

PROJECT = '[tool.treadle]\nmodule = "p"\n'
DG = '[tool.dg]\ndirectory_type = "project"\nproject.root_module = "p"\n'
FILES = {"platform/pyproject.toml": PROJECT, "teams/shop/pyproject.toml": PROJECT, "teams/ads/pyproject.toml": DG}


def workspace_of(settings: str) -> str:
    return f"[tool.treadle.workspace]\n{settings}\n"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param('projects = ["teams/*", "platform"]', ["platform", "teams/ads", "teams/shop"], id="patterns"),
        pytest.param('projects = ["**/shop"]', ["teams/shop"], id="any-depth"),
        pytest.param("projects = ['./teams/shop/']", ["teams/shop"], id="spelled-otherwise"),
        pytest.param('projects = ["teams/shop", "teams/*"]', ["teams/ads", "teams/shop"], id="named-and-fitting"),
        pytest.param('projects = [{ path = "platform" }]', ["platform"], id="table"),
        pytest.param('[[tool.treadle.workspace.projects]]\npath = "platform"', ["platform"], id="array-of-tables"),
    ],
)
def test_projects_are_named_by_folders_or_patterns(settings: str, expected: list[str], tmp_path: Path) -> None:
    """
    Projects are in the order of their names, which are their folders; what a pattern fits and isn't one is passed over.
    """
    root = write(tmp_path, {**FILES, "pyproject.toml": workspace_of(settings), "teams/notes/plan.md": ""})
    assert expected == [each.name for each in find_workspace(root).projects]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "pyproject.toml": '[tool.dg]\ndirectory_type = "workspace"\n[[tool.dg.workspace.projects]]\npath = "platform"\n'
                '[[tool.dg.workspace.projects]]\npath = "teams/ads"\n'
            },
            id="pyproject",
        ),
        pytest.param(
            {
                "dg.toml": 'directory_type = "workspace"\n[workspace]\nprojects = [{ path = "platform" }, { path = "teams/ads" }]\n'
            },
            id="dg.toml",
        ),
    ],
)
def test_a_workspace_of_dagster_projects_opens_as_it_is(files: dict[str, str], tmp_path: Path) -> None:
    """
    What `dg` calls a workspace is one, and a project's `.env` may name its interpreter.
    """
    root = write(tmp_path, {**FILES, **files, "platform/.env": "DG_PROJECT_PYTHON_EXECUTABLE=/opt/python\n"})
    platform, ads = find_workspace(root).projects
    assert ("platform", Path("/opt/python"), "setting") == (platform.name, platform.python, platform.chosen_by)
    assert ("teams/ads", Path(sys.executable), "this") == (ads.name, ads.python, ads.chosen_by)


@pytest.mark.parametrize("folder", [".", "teams", "teams/shop/src/p/defs"])
def test_a_workspace_is_found_from_any_folder_in_it(folder: str, tmp_path: Path) -> None:
    """
    A folder between, a project and a folder in a project know the workspace around them.
    """
    root = write(tmp_path, {**FILES, "pyproject.toml": workspace_of('projects = ["teams/*"]')})
    assert root == find_workspace(root / folder).root


@pytest.mark.parametrize(
    ("folders", "settings", "expected"),
    [
        pytest.param([], "", (sys.executable, "this"), id="none"),
        pytest.param([".venv"], "", (".venv/bin/python", "workspace"), id="of-the-workspace"),
        pytest.param([".venv", "platform/.venv"], "", ("platform/.venv/bin/python", "project"), id="its-own"),
        pytest.param(["platform/.venv"], ', python = "env/python"', ("platform/env/python", "setting"), id="setting"),
        pytest.param([], ', python = "/opt/python"', ("/opt/python", "setting"), id="absolute"),
    ],
)
def test_a_project_has_the_nearest_environment(
    folders: list[str], settings: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    """
    What the settings say comes first, then its own `.venv`, the workspace's, and this interpreter; a `.venv` counts
    even when nothing is in it.
    """
    text = workspace_of(f'projects = [{{ path = "platform"{settings} }}]')
    root = write(tmp_path, {**FILES, "pyproject.toml": text})
    for each in folders:
        (root / each).mkdir()
    [project] = find_workspace(root).projects
    assert (root / expected[0], expected[1]) == (project.python, project.chosen_by)


MISTAKES = [
    pytest.param(
        "project = ['platform']", [("TRD541", 2, "no setting 'project'"), ("TRD541", 1, "names no")], id="key"
    ),
    pytest.param("projects = []", [("TRD541", 2, "names no projects")], id="empty"),
    pytest.param("projects = 'platform'", [("TRD541", 2, "can't be 'platform'")], id="text"),
    pytest.param("projects = [3]", [("TRD541", 2, "can't be 3")], id="number"),
    pytest.param(
        "projects = [{ path = 'platform', pyton = 'x' }]", [("TRD541", 2, "no setting 'pyton'")], id="of-project"
    ),
    pytest.param("projects = [{ path = 'platform', python = 3 }]", [("TRD541", 2, "python can't be 3")], id="python"),
    pytest.param("projects = ['platform']\ntimeout = 'soon'", [("TRD541", 3, "can't be 'soon'")], id="timeout"),
    pytest.param("projects = ['platform']\ntimeout = 0", [("TRD541", 3, "can't be 0")], id="no-time"),
    pytest.param("projects = ['platform']\ntimeout = true", [("TRD541", 3, "can't be True")], id="timeout-bool"),
    pytest.param("projects = ['platfrm']", [("TRD542", 2, "no folder 'platfrm'")], id="missing"),
    pytest.param("projects = ['teams']", [("TRD542", 2, "'teams' isn't a project")], id="no-project"),
    pytest.param("projects = ['.']", [("TRD542", 2, "'.' is a workspace")], id="itself"),
    pytest.param("projects = ['../elsewhere']", [("TRD542", 2, "is outside")], id="outside"),
    pytest.param("projects = ['../*']", [("TRD542", 2, "leads out")], id="pattern-outside"),
    pytest.param("projects = ['/*']", [("TRD542", 2, "leads out")], id="pattern-absolute"),
    pytest.param("projects = ['tools/*']", [("TRD542", 2, "no project fits 'tools/*'")], id="fits-nothing"),
    pytest.param("projects = ['t*']", [("TRD542", 2, "no project fits 't*'")], id="fits-no-project"),
    pytest.param(
        "projects = [\n  'platform',\n  './platform',\n]", [("TRD542", 4, "'./platform' is named twice")], id="twice"
    ),
    pytest.param("projects = ['platform', 'platform/inner']", [("TRD542", 2, "inside of another")], id="nested"),
    pytest.param(
        "projects = [\n  'x',\n  'y',\n]\nextra = 1",
        [("TRD541", 6, "'extra'"), ("TRD542", 3, "'x'"), ("TRD542", 4, "'y'")],
        id="all-at-once",
    ),
]


@pytest.mark.parametrize(("settings", "expected"), MISTAKES)
def test_what_is_wrong_with_settings_is_told_with_its_line(
    settings: str, expected: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    """
    Each mistake has its code, its line and what was written; all are told at once.
    """
    files = {**FILES, "platform/inner/pyproject.toml": PROJECT, "pyproject.toml": workspace_of(settings)}
    root = write(tmp_path / "workspace", files)
    with pytest.raises(ProjectError) as raised:
        find_workspace(root)
    found = raised.value.diagnostics
    assert [(code, line) for code, line, _ in expected] == [(each.code, each.span and each.span.line) for each in found]
    assert all(words in each.message for (_, _, words), each in zip(expected, found, strict=True))


def test_a_workspace_is_no_project(tmp_path: Path) -> None:
    """
    Settings of a project beside those of a workspace are mistakes.
    """
    root = write(tmp_path, {**FILES, "pyproject.toml": PROJECT + workspace_of('projects = ["platform"]')})
    with pytest.raises(ProjectError, match="a workspace has no setting 'module'"):
        find_workspace(root)


def test_where_there_is_none_it_is_told_what_one_is(tmp_path: Path) -> None:
    """
    A project without a workspace around it doesn't become one.
    """
    root = write(tmp_path, {"pyproject.toml": PROJECT})
    with pytest.raises(ProjectError, match="there is no workspace around") as raised:
        find_workspace(root)
    assert ["TRD540"] == [each.code for each in raised.value.diagnostics]


def test_a_link_to_a_project_elsewhere_is_outside(tmp_path: Path) -> None:
    """
    A pattern passes over a link that leads out of the workspace, and a name of one is a mistake.
    """
    elsewhere = write(tmp_path / "elsewhere", {"pyproject.toml": PROJECT})
    root = write(tmp_path / "workspace", {**FILES, "pyproject.toml": workspace_of('projects = ["teams/*"]')})
    (root / "teams/linked").symlink_to(elsewhere)
    assert ["teams/ads", "teams/shop"] == [each.name for each in find_workspace(root).projects]
    write(root, {"pyproject.toml": workspace_of('projects = ["teams/linked"]')})
    with pytest.raises(ProjectError, match="'teams/linked' is outside"):
        find_workspace(root)
