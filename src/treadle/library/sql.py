"""SQL over the project's named connections."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from treadle.components import (
    AssetAttributes,
    Attributes,
    CheckAttributes,
    Component,
    ComponentContext,
    ExecutionAttributes,
    ProjectFile,
    ScaffoldRequest,
    declare,
)
from treadle.errors import MissingExtraError, did_you_mean, listing
from treadle.ir import AssetSql, Definitions, StepContext, StepFailed
from treadle.library.partition_view import PartitionView, partition_view
from treadle.templating import Template, Unrendered, render

__all__ = ["SqlFile", "TemplatedSql"]

_EXTRAS = {"duckdb": "duckdb", "postgresql": "postgres"}


class SqlFile(Attributes):
    """SQL that is kept in a file of its own."""

    path: ProjectFile
    """The file; a relative path starts at the folder of the YAML file."""


def _file_now(value: Any) -> Any:
    """SQL is rendered when the step runs; the path of its file is known at once."""
    if isinstance(value, Unrendered) and isinstance(value.raw, dict):
        return render(value.raw, value.variables, path=value.path, locate=value.locate)
    return value


class TemplatedSql(Component):
    """Runs SQL, written as a template, that writes assets and makes checks.

    Connections are named in `[tool.treadle.connections]` of `pyproject.toml`, as SQLAlchemy URLs. A
    check passes when the last statement's first row has a true value in the column of its name.
    """

    follows_from_attributes: ClassVar[bool] = True

    connection: str
    """The name of the connection."""
    sql_template: Annotated[
        Annotated[SqlFile | Template[str, Any], Field(union_mode="left_to_right")], BeforeValidator(_file_now)
    ] = Field(json_schema_extra={"x-names-of": "sql_template_vars", "x-names": ["partition"]})
    """The SQL, or `path:` of a file that holds it; its templates may use `sql_template_vars` and `partition`: its `key`, `start`, `end`."""
    sql_template_vars: dict[str, Any] = Field(default_factory=dict)
    """Variables of the template."""
    execution: ExecutionAttributes = Field(default_factory=ExecutionAttributes)
    """How the step runs."""
    assets: list[AssetAttributes] = Field(default_factory=list)
    """What it writes."""
    checks: list[CheckAttributes] = Field(default_factory=list)
    """What it checks."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """One step that runs the SQL."""
        if self.connection not in context.connections:
            raise context.error(
                "TRD630",
                f"there is no connection {self.connection!r}",
                "attributes",
                "connection",
                why=f"the project has {listing(context.connections) or 'none'}",
                fix=did_you_mean(self.connection, context.connections)
                or f'add `{self.connection} = "duckdb:///file.duckdb"` to [tool.treadle.connections] in pyproject.toml',
            )

        def run(step: StepContext) -> None:
            url = context.connections[self.connection]
            started = time.monotonic()
            rows, row = _execute(url, self.sql(partition_view(step)), step)
            metadata = {"rows_affected": rows, "execution_time": round(time.monotonic() - started, 6)}
            for asset in sorted(step.assets):
                step.materialize(asset, metadata=metadata)
            _report_checks(step, row)

        return declare(
            context,
            assets=self.assets,
            checks=self.checks,
            execution=self.execution,
            name=context.name,
            run=run,
            sql=lambda asset: self._known_sql(context.connections[self.connection]),
        )

    def sql(self, partition: PartitionView | str | None = None) -> str:
        """The SQL as the database gets it."""
        variables = {**self.sql_template_vars, "partition": partition}
        if isinstance(self.sql_template, SqlFile):
            return str(render(self.sql_template.path.read_text(encoding="utf-8"), variables))
        return self.sql_template.render(**variables)

    def _known_sql(self, url: str) -> AssetSql | None:
        """The SQL without a run: of some partition, since which one changes nothing of its columns."""
        moment = datetime(2000, 1, 1, tzinfo=UTC)
        some = PartitionView(keys=("2000-01-01",), start=moment, end=moment + timedelta(days=1))
        for partition in (None, some):
            with suppress(Exception):  # a template may do anything with what it isn't given
                return AssetSql(text=self.sql(partition), dialect=url.partition(":")[0].partition("+")[0])
        return None

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """SQL in the YAML file; SQL in a file, with a variable and a check."""
        return (
            {
                "connection": "warehouse",
                "sql_template": "create or replace table totals as select 1 as total",
                "assets": [{"key": "totals"}],
            },
            {
                "connection": "warehouse",
                "sql_template": {"path": "totals.sql"},
                "sql_template_vars": {"schema": "marts"},
                "assets": [{"key": "marts/totals", "deps": ["marts/orders"]}],
                "checks": [{"name": "has_rows", "asset": "marts/totals"}],
            },
        )

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """SQL in a file of its own."""
        name = request.folder.name.replace("-", "_")
        sql = f"create or replace table {name} as\nselect 1 as id\n"
        (request.folder / f"{name}.sql").write_text(sql, encoding="utf-8")
        return {"connection": "warehouse", "sql_template": {"path": f"{name}.sql"}, "assets": [{"key": name}]}


def _execute(url: str, sql: str, step: StepContext) -> tuple[int | None, Mapping[str, Any]]:
    """Run SQL and give the number of rows affected (None when unknown) and the last statement's first row."""
    import sqlalchemy
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    try:
        engine = sqlalchemy.create_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise _missing_driver(url) from None
    except SQLAlchemyError:
        raise StepFailed(
            "the connection's URL can't be read; write it as SQLAlchemy does: 'duckdb:///file.duckdb'"
        ) from None
    step.log(f"connecting to {engine.url.render_as_string(hide_password=True)}")
    try:
        with closing(engine.raw_connection()) as connection:
            rows, row = None, {}
            for statement in _statements(engine.dialect.name, sql):
                cursor = connection.cursor()
                cursor.execute(statement)
                for affected, first in _results(cursor):
                    rows, row = (rows if affected is None else affected), first
                cursor.close()
            connection.commit()
            return rows, row
    except StepFailed:
        raise
    except Exception as error:  # each driver has its own tree of errors
        raise StepFailed(f"{type(error).__name__}: {error}") from None
    finally:
        engine.dispose()


