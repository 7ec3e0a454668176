"""Runs the revisions on the connection that ``migrate`` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from monitor.adapters.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    # SQLite can roll DDL back once the driver does not commit on its own (see engine).
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
