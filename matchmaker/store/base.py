# SPDX-License-Identifier: MIT
"""What every table shares: names of constraints, times in UTC, keys for addresses."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Python sees UTC with its zone; a naive datetime is refused, never guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The time {value} has no zone; give it one.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UTCDateTime(),
        list[str]: JSON(),
        dict[str, Any]: JSON(),
    }


def one_of(column: str, codes: Iterable[str], *, name: str | None = None) -> CheckConstraint:
    """Return the constraint that a column holds one of a closed set of codes (or nothing)."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")


def random_key() -> str:
    """Return 16 characters for an address; 96 bits, so it cannot be counted or guessed."""
    return secrets.token_urlsafe(12)


SPELLED = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ß": "ss", "ð": "d", "Ð": "D",
     "þ": "th", "Þ": "Th", "đ": "d", "ı": "i"}
)  # fmt: skip


def latin(text: str) -> str:
    """Return the text without accents, in ASCII where it has a Latin spelling."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELLED))
    return plain.encode("ascii", "ignore").decode()


def slug_key(name: str) -> str:
    """Return a readable address for a name, ending in 6 random characters: ``kino-nord-x7f3k2``."""
    words = re.sub(r"[^a-z0-9]+", "-", latin(name).lower()).strip("-")[:48].strip("-")
    tail = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(6))
    return f"{words}-{tail}" if words else tail
