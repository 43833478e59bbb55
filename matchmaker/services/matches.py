# SPDX-License-Identifier: MIT
"""Suggestions: computed in runs, kept fresh when a profile is saved, read by actors."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, insert, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from matchmaker.errors import N_, TooFewActorsError
from matchmaker.matching import ActorText, Explanation, PartnerMatcher
from matchmaker.services.match_index import MatchIndex, Pool
from matchmaker.services.texts import text_of
from matchmaker.store import Actor, ActorSector, Interest, Opportunity, Pairing, Run, Suggestion
from matchmaker.store.actors import published_actors
from matchmaker.store.matches import current_run

N_SUGGESTIONS = 50
INSERT_ROWS = 2000
ENDED = ("declined", "blocked", "expired", "withdrawn")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Plan:
    """A computed run that is not stored yet: a fitted matcher and (id, [(other id, score)])."""

    matcher: PartnerMatcher
    lists: list[tuple[int, list[tuple[int, float]]]]
    read_at: datetime


def read_pool(session: Session, *, now: datetime) -> dict[int, ActorText]:
    """Return all published actors as the matching reads them, by id."""
    actors = session.scalars(published_actors())
    return {actor.id: text_of(actor, today=now.date()) for actor in actors}


def plan(
    pool: dict[int, ActorText], *, read_at: datetime, progress: Progress = lambda done, of: None
) -> Plan:
    """Compare all actors of a pool; needs no database, so nothing is locked meanwhile.

    Raises
    ------
    TooFewActorsError
        There are no actors of two different countries.
    """
    countries = {text.country for text in pool.values()}
    if len(countries) < 2:
        raise TooFewActorsError(
            N_(
                "Matching needs published profiles in two countries, and there are %(n)s in "
                "%(m)s. Publish another one and run it again."
            ),
            n=len(pool),
            m=len(countries),
        )
    ids, texts = list(pool), list(pool.values())
    matcher = PartnerMatcher(N_SUGGESTIONS).fit(texts)
    lists = []
    for row, found in groupby(matcher.suggest(), key=lambda triple: triple[0]):
        lists.append((ids[row], [(ids[other], score) for _, other, score in found]))
        progress(row + 1, len(ids))
    progress(len(ids), len(ids))
    return Plan(matcher, lists, read_at)


def store_run(session: Session, index: MatchIndex, computed: Plan, *, now: datetime) -> Run:
    """Write a computed run beside the current one and switch; the caller commits once.

    Actors that were withdrawn since the pool was read are left out; those that were changed
    or published since are refreshed in the new run.
    """
    session.execute(delete(Run).where(Run.state != "building"))
    run = Run(
        recipe=computed.matcher.recipe_version,
        started_at=computed.read_at,
        finished_at=now,
        state="current",
    )
    session.add(run)
    session.flush()
    index.keep(run, computed.matcher)
    public = set(session.scalars(select(Actor.id).where(Actor.state == "published")))
    run.n_actors = len(public)
    rows = (
        row
        for actor_id, found in computed.lists
        if actor_id in public
        for row in _rows(run, actor_id, [pair for pair in found if pair[0] in public])
    )
    run.n_suggestions = _insert(session, rows)
    late = select(Actor.id).where(Actor.state == "published", Actor.updated_at > computed.read_at)
    pool = index.pool(session, run, today=now.date())
    for actor_id in session.scalars(late).all():
        _refresh(session, run, pool, actor_id)
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


def refresh(session: Session, index: MatchIndex, actor: Actor, *, now: datetime) -> None:
    """Give a published actor fresh suggestions, and the others fresh ones about it.

    The vocabulary is that of the current run. Lists change for the actor itself, for those it
    is now suggested to, and for those it was suggested to before. The very first profiles of
    an installation start the first run.
    """
    session.flush()
    run = session.scalar(current_run())
    if run is None:
        try:
            recompute(session, index, now=now)
        except TooFewActorsError:
            return
    else:
        _refresh(session, run, index.pool(session, run, today=now.date()), actor.id)


def forget(session: Session, actor: Actor) -> None:
    """Take an actor out of everybody's suggestions, at once."""
    session.execute(
        delete(Suggestion).where(
            or_(Suggestion.actor_id == actor.id, Suggestion.other_id == actor.id)
        )
    )


def _refresh(session: Session, run: Run, pool: Pool, actor_id: int) -> None:
    before = select(Suggestion.actor_id).where(
        Suggestion.run_id == run.id, Suggestion.other_id == actor_id
    )
    own = pool.ranked([actor_id])[actor_id]
    touched = {other for other, _ in own} | set(session.scalars(before))
    lists = {actor_id: own, **pool.ranked(sorted(touched & pool.texts.keys()))}
    session.execute(
        delete(Suggestion).where(Suggestion.run_id == run.id, Suggestion.actor_id.in_(lists))
    )
    _insert(session, (row for one, found in lists.items() for row in _rows(run, one, found)))


def _rows(run: Run, actor_id: int, found: list[tuple[int, float]]) -> Iterator[dict[str, Any]]:
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
    """Tell, of a suggestion, whether this actor's pairing with the other has ended."""
    return exists().where(
        Pairing.state.in_(ENDED),
        or_(
            and_(Pairing.first_id == actor.id, Pairing.second_id == Suggestion.other_id),
            and_(Pairing.second_id == actor.id, Pairing.first_id == Suggestion.other_id),
        ),
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
