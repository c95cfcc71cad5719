"""dbt nodes as assets, over small manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from treadle.errors import ProjectError
from treadle.ir import AutomationCondition, Column, link


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        pytest.param({}, "orders", id="name"),
        pytest.param({"config": {"schema": "marts"}}, "marts/orders", id="custom-schema-first"),
        pytest.param({"version": 2, "alias": "orders_v2"}, "orders_v2", id="version-is-told-by-alias"),
        pytest.param({"config": {"meta": {"dagster": {"asset_key": ["a", "b"]}}}}, "a/b", id="config-meta"),
        pytest.param({"meta": {"dagster": {"asset_key": ["a", "b"]}}}, "a/b", id="meta"),
    ],
)
def test_keys(declare: Any, make_manifest: Any, entry: Any, fields: dict[str, Any], key: str) -> None:
    """
    An asset is named after its schema and name, unless dbt's metadata names it.
    """
    folder = make_manifest(entry("model.small.orders", **fields))
    assert [key] == list(declare({"project": str(folder)}).deps)


def test_deps(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    Ephemeral models fold into lineage however many there are in a row, and sources are assets upstream.
    """
    ephemeral = {"config": {"materialized": "ephemeral"}}
    folder = make_manifest(
        entry("source.small.till.receipts", source_name="till"),
        entry("seed.small.raw"),
        entry("model.small.e1", parents=["seed.small.raw", "source.small.till.receipts"], **ephemeral),
        entry("model.small.e2", parents=["model.small.e1"], **ephemeral),
        entry("model.small.a", parents=["model.small.e2"]),
        entry("model.small.b", parents=["model.small.a", "model.small.e1"]),
        entry("snapshot.small.s", parents=["model.small.b"]),
        entry("analysis.small.x", parents=["model.small.b"]),
    )
    expected = {
        "raw": [],
        "a": ["raw", "till/receipts"],
        "b": ["a", "raw", "till/receipts"],
        "s": ["b"],
        "till/receipts": [],
    }
    assert expected == declare({"project": str(folder)}).deps


