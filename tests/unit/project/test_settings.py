"""How a project is found, and what its settings may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from treadle.errors import ProjectError
from treadle.project import find_settings


def write(root: Path, text: str, *, name: str = "pyproject.toml", defs: str = "src/p/defs") -> Path:
    root.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")
    (root / defs).mkdir(parents=True, exist_ok=True)
    return root


@pytest.mark.parametrize(
    ("text", "name", "defs"),
    [
        pytest.param('[tool.treadle]\nmodule = "p"\n', "pyproject.toml", "src/p/defs", id="treadle"),
        pytest.param('[project]\nname = "p"\n[tool.treadle]\n', "pyproject.toml", "src/p/defs", id="name-of-project"),
        pytest.param('[tool.treadle]\nmodule = "p"\n', "pyproject.toml", "p/defs", id="no-src"),
        pytest.param(
            '[tool.treadle]\nmodule = "p"\ndefs_module = "p.things"\n', "pyproject.toml", "src/p/things", id="defs"
        ),
        pytest.param(
            '[tool.dg]\ndirectory_type = "project"\n[tool.dg.project]\nroot_module = "p"\n',
            "pyproject.toml",
            "src/p/defs",
            id="dg",
        ),
        pytest.param(
            'directory_type = "project"\n[project]\nroot_module = "p"\n', "dg.toml", "src/p/defs", id="dg-toml"
        ),
    ],
)
def test_a_project_is_found_from_any_folder_in_it(tmp_path: Path, text: str, name: str, defs: str) -> None:
    """
    Settings of ours and those of a Dagster project name the same things, from any folder below.
    """
    root = write(tmp_path / "project", text, name=name, defs=defs)
    settings = find_settings(root / defs)
    assert (root, root / defs) == (settings.root, settings.defs)


@pytest.mark.parametrize(
    ("text", "code", "line", "told"),
    [
        pytest.param("[tool.treadle]\nmodul = 'p'\n", "TRD502", 2, "no setting 'modul'", id="unknown"),
        pytest.param("[tool.treadle]\nmodule = 3\n", "TRD502", 2, "can't be 3", id="type"),
        pytest.param("[tool.treadle\n", "TRD502", 1, "can't be read", id="syntax"),
        pytest.param("[tool.treadle]\nmodule = 'q'\n", "TRD503", 2, "src/q/defs", id="no-defs"),
        pytest.param("[tool.dg]\ndirectory_type = 'workspace'\n", "TRD501", 2, "it is a workspace", id="dg-workspace"),
        pytest.param("[tool.treadle.workspace]\nprojects = []\n", "TRD501", 1, "it is a workspace", id="workspace"),
        pytest.param("[tool.treadle.connections]\nw = 3\n", "TRD502", 2, "'w' has to be a URL", id="connection"),
        pytest.param("[tool.other]\n", "TRD501", None, "there is no project", id="none"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, text: str, code: str, line: int | None, told: str) -> None:
    """
    A mistake in the settings is told with its line.
    """
    write(tmp_path, text)
    with pytest.raises(ProjectError) as raised:
        find_settings(tmp_path)
    first = raised.value.diagnostics[0]
    assert (code, line) == (first.code, first.span.line if first.span else None)
    assert told in first.message
