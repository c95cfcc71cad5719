"""Where the values of a dbt node are written: its own file, its properties, `dbt_project.yml`.

dbt merges these and keeps no places, so they are looked for when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from treadle.errors import Span
from treadle.ir import Asset
from treadle.ir.provenance import UNKNOWN, Source
from treadle.library.dbt.project import DbtFolder

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Group, Node

__all__ = ["sources_of"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SECTIONS = {"model": "models", "seed": "seeds", "snapshot": "snapshots", "source": "sources"}
_CONFIG = re.compile(r"\bconfig\s*\(")

Sources = Mapping[str, tuple[Source, ...]]


def sources_of(
    asset: Asset, node: Node, group: Group | None, folder: DbtFolder, whole: Mapping[str, Any], file: Path
) -> Sources:
    """Where each field of the asset that a node is was said; `whole` is its entry in the manifest, `file` its file."""
    return _Search(asset, node, group, folder, whole, file).all()


class _Search:
    """Looks for the places of one node."""

    def __init__(
        self, asset: Asset, node: Node, group: Group | None, folder: DbtFolder, whole: Mapping[str, Any], file: Path
    ) -> None:
        self._asset, self._node, self._group, self._folder = asset, node, group, folder
        self._own = Span(file=file)
        self._properties = self._find_properties(whole)

    def all(self) -> Sources:
        """By the name of the field."""
        own = self._own
        found: dict[str, tuple[Source, ...]] = {
            "key": self._meta("asset_key") or (self._inferred("the name of the node, and its schema or source"),),
            "description": self._property("description"),
            "group": self._meta("group") or self._config("group"),
            "owners": self._meta("owners") or self._of_group(),
            "automation": self._meta("auto_materialize_policy"),
            "kinds": (self._inferred("dbt, and the adapter of its profile"),),
            "code_version": (Source(kind="dbt", text="the checksum of the file", span=own),),
            "deps": (Source(kind="dbt", text="ref() and source() in the file", span=own),),
            "metadata.dbt/materialized": self._config("materialized"),
            "metadata.dbt/relation": (self._inferred("database, schema and alias, as dbt resolves them"),),
            "metadata.dbt/unique_id": (self._inferred("the manifest"),),
            "metadata.dbt/resource_type": (self._inferred("the manifest"),),
            "skippable": (self._inferred("dbt may skip what it builds"),),
        }
        found |= {f"tags.{name}": self._tag(name) for name in self._asset.tags}
        found |= {f"columns.{each.name}": self._column(each.name) for each in self._asset.columns}
        return {
            name: sources or (Source(kind="dbt", text="dbt's manifest", span=own),) for name, sources in found.items()
        }

    def _inferred(self, text: str) -> Source:
        return Source(kind="inferred", text=text, span=self._own)

    def _find_properties(self, whole: Mapping[str, Any]) -> tuple[Path, yaml.Node] | None:
        """The entry of the node in a file of properties, which the manifest names."""
        is_source = self._node.resource_type == "source"
        path = str(whole.get("patch_path") or "").partition("://")[2] or (
            self._node.original_file_path if is_source else ""
        )
        if not path:
            return None
        own = self._node.package_name == self._folder.name
        file = (self._folder.root if own else self._folder.packages_path / self._node.package_name) / path
        entries = _items(_get(_compose(file), _SECTIONS.get(self._node.resource_type, "models")))
        if is_source:
            source = next((each for each in entries if _name(each) == self._node.source_name), None)
            entries = _items(_get(source, "tables"))
        entry = next((each for each in entries if _name(each) == self._node.name), None)
        return (file, entry) if entry is not None else None

    def _property(self, *path: str) -> tuple[Source, ...]:
        """What the properties say at the top of the entry."""
        if self._properties is None:
            return ()
        file, entry = self._properties
        found = _walk(entry, path)
        return (Source(kind="dbt", text="properties", span=_span(file, found)),) if found is not None else ()

    def _column(self, name: str) -> tuple[Source, ...]:
        if self._properties is None:
            return ()
        file, entry = self._properties
        columns = _items(_get(entry, "columns"))
        found = next((each for each in columns if (_name(each) or "").casefold() == name.casefold()), None)
        return (Source(kind="dbt", text="properties", span=_span(file, found)),) if found is not None else ()

    def _tag(self, tag: str) -> tuple[Source, ...]:
        return tuple(each for each in self._config("tags") if self._holds(each, tag)) or self._config("tags")[-1:]

    @staticmethod
    def _holds(source: Source, tag: str) -> bool:
        value = source.value
        return value == tag or (isinstance(value, list) and tag in value)

    def _meta(self, name: str) -> tuple[Source, ...]:
        """Where `meta.dagster` says something; that of the config comes first."""
        if name not in self._node.dagster_meta:
            return ()
        found = self._config("meta", "dagster", name)
        return found or (Source(kind="dbt", text=f"meta.dagster.{name}", span=self._own),)

    def _of_group(self) -> tuple[Source, ...]:
        """The owner of the node's group."""
        if self._group is None or not self._group.original_file_path:
            return ()
        file = self._folder.root / self._group.original_file_path
        groups = _items(_get(_compose(file), "groups"))
        found = next((each for each in groups if _name(each) == self._group.name), None)
        return (Source(kind="dbt", text=f"the owner of the group {self._group.name!r}", span=_span(file, found)),)

    def _config(self, *path: str) -> tuple[Source, ...]:
        """Where a setting is, in the order in which dbt reads: the last one that says it wins."""
        found = [*self._in_project(path), *self._in_properties(path), *self._in_file(path[0])]
        return tuple(found)

    def _in_project(self, path: Sequence[str]) -> Iterator[Source]:
        """In `dbt_project.yml`, from the outermost folder on."""
        file = self._folder.config_file
        place = _get(_compose(file), _SECTIONS.get(self._node.resource_type, "models"))
        for step in ("", *self._node.fqn):
            place = _get(place, step) if step else place
            if place is None:
                return
            for first in (f"+{path[0]}", path[0]):
                if first == step or (value := _walk(place, (first, *path[1:]))) is None:
                    continue
                if first in self._node.fqn and isinstance(value, yaml.MappingNode):
                    continue  # a folder of that name
                yield Source(kind="dbt", text=file.name, span=_span(file, value), value=_plain(value))

    def _in_properties(self, path: Sequence[str]) -> Iterator[Source]:
        if self._properties is None:
            return
        file, entry = self._properties
        for way in (path, ("config", *path)):
            if (value := _walk(entry, way)) is not None:
                yield Source(kind="dbt", text="properties", span=_span(file, value), value=_plain(value))

    def _in_file(self, name: str) -> Iterator[Source]:
        """In the `config(…)` of the model's own file."""
        file = self._own.file
        text = _text(file) if file.suffix in {".sql", ".py"} else ""
        start = _CONFIG.search(text)
        found = start and re.compile(rf"\b{re.escape(name)}\s*=\s*(?P<value>'[^']*'|\"[^\"]*\")?").search(
            text, start.end()
        )
        if found:
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            value = found["value"][1:-1] if found["value"] else UNKNOWN
            yield Source(kind="dbt", text="config()", span=Span(file=file, line=line, column=column), value=value)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _compose(file: Path) -> yaml.Node | None:
    try:
        return yaml.compose(_text(file), Loader=_LOADER)
    except yaml.YAMLError:
        return None


def _get(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _walk(node: yaml.Node | None, path: Sequence[str]) -> yaml.Node | None:
    for each in path:
        node = _get(node, each)
    return node


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _name(node: yaml.Node) -> str | None:
    found = _get(node, "name")
    return str(found.value) if isinstance(found, yaml.ScalarNode) else None


def _plain(node: yaml.Node) -> object:
    """A value as it is written: what is computed in it stays as it is."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each) for each in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(name.value): _plain(value) for name, value in node.value}
    return node.value


def _span(file: Path, node: yaml.Node | None) -> Span:
    if node is None:
        return Span(file=file)
    return Span(file=file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)