def test_a_deep_chain_is_no_trouble(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    Thousands of ephemeral models in a row, and tests that have many parents, are walked without recursion.
    """
    chain = [
        entry(f"model.small.m{i}", parents=[f"model.small.m{i - 1}"] if i else [], config={"materialized": "ephemeral"})
        for i in range(3000)
    ]
    last = entry("model.small.last", parents=["model.small.m2999"])
    test = entry("test.small.t", parents=["model.small.last", "model.small.m5"])
    declared = declare({"project": str(make_manifest(*chain, last, test))})
    assert ({"last": []}, ["last:t"]) == (declared.deps, declared.checks)


def test_what_dbt_says_of_a_model(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    Description, columns, tags, group, owners and the rest come from dbt; the model's SQL doesn't.
    """
    folder = make_manifest(
        entry(
            "model.small.orders",
            description="All orders.",
            raw_code="select 1",
            tags=["nightly"],
            group="finance",
            checksum={"name": "sha256", "checksum": "abc"},
            config={"materialized": "table"},
            relation_name='"db"."main"."orders"',
            columns={"id": {"name": "id", "data_type": "integer", "description": "The number."}, "x": {"name": "x"}},
        ),
        groups=[
            {
                "unique_id": "group.small.finance",
                "name": "finance",
                "package_name": "small",
                "owner": {"email": "f@example.com"},
            }
        ],
    )
    declared = declare({"project": str(folder)})
    asset = declared.asset("orders")
    assert "All orders." == asset.description
    assert (Column(name="id", type="integer", description="The number."), Column(name="x")) == asset.columns
    assert {"nightly": ""} == asset.tags
    assert ("finance", ("f@example.com",)) == (asset.group, asset.owners)
    assert {"dbt", "duckdb"} == asset.kinds
    assert ("abc", True) == (asset.code_version, asset.skippable)
    assert {
        "dbt/unique_id": "model.small.orders",
        "dbt/resource_type": "model",
        "dbt/path": "models/orders.sql",
        "dbt/materialized": "table",
        "dbt/relation": "db.main.orders",
    } == asset.metadata
    file = folder / "models" / "orders.sql"
    assert f"{file}:1:1 (model.small.orders)" == str(asset.origin)
    assert "jdbt" == asset.origin.component


def test_a_model_without_words(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A model that dbt says nothing of has no description, no owners, and the default group.
    """
    asset = declare({"project": str(make_manifest(entry("model.small.a", raw_code="select 1")))}).asset("a")
    assert (None, (), "default", ()) == (asset.description, asset.owners, asset.group, asset.columns)


def test_dagster_meta(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    What Dagster users write below `meta.dagster` is heard, and stronger than dbt's own group.
    """
    meta = {"dagster": {"group": "g", "owners": ["team:x"], "auto_materialize_policy": {"type": "eager"}}}
    asset = declare({"project": str(make_manifest(entry("model.small.a", group="own", config={"meta": meta})))}).asset(
        "a"
    )
    assert ("g", ("team:x",), AutomationCondition(name="eager")) == (asset.group, asset.owners, asset.automation)


def test_translation_reaches_sources_and_upstream_keys(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    The translation names nodes and sources alike, so dependencies follow; exposures keep their names.
    """
    folder = make_manifest(
        entry("source.small.till.receipts", source_name="till"),
        entry("model.small.a", parents=["source.small.till.receipts"]),
        {**entry("exposure.small.report", parents=["model.small.a"]), "type": "dashboard"},
    )
    declared = declare({"project": str(folder), "translation": {"key": "wh/{{ node.name }}", "tags": {"x": "1"}}})
    assert {"wh/a": ["wh/receipts"], "wh/receipts": [], "exposures/report": ["wh/a"]} == declared.deps
    assert {"x": "1"} == declared.asset("wh/a").tags


@pytest.mark.parametrize(
    ("template", "key"),
    [
        pytest.param("{{ node.resource_type }}/{{ node.schema }}", "model/main", id="at-hand"),
        pytest.param("{{ node.config.materialized }}/{{ node['name'] }}", "table/a", id="nested"),
        pytest.param("{{ node.anything_else.deep[0] }}", "found", id="fields-we-do-not-know"),
        pytest.param("{{ node.fqn[-1] }}/{{ node.meta.layer }}", "a/gold", id="lists-and-meta"),
    ],
)
def test_node_in_templates(declare: Any, make_manifest: Any, entry: Any, template: str, key: str) -> None:
    """
    `node` has every field of the manifest's entry.
    """
    config, meta = {"materialized": "table"}, {"layer": "gold"}
    folder = make_manifest(entry("model.small.a", config=config, meta=meta, anything_else={"deep": ["found"]}))
    assert [key] == list(declare({"project": str(folder), "translation": {"key": template}}).deps)


@pytest.mark.parametrize(
    ("translation", "said"),
    [
        pytest.param({"group_name": "g"}, {"group": "g"}, id="group"),
        pytest.param({"owners": ["team:x"]}, {"owners": ("team:x",)}, id="owners"),
        pytest.param({"metadata": {"n": "{{ node.name }}"}}, {"metadata:n": "a"}, id="metadata-merges"),
        pytest.param({"description": "{{ node.name }}!"}, {"description": "a!"}, id="description"),
        pytest.param({"kinds": ["x"]}, {"kinds": frozenset({"x"})}, id="kinds"),
        pytest.param(
            {"automation_condition": "{{ automation.eager() }}"},
            {"automation": AutomationCondition(name="eager")},
            id="automation",
        ),
        pytest.param({"key_prefix": "p/q"}, {"key": "p/q/a"}, id="key-prefix"),
    ],
)
def test_all_of_translation(
    declare: Any, make_manifest: Any, entry: Any, translation: dict[str, Any], said: dict[str, Any]
) -> None:
    """
    Every attribute of an asset can be said of dbt's.
    """
    (asset,) = declare(
        {"project": str(make_manifest(entry("model.small.a"))), "translation": translation}
    ).definitions.assets
    found = {
        name: asset.metadata[name[9:]]
        if name.startswith("metadata:")
        else str(asset.key)
        if name == "key"
        else getattr(asset, name)
        for name in said
    }
    assert said == found


def test_a_source_that_is_a_node_of_the_project(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A source with the key and the relation of a seed is that seed: one asset, and lineage runs through it.
    """
    relation = '"db"."raw"."orders"'
    folder = make_manifest(
        entry("seed.small.orders", relation_name=relation),
        entry("source.small.till.orders", source_name="till", relation_name=relation.upper().replace('"', "`")),
        entry("model.small.a", parents=["source.small.till.orders"]),
        entry("test.small.t", parents=["source.small.till.orders"]),
    )
    declared = declare({"project": str(folder), "translation": {"key": "x/{{ node.name }}"}})
    assert {"x/orders": [], "x/a": ["x/orders"]} == declared.deps
    assert ["x/orders:t"] == declared.checks


def test_equal_keys_of_different_relations_stay_apart(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    Two things that get one key are both declared, each with its own origin, for the graph to refuse.
    """
    folder = make_manifest(
        entry("seed.small.orders", relation_name="a.orders"),
        entry("source.small.till.orders", source_name="till", relation_name="b.orders"),
    )
    assets = declare({"project": str(folder), "translation": {"key": "x/{{ node.name }}"}}).definitions.assets
    assert [("x/orders", "seed.small.orders"), ("x/orders", "source.small.till.orders")] == [
        (str(asset.key), asset.origin.detail) for asset in assets
    ]


def test_exposures(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    An exposure is an asset that no step makes.
    """
    exposure = {
        **entry("exposure.small.report", parents=["model.small.a"], description="For the board."),
        "type": "dashboard",
        "url": "https://example.com",
        "owner": {"name": "Ann", "email": "ann@example.com"},
    }
    declared = declare({"project": str(make_manifest(entry("model.small.a"), exposure))})
    asset = declared.asset("exposures/report")
    assert ("For the board.", ("ann@example.com",), {"exposure", "dashboard"}) == (
        asset.description,
        asset.owners,
        asset.kinds,
    )
    assert "https://example.com" == asset.metadata["dbt/url"]
    assert ["a"] == [str(key) for key in declared.step.assets]


def test_a_package_is_found_in_its_folder(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    The origin of a package's model is the file below the packages folder.
    """
    folder = make_manifest(entry("model.tools.a"))
    origin = declare({"project": str(folder)}).asset("a").origin
    assert folder / "dbt_packages" / "tools" / "models" / "a.sql" == origin.span.file


@pytest.mark.parametrize(
    ("nodes", "translation", "codes"),
    [
        pytest.param(
            [("model.small.a", {}), ("model.small.b", {})], {"key": "{{ node.nope }}"}, ["TRD302"], id="undefined-once"
        ),
        pytest.param([("source.small.s.a b*", {"source_name": "s"})], None, ["TRD609"], id="impossible-name"),
        pytest.param(
            [("model.small.a", {"meta": {"dagster": {"asset_key": "a"}}})], None, ["TRD609"], id="meta-key-no-list"
        ),
    ],
)
def test_mistakes(declare: Any, make_manifest: Any, entry: Any, nodes: Any, translation: Any, codes: list[str]) -> None:
    """
    What can't become an asset is a diagnostic that names the node; one mistake in a template is told once.
    """
    folder = make_manifest(*(entry(name, **fields) for name, fields in nodes))
    with pytest.raises(ProjectError) as caught:
        declare({"project": str(folder), **({"translation": translation} if translation else {})})
    assert codes == [each.code for each in caught.value.diagnostics]
    assert nodes[0][0] in caught.value.diagnostics[0].message + caught.value.diagnostics[0].why


def test_steps_of_equally_named_projects(declare: Any, make_manifest: Any, entry: Any, tmp_path: Path) -> None:
    """
    Two components over dbt projects of the same folder name and the same dbt name don't meet.
    """
    one = make_manifest(entry("model.small.a"), name="x/small")
    two = make_manifest(entry("model.small.b"), name="y/small")
    first, second = (declare({"project": str(each)}, address=name) for each, name in ((one, "first"), (two, "second")))
    assert (["a"], ["b"]) == (list(first.deps), list(second.deps))
    assert ("first:small", "second:small") == (first.step.address, second.step.address)
    assert 2 == len(list((tmp_path / ".treadle" / "dbt").glob("*.json")))


def test_one_key_for_all(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A translation that gives the same key to several models is told with the models, and their files.
    """
    folder = make_manifest(entry("model.small.a"), entry("model.small.b"))
    declared = declare({"project": str(folder), "translation": {"key": "same"}})
    _, mistakes = link(declared.definitions)
    assert ["TRD401"] == [each.code for each in mistakes]
    assert "a.sql" in mistakes[0].why
    assert "model.small.b" in mistakes[0].why
