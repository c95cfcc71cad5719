"""What hooks are told of real runs, and that it is kept whatever happens to the runner."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.observers.receivers import http_receiver
from tests.unit.runner.conftest import Project
from treadle.ir.hooks import Hook, Occasion, ToWebhook
from treadle.observers import announcer, deliver_due, overdue
from treadle.observers.messages import as_text, headline
from treadle.runner import end_abandoned, plan_again

STEPS = """
def breaks(context):
    raise ValueError("no orders")

def checks(context):
    context.check("is_new", False, asset="raw", severity=CheckSeverity.WARN)
    context.check("has_rows", not (HERE / "empty").exists(), asset="raw", description="0 rows")

def breaks_once(context):
    if not (HERE / "again").exists():
        (HERE / "again").write_text("")
        raise ValueError("busy")

definitions = Definitions(
    assets=(asset("raw"), asset("orders", "raw", group="shop"), asset("marts", "orders", group="marts")),
    checks=(Check(name="is_new", asset=key("raw")), Check(name="has_rows", asset=key("raw"))),
    steps=(
        step("raw", RAW, checks={CheckKey(key("raw"), "is_new"), CheckKey(key("raw"), "has_rows")}),
        step("orders", ORDERS, retries=RetryPolicy(times=1, delay=0)),
        step("marts"),
    ),
)
"""


def steps(raw: str = "nothing", orders: str = "nothing") -> str:
    return STEPS.replace("RAW", raw).replace("ORDERS", orders)


def hook(*on: Occasion, select: str = "*", url: str = "", name: str = "team") -> Hook:
    return Hook(name=name, on=frozenset(on), select=select, way=ToWebhook(url=url))


def told(project: Project, source: str, *hooks: Hook, selection: str = "*", **options: Any) -> list[dict[str, Any]]:
    """The messages that a run leaves in the store."""
    project.write(source)
    project.run(selection, announce=announcer(hooks, project.graph, project.store), jobs=1, **options)
    return messages(project)


def messages(project: Project) -> list[dict[str, Any]]:
    return [dict(each.message) for each in reversed(project.store.deliveries())]


def test_a_run_that_failed(project: Project) -> None:
    """
    The message says what failed and why, what was skipped, when, and where to look.
    """
    every: list[Occasion] = ["failure", "success", "overdue"]
    [message] = told(project, steps("checks", "breaks"), hook(*every), tags={"team": "shop"})
    [run] = project.store.runs()
    assert run.started_at is not None
    assert run.ended_at is not None
    assert {
        "kind": "failure",
        "project": str(project.folder),
        "run": run.id,
        "status": "failed",
        "selection": "*",
        "partition": None,
        "tags": {"team": "shop"},
        "launched_by": "command",
        "rerun_of": None,
        "error": "failed: orders",
        "step": None,
        "attempt": None,
        "retry_at": None,
        "assets": [],
        "failed_step_count": 1,
        "skipped_step_count": 1,
        "failed_checks": [
            {"asset": "raw", "check": "is_new", "severity": "warn", "description": None, "partition": None}
        ],
        "failed_check_count": 1,
        "overdue_since": None,
        "last_materialized_at": None,
        "started_at": run.started_at.isoformat(),
        "command": f"treadle runs show {run.id}",
    } == {key: value for key, value in message.items() if key not in ("failed_steps", "ended_at", "seconds")}
    [failed] = message["failed_steps"]
    assert ("orders", 2, ["orders"]) == (failed["step"], failed["attempts"], failed["assets"])
    assert failed["error"].startswith("ValueError: no orders")
    assert abs((datetime.fromisoformat(message["ended_at"]) - run.ended_at).total_seconds()) < 5
    assert message["seconds"] >= 0

    text = as_text(message)
    assert f"{project.folder.name}: run of * failed" == headline(message) == text.splitlines()[0]
    for line in ("✗ orders", "  ValueError: no orders", "! raw:is_new", "Tags: team=shop", f"Run: {run.id}"):
        assert line in text


def test_a_run_that_succeeded(project: Project) -> None:
    """
    Success is told to who wants to know it, with checks that only warn; failure isn't.
    """
    told_of = told(project, steps("checks"), hook("success", name="glad"), hook("failure", name="sad"))
    assert [("success", "succeeded", "", 1)] == [
        (each["kind"], each["status"], each["error"], each["failed_check_count"]) for each in told_of
    ]
    assert ["glad"] == [each.hook for each in project.store.deliveries()]


def test_a_retry(project: Project) -> None:
    """
    An attempt that failed and is tried again is told with its error and when that will be.
    """
    [message] = told(project, steps(orders="breaks_once"), hook("retry", "failure"))
    assert ("retry", "orders", 1, ["orders"], "running") == tuple(
        message[key] for key in ("kind", "step", "attempt", "assets", "status")
    )
    assert message["error"].startswith("ValueError: busy")
    assert f"{project.folder.name}: orders failed and is tried again" == headline(message)
    assert "Next attempt: 20" in as_text(message)


def test_checks_that_failed(project: Project) -> None:
    """
    A step whose checks failed tells all of them at once, also those that only warn.
    """
    (project.folder / "empty").write_text("", encoding="utf-8")
    [message] = told(project, steps("checks"), hook("check_failure"))
    assert ("check_failure", "raw", 2, "2 checks failed") == tuple(
        message[key] for key in ("kind", "step", "failed_check_count", "error")
    )
    assert ["raw:has_rows error 0 rows", "raw:is_new warn None"] == sorted(
        f"{each['asset']}:{each['check']} {each['severity']} {each['description']}" for each in message["failed_checks"]
    )
    assert "✗ raw:has_rows: 0 rows" in as_text(message)


@pytest.mark.parametrize(
    ("select", "source", "kinds"),
    [
        pytest.param("raw", steps("checks", "breaks"), ["check_failure"], id="its checks, not what comes after it"),
        pytest.param("group:shop", steps("checks", "breaks"), ["retry", "failure"], id="what failed"),
        pytest.param("group:marts", steps("checks", "breaks"), ["failure"], id="what was skipped for it"),
        pytest.param("group:none", steps("checks", "breaks"), [], id="nothing"),
        pytest.param("marts", steps(), ["success"], id="what succeeded"),
        pytest.param("marts or gone", steps(), ["success"], id="with a name that is gone"),
    ],
)
def test_a_hook_is_told_of_its_assets(project: Project, select: str, source: str, kinds: list[str]) -> None:
    """
    A selection narrows what a hook is told to what happens to the assets in it.
    """
    wanted = hook("success", "failure", "retry", "check_failure", select=select)
    assert kinds == [each["kind"] for each in told(project, source, wanted)]


def test_a_part_of_the_project_ran(project: Project) -> None:
    """
    A run that had nothing to do with a hook's assets isn't told to it.
    """
    assert [] == told(project, steps(), hook("success", select="marts"), selection="raw")


def test_a_cancelled_run_is_told_to_nobody(project: Project) -> None:
    """
    Whoever stopped a run knows it.
    """
    run = project.write(steps()).store.create_run(project=str(project.folder), selection="*")
    assert end_abandoned(project.store, run)
    assert [] == messages(project)


def test_a_runner_that_breaks_tells_that_the_run_failed(project: Project) -> None:
    """
    Also a failure of the runner itself ends the run, and is told.
    """

    def fall_over(event: object) -> None:
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError):
        told(project, steps(), hook("failure", "success"), listen=fall_over)
    assert [("failure", "the runner failed: RuntimeError: the screen is gone")] == [
        (each["kind"], each["error"]) for each in messages(project)
    ]


def test_an_overdue_asset_is_told_to_who_wants_to_know(project: Project) -> None:
    """
    Hooks on `overdue` whose selection has the asset get a delivery each.
    """
    from tests.unit.observers.conftest import LATE
    from treadle.ir import AssetKey

    hooks = [hook("overdue", name="all"), hook("overdue", select="raw", name="raw"), hook("failure", name="other")]
    graph = project.write(steps()).graph
    found = overdue(hooks, graph, project=str(project.folder), asset=AssetKey.parse("marts"), since=LATE)
    project.store.add_deliveries(found)
    assert [("all", "overdue", ["marts"])] == [
        (each.hook, each.message["kind"], each.message["assets"]) for each in project.store.deliveries()
    ]


def test_long_stories_are_cut(project: Project) -> None:
    """
    A message has as much of an error as a person reads: its beginning and its end.
    """
    source = steps(orders="breaks").replace('"no orders"', '"begin" + "x" * 100_000 + "end"')
    [message] = told(project, source, hook("failure"))
    [step] = message["failed_steps"]
    assert len(step["error"]) < 2_100
    assert step["error"].startswith("ValueError: begin")


RUNNER = """
import os, signal, sys
from pathlib import Path
from tests.unit.observers.test_announcing import hook
from tests.unit.runner.conftest import Project
from treadle.observers import announcer
from treadle.store import RunEnded, StepEnded, open_store

