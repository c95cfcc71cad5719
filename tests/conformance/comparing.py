"""What two answers say differently of the same project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["differences"]

Json = Any


def differences(peer: Mapping[str, Json], ours: Mapping[str, Json]) -> Iterator[str]:
    """A line for each thing that isn't the same: assets, checks, jobs and schedules, and what is said of them."""
    assets = {each["key"]: each for each in ours["assets"]}
    # What others only depend on is listed there as well; it has no place, as assets that Python declares have none.
    theirs = [
        each["asset_key"]
        for each in peer["list_defs"]["assets"]
        if "source" in each or each["is_executable"] or each["asset_key"] in assets
    ]
    yield from _unequal("assets", sorted(theirs), sorted(assets))
    for key in sorted(set(theirs) & set(assets)):
        deep, own = peer["deep"]["assets"].get(key, {}), assets[key]
        for name, (there, here) in _asset(deep, own).items():
            yield from _unequal(f"{key} {name}", there, here)
    checks = {each["key"]: each for each in ours["checks"]}
    yield from _unequal("checks", sorted(each["key"] for each in peer["list_defs"]["asset_checks"]), sorted(checks))
    for key, deep in peer["deep"]["asset_checks"].items():
        for name, (there, here) in _check(deep, checks[key]).items() if key in checks else ():
            yield from _unequal(f"{key} {name}", there, here)
    for what in ("jobs", "schedules"):
        there = sorted(each["name"] for each in peer["list_defs"][what])
        yield from _unequal(what, there, sorted(each["name"] for each in ours[what]))


def _unequal(what: str, there: object, here: object) -> Iterator[str]:
    if there != here:
        yield f"{what}: peer {there!r}, ours {here!r}"


def _asset(deep: Mapping[str, Json], own: Mapping[str, Json]) -> dict[str, tuple[object, object]]:
    """Each attribute as both have it."""
    tags = {name: value for name, value in deep.get("tags", {}).items() if not name.startswith("dagster/kind/")}
    return {
        "deps": (sorted(deep.get("deps", [])), own["deps"]),
        "group": (deep.get("group_name"), own["group"]),
        "kinds": (sorted(deep.get("kinds", [])), own["kinds"]),
        "owners": (deep.get("owners"), own["owners"]),
        "tags": (tags, own["tags"]),
        "description": (deep.get("description"), own["description"]),
        "code_version": (deep.get("code_version"), own["code_version"]),
        "metadata": (_metadata(deep), own["metadata"]),
        "skippable": (deep.get("skippable"), own["skippable"]),
        "automation": (_label(deep), own["automation"]),
        "partitions": (_their_partitions(deep.get("partitions_def")), _our_partitions(own["partitions"])),
    }


def _check(deep: Mapping[str, Json], own: Mapping[str, Json]) -> dict[str, tuple[object, object]]:
    """Each attribute of a check as both have it."""
    return {
        "blocking": (deep["blocking"], own["blocking"]),
        "description": (deep["description"], own["description"]),
        "deps": (deep["deps"], sorted({own["asset"], *own["additional_deps"]})),
        "metadata": (_metadata(deep), own["metadata"]),
        "automation": (_label(deep), own["automation"]),
    }


def _metadata(deep: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in deep.get("metadata", {}).items() if not name.startswith("dagster/")}


def _label(deep: Mapping[str, Json]) -> str | None:
    """The name of a condition, which is what is recorded of it."""
    found = deep.get("automation_condition")
    return None if found is None else str(found["label"])


def _their_partitions(found: Mapping[str, str] | None) -> object:
    """Partitions in the words of the recorded answer, which are for people."""
    if found is None:
        return None
    kind, text = found["type"].removesuffix("PartitionsDefinition"), found["str"]
    if kind == "Static":
        return ["static", text]
    start, _, timezone = text.partition("starting ")[2].rstrip(".").rpartition(" ")
    return [kind, start, timezone]


def _our_partitions(found: Mapping[str, Json] | None) -> object:
    if found is None:
        return None
    if found["type"] == "static":
        return ["static", ", ".join(repr(key) for key in found["keys"])]
    # The recorded words leave out at which minute, hour and day a window starts.
    _, hour, day, _, weekday = found["cron"].split()
    kind = "Hourly" if hour == "*" else "Monthly" if day != "*" else "Weekly" if weekday != "*" else "Daily"
    return [kind, found["start"], found["timezone"]]
