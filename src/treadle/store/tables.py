"""The tables as SQLAlchemy sees them. `migrations/` is what makes them; this file only reads and writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Dialect, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    _TextType = TypeDecorator[Any]
else:
    _TextType = TypeDecorator

__all__ = ["check_results", "materializations", "runs", "schema_version", "steps"]


class UtcTime(_TextType):
    """A moment as text that sorts: UTC, always with microseconds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """What is written."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """What is read."""
        return None if value is None else datetime.fromisoformat(value)


class FreeText(_TextType):
    """Text that people or programs wrote: NULs (which PostgreSQL refuses) and what isn't text (SQLite) are replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is written."""
        return value and value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


class Json(_TextType):
    """A JSON value as text; everything outside ASCII is escaped, so no database has to understand it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """What is written."""
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """What is read."""
        return json.loads(value or "null")


_tables = MetaData()

schema_version = Table("schema_version", _tables, Column("version", Integer, nullable=False))

runs = Table(
    "runs",
    _tables,
    Column("id", Text, primary_key=True),
    Column("status", Text),
    Column("project", FreeText),
    Column("selection", FreeText),
    Column("partition_key", FreeText),
    Column("created_at", UtcTime),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("error", FreeText),
)

steps = Table(
    "steps",
    _tables,
    Column("run_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step", FreeText),
    Column("status", Text),
    Column("assets", Json),
    Column("checks", Json),
    Column("output", FreeText),
    Column("attempts", Integer),
    Column("exit_code", Integer),
    Column("error", FreeText),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
)

materializations = Table(
    "materializations",
    _tables,
    Column("run_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step", FreeText),
    Column("asset", FreeText),
    Column("partition_key", FreeText),
    Column("data_version", FreeText),
    Column("metadata", Json),
    Column("created_at", UtcTime),
)

check_results = Table(
    "check_results",
    _tables,
    Column("run_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step", FreeText),
    Column("asset", FreeText),
    Column("name", FreeText),
    Column("passed", Boolean),
    Column("severity", Text),
    Column("description", FreeText),
    Column("partition_key", FreeText),
    Column("metadata", Json),
    Column("created_at", UtcTime),
)
