"""The page of one run: watched as it goes on, stopped, taken up again; what its steps print and keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.seeing import Visitor, expect
from tests.serving import Served, serving, until
from tests.unit.server.projects import write_project

_RUGS = r'''
import sys
import time
from pathlib import Path

from treadle import asset, check

ROOT = Path(__file__).parents[3]


@asset
def wool(context):
    for number in range(40):
        print(f"\x1b[32mINFO\x1b[0m  sheep {number} \x1b[1mshorn\x1b[0m")
    time.sleep(0.3)


@asset(deps=[wool])
def dye(context):
    context.add_metadata({"hue": "madder", "litres": 1200, "recipe": {"alum": 3, "madder": 12}})
    time.sleep(0.4)


@asset(deps=[wool, dye])
def yarn(context):
    number = 0
    while (ROOT / "wait").exists():
        print(f"turn {number}")
        number += 1
        time.sleep(0.02)
    print("spun")


@asset(deps=[yarn], retries=1)
def rug(context):
    print("\x1b[33mWARN\x1b[0m the loom squeaks")
    if (ROOT / "broken").exists():
        raise RuntimeError("the loom broke")


@check(asset=rug)
def is_whole(context):
    """Nothing may be torn."""
    return True


@asset(deps=[rug])
def shop(context): ...


@asset
def chatter(context):
    line = "a line of much that nobody reads, number {} of very many\n"
    sys.stdout.write("".join(line.format(number) for number in range(150_000)))
    sys.stdout.write("the very last line\n")


@asset
def plot(context):
    """A page that would do harm, a picture, and a file that browsers can't show."""
    (context.artifacts / "page.html").write_text(
        "<h1>Sales</h1><script>document.title = parent.document.cookie; parent.alert(1)</script>"
        "<style>body{font-family:sans-serif;padding:2rem}</style>"
    )
    (context.artifacts / "sales.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='320' height='120'>"
        + "".join(f"<rect x='{x * 40 + 10}' y='{110 - x * 12}' width='26' height='{x * 12}' fill='#4c6ef5'/>"
                  for x in range(1, 8))
        + "</svg>"
    )
    (context.artifacts / "model.bin").write_bytes(b"\0" * 4200)
