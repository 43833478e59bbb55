# SPDX-License-Identifier: MIT
"""The database of a command: opened for its time, closed however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from matchmaker.config import Settings
from matchmaker.store.engine import make_engine


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Give an engine for the database of these settings."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    try:
        yield engine
    finally:
        engine.dispose()
