"""Which columns an asset's columns are made from: as somebody says it, or as its SQL does."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from treadle.ir import AssetGraph, AssetKey, AssetSql, ColumnSource

_Expression = Any  # sqlglot renames its classes from version to version

__all__ = ["column_lineage"]

_LONGEST_SQL = 200_000
_NAMES_OF_TABLES = ("dbt/relation", "dagster/table_name", "dagster/relation_identifier", "table")
_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "sqlserver": "tsql", "awsathena": "athena", "mariadb": "mysql"}


def column_lineage(graph: AssetGraph, key: AssetKey) -> dict[str, tuple[ColumnSource, ...]]:
    """The columns that each column of an asset is made from; without those of which that isn't known.

    What `Column.sources` says comes first. The rest is read from the SQL that writes the asset, if the extra `lineage`
    is installed and the SQL makes sense: SQL that doesn't, has no lineage, and is no mistake here.

    >>> from treadle.ir import Asset, Column, Definitions, link
    >>> source = ColumnSource(asset=AssetKey.parse("raw"), column="cents")
    >>> orders = Asset(key="orders", columns=[Column(name="amount", sources=(source,))])
    >>> graph, _ = link(Definitions(assets=(orders,)))
    >>> {name: [each.column for each in sources] for name, sources in column_lineage(graph, orders.key).items()}
    {'amount': ['cents']}
    """
    asset = graph.assets.get(key)
    step = graph.step_of(key)
    if asset is None:
        return {}
    said = {column.name: column.sources for column in asset.columns if column.sources}
    sql = step.sql(key) if step is not None and step.sql is not None else None
    if sql is None or len(sql.text) > _LONGEST_SQL or find_spec("sqlglot") is None:
        return said
    return {**_read(graph, key, sql), **said}


def _read(graph: AssetGraph, key: AssetKey, sql: AssetSql) -> dict[str, tuple[ColumnSource, ...]]:
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it has opinions about other people's SQL
    try:
        return _Reader(graph, key, sql).read()
    except (SqlglotError, RecursionError, ValueError, KeyError, AttributeError, TypeError):
        return {}


class _Reader:
    """Reads the SQL of one asset; columns are written as the asset and its parents declare them."""

    def __init__(self, graph: AssetGraph, key: AssetKey, sql: AssetSql) -> None:
        self._graph = graph
        self._key = key
        self._sql = sql
        self._dialect = _DIALECTS.get(sql.dialect, sql.dialect) or None
        parents = sorted({*graph.parents(key), key})
        self._tables = {name: parent for parent in parents for name in _table_names(graph, parent)}
        self._columns = {parent: [each.name for each in graph.assets[parent].columns] for parent in parents}

    def read(self) -> dict[str, tuple[ColumnSource, ...]]:
        from sqlglot.lineage import lineage
        from sqlglot.optimizer.qualify import qualify
        from sqlglot.optimizer.scope import build_scope

        query, before = self._query()
        if query is None:
            return {}
        whole = self._expanded(query, before)
        qualified: _Expression = qualify(
            whole,
            dialect=self._dialect,
            schema=self._schema(whole),
            validate_qualify_columns=False,
            identify=False,
            quote_identifiers=False,
        )
        scope = build_scope(qualified)
        found: dict[str, tuple[ColumnSource, ...]] = {}
        for name in qualified.named_selects if scope is not None else ():
            if name in ("", "*"):
                continue
            sources = self._leaves(
                lineage(name, qualified, {}, scope=scope, dialect=self._dialect, trim_selects=False, copy=False)
            )
            if sources:
                found[self._written(self._key, name)] = tuple(sorted(sources))
        return found

    def _query(self) -> tuple[_Expression | None, dict[str, _Expression]]:
        """The query that gives what is written into the asset, and those that fill other tables before."""
        import sqlglot
        from sqlglot import exp

        before: dict[str, _Expression] = {}
        for statement in sqlglot.parse(self._sql.text, dialect=self._dialect):
            if isinstance(statement, exp.Query):
                if self._sql.is_whole_query:
                    return statement, {}
            elif isinstance(statement, (exp.Create, exp.Insert)) and isinstance(statement.expression, exp.Query):
                target = statement.find(exp.Table)
                if target is None:
                    continue
                if self._asset_of(target) == self._key:
                    return _named(statement), before
                before[_name(target)] = statement.expression
        return None, before

    def _expanded(self, query: _Expression, before: Mapping[str, _Expression]) -> _Expression:
        """The query with the tables that were filled just before in their place."""
        from sqlglot import exp

        expanded = query.copy()
        for table in list(expanded.find_all(exp.Table)):
            if (inner := before.get(_name(table))) is not None and self._asset_of(table) is None:
                table.replace(exp.alias_(self._expanded(inner, {}).subquery(), table.alias_or_name, table=True))
        return expanded

    def _schema(self, query: _Expression) -> dict[str, Any]:
        """The columns of the assets that the query reads, as far as they are declared."""
        from sqlglot import exp

        schema: dict[str, Any] = {}
        tables = [each for each in query.find_all(exp.Table) if (key := self._asset_of(each)) and self._columns[key]]
        deepest = max((len(each.parts) for each in query.find_all(exp.Table)), default=1)
        for table in tables:
            parts = [part.name for part in table.parts]
            if len(parts) != deepest:  # sqlglot wants all names of a schema to be equally long
                continue
            inside = schema
            for part in parts[:-1]:
                inside = inside.setdefault(part, {})
            key = self._asset_of(table)
            assert key is not None
            inside[parts[-1]] = dict.fromkeys(self._columns[key], "unknown")
        return schema

    def _leaves(self, node: Any) -> set[ColumnSource]:
        from sqlglot import exp

        found = set()
        for each in node.walk():
            if not each.downstream and isinstance(each.expression, exp.Table):
                key = self._asset_of(each.expression)
                column = each.name.rpartition(".")[2].strip('"`')
                if key is not None and key != self._key and column != "*":
                    found.add(ColumnSource(asset=key, column=self._written(key, column)))
        return found

    def _asset_of(self, table: _Expression) -> AssetKey | None:
        parts = [part.name.casefold() for part in table.parts]
        # The whole name first, then without the catalogue and the schema, which SQL may leave out.
        for start in range(len(parts)):
            if (found := self._tables.get(".".join(parts[start:]))) is not None:
                return found
        return None

    def _written(self, key: AssetKey, column: str) -> str:
        """A column in the letters in which the asset declares it."""
        return next((each for each in self._columns[key] if each.casefold() == column.casefold()), column)


def _named(statement: _Expression) -> _Expression:
    """The query of a statement; `insert into t (a, b)` says how its columns are called."""
    from sqlglot import exp

    query = statement.expression
    assert isinstance(query, exp.Query)
    target = statement.this
    names = [each.name for each in target.expressions] if isinstance(target, exp.Schema) else []
    if isinstance(query, exp.Select) and names and len(names) == len(query.selects):
        query = query.copy()
        query.set(
            "expressions", [exp.alias_(each.unalias(), name) for each, name in zip(query.selects, names, strict=True)]
        )
    return query


def _name(table: _Expression) -> str:
    return ".".join(part.name.casefold() for part in table.parts)


def _table_names(graph: AssetGraph, key: AssetKey) -> Iterator[str]:
    """The names by which SQL may call an asset, the longest first."""
    asset = graph.assets[key]
    said = [value for name in _NAMES_OF_TABLES if isinstance(value := asset.metadata.get(name), str)]
    for parts in _unique([*(each.split(".") for each in said), list(key.parts)]):
        for start in range(len(parts)):
            yield ".".join(parts[start:]).casefold()


def _unique(names: Iterable[list[str]]) -> list[list[str]]:
    return [list(each) for each in dict.fromkeys(map(tuple, names))]
