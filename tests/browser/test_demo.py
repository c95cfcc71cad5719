"""What `make demo` ends in."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo() -> Iterator[Served]:
    """The demo, as a newcomer starts it."""
    process = subprocess.Popen(
        [_ROOT / "tools" / "demo", "--port", "0", "--no-scheduler"],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        served = Served(_ROOT / "build" / "demo", process)
        yield served
        assert 0 == served.end(), served.printed
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.mark.dbt
def test_the_demo_ends_in_the_web_app(demo: Served, visit: Visit) -> None:
    """
    The demo runs a dbt project, and prints an address where its graph is seen, each model as fresh as it is.
    """
    visitor = visit(demo)
    page = visitor.open("/lineage")
    expect(page.get_by_text("15 assets, 17 edges")).to_be_visible()
    expect(page.get_by_text("loom_output").first).to_be_visible()
    expect(page.get_by_role("status", name="Laying out")).to_have_count(0)
    visitor.look(page, "demo-lineage")
    page.goto(f"{demo.url}asset/target/main/loom_output")
    expect(page.get_by_role("heading", level=1)).to_contain_text("loom_output")
    expect(page.get_by_role("main").get_by_text("fresh", exact=True).first).to_be_visible()
    visitor.look(page, "demo-asset")