def _results(cursor: Any) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Of each statement, how many rows it affected (None when that isn't known) and the first row that it returned."""
    while True:
        columns = [column[0] for column in cursor.description or ()]
        values = cursor.fetchone() if columns else None
        row = dict(zip(columns, values, strict=True)) if values else {}
        if columns == ["Count"]:  # DuckDB answers statements that write with a table of one number
            yield int(row["Count"]) if row else None, {}
        else:
            # -1 stands for statements that aren't about rows, and for drivers that don't know.
            yield cursor.rowcount if not columns and cursor.rowcount >= 0 else None, row
        # Drivers that take several statements at once give several results, or only the last.
        following = getattr(cursor, "nextset", None)
        if following is None or not following():
            return


def _statements(dialect: str, sql: str) -> Iterator[str]:
    """One text for databases that take several statements at once; SQLite takes one at a time."""
    if dialect != "sqlite":
        yield sql
        return
    statement = ""
    for character in sql:
        statement += character
        if character == ";" and sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _missing_driver(url: str) -> Exception:
    scheme = url.split(":", 1)[0].split("+", 1)[0]
    if extra := _EXTRAS.get(scheme):
        return MissingExtraError(extra, needed_by="the connection")
    return StepFailed(
        f"no driver for {scheme!r} databases is installed: {did_you_mean(scheme, _EXTRAS) or 'install its SQLAlchemy dialect'}"
    )


def _report_checks(step: StepContext, row: Mapping[str, Any]) -> None:
    for check in sorted(step.checks):
        if check.name not in row:
            raise StepFailed(
                f"the SQL says nothing of the check {check.name!r}: its last statement has to return a column of that name; "
                f"it returned {listing(row) or 'no row'}"
            )
        step.check(check.name, bool(row[check.name]), asset=check.asset)
