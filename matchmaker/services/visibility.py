# SPDX-License-Identifier: MIT
"""Who sees which part of a profile. Every page, export and mail asks here and nowhere else."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from matchmaker.store import Account, Actor, Membership, Pairing

CONTACT_FIELDS = ("name", "email", "phone")
CONTACT_OPEN = ("introduced", "met", "agreed", "applied", "funded", "cooperating")


@dataclass(frozen=True)
class Viewer:
    """The one who looks. Nobody signed in: no account and no actors."""

    account_id: int | None = None
    actor_ids: frozenset[int] = frozenset()
    coordinator: bool = False


@dataclass(frozen=True)
class ContactCard:
    """The contact data that a viewer may see; ``hidden`` names what exists and stays closed."""

    name: str = ""
    email: str = ""
    phone: str = ""
    hidden: tuple[str, ...] = ()


def viewer_of(session: Session, account: Account | None) -> Viewer:
    """Return the viewer for a signed-in account, or for nobody."""
    if account is None:
        return Viewer()
    own = select(Membership.actor_id).where(Membership.account_id == account.id)
    return Viewer(account.id, frozenset(session.scalars(own)), account.is_coordinator)


def may_see(actor: Actor, viewer: Viewer) -> bool:
    """Tell whether the profile exists for this viewer: published, or one's own."""
    return actor.state == "published" or actor.id in viewer.actor_ids


def contact_is_open(session: Session, actor_id: int, viewer: Viewer) -> bool:
    """Tell whether one of the viewer's actors was introduced to this one."""
    mine = viewer.actor_ids
    if not mine:
        return False
    met = select(Pairing.id).where(
        Pairing.state.in_(CONTACT_OPEN),
        or_(
            and_(Pairing.first_id == actor_id, Pairing.second_id.in_(mine)),
            and_(Pairing.second_id == actor_id, Pairing.first_id.in_(mine)),
        ),
    )
    return session.scalar(met.limit(1)) is not None


def contact(session: Session, actor: Actor, viewer: Viewer) -> ContactCard:
    """Return the contact data of an actor that this viewer may see."""
    if actor.id in viewer.actor_ids:
        allowed = {"partners", "members", "public"}
    else:
        allowed = {"public"}
        if viewer.account_id is not None:
            allowed.add("members")
        if contact_is_open(session, actor.id, viewer):
            allowed.add("partners")
    shown, hidden = {}, []
    for field in CONTACT_FIELDS:
        value = getattr(actor, f"contact_{field}")
        if value and getattr(actor, f"contact_{field}_visibility") in allowed:
            shown[field] = value
        elif value:
            hidden.append(field)
    return ContactCard(**shown, hidden=tuple(hidden))
