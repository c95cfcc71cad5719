"""What Alembic runs: migrations, in the transaction that the store has begun."""

from __future__ import annotations

from alembic import context

from treadle.store.tables import runs

__all__: list[str] = []

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=runs.metadata,
    render_as_batch=True,  # SQLite changes most of a table only by making it anew
)
with context.begin_transaction():
    context.run_migrations()
