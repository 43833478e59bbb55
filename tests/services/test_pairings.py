# SPDX-License-Identifier: MIT
"""What coordinators decide, what follows from it, and what is written down."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.errors import ConflictError, NotFoundError, RefusedError
from matchmaker.services import actors, desk, interests, letters, pairings, runs
from matchmaker.services.steps import ImpossibleMoveError
from matchmaker.services.visibility import contact, viewer_of
from matchmaker.store import Account, Actor, OutboxMail, Pairing
from tests.conftest import NOON

LATER = NOON + timedelta(days=2)


@pytest.fixture
def coordinator(make_account: Callable[..., Account]) -> Account:
    return make_account(roles=("coordinator",), desk=("LV",))


@pytest.fixture
def make_pairing(session: Session, make_actor: Callable[..., Actor], make_account):
    """make_pairing(**both) -> a pairing to which both said yes: Kino (LV) and Tartu (EE)."""

    def make(names: tuple[str, str] = ("Kino", "Tartu"), *, now=NOON, **both: object) -> Pairing:
        one = make_actor(names[0], country="LV", owner=make_account(), **both)
        other = make_actor(names[1], country="EE", owner=make_account(), **both)
        accounts = [actor.memberships[0].account for actor in (one, other)]
        interests.answer(session, one, other, "yes", account=accounts[0], now=now)
        pairing = interests.answer(session, other, one, "yes", account=accounts[1], now=now)
        assert pairing is not None
        return pairing

    return make


@pytest.fixture
def propose(session: Session, make_actor: Callable[..., Actor], coordinator: Account):
    """propose() -> a pairing that neither actor knows of yet."""

    def make() -> Pairing:
        one, other = make_actor("Kino", country="LV"), make_actor("Tartu", country="EE")
        return pairings.propose(
            session, one, other, account=coordinator, note="Both asked me", score=0.4, now=NOON
        )

    return make


def owner(actor: Actor) -> Account:
    return actor.memberships[0].account


def mails(session: Session) -> list[tuple[str, str]]:
    found = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
    return [(mail.template, mail.to_address) for mail in found]


def states(pairing: Pairing) -> list[str]:
    return [event.to_state for event in pairing.events]


def test_approval_of_two_yeses_introduces_both_once(session, make_pairing, coordinator):
    pairing = make_pairing(contact_email="me@example.org", contact_email_visibility="partners")
    viewer = viewer_of(session, owner(pairing.first))
    closed = contact(session, pairing.second, viewer)

    pairings.decide(
        session, pairing, "approve", account=coordinator, seen_version=pairing.version, now=LATER
    )

    assert closed.email == ""
    assert contact(session, pairing.second, viewer).email == "me@example.org"
    assert states(pairing) == ["mutual", "in_review", "approved", "introduced"]
    assert [event.at for event in pairing.events] == [NOON, LATER, LATER, LATER]
    assert mails(session) == [
        ("introduction", owner(pairing.first).email),
        ("introduction", owner(pairing.second).email),
    ]


def test_approval_without_two_yeses_asks_and_the_last_yes_introduces(session, propose, coordinator):
    pairing = propose()
    one, other = pairing.first, pairing.second
    interests.answer(session, one, other, "yes", account=owner(one), now=NOON)

    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)
    asked, state = mails(session), pairing.state
    interests.answer(session, other, one, "yes", account=owner(other), now=LATER)

    assert asked == [("proposal", owner(other).email)]
    assert state == "approved"
    assert pairing.state == "introduced"
    assert mails(session)[1:] == [
        ("introduction", owner(one).email),
        ("introduction", owner(other).email),
    ]


def test_the_second_of_two_coordinators_gets_a_conflict(session, make_pairing, coordinator):
    pairing = make_pairing()
    seen = pairing.version
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=seen, now=NOON)
    written = mails(session)

    with pytest.raises(ConflictError) as caught:
        pairings.decide(
            session, pairing, "approve", account=coordinator, seen_version=seen, now=LATER
        )

    assert caught.value.stored is pairing
    assert mails(session) == written
    assert states(pairing).count("introduced") == 1


def test_a_question_goes_to_both_and_its_answer_back_into_review(
    session, make_pairing, coordinator
):
    pairing = make_pairing()
    one = pairing.first

    pairings.decide(
        session,
        pairing,
        "return",
        account=coordinator,
        seen_version=None,
        now=NOON,
        note="Which month?",
    )
    why_before = desk.why_it_waits(pairing)
    pairings.answer_question(session, pairing, one, "May", account=owner(one), now=LATER)

    assert why_before == "asked"
    assert [name for name, _ in mails(session)] == ["question", "question"]
    assert (pairing.state, desk.why_it_waits(pairing)) == ("in_review", "answered")
    with pytest.raises(RefusedError, match="No question is open"):
        pairings.answer_question(session, pairing, one, "June", account=owner(one), now=LATER)


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("return", "Write the question"),
        ("reject", "Choose the reason"),
        ("bless", "not one of the possible"),
    ],
)
def test_a_verdict_without_what_it_needs_is_refused(
    session, make_pairing, coordinator, verdict, sentence
):
    pairing = make_pairing()

    with pytest.raises(RefusedError, match=sentence):
        pairings.decide(session, pairing, verdict, account=coordinator, seen_version=None, now=NOON)

    assert pairing.state == "mutual"


def test_an_impossible_verdict_says_what_is_possible(session, make_pairing, coordinator):
    pairing = make_pairing()
    decide = {"account": coordinator, "seen_version": None, "now": NOON}
    pairings.decide(session, pairing, "reject", reason="competitor", **decide)

    with pytest.raises(ImpossibleMoveError) as caught:
        pairings.decide(session, pairing, "approve", **decide)

    assert str(caught.value) == (
        "This pairing is “Declined” and cannot become “Approved”. "
        "Possible: With a coordinator, Blocked."
    )


def test_nobody_is_introduced_to_a_withdrawn_profile(session, make_pairing, coordinator):
    pairing = make_pairing()
    actors.withdraw(session, pairing.second, "paused", now=NOON)

    with pytest.raises(RefusedError, match="Tartu has withdrawn"):
        pairings.decide(
            session, pairing, "approve", account=coordinator, seen_version=None, now=NOON
        )

    assert (pairing.state, mails(session)) == ("mutual", [])


def test_what_is_put_off_comes_back_on_its_day(session, make_pairing, coordinator):
    pairing = make_pairing()
    today = NOON.date()

    pairings.decide(session, pairing, "later", account=coordinator, seen_version=None, now=NOON)

    def queued(day: date, **more: object) -> list[Pairing]:
        return desk.queue(session, desk.QueueFilter(**more), today=day)[0]

    assert queued(today) == []
    assert queued(today, include_later=True) == [pairing]
    assert queued(today + timedelta(days=7)) == [pairing]
    assert pairing.state == "mutual"


def test_the_queue_stands_in_the_order_of_need(session, make_pairing, propose, coordinator):
    newer = make_pairing(("A", "B"), now=NOON + timedelta(hours=5))
    proposed = propose()
    asked = make_pairing(("C", "D"))
    older = make_pairing(("E", "F"))
    pairings.decide(
        session, asked, "return", account=coordinator, seen_version=None, now=NOON, note="?"
    )

    found, total = desk.queue(session, desk.QueueFilter(), today=LATER.date())
    finland, none = desk.queue(session, desk.QueueFilter(countries=("FI",)), today=LATER.date())

    assert (found, total) == ([older, newer, proposed, asked], 4)
    assert (finland, none) == ([], 0)


def test_a_proposal_is_unknown_to_its_actors_until_somebody_turns_to_them(
    session, propose, coordinator
):
    pairing = propose()
    mine = frozenset({pairing.first_id})

    with pytest.raises(NotFoundError):
        pairings.find_for(session, pairing.key, mine)
    before = pairings.of_actors(session, mine)
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)

    assert before == []
    assert pairings.of_actors(session, mine) == [pairing]
    assert pairings.find_for(session, pairing.key, mine) is pairing
    with pytest.raises(NotFoundError):
        pairings.find_for(session, pairing.key, frozenset({pairing.second_id + 1000}))


def test_a_second_proposal_of_the_same_two_is_the_same_pairing(session, propose, coordinator):
    pairing = propose()

    again = pairings.propose(
        session,
        pairing.second,
        pairing.first,
        account=coordinator,
        note="",
        score=0.4,
        now=LATER,
    )

    assert again is pairing
    assert states(pairing) == ["in_review"]


def test_outcomes_are_recorded_with_their_day(session, make_pairing, coordinator):
    pairing = make_pairing()
    one = pairing.first
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)

    pairings.record(
        session,
        pairing,
        "met",
        account=owner(one),
        actor=one,
        now=LATER,
        on=NOON.date() + timedelta(days=1),
    )
    pairings.record(session, pairing, "met", account=owner(one), actor=one, now=LATER)

    event = pairing.events[-1]
    assert (event.to_state, event.at) == ("met", NOON + timedelta(days=1))
    assert states(pairing).count("met") == 1
    with pytest.raises(RefusedError, match="Give a day between"):
        pairings.record(
            session,
            pairing,
            "agreed",
            account=owner(one),
            actor=one,
            now=LATER,
            on=date(2031, 1, 1),
        )


@pytest.mark.parametrize("wanted", ["approved", "introduced", "blocked", "in_review"])
def test_an_actor_records_outcomes_only(session, make_pairing, wanted):
    pairing = make_pairing()
    one = pairing.first

    with pytest.raises(ImpossibleMoveError) as caught:
        pairings.record(session, pairing, wanted, account=owner(one), actor=one, now=NOON)

    assert caught.value.possible == ()


def test_an_ended_pairing_tells_its_actors_nothing_more(session, make_pairing, coordinator):
    pairing = make_pairing()
    one = pairing.first
    pairings.decide(
        session, pairing, "reject", account=coordinator, seen_version=None, now=NOON, reason="other"
    )

    with pytest.raises(RefusedError) as caught:
        pairings.record(session, pairing, "met", account=owner(one), actor=one, now=NOON)

    assert str(caught.value) == "This pairing has ended; nothing more can be noted on it."


def test_a_coordinator_reopens_what_has_ended(session, make_pairing, coordinator):
    pairing = make_pairing()
    pairings.record(session, pairing, "withdrawn", account=coordinator, now=NOON)

    pairings.record(session, pairing, "in_review", account=coordinator, now=LATER)

    known = desk.brief(session, pairing)
    assert desk.why_it_waits(pairing) == "reopened"
    assert [event.to_state for event in known.earlier] == ["withdrawn"]


def test_the_brief_says_what_a_coordinator_should_know(session, make_pairing, make_actor):
    pairing = make_pairing(languages=("lv", "en"), capacity=1)

    known = desk.brief(session, pairing)

    assert known.common_languages == ("lv", "en")
    assert known.both_said_yes
    assert [(end.actor.name, end.open_contacts, end.is_full) for end in known.ends] == [
        ("Kino", 0, False),
        ("Tartu", 0, False),
    ]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("kino@film.example", "info@film.example", "film.example"),
        ("kino@gmail.com", "tartu@gmail.com", ""),
        ("kino@film.example", "tartu@teater.example", ""),
        ("", "", ""),
    ],
)
def test_a_shared_mail_host_hints_at_one_organisation(session, make_actor, one, other, found):
    first = make_actor(country="LV", contact_email=one)
    second = make_actor(country="EE", contact_email=other)

    assert desk.same_host(first, second) == found


def test_nobody_is_introduced_inside_one_country(session, make_pairing, coordinator):
    pairing = make_pairing()
    pairing.second.country = "LV"

    with pytest.raises(RefusedError, match="different countries"):
        pairings.decide(
            session, pairing, "approve", account=coordinator, seen_version=None, now=NOON
        )

    assert (pairing.state, mails(session)) == ("mutual", [])


def test_an_introduction_itself_asks_for_country_and_publication(
    session, make_pairing, coordinator
):
    pairing = make_pairing()
    actors.withdraw(session, pairing.first, "paused", now=NOON)

    with pytest.raises(RefusedError, match="Kino has withdrawn"):
        pairings.introduce(session, pairing, now=NOON, account=coordinator)

    assert mails(session) == []


@pytest.mark.parametrize("act", ["approve", "propose"])
def test_a_coordinator_sees_who_has_closed_meanwhile(
    session, engine, make_pairing, coordinator, act
):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nothing happens between reading and locking")
    pairing = make_pairing()
    if act == "propose":
        pairings.record(session, pairing, "withdrawn", account=coordinator, now=NOON)
    session.commit()

    with Session(engine) as reader, Session(engine) as closer:
        read = pairings.find(reader, pairing.key)
        actors.withdraw(closer, closer.get_one(Actor, pairing.first_id), "closed", now=NOON)
        closer.commit()
        account = reader.get_one(Account, coordinator.id)
        propose = partial(pairings.propose, reader, read.first, read.second, note="", score=0)
        approve = partial(pairings.decide, reader, read, "approve", seen_version=None)
        with pytest.raises(RefusedError, match="Kino has withdrawn"):
            (propose if act == "propose" else approve)(account=account, now=LATER)


def test_an_account_that_looks_after_both_gets_both_mails(session, make_pairing, coordinator):
    pairing = make_pairing()
    both = owner(pairing.first)
    pairings.decide(session, pairing, "return", account=coordinator, seen_version=None, now=NOON,
                    note="Which month?")  # fmt: skip
    asked = len(mails(session))
    pairing.second.memberships[0].account = both
    session.flush()

    letters.pass_question_on(session, pairing, "And which year?", now=LATER)
    letters.pass_question_on(session, pairing, "And which year?", now=LATER)

    assert asked == 2
    assert mails(session)[2:] == [("question", both.email)]


def test_the_nearest_of_an_actor_are_read_without_its_private_answers(session, make_actor, index):
    kino, tartu = make_actor("Kino", country="LV"), make_actor("Tartu", country="EE")
    runs.recompute(session, index, now=NOON)
    before = desk.nearest(session, kino, limit=8)

    interests.answer(session, kino, tartu, "no", account=owner(kino), now=NOON)

    assert before == desk.nearest(session, kino, limit=8) == [tartu]


def test_the_yeses_of_many_pairings_are_read_at_once(session, make_pairing):
    pairing = make_pairing()
    interests.undo(session, pairing.second, pairing.first, account=owner(pairing.second), now=NOON)

    found = pairings.yeses_of(session, frozenset({pairing.first_id, pairing.second_id}))

    assert found == {(pairing.first_id, pairing.second_id)}
