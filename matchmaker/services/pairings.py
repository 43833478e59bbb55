# SPDX-License-Identifier: MIT
"""Pairings: how they come about, what coordinators decide, what became of them."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from matchmaker.errors import N_, ConflictError, NotFoundError, RefusedError
from matchmaker.services import letters
from matchmaker.services.steps import (
    CLOSED,
    QUEUE,
    ImpossibleMoveError,
    lock,
    lock_actors,
    remark,
    step,
)
from matchmaker.services.visibility import CONTACT_OPEN
from matchmaker.store import Account, Actor, Interest, Membership, Pairing, PairingEvent
from matchmaker.store.pairings import pairing_between, pairings_of
from matchmaker.vocabulary import moves, vocabulary

LATER_DAYS = 7
VERDICT_STATES = {"approve": "approved", "return": "returned", "reject": "declined"}
OUTCOMES = ("met", "agreed", "applied", "funded", "cooperating")
TOLD = ("mutual", "returned", "approved", "introduced")  # states that the actors hear of


def begin(
    session: Session, one: Actor, other: Actor, *, origin: str, score: float, now: datetime
) -> Pairing:
    """Store a pair of actors of two countries, as suggested; the caller moves it on.

    Raises
    ------
    RefusedError
        Both are in one country or of one account, or they are the same.
    """
    check_strangers(session, one, other)
    first, second = sorted((one, other), key=lambda actor: actor.id)
    pairing = Pairing(
        first_id=first.id,
        second_id=second.id,
        first_country=first.country,
        second_country=second.country,
        state="suggested",
        origin=origin,
        score=score,
        created_at=now,
        waiting_since=now,
    )
    session.add(pairing)
    session.flush()
    return pairing


def check_strangers(session: Session, one: Actor, other: Actor) -> None:
    """Refuse two actors of one country, and two that one account looks after."""
    if one.country == other.country or one.id == other.id:
        raise RefusedError(N_("Matchmaker pairs actors of different countries only."))
    theirs = aliased(Membership)
    shared = (
        select(Membership.account_id)
        .join(theirs, theirs.account_id == Membership.account_id)
        .where(Membership.actor_id == one.id, theirs.actor_id == other.id)
    )
    if session.scalar(shared.limit(1)) is not None:
        raise RefusedError(
            N_("One account looks after both; Matchmaker pairs different organisations only.")
        )


def between(session: Session, one: Actor, other: Actor) -> Pairing | None:
    """Return the pairing of two actors as the database has it now, if there is one."""
    query = pairing_between(one.id, other.id).execution_options(populate_existing=True)
    return session.scalar(query)


def propose(
    session: Session,
    one: Actor,
    other: Actor,
    *,
    account: Account,
    note: str,
    score: float,
    now: datetime,
) -> Pairing:
    """Put two actors into the queue on a coordinator's initiative; an old pairing is reopened.

    A pairing that waits or lives already is returned as it is.

    Raises
    ------
    RefusedError
        One profile is not public, both are in one country or of one account, or the pairing is
        blocked.
    """
    lock_actors(session, one.id, other.id)
    pairing = between(session, one, other)
    if pairing is not None and pairing.state in (*QUEUE, *CONTACT_OPEN, "approved"):
        return pairing
    check_strangers(session, one, other)
    _check_published(one, other)
    if pairing is None:
        pairing = begin(session, one, other, origin="coordinator", score=score, now=now)
    step(session, pairing, "in_review", now=now, account=account, note=note)
    return pairing


def _check_published(*actors: Actor) -> None:
    for actor in actors:
        if actor.state != "published":
            raise RefusedError(
                N_(
                    "%(name)s has withdrawn the profile for now. Put the pairing off, or reject it."
                ),
                name=actor.name,
            )


def find(session: Session, key: str) -> Pairing:
    """Return a pairing by the key in its address."""
    query = select(Pairing).where(Pairing.key == key)
    pairing = session.scalar(query.options(joinedload(Pairing.first), joinedload(Pairing.second)))
    if pairing is None:
        raise NotFoundError()
    return pairing


def find_for(session: Session, key: str, actor_ids: frozenset[int]) -> Pairing:
    """Return a pairing that one of these actors knows of; for others it does not exist."""
    query = select(Pairing).where(
        Pairing.key == key,
        or_(Pairing.first_id.in_(actor_ids), Pairing.second_id.in_(actor_ids)),
        _told(),
    )
    pairing = session.scalar(query.options(joinedload(Pairing.first), joinedload(Pairing.second)))
    if pairing is None:
        raise NotFoundError()
    return pairing


def is_told(pairing: Pairing) -> bool:
    """Whether its actors know of a pairing that is not merely suggested; see ``_told``."""
    return pairing.origin == "mutual" or any(e.to_state in TOLD for e in pairing.events)


def _told() -> ColumnElement[bool]:
    """Select what the actors know of: both said yes, or a coordinator turned to them."""
    heard = exists().where(PairingEvent.pairing_id == Pairing.id, PairingEvent.to_state.in_(TOLD))
    return and_(Pairing.state != "suggested", or_(Pairing.origin == "mutual", heard))


def of_actors(session: Session, actor_ids: frozenset[int]) -> list[Pairing]:
    """Return the pairings that some actors know of, the newest change first."""
    query = (
        select(Pairing)
        .where(or_(Pairing.first_id.in_(actor_ids), Pairing.second_id.in_(actor_ids)), _told())
        .options(joinedload(Pairing.first), joinedload(Pairing.second))
        .order_by(Pairing.waiting_since.desc(), Pairing.id.desc())
    )
    return list(session.scalars(query).unique())


def of_actor(session: Session, actor_id: int) -> list[Pairing]:
    """Return the pairings that an actor knows of, the newest change first."""
    return of_actors(session, frozenset({actor_id}))


def decide(
    session: Session,
    pairing: Pairing,
    verdict: str,
    *,
    account: Account,
    seen_version: int | None,
    now: datetime,
    reason: str = "",
    note: str = "",
) -> Pairing:
    """Store a coordinator's verdict: approve, return, reject or later.

    An approval introduces both at once when both have said yes; else it asks those who have
    not, and the introduction follows their yes.

    Raises
    ------
    ConflictError
        Something happened after the page was opened; ``stored`` is the pairing.
    RefusedError
        The verdict is impossible from here, or it lacks its reason or question.
    """
    lock(session, pairing)
    if seen_version is not None and seen_version != pairing.version:
        raise ConflictError(
            N_("Somebody else has worked on this pairing since you opened it."), stored=pairing
        )
    if verdict == "later":
        return _put_off(session, pairing, account=account, note=note, now=now)
    _check_verdict(session, pairing, verdict, reason, note)
    target = VERDICT_STATES[verdict]
    if pairing.state in ("mutual", "returned"):
        step(session, pairing, "in_review", now=now, account=account)
    step(
        session,
        pairing,
        target,
        now=now,
        account=account,
        verdict=verdict,
        reason=reason,
        note=note,
    )
    pairing.decided_at = pairing.decided_at or now
    if verdict == "approve":
        missing = waiting_for(session, pairing)
        if missing:
            letters.ask_for_yes(session, pairing, missing, now=now)
        else:
            introduce(session, pairing, now=now, account=account)
    elif verdict == "return":
        letters.pass_question_on(session, pairing, note, now=now)
    session.flush()
    return pairing


def _check_verdict(
    session: Session, pairing: Pairing, verdict: str, reason: str, note: str
) -> None:
    target = VERDICT_STATES.get(verdict)
    if target is None:
        raise RefusedError(N_("This verdict is not one of the possible ones."))
    if pairing.state not in QUEUE:
        raise ImpossibleMoveError(pairing.state, target)
    if verdict == "return" and not note:
        raise RefusedError(N_("Write the question that you return it with."))
    if verdict == "reject" and reason not in vocabulary("decline_reasons"):
        raise RefusedError(N_("Choose the reason for rejecting it."))
    if verdict == "approve":
        check_strangers(session, pairing.first, pairing.second)
        _check_published(pairing.first, pairing.second)


def _put_off(
    session: Session, pairing: Pairing, *, account: Account, note: str, now: datetime
) -> Pairing:
    if pairing.state not in QUEUE:
        raise RefusedError(N_("Only what waits for a coordinator can be put off."))
    pairing.later_until = now.date() + timedelta(days=LATER_DAYS)
    remark(session, pairing, now=now, account=account, verdict="later", note=note)
    return pairing


def introduce(
    session: Session,
    pairing: Pairing,
    *,
    now: datetime,
    account: Account | None,
    actor: Actor | None = None,
) -> None:
    """Open the contact data to both and promise them the mail that introduces them.

    Raises
    ------
    RefusedError
        One profile is not public, or both are in one country or of one account.
    """
    check_strangers(session, pairing.first, pairing.second)
    _check_published(pairing.first, pairing.second)
    step(session, pairing, "introduced", now=now, account=account, actor=actor)
    letters.introduce(session, pairing, now=now)


def yeses(session: Session, pairing: Pairing) -> dict[int, Interest]:
    """Return the yes of each end to the other, by the id of who said it."""
    ends = (pairing.first_id, pairing.second_id)
    query = select(Interest).where(
        Interest.answer == "yes", Interest.actor_id.in_(ends), Interest.other_id.in_(ends)
    )
    found = session.scalars(query.execution_options(populate_existing=True))
    return {interest.actor_id: interest for interest in found}


def yeses_of(session: Session, actor_ids: frozenset[int]) -> set[tuple[int, int]]:
    """Return all yeses of some actors, as (id of who said it, id of whom it is about)."""
    query = select(Interest.actor_id, Interest.other_id).where(
        Interest.answer == "yes", Interest.actor_id.in_(actor_ids)
    )
    return {(actor_id, other_id) for actor_id, other_id in session.execute(query)}


def waiting_for(session: Session, pairing: Pairing) -> list[Actor]:
    """Return the actors of a pairing who have not said yes to the other."""
    said = yeses(session, pairing)
    return [actor for actor in (pairing.first, pairing.second) if actor.id not in said]


def answer_question(
    session: Session, pairing: Pairing, actor: Actor, note: str, *, account: Account, now: datetime
) -> None:
    """Give an actor's answer to a coordinator's question; the pairing goes back into review.

    Raises
    ------
    RefusedError
        The answer is empty, or nothing is asked (any more).
    """
    if not note:
        raise RefusedError(N_("Write an answer to the coordinator's question."))
    lock(session, pairing)
    if pairing.state != "returned":
        raise RefusedError(N_("No question is open here; it may have been answered meanwhile."))
    step(session, pairing, "in_review", now=now, account=account, actor=actor, note=note)


def recordable(pairing: Pairing, *, by_coordinator: bool) -> tuple[str, ...]:
    """Return the states that somebody may record by hand from here, most usual first.

    Actors note what came of their introduction; coordinators may also close a pairing, block
    it, or reopen a closed one. All else happens by an answer or a verdict.
    """
    allowed: tuple[str, ...]
    if not by_coordinator:
        allowed = (*OUTCOMES, "declined") if pairing.state in CONTACT_OPEN else ()
    elif pairing.state in CONTACT_OPEN:
        allowed = (*OUTCOMES, *CLOSED)
    else:
        allowed = ("withdrawn", "expired", "blocked")
        if pairing.state in CLOSED:
            allowed = ("in_review", "blocked")
    return tuple(state for state in moves(pairing.state) if state in allowed)


def record(
    session: Session,
    pairing: Pairing,
    to_state: str,
    *,
    now: datetime,
    account: Account,
    actor: Actor | None = None,
    reason: str = "",
    note: str = "",
    on: date | None = None,
) -> None:
    """Note what came of an introduction, or its end; ``actor`` is None for a coordinator.

    The same step twice is harmless. ``on`` is the day it happened, today if None.

    Raises
    ------
    RefusedError
        The step is not theirs from here, or the day is to come or before the pairing.
    """
    lock(session, pairing)
    if pairing.state == to_state:
        if note:
            remark(session, pairing, now=now, account=account, actor=actor, note=note)
        return
    if actor is not None and pairing.state in CLOSED:
        raise RefusedError(N_("This pairing has ended; nothing more can be noted on it."))
    possible = recordable(pairing, by_coordinator=actor is None)
    if to_state not in possible:
        raise ImpossibleMoveError(pairing.state, to_state, possible)
    if on is not None and not pairing.created_at.date() <= on <= now.date():
        raise RefusedError(N_("Give a day between the start of this pairing and today."))
    at = now if on is None or on == now.date() else datetime.combine(on, time(12), UTC)
    event = step(session, pairing, to_state, now=now, account=account, actor=actor, note=note)
    event.at, event.reason = at, reason
    session.flush()


def open_contacts(session: Session, actor_id: int) -> int:
    """Count the introductions of an actor that are still fresh: introduced or met."""
    query = pairings_of(actor_id).where(Pairing.state.in_(("introduced", "met")))
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def have_room(session: Session, *actors: Actor) -> bool:
    """Whether each actor has fewer open contacts than it wants at a time."""
    return all(open_contacts(session, actor.id) < actor.capacity for actor in actors)
