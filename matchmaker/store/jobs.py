# SPDX-License-Identifier: MIT
"""Work outside a request: what was asked, how far it is, how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.store.base import Base, one_of, random_key

STATES = ("waiting", "running", "done", "failed", "cancelled")


class Job(Base):
    """One piece of work. The row is the truth, whatever happens to the process that does it."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", STATES),
        CheckConstraint("done_units >= 0", name="done_units_count"),
        Index("ix_job_state_kind", "state", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True, default=random_key)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_units: Mapped[int] = mapped_column(default=0)
    all_units: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # last sign of life
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(500), default="")