folder, kind = Path(sys.argv[1]), {"run": RunEnded, "step": StepEnded}[sys.argv[2]]

def die(event):
    if isinstance(event, kind):
        os.kill(os.getpid(), signal.SIGKILL)

with open_store(f"sqlite:///{folder}/treadle.db") as store:
    project = Project(folder, store)
    hooks = [hook("failure", "check_failure", url=sys.argv[3])]
    project.run(announce=announcer(hooks, project.graph, store), listen=die, jobs=1)
"""


def killed(project: Project, after: str, url: str) -> None:
    """A run whose runner is killed at the very moment at which what happened is in the store."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(project.folder), after, url], cwd=Path(__file__).parents[3]
    )
    assert -signal.SIGKILL == done.returncode


def deliver(project: Project, url: str) -> list[str]:
    hooks = {"team": hook("failure", "check_failure", url=url)}
    done = deliver_due(
        project.store, hooks, project=str(project.folder), render=lambda text: (text, frozenset()), environment={}
    )
    return [each.error for each in done]


def test_what_a_killed_runner_had_to_tell_is_told_by_the_next_process(project: Project) -> None:
    """
    kill -9 right after a failing run's end: nothing is lost, and nothing is told twice.
    """
    project.write(steps("nothing", "breaks"))
    with http_receiver() as receiver:
        killed(project, "run", receiver.url)
        assert [] == receiver.received
        assert ([""], []) == (deliver(project, receiver.url), deliver(project, receiver.url))
    [run] = project.store.runs()
    assert [("failure", run.id)] == [(each.json["kind"], each.json["run"]) for each in receiver.received]


def test_a_run_that_goes_on_does_not_tell_again_what_it_told(project: Project) -> None:
    """
    A runner killed in the middle has told what had happened; the next one tells the rest, of all that the run did.
    """
    (project.folder / "empty").write_text("", encoding="utf-8")
    project.write(steps("checks", "breaks"))
    with http_receiver() as receiver:
        killed(project, "step", receiver.url)
        [run] = project.store.runs()
        hooks = [hook("failure", "check_failure", url=receiver.url)]
        planned = plan_again(project.graph, project.store, run)
        project.go_on(run, planned, announce=announcer(hooks, project.graph, project.store))
        deliver(project, receiver.url)
    assert [("check_failure", 2, 0), ("failure", 2, 1)] == sorted(
        (each.json["kind"], each.json["failed_check_count"], each.json["failed_step_count"])
        for each in receiver.received
    )
