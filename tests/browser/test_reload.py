"""Edits are seen in the web app as they are made."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import serving
from tests.unit.server.projects import WEAVING, write_project


def test_an_edit_is_seen_without_losing_the_page(tmp_path: Path, visit: Visit) -> None:
    """
    A broken edit shows in the header at once, and its repair, too; the page stays the one that it was.
    """
    root = write_project(tmp_path / "mill", {"weaving.py": WEAVING})
    (weaving,) = root.rglob("weaving.py")
    with serving(root, "dev", "--no-scheduler") as served:
        visitor = visit(served)
        page = visitor.open("/assets?q=cloth")
        expect(page.get_by_role("banner").get_by_text("p", exact=True)).to_be_visible()
        page.evaluate("window.isTheSame = true")
        weaving.write_text(WEAVING + "\nraise ValueError('the thread is torn')\n", encoding="utf-8")
        expect(page.get_by_role("link", name="1 error")).to_be_visible(timeout=20_000)
        weaving.write_text(WEAVING, encoding="utf-8")
        expect(page.get_by_role("link", name="1 error")).to_have_count(0, timeout=20_000)
        assert page.evaluate("window.isTheSame")
        assert page.url.endswith("/assets?q=cloth")
        visitor.leave()
