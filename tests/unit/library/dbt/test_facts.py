"""What is known of dbt's nodes beyond what every asset has: layers, promises, and what tests make sure of."""

from __future__ import annotations

from typing import Any

import pytest

ORDERS = "model.small.orders"


def generic(number: int, name: str, kwargs: dict[str, Any], namespace: str | None = None) -> tuple[str, dict[str, Any]]:
    metadata = {"name": name, "namespace": namespace, "kwargs": kwargs}
    return f"test.small.t{number}.h", {"attached_node": ORDERS, "parents": [ORDERS], "test_metadata": metadata}


@pytest.mark.parametrize(
    ("fields", "tests", "expected"),
    [
        pytest.param({}, [], (None, None), id="none"),
        pytest.param(
            {},
            [generic(1, "unique", {"column_name": "id"}), generic(2, "not_null", {"column_name": "id"})],
            ({"unique": ["id"], "not_null": ["id"]}, ["id"]),
            id="unique-and-there",
        ),
        pytest.param({}, [generic(1, "unique", {"column_name": "id"})], ({"unique": ["id"]}, None), id="only-unique"),
        pytest.param(
            {},
            [generic(1, "unique", {"column_name": "id"}), generic(2, "not_null", {"column_name": "x"})],
            ({"unique": ["id"], "not_null": ["x"]}, None),
            id="two-columns",
        ),
        pytest.param(
            {},
            [generic(1, "unique_combination_of_columns", {"combination_of_columns": ["a", "b"]}, "dbt_utils")],
            ({"dbt_utils.unique_combination_of_columns": ["a", "b"]}, ["a", "b"]),
            id="combination",
        ),
        pytest.param(
            {"constraints": [{"type": "primary_key", "columns": ["a", "b"]}]}, [], (None, ["a", "b"]), id="constraint"
        ),
        pytest.param(
            {"columns": {"id": {"name": "id", "constraints": [{"type": "primary_key"}]}, "x": {"name": "x"}}},
            [],
            (None, ["id"]),
            id="constraint-of-a-column",
        ),
        pytest.param(
            {},
            [
                ("test.small.assert_it", {"attached_node": None, "parents": [ORDERS]}),
                ("unit_test.small.orders.u", {"parents": [ORDERS]}),
            ],
            ({"singular": [], "unit_test": []}, None),
            id="no-generic-ones",
        ),
    ],
)
def test_what_tests_make_sure_of(
    declare: Any, make_manifest: Any, entry: Any, fields: dict[str, Any], tests: list[Any], expected: Any
) -> None:
    """
    An asset tells which columns are tested for what, and which columns tell its rows apart.
    """
    folder = make_manifest(entry(ORDERS, **fields), *(entry(name, **more) for name, more in tests))
    metadata = declare({"project": str(folder)}).asset("orders").metadata
    assert expected == (metadata.get("dbt/tests"), metadata.get("dbt/primary_key"))


def test_a_check_tells_what_it_tests(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A generic test has its kind and its columns; a test in SQL and a unit test have neither.
    """
    name, fields = generic(1, "accepted_values", {"column_name": "state", "values": ["a"]})
    folder = make_manifest(
        entry(ORDERS), entry(name, **fields), entry("test.small.own", parents=[ORDERS], attached_node=None)
    )
    declared = declare({"project": str(folder)})
    assert {
        "dbt/unique_id": "test.small.t1.h",
        "dbt/resource_type": "test",
        "dbt/test": "accepted_values",
        "dbt/columns": ["state"],
    } == declared.check("orders:t1").metadata
    assert {"dbt/unique_id", "dbt/resource_type"} == set(declared.check("orders:own").metadata)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"original_file_path": "models/shop/staging/orders.sql"}, {"dbt/layer": "staging"}, id="folder"),
        pytest.param({"original_file_path": "models/marts/staging/o.sql"}, {"dbt/layer": "staging"}, id="innermost"),
        pytest.param({"original_file_path": "models/marts.sql"}, {}, id="a-file-is-no-folder"),
        pytest.param({"access": "public"}, {"dbt/access": "public"}, id="access"),
        pytest.param({"contract": {"enforced": True}}, {"dbt/contract": True}, id="contract"),
        pytest.param({"contract": {"enforced": False}}, {}, id="no-contract"),
        pytest.param({"contract": None}, {}, id="null"),
    ],
)
def test_what_a_model_promises(
    declare: Any, make_manifest: Any, entry: Any, fields: dict[str, Any], expected: dict[str, object]
) -> None:
    """
    A model has its layer, who may use it, and whether it has a contract, as far as dbt says so.
    """
    metadata = declare({"project": str(make_manifest(entry(ORDERS, **fields)))}).asset("orders").metadata
    usual = ("dbt/unique_id", "dbt/resource_type", "dbt/path", "dbt/materialized", "dbt/relation")
    assert expected == {name: value for name, value in metadata.items() if name not in usual}


def test_how_old_a_source_may_get(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    Only what dbt would complain about is a limit.
    """
    freshness = {"warn_after": {"count": 12, "period": "hour"}, "error_after": {"count": None, "period": None}}
    folder = make_manifest(
        entry("source.small.till.a", source_name="till", freshness=freshness),
        entry("source.small.till.b", source_name="till", freshness={"warn_after": {"count": None}}),
        entry("source.small.till.c", source_name="till", freshness=None),
    )
    declared = declare({"project": str(folder)})
    found = [declared.asset(f"till/{name}").metadata.get("dbt/freshness") for name in "abc"]
    assert [{"warn_after": "12 hour"}, None, None] == found


@pytest.mark.dbt
def test_what_a_real_dbt_says(declare: Any, parsed_shop: Any) -> None:
    """
    These facts are in a manifest that dbt itself has written; a test of an ephemeral model says nothing of others.
    """
    declared = declare({"project": str(parsed_shop)})
    orders, staging, source = map(declared.asset, ("orders", "stg_orders", "till/raw_customers"))
    named = ("dbt/path", "dbt/layer", "dbt/access", "dbt/tests", "dbt/primary_key")
    assert [
        "models/marts/orders.sql",
        "marts",
        "protected",
        {"unique": ["order_id"], "relationships": ["order_id"], "unit_test": []},
        None,
    ] == [orders.metadata.get(name) for name in named]
    assert [
        "models/staging/stg_orders.sql",
        "staging",
        "protected",
        {"unique": ["order_id"], "not_null": ["order_id"], "accepted_values": ["status"]},
        ["order_id"],
    ] == [staging.metadata.get(name) for name in named]
    assert {"not_null": ["id"]} == source.metadata["dbt/tests"]
