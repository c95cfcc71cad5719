"""The fields of an entry of dbt's manifest, as far as dbt documents them (schema versions 9 to 12)."""

from __future__ import annotations

from typing import Any, Required, TypedDict

__all__ = ["ManifestNode", "Range"]

Text = str | None


class DependsOn(TypedDict, total=False):
    """What a node is made from."""

    nodes: list[str]
    macros: list[str]


class ManifestNode(TypedDict, total=False):
    """A model, seed, snapshot or source; what only some of them have may be missing."""

    # What every entry has.
    name: Required[str]
    resource_type: Required[str]
    unique_id: Required[str]
    package_name: Required[str]
    original_file_path: Required[str]
    path: str
    fqn: list[str]
    database: Text
    schema: Text
    alias: Text
    identifier: str
    relation_name: Text
    description: Text
    tags: list[str] | str
    meta: dict[str, Any]
    columns: dict[str, Any]
    config: dict[str, Any]
    unrendered_config: dict[str, Any]
    unrendered_config_call_dict: dict[str, Any]
    config_call_dict: dict[str, Any]
    patch_path: Text
    doc_blocks: list[str]
    created_at: float
    # Models, seeds and snapshots.
    group: Text
    access: str
    version: str | int | float | None
    latest_version: str | int | float | None
    deprecation_date: Any
    checksum: Any
    docs: dict[str, Any]
    depends_on: DependsOn
    refs: list[Any]
    sources: list[Any]
    metrics: list[Any]
    functions: list[Any]
    macros: list[Any]
    constraints: list[dict[str, Any]]
    primary_key: list[str]
    contract: dict[str, Any]
    time_spine: dict[str, Any] | None
    language: str
    raw_code: str
    compiled: bool
    compiled_code: Text
    compiled_path: Text
    build_path: Text
    root_path: Text
    extra_ctes: list[Any]
    extra_ctes_injected: bool
    defer_relation: Any
    deferred: bool
    state_relation: Any
    # Sources.
    source_name: str
    source_description: str
    source_meta: dict[str, Any]
    loader: str
    loaded_at_field: Text
    loaded_at_query: Text
    freshness: dict[str, Any] | None
    external: dict[str, Any] | None
    quoting: dict[str, Any]
    unrendered_database: Text
    unrendered_schema: Text


class Range(TypedDict):
    """Where something starts and ends."""

    start: str
    end: str
