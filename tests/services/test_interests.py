# SPDX-License-Identifier: MIT
"""Private answers; two yeses make one pairing, also at the same moment."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from matchmaker.errors import RefusedError
from matchmaker.services import actors, interests, pairings
from matchmaker.store import Account, Actor, Interest, OutboxMail, Pairing
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def two(make_actor: Callable[..., Actor], make_account: Callable[..., Account]):
    """Two actors of two countries with their accounts: (kino, anna, tartu, mari)."""
    anna, mari = make_account(), make_account()
    return (
        make_actor("Kino", country="LV", owner=anna),
        anna,
        make_actor("Tartu", country="EE", owner=mari),
        mari,
    )


@pytest.fixture
def coordinator(make_account: Callable[..., Account]) -> Account:
    return make_account(roles=("coordinator",))


def steps_of(pairing: Pairing) -> list[tuple[str | None, str]]:
    return [(event.from_state, event.to_state) for event in pairing.events]


def test_one_yes_is_private_and_two_make_a_pairing(session, two):
    kino, anna, tartu, mari = two

    first = interests.answer(session, kino, tartu, "yes", account=anna, now=NOON, note="Film!")
    second = interests.answer(session, tartu, kino, "yes", account=mari, now=LATER)

    assert first is None
    assert second is not None
    assert (second.state, second.origin) == ("mutual", "mutual")
    assert [(e.at, e.actor_id, e.to_state) for e in second.events] == [(LATER, tartu.id, "mutual")]


def test_the_same_yes_twice_changes_nothing(session, two):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON, note="Film!")

    interests.answer(session, kino, tartu, "yes", account=anna, now=LATER)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=LATER)
    again = interests.answer(session, tartu, kino, "yes", account=mari, now=LATER)

    kept = session.get_one(Interest, (kino.id, tartu.id))
    assert (kept.note, kept.answered_at) == ("Film!", NOON)
    assert again is pairing
    assert steps_of(pairing) == [("suggested", "mutual")]


@pytest.mark.parametrize("change", ["no", "later", "undo"])
def test_a_yes_taken_back_before_the_introduction_ends_the_pairing(session, two, change):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)

    if change == "undo":
        interests.undo(session, kino, tartu, account=anna, now=LATER)
    else:
        interests.answer(session, kino, tartu, change, account=anna, now=LATER)

    assert pairing.state == "withdrawn"
    assert pairing.events[-1].actor_id == kino.id


def test_a_yes_again_reopens_what_was_withdrawn(session, two):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)
    interests.answer(session, kino, tartu, "no", account=anna, now=NOON, reason="timing")

    interests.answer(session, kino, tartu, "yes", account=anna, now=LATER)

    assert steps_of(pairing) == [
        ("suggested", "mutual"),
        ("mutual", "withdrawn"),
        ("withdrawn", "in_review"),
    ]
    assert session.get_one(Interest, (kino.id, tartu.id)).reason == ""


def test_a_no_to_a_proposal_ends_it_without_an_earlier_yes(session, two, coordinator):
    kino, anna, tartu, _mari = two
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)

    interests.answer(session, kino, tartu, "no", account=anna, now=LATER)

    assert pairing.state == "withdrawn"


def test_keep_for_later_does_not_end_a_proposal(session, two, coordinator):
    kino, anna, tartu, _mari = two
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)

    interests.answer(session, kino, tartu, "later", account=anna, now=LATER)

    assert pairing.state == "approved"


def test_nothing_is_taken_back_after_the_introduction(session, two, coordinator):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)

    for take_back in (
        lambda: interests.undo(session, kino, tartu, account=anna, now=LATER),
        lambda: interests.answer(session, kino, tartu, "no", account=anna, now=LATER),
    ):
        with pytest.raises(RefusedError, match="introduced already"):
            take_back()

    assert pairing.state == "introduced"


def test_two_who_knew_each_other_are_not_paired_again_by_a_yes(session, two, coordinator):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)
    pairings.record(session, pairing, "withdrawn", account=coordinator, now=LATER)

    interests.answer(session, kino, tartu, "yes", account=anna, now=LATER)

    assert pairing.state == "withdrawn"


def test_a_quietly_rejected_proposal_yields_to_two_yeses(session, two, coordinator):
    kino, anna, tartu, mari = two
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    pairings.decide(
        session, pairing, "reject", account=coordinator, seen_version=None, now=NOON, reason="other"
    )

    interests.answer(session, kino, tartu, "yes", account=anna, now=LATER)
    interests.answer(session, tartu, kino, "yes", account=mari, now=LATER)

    assert (pairing.state, pairing.origin) == ("in_review", "mutual")


def test_what_was_rejected_in_front_of_both_stays_so(session, two, coordinator):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)
    pairings.decide(
        session, pairing, "reject", account=coordinator, seen_version=None, now=NOON, reason="other"
    )

    interests.answer(session, kino, tartu, "yes", account=anna, now=LATER)

    assert pairing.state == "declined"


@pytest.mark.parametrize(
    ("given", "reason", "sentence"),
    [
        ("perhaps", "", "not one of the possible"),
        ("no", "ugly", "not one of the possible"),
        ("yes", "timing", "Only a no has a reason"),
    ],
)
def test_unknown_answers_are_refused(session, two, given, reason, sentence):
    kino, anna, tartu, _mari = two

    with pytest.raises(RefusedError, match=sentence):
        interests.answer(session, kino, tartu, given, account=anna, now=NOON, reason=reason)


def test_only_across_borders_and_only_to_public_profiles(session, two, make_actor):
    kino, anna, _tartu, _mari = two
    riga = make_actor(country="LV")
    draft = make_actor("Draft", country="FI", published=False)

    with pytest.raises(RefusedError, match="different countries"):
        interests.answer(session, kino, riga, "yes", account=anna, now=NOON)
    with pytest.raises(RefusedError, match="Draft has withdrawn"):
        interests.answer(session, kino, draft, "yes", account=anna, now=NOON)


def test_two_yeses_at_the_same_moment_make_exactly_one_pairing(
    session: Session, engine: Engine, two
):
    kino, anna, tartu, mari = two
    session.commit()
    start = threading.Barrier(2)
    found: list[object] = []

    def say_yes(actor_id: int, other_id: int, account_id: int) -> None:
        with Session(engine) as own:
            start.wait()
            try:
                pairing = interests.answer(
                    own,
                    own.get_one(Actor, actor_id),
                    own.get_one(Actor, other_id),
                    "yes",
                    account=own.get_one(Account, account_id),
                    now=NOON,
                )
                own.commit()
                found.append(pairing.state if pairing else None)
            except Exception as error:
                found.append(error)

    sides = [(kino.id, tartu.id, anna.id), (tartu.id, kino.id, mari.id)]
    threads = [threading.Thread(target=say_yes, args=side) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found, key=str) == [None, "mutual"]
    pairing = session.scalars(select(Pairing)).one()
    assert steps_of(pairing) == [("suggested", "mutual")]


def test_a_yes_and_an_approval_at_the_same_moment_introduce_once(
    session: Session, engine: Engine, two, coordinator
):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    session.commit()
    start = threading.Barrier(2)
    errors: list[Exception] = []

    def run(act: Callable[[Session], object]) -> None:
        with Session(engine) as own:
            start.wait()
            try:
                act(own)
                own.commit()
            except Exception as error:
                errors.append(error)

    def approve(own: Session) -> None:
        pairings.decide(
            own,
            own.get_one(Pairing, pairing.id),
            "approve",
            account=own.get_one(Account, coordinator.id),
            seen_version=None,
            now=NOON,
        )

    def say_yes(own: Session) -> None:
        interests.answer(
            own,
            own.get_one(Actor, tartu.id),
            own.get_one(Actor, kino.id),
            "yes",
            account=own.get_one(Account, mari.id),
            now=NOON,
        )

    threads = [threading.Thread(target=run, args=(act,)) for act in (approve, say_yes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.expire_all()
    assert errors == []
    assert pairing.state == "introduced"
    mails = session.scalars(select(OutboxMail).where(OutboxMail.template == "introduction")).all()
    assert sorted(mail.to_address for mail in mails) == sorted([anna.email, mari.email])


@pytest.mark.parametrize("end", ["blocked", "declined", "expired"])
def test_two_yeses_to_what_stays_closed_make_nothing_known(session, two, coordinator, end):
    kino, anna, tartu, mari = two
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    if end == "declined":
        pairings.decide(
            session, pairing, "return", account=coordinator, seen_version=None, now=NOON, note="?"
        )
        pairings.decide(
            session, pairing, "reject", account=coordinator, seen_version=None, now=NOON,
            reason="other",
        )  # fmt: skip
    else:
        if end == "expired":  # they were introduced once
            interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)
            interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
            pairings.decide(
                session, pairing, "approve", account=coordinator, seen_version=None, now=NOON
            )
        pairings.record(session, pairing, end, account=coordinator, now=NOON)
    origin = pairing.origin

    interests.answer(session, tartu, kino, "yes", account=mari, now=LATER)
    found = interests.answer(session, kino, tartu, "yes", account=anna, now=LATER)

    assert found is None
    assert (pairing.state, pairing.origin) == (end, origin)


def test_a_wish_on_what_has_ended_is_refused(session, two):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)
    interests.answer(session, kino, tartu, "no", account=anna, now=NOON)

    with pytest.raises(RefusedError, match="This pairing has ended"):
        interests.wish(session, pairing, tartu, "yes", account=mari, now=LATER)


def test_taking_back_says_whether_the_other_side_can_tell(session, two, make_actor):
    kino, anna, tartu, mari = two
    turku = make_actor(country="FI")
    interests.answer(session, kino, turku, "yes", account=anna, now=NOON)
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)

    quiet = interests.undo(session, kino, turku, account=anna, now=LATER)
    ended = interests.undo(session, kino, tartu, account=anna, now=LATER)

    assert (quiet, ended) == (False, True)


@pytest.mark.parametrize("change", ["no", "later", "undo"])
def test_a_yes_can_be_taken_back_after_a_move_and_while_paused(session, two, change):
    kino, anna, tartu, mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    pairing = interests.answer(session, tartu, kino, "yes", account=mari, now=NOON)
    tartu.country = "LV"
    actors.withdraw(session, kino, "paused", now=NOON)

    if change == "undo":
        interests.undo(session, kino, tartu, account=anna, now=LATER)
    else:
        interests.answer(session, kino, tartu, change, account=anna, now=LATER)

    assert pairing.state == "withdrawn"


def test_the_last_yes_to_one_who_moved_or_paused_introduces_nobody(session, two, coordinator):
    kino, anna, tartu, mari = two
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    kino.country = "EE"

    with pytest.raises(RefusedError, match="different countries"):
        interests.answer(session, tartu, kino, "yes", account=mari, now=LATER)

    assert pairing.state == "approved"


def test_one_account_does_not_meet_itself(session, make_actor, make_account, coordinator):
    anna = make_account()
    kino = make_actor("Kino", country="LV", owner=anna)
    branch = make_actor("Kino Tallinn", country="EE", owner=anna)

    with pytest.raises(RefusedError, match="different organisations"):
        interests.answer(session, kino, branch, "yes", account=anna, now=NOON)
    with pytest.raises(RefusedError, match="different organisations"):
        pairings.propose(session, kino, branch, account=coordinator, note="", score=0.3, now=NOON)

    assert pairings.between(session, kino, branch) is None


@pytest.mark.parametrize("full", ["Kino", "Tartu"])
def test_a_yes_introduces_nobody_who_has_no_room(session, two, coordinator, full):
    kino, anna, tartu, mari = two
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)
    (kino if full == "Kino" else tartu).capacity = 0
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)

    interests.answer(session, tartu, kino, "yes", account=mari, now=LATER)
    held = (pairing.state, pairing.origin)
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=LATER)

    assert held == ("in_review", "mutual")
    assert steps_of(pairing)[-3:] == [
        ("approved", "in_review"),
        ("in_review", "approved"),
        ("approved", "introduced"),
    ]


def test_a_note_can_be_changed_and_cleared(session, two):
    kino, anna, tartu, _mari = two
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON, note="Film!")
    kept = session.get_one(Interest, (kino.id, tartu.id))

    interests.answer(session, kino, tartu, "yes", account=anna, now=LATER)
    untouched = (kept.note, kept.answered_at)
    interests.answer(session, kino, tartu, "yes", account=anna, now=LATER, note="")

    assert untouched == ("Film!", NOON)
    assert kept.note == ""


def test_a_yes_sees_who_has_closed_meanwhile(session: Session, engine: Engine, two, coordinator):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nothing happens between reading and locking")
    kino, anna, tartu, mari = two
    pairing = pairings.propose(
        session, kino, tartu, account=coordinator, note="", score=0.3, now=NOON
    )
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)
    interests.answer(session, kino, tartu, "yes", account=anna, now=NOON)
    session.commit()

    with Session(engine) as reader, Session(engine) as closer:
        mine, theirs = reader.get_one(Actor, tartu.id), reader.get_one(Actor, kino.id)
        actors.withdraw(closer, closer.get_one(Actor, kino.id), "closed", now=NOON)
        closer.commit()
        account = reader.get_one(Account, mari.id)
        with pytest.raises(RefusedError, match="Kino has withdrawn"):
            interests.answer(reader, mine, theirs, "yes", account=account, now=LATER)
