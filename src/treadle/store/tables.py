"""The tables as SQLAlchemy sees them. `migrations/` is what makes them; this file only reads and writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Column, Dialect, Float, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    _TextType = TypeDecorator[Any]
else:
    _TextType = TypeDecorator

__all__ = [
    "attempts",
    "check_results",
    "events",
    "latest_check_results",
    "latest_materializations",
    "materializations",
    "runs",
    "schema_version",
    "slots",
    "steps",
]


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
    Column("partition_keys", Json),
    Column("tags", Json),
    Column("config", Json),
    Column("priority", Integer),
    Column("launched_by", FreeText),
    Column("rerun_of", Text),
    Column("created_at", UtcTime),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("cancel_requested_at", UtcTime),
    Column("runner", Text),
    Column("runner_machine", Text),
    Column("runner_pid", Integer),
    Column("runner_born", Text),
    Column("heartbeat_at", UtcTime),
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
    Column("after", Json),
    Column("output", FreeText),
    Column("attempts", Integer),
    Column("exit_code", Integer),
    Column("error", FreeText),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
)

attempts = Table(
    "attempts",
    _tables,
    Column("run_id", Text, primary_key=True),
    Column("step", FreeText, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("status", Text),
    Column("output", FreeText),
    Column("exit_code", Integer),
    Column("error", FreeText),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("seconds", Float),
)

# SQLite numbers rows by itself only in a column of exactly this type.
_Serial = BigInteger().with_variant(Integer(), "sqlite")

events = Table(
    "events",
    _tables,
    Column("id", _Serial, primary_key=True),
    Column("run_id", Text),
    Column("position", Integer),
    Column("kind", Text),
    Column("step", FreeText),
    Column("attempt", Integer),
    Column("asset", FreeText),
    Column("data", Json),
    Column("created_at", UtcTime),
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
    Column("code_version", FreeText),
    Column("inputs", Json),
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

# What was last, so that nobody has to search for it: a row an asset and partition, and one (with an empty
# partition key) for the asset as a whole. `failed_*` is the last attempt that didn't write it.
latest_materializations = Table(
    "latest_materializations",
    _tables,
    Column("asset", FreeText, primary_key=True),
    Column("partition_key", FreeText, primary_key=True),
    Column("run_id", Text),
    Column("position", Integer),
    Column("data_version", FreeText),
    Column("created_at", UtcTime),
    Column("failed_run_id", Text),
    Column("failed_at", UtcTime),
)

latest_check_results = Table(
    "latest_check_results",
    _tables,
    Column("asset", FreeText, primary_key=True),
    Column("name", FreeText, primary_key=True),
    Column("partition_key", FreeText, primary_key=True),
    Column("run_id", Text),
    Column("position", Integer),
)

# Who holds, and who waits for, a place in a pool.
slots = Table(
    "slots",
    _tables,
    Column("pool", FreeText, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Column("step", FreeText, primary_key=True),
    Column("is_held", Boolean),
    Column("priority", Integer),
    Column("created_at", UtcTime),
)
