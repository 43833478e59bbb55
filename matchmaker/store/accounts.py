# SPDX-License-Identifier: MIT
"""Accounts, their roles, and the links that sign them in."""

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Select, String, Table, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.store.base import Base, one_of, random_key

ROLES = ("coordinator", "administrator")

account_role = Table(
    "account_role",
    Base.metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    """What an account may do beyond looking after its own actors."""

    __tablename__ = "role"
    __table_args__ = (one_of("name", ROLES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)


class Account(Base, UserMixin):
    """A person who signs in. The address is stored in lower case."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True, default=random_key)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=random_key)
    language: Mapped[str] = mapped_column(String(8), default="en")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # the mixin says RoleMixin
        secondary=account_role, lazy="selectin"
    )
    desk: Mapped[list["DeskCountry"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="DeskCountry.country"
    )

    @property
    def is_admin(self) -> bool:
        return any(role.name == "administrator" for role in self.roles)

    @property
    def is_coordinator(self) -> bool:
        """Coordinators review pairings; administrators may do all that they may."""
        return self.is_admin or any(role.name == "coordinator" for role in self.roles)


class DeskCountry(Base):
    """One country that a coordinator looks after. A desk without countries is the whole region."""

    __tablename__ = "desk_country"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    country: Mapped[str] = mapped_column(String(2), primary_key=True)


class SignInLink(Base):
    """A link mailed to an address. Only its hash is kept; it works once and not for long."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_email_created_at", "email", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    next_path: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def account_by_email(email: str) -> Select[Account]:
    return select(Account).where(Account.email == email.lower())