'''
_MANY = "from treadle import asset\n" + "".join(
    f"\n\n@asset(deps={[f'bead_{number - 40:03}'] if number >= 40 else []})\ndef bead_{number:03}(context): ...\n"
    for number in range(200)
)
_NOTEBOOK = {
    "cells": [
        {
            "cell_type": kind,
            "id": f"c{number}",
            "metadata": {},
            "source": source.splitlines(keepends=True),
            **({"outputs": [], "execution_count": None} if kind == "code" else {}),
        }
        for number, (kind, source) in enumerate(
            [
                ("markdown", "# How the loom is doing\n\nA report that is made each night."),
                ("code", "rows = 42\nprint(f'{rows} rows were woven')"),
                ("code", "[number ** 2 for number in range(5)]"),
            ]
        )
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
_REPORT = "type: treadle.Notebook\nattributes:\n  path: report.ipynb\n  assets: [{key: reports/loom}]\n"


@pytest.fixture(scope="module")
def loom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A loom that waits and breaks when it is told to, and a notebook that reports on it."""
    files = {"rugs.py": _RUGS, "beads.py": _MANY, "report/defs.yaml": _REPORT}
    root = write_project(tmp_path_factory.mktemp("loom"), {**files, "report/report.ipynb": json.dumps(_NOTEBOOK)})
    with serving(root) as served:
        yield served


@pytest.fixture(autouse=True)
def flags(loom: Served) -> Iterator[None]:
    """What makes steps wait, or fail, is gone after each test."""
    yield
    for flag in ("broken", "wait"):
        (loom.root / flag).unlink(missing_ok=True)


def over(served: Served, run: dict[str, Any]) -> Any:
    """The run once it is over."""
    return until(lambda: (found := served.get(f"/runs/{run['id']}"))["ended_at"] and found)


def step(page: Page, name: str, status: str = "") -> Any:
    """A row of the time line: what it says begins so."""
    return page.get_by_role("option", name=re.compile(f"^{name} rugs.py .*{status}"))


def let_scripts_be_blocked(visitor: Visitor) -> None:
    """That is what browsers write of pages with scripts in a sandbox."""
    visitor.complaints[:] = [each for each in visitor.complaints if "Blocked script execution" not in each]


def test_a_run_is_watched_cancelled_and_resumed(loom: Served, visit: Visit) -> None:
    """
    A run is seen as it goes on: its steps along time, what they print. It is cancelled after a question, resumed, and
    ends before the eyes of who watches.
    """
    (loom.root / "wait").touch()
    run = loom.post("/runs", {"selection": "+rug", "tags": {"why": "a journey"}, "config": {"colour": "red"}})
    visitor = visit(loom)
    page = visitor.open(f"/runs/{run['id'][:8]}")
    expect(step(page, "yarn")).to_contain_text("yarn", timeout=60_000)
    expect(step(page, "yarn", "running")).to_be_visible(timeout=60_000)
    step(page, "yarn", "running").click()
    output = page.get_by_label("Output of rugs.py:yarn, attempt 1")
    expect(output.get_by_text("turn 50", exact=True)).to_be_visible(timeout=60_000)
    visitor.look(page, "run-running")

    page.get_by_role("button", name="Cancel", exact=True).click()
    dialog = page.get_by_role("dialog", name="Cancel this run?")
    expect(dialog).to_contain_text("The step that is at work will be stopped")
    visitor.look(page, "run-cancel")
    dialog.get_by_role("button", name="Cancel the run").click()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible(timeout=60_000)
    expect(step(page, "yarn", "cancelled")).to_be_visible()

    (loom.root / "wait").unlink()
    resume.click()
    expect(step(page, "rug", "succeeded")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=60_000)


def test_a_failure_is_found_and_run_again(loom: Served, visit: Visit) -> None:
    """
    What failed is what is looked at first, with its attempts; another run repeats it, and leads back to the first.
    """
    (loom.root / "broken").touch()
    run = loom.post("/runs", {"selection": "+shop"})
    over(loom, run)
    visitor = visit(loom)
    page = visitor.open(f"/runs/{run['id']}")
    expect(page.get_by_role("heading", name="rug", exact=True)).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("the loom broke")
    output = page.get_by_label("Output of rugs.py:rug, attempt 2")
    expect(output.get_by_text("WARN")).to_be_visible()
    page.get_by_text("Attempt 1 (failed)").click()
    expect(page.get_by_label("Output of rugs.py:rug, attempt 1").get_by_text("WARN")).to_be_visible()
    visitor.look(page, "run-failed")
    page.get_by_role("button", name="2 skipped").click()
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("button", name="2 skipped").click()

    (loom.root / "broken").unlink()
    page.get_by_role("button", name="Re-run from failure").click()
    expect(page.get_by_role("link", name=run["id"])).to_be_visible(timeout=60_000)
    expect(step(page, "shop", "succeeded")).to_be_visible(timeout=60_000)
    expect(step(page, "wool")).to_have_count(0)
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=60_000)


def test_results_are_shown_and_steps_chosen_by_keys(loom: Served, visit: Visit) -> None:
    """
    Arrow keys go from step to step; what a step reported is a tab away, and in the address.
    """
    run = loom.post("/runs", {"selection": "+rug"})
    over(loom, run)
    visitor = visit(loom)
    page = visitor.open(f"/runs/{run['id']}?step=rugs.py%3Awool")
    expect(page.get_by_role("heading", name="wool", exact=True)).to_be_visible()
    page.get_by_role("listbox").press("ArrowDown")
    expect(page.get_by_role("heading", name="dye", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Results").click()
    expect(page.get_by_role("row", name="litres")).to_contain_text("1,200")
    visitor.look(page, "run-results")
    page.reload()
    expect(page.get_by_role("row", name="hue")).to_contain_text("madder")


def test_a_long_output_is_read_and_searched(loom: Served, visit: Visit) -> None:
    """
    Of nine million characters only what is seen is in the page; the search goes through all of it.
    """
    run = loom.post("/runs", {"selection": "chatter"})
    over(loom, run)
    visitor = visit(loom)
    page = visitor.open(f"/runs/{run['id']}")
    expect(page.get_by_text("lines")).to_be_visible(timeout=30_000)
    search = page.get_by_label("Search in the output")
    search.fill("THE VERY LAST")
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible(timeout=30_000)
    output = page.get_by_label("Output of rugs.py:chatter, attempt 1")
    expect(output.locator("mark")).to_have_text("the very last")
    search.fill("number 1234 ")
    expect(output.get_by_text("number 1234 of very many")).to_be_visible()
    assert page.locator("[data-index]").count() < 100
    page.get_by_role("button", name="Wrap long lines").click()
    page.get_by_role("button", name="Follow the end").click()
    expect(output.get_by_text("the very last line")).to_be_visible()
    visitor.look(page, "run-long-output")


def test_many_steps_are_drawn_as_far_as_they_are_seen(loom: Served, visit: Visit) -> None:
    """
    Of two hundred steps a page has the rows that are seen; the End key leads to the last.
    """
    run = loom.post("/runs", {"selection": 'key:"bead_*"'})
    over(loom, run)
    visitor = visit(loom)
    page = visitor.open(f"/runs/{run['id']}")
    expect(page.get_by_role("button", name="200 succeeded")).to_be_visible(timeout=60_000)
    assert page.get_by_role("option").count() < 60
    page.get_by_role("listbox").press("Home")
    expect(page.get_by_role("option", selected=True)).to_be_in_viewport()
    page.get_by_role("listbox").press("End")
    last = page.get_by_role("option", selected=True)
    expect(last).to_have_attribute("aria-posinset", "200")
    expect(last).to_be_in_viewport()
    page.get_by_role("button", name="Zoom in").click()
    visitor.look(page, "run-many")


def test_the_output_of_a_notebook_is_opened(loom: Served, visit: Visit) -> None:
    """
    The executed notebook is shown as a page, in a sandbox where no script runs; it opens in a tab of its own, too.
    """
    run = loom.post("/runs", {"selection": "reports/loom"})
    over(loom, run)
    visitor = visit(loom)
    page = visitor.open(f"/runs/{run['id']}?step=report")
    frame = page.frame_locator("iframe[title='report.html']")
    expect(frame.get_by_text("42 rows were woven")).to_be_visible(timeout=60_000)
    expect(frame.get_by_role("heading", name="How the loom is doing")).to_be_visible()
    assert "" == page.locator("iframe").get_attribute("sandbox")
    visitor.look(page, "run-notebook")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open in a tab").click()
    expect(opened.value.get_by_text("42 rows were woven")).to_be_visible()
    opened.value.close()
    let_scripts_be_blocked(visitor)


def test_pages_that_steps_make_can_do_no_harm(loom: Served, visit: Visit) -> None:
    """
    Scripts of a page don't run; pictures are shown, other files are for saving.
    """
    run = loom.post("/runs", {"selection": "plot"})
    over(loom, run)
    visitor = visit(loom, may_be_refused=True)
    page = visitor.open(f"/runs/{run['id']}")
    expect(page.frame_locator("iframe").get_by_role("heading", name="Sales")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="sales.svg").click()
    picture = page.get_by_role("img", name="sales.svg")
    expect(picture).to_have_js_property("naturalWidth", 320)
    visitor.look(page, "run-picture")
    page.get_by_role("button", name="model.bin").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save").click()
    assert "model.bin" == saved.value.suggested_filename
    let_scripts_be_blocked(visitor)


def test_a_run_that_is_not_there_is_said_to_be_so(loom: Served, visit: Visit) -> None:
    """
    An address of no run leads to what the server says of it.
    """
    visitor = visit(loom, may_be_refused=True)
    page = visitor.open("/runs/zzzzzzzz")
    expect(page.get_by_role("alert")).to_contain_text("no run is called")
    visitor.look(page, "run-missing")
