"""What can't run as long as some components are broken: the assets that depend on theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import ProjectError
from treadle.ir import AssetKey

if TYPE_CHECKING:
    from treadle.documents import Document
    from treadle.project.loading import LoadedComponent
    from treadle.project.project import Project

__all__ = ["Blocked", "blocked_assets"]

_INDEX = re.compile(r"(?P<address>.*)\[(?P<index>\d+)\]")
Addresses = Mapping[AssetKey, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Assets that can't run, with the addresses of the broken components that they wait for.

    `surely` are those below an asset that a broken component's YAML names; `missing` are these assets
    themselves. `maybe` are those below an asset that nobody declares, while there are broken components
    of which nobody can say what they would declare. `denied` are those that policies deny, with the policies.
    """

    surely: Addresses = field(default_factory=dict)
    maybe: Addresses = field(default_factory=dict)
    missing: Addresses = field(default_factory=dict)
    denied: Mapping[AssetKey, tuple[str, ...]] = field(default_factory=dict)

    def of(self, key: AssetKey) -> str:
        """What to say of an asset in a few words; empty when nothing blocks it."""
        if found := self.surely.get(key):
            return f"blocked by {', '.join(found)}"
        if found := self.maybe.get(key):
            return f"may be blocked by {', '.join(found)}"
        if found := self.missing.get(key):
            return f"not declared, as {', '.join(found)} is broken"
        return f"denied by {', '.join(found)}" if (found := self.denied.get(key)) else ""


def blocked_assets(project: Project) -> Blocked:
    """What the broken components of a project block, and what its policies deny.

    What a component would have declared is read from its YAML: the keys under `assets:` that are
    plain text. One whose YAML doesn't say it may declare anything that is only mentioned.
    """
    broken = [each for each in project.components if each.state == "broken"]
    graph, denied = project.graph, _denied(project)
    if not broken:
        return Blocked(denied=denied)
    documents = _documents(broken)
    missing: dict[AssetKey, list[str]] = {}
    unknown: list[str] = []
    for each in broken:
        keys, is_all = _named(documents(each))
        for key in keys:
            missing.setdefault(key, []).append(each.address)
        if not is_all:
            unknown.append(each.address)
    mentioned = {key for key in graph.assets if not graph.is_declared(key)}
    named = {key: tuple(by) for key, by in missing.items() if key in mentioned}
    others = {key: tuple(unknown) for key in mentioned - named.keys()} if unknown else {}
    surely = _below(project, named)
    maybe = {key: by for key, by in _below(project, others).items() if key not in surely}
    return Blocked(surely=surely, maybe=maybe, missing=named, denied=denied)


def _denied(project: Project) -> dict[AssetKey, tuple[str, ...]]:
    """Declared assets that policies deny, with the names of these."""
    found: dict[AssetKey, list[str]] = {}
    for verdict in project.graph.verdicts:
        for key in verdict.assets if verdict.denies else ():
            found.setdefault(key, []).append(verdict.policy)
    return {key: tuple(sorted(set(by))) for key, by in found.items() if project.graph.is_declared(key)}


def _below(project: Project, missing: Addresses) -> dict[AssetKey, tuple[str, ...]]:
    """Declared assets downstream of missing ones, with everything that they wait for."""
    found: dict[AssetKey, list[str]] = {}
    for key in sorted(missing):
        for each in project.graph.downstream([key]):
            if project.graph.is_declared(each):
                found.setdefault(each, []).extend(missing[key])
    return {key: tuple(sorted(set(by))) for key, by in found.items()}


def _documents(broken: Iterable[LoadedComponent]) -> Callable[[LoadedComponent], Document | None]:
    """Finds the YAML document of a broken component; each file is read once."""
    files: dict[Path, list[Document]] = {}

    from treadle.documents import parse_yaml

    def document(component: LoadedComponent) -> Document | None:
        file = component.span.file
        if file not in files:
            try:
                files[file] = parse_yaml(file) if file.suffix in (".yaml", ".yml") else []
            except ProjectError:
                files[file] = []
        found = _INDEX.fullmatch(component.address)
        index = int(found["index"]) if found else 0
        return next((each for each in files[file] if each.index == index), None)

    return document


def _named(document: Document | None) -> tuple[set[AssetKey], bool]:
    """The keys that a document's `assets` name, and whether these are all that it would declare."""
    value: Any = document.value if document else None
    attributes = value.get("attributes") if isinstance(value, dict) else None
    assets = attributes.get("assets") if isinstance(attributes, dict) else None
    if not isinstance(assets, list) or not assets:
        return set(), False
    keys = [_key(each) for each in assets]
    return {each for each in keys if each}, all(keys)


def _key(asset: object) -> AssetKey | None:
    key = asset.get("key") if isinstance(asset, dict) else None
    if not isinstance(key, str) or "{{" in key or "{%" in key:
        return None
    try:
        return AssetKey.parse(key)
    except ValueError:
        return None
