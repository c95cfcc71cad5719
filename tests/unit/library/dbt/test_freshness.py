"""When a manifest is taken as it is, and when dbt has to make it again.

Where dbt can't be found, a stale manifest shows as the error that says so.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from treadle.errors import MissingExtraError, ProjectError

MODEL = "select '{{ env_var('REGION', 'eu') }}' as a"


@pytest.fixture(autouse=True)
def no_dbt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without dbt: neither beside Python nor on the PATH."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("PATH", "")
    for name in ("REGION", "DBT_TARGET_PATH", "DBT_TARGET", "DBT_PROFILES_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(make_manifest: Any, entry: Any) -> Path:
    """A dbt project whose manifest is an hour younger than its files."""
    root: Path = make_manifest(entry("model.small.a"))
    (root / "models" / "sub").mkdir(parents=True)
    (root / "models" / "a.sql").write_text(MODEL, encoding="utf-8")
    (root / "models" / "sub" / "b.sql").write_text("select 1", encoding="utf-8")
    _age(root)
    return root


def _age(root: Path) -> None:
    """Make everything old, the files older than the manifest; the same each time."""
    for path in [*root.rglob("*"), root]:
        time = 1_003_600 if path.name == "manifest.json" else 1_000_000
        os.utime(path, (time, time))


def is_fresh(declare: Any, folder: Path, **more: Any) -> bool:
    """Whether a listing gets by without dbt."""
    project = {"project_dir": str(folder), **more} if more else str(folder)
    try:
        declare({"project": project})
    except MissingExtraError:
        return False
    return True


def _edit(root: Path) -> None:
    (root / "models" / "a.sql").write_text("select 2", encoding="utf-8")


def _edit_in_the_past(root: Path) -> None:
    _edit(root)
    os.utime(root / "models" / "a.sql", (900_000, 900_000))


def _add(root: Path) -> None:
    (root / "models" / "new.sql").write_text("select 2", encoding="utf-8")


def _remove(root: Path) -> None:
    (root / "models" / "sub" / "b.sql").unlink()


def _move(root: Path) -> None:
    (root / "models" / "sub" / "b.sql").rename(root / "models" / "b.sql")


def _touch(root: Path) -> None:
    (root / "models" / "a.sql").touch()


def _profiles(root: Path) -> None:
    (root / "profiles.yml").write_text("small: {target: x}\n", encoding="utf-8")


def _settings(root: Path) -> None:
    (root / "dbt_project.yml").write_text("name: small\nprofile: small\nvars: {a: 1}\n", encoding="utf-8")


def _package(root: Path) -> None:
    (root / "dbt_packages" / "tools" / "macros").mkdir(parents=True)
    (root / "dbt_packages" / "tools" / "macros" / "m.sql").write_text("", encoding="utf-8")


def _truncate(root: Path) -> None:
    file = root / "target" / "manifest.json"
    file.write_bytes(file.read_bytes()[:-20])


def _other_form(root: Path) -> None:
    file = root / "target" / "manifest.json"
    file.write_text(file.read_text(encoding="utf-8").replace("/v12.json", "/v1.json"), encoding="utf-8")


def _no_manifest(root: Path) -> None:
    (root / "target" / "manifest.json").unlink()


def _own_output(root: Path) -> None:
    (root / "logs").mkdir()
    (root / "logs" / "dbt.log").write_text("", encoding="utf-8")
    (root / "target" / "run_results.json").write_text("{}", encoding="utf-8")


def _unrelated(root: Path) -> None:
    (root / "README.txt").write_text("", encoding="utf-8")
    (root / "models" / ".DS_Store").write_text("", encoding="utf-8")
    os.utime(root / "models", (1_000_000, 1_000_000))


CHANGES = [
    pytest.param(_edit, False, id="edit"),
    pytest.param(_add, False, id="add"),
    pytest.param(_remove, False, id="delete"),
    pytest.param(_move, False, id="move"),
    pytest.param(_touch, False, id="touch"),
    pytest.param(_profiles, False, id="profiles"),
    pytest.param(_settings, False, id="dbt-project"),
    pytest.param(_package, False, id="package"),
    pytest.param(_truncate, False, id="manifest-cut-off"),
    pytest.param(_other_form, False, id="manifest-of-another-form"),
    pytest.param(_no_manifest, False, id="no-manifest"),
    pytest.param(_own_output, True, id="dbts-own-output"),
    pytest.param(_unrelated, True, id="unrelated"),
    pytest.param(lambda root: None, True, id="nothing"),
]


@pytest.mark.parametrize(("change", "fresh"), CHANGES)
def test_a_manifest_that_somebody_else_made(
    declare: Any, folder: Path, change: Callable[[Path], None], fresh: bool
) -> None:
    """
    A manifest that the user's own dbt wrote is fresh as long as nothing it was made from is newer.
    """
    change(folder)
    assert fresh == is_fresh(declare, folder)


@pytest.mark.parametrize(
    ("change", "fresh"), [*CHANGES, pytest.param(_edit_in_the_past, False, id="edit-keeps-old-date")]
)
def test_a_manifest_that_we_know(declare: Any, folder: Path, change: Callable[[Path], None], fresh: bool) -> None:
    """
    A manifest that was seen before is fresh as long as everything it was made from is just the same.
    """
    assert is_fresh(declare, folder)
    change(folder)
    assert fresh == is_fresh(declare, folder)


def test_environment_variables(declare: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A variable that a file names is an input; others aren't, and no value is ever written down.
    """
    monkeypatch.setenv("REGION", "secret-region")
    assert is_fresh(declare, folder)
    monkeypatch.setenv("OTHER", "x")
    assert is_fresh(declare, folder)
    monkeypatch.setenv("REGION", "us")
    assert not is_fresh(declare, folder)
    monkeypatch.setenv("REGION", "secret-region")
    assert is_fresh(declare, folder)
    stamps = list(folder.parent.glob(".treadle/dbt/*.json"))
    assert (1, True) == (len(stamps), "REGION" in stamps[0].read_text(encoding="utf-8"))
    assert "secret-region" not in stamps[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "settings", [{"target": "prod"}, {"profile": "other"}, {"vars": {"a": 1}}], ids=["target", "profile", "vars"]
)
def test_settings_that_another_manifest_does_not_know(declare: Any, folder: Path, settings: dict[str, Any]) -> None:
    """
    A manifest that was made without our target, profile or variables isn't ours.
    """
    assert is_fresh(declare, folder)
    assert not is_fresh(declare, folder, **settings)


