"""The catalogue of a large project in a browser: how soon it can be used, and what typing and choosing cost.

Times are those of the browser, from the beginning of the navigation, or from the key or click, until what was asked for
is on the page. The first visit has an empty cache; its scripts are counted as they come, compressed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from browsing import browsing, visitor
from measure import write_results
from playwright.sync_api import Browser, Page
from server import Server, make

# The page itself notes when it is ready: whoever asks it meanwhile makes it slower (what a driver of browsers puts into
# a page takes 120 ms).
_NOTE = """
const look = () => {
  if (document.querySelector('main [data-index="9"]') && document.querySelector('fieldset input'))
    window.ready_ = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
_LONG = 2500  # milliseconds after which a page is asked


def shown(page: Page, count: str) -> None:
    """Wait until the list says how many assets it has."""
    page.wait_for_function("text => document.querySelector('main [role=status]')?.textContent === text", arg=count)


def ready(page: Page, url: str) -> float:
    """How long a navigation takes until ten assets and what narrows them are there."""
    page.goto(url, wait_until="commit")
    page.wait_for_timeout(_LONG)
    page.wait_for_function("() => window.ready_ !== undefined")
    return page.evaluate("window.ready_")


def visit(browser: Browser, server: Server) -> dict[str, float]:
    """What one visitor waits for, in milliseconds."""
    page = visitor(browser, server)
    kilobytes: list[float] = []
    page.on("response", lambda each: kilobytes.append(int(each.headers.get("content-length") or 0) / 1000))
    page.add_init_script(_NOTE)
    found = {"first visit": ready(page, f"{server.address}assets"), "first visit, KB": round(sum(kilobytes))}
    found["next visit"] = ready(page, f"{server.address}assets")
    began = time.perf_counter()
    page.get_by_label("Search assets").fill("c77/")
    shown(page, "10 assets")
    found["typing"] = 1000 * (time.perf_counter() - began)
    page.get_by_label("Search assets").fill("")
    shown(page, "10,000 assets")
    began = time.perf_counter()
    page.get_by_role("checkbox", name="g1, 500", exact=True).check()
    shown(page, "500 assets")
    found["choosing a group"] = 1000 * (time.perf_counter() - began)
    page.context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), 1000, 10)
        server = Server(Path(folder), "serve")
        try:
            server.client.get("/facets")
            with browsing() as browser:
                visits = [visit(browser, server) for _ in range(options.repetitions)]
        finally:
            server.end()
    results = {name: round(statistics.median(each[name] for each in visits)) for name in visits[0]}
    print(json.dumps(results, indent=2))
    write_results(results)


if __name__ == "__main__":
    main()
