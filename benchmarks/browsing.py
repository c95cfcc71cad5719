"""A browser that visits a server: Chromium without a window, named in CHROMIUM where it isn't found."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright
from server import Server

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser, as long as it is needed; where there is none, the benchmark says so and ends."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("there is no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()


def visitor(browser: Browser, server: Server) -> Page:
    """A page of somebody new, whose browser has the server's token and nothing else yet."""
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.context.request.get(f"{server.address}?token={server.token}")
    return page
