# SPDX-License-Identifier: MIT
"""An actor's private answers to suggestions: yes, no, later. Two yeses make a pairing."""

from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker.errors import N_, RefusedError
from matchmaker.services import pairings, steps
from matchmaker.services.visibility import CONTACT_OPEN
from matchmaker.store import Account, Actor, Interest, Pairing, Suggestion
from matchmaker.store.matches import ANSWERS, current_run
from matchmaker.vocabulary import vocabulary


def answer(
    session: Session,
    actor: Actor,
    other: Actor,
    given: str,
    *,
    account: Account,
    now: datetime,
    reason: str | None = None,
    note: str | None = None,
) -> Pairing | None:
    """Store an answer; return the pairing when both have now said yes and it lives.

    Saying the same twice changes nothing; a reason or note of None stays as it is then, an
    empty one is cleared. Both actors are locked, smaller id first, so two yeses at the same
    moment see each other. A no ends a pairing that waits or is approved, and is always possible.

    Raises
    ------
    RefusedError
        The answer or reason is unknown or they have been introduced already; for a yes also:
        both are in one country or of one account, or one of them is not public.
    """
    _check(actor, other, given, reason)
    steps.lock_actors(session, actor.id, other.id)
    if given == "yes":
        _check_yes(session, actor, other)
    interest = _interest(session, actor, other)
    pairing = pairings.between(session, actor, other)
    before = interest.answer if interest else None
    if given != "yes" and (given == "no" or before == "yes"):
        _take_yes_back(session, pairing, actor, account=account, now=now)
    if interest is None:
        interest = Interest(actor_id=actor.id, other_id=other.id)
        session.add(interest)
    if before == given:
        reason = interest.reason if reason is None else reason
        note = interest.note if note is None else note
    said = (given, reason or "", note or "")
    if said != (before, interest.reason, interest.note):
        interest.answer, interest.reason, interest.note = said
        interest.account_id, interest.answered_at = account.id, now
    session.flush()
    return (
        _after_yes(session, pairing, actor, other, account=account, now=now)
        if given == "yes"
        else None
    )


def wish(
    session: Session,
    pairing: Pairing,
    actor: Actor,
    given: str,
    *,
    account: Account,
    now: datetime,
    reason: str = "",
    note: str = "",
) -> None:
    """Answer from the page of a pairing that this actor knows of, as in ``answer``.

    Raises
    ------
    RefusedError
        The pairing has ended, or the answer is refused.
    """
    steps.lock(session, pairing)
    if pairing.state in steps.CLOSED:
        raise RefusedError(N_("This pairing has ended; nothing more can be noted on it."))
    other = pairing.partner_of(actor.id)
    answer(session, actor, other, given, account=account, now=now, reason=reason, note=note)


def undo(session: Session, actor: Actor, other: Actor, *, account: Account, now: datetime) -> bool:
    """Take an answer back as if it had not been given; after an introduction it stays.

    Return whether that ended a pairing that both know of: then the other side sees the end.

    Raises
    ------
    RefusedError
        Both have been introduced already.
    """
    steps.lock_actors(session, actor.id, other.id)
    interest = _interest(session, actor, other)
    if interest is None:
        return False
    ended = False
    if interest.answer == "yes":
        pairing = pairings.between(session, actor, other)
        ended = _take_yes_back(session, pairing, actor, account=account, now=now)
    session.delete(interest)
    session.flush()
    return ended


def _check(actor: Actor, other: Actor, given: str, reason: str | None) -> None:
    if given not in ANSWERS or (reason and reason not in vocabulary("decline_reasons")):
        raise RefusedError(N_("This answer is not one of the possible ones."))
    if reason and given != "no":
        raise RefusedError(N_("Only a no has a reason."))
    if actor.id == other.id:
        raise RefusedError(N_("Matchmaker pairs actors of different countries only."))


def _check_yes(session: Session, actor: Actor, other: Actor) -> None:
    pairings.check_strangers(session, actor, other)
    if actor.state != "published":
        raise RefusedError(N_("Publish your profile first; then you can say yes to others."))
    if other.state != "published":
        raise RefusedError(N_("%(name)s has withdrawn the profile for now."), name=other.name)


def _interest(session: Session, actor: Actor, other: Actor) -> Interest | None:
    """Return an answer as the database has it now, whatever the session has read before."""
    return session.get(Interest, (actor.id, other.id), populate_existing=True)


def _take_yes_back(
    session: Session, pairing: Pairing | None, actor: Actor, *, account: Account, now: datetime
) -> bool:
    """End a pairing before the introduction; what is closed already stays so.

    Return whether one ended that its actors know of.
    """
    if pairing is None or pairing.state in steps.CLOSED:
        return False
    if pairing.state in CONTACT_OPEN:
        raise RefusedError(
            N_("You have been introduced already. You can note on the pairing that it ends.")
        )
    steps.step(session, pairing, "withdrawn", now=now, account=account, actor=actor)
    return pairings.is_told(pairing)


def _after_yes(
    session: Session,
    pairing: Pairing | None,
    actor: Actor,
    other: Actor,
    *,
    account: Account,
    now: datetime,
) -> Pairing | None:
    """Make or move the pairing if the other side has said yes too; None if it stays closed."""
    theirs = _interest(session, other, actor)
    if theirs is None or theirs.answer != "yes":
        return None
    if pairing is None:
        score = _score(session, actor, other)
        pairing = pairings.begin(session, actor, other, origin="mutual", score=score, now=now)
    if pairing.state in steps.CLOSED and not _reopens(pairing):
        return None
    if pairing.state == "suggested":
        steps.step(session, pairing, "mutual", now=now, account=account, actor=actor)
    elif pairing.state == "approved" and not pairings.have_room(session, actor, other):
        steps.hand_back(session, pairing, now=now, account=account, actor=actor)
    elif pairing.state == "approved":
        pairings.introduce(session, pairing, now=now, account=account, actor=actor)
    elif pairing.state in steps.CLOSED:
        steps.step(session, pairing, "in_review", now=now, account=account, actor=actor)
    elif pairing.state in steps.QUEUE and pairing.origin == "coordinator":
        steps.remark(session, pairing, now=now, account=account, actor=actor)
    pairing.origin = "mutual"  # whoever had the idea first: now both want it, and know
    session.flush()
    return pairing


def _reopens(pairing: Pairing) -> bool:
    """Whether two yeses bring a closed pairing back into review.

    Not what is blocked, nor where they knew each other once, nor what a coordinator has
    declined in front of them: there only a coordinator reopens.
    """
    reached = {event.to_state for event in pairing.events}
    if pairing.state == "declined":
        return pairing.origin == "coordinator" and reached.isdisjoint(pairings.TOLD)
    return pairing.state in ("expired", "withdrawn") and "introduced" not in reached


def _score(session: Session, actor: Actor, other: Actor) -> float:
    """Return the score of the suggestion in the current run, 0 if there was none."""
    run = session.scalar(current_run())
    if run is None:
        return 0.0
    pairs = [(actor.id, other.id), (other.id, actor.id)]
    found = [session.get(Suggestion, (run.id, one, two)) for one, two in pairs]
    return max((suggestion.score for suggestion in found if suggestion), default=0.0)
