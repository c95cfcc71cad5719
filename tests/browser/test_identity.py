"""A shared server in the web app: logging in, being refused, making tokens, reading the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving, until
from tests.sharing import Browser, SharedServer, sharing
from tests.unit.server.projects import WEAVING, write_project

_CARPETS = """
import time
from pathlib import Path

from treadle import StaticPartitions, asset

ROOT = Path(__file__).parents[3]


@asset(partitions=StaticPartitions(keys=("east", "west")))
def carpet(context):
    while (ROOT / "wait").exists():
        time.sleep(0.02)
"""
_SAILS = "type: treadle.PythonScript\nattributes:\n  execution: {path: sew.py}\n  assets: [{key: sail}]\n"
_FILES = {"weaving.py": WEAVING, "carpets.py": _CARPETS, "sails/defs.yaml": _SAILS, "sails/sew.py": ""}


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedServer]:
    """A mill that is shared."""
    with sharing(tmp_path_factory.mktemp("shared"), _FILES) as served:
        yield served


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill that is served to this machine."""
    with serving(write_project(tmp_path_factory.mktemp("alone"), {"weaving.py": WEAVING})) as served:
        yield served


@pytest.fixture
def flags(mill: SharedServer) -> Iterator[Path]:
    """Where files make steps wait, or fail; they are gone after the test."""
    yield mill.root
    for flag in ("broken", "wait"):
        (mill.root / flag).unlink(missing_ok=True)


def log_in(page: Page, who: str) -> None:
    page.get_by_role("link", name=re.compile("^Log in with")).click()
    page.get_by_role("link", name=who).click()


def test_somebody_logs_in_and_is_refused_what_viewers_may_not(mill: SharedServer, visit: Visit) -> None:
    """
    The login page leads to the provider and back to the page that was asked for. A viewer finds controls dimmed, and
    is told why; the server says the same to who goes around them.
    """
    visitor = visit(mill, may_be_refused=True)
    page = visitor.open("/backfills")
    expect(page.get_by_role("heading", name="Log in to p")).to_be_visible()
    visitor.look(page, "login", is_app=False)
    log_in(page, "vic")
    expect(page.get_by_role("heading", level=1)).to_have_text("Backfills")
    button = page.get_by_role("button", name="New backfill")
    expect(button).to_be_disabled()
    page.get_by_role("note", name="This needs the role launcher; yours is viewer.").focus()
    expect(page.get_by_role("tooltip")).to_have_text("This needs the role launcher; yours is viewer.")
    visitor.look(page, "refused")
    page.goto(f"{mill.url}/audit")
    expect(page.get_by_text("Only admins read the audit log")).to_be_visible()
    answer = page.evaluate("fetch('/api/project/reload', {method: 'POST'}).then(answer => answer.json())")
    assert "this needs the role 'launcher', and vic@mill.example has 'viewer'" in answer["error"]["message"]
    page.get_by_role("button", name="Vic Visitor").click()
    visitor.look(page, "you")
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in to p")).to_be_visible()


