"""The SQL of models as dbt compiled it, from which column lineage is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from treadle.ir import AssetKey, AssetSql
from treadle.library.dbt.project import DbtFolder

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest, Node

__all__ = ["CompiledSql"]


class CompiledSql:
    """Gives the SQL of an asset; None when dbt hasn't compiled it yet, or the asset is no model."""

    def __init__(self, folder: DbtFolder, manifest: Manifest, assets: Mapping[str, AssetKey]) -> None:
        self._folder = folder
        self._manifest = manifest
        self._assets = assets

    def __call__(self, asset: AssetKey) -> AssetSql | None:
        """The SQL of the last time that dbt compiled the asset."""
        if (node := self._models.get(asset)) is None:
            return None
        file = self._folder.target_path / "compiled" / node.package_name / node.original_file_path
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return AssetSql(text=text, dialect=self._manifest.metadata.adapter_type or "", is_whole_query=True)

    @cached_property
    def _models(self) -> Mapping[AssetKey, Node]:
        nodes = ((key, self._manifest.nodes[unique_id]) for unique_id, key in self._assets.items())
        return {key: node for key, node in nodes if node.resource_type == "model"}
