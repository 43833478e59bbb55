# SPDX-License-Identifier: MIT
"""What an actor sees of its partners: suggestions, those kept, its yeses and its noes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from matchmaker.errors import NotFoundError
from matchmaker.matching import Explanation
from matchmaker.services import matches, pairings
from matchmaker.services.directory import still_valid
from matchmaker.services.match_index import MatchIndex
from matchmaker.services.matches import Match, MatchFilter
from matchmaker.store import Actor, ActorSector, Interest, Opportunity, Pairing, Run, Suggestion
from matchmaker.store.actors import actor_by_key
from matchmaker.store.pairings import pairing_between

ANSWER_OF = {"kept": "later", "yes": "yes", "no": "no"}
SHOWN = ("suggested", *ANSWER_OF)

Facets = dict[str, dict[str, int]]  # countries, kinds, sectors, types: code -> how many


@dataclass(frozen=True)
class MatchList:
    """One page of one list. ``reasons`` are by id of the other; ``sizes`` by name of the list.

    Of suggestions there may be ``more``; the lists of answers have so many ``pages``.
    """

    matches: list[Match]
    more: bool
    pages: int
    reasons: Mapping[int, Explanation]
    sizes: Mapping[str, int]
    facets: Facets


def read(
    session: Session,
    index: MatchIndex,
    actor: Actor,
    shown: str,
    wanted: MatchFilter,
    *,
    limit: int,
    after: int = 0,
    now: datetime,
) -> MatchList:
    """Return a page of a list (of SHOWN) in a fixed number of queries.

    ``after`` is a rank: suggestions go on below it, whatever was answered meanwhile. In a list
    of answers it is how many stand on the pages before; beyond the last page is the last.
    """
    more, pages = False, 1
    if shown == "suggested":
        found, more = matches.suggestions(session, actor, wanted, limit=limit, after=after)
    else:
        many = _count(session, actor, ANSWER_OF[shown], wanted)
        pages = max(-(-many // limit), 1)
        offset = min(after, (pages - 1) * limit)
        found = _answered(session, actor, ANSWER_OF[shown], wanted, limit=limit, offset=offset)
    others = [match.other for match in found]
    return MatchList(
        found,
        more,
        pages,
        matches.reasons(session, index, actor, others, now=now),
        sizes(session, actor),
        facets(session, actor, shown, today=now.date()),
    )


def _count(session: Session, actor: Actor, given: str, wanted: MatchFilter) -> int:
    query = (
        select(func.count())
        .select_from(Interest)
        .join(Actor, Actor.id == Interest.other_id)
        .where(*_listed(actor, given), *matches.conditions(wanted))
    )
    return session.scalar(query) or 0


def _answered(
    session: Session, actor: Actor, given: str, wanted: MatchFilter, *, limit: int, offset: int
) -> list[Match]:
    """Return those who were answered so, newest first; who has withdrawn is left out."""
    query = (
        select(Interest, Suggestion.rank, Suggestion.score)
        .join(Actor, Actor.id == Interest.other_id)
        .outerjoin(Run, Run.state == "current")
        .outerjoin(
            Suggestion,
            and_(
                Suggestion.run_id == Run.id,
                Suggestion.actor_id == Interest.actor_id,
                Suggestion.other_id == Interest.other_id,
            ),
        )
        .where(*_listed(actor, given), *matches.conditions(wanted))
        .options(
            joinedload(Interest.other).options(
                selectinload(Actor.sectors),
                selectinload(Actor.languages),
                selectinload(Actor.opportunities),
            )
        )
        .order_by(Interest.answered_at.desc(), Interest.other_id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Match(i.other, rank or 0, score or 0.0, i.answer, i.reason, i.note)
        for i, rank, score in session.execute(query)
    ]


def _listed(actor: Actor, given: str) -> list[ColumnElement[bool]]:
    return [
        Interest.actor_id == actor.id,
        Interest.answer == given,
        Actor.state == "published",
        Actor.country != actor.country,
    ]


def sizes(session: Session, actor: Actor) -> dict[str, int]:
    """Return how many stand in each list of answers; suggestions are not counted."""
    query = (
        select(Interest.answer, func.count())
        .join(Actor, Actor.id == Interest.other_id)
        .where(
            Interest.actor_id == actor.id,
            Actor.state == "published",
            Actor.country != actor.country,
        )
        .group_by(Interest.answer)
    )
    counted = dict(session.execute(query).all())
    return {name: counted.get(answer, 0) for name, answer in ANSWER_OF.items()}


def facets(session: Session, actor: Actor, shown: str, *, today: date | None = None) -> Facets:
    """Count the members of a whole list by country, kind, sector and type of opportunity.

    What an actor offers or seeks counts until its date; without ``today``, the database's day.
    """
    ids = _members(actor, shown).subquery()
    member = Actor.id.in_(select(ids.c.id))
    places = session.execute(select(Actor.country, Actor.kind).where(member)).all()
    return {
        "countries": dict(Counter(country for country, _ in places)),
        "kinds": dict(Counter(kind for _, kind in places)),
        "sectors": _tally(session, ActorSector.code, ActorSector.actor_id, ids.c.id),
        "types": _tally(
            session, Opportunity.type, Opportunity.actor_id, ids.c.id, still_valid(today)
        ),
    }


def _members(actor: Actor, shown: str) -> Select[Any]:
    if shown != "suggested":
        return (
            select(Actor.id)
            .join(Interest, Interest.other_id == Actor.id)
            .where(*_listed(actor, ANSWER_OF[shown]))
        )
    answered = select(Interest.other_id).where(Interest.actor_id == actor.id)
    return (
        select(Actor.id)
        .join(Suggestion, Suggestion.other_id == Actor.id)
        .join(Run, and_(Run.id == Suggestion.run_id, Run.state == "current"))
        .where(
            Suggestion.actor_id == actor.id,
            Actor.state == "published",
            Actor.country != actor.country,
            Actor.id.not_in(answered),
            ~matches.ended(actor),
        )
    )


def _tally(
    session: Session,
    code: InstrumentedAttribute[str],
    owner: InstrumentedAttribute[int],
    ids: Any,
    *conditions: ColumnElement[bool],
) -> dict[str, int]:
    members = owner.in_(select(ids))
    query = select(code, func.count(func.distinct(owner))).where(members, *conditions)
    return dict(session.execute(query.group_by(code)).all())


def find_partner(session: Session, actor: Actor, key: str, *, withdrawn: bool = False) -> Actor:
    """Return a published actor of another country by its key.

    ``withdrawn`` also finds one that is not public or abroad any more if this actor has answered
    it before: an answer can be taken back at any time.

    Raises
    ------
    NotFoundError
        There is none, or it does not exist for this actor.
    """
    query = actor_by_key(key).where(Actor.id != actor.id)
    matched = and_(Actor.state == "published", Actor.country != actor.country)
    if withdrawn:
        known = select(Interest.other_id).where(Interest.actor_id == actor.id)
        query = query.where(or_(matched, Actor.id.in_(known)))
    else:
        query = query.where(matched)
    other = session.scalar(query)
    if other is None:
        raise NotFoundError()
    return other


def standing(session: Session, actor: Actor, other: Actor) -> tuple[Match, Pairing | None]:
    """Return how a pair stands for this actor, and their pairing if the actor may know of it."""
    suggestion = session.scalar(
        select(Suggestion)
        .join(Run, and_(Run.id == Suggestion.run_id, Run.state == "current"))
        .where(Suggestion.actor_id == actor.id, Suggestion.other_id == other.id)
    )
    rank, score = (suggestion.rank, suggestion.score) if suggestion else (0, 0.0)
    given = session.get(Interest, (actor.id, other.id))
    match = Match(other, rank, score)
    if given is not None:
        match = Match(other, rank, score, given.answer, given.reason, given.note)
    pairing = session.scalar(pairing_between(actor.id, other.id))
    known = {pairing.id for pairing in pairings.of_actor(session, actor.id)} if pairing else set()
    return match, pairing if pairing is not None and pairing.id in known else None
