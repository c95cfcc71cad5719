"""Runs that can be taken up again, the log of all that happened, what was last of each asset, and what starts runs."""

from __future__ import annotations

from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0002"
down_revision = "0001"

_STATEMENTS = (
    "ALTER TABLE runs ADD COLUMN partition_keys TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE runs ADD COLUMN config TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN launched_by TEXT NOT NULL DEFAULT 'command'",
    "ALTER TABLE runs ADD COLUMN run_key TEXT",
    "ALTER TABLE runs ADD COLUMN rerun_of TEXT",
    "ALTER TABLE runs ADD COLUMN cancel_requested_at TEXT",
    "ALTER TABLE runs ADD COLUMN runner TEXT",
    "ALTER TABLE runs ADD COLUMN runner_machine TEXT",
    "ALTER TABLE runs ADD COLUMN runner_pid INTEGER",
    "ALTER TABLE runs ADD COLUMN runner_born TEXT",
    "ALTER TABLE runs ADD COLUMN heartbeat_at TEXT",
    "ALTER TABLE steps ADD COLUMN after TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE materializations ADD COLUMN code_version TEXT",
    "ALTER TABLE materializations ADD COLUMN inputs TEXT NOT NULL DEFAULT '{}'",
    "CREATE INDEX runs_by_status ON runs (status, created_at)",
    "CREATE INDEX runs_by_project ON runs (project, created_at)",
    "CREATE INDEX runs_by_launcher ON runs (launched_by, created_at)",
    "CREATE UNIQUE INDEX runs_by_key ON runs (project, launched_by, run_key)",
    """
    CREATE TABLE attempts (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
        output TEXT NOT NULL,
        exit_code INTEGER,
        error TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        seconds FLOAT,
        peak_memory BIGINT,
        cpu_seconds FLOAT,
        PRIMARY KEY (run_id, step, attempt)
    )
    """,
    """
    CREATE TABLE events (
        id {serial} PRIMARY KEY,
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        step TEXT,
        attempt INTEGER,
        asset TEXT,
        data TEXT NOT NULL,
        created_at TEXT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX events_by_run ON events (run_id, position)",
    """
    CREATE TABLE latest_materializations (
        asset TEXT NOT NULL,
        partition_key TEXT NOT NULL,
        run_id TEXT,
        position INTEGER,
        data_version TEXT,
        created_at TEXT,
        failed_run_id TEXT,
        failed_at TEXT,
        PRIMARY KEY (asset, partition_key)
    )
    """,
    """
    CREATE TABLE latest_check_results (
        asset TEXT NOT NULL,
        name TEXT NOT NULL,
        partition_key TEXT NOT NULL,
        run_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (asset, name, partition_key)
    )
    """,
    """
    CREATE TABLE slots (
        pool TEXT NOT NULL,
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        is_held BOOLEAN NOT NULL,
        priority INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (pool, run_id, step)
    )
    """,
    """
    CREATE TABLE partition_sets (
        name TEXT NOT NULL,
        partition_key TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (name, partition_key)
    )
    """,
    """
    CREATE TABLE backfills (
        id TEXT PRIMARY KEY,
        status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled')),
        project TEXT NOT NULL,
        selection TEXT NOT NULL,
        partitions TEXT NOT NULL,
        tags TEXT NOT NULL,
        priority INTEGER NOT NULL,
        runs_at_once INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        ended_at TEXT,
        cancel_requested_at TEXT,
        error TEXT NOT NULL
    )
    """,
    "CREATE INDEX backfills_by_status ON backfills (status, created_at)",
    """
    CREATE TABLE backfill_parts (
        backfill_id TEXT NOT NULL REFERENCES backfills (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        partition TEXT NOT NULL,
        partition_keys TEXT NOT NULL,
        run_id TEXT,
        PRIMARY KEY (backfill_id, position)
    )
    """,
    """
    CREATE TABLE automations (
        project TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        is_enabled BOOLEAN,
        cursor TEXT,
        holder TEXT,
        held_until TEXT,
        changed_at TEXT NOT NULL,
        PRIMARY KEY (project, kind, name)
    )
    """,
    """
    CREATE TABLE ticks (
        id {serial} PRIMARY KEY,
        project TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        due_at TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('running', 'fired', 'skipped', 'failed')),
        reason TEXT NOT NULL,
        run_ids TEXT NOT NULL,
        created_at TEXT NOT NULL,
        ended_at TEXT
    )
    """,
    "CREATE UNIQUE INDEX ticks_by_time ON ticks (project, kind, name, due_at)",
    """
    CREATE TABLE deliveries (
        id {serial} PRIMARY KEY,
        project TEXT NOT NULL,
        hook TEXT NOT NULL,
        run_id TEXT,
        message TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
        attempts INTEGER NOT NULL,
        error TEXT NOT NULL,
        created_at TEXT NOT NULL,
        next_at TEXT NOT NULL,
        ended_at TEXT
    )
    """,
    "CREATE INDEX deliveries_by_status ON deliveries (status, next_at)",
    """
    INSERT INTO latest_materializations (asset, partition_key, run_id, position, data_version, created_at)
    SELECT asset, '', run_id, position, data_version, created_at FROM (
        SELECT *, row_number() OVER (
            PARTITION BY asset ORDER BY created_at DESC, run_id DESC, position DESC
        ) AS place FROM materializations
    ) AS ranked WHERE place = 1
    """,
    """
    INSERT INTO latest_materializations (asset, partition_key, run_id, position, data_version, created_at)
    SELECT asset, partition_key, run_id, position, data_version, created_at FROM (
        SELECT *, row_number() OVER (
            PARTITION BY asset, partition_key ORDER BY created_at DESC, run_id DESC, position DESC
        ) AS place FROM materializations WHERE partition_key <> ''
    ) AS ranked WHERE place = 1
    """,
    """
    INSERT INTO latest_check_results (asset, name, partition_key, run_id, position)
    SELECT asset, name, '', run_id, position FROM (
        SELECT *, row_number() OVER (
            PARTITION BY asset, name ORDER BY created_at DESC, run_id DESC, position DESC
        ) AS place FROM check_results
    ) AS ranked WHERE place = 1
    """,
)


def upgrade() -> None:
    """Make the tables and columns, and fill those that say what was last."""
    serial = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT GENERATED BY DEFAULT AS IDENTITY"
    for statement in _STATEMENTS:
        op.execute(statement.replace("{serial}", serial))
