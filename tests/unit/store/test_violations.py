"""What the store keeps of policies: how many violations there were on which day."""

from __future__ import annotations

from datetime import date

from treadle.store import open_store
from treadle.store.violations import ViolationsOfDay

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def test_the_last_count_of_a_day_stays(store_url: str) -> None:
    """
    What is counted again takes the place of what was counted before, also of policies that are gone.
    """
    first, second = ViolationsOfDay(deny=3), ViolationsOfDay(warn=1, waived=2)
    with open_store(store_url) as store:
        store.violations.record("/mill", MONDAY, {"owned": first, "gone": first})
        store.violations.record("/mill", MONDAY, {"owned": second})
        store.violations.record("/mill", TUESDAY, {"owned": ViolationsOfDay()})
        assert {MONDAY: {"owned": second}, TUESDAY: {"owned": ViolationsOfDay()}} == store.violations.since(
            "/mill", MONDAY
        )
        assert [TUESDAY] == list(store.violations.since("/mill", TUESDAY))


def test_each_project_has_its_own(store_url: str) -> None:
    """
    Projects that share a store don't see each other's counts.
    """
    with open_store(store_url) as store:
        store.violations.record("/mill", MONDAY, {"owned": ViolationsOfDay(deny=1)})
        store.violations.record("/farm", MONDAY, {"owned": ViolationsOfDay(deny=2)})
        assert {MONDAY: {"owned": ViolationsOfDay(deny=1)}} == store.violations.since("/mill", MONDAY)
