"""What starts runs by itself, and limits on how many run at once, in the web app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project

_SENSOR = """
from treadle import RunRequest, asset, sensor


@sensor(selection="wool", interval=1)
def flock():
    '''Asks whether the sheep are there.'''
    return RunRequest(key="once")


@asset(pool="looms")
def carpet(context): ...
"""
_SETTINGS = '[tool.treadle]\nmodule = "p"\n\n[tool.treadle.pools]\nlooms = 2\n'


@pytest.fixture(scope="module")
def shed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project whose sensor looks every second."""
    files = {"weaving.py": WEAVING, "flock.py": _SENSOR, "/pyproject.toml": _SETTINGS}
    with serving(write_project(tmp_path_factory.mktemp("shed"), files), "dev") as served:
        yield served


def test_an_automation_is_switched_and_its_ticks_are_read(shed: Served, visit: Visit) -> None:
    """
    A schedule says when it is due and is turned off; the ticks of a sensor say what was decided, and lead to the run.
    """
    visitor = visit(shed)
    page = visitor.open("/automations")
    schedule = page.get_by_role("region", name="mornings")
    expect(schedule).to_contain_text("due in")
    schedule.get_by_role("switch", name="mornings is on").click(force=True)
    expect(schedule.get_by_role("switch", name="mornings is off")).not_to_be_checked()
    expect(page.get_by_text("mornings is off", exact=True)).to_be_visible()
    assert [False] == [each["on"] for each in shed.get("/automations")["items"] if each["name"] == "mornings"]

    page.get_by_role("region", name="flock").get_by_role("button", name="Ticks").click()
    expect(page.get_by_role("heading", name="Ticks of flock")).to_be_visible()
    assert page.url.endswith("?name=flock")
    run = page.get_by_role("row").filter(has_text="fired").get_by_role("link")
    expect(run).to_be_visible(timeout=60_000)
    page.get_by_text("mornings is off", exact=True).wait_for(state="hidden")
    visitor.look(page, "automations")
    run.click()
    page.wait_for_url("**/runs/*")


def test_pools_say_who_has_a_place(shed: Served, visit: Visit) -> None:
    """
    A pool shows its limit, and that nobody waits.
    """
    visitor = visit(shed)
    page = visitor.open("/pools")
    expect(page.get_by_role("region", name="looms")).to_contain_text("0 of 2 places taken")
    visitor.look(page, "pools")
