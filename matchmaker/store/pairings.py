# SPDX-License-Identifier: MIT
"""Pairings and the dated events of their life."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.store.accounts import Account
from matchmaker.store.actors import Actor
from matchmaker.store.base import Base, one_of, random_key
from matchmaker.vocabulary import vocabulary

STATES = vocabulary("pairing_states").codes
OPEN = ("approved", "introduced", "met", "agreed", "applied", "funded", "cooperating")
ORIGINS = ("mutual", "coordinator")


class Pairing(Base):
    """Two actors of different countries whom a coordinator may introduce to each other.

    The actor with the smaller id is always first, so a pair is stored once whichever of the two
    it was suggested to. The countries are those at the time it was made.
    """

    __tablename__ = "pairing"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="first_before_second"),
        CheckConstraint("first_country <> second_country", name="across_a_border"),
        one_of("state", STATES),
        one_of("origin", ORIGINS),
        Index("ix_pairing_state_waiting_since", "state", "waiting_since"),
        Index("ix_pairing_second_id", "second_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True, default=random_key)
    version: Mapped[int] = mapped_column(default=1)
    first_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"))
    first_country: Mapped[str] = mapped_column(String(2))
    second_country: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(12), default="mutual")
    score: Mapped[float] = mapped_column(default=0.0)  # when it was made; 0: never suggested
    created_at: Mapped[datetime]
    waiting_since: Mapped[datetime]  # the last change of state
    decided_at: Mapped[datetime | None]  # the first verdict
    later_until: Mapped[date | None]  # a coordinator put it off until this day

    first: Mapped[Actor] = relationship(foreign_keys=first_id)
    second: Mapped[Actor] = relationship(foreign_keys=second_id)
    events: Mapped[list["PairingEvent"]] = relationship(
        back_populates="pairing",
        order_by="PairingEvent.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": version}

    def partner_of(self, actor_id: int) -> Actor:
        """Return the other end."""
        return self.second if actor_id == self.first_id else self.first


class PairingEvent(Base):
    """One dated step: who did what and why. Written once, never changed."""

    __tablename__ = "pairing_event"
    __table_args__ = (
        one_of("from_state", STATES),
        one_of("to_state", STATES),
        Index("ix_pairing_event_pairing_id", "pairing_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id", ondelete="SET NULL"))
    verdict: Mapped[str] = mapped_column(String(12), default="")
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(24), default="")
    note: Mapped[str] = mapped_column(Text, default="")

    pairing: Mapped[Pairing] = relationship(back_populates="events")
    account: Mapped[Account | None] = relationship()
    actor: Mapped[Actor | None] = relationship()


def pairings_of(actor_id: int) -> Select[Pairing]:
    return select(Pairing).where(or_(Pairing.first_id == actor_id, Pairing.second_id == actor_id))


def pairing_between(one_id: int, other_id: int) -> Select[Pairing]:
    first, second = sorted((one_id, other_id))
    return select(Pairing).where(Pairing.first_id == first, Pairing.second_id == second)
