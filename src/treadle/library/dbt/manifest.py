"""dbt's manifest, read without dbt: only what assets and checks need is decoded.

Import this module inside functions: it is the only one that needs msgspec.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

__all__ = [
    "Exposure",
    "Group",
    "Manifest",
    "Node",
    "UnreadableManifestError",
    "read_manifest",
    "whole_nodes",
]

_OLDEST_SCHEMA = 9
_SCHEMA = re.compile(r"/manifest/v(\d+)\.json$")


class UnreadableManifestError(Exception):
    """The manifest is missing, cut off, or of a form that we don't know."""


# gc=False: these records never form cycles, and there are tens of thousands of them.
class Checksum(msgspec.Struct, gc=False, frozen=True):
    """What identifies the contents of a node's file."""

    checksum: str | None = None


class Config(msgspec.Struct, gc=False, frozen=True):
    """The settings of a node."""

    schema: str | None = None
    materialized: str | None = None
    incremental_strategy: str | None = None
    severity: str | None = None
    meta: dict[str, Any] | None = None
    group: str | None = None
    enabled: bool = True


class Column(msgspec.Struct, gc=False, frozen=True):
    """A documented column."""

    name: str
    description: str | None = None
    data_type: str | None = None
    constraints: list[Constraint] | None = None


class Contract(msgspec.Struct, gc=False, frozen=True):
    """What a model promises of its columns."""

    enforced: bool = False


class Constraint(msgspec.Struct, gc=False, frozen=True):
    """What the database makes sure of."""

    type: str | None = None
    columns: list[str] | None = None


class DependsOn(msgspec.Struct, gc=False, frozen=True):
    """What a node is made from."""

    nodes: list[str] = []


class Node(msgspec.Struct, gc=False, frozen=True):
    """A model, seed, snapshot, source, data test or unit test."""

    name: str
    resource_type: str
    package_name: str
    original_file_path: str
    unique_id: str
    fqn: list[str] = []
    alias: str | None = None
    database: str | None = None
    schema: str | None = None
    relation_name: str | None = None
    description: str | None = None
    checksum: Checksum | str | None = None
    config: Config = Config()
    tags: list[str] | str = []
    meta: dict[str, Any] = {}
    group: str | None = None
    columns: dict[str, Column] = {}
    depends_on: DependsOn = DependsOn()
    version: str | int | float | None = None
    attached_node: str | None = None
    source_name: str | None = None
    test_metadata: dict[str, Any] | None = None
    access: str | None = None
    contract: Contract | None = None
    constraints: list[Constraint] | None = None
    freshness: dict[str, Any] | None = None

    @property
    def parents(self) -> list[str]:
        """The unique ids that it is made from."""
        return self.depends_on.nodes

    @property
    def dagster_meta(self) -> Mapping[str, Any]:
        """What `meta.dagster` says, as Dagster users write it; the node's config comes first."""
        for meta in (self.config.meta, self.meta):
            found = (meta or {}).get("dagster")
            if isinstance(found, dict):
                return found
        return {}


class Owner(msgspec.Struct, gc=False, frozen=True):
    """Who answers for a group or an exposure."""

    email: str | list[str] | None = None
    name: str | None = None

    @property
    def emails(self) -> tuple[str, ...]:
        """The e-mail addresses."""
        if isinstance(self.email, str):
            return (self.email,)
        return tuple(self.email or ())


class Exposure(msgspec.Struct, gc=False, frozen=True):
    """Something outside of dbt that uses its models."""

    name: str
    unique_id: str
    original_file_path: str
    package_name: str
    type: str = ""
    fqn: list[str] = []
    resource_type: str = "exposure"
    owner: Owner = Owner()
    description: str | None = None
    label: str | None = None
    url: str | None = None
    maturity: str | None = None
    tags: list[str] | str = []
    depends_on: DependsOn = DependsOn()
    config: Config = Config()
    version: None = None

    @property
    def parents(self) -> list[str]:
        """The unique ids that it uses."""
        return self.depends_on.nodes


class Group(msgspec.Struct, gc=False, frozen=True):
    """A group of models with an owner."""

    name: str
    package_name: str
    original_file_path: str = ""
    owner: Owner = Owner()


class Metadata(msgspec.Struct, gc=False, frozen=True):
    """What dbt says of the manifest itself."""

    dbt_schema_version: str = ""
    project_name: str | None = None
    adapter_type: str | None = None


class Other(msgspec.Struct, gc=False, frozen=True):
    """Anything else that a selection could hit: a metric, a saved query, a function."""

    unique_id: str
    resource_type: str = ""
    package_name: str = ""
    original_file_path: str = ""
    fqn: list[str] = []
    depends_on: DependsOn = DependsOn()
    version: None = None

    @property
    def parents(self) -> list[str]:
        """The unique ids that it uses."""
        return self.depends_on.nodes


class Manifest(msgspec.Struct, gc=False, frozen=True):
    """All of a dbt project that assets and checks are made from."""

    metadata: Metadata
    nodes: dict[str, Node]
    sources: dict[str, Node] = {}
    exposures: dict[str, Exposure] = {}
    groups: dict[str, Group] = {}
    unit_tests: dict[str, Node] = {}
    metrics: dict[str, Other] = {}
    semantic_models: dict[str, Other] = {}
    saved_queries: dict[str, Other] = {}
    functions: dict[str, Other] = {}


class _Whole(msgspec.Struct, gc=False):
    nodes: dict[str, msgspec.Raw]
    sources: dict[str, msgspec.Raw] = {}


_DECODER = msgspec.json.Decoder(Manifest)


def read_manifest(file: Path) -> Manifest:
    """The manifest in a file.

    Raises:
        UnreadableManifestError: when there is none, or it can't be made sense of.
    """
    try:
        manifest = _DECODER.decode(file.read_bytes())
    except OSError as error:
        raise UnreadableManifestError(f"{file} can't be read: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableManifestError(f"{file} can't be read: {error}") from None
    found = _SCHEMA.search(manifest.metadata.dbt_schema_version)
    if not found or int(found.group(1)) < _OLDEST_SCHEMA:
        version = manifest.metadata.dbt_schema_version or "no schema"
        raise UnreadableManifestError(f"{file} has a form that isn't known: {version}")
    return manifest


def whole_nodes(file: Path) -> Mapping[str, bytes]:
    """Every node and source of a manifest as the JSON text it is written in, by unique id."""
    try:
        whole = msgspec.json.decode(file.read_bytes(), type=_Whole)
    except (OSError, msgspec.MsgspecError):
        return {}
    return {key: bytes(raw) for part in (whole.nodes, whole.sources) for key, raw in part.items()}
