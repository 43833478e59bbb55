# SPDX-License-Identifier: MIT
"""Mail: promised in the transaction of what it tells of, sent afterwards, at least once.

A mail is claimed, sent and noted in three moves, the sending outside every transaction: a slow
mail server holds no lock. Whoever dies in between leaves a claim that runs out by itself.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matchmaker.store import OutboxMail

MAX_ATTEMPTS = 12  # the last one after about a day and a half
LEASE_MINUTES = 5  # longer than any mail server may take over one mail
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """A mail in words, ready to send."""

    to_address: str
    subject: str
    text: str
    dedup_key: str


Compose = Callable[[OutboxMail], Letter]
Send = Callable[[Letter], None]


def promise(
    session: Session,
    *,
    to_address: str,
    template: str,
    language: str,
    dedup_key: str,
    now: datetime,
    **values: Any,
) -> None:
    """Write a mail into the outbox unless the same one stands there already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {
        "dedup_key": dedup_key,
        "to_address": to_address,
        "template": template,
        "language": language,
        "values": values,
        "created_at": now,
        "next_try_at": now,
        "attempts": 0,
        "last_error": "",
    }
    session.execute(insert(OutboxMail).values(row).on_conflict_do_nothing())


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMail.sent_at.is_(None),
        OutboxMail.next_try_at <= now,
        OutboxMail.attempts < MAX_ATTEMPTS,
    )


def due(session: Session, *, now: datetime, limit: int = 50) -> list[int]:
    """Return the ids of mails to send now, oldest first."""
    return list(
        session.scalars(select(OutboxMail.id).where(_due(now)).order_by(OutboxMail.id).limit(limit))
    )


def unsent(session: Session) -> list[OutboxMail]:
    """Return all mails that have not gone, given up ones too, oldest first."""
    return list(
        session.scalars(
            select(OutboxMail).where(OutboxMail.sent_at.is_(None)).order_by(OutboxMail.id)
        )
    )


def claim(session: Session, mail_id: int, *, now: datetime) -> OutboxMail | None:
    """Take a mail to send it, and say when to try again if nothing more is heard of it.

    That is after five minutes at least. None: somebody else has it, it has gone, or what it
    says is worth nothing any more (``values`` may say for how many ``minutes`` it is good).
    The caller commits before sending.
    """
    mail = session.scalar(
        select(OutboxMail)
        .where(OutboxMail.id == mail_id, _due(now))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if mail is None:
        return None
    minutes = mail.values.get("minutes")
    if minutes is not None and mail.created_at + timedelta(minutes=minutes) <= now:
        mail.attempts, mail.last_error, mail.values = MAX_ATTEMPTS, "too late", {}
        session.flush()
        return None
    mail.next_try_at = now + timedelta(minutes=max(LEASE_MINUTES, 2**mail.attempts))
    mail.attempts += 1
    session.flush()
    return mail


def note_sent(session: Session, mail_id: int, *, now: datetime) -> None:
    """Note that a mail went. What it held (links, contact data) is not kept."""
    mail = session.get_one(OutboxMail, mail_id)
    mail.sent_at, mail.last_error, mail.values = now, "", {}
    session.flush()


def note_failure(session: Session, mail_id: int, error: Exception, *, now: datetime) -> None:
    """Note why a mail did not go: kind and code only, since the words may hold an address.

    It is tried again after 1, 2, 4 … minutes; one that is given up keeps nothing of what it held.
    """
    mail = session.get_one(OutboxMail, mail_id)
    mail.next_try_at = now + timedelta(minutes=2 ** max(mail.attempts - 1, 0))
    if mail.attempts >= MAX_ATTEMPTS:
        mail.values = {}
    code = getattr(error, "smtp_code", "") or getattr(error, "errno", "") or ""
    mail.last_error = f"{type(error).__name__} {code}".strip()[:300]
    log.warning(
        "mail %s could not be sent (attempt %s): %s", mail_id, mail.attempts, mail.last_error
    )
    session.flush()
