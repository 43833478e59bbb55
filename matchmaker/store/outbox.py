# SPDX-License-Identifier: MIT
"""Mail that was promised: written in the same transaction as what it tells of, sent later."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.store.base import Base


class OutboxMail(Base):
    """One mail. ``dedup_key`` says what it tells whom, so that it is written only once.

    The words are made when it is sent, from the template, the values and the reader's language.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_count"),
        Index("ix_outbox_mail_sent_at_next_try_at", "sent_at", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    to_address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8), default="en")
    template: Mapped[str] = mapped_column(String(40))  # a folder entry of templates/mail
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
