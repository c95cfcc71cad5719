"""How many violations of policies there were, day by day."""

from __future__ import annotations

from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE violations (
            project TEXT NOT NULL,
            day TEXT NOT NULL,
            policy TEXT NOT NULL,
            deny INTEGER NOT NULL,
            warn INTEGER NOT NULL,
            audit INTEGER NOT NULL,
            waived INTEGER NOT NULL,
            baseline INTEGER NOT NULL,
            PRIMARY KEY (project, day, policy)
        )
        """
    )
