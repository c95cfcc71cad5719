"""The tables as SQLAlchemy sees them. `migrations/` is what makes them; a test holds that both tell the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    _TextType = TypeDecorator[Any]
else:
    _TextType = TypeDecorator

__all__ = [
    "api_tokens",
    "attempts",
    "automations",
    "backfill_parts",
    "backfills",
    "changes",
    "check_results",
    "deliveries",
    "events",
    "latest_check_results",
    "latest_materializations",
    "logins",
    "materializations",
    "partition_sets",
    "people",
    "runs",
    "sessions",
    "slots",
    "steps",
    "ticks",
    "violations",
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

runs = Table(
    "runs",
    _tables,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("project", FreeText, nullable=False),
    Column("selection", FreeText, nullable=False),
    Column("partition_key", FreeText),
    Column("partition_keys", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("config", Json, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("launched_by", FreeText, nullable=False),
    Column("run_key", FreeText),
    Column("rerun_of", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("cancel_requested_at", UtcTime),
    Column("runner", Text),
    Column("runner_machine", Text),
    Column("runner_pid", Integer),
    Column("runner_born", Text),
    Column("heartbeat_at", UtcTime),
    Column("error", FreeText, nullable=False),
    Index("runs_by_creation", "created_at"),
    Index("runs_by_status", "status", "created_at"),
    Index("runs_by_project", "project", "created_at"),
    Index("runs_by_launcher", "launched_by", "created_at"),
    Index("runs_by_key", "project", "launched_by", "run_key", unique=True),
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
    Column("after", Json, nullable=False),
    Column("output", FreeText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("exit_code", Integer),
    Column("error", FreeText, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Index("steps_by_name", "run_id", "step", unique=True),
)

attempts = Table(
    "attempts",
    _tables,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("step", FreeText, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("output", FreeText, nullable=False),
    Column("exit_code", Integer),
    Column("error", FreeText, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("seconds", Float),
    Column("peak_memory", BigInteger),
    Column("cpu_seconds", Float),
    Column("peak_gpu_memory", BigInteger),
)

# SQLite numbers rows by itself only in a column of exactly this type.
_Serial = BigInteger().with_variant(Integer(), "sqlite")

# The log of all that happened.
events = Table(
    "events",
    _tables,
    Column("id", _Serial, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("step", FreeText),
    Column("attempt", Integer),
    Column("asset", FreeText),
    Column("data", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("events_by_run", "run_id", "position", unique=True),
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
    Column("code_version", FreeText),
    Column("inputs", Json, nullable=False),
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

# What was last, so that nobody has to search for it: a row an asset and partition, and one (with an empty
# partition key) for the asset as a whole. `failed_*` is the last attempt that didn't write it; `changed_at` is since
# when it has its data version: written again alike, it hasn't changed.
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
    Column("code_version", FreeText),
    Column("changed_at", UtcTime),
)

latest_check_results = Table(
    "latest_check_results",
    _tables,
    Column("asset", FreeText, primary_key=True),
    Column("name", FreeText, primary_key=True),
    Column("partition_key", FreeText, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
)

# Who holds, and who waits for, a place in a pool.
slots = Table(
    "slots",
    _tables,
    Column("pool", FreeText, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("step", FreeText, primary_key=True),
    Column("is_held", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

# The keys of dynamic partitions.
partition_sets = Table(
    "partition_sets",
    _tables,
    Column("name", FreeText, primary_key=True),
    Column("partition_key", FreeText, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
)

backfills = Table(
    "backfills",
    _tables,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("project", FreeText, nullable=False),
    Column("selection", FreeText, nullable=False),
    Column("partitions", FreeText, nullable=False),
    Column("tags", Json, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("runs_at_once", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("cancel_requested_at", UtcTime),
    Column("error", FreeText, nullable=False),
    Index("backfills_by_status", "status", "created_at"),
)

# The runs that a backfill is made of; `run_id` is there when the run is.
backfill_parts = Table(
    "backfill_parts",
    _tables,
    Column("backfill_id", Text, ForeignKey("backfills.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("partition", FreeText, nullable=False),
    Column("partition_keys", Json, nullable=False),
    Column("run_id", Text),
)

# What starts runs, and is kept of it: whether it is turned on (as declared, when that is empty), how far it has
# come, and which scheduler looks at it now.
automations = Table(
    "automations",
    _tables,
    Column("project", FreeText, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", FreeText, primary_key=True),
    Column("is_enabled", Boolean),
    Column("cursor", FreeText),
    Column("holder", Text),
    Column("held_until", UtcTime),
    Column("changed_at", UtcTime, nullable=False),
)

# Each look at whether runs are due: what was decided, and why.
ticks = Table(
    "ticks",
    _tables,
    Column("id", _Serial, primary_key=True),
    Column("project", FreeText, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", FreeText, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", FreeText, nullable=False),
    Column("run_ids", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index("ticks_by_time", "project", "kind", "name", "due_at", unique=True),
)

# What hooks have to tell, and whether they have told it.
deliveries = Table(
    "deliveries",
    _tables,
    Column("id", _Serial, primary_key=True),
    Column("project", FreeText, nullable=False),
    Column("hook", FreeText, nullable=False),
    Column("run_id", Text),
    Column("message", Json, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index("deliveries_by_status", "status", "next_at"),
)

# How many violations of each policy there were on a day, as they were counted last on it.
violations = Table(
    "violations",
    _tables,
    Column("project", FreeText, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("policy", FreeText, primary_key=True),
    Column("deny", Integer, nullable=False),
    Column("warn", Integer, nullable=False),
    Column("audit", Integer, nullable=False),
    Column("waived", Integer, nullable=False),
    Column("baseline", Integer, nullable=False),
)

# Who has logged in to a shared server, and what the provider said of them last that decides what they may do.
people = Table(
    "people",
    _tables,
    Column("project", FreeText, primary_key=True),
    Column("subject", FreeText, primary_key=True),
    Column("name", FreeText, nullable=False),
    Column("email", FreeText, nullable=False),
    Column("claims", Json, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

# Logins that have begun, and wait for the provider's answer; each is taken once. `state` is a digest.
logins = Table(
    "logins",
    _tables,
    Column("state", Text, primary_key=True),
    Column("project", FreeText, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("target", FreeText, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

# The browsers in which people are logged in. What the browser shows is kept as a digest only.
sessions = Table(
    "sessions",
    _tables,
    Column("digest", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("project", FreeText, nullable=False),
    Column("subject", FreeText, nullable=False),
    Column("address", FreeText, nullable=False),
    Column("browser", FreeText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("sessions_by_subject", "project", "subject"),
)

# What programs show to a shared server, as a digest. `owner` is the subject of a person, empty for the command line.
api_tokens = Table(
    "api_tokens",
    _tables,
    Column("digest", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("project", FreeText, nullable=False),
    Column("owner", FreeText, nullable=False),
    Column("made_by", FreeText, nullable=False),
    Column("name", FreeText, nullable=False),
    Column("role", Text, nullable=False),
    Column("groups", Json, nullable=False),
    Column("paths", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),
    Column("revoked_at", UtcTime),
    Index("api_tokens_by_owner", "project", "owner"),
)

# The audit log: rows are added, and never changed.
changes = Table(
    "changes",
    _tables,
    Column("id", _Serial, primary_key=True),
    Column("project", FreeText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("who", FreeText, nullable=False),
    Column("subject", FreeText, nullable=False),
    Column("action", FreeText, nullable=False),
    Column("target", FreeText, nullable=False),
    Column("details", FreeText, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("message", FreeText, nullable=False),
    Column("address", FreeText, nullable=False),
    Index("changes_by_time", "project", "id"),
)
