# SPDX-License-Identifier: MIT
"""Actors, who looks after them, and what they offer and seek."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from matchmaker.store.accounts import Account
from matchmaker.store.base import Base, one_of, random_key

STATES = ("draft", "published", "paused", "closed")
DIRECTIONS = ("offer", "seek")
MEMBER_ROLES = ("owner", "editor")
VISIBILITIES = ("partners", "members", "public")
LEVELS = ("basic", "working", "fluent")
CRITERIA = ("type", "country", "kind", "sector", "language")  # of a wished partner
PRIORITIES = ("nice", "prefer", "must")  # how much a criterion counts

TITLE_LENGTH = 160
TEXT_LENGTH = 4000
MAX_SECTORS = 5


class Actor(Base):
    """An organisation or a person of the cultural and creative industries.

    A draft may be empty; what is published is complete, and the database says so.
    ``version`` counts the edits: the second of two people who save gets a conflict.
    """

    __tablename__ = "actor"
    __table_args__ = (
        one_of("state", STATES),
        *(
            one_of(f"contact_{field}_visibility", VISIBILITIES)
            for field in ("name", "email", "phone")
        ),
        CheckConstraint(
            "state <> 'published' OR (name <> '' AND kind <> '' AND country <> '' AND does <> '')",
            name="published_complete",
        ),
        CheckConstraint("capacity BETWEEN 0 AND 50", name="capacity_range"),
        UniqueConstraint("source", "external_id"),
        Index("ix_actor_state_country", "state", "country"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default="draft")

    name: Mapped[str] = mapped_column(String(160), default="")
    kind: Mapped[str] = mapped_column(String(24), default="")
    kind_other: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    region: Mapped[str] = mapped_column(String(8), default="")
    region_version: Mapped[str] = mapped_column(String(12), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    year_founded: Mapped[int | None]
    size: Mapped[str] = mapped_column(String(12), default="")

    does: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="")  # of all texts without their own
    language_chosen: Mapped[bool] = mapped_column(default=False)  # False: it was detected
    sector_other: Mapped[str] = mapped_column(String(80), default="")
    themes: Mapped[list[str]] = mapped_column(default=list)

    capacity: Mapped[int] = mapped_column(default=3)  # new contacts welcome at a time
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_name_visibility: Mapped[str] = mapped_column(String(12), default="partners")
    contact_email_visibility: Mapped[str] = mapped_column(String(12), default="partners")
    contact_phone_visibility: Mapped[str] = mapped_column(String(12), default="partners")

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(String(60))  # of an imported actor
    external_id: Mapped[str | None] = mapped_column(String(120))

    sectors: Mapped[list["ActorSector"]] = relationship(
        order_by="ActorSector.position", cascade="all, delete-orphan", passive_deletes=True
    )
    languages: Mapped[list["ActorLanguage"]] = relationship(
        order_by="ActorLanguage.position", cascade="all, delete-orphan", passive_deletes=True
    )
    opportunities: Mapped[list["Opportunity"]] = relationship(
        back_populates="actor",
        order_by="Opportunity.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="actor", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def sector_codes(self) -> list[str]:
        """Codes of the sectors, the main one first."""
        return [sector.code for sector in self.sectors]

    @property
    def language_codes(self) -> list[str]:
        """Codes of the working languages, in the order given."""
        return [spoken.code for spoken in self.languages]

    @property
    def offers(self) -> list["Opportunity"]:
        return [item for item in self.opportunities if item.direction == "offer"]

    @property
    def seeks(self) -> list["Opportunity"]:
        return [item for item in self.opportunities if item.direction == "seek"]


class ActorSector(Base):
    """A sector of an actor; position 0 is the main one."""

    __tablename__ = "actor_sector"

    actor_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(24), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


class ActorLanguage(Base):
    """A language that an actor can work in."""

    __tablename__ = "actor_language"
    __table_args__ = (one_of("level", LEVELS),)

    actor_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    level: Mapped[str] = mapped_column(String(8), default="working")
    position: Mapped[int] = mapped_column(default=0)


class Membership(Base):
    """An account that looks after an actor."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", MEMBER_ROLES),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    actor_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(12), default="owner")

    account: Mapped[Account] = relationship()
    actor: Mapped[Actor] = relationship(back_populates="memberships")


class Opportunity(Base):
    """One thing an actor offers or seeks; offers and seeks are what is matched.

    ``countries``, ``kinds`` and ``sectors`` are those of the partner who is wished for, empty for
    any. A priority says how much such a criterion counts: who fails a "must" is not suggested.
    """

    __tablename__ = "opportunity"
    __table_args__ = (
        one_of("direction", DIRECTIONS),
        *(one_of(f"{criterion}_priority", PRIORITIES) for criterion in CRITERIA),
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_LENGTH}", name="title_length"),
        Index("ix_opportunity_actor_id_direction", "actor_id", "direction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True, default=random_key)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"))
    direction: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(default=0)
    type: Mapped[str] = mapped_column(String(24), default="other", index=True)
    type_other: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="")  # empty: that of the actor
    language_chosen: Mapped[bool] = mapped_column(default=False)  # False: it was detected
    countries: Mapped[list[str]] = mapped_column(default=list)
    kinds: Mapped[list[str]] = mapped_column(default=list)
    sectors: Mapped[list[str]] = mapped_column(default=list)
    type_priority: Mapped[str] = mapped_column(String(8), default="prefer")
    country_priority: Mapped[str] = mapped_column(String(8), default="prefer")
    kind_priority: Mapped[str] = mapped_column(String(8), default="prefer")
    sector_priority: Mapped[str] = mapped_column(String(8), default="prefer")
    language_priority: Mapped[str] = mapped_column(String(8), default="prefer")
    themes: Mapped[list[str]] = mapped_column(default=list)
    stage: Mapped[str] = mapped_column(String(24), default="")
    valid_until: Mapped[date | None]

    actor: Mapped[Actor] = relationship(back_populates="opportunities")


class ActorTerm(Base):
    """A searchable word of a published actor: its stem with its language (``lv:teātr``)."""

    __tablename__ = "actor_term"
    __table_args__ = (Index("ix_actor_term_term_actor_id", "term", "actor_id"),)

    actor_id: Mapped[int] = mapped_column(
        ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True
    )
    term: Mapped[str] = mapped_column(String(64), primary_key=True)
    weight: Mapped[float]


def whole_actor(query: Select[Actor]) -> Select[Actor]:
    """Load all that a profile shows in a fixed number of queries."""
    return query.options(
        selectinload(Actor.sectors),
        selectinload(Actor.languages),
        selectinload(Actor.opportunities),
    )


def published_actors() -> Select[Actor]:
    """Published actors in the order of their ids, whole."""
    return whole_actor(select(Actor).where(Actor.state == "published").order_by(Actor.id))


def actor_by_key(key: str) -> Select[Actor]:
    return whole_actor(select(Actor).where(Actor.key == key))


def actors_of(account_id: int) -> Select[Actor]:
    """Actors that an account looks after, newest last."""
    return (
        select(Actor).join(Membership).where(Membership.account_id == account_id).order_by(Actor.id)
    )
