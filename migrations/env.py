# SPDX-License-Identifier: MIT
"""Alembic's entry; it is called from code with a connection (see ``matchmaker.store.schema``)."""

from alembic import context

from matchmaker.store import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
