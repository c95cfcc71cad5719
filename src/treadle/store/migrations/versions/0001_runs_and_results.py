"""The first tables: runs, their steps, and what those reported.

Times are text in UTC with microseconds, and lists and metadata are JSON in text: both databases
sort and keep them alike.
"""

from __future__ import annotations

from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None

# As text, and never changed: stores that were made before there was Alembic have exactly these tables.
_STATEMENTS = (
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
        project TEXT NOT NULL,
        selection TEXT NOT NULL,
        partition_key TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        ended_at TEXT,
        error TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX runs_by_creation ON runs (created_at)",
    """
    CREATE TABLE steps (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        step TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled')),
        assets TEXT NOT NULL,
        checks TEXT NOT NULL,
        output TEXT NOT NULL DEFAULT '',
        attempts INTEGER NOT NULL DEFAULT 0,
        exit_code INTEGER,
        error TEXT NOT NULL DEFAULT '',
        started_at TEXT,
        ended_at TEXT,
        PRIMARY KEY (run_id, position)
    )
    """,
    "CREATE UNIQUE INDEX steps_by_name ON steps (run_id, step)",
    """
    CREATE TABLE materializations (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        step TEXT NOT NULL,
        asset TEXT NOT NULL,
        partition_key TEXT,
        data_version TEXT,
        metadata TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (run_id, position)
    )
    """,
    "CREATE INDEX materializations_by_asset ON materializations (asset, created_at)",
    """
    CREATE TABLE check_results (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        step TEXT NOT NULL,
        asset TEXT NOT NULL,
        name TEXT NOT NULL,
        passed BOOLEAN NOT NULL,
        severity TEXT NOT NULL CHECK (severity IN ('warn', 'error')),
        description TEXT,
        partition_key TEXT,
        metadata TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (run_id, position)
    )
    """,
    "CREATE INDEX check_results_by_check ON check_results (asset, name, created_at)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
