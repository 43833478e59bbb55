# SPDX-License-Identifier: MIT
"""Locks that no row can hold: who writes suggestions does so one after the other."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

SUGGESTIONS = 0x4D617463  # any constant that nothing else in this database locks


def lock_suggestions(session: Session) -> None:
    """Wait until nobody else writes suggestions or runs; held until the transaction ends.

    Ask which run is current only after this. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(SUGGESTIONS)))
