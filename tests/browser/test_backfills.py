"""Backfills in the web app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving
from tests.unit.server.projects import write_project

_CARPETS = """
import time
from pathlib import Path

from treadle import StaticPartitions, asset

ROOT = Path(__file__).parents[3]
ENDS = StaticPartitions(keys=("east", "north", "south", "west"))


@asset(partitions=ENDS)
def carpet(context):
    while context.partition == "south" and (ROOT / "wait").exists():
        time.sleep(0.02)
"""


@pytest.fixture(scope="module")
def loft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A loft where the carpet of the south waits."""
    root = write_project(tmp_path_factory.mktemp("loft"), {"carpets.py": _CARPETS, "/wait": ""})
    with serving(root) as served:
        yield served


def test_a_backfill_is_started_stopped_and_taken_up_again(loft: Served, visit: Visit) -> None:
    """
    A range of partitions is asked for in a dialog, which tells what makes no sense; its parts are seen as they end; it
    is cancelled, resumed, and listed.
    """
    visitor = visit(loft, may_be_refused=True)
    page = visitor.open("/backfills")
    expect(page.get_by_text("No backfill yet")).to_be_visible()
    visitor.look(page, "backfills-empty")
    page.get_by_role("button", name="New backfill").click()
    page.get_by_label("Assets").fill("carpet")
    page.get_by_label("Partitions").fill("norht..south")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("norht")
    visitor.look(page, "backfill-new")
    page.get_by_label("Partitions").fill("north..south")
    page.get_by_role("button", name="Start").click()

    parts = page.get_by_role("region", name="Parts")
    expect(parts.get_by_role("link", name="north: succeeded")).to_be_visible(timeout=60_000)
    expect(parts.get_by_role("link", name="south: running")).to_be_visible(timeout=60_000)
    visitor.look(page, "backfill")
    page.get_by_role("button", name="Cancel").click()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible(timeout=60_000)
    (loft.root / "wait").unlink()
    resume.click()
    expect(parts.get_by_role("link", name="south: succeeded")).to_be_visible(timeout=60_000)
    expect(resume).to_have_count(0)

    page.get_by_role("navigation").get_by_role("link", name="Backfills").click()
    expect(page.get_by_role("row").filter(has_text="north..south")).to_contain_text("succeeded")
    visitor.look(page, "backfills")
