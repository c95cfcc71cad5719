"""Checks that are made by themselves, because their condition says so."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.conftest import MakeProject
from treadle.cli.loaded import opened_store
from treadle.project import load
from treadle.runner.scheduling.conditions import Conditions

MODULE = """
from treadle import *

@asset
def orders(): ...

@check(asset=orders, automation=AutomationCondition(name="missing"))
def sound():
    return False
"""


def test_a_run_of_a_check_alone_makes_nothing_else(make_project: MakeProject) -> None:
    """
    The run that a check's condition asks for makes the check, and materializes nothing; it fails with the check.
    """
    treadle = make_project({"m.py": MODULE})
    assert "conditions" in treadle("automations", "list").out
    project = load(treadle.folder)
    with opened_store(project.settings) as store:
        looked = Conditions(store, project.graph, project=str(project.settings.root), holder="me")
        _, [run] = looked.look(datetime.now(UTC))
    assert 3 == treadle("runs", "resume", run.id).code
    with opened_store(project.settings) as store:
        assert ["sound"] == [each.check.name for each in store.check_results(run_id=run.id)]
        assert [] == store.materializations()
