"""The tables as SQLAlchemy sees them. `migrations/` is what makes them; a test holds that both tell the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Dialect, ForeignKey, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    _TextType = TypeDecorator[Any]
else:
    _TextType = TypeDecorator

__all__ = ["check_results", "materializations", "runs", "steps"]


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

runs = Table(
    "runs",
    _tables,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("project", FreeText, nullable=False),
    Column("selection", FreeText, nullable=False),
    Column("partition_key", FreeText),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("error", FreeText, nullable=False),
    Index("runs_by_creation", "created_at"),
)

steps = Table(
    "steps",
    _tables,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step", FreeText, nullable=False),
    Column("status", Text, nullable=False),
    Column("assets", Json, nullable=False),
    Column("checks", Json, nullable=False),
    Column("output", FreeText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("exit_code", Integer),
    Column("error", FreeText, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Index("steps_by_name", "run_id", "step", unique=True),
)

materializations = Table(
    "materializations",
    _tables,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step", FreeText, nullable=False),
    Column("asset", FreeText, nullable=False),
    Column("partition_key", FreeText),
    Column("data_version", FreeText),
    Column("metadata", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("materializations_by_asset", "asset", "created_at"),
)

check_results = Table(
    "check_results",
    _tables,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step", FreeText, nullable=False),
    Column("asset", FreeText, nullable=False),
    Column("name", FreeText, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("severity", Text, nullable=False),
    Column("description", FreeText),
    Column("partition_key", FreeText),
    Column("metadata", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("check_results_by_check", "asset", "name", "created_at"),
)
