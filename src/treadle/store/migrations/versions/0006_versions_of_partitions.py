"""Of what was last: with which version of the code it was made, and since when its data has the version that it has."""

from __future__ import annotations

from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0006"
down_revision = "0005"

_STATEMENTS = (
    "ALTER TABLE latest_materializations ADD COLUMN code_version TEXT",
    "ALTER TABLE latest_materializations ADD COLUMN changed_at TEXT",
    # Whether the materialization before had the same version isn't looked for: there may be millions.
    """
    UPDATE latest_materializations SET changed_at = created_at, code_version = (
        SELECT made.code_version FROM materializations AS made
        WHERE made.run_id = latest_materializations.run_id AND made.position = latest_materializations.position
    )
    """,
)


def upgrade() -> None:
    """Add the columns, and fill them."""
    for statement in _STATEMENTS:
        op.execute(statement)
