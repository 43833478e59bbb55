# SPDX-License-Identifier: MIT
"""The steps of a pairing: what may follow on what, who may take them at the same moment."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.errors import N_, RefusedError
from matchmaker.store import Account, Actor, Pairing, PairingEvent
from matchmaker.vocabulary import can_move, moves, vocabulary

QUEUE = ("mutual", "in_review", "returned")
CLOSED = ("declined", "expired", "withdrawn", "blocked")


class ImpossibleMoveError(RefusedError):
    """A step does not follow on the state. The attributes hold codes of states.

    ``possible`` are the steps that somebody may take instead; None means the table of moves.
    """

    def __init__(self, state: str, wanted: str, possible: tuple[str, ...] | None = None) -> None:
        self.state, self.wanted = state, wanted
        self.possible = moves(state) if possible is None else possible
        label = vocabulary("pairing_states").label
        super().__init__(
            N_(
                "This pairing is “%(state)s” and cannot become “%(wanted)s”. "
                "Possible: %(possible)s."
            ),
            state=label(state),
            wanted=label(wanted),
            possible=", ".join(map(label, self.possible)) or "–",
        )


def lock_actors(session: Session, one_id: int, other_id: int) -> None:
    """Hold two actors until the transaction ends, the smaller id first, and read them as they are.

    Whatever changes a pairing or the answers behind it takes this lock first. So a yes and a
    verdict at the same moment see each other, and nobody waits in a circle. SQLite has one
    writer anyway.
    """
    both = select(Actor).where(Actor.id.in_((one_id, other_id))).order_by(Actor.id)
    held = both.with_for_update(key_share=True).execution_options(populate_existing=True)
    session.scalars(held).all()


def lock(session: Session, pairing: Pairing) -> None:
    """Hold a pairing with its two actors, and read it as it is now."""
    lock_actors(session, pairing.first_id, pairing.second_id)
    own = select(Pairing.id).where(Pairing.id == pairing.id)
    session.execute(own.with_for_update(key_share=True))  # alone: joins cannot all be locked
    session.refresh(pairing)


def step(
    session: Session,
    pairing: Pairing,
    to_state: str,
    *,
    now: datetime,
    account: Account | None = None,
    actor: Actor | None = None,
    verdict: str = "",
    reason: str = "",
    note: str = "",
) -> PairingEvent:
    """Move a pairing on and write the dated event of it.

    Raises
    ------
    ImpossibleMoveError
        The table of moves does not allow it.
    """
    if not can_move(pairing.state, to_state):
        raise ImpossibleMoveError(pairing.state, to_state)
    event = PairingEvent(
        at=now,
        account_id=account.id if account else None,
        actor_id=actor.id if actor else None,
        verdict=verdict,
        from_state=pairing.state,
        to_state=to_state,
        reason=reason,
        note=note,
    )
    _move(session, pairing, event)
    return event


def hand_back(
    session: Session, pairing: Pairing, *, now: datetime, account: Account | None, actor: Actor
) -> None:
    """Put an approved pairing before a coordinator again: a yes came, and there is no room.

    Only this step stands outside the table of moves: nobody takes it by hand.
    """
    event = PairingEvent(
        at=now,
        account_id=account.id if account else None,
        actor_id=actor.id,
        verdict="",
        from_state=pairing.state,
        to_state="in_review",
    )
    _move(session, pairing, event)


def _move(session: Session, pairing: Pairing, event: PairingEvent) -> None:
    pairing.events.append(event)
    pairing.state, pairing.waiting_since, pairing.later_until = event.to_state, event.at, None
    session.flush()


def remark(
    session: Session,
    pairing: Pairing,
    *,
    now: datetime,
    account: Account | None,
    verdict: str = "",
    note: str = "",
    actor: Actor | None = None,
) -> PairingEvent:
    """Write an event that leaves the state as it is."""
    event = PairingEvent(
        at=now,
        account_id=account.id if account else None,
        actor_id=actor.id if actor else None,
        verdict=verdict,
        from_state=pairing.state,
        to_state=pairing.state,
        note=note,
    )
    pairing.events.append(event)
    session.flush()
    return event
