"""Which columns an asset's columns are made from: as somebody says it, or as its SQL does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib.util import find_spec

from treadle.ir import AssetGraph, AssetKey, ColumnSource

__all__ = ["ColumnLineage"]

_LONGEST_SQL = 200_000
_NAMES_OF_TABLES = ("dbt/relation", "dagster/table_name", "dagster/relation_identifier", "table")
_DEEPEST = 10


class ColumnLineage:
    """Answers about the columns of a graph; what it has read of SQL it keeps.

    What `Column.sources` says comes first. The rest is read from the SQL that writes the asset, if the extra `lineage`
    is installed and the SQL makes sense: SQL that doesn't, has no lineage, and is no mistake here.

    >>> from treadle.ir import Asset, Column, Definitions, link
    >>> source = ColumnSource(asset=AssetKey.parse("raw"), column="cents")
    >>> orders = Asset(key="orders", columns=[Column(name="amount", sources=(source,))])
    >>> graph, _ = link(Definitions(assets=(orders,)))
    >>> ColumnLineage(graph).of(orders.key)["amount"][0].column
    'cents'
    """

    def __init__(self, graph: AssetGraph) -> None:
        self._graph = graph
        self._is_installed: bool | None = None
        self._queries: dict[AssetKey, object] = {}
        self._columns: dict[AssetKey, tuple[str, ...]] = {}

    def of(self, key: AssetKey) -> dict[str, tuple[ColumnSource, ...]]:
        """The columns that each column of an asset is made from; without those of which that isn't known."""
        asset = self._graph.assets.get(key)
        if asset is None:
            return {}
        said = {column.name: column.sources for column in asset.columns if column.sources}
        query = self._query(key)
        if query is None:
            return said
        from treadle.observers.lineage.reading import Query, read

        assert isinstance(query, Query)
        known = {each: self._known(each) for each in query.assets}
        declared = {each.casefold(): each for each in self._declared(key)}
        read_from_sql = {}
        for name, sources in read(query, known).items():
            written = {self._as_declared(each) for each in sources if each.asset != key}
            if written:
                read_from_sql[declared.get(name.casefold(), name)] = tuple(sorted(written))
        return {**read_from_sql, **said}

    def _query(self, key: AssetKey) -> object:
        """The query that gives what is written into an asset, or None."""
        if key not in self._queries:
            self._queries[key] = self._parsed(key)
        return self._queries[key]

    def _parsed(self, key: AssetKey) -> object:
        step = self._graph.step_of(key)
        sql = step.sql(key) if step is not None and step.sql is not None else None
        if sql is None or len(sql.text) > _LONGEST_SQL or not self._can_read():
            return None
        from treadle.observers.lineage.reading import parse

        tables = {
            name: parent
            for parent in sorted({*self._graph.parents(key), key})
            for name in self._names_of_tables(parent)
        }
        return parse(sql, key, tables)

    def _can_read(self) -> bool:
        if self._is_installed is None:
            self._is_installed = find_spec("sqlglot") is not None
            logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it has opinions about other people's SQL
        return self._is_installed

    def _known(self, key: AssetKey, depth: int = 0) -> tuple[str, ...]:
        """The columns that an asset is known to have: those that it declares, and those that its SQL gives."""
        if key not in self._columns:
            found = dict.fromkeys(self._declared(key))
            query = self._query(key) if depth < _DEEPEST else None
            if query is not None:
                from treadle.observers.lineage.reading import Query, columns_of

                assert isinstance(query, Query)
                above = {each: self._known(each, depth + 1) for each in query.assets if each != key}
                lower = {each.casefold() for each in found}
                found |= dict.fromkeys(each for each in columns_of(query, above) if each.casefold() not in lower)
            self._columns[key] = tuple(found)
        return self._columns[key]

    def _declared(self, key: AssetKey) -> list[str]:
        return [each.name for each in self._graph.assets[key].columns]

    def _as_declared(self, source: ColumnSource) -> ColumnSource:
        """A column in the letters in which its asset is known to have it."""
        known = {each.casefold(): each for each in self._known(source.asset)}
        return ColumnSource(asset=source.asset, column=known.get(source.column.casefold(), source.column))

    def _names_of_tables(self, key: AssetKey) -> Iterator[str]:
        """The names by which SQL may call an asset, the longest first."""
        metadata = self._graph.assets[key].metadata
        said = [value for name in _NAMES_OF_TABLES if isinstance(value := metadata.get(name), str)]
        yield from (value.strip("'\"`").casefold() for value in said)  # a file is one name, with its dots
        for parts in (*(value.split(".") for value in said), list(key.parts)):
            for start in range(len(parts)):
                yield ".".join(parts[start:]).casefold()
