"""What a dbt project's nodes are on the platform: assets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.components import ComponentContext, TranslationAttributes
from treadle.errors import Diagnostic, ProjectError, Span
from treadle.ir import Asset, AssetKey, AutomationCondition, Column, Origin
from treadle.ir.provenance import Source, tell_change
from treadle.library.dbt.layers import layer_of
from treadle.library.dbt.lineage import Lineage, is_asset
from treadle.library.dbt.node import NodeView
from treadle.library.dbt.project import DbtFolder

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Exposure, Group, Manifest, Node

__all__ = ["Translated", "Translator"]

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+\Z")

Translate = Callable[[NodeView], TranslationAttributes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """The assets of a dbt project: those that dbt builds and the sources, by unique id, and the exposures.

    `keys` also knows what isn't an asset of this component: sources that are the relation of one of its
    nodes, and the parents that weren't selected.
    """

    nodes: Mapping[str, Asset]
    sources: Mapping[str, Asset]
    exposures: tuple[Asset, ...]
    keys: Mapping[str, AssetKey]

    def declares(self, unique_id: str) -> bool:
        """Whether there is an asset for this model, seed, snapshot or source."""
        return unique_id in self.nodes or unique_id in self.sources

    @property
    def assets(self) -> tuple[Asset, ...]:
        """All of them."""
        return (*self.nodes.values(), *self.sources.values(), *self.exposures)


class Translator:
    """Makes assets from the nodes of one manifest."""

    def __init__(
        self,
        manifest: Manifest,
        folder: DbtFolder,
        context: ComponentContext,
        *,
        translate: Translate | None = None,
        selected: frozenset[str] | None = None,
        share_source_keys: bool = False,
    ) -> None:
        self._manifest = manifest
        self._folder = folder
        self._context = context
        self._translate = translate
        self._selected = selected
        self._share_source_keys = share_source_keys
        self.lineage = Lineage(manifest)
        self._spans: dict[tuple[str, str], Span] = {}
        self._groups = {(group.package_name, group.name): group for group in manifest.groups.values()}

    def translate(self) -> Translated:
        """Everything in the manifest that is an asset.

        Raises:
            ProjectError: TRD609 for names that can't be asset keys; whatever rendering the translation raises.
        """
        wanted = {key: node for key, node in self._manifest.nodes.items() if is_asset(node) and self._is_selected(key)}
        needed = self.lineage.fold(parent for node in wanted.values() for parent in node.parents)
        sources = self._translated(self._sources(needed))
        others = {key: self._manifest.nodes[key] for key in needed if key not in wanted and key not in sources}
        nodes = self._translated(wanted)
        keys = {key: asset.key for key, asset in {**sources, **self._translated(others), **nodes}.items()}
        nodes = {key: self._with_deps(asset, wanted[key], keys) for key, asset in nodes.items()}
        exposures = tuple(
            self._exposure(each, keys) for each in self._manifest.exposures.values() if self._is_used(each, nodes)
        )
        return Translated(nodes=nodes, sources=self._unfolded(sources, nodes), exposures=exposures, keys=keys)

    def _is_selected(self, unique_id: str) -> bool:
        return self._selected is None or unique_id in self._selected

    def _sources(self, needed: Iterable[str]) -> dict[str, Node]:
        sources = self._manifest.sources
        if self._selected is None:
            return dict(sources)
        return {key: sources[key] for key in sources if key in self._selected or key in needed}

    def _is_used(self, exposure: Exposure, nodes: Mapping[str, Asset]) -> bool:
        if self._selected is None:
            return exposure.config.enabled
        return not self.lineage.fold(exposure.parents).isdisjoint(nodes)

    def _translated(self, nodes: Mapping[str, Node]) -> dict[str, Asset]:
        problems: dict[str, Diagnostic] = {}
        found: dict[str, Asset] = {}
        for key, node in nodes.items():
            try:
                found[key] = self._asset(node)
            except ValueError as error:
                problems.setdefault(key, self._impossible(node, str(error)))
            except ProjectError as error:
                # The same mistake of a template for thousands of nodes is one mistake.
                for each in error.diagnostics:
                    problems.setdefault(each.message, _of_node(each, node))
        if problems:
            raise ProjectError(*problems.values())
        return found

    def _asset(self, node: Node) -> Asset:
        asset = self._base(node)
        if self._translate is None:
            return asset
        return self._translate(NodeView(node, self._text)).translate(asset)

    def _text(self, unique_id: str) -> bytes:
        return self._whole.get(unique_id, b"{}")

    @cached_property
    def _whole(self) -> Mapping[str, bytes]:
        from treadle.library.dbt.manifest import whole_nodes

        return whole_nodes(self._folder.manifest_file)

    def _base(self, node: Node) -> Asset:
        group = self._groups.get((node.package_name, node.group)) if node.group else None
        asset = Asset(
            key=_key(node),
            description=node.description or None,
            group=_group(node),
            owners=_owners(node, group),
            tags=dict.fromkeys([node.tags] if isinstance(node.tags, str) else node.tags, ""),
            kinds=self._kinds,
            metadata=_metadata(node),
            columns=tuple(
                [
                    Column(name=each.name, type=each.data_type or None, description=each.description or None)
                    for each in node.columns.values()
                ]
            ),
            code_version=_code_version(node),
            automation=_automation(node),
            skippable=True,
            origin=self.origin(node),
        )
        return tell_change(None, asset, kind="dbt", sources=lambda: self._sources_of(asset, node, group))

    def _sources_of(self, asset: Asset, node: Node, group: Group | None) -> Mapping[str, tuple[Source, ...]]:
        from treadle.library.dbt.provenance import sources_of  # which only `treadle explain` needs

        whole, span = NodeView(node, self._text), self.origin(node).span
        assert span is not None
        return sources_of(asset, node, group, self._folder, {"patch_path": whole.get("patch_path")}, span.file)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(each for each in ("dbt", self._manifest.metadata.adapter_type) if each)

    def origin(self, node: Node | Exposure) -> Origin:
        """The file that a node is written in."""
        place = (node.package_name, node.original_file_path)
        # Many tests are written in one file, and paths are dear.
        if (span := self._spans.get(place)) is None:
            own = node.package_name == self._manifest.metadata.project_name
            start = self._folder.root if own else self._folder.packages_path / node.package_name
            span = self._spans[place] = Span(file=Path(f"{start}/{node.original_file_path}"))
        return Origin(component=self._context.address, span=span, detail=node.unique_id)

    def _with_deps(self, asset: Asset, node: Node, keys: Mapping[str, AssetKey]) -> Asset:
        if asset.deps:
            return asset
        deps = frozenset([keys[each] for each in self.lineage.fold(node.parents) if each in keys])
        # A source may be the node's own relation: incremental models read themselves that way.
        linked = replace(asset, deps=deps - {asset.key})
        return tell_change(asset, linked, kind="dbt", sources=lambda: {"deps": (self._refs(node),)})

    def _refs(self, node: Node) -> Source:
        return Source(kind="dbt", text="ref() and source() in the file", span=self.origin(node).span)

    def _exposure(self, exposure: Exposure, keys: Mapping[str, AssetKey]) -> Asset:
        metadata: dict[str, object] = {"dbt/unique_id": exposure.unique_id, "dbt/resource_type": "exposure"}
        said = {
            "label": exposure.label,
            "url": exposure.url,
            "maturity": exposure.maturity,
            "owner": exposure.owner.name,
        }
        metadata |= {f"dbt/{name}": value for name, value in said.items() if value}
        return Asset(
            key=AssetKey(("exposures", exposure.name)),
            deps=frozenset(keys[each] for each in self.lineage.fold(exposure.parents) if each in keys),
            description=exposure.description or None,
            owners=exposure.owner.emails,
            tags=dict.fromkeys([exposure.tags] if isinstance(exposure.tags, str) else exposure.tags, ""),
            kinds=frozenset(each for each in ("exposure", exposure.type) if each),
            metadata=metadata,
            origin=self.origin(exposure),
        )

    def _unfolded(self, sources: Mapping[str, Asset], nodes: Mapping[str, Asset]) -> dict[str, Asset]:
        """The sources that are assets of their own: one that has a node's key and relation is that node."""
        relations = {(asset.key, _relation(self._manifest.nodes[key])) for key, asset in nodes.items()}
        kept: dict[str, Asset] = {}
        seen: set[AssetKey] = set()
        for key, asset in sources.items():
            relation = _relation(self._manifest.sources[key])
            if relation and (asset.key, relation) in relations:
                continue
            if self._share_source_keys and asset.key in seen:
                continue
            seen.add(asset.key)
            kept[key] = asset
        return kept

    def _impossible(self, node: Node, why: str) -> Diagnostic:
        return Diagnostic(
            code="TRD609",
            message=f"{node.unique_id!r} can't be an asset",
            why=why,
            fix="give it another key with `translation: {key: …}`, or mend its `meta.dagster` in dbt",
            span=self.origin(node).span,
        )


