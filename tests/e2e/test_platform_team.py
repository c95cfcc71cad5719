"""The platform team of examples/: a package whose rules hold in the projects of two domain teams."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.e2e.conftest import InstallExample

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("platform_team")]

EXAMPLE = Path(__file__).parents[2] / "examples" / "platform_team"
LITTER = shutil.ignore_patterns(".treadle", "target", "logs", "*.duckdb", "__pycache__")
OWNED = """  - name: daily_load
    description: How many cars and people crossed on each day.
    config:
      meta: {dagster: {owners: ["team:crossings"]}}
"""


@pytest.fixture(scope="module")
def packages(install_example: InstallExample) -> Path:
    """The platform's package, as an installation puts it beside Treadle."""
    return install_example("platform_team/harbour_platform")


@pytest.fixture
def line(packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The whole ferry line, with the package installed."""
    monkeypatch.setenv("PYTHONPATH", str(packages))
    return Path(shutil.copytree(EXAMPLE, tmp_path / "line", ignore=LITTER))


def test_what_a_model_without_an_owner_breaks_is_told_everywhere(line: Path) -> None:
    """
    Check, run and export of the workspace refuse it with the model's file and line; with an owner all is well, and runs.
    """
    treadle = CommandLine(line / "teams" / "crossings")
    models = treadle.folder / "transform/ferry/models/models.yml"
    right = models.read_text(encoding="utf-8")
    assert OWNED in right
    models.write_text(right.replace(OWNED, "".join(OWNED.splitlines(keepends=True)[:2])), encoding="utf-8")
    export = ["export", "dagster", str(line / "exported")]
    for words in (["check"], ["run"], ["run", "daily_load"], export, [*export, "daily_load"]):
        answer = treadle(*words)
        assert 1 == answer.code, words
        assert "daily_load has no owner (policy\n       harbour_platform.dbt_model_has_owner)" in answer.err
        assert "transform/ferry/models/marts/daily_load.sql:1:1" in answer.err
    assert not (line / "exported").exists()
    models.write_text(right, encoding="utf-8")
    exported = treadle(*export, "--json")
    assert (0, "", 4) == (exported.code, exported.err, exported.json["assets"])
    checked, ran = treadle("check"), treadle("run")
    assert (0, "no mistakes in 1 component, 4 assets\n2 violations are in the baseline\n") == (
        checked.code,
        checked.out,
    )
    assert (0, "") == (ran.code, ran.err)
    explained = treadle("explain", "daily_load.tags.retention")
    assert "harbour_platform.has_retention" in explained.out
    revenue = CommandLine(line / "teams" / "fares")("run", "--json")
    assert ["warehouse/daily_revenue", "warehouse/season_prices"] == sorted(
        each["asset"] for each in revenue.json["materializations"]
    )


def test_the_platform_team_sees_all_teams_as_one(line: Path) -> None:
    """
    One graph crosses from one team to the other; rules are tested, reported on, and previewed before a release.
    """
    treadle = CommandLine(line)
    checked = treadle("check", "--workspace")
    assert (0, "") == (checked.code, checked.err)
    assert "no mistakes in 2 projects, 3 components, 6 assets" in checked.out
    assert "warehouse/daily_revenue" in treadle("graph", "sailings+", "--workspace").out
    tested = treadle("policy", "test", "harbour_platform")
    assert (0, "9 passed") == (tested.code, tested.out.rpartition(": ")[2].strip())
    assert "\ncrossings " in treadle("policy", "report", "--workspace", "--by", "project").out
    same = treadle("policy", "preview", "--workspace", "--package", "harbour_platform")
    assert (0, "Nothing would change in 2 projects.\n") == (same.code, same.out)
    rules = line / "harbour_platform/src/harbour_platform/policies.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(
        text.replace("[documentation.has_description,", "[documentation.columns_listed,"), encoding="utf-8"
    )
    harder = treadle("policy", "preview", "--workspace", "--package", "harbour_platform")
    assert 1 == harder.code
    assert "documentation.columns_listed" in harder.out


def test_a_type_whose_attribute_was_renamed_has_its_files_rewritten(line: Path) -> None:
    """
    The older name works and is told; an upgrade writes the newer one and leaves the rest of the file as it is.
    """
    treadle = CommandLine(line / "teams" / "fares")
    file = treadle.folder / "src/fares/defs/revenue/defs.yaml"
    right = file.read_text(encoding="utf-8")
    file.write_text(right.replace("  query:", "  sql_file:"), encoding="utf-8")
    checked = treadle("check")
    assert (0, True) == (checked.code, "'sql_file'" in checked.err)
    assert 0 == treadle("upgrade").code
    assert right == file.read_text(encoding="utf-8")
