"""Options that make dbt select exactly what was asked for; dbt itself is the judge."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from treadle.ir import StepFailed
from treadle.library.dbt.exact import Selectable, exact_args, selectables
from treadle.library.dbt.manifest import read_manifest

SELECT = Path(__file__).parent / "fixtures" / "select_with_dbt.py"
# Names that meet: a model and a folder, a model and its unit tests, one test name on two models, dots, and spaces in folders.
AWKWARD = {
    "models/marts/orders/orders_by.day.sql": "select 1 as a from {{ ref('orders') }}",
    "models/marts/orders/deep/stg_orders.sql.sql": "select 1 as a",
    "models/orders/first.sql": "select 1 as a",
    "models/with space, and comma/spaced.sql": "select 1 as a",
    "models/marts/more.yml": """
models:
  - name: daily
    columns: [{name: n, data_tests: [{not_null: {name: shared}}]}]
  - name: first
    columns: [{name: a, data_tests: [{not_null: {name: shared}}]}]
""",
}


@pytest.fixture
def awkward(shop: Path) -> Path:
    for name, text in AWKWARD.items():
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_text(text, encoding="utf-8")
    return shop


def ask_dbt(folder: Path, options: list[list[str]]) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, str(SELECT)],
        cwd=folder,
        input=json.dumps(options),
        capture_output=True,
        text=True,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
    )
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout.rsplit("\n", 1)[1])


@pytest.mark.dbt
def test_exactly_what_was_asked_for(awkward: Path) -> None:
    """
    Every single node, and forty sets of several, are what dbt selects: nothing more, nothing less.
    """
    ask_dbt(awkward, [])
    everything = selectables(read_manifest(awkward / "target" / "manifest.json"))
    kinds = ("model", "seed", "snapshot", "test", "unit_test")
    ids = sorted(each.unique_id for each in everything if each.resource_type in kinds)
    chosen = random.Random(7)
    sets = [[each] for each in ids] + [chosen.sample(ids, chosen.randint(2, len(ids) - 1)) for _ in range(40)]
    options = [exact_args(everything, each, may_exclude=index % 2 == 0) for index, each in enumerate(sets)]
    assert 27 == len(ids)
    # Sources are listed, too, when only something is left out; dbt build has nothing to do for them.
    found = [[each for each in answer if not each.startswith("source.")] for answer in ask_dbt(awkward, options)]
    assert [sorted(each) for each in sets] == found


def selectable(unique_id: str, fqn: str, **more: Any) -> Selectable:
    kind, package, *_ = unique_id.split(".")
    fields = {"resource_type": kind, "package": package, "is_versioned": False, "parents": ()}
    return Selectable(unique_id=unique_id, fqn=fqn.split("/"), **{**fields, **more})


ORDERS = selectable("model.p.orders", "p/marts/orders")
IN_FOLDER = selectable("model.p.daily", "p/marts/orders/daily")
UNIT = selectable("unit_test.p.orders.u", "p/marts/orders/u")
OTHER = selectable("model.q.orders", "q/marts/orders")
V1 = selectable("model.p.c.v1", "p/c/v1", is_versioned=True)
V1_OTHER = selectable("model.q.c.v1", "q/x/c/v1", is_versioned=True)


@pytest.mark.parametrize(
    ("everything", "wanted", "options"),
    [
        pytest.param([ORDERS, OTHER], [ORDERS], ["--select", "fqn:p.marts.orders"], id="full-name-is-enough"),
        pytest.param(
            [ORDERS, UNIT], [ORDERS], ["--select", "fqn:p.marts.orders,resource_type:model"], id="not-its-unit-tests"
        ),
        pytest.param(
            [ORDERS, IN_FOLDER],
            [ORDERS],
            ["--select", "fqn:p.marts.orders,resource_type:model,fqn:orders"],
            id="not-the-folder-of-its-name",
        ),
        pytest.param(
            [ORDERS, UNIT], [ORDERS, UNIT], ["--select", "fqn:p.marts.orders", "fqn:p.marts.orders.u"], id="both"
        ),
        pytest.param(
            [V1, V1_OTHER],
            [V1],
            ["--select", "fqn:p.c.v1,resource_type:model,fqn:c.v1,package:p"],
            id="versions-of-a-package",
        ),
    ],
)
def test_patterns(everything: list[Selectable], wanted: list[Selectable], options: list[str]) -> None:
    """
    A node is named by its full name, narrowed only as far as other nodes make it necessary.
    """
    assert options == exact_args(everything, [each.unique_id for each in wanted], may_exclude=False)


def test_the_shorter_way() -> None:
    """
    When most is wanted, the rest is left out instead, if nothing else was selected before.
    """
    everything = [selectable(f"model.p.m{i}", f"p/m{i}") for i in range(10)]
    ids = [each.unique_id for each in everything[:9]]
    assert ["--exclude", "fqn:p.m9"] == exact_args(everything, ids, may_exclude=True)
    assert 10 == len(exact_args(everything, ids, may_exclude=False))
    assert [] == exact_args(everything, [each.unique_id for each in everything], may_exclude=True)


def test_what_cannot_be_said() -> None:
    """
    Rather than run more than was asked for, nothing is run.
    """
    twins = [selectable("test.p.t.h1", "p/t"), selectable("test.p.t.h2", "p/t")]
    with pytest.raises(StepFailed, match=r"can't select 'test\.p\.t\.h1' alone.*test\.p\.t\.h2"):
        exact_args(twins, ["test.p.t.h1"], may_exclude=False)
