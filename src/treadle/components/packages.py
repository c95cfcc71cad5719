"""What installed packages offer to projects: component types, names for them, platforms, policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path

from treadle.components.registry import ALIASES, COMPONENTS, RegisteredType, installed, offers

__all__ = ["GROUPS", "OfferingPackage", "offering_packages"]

GROUPS = {"components": COMPONENTS, "aliases": ALIASES, "platform": "treadle.platform", "policies": "treadle.policies"}
"""The groups of entry points, by what they are called in listings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingPackage:
    """An installed package with something for projects; `folder` is where it is installed.

    `aliases` are names for types, `platform` and `policies` what these entry points name.
    """

    name: str
    version: str
    folder: Path
    types: tuple[RegisteredType, ...] = ()
    aliases: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    policies: tuple[str, ...] = field(default=())


def offering_packages() -> tuple[OfferingPackage, ...]:
    """Every installed package that offers something, by name; nothing is imported.

    >>> [each.name for each in offering_packages() if each.name == "treadle"]
    ['treadle']
    """
    found: dict[tuple[str, str, Path], dict[str, list[EntryPoint]]] = {}
    for kind, group in GROUPS.items():
        for entry in installed(group):
            if entry.dist is not None:
                key = (entry.dist.name, entry.dist.version, Path(str(entry.dist.locate_file(""))))
                found.setdefault(key, {}).setdefault(kind, []).append(entry)
    return tuple(
        OfferingPackage(
            name=name,
            version=version,
            folder=folder,
            types=_types(name, version, each.get("components", ())),
            aliases=tuple(entry.name for entry in each.get("aliases", ())),
            platform=tuple(entry.value for entry in each.get("platform", ())),
            policies=tuple(entry.value for entry in each.get("policies", ())),
        )
        for (name, version, folder), each in sorted(found.items())
    )


def _types(package: str, version: str, entries: Iterable[EntryPoint]) -> tuple[RegisteredType, ...]:
    wanted = {(entry.name, entry.value) for entry in entries}
    return tuple(
        each
        for each in offers()
        if (each.name, each.target) in wanted and (each.package, each.version) == (package, version)
    )
