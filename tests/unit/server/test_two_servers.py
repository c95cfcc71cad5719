"""Two servers of one project over one PostgreSQL store: whichever is asked, it is the same, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.serving import Served, serving, until
from tests.sharing import Browser, SharedServer, sharing
from tests.unit.server.projects import WEAVING, write_project

ENOUGH = 3
COUNTING = """
import os
import time
from pathlib import Path

from treadle import SkipReason, asset, sensor


@asset
def flock(context): ...


@sensor(selection="flock", interval=0.2)
def shepherd(context):
    (Path(__file__).parents[3] / f"asked-by-{os.getppid()}").touch()
    number = int(context.cursor or 0) + 1
    time.sleep(1)  # so long that the other scheduler looks meanwhile
    context.cursor = str(number)
    return SkipReason(reason=f"counted {number}")
"""


@pytest.fixture(scope="module")
def twins(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Server
) -> Iterator[tuple[SharedServer, SharedServer]]:
    """Two servers that are shared, as behind one proxy."""
    root = tmp_path_factory.mktemp("twins")
    with one_store(postgres_server), sharing(root, {"weaving.py": WEAVING}) as first, first.twin() as second:
        yield first, second


@contextmanager
def one_store(server: Server) -> Iterator[None]:
    """While inside, projects that are served have a store in PostgreSQL."""
    with server.database() as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("TREADLE_STORE", url)
        yield


def test_whoever_is_let_in_by_one_is_let_in_by_the_other(twins: tuple[SharedServer, SharedServer]) -> None:
    """
    A login may begin at one and end at the other; the session is good at both, until one of them has ended it.
    """
    first, second = twins
    ada, there = first.browser(), second.browser()
    back = ada.begin(who="ada")
    there.cookies = ada.cookies
    assert 303 == there.get(back).status_code
    names = [each.get("/api/me").json()["name"] for each in (ada, there)]
    assert names[0] == names[1] != ""
    kept = dict(ada.cookies)
    assert 204 == there.ask("DELETE", "/api/me/sessions/this").status_code
    ada.cookies = kept
    assert 401 == ada.get("/api/me").status_code


def test_a_token_is_good_at_both(twins: tuple[SharedServer, SharedServer]) -> None:
    """
    A token that was made at one is good at the other; once it is revoked there, it is good nowhere.
    """
    first, second = twins
    made = first.as_("ada").post("/api/tokens", {"name": "ci", "role": "viewer", "days": 1}).json()
    shown = {"Authorization": f"Bearer {made['secret']}"}
    assert "token" == second.client.get("/api/me", headers=shown).json()["kind"]
    assert 204 == second.as_("ada").ask("DELETE", f"/api/tokens/{made['token']['id']}").status_code
    assert [401, 401] == [each.client.get("/api/me", headers=shown).status_code for each in twins]


def test_a_run_of_one_is_followed_and_cancelled_at_the_other(twins: tuple[SharedServer, SharedServer]) -> None:
    """
    A run that was launched at one is listed by the other, which can cancel it; only one of them has started it.
    """
    here, there = (each.as_("ada") for each in twins)
    (twins[0].root / "wait").touch()
    asked = here.post("/api/runs", {"selection": "yarn"})
    assert 202 == asked.status_code, asked.text
    run = asked.json()["id"]
    assert run in [each["id"] for each in there.get("/api/runs").json()["items"]]
    until(lambda: ["running"] == steps(there, run, "status"))
    assert 202 == there.post(f"/api/runs/{run}/cancel").status_code
    until(lambda: here.get(f"/api/runs/{run}").json()["status"] == "cancelled")
    assert ["cancelled"] == steps(here, run, "status")
    assert [1] == [len(each) for each in steps(here, run, "attempts")]


def steps(browser: Browser, run: str, what: str) -> list[object]:
    return [each[what] for each in browser.get(f"/api/runs/{run}").json()["steps"]]


def test_no_tick_happens_twice(tmp_path: Path, postgres_server: Server) -> None:
    """
    Each server has a scheduler beside it; both ask a sensor, and each tick goes on where the one before it ended.
    """
    root = write_project(tmp_path, {"counting.py": COUNTING})
    with one_store(postgres_server), serving(root, "dev") as first, serving(root, "dev") as second:
        until(lambda: len(list(root.glob("asked-by-*"))) == 2)
        so_far = len(ticks(first))
        until(lambda: len(ticks(second)) >= so_far + ENOUGH)
        told = [ticks(each) for each in (first, second)]
    for each in told:
        assert [f"counted {number + 1}" for number in range(len(each))] == each


def ticks(served: Served) -> list[str]:
    """What the sensor has said, the first first."""
    return [each["reason"] for each in reversed(served.get("/ticks", name="shepherd", limit=500)["items"])]
