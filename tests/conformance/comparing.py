"""What two answers say differently of the same project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["differences"]

Json = Any


def differences(peer: Mapping[str, Json], ours: Mapping[str, Json]) -> Iterator[str]:
    """A line for each thing that isn't the same: assets, checks, jobs and schedules, and what is said of them."""
    # What others only depend on is listed there as well, without a place that declares it.
    theirs = {
        each["asset_key"]: each for each in peer["list_defs"]["assets"] if "source" in each or each["is_executable"]
    }
    assets = {each["key"]: each for each in ours["assets"]}
    yield from _unequal("assets", sorted(theirs), sorted(assets))
    for key in sorted(set(theirs) & set(assets)):
        deep, own = peer["deep"]["assets"].get(key, {}), assets[key]
        for name, (there, here) in _asset(deep, own).items():
            yield from _unequal(f"{key} {name}", there, here)
    checks = {each["key"]: each for each in ours["checks"]}
    yield from _unequal("checks", sorted(each["key"] for each in peer["list_defs"]["asset_checks"]), sorted(checks))
    for key, deep in peer["deep"]["asset_checks"].items():
        if key in checks:
            yield from _unequal(f"{key} blocking", deep["blocking"], checks[key]["blocking"])
            yield from _unequal(f"{key} description", deep["description"], checks[key]["description"])
    for what in ("jobs", "schedules"):
        there = sorted(each["name"] for each in peer["list_defs"][what])
        yield from _unequal(what, there, sorted(each["name"] for each in ours[what]))


def _unequal(what: str, there: object, here: object) -> Iterator[str]:
    if there != here:
        yield f"{what}: peer {there!r}, ours {here!r}"


def _asset(deep: Mapping[str, Json], own: Mapping[str, Json]) -> dict[str, tuple[object, object]]:
    """Each attribute as both have it."""
    tags = {name: value for name, value in deep.get("tags", {}).items() if not name.startswith("dagster/kind/")}
    metadata = {name: value for name, value in deep.get("metadata", {}).items() if not name.startswith("dagster/")}
    return {
        "deps": (sorted(deep.get("deps", [])), own["deps"]),
        "group": (deep.get("group_name"), own["group"]),
        "kinds": (sorted(deep.get("kinds", [])), own["kinds"]),
        "owners": (deep.get("owners"), own["owners"]),
        "tags": (tags, own["tags"]),
        "description": (deep.get("description"), own["description"]),
        "code_version": (deep.get("code_version"), own["code_version"]),
        "metadata": (metadata, own["metadata"]),
        "partitions": (_their_partitions(deep.get("partitions_def")), _our_partitions(own["partitions"])),
    }


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
