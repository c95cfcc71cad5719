"""The objects inside a `DbtProject`'s attributes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AliasChoices, Field

from treadle.components import Attributes
from treadle.library.dbt.fields import ManifestNode, Range

__all__ = ["DbtProjectSettings", "IncludedMetadata", "NodeScope", "PartitionScope", "TranslationSettings"]


class DbtProjectSettings(Attributes):
    """A dbt project, and how dbt is to see it."""

    project_dir: str = Field(validation_alias=AliasChoices("project_dir", "path"), examples=["transform/jaffle"])
    """The folder that holds `dbt_project.yml`; a relative path starts at the folder of the YAML file."""
    target: str | None = None
    """The target of the profile; by default the one that the profile names."""
    profile: str | None = None
    """The profile; by default the one that `dbt_project.yml` names."""
    profiles_dir: str | None = None
    """The folder of `profiles.yml`; a relative path starts at the folder of the YAML file."""
    target_path: str | None = None
    """The folder that dbt writes to; a relative path starts at the dbt project."""
    vars: dict[str, Any] = Field(default_factory=dict)
    """Variables given to every dbt command."""
    prepare_project_cli_args: list[str] = Field(default_factory=lambda: ["parse"])
    """The dbt command that writes the manifest when it is out of date."""
    packaged_project_dir: str | None = None
    """Accepted for files written for Dagster; dbt always runs in the project's own folder."""
    state_path: str | None = None
    """Accepted for files written for Dagster; put `--state` into `cli_args` to defer to another state."""


class TranslationSettings(Attributes):
    """What becomes of a dbt project's tests and sources."""

    enable_asset_checks: bool = True
    """Whether data tests and unit tests become checks."""
    enable_source_tests_as_checks: bool = True
    """Whether data tests of sources become checks of the sources."""
    enable_duplicate_source_asset_keys: bool = False
    """Whether several sources may share a key, and then are one asset."""
    enable_code_references: bool = True
    """Accepted for files written for Dagster: every asset knows its file."""
    enable_dbt_selection_by_name: bool = False
    """Accepted for files written for Dagster: selections given to dbt are always exact."""
    enable_source_metadata: bool = True
    """Accepted for files written for Dagster: sources always carry their relation."""
    enable_dbt_views_as_virtual_assets: bool = False
    """Accepted for files written for Dagster: views are assets like any other."""


class NodeScope:
    """What `translation` may use, beside what every template may."""

    node: ManifestNode
    """The model, seed, snapshot or source as dbt's manifest holds it."""


class PartitionScope:
    """What `cli_args` may use when the assets have partitions, beside what every template may."""

    partition_key: str
    """The partition that is being run, when it is one."""
    partition_key_range: Range
    """`start` and `end`: the first and the last partition that is being run."""
    partition_time_window: Range
    """`start` and `end` of the time window of what is being run, in ISO format."""


IncludedMetadata = Literal["column_metadata", "row_count", "insights"]
