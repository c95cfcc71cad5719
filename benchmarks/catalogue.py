"""The catalogue of a large project in a browser: how soon it can be used, and what typing and choosing cost.

Times are those of the browser, from the beginning of the navigation, or from the key or click, until what was asked for
is on the page. The first visit has an empty cache; its scripts are counted as they come, compressed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from measure import RESULTS
from playwright.sync_api import Browser, Page, sync_playwright
from server import Server, make

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
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


def visit(browser: Browser, url: str, token: str) -> dict[str, float]:
    """What one visitor waits for, in milliseconds."""
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    kilobytes: list[float] = []
    page.on("response", lambda each: kilobytes.append(int(each.headers.get("content-length") or 0) / 1000))
    page.context.request.get(f"{url}?token={token}")  # the browser has the token, and nothing else yet
    page.add_init_script(_NOTE)
    found = {"first visit": ready(page, f"{url}assets"), "first visit, KB": round(sum(kilobytes))}
    found["next visit"] = ready(page, f"{url}assets")
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
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), 1000, 10)
        server = Server(Path(folder), "serve")
        url = str(server.client.base_url).removesuffix("api/")
        token = server.client.headers["authorization"].removeprefix("Bearer ")
        try:
            server.client.get("/facets")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=options.chromium, args=_FLAGS)
                visits = [visit(browser, url, token) for _ in range(options.repetitions)]
        finally:
            server.end()
    results = {name: round(statistics.median(each[name] for each in visits)) for name in visits[0]}
    print(json.dumps(results, indent=2))
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "catalogue.json").write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
