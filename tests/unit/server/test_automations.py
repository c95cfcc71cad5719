"""What starts runs, backfills, pools, metrics and policies by the API; and that secrets stay out of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Served, serving, until
from tests.unit.server.projects import WEAVING, write_project

MORE = """
import os

from treadle import StaticPartitions, asset

ENDS = StaticPartitions(keys=("north", "south", "west"))


@asset(partitions=ENDS, pool="looms", owners=["loft@mill.example"])
def carpet(context): ...


@asset(
    metadata={"found": "postgresql://weaver:hunter2hunter@db/mill", "key": os.environ.get("LEDGER_KEY")},
    owners=["loft@mill.example"],
)
def ledger(context): ...
"""
SETTINGS = """[tool.treadle]
module = "p"

[tool.treadle.pools]
looms = 2

[tool.treadle.connections]
ledger = "postgresql://weaver:hunter2hunter@db/mill"
"""
POLICIES = """policies:
  has_owner:
    description: Somebody answers for every asset
    require: asset.owners
    message: "{{ asset.key }} has no owner"
"""


CREDENTIALS = "vault: {provider: environment, variable: LEDGER_KEY}\n"


@pytest.fixture(scope="module")
def loft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project with partitions, a pool, a policy and a secret."""
    files = {"weaving.py": WEAVING, "more.py": MORE, "/pyproject.toml": SETTINGS, "/policies.yaml": POLICIES}
    files |= {"/credentials.yaml": CREDENTIALS, "/.env": "LEDGER_KEY=k3y-of-the-vault\n"}
    with serving(write_project(tmp_path_factory.mktemp("loft"), files)) as served:
        yield served


def test_what_starts_runs_is_switched(loft: Served) -> None:
    """
    A schedule is listed with its next tick, turned off, and left as it is declared again.
    """
    [found] = loft.get("/automations")["items"]
    assert ("schedule", "mornings", "0 6 * * *", True) == tuple(found[each] for each in ("kind", "name", "when", "on"))
    assert found["next_at"].endswith("06:00:00Z")
    for on, expected in ((False, False), (None, True)):
        answer = loft.client.put("/automations/mornings", json={"on": on})
        assert (expected, expected) == (answer.json()["on"], loft.get("/automations")["items"][0]["on"])
    assert 404 == loft.client.put("/automations/evenings", json={"on": True}).status_code
    assert [] == loft.get("/ticks", name="mornings")["items"]


def test_a_backfill_runs_to_its_end(loft: Served) -> None:
    """
    Each partition gets its run; the asset says how much of it is there.
    """
    made = loft.post("/backfills", {"selection": "carpet", "partitions": "north..south", "runs_at_once": 2})
    assert ["north", "south"] == [each["partition"] for each in made["parts"]]
    found = until(lambda: (now := loft.get(f"/backfills/{made['id']}"))["ended_at"] and now)
    assert ("succeeded", {"succeeded": 2}) == (found["status"], found["runs"])
    assert made["id"] == loft.get("/backfills")["items"][0]["id"]
    assert 409 == loft.client.post(f"/backfills/{made['id']}/cancel").status_code
    assert 409 == loft.client.post(f"/backfills/{made['id']}/resume").status_code
    carpet = until(lambda: (now := loft.get("/assets/carpet"))["partitions"]["materialized"] == 2 and now)
    assert (3, ["west", "south", "north"]) == (carpet["partitions"]["count"], carpet["partitions"]["latest"])

    rest = loft.post("/backfills", {"selection": "carpet", "partitions": "stale"})
    assert ["west"] == [each["partition"] for each in rest["parts"]]
    assert "succeeded" == until(lambda: (now := loft.get(f"/backfills/{rest['id']}"))["ended_at"] and now)["status"]
    assert 409 == loft.client.post("/backfills", json={"selection": "carpet", "partitions": "stale"}).status_code


def test_a_backfill_of_nothing_is_refused(loft: Served) -> None:
    """
    What has no partitions, or not these, can't be filled.
    """
    for body in ({"selection": "ledger", "partitions": "all"}, {"selection": "carpet", "partitions": "east"}):
        assert 400 == loft.client.post("/backfills", json=body).status_code


def test_pools_and_metrics_are_counted(loft: Served) -> None:
    """
    Pools have their limits, and Prometheus reads what `treadle metrics` prints.
    """
    assert [{"name": "looms", "limit": 2, "held": 0, "waiting": 0}] == loft.get("/pools")["items"]
    answer = loft.plain.get("metrics", headers={"Authorization": f"Bearer {loft.token}"})
    assert (200, True) == (answer.status_code, "treadle_runs" in answer.text)


def test_what_a_policy_denies_is_told_and_does_not_run(loft: Served) -> None:
    """
    An asset has the verdicts about it, and a run of it is refused with them.
    """
    [verdict] = loft.get("/assets/yarn")["verdicts"]
    assert ("has_owner", "deny", None) == tuple(verdict[each] for each in ("policy", "severity", "excused"))
    answer = loft.client.post("/runs", json={"selection": "yarn"})
    assert (409, ["TRD901"]) == (
        answer.status_code,
        sorted({each["code"] for each in answer.json()["error"]["diagnostics"]}),
    )


@pytest.mark.parametrize("path", ["/assets", "/assets/ledger", "/project", "/graph", "/components"])
def test_passwords_are_in_no_answer(loft: Served, path: str) -> None:
    """
    Passwords of connections, and credentials in the environment, are taken out of whatever holds them, and the server's token is in nothing.
    """
    answer = loft.client.get(path)
    assert answer.is_success
    assert "hunter2hunter" not in answer.text
    assert loft.token not in answer.text
    assert "k3y-of-the-vault" not in answer.text
    if path == "/assets/ledger":
        expected = {"found": "postgresql://weaver:[credential ledger]@db/mill", "key": "[credential vault]"}
        assert expected == answer.json()["metadata"]