def test_a_viewer_finds_nothing_that_the_server_would_refuse(mill: SharedServer, visit: Visit, flags: Path) -> None:
    """
    On every page, what changes something is dimmed for a viewer, beside the role that it takes. Whatever else is
    pressed asks the server for nothing that viewers may not have.
    """
    ada = mill.as_("ada")
    (flags / "broken").touch()
    failed = ended(ada, "runs", ada.post("/api/runs", {"selection": "yarn"}))
    (flags / "broken").unlink()
    (flags / "wait").touch()
    run = ada.post("/api/runs", {"selection": "yarn"}).json()
    cancelled = ended(ada, "runs", ada.post(f"/api/runs/{run['id']}/cancel"))
    running = ada.post("/api/runs", {"selection": "yarn"}).json()
    carpets = {"selection": "carpet", "partitions": "all"}
    backfill = ada.post("/api/backfills", carpets).json()
    stopped = ended(ada, "backfills", ada.post(f"/api/backfills/{backfill['id']}/cancel"))
    going = ada.post("/api/backfills", carpets).json()
    dimmed = {
        "/": {},
        "/assets": {},
        "/asset/sail": {"link Edit": "editor", "button Materialize": "launcher"},
        "/lineage?selection=cloth&focus=cloth": {
            "button Materialize all": "launcher",
            "button Materialize": "launcher",
        },
        "/components?address=sails": {"link Edit": "editor"},
        "/types": {},
        "/types/treadle.PythonScript": {"link New component": "editor"},
        "/policies": {},
        "/runs": {"button Launch a run": "launcher"},
        f"/runs/{failed['id']}": {"button Re-run from failure": "launcher", "button Run again": "launcher"},
        f"/runs/{cancelled['id']}": {"button Resume": "launcher", "button Run again": "launcher"},
        f"/runs/{running['id']}": {"button Cancel": "launcher"},
        "/automations": {"switch mornings is on": "launcher"},
        "/backfills": {"button New backfill": "launcher"},
        f"/backfills/{stopped['id']}": {"button Resume": "launcher"},
        f"/backfills/{going['id']}": {"button Cancel": "launcher"},
        "/pools": {},
        "/account": {},
    }
    page = visit(mill, may_be_refused=True).open("/pools")
    log_in(page, "vic")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pools")
    asked: list[str] = []
    page.on("request", lambda each: asked.append(f"{each.method} {each.url}"))
    page.on("response", lambda each: asked.append(f"{each.status} {each.url}") if each.status == 403 else None)
    for path, controls in dimmed.items():
        page.goto(f"{mill.url}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for control, role in controls.items():
            kind, _, name = control.partition(" ")
            reason = page.get_by_role("note", name=f"This needs the role {role}; yours is viewer.")
            found = reason.get_by_role(kind, name=name, exact=True)  # type: ignore[arg-type] # it is one of a table
            expect(found, path).to_be_disabled()
        press_everything(page)
    assert [] == [each for each in asked if not each.startswith("GET ")]


def ended(who: Browser, what: str, answer: Any) -> Any:
    """A run or a backfill, once it is over."""
    path = f"/api/{what}/{answer.json()['id']}"
    return until(lambda: (found := who.get(path).json())["ended_at"] and found)


def press_everything(page: Page) -> None:
    """Press whatever can be pressed on a page, except what ends the visit, and wait until the server was asked."""
    page.evaluate(
        """() => {
            const pressed = [...document.querySelectorAll("main :is(button, input[type=checkbox])")];
            for (const each of pressed) if (each.textContent !== "Log out") each.click();
            return fetch("/api/me").then((answer) => answer.text());
        }"""
    )


def test_whom_no_rule_knows_is_told(mill: SharedServer, visit: Visit) -> None:
    """
    Who has no role gets a page that says so.
    """
    visitor = visit(mill, may_be_refused=True)
    page = visitor.open("/")
    log_in(page, "tom")
    expect(page.get_by_role("heading", level=1)).to_have_text("You aren't logged in")
    expect(page.get_by_text("tom@mill.example is known, and has no role here")).to_be_visible()
    visitor.look(page, "no-role", is_app=False)


def test_a_token_is_made_shown_once_and_revoked(mill: SharedServer, visit: Visit) -> None:
    """
    A launcher makes a token within their role, copies it from a dialog, sees it listed without it, and revokes it.
    """
    visitor = visit(mill, may_be_refused=True)
    page = visitor.open("/account")
    log_in(page, "bob")
    expect(page.get_by_role("heading", name="Bob Bobbin")).to_be_visible()
    expect(page.get_by_text("in the group raw")).to_be_visible()
    expect(page.get_by_text("No API token yet")).to_be_visible()
    visitor.look(page, "account-empty")
    page.get_by_role("button", name="New token").click()
    page.get_by_label("Name").fill("nightly export")
    page.get_by_role("combobox", name="Role").click()
    page.get_by_role("option", name="launcher").click()
    expect(page.get_by_label("Only these groups").first).to_be_visible()
    visitor.look(page, "token-new")
    page.get_by_role("button", name="Make it").click()
    secret = page.get_by_label("The token").inner_text()
    assert secret.startswith("treadle_")
    visitor.look(page, "token-made")
    page.get_by_role("button", name="I have it").click()
    row = page.get_by_role("row").filter(has_text="nightly export")
    expect(row).to_contain_text("good")
    shown = {"Authorization": f"Bearer {secret}"}
    assert 200 == mill.client.get("/api/me", headers=shown).status_code
    visitor.look(page, "account")
    row.get_by_role("button", name="Revoke nightly export").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    assert 401 == mill.client.get("/api/me", headers=shown).status_code


def test_an_admin_reads_what_was_done(mill: SharedServer, visit: Visit) -> None:
    """
    The log tells who did what, filters are in the address, and a session that is over leads to the login page.
    """
    bob = mill.as_("bob")
    bob.post("/api/runs", {"selection": "wool"})
    bob.post("/api/runs", {"selection": "cloth"})
    visitor = visit(mill, may_be_refused=True)
    page = visitor.open("/audit")
    log_in(page, "ada")
    expect(page.get_by_role("row").filter(has_text="Launch run").first).to_contain_text("bob@mill.example")
    visitor.look(page, "audit")
    page.get_by_role("combobox", name="Outcome").click()
    page.get_by_role("option", name="refused").click()
    page.get_by_label("Who").fill("bob")
    expect(page).to_have_url(re.compile("outcome=refused"))
    expect(page).to_have_url(re.compile("who=bob"))
    expect(page.get_by_role("row").filter(has_text="doesn't reach cloth")).to_have_count(1)
    page.get_by_label("Who").fill("nobody")
    expect(page.get_by_text("Nothing of that kind was changed")).to_be_visible()
    visitor.look(page, "audit-nothing")
    page.context.clear_cookies()
    page.get_by_label("Who").fill("ada")
    expect(page.get_by_role("heading", name="Log in to p")).to_be_visible()


def test_a_server_of_one_machine_has_nobody_to_log_in(alone: Served, visit: Visit) -> None:
    """
    Without sharing, the account page says whose server it is, and what would let others in.
    """
    visitor = visit(alone)
    page = visitor.open("/account")
    expect(page.get_by_text("This server answers one machine")).to_be_visible()
    expect(page.get_by_role("button", name="New token")).to_have_count(0)
    visitor.look(page, "account-local")
