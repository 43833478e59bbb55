# SPDX-License-Identifier: MIT
"""Computing suggestions: whole runs, and the lists that follow when a profile is saved."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from matchmaker.errors import N_, TooFewActorsError
from matchmaker.matching import PartnerMatcher
from matchmaker.services.match_index import MatchIndex, Pool
from matchmaker.services.texts import Readings, read_texts, stamps
from matchmaker.store import (
    Actor,
    Run,
    Suggestion,
)
from matchmaker.store.locks import lock_suggestions
from matchmaker.store.matches import current_run

N_SUGGESTIONS = 50
INSERT_ROWS = 2000
LISTS_AT_ONCE = 1000
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
    own_list = ranking.pool.parted(ranking.partners[:N_SUGGESTIONS])
    lists = {actor_id: own_list, **ranking.pool.ranked(anew)}
    for found in _lists_without(session, run, actor_id, moved):
        for other, partners in found.items():
            own = [(actor_id, scores[other])] if other in scores else []
            best = sorted(partners + own, key=lambda pair: (-pair[1], pair[0]))
            lists[other] = ranking.pool.parted(best[:N_SUGGESTIONS])
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
