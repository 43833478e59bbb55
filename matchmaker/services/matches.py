# SPDX-License-Identifier: MIT
"""Suggestions: computed in runs, kept fresh when a profile is saved, read by actors."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from matchmaker.errors import N_, TooFewActorsError
from matchmaker.matching import Explanation, PartnerMatcher
from matchmaker.services.match_index import MatchIndex, Pool
from matchmaker.services.pairings import TOLD
from matchmaker.services.steps import QUEUE
from matchmaker.services.texts import Readings, read_texts, stamps
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
from matchmaker.store.locks import lock_suggestions
from matchmaker.store.matches import current_run
from matchmaker.store.pairings import OPEN

N_SUGGESTIONS = 50
INSERT_ROWS = 2000
LISTS_AT_ONCE = 1000
KNOWN = ("approved", "introduced")  # who came so far knows the other
Progress = Callable[[int, int], None]
Partners = list[tuple[int, float]]  # (id, score), best first


@dataclass(frozen=True)
class Plan:
    """A computed run that is not stored yet: a fitted matcher and (id, partners).

    ``readings`` are the actors that were compared, as they were then.
    """

    matcher: PartnerMatcher
    lists: list[tuple[int, Partners]]
    readings: Readings
    read_at: datetime


@dataclass(frozen=True)
class Ranking:
    """All partners of one actor in a pool of actors, not yet written into any list."""

    pool: Pool
    partners: Partners


def read_pool(session: Session, *, now: datetime) -> Readings:
    """Return all published actors as the matching reads them, by id."""
    return read_texts(session, {}, today=now.date())


def plan(pool: Readings, *, read_at: datetime, progress: Progress = lambda done, of: None) -> Plan:
    """Compare all actors of a pool; needs no database, so nothing is locked meanwhile.

    Raises
    ------
    TooFewActorsError
        There are no actors of two different countries.
    """
    countries = {reading.text.country for reading in pool.values()}
    if len(countries) < 2:
        raise TooFewActorsError(
            N_(
                "Matching needs published profiles in two countries, and there are %(n)s in "
                "%(m)s. Publish another one and run it again."
            ),
            n=len(pool),
            m=len(countries),
        )
    ids, texts = list(pool), [reading.text for reading in pool.values()]
    matcher = PartnerMatcher(N_SUGGESTIONS).fit(texts)
    lists = []
    for row, found in groupby(matcher.suggest(), key=lambda triple: triple[0]):
        lists.append((ids[row], [(ids[other], score) for _, other, score in found]))
        progress(row + 1, len(ids))
    progress(len(ids), len(ids))
    return Plan(matcher, lists, pool, read_at)


def store_run(session: Session, index: MatchIndex, computed: Plan, *, now: datetime) -> Run:
    """Write a computed run beside the current one and switch; the caller commits once.

    Actors that were withdrawn since the pool was read are left out; those that were changed
    or published since are refreshed in the new run, whatever the clock said when.
    """
    lock_suggestions(session)
    before = session.scalars(select(Run.key)).all()
    session.execute(delete(Run).where(Run.state != "building"))
    run = Run(
        recipe=computed.matcher.recipe_version,
        started_at=computed.read_at,
        finished_at=now,
        state="current",
    )
    session.add(run)
    session.flush()
    read_on = computed.read_at.date()
    index.keep(run, computed.matcher, computed.readings, today=read_on, beside=before)
    public = stamps(session)
    run.n_actors = len(public)
    rows = (
        row
        for actor_id, found in computed.lists
        if actor_id in public
        for row in _rows(run, actor_id, [pair for pair in found if pair[0] in public])
    )
    run.n_suggestions = _insert(session, rows)
    known = computed.readings
    late = [i for i, stamp in public.items() if i not in known or known[i].stamp != stamp]
    if late:
        pool = index.pool(session, run, today=now.date())
        for actor_id in late:
            if actor_id in pool.texts:  # else it was withdrawn just now
                _place(session, run, Ranking(pool, pool.partners(actor_id)), actor_id)
    session.flush()
    return run


def recompute(
    session: Session,
    index: MatchIndex,
    *,
    now: datetime,
    progress: Progress = lambda done, of: None,
) -> Run:
    """Do a full run in the session's transaction; for small pools and tests."""
    return store_run(
        session, index, plan(read_pool(session, now=now), read_at=now, progress=progress), now=now
    )


def rank(session: Session, index: MatchIndex, actor: Actor, *, now: datetime) -> Ranking | None:
    """Compare a stored actor with all others; writes nothing, so nobody waits for it.

    None if there is no run yet, or the actor is not public.
    """
    run = session.scalar(current_run())
    pool = index.pool(session, run, today=now.date()) if run else None
    if pool is None or actor.id not in pool.texts:
        return None
    return Ranking(pool, pool.partners(actor.id))


