# SPDX-License-Identifier: MIT
"""Suggestions as an actor reads them: filtered, paged, with their reasons."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from matchmaker.matching import Explanation
from matchmaker.services.directory import still_valid
from matchmaker.services.match_index import MatchIndex
from matchmaker.services.pairings import TOLD
from matchmaker.services.steps import QUEUE
from matchmaker.store import (
    Actor,
    ActorSector,
    Interest,
    Membership,
    Opportunity,
    Pairing,
    PairingEvent,
    Run,
    Suggestion,
)
from matchmaker.store.matches import current_run
from matchmaker.store.pairings import OPEN

KNOWN = ("approved", "introduced")  # who came so far knows the other


@dataclass(frozen=True)
class MatchFilter:
    """Which suggestions to show; an empty field means all. Codes of the vocabularies."""

    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """One partner in a list: who, how good, and what this actor has answered ("" for nothing).

    ``reason`` and ``note`` are this actor's own. Rank 0 means: not among the suggestions now.
    """

    other: Actor
    rank: int
    score: float
    answer: str = ""
    reason: str = ""
    note: str = ""


def suggestions(
    session: Session, actor: Actor, wanted: MatchFilter, *, limit: int = 10, after: int = 0
) -> tuple[list[Match], bool]:
    """Return open suggestions below the rank ``after``, best first, and whether there are more.

    What the actor has answered, and pairs that ended, are not suggested again: those who are
    kept for later have a list of their own.
    """
    query = (
        select(Suggestion)
        .join(Run, and_(Run.id == Suggestion.run_id, Run.state == "current"))
        .join(Actor, and_(Actor.id == Suggestion.other_id, Actor.state == "published"))
        .outerjoin(
            Interest,
            and_(Interest.actor_id == actor.id, Interest.other_id == Suggestion.other_id),
        )
        .where(
            Suggestion.actor_id == actor.id,
            Suggestion.rank > after,
            Actor.country != actor.country,
            Interest.answer.is_(None),
            ~ended(actor),
            *conditions(wanted),
        )
        .options(
            joinedload(Suggestion.other).options(
                selectinload(Actor.sectors),
                selectinload(Actor.languages),
                selectinload(Actor.opportunities),
            )
        )
        .order_by(Suggestion.rank)
        .limit(limit + 1)
    )
    rows = session.scalars(query).all()
    return [Match(s.other, s.rank, s.score) for s in rows[:limit]], len(rows) > limit


def conditions(wanted: MatchFilter) -> list[ColumnElement[bool]]:
    """Return what an actor must be for this filter."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.countries:
        conditions.append(Actor.country.in_(wanted.countries))
    if wanted.kinds:
        conditions.append(Actor.kind.in_(wanted.kinds))
    if wanted.sectors:
        conditions.append(
            Actor.id.in_(_having(ActorSector.actor_id, ActorSector.code, wanted.sectors))
        )
    if wanted.types:
        having = _having(Opportunity.actor_id, Opportunity.type, wanted.types)
        conditions.append(Actor.id.in_(having.where(still_valid())))
    return conditions


def _having(actor_id: Any, column: Any, codes: tuple[str, ...]) -> Select[int]:
    return select(actor_id).where(column.in_(codes))


def ended(actor: Actor) -> ColumnElement[bool]:
    """Tell, of a suggestion, that this actor and the other are not to be suggested.

    One account looks after both, or they have heard of each other: a pairing is with a
    coordinator or lives, was approved once, or was declined in front of them. One that was
    merely taken back or ran out hides nobody.
    """
    reached = _reached(KNOWN)
    told = or_(Pairing.origin == "mutual", _reached(TOLD))
    paired = exists().where(
        or_(
            and_(Pairing.first_id == actor.id, Pairing.second_id == Suggestion.other_id),
            and_(Pairing.second_id == actor.id, Pairing.first_id == Suggestion.other_id),
        ),
        or_(
            Pairing.state.in_(("blocked", *QUEUE, *OPEN)),
            and_(Pairing.state == "declined", told),
            reached,
        ),
    )
    return or_(paired, _same_account(actor))


def _reached(states: Collection[str]) -> ColumnElement[bool]:
    return exists().where(PairingEvent.pairing_id == Pairing.id, PairingEvent.to_state.in_(states))


def _same_account(actor: Actor) -> ColumnElement[bool]:
    mine, theirs = aliased(Membership), aliased(Membership)
    return exists().where(
        mine.actor_id == actor.id,
        theirs.account_id == mine.account_id,
        theirs.actor_id == Suggestion.other_id,
    )


@dataclass(frozen=True)
class Lift:
    """A change that would lift a partner in a list: from which fit to which, by how many places."""

    label: str
    before: float
    after: float
    places: int


def lift(
    session: Session, index: MatchIndex, actor: Actor, other: Actor, *, now: datetime
) -> Lift | None:
    """Return the change that would lift a partner most; None if it would overtake nobody."""
    run = session.scalar(current_run())
    pool = index.pool(session, run, today=now.date()) if run else None
    if run is None or pool is None or not {actor.id, other.id} <= pool.texts.keys():
        return None
    change = pool.what_if(actor.id, other.id)
    if change is None:
        return None
    before = pool.explain(actor.id, other.id).score
    between = select(func.count()).where(
        Suggestion.run_id == run.id,
        Suggestion.actor_id == actor.id,
        Suggestion.other_id != other.id,
        Suggestion.score > before,
        Suggestion.score < change.score,
    )
    places = session.scalar(between) or 0
    return Lift(change.label, before, change.score, places) if places else None


def reasons(
    session: Session, index: MatchIndex, actor: Actor, others: list[Actor], *, now: datetime
) -> dict[int, Explanation]:
    """Return why each of the others suits the actor, by id; the unpublished are left out."""
    run = session.scalar(current_run())
    if run is None:
        return {}
    pool = index.pool(session, run, today=now.date())
    if actor.id not in pool.texts:
        return {}
    return {o.id: pool.explain(actor.id, o.id) for o in others if o.id in pool.texts}
