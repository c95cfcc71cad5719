"""The most memory that was in use on the GPUs of an attempt."""

from __future__ import annotations

from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE attempts ADD COLUMN peak_gpu_memory BIGINT")
