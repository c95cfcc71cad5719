"""The YAML models that component types share: how an asset, a check and partitions are written.

Names are ours; the names under which Dagster users know the same fields (`group_name`,
`partitions_def`, `automation_condition`, `freshness_policy`) are accepted in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field

from treadle.components.automation import Automation, Freshness
from treadle.components.model import Attributes, Written, text_format
from treadle.components.partition_mappings import PartitionMappingAttributes
from treadle.components.partitions import (
    BackfillAttributes,
    BackfillTemplate,
    PartitionsAttributes,
    PartitionsTemplate,
)
from treadle.ir import (
    Asset,
    AssetKey,
    BackfillPolicy,
    Check,
    CheckSeverity,
    Origin,
    Partitions,
)
from treadle.ir.names import check_group, check_owner, check_tag
from treadle.ir.provenance import tell_change

__all__ = [
    "AssetAttributes",
    "CheckAttributes",
    "CommonAttributes",
    "KeyText",
    "TranslationAttributes",
]


NO_IO_MANAGERS = "a step writes what it makes by itself; no IO manager stands between it and its assets"


def _text(key: object) -> object:
    return str(key) if isinstance(key, AssetKey) else key


def _tag_value(value: str | bool | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


if TYPE_CHECKING:
    KeyText = AssetKey
else:  # written as text
    KeyText = Annotated[
        str, BeforeValidator(_text), AfterValidator(AssetKey.parse), text_format("asset-key", "raw/orders")
    ]
GroupText = Annotated[str, AfterValidator(check_group), text_format("group")]
OwnerText = Annotated[str, AfterValidator(check_owner), text_format("owner", "team:data", "ann@example.com")]
TagName = Annotated[str, AfterValidator(check_tag), text_format("tag")]
TagText = Annotated[str, Written(str | bool | int | float, _tag_value)]


class CommonAttributes(Attributes):
    """What may be said of any asset, whoever declares it."""

    deps: list[KeyText] | None = None
    """Keys of the assets that this one is made from."""
    description: str | None = None
    """What it is, for people; Markdown."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """Anything worth knowing, by name."""
    group: GroupText | None = Field(default=None, validation_alias=AliasChoices("group", "group_name"))
    """The group it is shown in; letters, digits and underscores, parts joined by `/`."""
    skippable: bool = False
    """Whether its step may finish without writing it."""
    code_version: str | None = None
    """The version of the code that makes it."""
    owners: list[OwnerText] | None = None
    """Who answers for it: e-mail addresses or `team:NAME`."""
    tags: dict[TagName, TagText] = Field(default_factory=dict)
    """Labels to search and select by."""
    kinds: list[str] | None = None
    """What it is made with or kept in: `python`, `duckdb`, `s3`…"""
    automation: Automation | None = Field(
        default=None, validation_alias=AliasChoices("automation", "automation_condition")
    )
    """When it is materialized by itself: `eager`, `on_cron('0 6 * * *')`, `{any_of: […]}`, or a template."""
    partitions: PartitionsAttributes | PartitionsTemplate | None = Field(
        default=None, validation_alias=AliasChoices("partitions", "partitions_def")
    )
    """How it is cut into partitions."""
    partition_mappings: dict[KeyText, PartitionMappingAttributes] = Field(
        default_factory=dict, examples=[{"raw/orders": {"type": "last", "count": 7}}]
    )
    """Which partitions of one of its `deps` a partition is made from, where it isn't the same or those of the same time."""
    backfill: BackfillAttributes | BackfillTemplate | None = Field(
        default=None, validation_alias=AliasChoices("backfill", "backfill_policy")
    )
    """How a range of its partitions is run."""
    freshness: Freshness | None = Field(default=None, validation_alias=AliasChoices("freshness", "freshness_policy"))
    """By when it must have been materialized: `{fail_window: 24h}`, `{deadline_cron: …, lower_bound: …}`, or a template."""
    io_manager_key: str | None = Field(
        default=None, json_schema_extra={"deprecated": True, "x-ignored": NO_IO_MANAGERS}
    )
    """Accepted, and without a meaning here: a step writes what it makes by itself."""

    def apply_to(self, asset: Asset) -> Asset:
        """The asset with what was said here: tags and metadata are merged, everything else replaces.

        >>> from treadle.ir import Asset, AssetKey
        >>> asset = Asset(key=AssetKey.parse("a"), tags={"layer": "raw"})
        >>> dict(CommonAttributes(tags={"pii": "no"}, group="raw").apply_to(asset).tags)
        {'layer': 'raw', 'pii': 'no'}
        """
        changes = {name: _SAID[name](self) for name in self.model_fields_set if name in _SAID}
        if self.tags:
            changes["tags"] = {**asset.tags, **self.tags}
        if self.metadata:
            changes["metadata"] = {**asset.metadata, **self.metadata}
        return tell_change(asset, replace(asset, **changes), said=self)

    def to_partitions(self) -> Partitions | None:
        """The partitions as the graph holds them."""
        written = self.partitions
        return written.to_partitions() if isinstance(written, Attributes) else written

    def to_backfill(self) -> BackfillPolicy | None:
        """The policy for ranges of partitions as the graph holds it."""
        return self.backfill.to_policy() if isinstance(self.backfill, BackfillAttributes) else self.backfill


