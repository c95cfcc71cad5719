"""The fields of assets and steps by the names that people ask for, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from treadle.ir import Asset, Column, RetryPolicy, Step
from treadle.ir.plain import plain_mapping, plain_partitions, plain_policy

__all__ = ["MAPPINGS", "SIMPLE", "STEP_FIELDS", "plain", "plain_retries", "plain_step", "values_of"]

MAPPINGS = ("tags", "metadata", "columns")
"""Fields that hold values by name; each is told by itself: `tags.pii`."""

SIMPLE: Mapping[str, Callable[[Asset], object]] = {
    "key": lambda asset: str(asset.key),
    "description": lambda asset: asset.description,
    "group": lambda asset: asset.group,
    "owners": lambda asset: list(asset.owners),
    "kinds": lambda asset: sorted(asset.kinds),
    "deps": lambda asset: sorted(map(str, asset.deps)),
    "code_version": lambda asset: asset.code_version,
    "partitions": lambda asset: plain_partitions(asset.partitions),
    "partition_mappings": lambda asset: {
        str(key): plain_mapping(each) for key, each in sorted(asset.partition_mappings.items())
    },
    "backfill": lambda asset: plain_policy(asset.backfill),
    "automation": lambda asset: None if asset.automation is None else str(asset.automation),
    "freshness": lambda asset: plain_policy(asset.freshness),
    "skippable": lambda asset: asset.skippable,
}
"""Fields that have one value."""

STEP_FIELDS = ("step", "retries", "timeout", "pool", "compute", "credentials")
"""Fields of the step that makes an asset."""


def values_of(asset: Asset) -> dict[str, object]:
    """Every value of an asset, by the name of its field.

    >>> values = values_of(Asset(key="orders", tags={"pii": "no"}))
    >>> values["group"], values["tags.pii"]
    ('default', 'no')
    """
    values = {name: read(asset) for name, read in SIMPLE.items()}
    values |= {f"tags.{name}": value for name, value in asset.tags.items()}
    values |= {f"metadata.{name}": plain(value) for name, value in asset.metadata.items()}
    return values | {f"columns.{each.name}": _column(each) for each in asset.columns}


def _column(column: Column) -> dict[str, object]:
    return {
        "type": column.type,
        "description": column.description,
        "sources": [f"{each.asset}.{each.column}" for each in column.sources],
    }


def plain_step(step: Step | None) -> dict[str, object]:
    """What is asked of the step that makes an asset; None stands for what it doesn't say."""
    if step is None:
        return dict.fromkeys(STEP_FIELDS)
    return {
        "step": step.address,
        "retries": plain_retries(step.retries),
        "timeout": step.timeout,
        "pool": step.pool,
        "compute": step.compute,
        "credentials": list(step.credentials),
    }


def plain_retries(policy: RetryPolicy | None) -> dict[str, object] | None:
    """How often, and what else isn't as usual.

    >>> plain_retries(RetryPolicy(times=3))
    {'times': 3}
    """
    if policy is None:
        return None
    usual = asdict(RetryPolicy())
    return {name: value for name, value in asdict(policy).items() if name == "times" or value != usual[name]}


def plain(value: Any) -> object:
    """A value as JSON may hold it.

    >>> from treadle.ir import AssetKey
    >>> plain({"key": AssetKey.of("a", "b"), "rows": (1, None)})
    {'key': 'a/b', 'rows': [1, None]}
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return str(value)
