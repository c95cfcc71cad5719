"""Tables of the warehouse, each by one query."""

from __future__ import annotations

from pydantic import Field

from treadle import AssetAttributes, CheckAttributes, Component, Definitions, RenamedField
from treadle.components import ComponentContext, ProjectFile
from treadle.library.sql import TemplatedSql
from treadle.templating import Template


class WarehouseTable(Component):
    """A table of the warehouse: a query says what is in it, and it may not be empty."""

    table: str = Field(examples=["daily_revenue"])
    """Its name; the key of the asset is `warehouse/` and this."""
    query: ProjectFile = Field(examples=["daily_revenue.sql"])
    """The file with the query."""
    description: str | None = None
    """What a row of it is."""
    owner: str | None = None
    """Who answers for it: `team:NAME` or an e-mail address."""
    domain: str = "shared"
    """The part of the business that it is about."""
    reads: list[str] = Field(default_factory=list)
    """Keys of the assets that the query reads."""

    deprecations = (RenamedField("sql_file", to="query", since="2.0"),)

    def build_defs(self, context: ComponentContext) -> Definitions:
        """The table, the check that it has rows, and the step that makes both."""
        key = f"warehouse/{self.table}"
        statements = (
            f"create or replace table {self.table} as\n{self.query.read_text(encoding='utf-8')};\n"
            f"select count(*) > 0 as has_rows from {self.table}"
        )
        sql = TemplatedSql(
            connection="warehouse",
            sql_template=Template(statements, result=str),
            assets=[
                AssetAttributes(
                    key=key,
                    description=self.description,
                    group=self.domain,
                    owners=[self.owner] if self.owner else [],
                    tags={"domain": self.domain},
                    deps=self.reads,
                    kinds=["duckdb"],
                )
            ],
            checks=[CheckAttributes(name="has_rows", asset=key, description="It isn't empty")],
        )
        return sql.build_defs(context)