_SAID: Mapping[str, Callable[[CommonAttributes], Any]] = {
    "deps": lambda said: frozenset(said.deps or ()),
    "group": lambda said: said.group or "default",
    "owners": lambda said: tuple(said.owners or ()),
    "kinds": lambda said: frozenset(said.kinds or ()),
    "partition_mappings": lambda said: {key: each.to_mapping() for key, each in said.partition_mappings.items()},
    "partitions": lambda said: said.to_partitions(),
    "backfill": lambda said: said.to_backfill(),
    **{name: attrgetter(name) for name in ("description", "code_version", "skippable", "automation", "freshness")},
}
"""What the record holds for each field, when something was said of it."""


class AssetAttributes(CommonAttributes):
    """An asset, as it is written in YAML."""

    key: KeyText
    """Its name: parts joined by `/`."""

    def to_asset(self, origin: Origin | None = None) -> Asset:
        """The record that the graph holds.

        >>> AssetAttributes(key="raw/orders", deps=["raw/users"]).to_asset().key
        AssetKey(parts=('raw', 'orders'))
        """
        return self.apply_to(Asset(key=self.key, origin=origin))


class TranslationAttributes(CommonAttributes):
    """What a component says of assets that it finds elsewhere (dbt models…), rendered once for each."""

    key: KeyText | None = None
    """The asset's name instead of its usual one."""
    key_prefix: str | list[str] | None = None
    """Parts to put before its name."""

    def translate(self, asset: Asset) -> Asset:
        """The asset with what was said here."""
        key = self.translate_key(asset.key)
        said = self.apply_to(asset)
        return tell_change(said, replace(said, key=key), said=self)

    def translate_key(self, key: AssetKey) -> AssetKey:
        """The name that an asset of this name gets."""
        renamed = self.key if self.key is not None else key
        if self.key_prefix is None:
            return renamed
        prefix = self.key_prefix.split("/") if isinstance(self.key_prefix, str) else self.key_prefix
        return renamed.with_prefix(prefix)


class CheckAttributes(Attributes):
    """A check, as it is written in YAML."""

    name: str = Field(min_length=1)
    """Its name; unique among the checks of its asset."""
    asset: KeyText
    """The key of the asset that it checks."""
    additional_deps: list[KeyText] = Field(default_factory=list)
    """Keys of other assets that it reads."""
    description: str | None = None
    """What it makes sure of."""
    blocking: bool = False
    """Whether a failure stops what is downstream of the asset."""
    severity: CheckSeverity = CheckSeverity.ERROR
    """What a failure means: `error` fails the run, `warn` is shown and nothing else."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """Anything worth knowing, by name."""
    automation: Automation | None = Field(
        default=None, validation_alias=AliasChoices("automation", "automation_condition")
    )
    """When it is made by itself: `eager`, `on_cron('0 6 * * *')`, `{any_of: […]}`, or a template."""

    def to_check(self, origin: Origin | None = None) -> Check:
        """The record that the graph holds."""
        return Check(
            name=self.name,
            asset=self.asset,
            additional_deps=self.additional_deps,
            description=self.description,
            severity=self.severity,
            blocking=self.blocking,
            metadata=self.metadata,
            automation=self.automation,
            origin=origin,
        )