def refresh(
    session: Session,
    index: MatchIndex,
    actor: Actor,
    *,
    now: datetime,
    ranking: Ranking | None = None,
) -> None:
    """Give a published actor fresh suggestions, and put it into every list it belongs to.

    ``ranking`` is what `rank` returned; it is made anew if somebody has changed meanwhile. The
    vocabulary is that of the current run. The very first profiles of an installation start the
    first run.
    """
    session.flush()
    lock_suggestions(session)
    run = session.scalar(current_run())
    if run is None:
        try:
            recompute(session, index, now=now)
        except TooFewActorsError:
            return  # wait for the next
        return
    pool = index.pool(session, run, today=now.date())
    if actor.id not in pool.texts:
        forget(session, actor)
        return
    if ranking is None or ranking.pool is not pool:
        ranking = Ranking(pool, pool.partners(actor.id))
    _place(session, run, ranking, actor.id)


def forget(session: Session, actor: Actor) -> None:
    """Take an actor out of everybody's suggestions, at once."""
    lock_suggestions(session)
    session.execute(
        delete(Suggestion).where(
            or_(Suggestion.actor_id == actor.id, Suggestion.other_id == actor.id)
        )
    )


def _place(session: Session, run: Run, ranking: Ranking, actor_id: int) -> None:
    """Write an actor's list, and put the actor where its score belongs in those of others.

    A full list that it leaves has room for one who is in no list: that one is ranked anew.
    """
    scores = dict(ranking.partners)
    listing = select(Suggestion.actor_id).where(
        Suggestion.run_id == run.id, Suggestion.other_id == actor_id
    )
    had = set(session.scalars(listing))
    rest = _lengths(session, run, actor_id)
    moved, anew = [], []
    for other in sorted(scores.keys() | had):
        length, last = rest.get(other, (0, 0.0))
        score = scores.get(other, 0.0)
        if score > last or length < N_SUGGESTIONS - (other in had):
            moved.append(other)
        elif other in had and other in ranking.pool.texts:
            anew.append(other)
    lists = {actor_id: ranking.partners[:N_SUGGESTIONS], **ranking.pool.ranked(anew)}
    for found in _lists_without(session, run, actor_id, moved):
        for other, partners in found.items():
            own = [(actor_id, scores[other])] if other in scores else []
            best = sorted(partners + own, key=lambda pair: (-pair[1], pair[0]))
            lists[other] = best[:N_SUGGESTIONS]
    for block in _blocks(sorted(lists)):
        session.execute(
            delete(Suggestion).where(Suggestion.run_id == run.id, Suggestion.actor_id.in_(block))
        )
    _insert(session, (row for one in sorted(lists) for row in _rows(run, one, lists[one])))


def _lengths(session: Session, run: Run, without: int) -> dict[int, tuple[int, float]]:
    """Return length and lowest score of each list, one partner not counted."""
    query = (
        select(Suggestion.actor_id, func.count(), func.min(Suggestion.score))
        .where(Suggestion.run_id == run.id, Suggestion.other_id != without)
        .group_by(Suggestion.actor_id)
    )
    return {one: (count, lowest) for one, count, lowest in session.execute(query)}


def _lists_without(
    session: Session, run: Run, without: int, ids: list[int]
) -> Iterator[dict[int, Partners]]:
    """Return the lists of some actors, one partner left out."""
    for block in _blocks(ids):
        found: dict[int, Partners] = {one: [] for one in block}
        query = select(Suggestion.actor_id, Suggestion.other_id, Suggestion.score).where(
            Suggestion.run_id == run.id,
            Suggestion.actor_id.in_(block),
            Suggestion.other_id != without,
        )
        for one, other, score in session.execute(query):
            found[one].append((other, score))
        yield found


def _blocks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), LISTS_AT_ONCE):
        yield ids[start : start + LISTS_AT_ONCE]


def _rows(run: Run, actor_id: int, found: Partners) -> Iterator[dict[str, Any]]:
    for rank, (other_id, score) in enumerate(found, 1):
        yield {
            "run_id": run.id,
            "actor_id": actor_id,
            "other_id": other_id,
            "rank": rank,
            "score": min(max(float(score), 0.0), 1.0),
        }


def _insert(session: Session, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    source = iter(rows)
    while block := [row for _, row in zip(range(INSERT_ROWS), source, strict=False)]:
        session.execute(insert(Suggestion), block)
        count += len(block)
    return count


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
        conditions.append(
            Actor.id.in_(_having(Opportunity.actor_id, Opportunity.type, wanted.types))
        )
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
