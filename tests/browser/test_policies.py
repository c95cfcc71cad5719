"""Policies: what is against them, what is excused, and how that has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project
from tests.unit.server.test_policy_pages import POLICIES, SOON, WAIVERS
from treadle.store import open_store
from treadle.store.violations import ViolationsOfDay


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill with three policies, two waivers and a past."""
    files = {"weaving.py": WEAVING, "/policies.yaml": POLICIES, "/waivers.yaml": WAIVERS % SOON}
    root = write_project(tmp_path_factory.mktemp("ruled"), files)
    today = datetime.now(UTC).date()
    with open_store(f"sqlite:///{root / '.treadle' / 'treadle.db'}") as store:
        for ago, deny, warn in ((40, 9, 4), (31, 7, 4), (12, 3, 5), (3, 2, 2)):
            counted = {"owned": ViolationsOfDay(deny=deny, waived=1), "grouped": ViolationsOfDay(warn=warn)}
            store.violations.record(str(root), today - timedelta(days=ago), counted)
    with serving(root) as served:
        yield served


@pytest.fixture(scope="module")
def unruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill without policies."""
    with serving(write_project(tmp_path_factory.mktemp("unruled"), {"weaving.py": WEAVING})) as served:
        yield served


def test_violations_say_what_is_wrong_and_lead_on(mill: Served, visit: Visit) -> None:
    """
    The denied ones are one click away; each says how it is excused, and leads to its policy and its component.
    """
    visitor = visit(mill)
    page = visitor.open("/policies")
    expect(page.get_by_role("status")).to_have_text("3 violations")
    visitor.look(page, "policies")
    page.get_by_role("link", name=re.compile("^Denied")).click()
    expect(page.get_by_role("status")).to_have_text("1 violation")
    expect(page.get_by_text("cloth is nobody's")).to_be_visible()

    page.get_by_role("combobox", name="Excused").click()
    page.get_by_role("option", name="All").click()
    expect(page.get_by_text("Waived by team:spinners: nobody spins any more")).to_be_visible()
    expect(page).to_have_url(re.compile("excused=too"))
    page.reload()
    expect(page.get_by_role("status")).to_have_text("2 violations")
    visitor.look(page, "policies-excused")

    page.get_by_role("link", name="owned").first.click()
    rule = page.get_by_role("region", name="The rule of owned")
    expect(rule).to_have_text("asset.owners")
    visitor.look(page, "policies-rule")


def test_violations_are_searched(mill: Served, visit: Visit) -> None:
    """
    Words and filters narrow them; what fits nothing says so, and is cleared.
    """
    page = visit(mill).open("/policies")
    page.get_by_role("searchbox", name="Search violations").fill("no group")
    expect(page.get_by_role("status")).to_have_text("1 violation")
    page.get_by_role("combobox", name="Severity").click()
    page.get_by_role("option", name="deny").click()
    expect(page.get_by_text("No violation is like that")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("status")).to_have_text("3 violations")
    expect(page.get_by_role("searchbox", name="Search violations")).to_have_value("")


def test_a_waiver_shows_what_it_excuses(mill: Served, visit: Visit) -> None:
    """
    Each says who answers for it, why, until when, and what it is for; one that is for nothing can go.
    """
    visitor = visit(mill)
    page = visitor.open("/policies")
    page.get_by_role("tab", name="Waivers").click()
    items = page.get_by_role("tabpanel").get_by_role("listitem")
    expect(items).to_have_count(2)
    first, second = items.all()
    expect(first).to_contain_text("expires soon")
    expect(first).to_contain_text("team:spinners answers for it")
    expect(first).to_contain_text("It excuses 1 violation:")
    expect(first).to_contain_text("yarn is nobody's")
    expect(second).to_contain_text("excuses nothing")
    visitor.look(page, "policies-waivers")


def test_the_trend_shows_the_past(mill: Served, visit: Visit) -> None:
    """
    Each day on which somebody has counted is in the chart and in the table; one policy alone, too.
    """
    visitor = visit(mill)
    page = visitor.open("/policies?tab=trend")
    expect(page.get_by_role("img", name=re.compile("^Violations from"))).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(1 + 5)
    visitor.look(page, "policies-trend")
    page.get_by_text("30 days").click()
    expect(page.get_by_role("row")).to_have_count(1 + 3)
    page.get_by_role("combobox", name="Policy").click()
    page.get_by_role("option", name="owned").click()
    expect(page.get_by_role("row").nth(3)).to_contain_text("3––1–")


def test_a_project_without_policies_says_how_to_have_some(unruled: Served, visit: Visit) -> None:
    """
    Where nothing holds, the page says where policies are written.
    """
    visitor = visit(unruled)
    page = visitor.open("/policies")
    expect(page.get_by_text("No policy holds here")).to_be_visible()
    visitor.look(page, "policies-none")
