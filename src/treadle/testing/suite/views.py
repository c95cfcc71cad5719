"""What a component declares as plain values, in the words that `treadle list --json` uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from treadle.ir import (
    Asset,
    AutomationCondition,
    Check,
    Definitions,
    Step,
)
from treadle.ir.plain import plain_partitions, plain_policy
from treadle.runner.metadata import json_safe

__all__ = ["views"]

Views = Mapping[str, Mapping[str, Mapping[str, Any]]]


def views(definitions: Definitions) -> Views:
    """Everything that is declared: by kind, by name, by attribute.

    >>> views(Definitions(assets=[Asset(key="a", deps=["b"])]))["assets"]["a"]["deps"]
    ['b']
    """
    checks: dict[str, list[str]] = {}
    for check in definitions.checks:
        checks.setdefault(str(check.asset), []).append(check.name)
    return {
        "assets": {str(each.key): _asset(each, checks.get(str(each.key), [])) for each in definitions.assets},
        "checks": {str(each.key): _check(each) for each in definitions.checks},
        "steps": {each.name: _step(each) for each in definitions.steps},
        "schedules": {
            each.name: {
                "cron": each.cron,
                "selection": each.selection,
                "timezone": each.timezone,
                "description": each.description,
                "job": each.job,
                "tags": dict(each.tags),
                "enabled": each.enabled,
            }
            for each in definitions.schedules
        },
        "sensors": {
            each.name: {"selection": each.selection, "interval": each.interval, "description": each.description}
            for each in definitions.sensors
        },
        "jobs": {
            each.name: {"selection": each.selection, "tags": dict(each.tags), "description": each.description}
            for each in definitions.jobs
        },
    }


def _asset(asset: Asset, checks: list[str]) -> dict[str, Any]:
    return {
        "deps": sorted(map(str, asset.deps)),
        "description": asset.description,
        "group": asset.group,
        "owners": sorted(asset.owners),
        "tags": dict(asset.tags),
        "kinds": sorted(asset.kinds),
        "columns": sorted(each.name for each in asset.columns),
        "checks": sorted(checks),
        "metadata": json_safe(asset.metadata),
        "code_version": asset.code_version,
        "partitions": plain_partitions(asset.partitions),
        "automation": _text(asset.automation),
        "freshness": plain_policy(asset.freshness),
        "backfill": plain_policy(asset.backfill),
        "skippable": asset.skippable,
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "description": check.description,
        "severity": check.severity.value,
        "blocking": check.blocking,
        "additional_deps": sorted(map(str, check.additional_deps)),
        "metadata": json_safe(check.metadata),
        "automation": _text(check.automation),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "assets": sorted(map(str, step.assets)),
        "checks": sorted(map(str, step.checks)),
        "can_subset": step.can_subset,
        "description": step.description,
        "tags": dict(step.tags),
        "pool": step.pool,
        "retries": step.retries,
        "timeout": step.timeout,
        "metadata": json_safe(step.metadata),
    }


def _text(condition: AutomationCondition | None) -> str | None:
    return None if condition is None else str(condition)
