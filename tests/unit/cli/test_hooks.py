"""`treadle hooks …`, and what `treadle run` does for hooks."""

from __future__ import annotations

import json

from tests.conftest import MakeProject
from tests.unit.observers.receivers import http_receiver

SHOP = """
from treadle import asset

@asset
def orders():
    raise ValueError("no orders")
"""
SETTINGS = """
[tool.treadle]
module = "p"

[tool.treadle.hooks.chat]
on = ["failure"]
slack = "{{ env.CHAT }}"

[tool.treadle.hooks.note]
on = ["failure", "success"]
command = ["sh", "-c", "cat > told.json; echo $GREETING >> greeting"]
"""
FILES = {"shop.py": SHOP, "/pyproject.toml": SETTINGS, "/.env": "GREETING=hello\n"}


def test_a_run_tells_its_hooks(make_project: MakeProject) -> None:
    """
    When a run is over its hooks have been told, commands with the project's environment; its exit code is its own.
    """
    treadle = make_project(FILES)
    with http_receiver() as receiver:
        answer = treadle("run", "--json", env={"CHAT": receiver.url})
    assert (3, "failed") == (answer.code, answer.json["status"])
    assert ["project: run of * failed"] == [each.json["text"] for each in receiver.received]
    told = json.loads((treadle.folder / "told.json").read_text(encoding="utf-8"))
    assert ("failure", answer.json["id"]) == (told["kind"], told["run"])
    assert "hello\n" == (treadle.folder / "greeting").read_text(encoding="utf-8")


def test_what_could_not_be_told_is_said_and_can_be_tried_again(make_project: MakeProject) -> None:
    """
    A hook that can't be told is a warning; it is listed with its reason until somebody tells it again.
    """
    treadle = make_project(FILES)
    ran = treadle("run")
    assert 3 == ran.code
    assert "warning: the hook 'chat' couldn't be told: the environment variable 'CHAT' is not set" in ran.err

    [waiting] = treadle("hooks", "deliveries", "--status", "pending", "--json").json
    assert ("chat", 1, "failure") == (waiting["hook"], waiting["attempts"], waiting["message"]["kind"])
    assert "the environment variable 'CHAT' is not set" == waiting["error"]
    again = treadle("hooks", "retry", str(waiting["id"]))
    assert (3, "") == (again.code, again.out)
    with http_receiver() as receiver:
        again = treadle("hooks", "retry", str(waiting["id"]), env={"CHAT": receiver.url})
    assert (0, "The hook 'chat' was told.\n") == (again.code, again.out)
    assert 1 == len(receiver.received)
    assert ["delivered", "delivered"] == [each["status"] for each in treadle("hooks", "deliveries", "--json").json]
    assert 2 == len(treadle("hooks", "deliveries", "--run", "latest", "--json").json)
    assert 1 == len(treadle("hooks", "deliveries", "--hook", "note", "--json").json)
    assert "delivered" in treadle("hooks", "deliveries").out


def test_due_deliveries_can_be_told_by_a_command(make_project: MakeProject) -> None:
    """
    `treadle hooks deliver` tells what is due, and says how much that was.
    """
    treadle = make_project(FILES)
    assert "Told: 0. Couldn't be told: 0.\n" == treadle("hooks", "deliver").out


def test_hooks_are_listed_with_what_they_lack(make_project: MakeProject) -> None:
    """
    A list says on what each hook is told, by which way, and which variable is missing; never a value.
    """
    treadle = make_project(FILES)
    assert [
        {
            "name": "chat",
            "on": ["failure"],
            "select": "*",
            "way": "slack",
            "missing": "the environment variable 'CHAT' is not set",
        },
        {"name": "note", "on": ["success", "failure"], "select": "*", "way": "command", "missing": None},
    ] == treadle("hooks", "list", "--json").json
    listed = treadle("hooks", "list", env={"CHAT": "https://chat.example.com/s3cret"}).out
    assert ("ready" in listed, "s3cret" in listed) == (True, False)
    assert "No hooks. Write [tool.treadle.hooks.NAME].\n" == make_project({}, name="other")("hooks", "list").out


def test_a_hook_can_be_tried(make_project: MakeProject) -> None:
    """
    `treadle hooks test` tells something at once, records nothing, and ends with 3 when that fails.
    """
    treadle = make_project(FILES)
    with http_receiver(200, 500) as receiver:
        assert (0, "The hook 'chat' was told.\n") == (
            (good := treadle("hooks", "test", "chat", env={"CHAT": receiver.url})).code,
            good.out,
        )
        bad = treadle("hooks", "test", "chat", env={"CHAT": receiver.url})
    assert (3, "The hook 'chat' couldn't be told: it answered 500 Internal Server Error: ok\n") == (bad.code, bad.err)
    assert ["project: this is a test of the hook 'chat'"] * 2 == [each.json["text"] for each in receiver.received]
    assert [] == treadle("hooks", "deliveries", "--json").json
    wrong = treadle("hooks", "test", "chet")
    assert (2, "error: the project has no hook 'chet'\n  fix: did you mean 'chat'?\n") == (wrong.code, wrong.err)


def test_a_delivery_that_cannot_be_retried_says_why(make_project: MakeProject) -> None:
    """
    What was told, or never was to be, is refused.
    """
    treadle = make_project(FILES)
    treadle("run")
    told = next(each for each in treadle("hooks", "deliveries", "--json").json if each["hook"] == "note")
    again = treadle("hooks", "retry", str(told["id"]))
    assert (2, f"error: delivery {told['id']} is over: 'note' was told\n") == (again.code, again.err)
    assert "there is no delivery 99" in treadle("hooks", "retry", "99").err


def test_another_projects_delivery_is_left_alone(make_project: MakeProject) -> None:
    """
    Projects that share a store tell their own.
    """
    one = make_project(FILES)
    one("run")
    store = {"TREADLE_STORE": f"sqlite:///{one.folder}/.treadle/treadle.db"}
    other = make_project({"/pyproject.toml": SETTINGS}, name="other")
    waiting = one("hooks", "deliveries", "--status", "pending", "--json").json[0]["id"]
    assert [] == other("hooks", "deliveries", "--json", env=store).json
    refused = other("hooks", "retry", str(waiting), env=store)
    assert f"error: delivery {waiting} belongs to another project" in refused.err
