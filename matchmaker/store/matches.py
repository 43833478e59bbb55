# SPDX-License-Identifier: MIT
"""Runs, the suggestions they computed, and what actors answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.store.actors import Actor
from matchmaker.store.base import Base, one_of, random_key

RUN_STATES = ("building", "current", "failed")
ANSWERS = ("yes", "no", "later")


class Run(Base):
    """One computation of all suggestions by one version of the recipe; at most one is current."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("state", RUN_STATES),
        Index(
            "uq_run_current",
            "state",
            unique=True,
            sqlite_where=text("state = 'current'"),
            postgresql_where=text("state = 'current'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True, default=random_key)
    state: Mapped[str] = mapped_column(String(12), default="building")
    recipe: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    n_actors: Mapped[int] = mapped_column(default=0)
    n_suggestions: Mapped[int] = mapped_column(default=0)


class Suggestion(Base):
    """A computed, ranked partner for an actor. Only a run or a saved profile writes it."""

    __tablename__ = "suggestion"
    __table_args__ = (
        CheckConstraint("actor_id <> other_id", name="never_itself"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_range"),
        Index("ix_suggestion_run_id_actor_id_rank", "run_id", "actor_id", "rank"),
        Index("ix_suggestion_other_id", "other_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    actor_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int]  # 1 is best
    score: Mapped[float]

    other: Mapped[Actor] = relationship(foreign_keys=other_id)


class Interest(Base):
    """An actor's private answer to a suggestion. A no is never shown to the other side."""

    __tablename__ = "interest"
    __table_args__ = (
        one_of("answer", ANSWERS),
        CheckConstraint("actor_id <> other_id", name="never_itself"),
        CheckConstraint("reason = '' OR answer = 'no'", name="reason_of_a_no"),
        Index("ix_interest_other_id_answer", "other_id", "answer"),
    )

    actor_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True
    )
    answer: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(24), default="")  # decline_reasons, of a no
    note: Mapped[str] = mapped_column(Text, default="")  # for the coordinator, of a yes
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime]

    other: Mapped[Actor] = relationship(foreign_keys=other_id)


def current_run() -> Select[Run]:
    return select(Run).where(Run.state == "current")
