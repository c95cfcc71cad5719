"""What OpenLineage events say of assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from treadle import __version__
from treadle.ir import AssetGraph, AssetKey
from treadle.ir.observing import ToCatalogue
from treadle.observers.lineage.columns import ColumnLineage
from treadle.store import CheckResultRecord, MaterializationRecord

__all__ = ["Facets", "facet"]

_ROWS = ("rows", "row_count", "rows_affected", "dagster/row_count", "dagster/partition_row_count")


class _Facet:
    """Makes a facet, which names who says it and the schema that it follows."""

    producer = f"urn:treadle:{__version__}"

    def __call__(self, schema: str, **values: Any) -> dict[str, Any]:
        version, name = schema.split("/")
        url = f"https://openlineage.io/spec/facets/{version}/{name}.json#/$defs/{name}"
        return {"_producer": self.producer, "_schemaURL": url, **values}


facet = _Facet()


class Facets:
    """Describes assets as datasets."""

    def __init__(self, graph: AssetGraph, catalogue: ToCatalogue) -> None:
        self._graph = graph
        self._catalogue = catalogue
        self._columns = ColumnLineage(graph)
        self._known: dict[AssetKey, dict[str, Any]] = {}

    def read(self, key: AssetKey, checks: Iterable[CheckResultRecord]) -> dict[str, Any]:
        """An asset that a step reads, or only checks."""
        found = self._dataset(key, self._described(key))
        if assertions := _assertions(checks):
            found["inputFacets"] = {"dataQualityAssertions": assertions}
        return found

    def written(
        self, key: AssetKey, materialization: MaterializationRecord | None, checks: Iterable[CheckResultRecord]
    ) -> dict[str, Any]:
        """An asset that a step writes, and what was measured when it did."""
        facets = dict(self._described(key))
        if fields := self._column_lineage(key):
            facets["columnLineage"] = facet("1-2-0/ColumnLineageDatasetFacet", fields=fields)
        if assertions := _assertions(checks):
            facets["dataQualityAssertions"] = assertions
        if materialization is not None and materialization.data_version:
            facets["version"] = facet("1-0-1/DatasetVersionDatasetFacet", datasetVersion=materialization.data_version)
        found = self._dataset(key, facets)
        if materialization is not None and (rows := _rows(materialization.metadata)) is not None:
            found["outputFacets"] = {
                "outputStatistics": facet("1-0-2/OutputStatisticsOutputDatasetFacet", rowCount=rows)
            }
        return found

    def _dataset(self, key: AssetKey, facets: Mapping[str, Any]) -> dict[str, Any]:
        return {"namespace": self._catalogue.datasets, "name": str(key), "facets": dict(facets)}

    def _described(self, key: AssetKey) -> Mapping[str, Any]:
        """What holds of an asset whatever happens."""
        if key not in self._known:
            self._known[key] = self._describe(key)
        return self._known[key]

    def _describe(self, key: AssetKey) -> dict[str, Any]:
        asset = self._graph.assets.get(key)
        if asset is None:
            return {}
        facets = {}
        if asset.columns:
            fields = []
            for column in asset.columns:
                known = {"name": column.name, "type": column.type, "description": column.description}
                fields.append({name: value for name, value in known.items() if value})
            facets["schema"] = facet("1-2-0/SchemaDatasetFacet", fields=fields)
        if asset.description:
            facets["documentation"] = facet("1-1-0/DocumentationDatasetFacet", description=asset.description)
        if asset.owners:
            owners = [{"name": each, "type": "TEAM" if each.startswith("team:") else "OWNER"} for each in asset.owners]
            facets["ownership"] = facet("1-0-1/OwnershipDatasetFacet", owners=owners)
        return facets

    def _column_lineage(self, key: AssetKey) -> dict[str, Any]:
        return {
            column: {
                "inputFields": [
                    {"namespace": self._catalogue.datasets, "name": str(each.asset), "field": each.column}
                    for each in sources
                ]
            }
            for column, sources in self._columns.of(key).items()
            if sources
        }


def _assertions(checks: Iterable[CheckResultRecord]) -> dict[str, Any] | None:
    assertions = [
        {"assertion": each.check.name, "success": each.passed, "severity": each.severity.value} for each in checks
    ]
    return facet("1-1-0/DataQualityAssertionsDatasetFacet", assertions=assertions) if assertions else None


def _rows(metadata: Mapping[str, object]) -> int | None:
    for name in _ROWS:
        value = metadata.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None
