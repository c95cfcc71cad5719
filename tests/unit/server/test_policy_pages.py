"""What the API tells of policies: what is against them, what is excused, and how that changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Served, serving, until
from tests.unit.server.projects import WEAVING, write_project
from treadle.store import open_store
from treadle.store.violations import ViolationsOfDay

POLICIES = """
policies:
  owned:
    description: Somebody answers for every asset.
    require: asset.owners
    message: "{{ asset.key }} is nobody's"
    docs: https://mill.example/owners
  grouped:
    severity: warn
    cel: asset.group != 'default'
    message: "{{ asset.key }} has no group"
  counted:
    severity: audit
    require: asset.tags
bindings:
  - policies: [counted]
    match: group:marts
    severity: audit
"""
WAIVERS = """
- {policy: owned, names: [yarn], owner: "team:spinners", reason: nobody spins any more, expires: "%s"}
- {policy: grouped, names: [cloth], owner: ann@mill.example, reason: it was moved, expires: "2999-01-01"}
"""
SOON = datetime.now(UTC).date() + timedelta(days=5)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mill with three policies and two waivers, one of which is for nothing."""
    files = {"weaving.py": WEAVING, "/policies.yaml": POLICIES, "/waivers.yaml": WAIVERS % SOON}
    return write_project(tmp_path_factory.mktemp("ruled"), files)


@pytest.fixture(scope="module")
def mill(root: Path) -> Iterator[Served]:
    """A server of it."""
    with serving(root) as served:
        yield served


def test_policies_say_what_they_are_and_what_is_against_them(mill: Served) -> None:
    """
    Each has its rule, how hard it is meant, for how much it holds, and its violations.
    """
    found = mill.get("/policies")
    counted, grouped, owned = found["items"]
    assert ("deny", "template", "asset.owners", 3, "https://mill.example/owners") == tuple(
        owned[each] for each in ("severity", "language", "require", "holds_for", "docs")
    )
    assert {"deny": 1, "warn": 0, "audit": 0, "waived": 1, "baseline": 0} == owned["counts"]
    assert ("warn", "cel", 1) == (grouped["severity"], grouped["language"], grouped["counts"]["warn"])
    assert [("audit", "group:marts")] == [(each["severity"], each["match"]) for each in counted["bindings"]]
    assert (1, 1) == (counted["holds_for"], counted["counts"]["audit"])
    assert {"deny": 1, "warn": 1, "audit": 1, "waived": 1, "baseline": 0} == found["counts"]
    assert owned["place"]["file"].endswith("policies.yaml")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, [("owned", "cloth"), ("owned", "yarn"), ("grouped", "yarn"), ("counted", "cloth")], id="all"),
        pytest.param({"policy": "owned"}, [("owned", "cloth"), ("owned", "yarn")], id="policy"),
        pytest.param({"severity": "warn"}, [("grouped", "yarn")], id="severity"),
        pytest.param({"group": "default"}, [("owned", "yarn"), ("grouped", "yarn")], id="group"),
        pytest.param({"owner": "nobody", "excused": "true"}, [("owned", "yarn")], id="excused"),
        pytest.param({"policy": "owned", "excused": "false"}, [("owned", "cloth")], id="not excused"),
        pytest.param({"component": "weaving.py", "severity": "audit"}, [("counted", "cloth")], id="component"),
        pytest.param({"component": "weaving"}, [], id="another component"),
        pytest.param({"owner": "sheep@mill.example"}, [], id="owner"),
        pytest.param({"q": "NO GROUP"}, [("grouped", "yarn")], id="text"),
    ],
)
def test_violations_are_filtered(mill: Served, asked: dict[str, str], expected: list[tuple[str, str]]) -> None:
    """
    Violations are narrowed by policy, by who answers for them, and by whether they are excused.
    """
    page = mill.get("/policies/verdicts", **asked)
    assert expected == [(each["policy"], each["name"]) for each in page["items"]]
    assert (len(expected), ["counted", "grouped", "owned"]) == (page["total"], page["policies"])


def test_violations_come_in_pages(mill: Served) -> None:
    """
    Whoever follows `next` sees each violation once.
    """
    names: list[str] = []
    page: dict[str, Any] = {"next": None}
    while True:
        page = mill.get("/policies/verdicts", limit=3, **({"cursor": page["next"]} if page["next"] else {}))
        names += [f"{each['policy']} {each['name']}" for each in page["items"]]
        if page["next"] is None:
            break
    assert ["owned cloth", "owned yarn", "grouped yarn", "counted cloth"] == names


def test_a_violation_says_where_it_is_and_why_it_is_excused(mill: Served) -> None:
    """
    A violation has its component and its line; an excused one says who answers for that, and why.
    """
    cloth, yarn = mill.get("/policies/verdicts", policy="owned")["items"]
    assert ("weaving.py", "cloth is nobody's", None) == (cloth["component"], cloth["message"], cloth["excuse"])
    assert cloth["place"]["file"].endswith("weaving.py")
    assert ("waiver", "team:spinners", "nobody spins any more") == tuple(
        yarn["excuse"][each] for each in ("kind", "owner", "reason")
    )


def test_waivers_say_what_they_excuse(mill: Served) -> None:
    """
    The first to expire comes first; one that excuses nothing says so.
    """
    first, second = mill.get("/policies/waivers")["items"]
    assert (SOON.isoformat(), "expires_soon", ["yarn"]) == (
        first["expires"],
        first["state"],
        [each["name"] for each in first["excuses"]],
    )
    assert ("unused", []) == (second["state"], second["excuses"])


def test_each_load_is_a_point_of_the_trend(mill: Served, root: Path) -> None:
    """
    The violations of a day are those of its last load; what was counted on other days is beside it.
    """
    today = datetime.now(UTC).date()
    with open_store(f"sqlite:///{root / '.treadle' / 'treadle.db'}") as store:
        store.violations.record(str(root), date(2020, 1, 1), {"owned": ViolationsOfDay(deny=9)})
        store.violations.record(
            str(root),
            today - timedelta(days=3),
            {"owned": ViolationsOfDay(deny=7, waived=1), "grouped": ViolationsOfDay(warn=2)},
        )
    points = mill.get("/policies/trend")["items"]
    assert [(today - timedelta(days=3)).isoformat(), today.isoformat()] == [each["day"] for each in points]
    assert [(7, 2, 1), (1, 1, 1)] == [
        tuple(each["counts"][one] for one in ("deny", "warn", "waived")) for each in points
    ]
    assert [7, 1] == [each["counts"]["deny"] for each in mill.get("/policies/trend", policy="owned")["items"]]


def test_what_is_mended_shows_the_same_day(mill: Served, root: Path) -> None:
    """
    A load replaces what was counted before on its day; one in which something is broken counts nothing.
    """

    def today() -> int:
        found: int = mill.get("/policies/trend", policy="owned")["items"][-1]["counts"]["deny"]
        return found

    def load() -> None:
        before = mill.get("/project")["loaded_at"]
        mill.post("/project/reload")
        until(lambda: mill.get("/project")["loaded_at"] != before)

    write_project(root, {"weaving.py": WEAVING.replace("deps=[yarn,", 'owners=["ann@mill.example"], deps=[yarn,')})
    load()
    assert 0 == today()
    write_project(root, {"weaving.py": WEAVING, "broken.py": "import nothing_of_that_name"})
    load()
    assert 0 == today()
    (root / "src/p/defs/broken.py").unlink()
    load()
    assert 1 == today()
