"""What a person sees of the web app, and what is wrong with it: pages are looked at in both themes, wide and narrow."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.serving import Served
from tests.sharing import SharedServer

__all__ = ["SCREENSHOTS", "Visitor", "expect"]

_ROOT = Path(__file__).parents[2]
SCREENSHOTS = _ROOT / "build" / "screenshots"
_LOOKS = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))
# The gate has half an hour: each theme and each width is in it, all four together are in `make pictures`.
IS_FOR_PICTURES = os.environ.get("PICTURES") == "all"
LOOKS = _LOOKS if IS_FOR_PICTURES else (_LOOKS[0], _LOOKS[3])
_HEIGHT = 860
_SEVERE = frozenset(("serious", "critical"))
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@cache
def _axe() -> str:
    return (_ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Visitor:
    """Somebody with a browser and the address of a server.

    `may_be_refused` is for journeys in which the server says no, which browsers write to their console.
    """

    browser: Browser
    served: Served | SharedServer
    may_be_refused: bool = False
    complaints: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def open(self, path: str = "/", *, width: int = 1280) -> Page:
        """A page of the app, in a browser that knows the token; a shared server has none."""
        context = self.browser.new_context(
            viewport={"width": width, "height": _HEIGHT},
            reduced_motion="reduce",
            color_scheme="light",
            timezone_id="Europe/Zurich",
            locale="en-GB",
        )
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if isinstance(self.served, Served):
            context.request.get(f"{self.served.url}?token={self.served.token}")  # the page isn't loaded for that
        page.goto(urljoin(self.served.url, path))
        self.pages.append(page)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not (self.may_be_refused and _REFUSED.search(message.text)):
            self.complaints.append(message.text)

    def look(self, page: Page, name: str, *, is_app: bool = True) -> None:
        """Look at a page, light and wide, dark and narrow; it is to be accessible and to fit in each."""
        if IS_FOR_PICTURES:
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            (SCREENSHOTS.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        before = page.viewport_size
        wrong: list[str] = []
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": _HEIGHT})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            if is_app:
                page.wait_for_function("s => document.documentElement.dataset.mantineColorScheme === s", arg=scheme)
            if IS_FOR_PICTURES:
                page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}-{width}.png", full_page=True)
            wrong += [f"{width} {scheme}: {each}" for each in (*_too_wide(page), *_inaccessible(page))]
        page.emulate_media(color_scheme="light")
        if before is not None:
            page.set_viewport_size(before)
        assert not wrong, "\n".join(wrong)

    def leave(self) -> None:
        """Close everything; the browser is to have complained of nothing."""
        for page in self.pages:
            page.context.close()
        assert not self.complaints, "\n".join(self.complaints)


def _too_wide(page: Page) -> list[str]:
    found: list[int] = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return [] if found[0] <= found[1] else [f"the page is {found[0]} pixels wide where {found[1]} are seen"]


def _inaccessible(page: Page) -> list[str]:
    # Evaluated by the browser's tools, it isn't subject to the policy of the page, which forbids foreign scripts.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
    return [
        f"{each['id']}: {each['help']}: {json.dumps([(n['target'], n['html'][:160]) for n in each['nodes'][:4]])}"
        for each in found
        if each["impact"] in _SEVERE
    ]
