"""`treadle diff` of a project with dbt: the manifest of each revision is made in its own folder."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from treadle.cli.main import cli
from treadle.library.dbt.packages import share_packages

DEFS = """\
type: treadle.DbtProject
attributes:
  project: "{{ project_root }}/shop"
"""


@pytest.mark.dbt
def test_models_are_compared_as_each_revision_has_them(tmp_path: Path, shop: Path) -> None:
    """
    A changed model has other code, a renamed file is another model, and nothing is written into the user's tree but theirs.
    """
    (tmp_path / "pyproject.toml").write_text('[tool.treadle]\nmodule = "p"\n')
    (tmp_path / ".gitignore").write_text(".treadle\n")
    file = tmp_path / "src" / "p" / "defs" / "jdbt" / "defs.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(DEFS)
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    model = shop / "models" / "staging" / "stg_orders.sql"
    model.write_text(f"{model.read_text()}\n-- cleaned even more\n")
    (shop / "models" / "staging" / "brand_new.sql").write_text("select * from {{ ref('stg_orders') }}\n")
    done = CliRunner().invoke(cli, ["-C", str(tmp_path), "diff", "main", "--json"])
    found = json.loads(done.stdout)
    assert (0, ["brand_new"], [], []) == (
        done.exit_code,
        found["assets"]["added"],
        found["assets"]["removed"],
        found["diagnostics"]["new"],
    )
    assert [("stg_orders", ["code_version"])] == [
        (each["name"], [one["field"] for one in each["fields"]]) for each in found["assets"]["changed"]
    ]
    assert {"stg_orders", "orders", "orders_history"} <= {each["asset"] for each in found["stale"]}
    assert "brand_new" not in {each["asset"] for each in found["stale"]}


@pytest.mark.parametrize(
    ("listed", "shared"),
    [pytest.param("packages: [a]\n", True, id="the same"), pytest.param("packages: [b]\n", False, id="others")],
)
def test_installed_packages_are_shared_where_the_same_are_listed(tmp_path: Path, listed: str, shared: bool) -> None:
    """
    A revision that wants other packages gets its own; one that wants the same needs no network.
    """
    for name, packages in (("tree", "packages: [a]\n"), ("copy", listed)):
        folder = tmp_path / name / "transform" / "jdbt"
        folder.mkdir(parents=True)
        (folder / "dbt_project.yml").write_text("name: shop\npackages-install-path: installed\n")
        (folder / "packages.yml").write_text(packages)
    installed = tmp_path / "tree" / "transform" / "jdbt" / "installed" / "a"
    installed.mkdir(parents=True)
    share_packages(tmp_path / "tree", tmp_path / "copy")
    assert shared == (tmp_path / "copy" / "transform" / "jdbt" / "installed" / "a").is_dir()
