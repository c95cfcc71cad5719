"""Assets and checks as plain values that Dagster takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from treadle.adapters.dagster.leaving import Leaving
from treadle.adapters.dagster.naming import UNLIKE_A_TAG, is_group, is_kind, is_owner, is_tag
from treadle.adapters.dagster.partitions import mapping_for_dagster, partitions_for_dagster
from treadle.ir import Asset, AssetKey, Check, Origin
from treadle.runner.metadata import json_safe

__all__ = ["asset_facts", "check_facts"]

_NO_INPUT = "what is read has no name that Dagster takes beside the others"
_MOST_KINDS = 10
_SHORTEST = 60.0  # seconds
_THEIRS = "dagster/"
"""Metadata of such names tells Dagster what to do, in its own classes."""


def asset_facts(asset: Asset, readable: Collection[AssetKey], root: Path, leaving: Leaving) -> dict[str, Any]:
    """An asset, without what Dagster would refuse to load; it has partitions that Dagster knows, or none."""
    for key in _unreadable(asset.deps, readable):
        leaving.out("dependency", f"{asset.key} on {key}", _NO_INPUT, asset.origin)
    return {
        "key": str(asset.key),
        "deps": [_dep(asset, str(key), leaving) for key in sorted(asset.deps) if key in readable],
        "description": asset.description,
        "group": _group(asset, leaving),
        "owners": _owners(asset, leaving),
        "tags": _tags(asset, leaving),
        "kinds": _kinds(asset, leaving),
        "metadata": {**_metadata(asset, leaving), **_place(asset.origin, root)},
        "columns": [{"name": each.name, "type": each.type, "description": each.description} for each in asset.columns],
        "code_version": asset.code_version,
        "partitions": partitions_for_dagster(asset.partitions),
        "freshness": _freshness(asset, leaving),
        "skippable": asset.skippable,
    }


def check_facts(
    check: Check, partitions: dict[str, Any] | None, readable: Collection[AssetKey], root: Path, leaving: Leaving
) -> dict[str, Any]:
    """A check; its partitions are those of its asset, when it is made by itself."""
    others = check.additional_deps - {check.asset}
    for key in _unreadable(others, readable):
        leaving.out("dependency", f"{check.key} on {key}", _NO_INPUT, check.origin)
    return {
        "asset": str(check.asset),
        "name": check.name,
        "description": check.description,
        "blocking": check.blocking,
        "additional_deps": sorted(str(key) for key in others if key in readable),
        "metadata": {**_plain(check.metadata), **_place(check.origin, root)},
        "partitions": partitions,
    }


def _unreadable(keys: Iterable[AssetKey], readable: Collection[AssetKey]) -> list[AssetKey]:
    return sorted(key for key in keys if key not in readable)


def _dep(asset: Asset, key: str, leaving: Leaving) -> dict[str, Any]:
    mapping = next((each for dep, each in asset.partition_mappings.items() if str(dep) == key), None)
    try:
        return {"key": key, "mapping": None if mapping is None else mapping_for_dagster(mapping)}
    except ValueError as error:
        why = f"{error}; Treadle still maps as it is said"
        leaving.out("partition mapping", f"{asset.key} of {key}", why, asset.origin)
        return {"key": key, "mapping": None}


def _freshness(asset: Asset, leaving: Leaving) -> dict[str, float | None] | None:
    """How old an asset may be. Deadlines have limits in Dagster that nobody can tell without it."""
    if (policy := asset.freshness) is None:
        return None
    fail, warn = (each.total_seconds() if each else None for each in (policy.fail_window, policy.warn_window))
    if policy.deadline_cron is None and fail and fail >= _SHORTEST and (not warn or _SHORTEST <= warn < fail):
        return {"fail_window": fail, "warn_window": warn}
    why = "a policy with a deadline, a window below a minute or only a warning isn't exported"
    leaving.out("freshness policy", asset.key, why, asset.origin)
    return None


def _group(asset: Asset, leaving: Leaving) -> str:
    if is_group(asset.group):
        return asset.group
    leaving.out("group", asset.group, "Dagster's groups are made of letters, digits, _ and /", asset.origin)
    return "default"


def _owners(asset: Asset, leaving: Leaving) -> list[str]:
    for owner in asset.owners:
        if not is_owner(owner):
            leaving.out("owner", owner, "Dagster's owners are addresses of e-mail and team:NAME", asset.origin)
    return list(filter(is_owner, asset.owners))


def _tags(asset: Asset, leaving: Leaving) -> dict[str, str]:
    kept = {}
    for key, value in sorted(asset.tags.items()):
        if is_tag(key, value):
            kept[key] = value
        else:
            leaving.out("tag", f"{key}={value}" if value else key, UNLIKE_A_TAG, asset.origin)
    return kept


def _kinds(asset: Asset, leaving: Leaving) -> list[str]:
    fit = sorted(filter(is_kind, asset.kinds))
    for kind in sorted(asset.kinds.difference(fit[:_MOST_KINDS])):
        why = "Dagster's assets have ten kinds at most" if kind in fit else "Dagster's kinds are written like its tags"
        leaving.out("kind", kind, why, asset.origin)
    return fit[:_MOST_KINDS]


def _metadata(asset: Asset, leaving: Leaving) -> dict[str, Any]:
    for name in _reserved(asset.metadata):
        leaving.out("metadata", name, "Dagster keeps such names for itself", asset.origin)
    return _plain(asset.metadata)


def _plain(metadata: Any) -> dict[str, Any]:
    reserved = set(_reserved(metadata))
    return {name: value for name, value in sorted(json_safe(metadata).items()) if name not in reserved}


def _reserved(metadata: Iterable[Any]) -> list[str]:
    return [str(name) for name in metadata if str(name).startswith(_THEIRS)]


def _place(origin: Origin | None, root: Path) -> dict[str, Any]:
    """Where it is declared: below the project's folder, so that the graph is the same wherever the project is."""
    if origin is None:
        return {}
    found = {"treadle/component": origin.component} if origin.component else {}
    if origin.span is not None and origin.span.file.is_relative_to(root):
        found["treadle/declared_at"] = f"{origin.span.file.relative_to(root).as_posix()}:{origin.span.line}"
    return found
