# SPDX-License-Identifier: MIT
"""What a coordinator reads: the queue, all pairings, and what speaks for or against one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from matchmaker.services.pairings import open_contacts, yeses
from matchmaker.services.steps import CLOSED, QUEUE
from matchmaker.store import Actor, Interest, Pairing, PairingEvent, Run, Suggestion

# Many share these hosts without being one organisation.
SHARED_HOSTS = frozenset(
    {
        *("facebook.com", "instagram.com", "linkedin.com", "soundcloud.com", "bandcamp.com"),
        *("linktr.ee", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com"),
        *("yahoo.com", "icloud.com", "proton.me", "gmx.de", "web.de", "wp.pl", "onet.pl", "o2.pl"),
        *("inbox.lv", "one.lv", "mail.ee", "hot.ee"),
    }
)


@dataclass(frozen=True)
class QueueFilter:
    """Which pairings to show. ``states`` empty: all that wait for a coordinator."""

    countries: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    include_later: bool = False


@dataclass(frozen=True)
class End:
    """One actor of a pairing, with its private yes and how many contacts are open to it."""

    actor: Actor
    said_yes: Interest | None
    open_contacts: int

    @property
    def is_full(self) -> bool:
        """Whether the actor has as many open contacts as it wants."""
        return self.open_contacts >= self.actor.capacity


@dataclass(frozen=True)
class Brief:
    """What a coordinator should know before a verdict.

    ``same_host`` is a web or mail host that both use, "" for none; ``earlier`` are the ends
    that this pairing has had before it was reopened, oldest first.
    """

    ends: tuple[End, End]
    common_languages: tuple[str, ...]
    same_host: str
    earlier: tuple[PairingEvent, ...]

    @property
    def both_said_yes(self) -> bool:
        return all(end.said_yes for end in self.ends)


def waiting(wanted: QueueFilter, *, today: date) -> Select[Pairing]:
    """Select what waits for a coordinator; what was put off waits from its day on."""
    query = select(Pairing).where(Pairing.state.in_(wanted.states or QUEUE), *_at(wanted.countries))
    if not wanted.include_later:
        query = query.where(or_(Pairing.later_until.is_(None), Pairing.later_until <= today))
    return query


def _at(countries: Sequence[str]) -> list[ColumnElement[bool]]:
    if not countries:
        return []
    ends = (Pairing.first_country, Pairing.second_country)
    return [or_(*(end.in_(countries) for end in ends))]


def queue(
    session: Session, wanted: QueueFilter, *, today: date, limit: int = 50, offset: int = 0
) -> tuple[list[Pairing], int]:
    """Return one page of the queue and how many wait in all.

    In the order of need: first where both wait for each other, then what coordinators
    proposed, last what waits for an answer of the actors; the longest waiting first.
    """
    order = (
        (Pairing.state == "returned").asc(),
        (Pairing.origin == "coordinator").asc(),
        Pairing.waiting_since.asc(),
        Pairing.id.asc(),
    )
    return _page(session, waiting(wanted, today=today), order, limit, offset)


def everything(
    session: Session, wanted: QueueFilter, *, limit: int = 25, offset: int = 0
) -> tuple[list[Pairing], int]:
    """Return one page of all pairings, the newest change first, and how many there are."""
    query = select(Pairing).where(Pairing.state != "suggested", *_at(wanted.countries))
    if wanted.states:
        query = query.where(Pairing.state.in_(wanted.states))
    order = (Pairing.waiting_since.desc(), Pairing.id.desc())
    return _page(session, query, order, limit, offset)


def _page(
    session: Session,
    query: Select[Pairing],
    order: Sequence[UnaryExpression[Any]],
    limit: int,
    offset: int,
) -> tuple[list[Pairing], int]:
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(
            joinedload(Pairing.first), joinedload(Pairing.second), selectinload(Pairing.events)
        )
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return list(rows.unique()), total


def nearest(session: Session, actor: Actor, *, limit: int) -> list[Actor]:
    """Return whom the current run suggests to an actor, best first.

    Whatever the actor has answered: a gap in the list would tell of a private no.
    """
    query = (
        select(Actor)
        .join(Suggestion, Suggestion.other_id == Actor.id)
        .join(Run, and_(Run.id == Suggestion.run_id, Run.state == "current"))
        .where(
            Suggestion.actor_id == actor.id,
            Actor.state == "published",
            Actor.country != actor.country,
        )
        .order_by(Suggestion.rank)
    )
    return list(session.scalars(query.limit(limit)))


def why_it_waits(pairing: Pairing) -> str:
    """Return asked, answered, reopened, proposed or mutual; "" when it does not wait."""
    if pairing.state not in QUEUE:
        return ""
    if pairing.state == "returned":
        return "asked"
    came = next((e for e in reversed(pairing.events) if e.from_state != e.to_state), None)
    if came is not None and came.from_state == "returned":
        return "answered"
    if came is not None and came.from_state in CLOSED:
        return "reopened"
    return "proposed" if pairing.origin == "coordinator" else "mutual"


def brief(session: Session, pairing: Pairing) -> Brief:
    """Gather what speaks for or against a pairing."""
    said = yeses(session, pairing)
    first, second = (
        End(actor, said.get(actor.id), open_contacts(session, actor.id))
        for actor in (pairing.first, pairing.second)
    )
    spoken = set(second.actor.language_codes)
    closings = [e for e in pairing.events if e.to_state in CLOSED and e.from_state != e.to_state]
    return Brief(
        ends=(first, second),
        common_languages=tuple(c for c in first.actor.language_codes if c in spoken),
        same_host=same_host(first.actor, second.actor),
        earlier=tuple(closings[:-1] if pairing.state in CLOSED else closings),
    )


def same_host(one: Actor, other: Actor) -> str:
    """Return a web or mail host that both actors use, unless everybody may use it."""
    return min(_hosts(one) & _hosts(other), default="")


def _hosts(actor: Actor) -> set[str]:
    web = (urlsplit(actor.website).hostname or "") if actor.website else ""
    mail = actor.contact_email.rpartition("@")[2].lower()
    return {host.removeprefix("www.") for host in (web, mail)} - SHARED_HOSTS - {""}
