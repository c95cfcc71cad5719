"""Reads SQL: which query writes an asset, which columns it gives, and which columns these are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from treadle.ir import AssetKey, AssetSql, ColumnSource

__all__ = ["Query", "columns_of", "parse", "read"]

_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "sqlserver": "tsql", "awsathena": "athena", "mariadb": "mysql"}
_NAME = "treadle_asset_{}"

_Expression = Any  # sqlglot renames its classes from version to version


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The query that writes an asset. The assets that it reads have names of one word in it: `names` has these."""

    expression: _Expression
    dialect: str | None
    names: Mapping[str, AssetKey]

    @property
    def assets(self) -> Sequence[AssetKey]:
        """The assets that it reads."""
        return list(self.names.values())


def parse(sql: AssetSql, key: AssetKey, tables: Mapping[str, AssetKey]) -> Query | None:
    """The query of an asset; None when there is none that could be read. `tables` are what SQL calls assets."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    dialect = _DIALECTS.get(sql.dialect, sql.dialect) or None
    try:
        statements = sqlglot.parse(sql.text, dialect=dialect)
        found, before = _written_query(statements, key, tables, is_whole_query=sql.is_whole_query)
        return None if found is None else _named(found, before, tables, dialect)
    except (SqlglotError, RecursionError, ValueError, KeyError, AttributeError, TypeError):
        return None


def columns_of(query: Query, known: Mapping[AssetKey, Sequence[str]]) -> list[str]:
    """The columns that a query gives, as far as the columns of what it reads are known."""
    expression = _qualified(query, known)
    return [] if expression is None else [each for each in expression.named_selects if each not in ("", "*")]


def read(query: Query, known: Mapping[AssetKey, Sequence[str]]) -> dict[str, set[ColumnSource]]:
    """The columns that each column of a query is made from."""
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.scope import build_scope

    expression = _qualified(query, known)
    if expression is None:
        return {}
    found: dict[str, set[ColumnSource]] = {}
    try:
        scope = build_scope(expression)
        for name in expression.named_selects if scope is not None else ():
            if name not in ("", "*"):
                node = lineage(name, expression, {}, scope=scope, dialect=query.dialect, trim_selects=False, copy=False)
                found[name] = _leaves(node, query)
    except (SqlglotError, RecursionError, ValueError, KeyError, AttributeError, TypeError):
        return {}
    return found


def _written_query(
    statements: Sequence[_Expression], key: AssetKey, tables: Mapping[str, AssetKey], *, is_whole_query: bool
) -> tuple[_Expression | None, dict[str, _Expression]]:
    """The query that gives what is written into the asset, and those that fill other tables before."""
    from sqlglot import exp

    before: dict[str, _Expression] = {}
    for statement in statements:
        if is_whole_query and isinstance(statement, exp.Query):
            return statement, {}
        if isinstance(statement, (exp.Create, exp.Insert)) and isinstance(statement.expression, exp.Query):
            target = statement.find(exp.Table)
            if target is not None and _asset_of(target, tables) == key:
                return _with_its_columns(statement), before
            if target is not None:
                before[_name(target)] = statement.expression
    return None, before


def _with_its_columns(statement: _Expression) -> _Expression:
    """The query of a statement; `insert into t (a, b)` says how its columns are called."""
    from sqlglot import exp

    query, target = statement.expression, statement.this
    names = [each.name for each in target.expressions] if isinstance(target, exp.Schema) else []
    if isinstance(query, exp.Select) and names and len(names) == len(query.selects):
        query = query.copy()
        pairs = zip(query.selects, names, strict=True)
        query.set("expressions", [exp.alias_(each.unalias(), name) for each, name in pairs])
    return query


def _named(
    query: _Expression, before: Mapping[str, _Expression], tables: Mapping[str, AssetKey], dialect: str | None
) -> Query:
    """The query with assets called by one word, and the tables that were filled just before in their place."""
    from sqlglot import exp

    expanded = query.copy()
    names: dict[str, AssetKey] = {}
    for _ in range(len(before) + 1):
        for table in list(expanded.find_all(exp.Table)):
            if table.name in names:
                continue
            alias = table.alias_or_name
            if (key := _asset_of(table, tables)) is not None:
                name = _NAME.format(len(names))
                names[name] = key
                table.replace(exp.alias_(exp.to_table(name), alias, table=True))
            elif (inner := before.get(_name(table))) is not None:
                table.replace(exp.alias_(inner.copy().subquery(), alias, table=True))
    return Query(expression=expanded, dialect=dialect, names=names)


def _qualified(query: Query, known: Mapping[AssetKey, Sequence[str]]) -> _Expression | None:
    """The query with every column's table, and every `*` written out, as far as that is known."""
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify

    # What is known of a table may be a part of it: then columns that nobody knows are no mistake.
    for schema in (_schema(query, known), {}):
        try:
            return qualify(
                query.expression.copy(),
                dialect=query.dialect,
                schema=schema,
                validate_qualify_columns=False,
                identify=False,
                quote_identifiers=False,
            )
        except (SqlglotError, RecursionError, ValueError, KeyError, AttributeError, TypeError):
            continue
    return None


def _schema(query: Query, known: Mapping[AssetKey, Sequence[str]]) -> dict[str, object]:
    """The columns of the tables of a query: those that are known, and those that it names with their table."""
    from sqlglot import exp

    schema = {name: dict.fromkeys(known.get(key, ()), "unknown") for name, key in query.names.items()}
    aliases = {table.alias_or_name: table.name for table in query.expression.find_all(exp.Table)}
    for column in query.expression.find_all(exp.Column):
        if (columns := schema.get(aliases.get(column.table, ""))) is not None and column.name != "*":
            lower = {each.casefold() for each in columns}
            if column.name.casefold() not in lower:
                columns[column.name] = "unknown"
    return {name: columns for name, columns in schema.items() if columns}


def _leaves(node: Any, query: Query) -> set[ColumnSource]:
    from sqlglot import exp

    found = set()
    for each in node.walk():
        if not each.downstream and isinstance(each.expression, exp.Table):
            key = query.names.get(each.expression.name)
            column = each.name.rpartition(".")[2].strip('"`')
            if key is not None and column != "*":
                found.add(ColumnSource(asset=key, column=column))
    return found


def _asset_of(table: _Expression, tables: Mapping[str, AssetKey]) -> AssetKey | None:
    parts = [part.name.casefold() for part in table.parts]
    # The whole name first, then without the catalogue and the schema, which SQL may leave out.
    names = (".".join(parts[start:]) for start in range(len(parts)))
    return next((tables[name] for name in names if name in tables), None)


def _name(table: _Expression) -> str:
    return ".".join(part.name.casefold() for part in table.parts)
