"""What dbt's tests make sure of, as facts of the assets that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from treadle.ir import Asset, AssetKey, Check
from treadle.ir.provenance import tell_change

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest, Node

__all__ = ["columns_of", "kind_of", "with_tests"]

_COMBINATIONS = ("unique_combination_of_columns", "expect_compound_columns_to_be_unique")
"""Tests of packages that a few columns together are unique: their names, without that of the package."""


def kind_of(node: Node) -> str:
    """Which test it is: `unique`, `dbt_utils.at_least_one`; `singular` for one in SQL, `unit_test` for one of those."""
    if node.resource_type == "unit_test":
        return node.resource_type
    metadata = node.test_metadata or {}
    return ".".join(str(each) for each in (metadata.get("namespace"), metadata.get("name")) if each) or "singular"


def columns_of(node: Node) -> list[str]:
    """The columns that a generic test names."""
    given: Mapping[str, Any] = (node.test_metadata or {}).get("kwargs") or {}
    found = given.get("combination_of_columns") or given.get("column_list") or given.get("column_name")
    named = found if isinstance(found, list) else [found] if found else []
    return [str(each) for each in named]


def with_tests(assets: Iterable[Asset], checks: Mapping[str, Check], manifest: Manifest) -> Iterator[Asset]:
    """The assets, with which columns are tested for what (`dbt/tests`), and which tell rows apart (`dbt/primary_key`)."""
    assets = list(assets)
    names = {each.key: each.origin.detail for each in assets if each.origin}
    tests: dict[AssetKey, dict[str, list[str]]] = {}
    keys: dict[AssetKey, list[str]] = {}
    for unique_id, check in checks.items():
        node = manifest.nodes.get(unique_id) or manifest.unit_tests[unique_id]
        if node.attached_node and node.attached_node != names.get(check.asset):
            continue  # it tests a model that isn't an asset, whose columns are others
        kind, columns = kind_of(node), columns_of(node)
        tests.setdefault(check.asset, {}).setdefault(kind, []).extend(columns)
        if kind.rsplit(".", 1)[-1] in _COMBINATIONS:
            keys.setdefault(check.asset, columns)
    for asset in assets:
        found = tests.get(asset.key, {})
        primary = _constrained(asset, manifest) or _tested(found) or keys.get(asset.key)
        more: dict[str, object] = {"dbt/tests": found} if found else {}
        if primary:
            more["dbt/primary_key"] = primary
        if more:
            tested = replace(asset, metadata={**asset.metadata, **more})
            yield tell_change(asset, tested, kind="inferred", text="dbt's tests and constraints")
        else:
            yield asset


def _tested(tests: Mapping[str, list[str]]) -> list[str]:
    """Columns of which each alone is unique and never missing."""
    there = tests.get("not_null", ())
    return [each for each in tests.get("unique", ()) if each in there]


def _constrained(asset: Asset, manifest: Manifest) -> list[str]:
    """The primary key that the database knows."""
    node = manifest.nodes.get(asset.origin.detail if asset.origin else "")
    if node is None:
        return []
    for constraint in node.constraints or ():
        if constraint.type == "primary_key" and constraint.columns:
            return list(constraint.columns)
    columns = node.columns.values()
    return [each.name for each in columns if any(one.type == "primary_key" for one in each.constraints or ())]
