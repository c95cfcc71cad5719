"""The lineage of ten thousand assets in a browser: how long until all of them are seen, and until they follow the mouse.

What is measured is the app of a fresh browser page, from the first request to the picture with its edges, without a
graphics card. The project is that of `server.py`: a thousand component files of ten assets.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from browsing import browsing, visitor
from measure import write_results
from playwright.sync_api import Page
from server import Server, make

_PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def overview(page: Page, address: str) -> float:
    """From a request to all assets on the canvas, in seconds."""
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("[data-painted=true]")
    page.evaluate(_PAINTED)
    return time.perf_counter() - began


def turns(page: Page, count: int) -> list[float]:
    """From a turn of the wheel to the picture, in milliseconds."""
    page.mouse.move(640, 500)
    times = []
    for number in range(count):
        began = time.perf_counter()
        page.mouse.wheel(0, -120 if number % 2 else 120)
        page.evaluate(_PAINTED)
        times.append(1000 * (time.perf_counter() - began))
    return times


def neighbourhood(page: Page, address: str) -> float:
    """From a request to what is around an asset, laid out, in seconds."""
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("[data-laid-out=true]")
    page.evaluate(_PAINTED)
    return time.perf_counter() - began


def answers(server: Server) -> dict[str, float]:
    """The first answer, for which everything is drawn, and the next ones, in milliseconds."""
    times = []
    for _ in range(10):
        began = time.perf_counter()
        assert server.client.get("/graph/overview").is_success
        times.append(1000 * (time.perf_counter() - began))
    return {"first": round(times[0], 1), "next, p50": round(statistics.median(times[1:]), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        make(Path(folder), 1000, 10)
        server = Server(Path(folder), "serve")
        try:
            told = answers(server)
            page = visitor(browser, server)
            seen = [overview(page, f"{server.address}lineage") for _ in range(options.repetitions)]
            moves = turns(page, 20)
            around = f"{server.address}lineage?selection=t5/c105/a0&up=2&down=2"
            near = [neighbourhood(page, around) for _ in range(options.repetitions)]
        finally:
            server.end()
    results = {
        "the server's answer, ms": told,
        "all 10,000 assets are seen after, s": {
            "median": round(statistics.median(seen), 2),
            "worst": round(max(seen), 2),
        },
        "a turn of the wheel, ms": {"median": round(statistics.median(moves), 1), "worst": round(max(moves), 1)},
        "an asset's neighbourhood, s": round(statistics.median(near), 2),
    }
    print(json.dumps(results, indent=2))
    write_results(results)


if __name__ == "__main__":
    main()
