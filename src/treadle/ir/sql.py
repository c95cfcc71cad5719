"""The SQL that writes an asset, and which columns it reads: what column lineage is made from."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.ir.keys import AssetKey

__all__ = ["AssetSql", "ColumnSource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSql:
    """The SQL of an asset as its database gets it, as far as that is known without running anything.

    `dialect` is the name that databases' own drivers have (`duckdb`, `postgresql`, `snowflake`…). `is_whole_query` says
    that it is the query alone, without the statement that writes what it gives.

    >>> AssetSql(text="select 1 as id", dialect="duckdb", is_whole_query=True).dialect
    'duckdb'
    """

    text: str
    dialect: str = ""
    is_whole_query: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnSource:
    """A column of an asset that another column is made from."""

    asset: AssetKey
    column: str
