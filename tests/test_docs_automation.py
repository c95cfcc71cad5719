"""The page of automation conditions is about all of them, and says what the code does."""

from __future__ import annotations

import re

import pytest

from tests.pages import DOCS
from treadle.ir import Asset, Definitions, link
from treadle.ir.condition_meanings import MEANINGS, meaning_of
from treadle.ir.condition_mistakes import condition_mistakes
from treadle.ir.conditions import CONDITIONS, parse_condition

PAGE = (DOCS / "reference" / "automation.md").read_text(encoding="utf-8")


def written(cell: str) -> list[str]:
    """The conditions that a cell shows."""
    return [found.replace("\\|", "|") for found in re.findall(r"`([^`]+)`", cell)]


ROWS = [re.split(r"(?<!\\)\|", line)[1:-1] for line in PAGE.splitlines() if line.startswith("| `")]
SHOWN = [text for row in ROWS for text in written(row[0])]
STANDS_FOR = [(written(row[0])[0], written(row[2])[0]) for row in ROWS if len(row) == 3 and written(row[2])]


def test_every_condition_is_described():
    """
    Each condition has an example on the page.
    """
    assert set(CONDITIONS) == {name for name in CONDITIONS if any(name in re.findall(r"\w+", text) for text in SHOWN)}


@pytest.mark.parametrize("text", SHOWN)
def test_every_example_can_be_evaluated(text):
    """
    What the page shows can be written as it stands.
    """
    raw = Asset(key="raw/orders")
    graph, _ = link(Definitions(assets=[raw, Asset(key="orders", deps=[raw.key], automation=parse_condition(text))]))

    assert [] == list(condition_mistakes(graph))


@pytest.mark.parametrize(("text", "stands_for"), STANDS_FOR)
def test_a_condition_stands_for_what_the_page_says(text, stands_for):
    """
    The parts that are shown are those that are evaluated.
    """
    assert str(meaning_of(parse_condition(stands_for))) == str(meaning_of(parse_condition(text)))


def test_what_stands_for_others_says_so():
    """
    The page shows what the conditions about dependencies, and the ready-made ones, stand for.
    """
    assert {name for name in MEANINGS if "deps" in name or not name.endswith(("in_progress", "missing"))} | {
        "on_missing"
    } == {text.split("(")[0] for text, _ in STANDS_FOR}
