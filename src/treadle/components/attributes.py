"""The YAML models that component types share: how an asset, a check and partitions are written.

Names are ours; the names under which Dagster users know the same fields (`group_name`,
`partitions_def`, `automation_condition`, `freshness_policy`) are accepted in their place.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, InstanceOf

from treadle.components.model import TEMPLATE_SCHEMA, Attributes
from treadle.components.partitions import PartitionsAttributes, PartitionsTemplate
from treadle.ir import (
    Asset,
    AssetKey,
    AutomationCondition,
    Check,
    CheckSeverity,
    FreshnessPolicy,
    Origin,
    Partitions,
    StaticPartitions,
    TimeWindowPartitions,
)

__all__ = [
    "AssetAttributes",
    "CheckAttributes",
    "CommonAttributes",
    "KeyText",
    "TranslationAttributes",
]

_GROUP = re.compile(r"[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*")
_OWNER = re.compile(r"team:\S+|[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")


def _text(key: object) -> object:
    return str(key) if isinstance(key, AssetKey) else key


def _group(text: str) -> str:
    if not _GROUP.fullmatch(text):
        raise ValueError(f"{text!r} is not a group name: only letters, digits and underscores, parts joined by '/'")
    return text


def _owner(text: str) -> str:
    if not _OWNER.fullmatch(text):
        raise ValueError(f"{text!r} is not an owner: write an e-mail address or 'team:NAME'")
    return text


def _tag_value(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


if TYPE_CHECKING:
    KeyText = AssetKey
else:  # written as text
    KeyText = Annotated[str, BeforeValidator(_text), AfterValidator(AssetKey.parse), Field(examples=["raw/orders"])]
GroupText = Annotated[str, AfterValidator(_group)]
OwnerText = Annotated[str, AfterValidator(_owner), Field(examples=["team:data", "ann@example.com"])]
TagText = Annotated[str, BeforeValidator(_tag_value)]

ConditionTemplate = Annotated[InstanceOf[AutomationCondition], TEMPLATE_SCHEMA]
FreshnessTemplate = Annotated[InstanceOf[FreshnessPolicy], TEMPLATE_SCHEMA]


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
    tags: dict[str, TagText] = Field(default_factory=dict)
    """Labels to search and select by."""
    kinds: list[str] | None = None
    """What it is made with or kept in: `python`, `duckdb`, `s3`…"""
    automation: ConditionTemplate | None = Field(
        default=None,
        validation_alias=AliasChoices("automation", "automation_condition"),
    )
    """When it is materialized by itself, as a template: `{{ automation.eager() }}`."""
    partitions: PartitionsAttributes | PartitionsTemplate | None = Field(
        default=None, validation_alias=AliasChoices("partitions", "partitions_def")
    )
    """How it is cut into partitions."""
    freshness: FreshnessTemplate | None = Field(
        default=None, validation_alias=AliasChoices("freshness", "freshness_policy")
    )
    """By when it must have been materialized, as a template."""

    def apply_to(self, asset: Asset) -> Asset:
        """The asset with what was said here: tags and metadata are merged, everything else replaces.

        >>> from treadle.ir import Asset, AssetKey
        >>> asset = Asset(key=AssetKey.parse("a"), tags={"layer": "raw"})
        >>> dict(CommonAttributes(tags={"pii": "no"}, group="raw").apply_to(asset).tags)
        {'layer': 'raw', 'pii': 'no'}
        """
        given = self.model_fields_set
        changes: dict[str, Any] = {}
        if "deps" in given:
            changes["deps"] = frozenset(self.deps or ())
        for name in ("description", "code_version", "skippable", "automation", "freshness"):
            if name in given:
                changes[name] = getattr(self, name)
        if "group" in given:
            changes["group"] = self.group or "default"
        if "owners" in given:
            changes["owners"] = tuple(self.owners or ())
        if "kinds" in given:
            changes["kinds"] = frozenset(self.kinds or ())
        if "partitions" in given:
            changes["partitions"] = self.to_partitions()
        if self.tags:
            changes["tags"] = {**asset.tags, **self.tags}
        if self.metadata:
            changes["metadata"] = {**asset.metadata, **self.metadata}
        return replace(asset, **changes)

    def to_partitions(self) -> Partitions | None:
        """The partitions as the graph holds them."""
        if self.partitions is None or isinstance(self.partitions, StaticPartitions | TimeWindowPartitions):
            return self.partitions
        return self.partitions.to_partitions()


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
        return replace(self.apply_to(asset), key=key)

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
    automation: ConditionTemplate | None = Field(
        default=None, validation_alias=AliasChoices("automation", "automation_condition")
    )
    """When it is made by itself, as a template."""

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