@pytest.mark.parametrize("how", ["setting", "environment", "dbt-project", "env-var-in-dbt-project"])
def test_where_the_manifest_is(declare: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """
    The manifest is looked for where dbt itself would write it.
    """
    shutil.move(folder / "target", folder / "out")
    assert not is_fresh(declare, folder)
    more = {}
    if how == "setting":
        more = {"target_path": "out"}
    elif how == "environment":
        monkeypatch.setenv("DBT_TARGET_PATH", "out")
    else:
        text = "out" if how == "dbt-project" else "\"{{ env_var('NO_SUCH', 'out') }}\""
        (folder / "dbt_project.yml").write_text(f"name: small\ntarget-path: {text}\n", encoding="utf-8")
        _age(folder)
    assert is_fresh(declare, folder, **more)


def test_the_state_folder_is_only_a_memory(declare: Any, folder: Path) -> None:
    """
    Derived data may be deleted, or be nonsense, at any time.
    """
    assert is_fresh(declare, folder)
    (stamp,) = folder.parent.glob(".treadle/dbt/*.json")
    for nonsense in ("", "[]", json.dumps({"manifest": 3})):
        stamp.write_text(nonsense, encoding="utf-8")
        assert is_fresh(declare, folder)
    shutil.rmtree(folder.parent / ".treadle")
    assert is_fresh(declare, folder)


def test_models_in_the_root_of_the_project(declare: Any, folder: Path) -> None:
    """
    Where the project's own folder is a model path, what dbt writes there doesn't make the manifest stale.
    """
    (folder / "dbt_project.yml").write_text('name: small\nprofile: small\nmodel-paths: ["."]\n', encoding="utf-8")
    _age(folder)
    assert is_fresh(declare, folder)
    _own_output(folder)
    assert is_fresh(declare, folder)
    _edit(folder)
    assert not is_fresh(declare, folder)


def test_without_leave_to_ask_dbt(declare: Any, folder: Path) -> None:
    """
    With `prepare_if_dev: false` the manifest is taken as it is, and has to be there.
    """
    _edit(folder)
    assert ["a"] == list(declare({"project": str(folder), "prepare_if_dev": False}).deps)
    _no_manifest(folder)
    with pytest.raises(ProjectError) as caught:
        declare({"project": str(folder), "prepare_if_dev": False})
    assert ["TRD607"] == [each.code for each in caught.value.diagnostics]
