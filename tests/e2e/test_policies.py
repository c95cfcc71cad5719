"""Rules of a platform team on a team's dbt project: nobody has to name them, and no door is open beside them."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_scheduler import CLOCK, Timed, stopped
from tests.faults.mill import until

pytestmark = [pytest.mark.e2e, pytest.mark.dbt]

PACKAGE = {
    "acme_platform-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme_platform\nVersion: 1\n",
    "acme_platform-1.dist-info/entry_points.txt": "[treadle.policies]\nacme = acme_platform\n",
    "acme_platform/__init__.py": "",
    "acme_platform/policies.yaml": """
        policies:
          dbt_model_has_owner:
            description: Somebody answers for every dbt model
            match: kind:dbt
            require: asset.owners
            message: "{{ asset.key }} has no owner"
            docs: https://acme.example/rules/owners
        """,
}
PROJECT = {
    "transform/jdbt/dbt_project.yml": "name: mill\nprofile: mill\nmodels: {mill: {+materialized: table}}\n",
    "transform/jdbt/profiles.yml": "mill:\n  outputs: {default: {type: duckdb, path: mill.duckdb}}\n",
    "transform/jdbt/models/looms.sql": "select 1 as id\n",
    "transform/jdbt/models/cloth.sql": "select * from {{ ref('looms') }}\n",
    "transform/jdbt/models/models.yml": """
        models:
          - name: looms
            config: {meta: {dagster: {owners: ["team:looms"]}}}
        """,
    "src/mill/defs/jdbt/defs.yaml": """
        type: treadle.DbtProject
        attributes:
          project: "{{ project_root }}/transform/jdbt"
        """,
    "src/mill/defs/often/defs.yaml": """
        type: treadle.ScheduledJob
        attributes: {job_name: often, cron_schedule: "* * * * *", asset_selection: cloth}
        """,
}
OWNED = """
models:
  - name: looms
    config: {meta: {dagster: {owners: ["team:looms"]}}}
  - name: cloth
    config: {meta: {dagster: {owners: ["team:cloth"]}}}
"""
DENIED = "cloth has no owner (policy acme_platform.dbt_model_has_owner)"


def written(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")


@pytest.fixture
def mill(tmp_path: Path) -> Iterator[Timed]:
    """A team's project in an environment in which the platform team's package is installed."""
    written(tmp_path / "installed", PACKAGE)
    path = os.pathsep.join((str(CLOCK), str(tmp_path / "installed")))
    project = Timed(tmp_path / "mill", {"PYTHONPATH": path, "MILL_CLOCK": str(tmp_path / "clock")})
    project.write("")
    written(project.root, PROJECT)
    yield project
    project.end()


def tick_after_a_minute(mill: Timed, status: str) -> str:
    """Why the schedule's next tick was what it was."""
    scheduler = mill.scheduler()
    mill.knows("often_schedule")
    mill.pass_a_minute()

    def reasons() -> list[str]:
        with mill.store() as store:
            ticks = store.automations.ticks(str(mill.root))
        return [tick.reason for tick in ticks if tick.status.value == status]

    assert until(reasons), scheduler.printed
    stopped(scheduler)
    return reasons()[0]


def test_a_model_without_an_owner_is_refused_by_every_door(mill: Timed) -> None:
    """
    The check names the model's file, no run has it, the scheduler's tick fails for it; with an owner, all of them pass.
    """
    code, out = mill.call("check")
    assert (1, True, True) == (code, DENIED in out, "--> transform/jdbt/models/cloth.sql:1:1" in out), out
    for arguments in (("run",), ("run", "cloth"), ("run", "+cloth")):
        code, out = mill.call(*arguments)
        assert (1, True) == (code, DENIED in out), out
    assert f"may not run: {DENIED}" == tick_after_a_minute(mill, "failed")
    assert 0 == mill.count()
    code, out = mill.call("run", "looms")
    assert 0 == code, out

    (mill.root / "transform/jdbt/models/models.yml").write_text(OWNED, encoding="utf-8")
    code, out = mill.call("check")
    assert (0, True) == (code, "no mistakes" in out), out
    code, out = mill.call("run")
    assert 0 == code, out
    assert "" == tick_after_a_minute(mill, "fired")
