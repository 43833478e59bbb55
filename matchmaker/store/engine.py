# SPDX-License-Identifier: MIT
"""Connections: SQLite made safe for several processes, PostgreSQL as it is."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

BUSY_SECONDS = 10
READ_ONLY = {"matchmaker_read_only": True}


def make_engine(url: str, **options: Any) -> Engine:
    """Return an engine for SQLite or PostgreSQL with this product's rules applied."""
    return create_engine(url, hide_parameters=True, **options)  # no texts of people in logs


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: object, record: object) -> None:
    """Foreign keys on, write-ahead log, wait instead of failing, nothing lost on power failure.

    ``isolation_level = None`` hands BEGIN over to us: the driver would begin a reading
    transaction and try to turn it into a writing one later, which fails under load.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Take SQLite's write lock at once unless the transaction only reads."""
    if connection.dialect.name != "sqlite":
        return
    reads = connection.get_execution_options().get("matchmaker_read_only")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def read_only(session: Session) -> None:
    """Make the session's first transaction a reading one: it never waits for a writer.

    Call it before anything else is done with the session. PostgreSQL then refuses writes.
    """
    options: dict[str, Any] = dict(READ_ONLY)
    if session.get_bind().dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    session.connection(execution_options=options)