def _of_node(diagnostic: Diagnostic, node: Node) -> Diagnostic:
    why = f"{diagnostic.why}\n" if diagnostic.why else ""
    return replace(diagnostic, why=f"{why}this was for the node {node.unique_id!r}")


def _key(node: Node) -> AssetKey:
    given = node.dagster_meta.get("asset_key")
    if given is not None:
        if not isinstance(given, list) or not given or not all(isinstance(part, str) for part in given):
            raise ValueError("its meta.dagster.asset_key must be a list of strings")
        return AssetKey.of(*given)
    parts: tuple[str, ...]
    if node.resource_type == "source":
        parts = (node.source_name or "", node.name)
    elif node.version is not None:
        # The name is shared by all versions of a model; what dbt calls the table isn't.
        parts = (node.alias or node.name,)
    elif node.config.schema:
        parts = (node.config.schema, node.name)
    else:
        parts = (node.name,)
    if all(map(_PLAIN.match, parts)):
        return AssetKey(parts)
    return AssetKey.of(*parts)


def _group(node: Node) -> str:
    given = node.dagster_meta.get("group")
    return str(given) if given else node.group or node.config.group or "default"


def _owners(node: Node, group: Group | None) -> tuple[str, ...]:
    given = node.dagster_meta.get("owners")
    if given:
        return (given,) if isinstance(given, str) else tuple(map(str, given))
    return group.owner.emails if group else ()


