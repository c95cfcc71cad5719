"""Nine and a half megabytes that a step has printed, in a browser: how soon they are read, and how smoothly they scroll and arrive.

A frame is the time between two pictures that the browser draws; 16.7 ms is what a screen asks for. The second step prints
for ten seconds while the page follows its end.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from browsing import browsing, visitor
from measure import write_results
from playwright.sync_api import Page
from server import SETTINGS, Server

_STEPS = """
import sys
import time

from treadle import asset

LINE = "a line of much that nobody reads, number {} of very many\\n"


@asset
def at_once(context):
    sys.stdout.write("".join(LINE.format(number) for number in range(160_000)))


@asset
def little_by_little(context):
    for second in range(100):
        sys.stdout.write("".join(LINE.format(number) for number in range(1_600 * second, 1_600 * (second + 1))))
        sys.stdout.flush()
        time.sleep(0.1)
"""
_WATCH = """() => {
  window.frames_ = []; let before = performance.now();
  const next = (now) => { window.frames_.push(now - before); before = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""


def frames(page: Page, work: Callable[[], None]) -> dict[str, float]:
    """How long pictures stood, in milliseconds, while something was done."""
    page.evaluate("() => { window.frames_.length = 0; }")
    work()
    found = sorted(page.evaluate("() => window.frames_"))
    return {
        "median": round(statistics.median(found), 1),
        "p95": round(found[int(0.95 * len(found))], 1),
        "worst": round(found[-1], 1),
    }


def scroll(page: Page) -> None:
    """Turn the wheel a hundred times."""
    page.get_by_label("Output of", exact=False).first.hover()
    for _ in range(100):
        page.mouse.wheel(0, 1200)
        page.wait_for_timeout(20)


def read(page: Page, server: Server) -> dict[str, object]:
    """What is printed at once."""
    run = server.client.post("/runs", json={"selection": "at_once"}).json()
    while server.client.get(f"/runs/{run['id']}").json()["ended_at"] is None:
        time.sleep(0.1)
    page.goto(f"{server.address}runs/{run['id']}", wait_until="commit")
    page.get_by_text("number 0 of very many").wait_for()
    seen = page.evaluate("performance.now()")
    page.get_by_text("160,000 lines").wait_for()
    whole = page.evaluate("performance.now()")
    page.evaluate(_WATCH)
    scrolled = frames(page, lambda: scroll(page))
    began = time.perf_counter()
    page.get_by_label("Search in the output").fill("number 159998 ")
    page.get_by_text("1 of 1", exact=True).wait_for()
    return {
        "its beginning is seen after, ms": round(seen),
        "all of it can be searched after, ms": round(whole),
        "found after, ms": round(1000 * (time.perf_counter() - began)),
        "frames while scrolling, ms": scrolled,
    }


def follow(page: Page, server: Server) -> dict[str, object]:
    """What is printed little by little."""
    run = server.client.post("/runs", json={"selection": "little_by_little"}).json()
    page.goto(f"{server.address}runs/{run['id']}", wait_until="commit")
    page.get_by_label("Search in the output").wait_for()
    page.evaluate(_WATCH)
    return {
        "frames while it arrives, ms": frames(page, lambda: page.get_by_text("160,000 lines").wait_for(timeout=60_000))
    }


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        defs = Path(folder, "src", "p", "defs")
        defs.mkdir(parents=True)
        (defs.parent / "__init__.py").touch()
        Path(folder, "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
        (defs / "printing.py").write_text(_STEPS, encoding="utf-8")
        server = Server(Path(folder), "serve")
        try:
            with browsing() as browser:
                page = visitor(browser, server)
                results = {"printed at once": read(page, server), "while it is printed": follow(page, server)}
        finally:
            server.end()
    print(json.dumps(results, indent=2))
    write_results(results)


if __name__ == "__main__":
    main()
