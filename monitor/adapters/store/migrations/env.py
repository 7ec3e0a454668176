"""Runs the revisions on the connection that ``migrate`` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from monitor.adapters.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    # Of any table: importing the module is what fills it.
    target_metadata=tables.due.metadata,
    render_as_batch=True,
    # SQLite can roll DDL back once the driver does not commit on its own (see engine).
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