def _metadata(node: Node) -> dict[str, object]:
    metadata: dict[str, object] = {"dbt/unique_id": node.unique_id, "dbt/resource_type": node.resource_type}
    parts = (node.database, node.schema, node.alias or node.name)
    is_model = node.resource_type == "model"
    said = {
        "path": node.original_file_path,
        "materialized": node.config.materialized,
        "layer": layer_of(node.name, node.original_file_path) if is_model else "",
        "access": node.access if is_model else "",
        "contract": is_model and node.contract is not None and node.contract.enforced,
        "freshness": _freshness(node),
        "relation": _unquoted(node.relation_name) or ".".join([part for part in parts if part]),
    }
    return metadata | {f"dbt/{name}": value for name, value in said.items() if value}


def _freshness(node: Node) -> dict[str, str]:
    """How old dbt lets a source get, as `{"warn_after": "12 hour"}`."""
    given = node.freshness or {}
    windows = {name: given.get(name) for name in ("warn_after", "error_after")}
    return {
        name: f"{each['count']} {each.get('period')}"
        for name, each in windows.items()
        if isinstance(each, dict) and each.get("count") is not None
    }


def _code_version(node: Node) -> str | None:
    found = node.checksum if isinstance(node.checksum, str) or node.checksum is None else node.checksum.checksum
    return found or None


def _automation(node: Node) -> AutomationCondition | None:
    policy: Any = node.dagster_meta.get("auto_materialize_policy")
    kind = policy.get("type") if isinstance(policy, dict) else None
    return AutomationCondition(name="eager") if kind == "eager" else None


def _relation(node: Node) -> str:
    return _unquoted(node.relation_name).casefold()


def _unquoted(relation: str | None) -> str:
    return (relation or "").replace('"', "").replace("`", "")
