"""A browser, and servers to open in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.seeing import SCREENSHOTS, Visitor
from tests.serving import Served
from tests.sharing import SharedServer

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Visit = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one file share a browser and servers, so they go to one process."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(f"browser {item.path.stem}"))


expect.set_options(timeout=20_000)  # a machine on which much else is tested is slow, and not wrong


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; of a module, since as long as it is there, nothing else in this process may use asyncio."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Makes somebody who visits a server; what browsers complain of fails the test, a failed test leaves pictures."""
    with ExitStack() as stack:

        def go(served: Served | SharedServer, *, may_be_refused: bool = False) -> Visitor:
            visitor = Visitor(browser, served, may_be_refused=may_be_refused)
            stack.callback(visitor.leave)
            stack.callback(_take_pictures, visitor, request)
            return visitor

        yield go


def _take_pictures(visitor: Visitor, request: pytest.FixtureRequest) -> None:
    report = getattr(request.node, "report_of_call", None)
    if report is not None and report.failed:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(visitor.pages):
            page.screenshot(path=SCREENSHOTS / f"failed-{request.node.name}-{number}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know how a test went."""
    report = yield
    if report.when == "call":
        item.report_of_call = report  # type: ignore[attr-defined]
    return report  # type: ignore[return-value]
