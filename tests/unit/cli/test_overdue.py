"""Assets that are overdue are told to hooks, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.conftest import MakeProject
from treadle.cli.scheduled import looks
from treadle.project import load
from treadle.store import open_store

MODULE = """
from datetime import timedelta
from treadle import FreshnessPolicy, asset


@asset(freshness=FreshnessPolicy(fail_window=timedelta(hours=1)))
def orders(): ...
"""
SETTINGS = """
[tool.treadle]
module = "p"

[tool.treadle.hooks.desk]
on = ["overdue"]
command = ["sh", "-c", "cat >> told"]
"""


def test_an_asset_that_becomes_overdue_is_told_once(make_project: MakeProject) -> None:
    """
    Hooks hear of an overdue asset when it becomes so, not again while it is, and again after the next time.
    """
    treadle = make_project({"m.py": MODULE, "/pyproject.toml": SETTINGS})
    assert 0 == treadle("run").code
    project = load(treadle.folder)
    now = datetime.now(UTC)
    with open_store(project.settings.store_url) as store:
        told = []
        for hours in (0, 2, 3):
            for look in looks(project, store, lambda what, word: None):
                look(now + timedelta(hours=hours))
            told.append([each.message["kind"] for each in store.deliveries()])
    assert [[], ["overdue"], ["overdue"]] == told
    assert 0 == treadle("run").code
    assert ["fresh"] == [each["status"] for each in treadle("status", "--json").json]
