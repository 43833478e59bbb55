# SPDX-License-Identifier: MIT
"""The desk and the two actors' pages, through the browser's door."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from matchmaker.services import actors, interests, pairings, runs
from matchmaker.services.match_index import MatchIndex
from matchmaker.store import Account, Actor, Interest, OutboxMail, Pairing
from matchmaker.store.pairings import pairing_between

NOW = datetime.now(UTC)


@dataclass
class Scene:
    """Two actors with a pairing, a coordinator of Latvia, and a browser for each person."""

    pairing: Pairing
    one: Actor
    other: Actor
    anna: FlaskClient
    mari: FlaskClient
    desk: FlaskClient
    coordinator: Account
    session: Session


@pytest.fixture
def scene(
    app: Flask,
    session: Session,
    make_actor: Callable[..., Actor],
    make_account: Callable[..., Account],
    sign_in: Callable[[FlaskClient, Account], None],
) -> Callable[..., Scene]:
    """scene() -> both said yes; scene(proposed=True) -> a coordinator's idea, nobody asked yet."""
    app.config["WTF_CSRF_ENABLED"] = False

    def enter(account: Account) -> FlaskClient:
        client = app.test_client()
        sign_in(client, account)
        return client

    def make(*, proposed: bool = False) -> Scene:
        anna, mari = make_account(), make_account()
        coordinator = make_account(roles=("coordinator",), desk=("LV",))
        contact = {"contact_name": "Somebody", "contact_phone": "+371 2222"}
        one = make_actor("Kino", country="LV", owner=anna, contact_email="k@kino.lv", **contact)
        other = make_actor("Tartu", country="EE", owner=mari, contact_email="t@tartu.ee", **contact)
        if proposed:
            pairing = pairings.propose(
                session, one, other, account=coordinator, note="My idea", score=0.4, now=NOW
            )
        else:
            interests.answer(session, one, other, "yes", account=anna, now=NOW, note="Secret wish")
            found = interests.answer(session, other, one, "yes", account=mari, now=NOW)
            assert found is not None
            pairing = found
        session.commit()
        clients = (enter(anna), enter(mari), enter(coordinator))
        return Scene(pairing, one, other, *clients, coordinator, session)

    return make


def verdict(scene: Scene, name: str, *, version: int | None = None, **fields: str):
    seen = scene.pairing.version if version is None else version
    last = scene.pairing.events[-1].id
    scene.session.commit()  # the page has a transaction of its own
    return scene.desk.post(
        f"/desk/{scene.pairing.key}/verdict",
        data={"verdict": name, "version": seen, "seen": last, **fields},
    )


def stored(session: Session, pairing: Pairing) -> Pairing:
    session.refresh(pairing)
    _ = pairing.events
    session.commit()
    return pairing


def mails(session: Session) -> list[str]:
    query = select(OutboxMail.template).where(OutboxMail.template != "sign_in")
    found = list(session.scalars(query.order_by(OutboxMail.id)))
    session.commit()
    return found


def test_the_desk_shows_both_their_note_and_no_contact_data(scene):
    page = scene().desk.get("/desk").text

    for text in ("Needs you: 1", "Kino", "Tartu", "Secret wish", "Latvia", "both said yes"):
        assert text in page
    for text in ("k@kino.lv", "t@tartu.ee", "+371 2222"):
        assert text not in page


def test_only_coordinators_reach_the_desk(scene, app):
    there = scene()
    key = there.pairing.key

    for path in ("/desk", f"/desk/{key}", "/desk/pairings", "/desk/propose"):
        assert there.anna.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 302


@pytest.mark.both_databases
def test_an_approval_introduces_and_opens_the_contact_data(scene, session):
    there = scene()
    path = f"/pairings/{there.pairing.key}"
    before = there.anna.get(path).text

    answer = verdict(there, "approve")

    assert (answer.status_code, answer.location) == (303, "/desk")
    assert "t@tartu.ee" not in before
    assert "A coordinator looks at it" in before
    after = there.anna.get(path).text
    assert "t@tartu.ee" in after
    assert "k@kino.lv" in there.mari.get(path).text
    assert mails(session) == ["introduction", "introduction"]


@pytest.mark.both_databases
def test_the_second_tab_sees_what_happened_and_keeps_its_words(scene, session):
    there = scene()
    seen = there.pairing.version
    verdict(there, "approve", version=seen)

    answer = verdict(there, "return", version=seen, question="Which month would suit?")

    assert answer.status_code == 409
    assert "Somebody else has worked on this pairing" in answer.text
    assert "Meanwhile this happened" in answer.text
    assert "Which month would suit?" in answer.text
    assert stored(session, there.pairing).state == "introduced"
    assert mails(session) == ["introduction", "introduction"]


def test_an_impossible_verdict_names_what_is_possible(scene, session):
    there = scene()
    verdict(there, "reject", reason="competitor")
    now = stored(session, there.pairing).version

    answer = verdict(there, "approve", version=now)

    assert answer.status_code == 409
    sentence = "is “Declined” and cannot become “Approved”. Possible: With a coordinator, Blocked."
    assert sentence in answer.text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("return", "Write the question that you return it with."),
        ("reject", "Choose the reason for rejecting it."),
        ("bless", "Choose one of the four verdicts."),
    ],
)
def test_a_verdict_that_lacks_something_says_so_at_its_place(scene, session, name, sentence):
    there = scene()

    answer = verdict(there, name, reject_note="They bid against each other")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "They bid against each other" in answer.text
    assert stored(session, there.pairing).state == "mutual"


def test_later_hides_a_pairing_until_it_is_asked_for(scene):
    there = scene()

    verdict(there, "later", later_note="after the summer")

    assert "Nothing waits" in there.desk.get("/desk").text
    assert "Kino" in there.desk.get("/desk?later=1").text


def test_the_queue_shows_my_desk_and_on_request_all(scene, session, make_account, app, sign_in):
    there = scene()
    finn = make_account(roles=("coordinator",), desk=("FI",))
    client = app.test_client()
    sign_in(client, finn)

    assert "Nothing waits" in client.get("/desk").text
    assert "Kino" in client.get("/desk?desk=all").text
    assert "Kino" in client.get(f"/desk/{there.pairing.key}").text


def test_a_question_is_answered_and_internal_notes_stay_internal(scene, session):
    there = scene()
    path = f"/pairings/{there.pairing.key}"
    verdict(there, "return", question="Which month?")
    asked = there.anna.get(path).text

    empty = there.anna.post(f"{path}/answer", data={"answer": " "})
    answer = there.anna.post(f"{path}/answer", data={"answer": "In May, says Anna"})

    assert "Which month?" in asked
    assert empty.status_code == 422
    assert answer.status_code == 303
    assert "answered your question" in there.desk.get("/desk").text
    assert "In May, says Anna" in there.desk.get("/desk").text
    assert "In May, says Anna" in there.anna.get(path).text
    assert "In May, says Anna" not in there.mari.get(path).text
    assert "Secret wish" not in there.mari.get(path).text


def test_a_rejected_pairing_is_neutral_for_its_actors(scene):
    there = scene()
    verdict(there, "reject", reason="competitor", reject_note="They are rivals")

    for client in (there.anna, there.mari):
        page = client.get(f"/pairings/{there.pairing.key}").text
        assert "This pairing has ended." in page
        for word in ("Declined", "Rejected", "rivals", "competitor"):
            assert word not in page
    assert "They are rivals" in there.desk.get(f"/desk/{there.pairing.key}").text


def test_a_no_is_not_shown_to_the_other_side(scene):
    there = scene()

    there.mari.post(f"/pairings/{there.pairing.key}/wish", data={"given": "no", "reason": "timing"})

    page = there.anna.get(f"/pairings/{there.pairing.key}").text
    assert "This pairing has ended." in page
    for word in ("Withdrawn", "Wrong time", "said no"):
        assert word not in page


def test_a_proposal_is_asked_after_approval_and_two_yeses_introduce(scene, session):
    there = scene(proposed=True)
    path = f"/pairings/{there.pairing.key}"
    unknown = there.anna.get(path).status_code
    verdict(there, "approve")
    asked = there.anna.get(path).text

    there.anna.post(f"{path}/wish", data={"given": "yes"})
    between = there.anna.get(path).text
    there.mari.post(f"{path}/wish", data={"given": "yes"})

    assert unknown == 404
    assert "I would like to meet them" in asked
    assert "My idea" not in asked
    assert "t@tartu.ee" not in between
    assert "t@tartu.ee" in there.anna.get(path).text
    assert mails(session) == ["proposal", "proposal", "introduction", "introduction"]


def test_actors_tell_what_came_of_it_once(scene, session):
    there = scene()
    verdict(there, "approve")
    path = f"/pairings/{there.pairing.key}"

    told = [
        there.anna.post(f"{path}/outcome", data={"to_state": state, "note": note})
        for state, note in (("met", "In Riga"), ("met", ""), ("declined", ""))
    ]
    refused = there.anna.post(f"{path}/outcome", data={"to_state": "agreed"})

    assert [answer.status_code for answer in told] == [303, 303, 303]
    assert refused.status_code == 409
    assert "This pairing has ended; nothing more can be noted on it." in refused.text
    states = [event.to_state for event in stored(session, there.pairing).events]
    assert states == ["mutual", "in_review", "approved", "introduced", "met", "declined"]
    assert "In Riga" not in there.mari.get(path).text


def test_a_coordinator_records_and_reopens(scene, session):
    there = scene()
    path = f"/desk/{there.pairing.key}/outcome"

    wrong = there.desk.post(path, data={"to_state": "funded", "note": "Yes!"})
    closed = there.desk.post(path, data={"to_state": "expired"})
    reopened = there.desk.post(path, data={"to_state": "in_review"})
    day = there.desk.post(path, data={"to_state": "withdrawn", "on": "yesterday"})

    assert wrong.status_code == 409
    assert "Possible: Withdrawn, Expired, Blocked." in wrong.text
    assert "Yes!" in wrong.text
    assert (closed.status_code, reopened.status_code) == (303, 303)
    assert (day.status_code, "Write the day like 2027-04-30." in day.text) == (422, True)
    assert stored(session, there.pairing).state == "in_review"


def test_strangers_find_no_pairing(scene, make_account, app, sign_in):
    there = scene()
    stranger = app.test_client()
    sign_in(stranger, make_account())
    path = f"/pairings/{there.pairing.key}"

    tries = [stranger.get(path)] + [
        stranger.post(f"{path}/{part}", data={"given": "yes", "answer": "x", "to_state": "met"})
        for part in ("answer", "wish", "outcome")
    ]

    assert [answer.status_code for answer in tries] == [404] * 4


def test_my_pairings_stand_in_three_phases(scene):
    there = scene()
    waiting = there.anna.get("/pairings").text
    verdict(there, "approve")

    introduced = there.anna.get("/pairings").text

    assert re.search(r'aria-current="page">Waiting', waiting)
    assert re.search(r'aria-current="page">Introduced', introduced)
    assert "Nothing here" in there.anna.get("/pairings?phase=ended").text


def test_a_coordinator_proposes_two_actors_found_by_name(scene, session, make_actor):
    there = scene()
    third = make_actor("Klangraum", country="DE")
    session.commit()

    found = there.desk.get(f"/desk/propose?one={there.one.key}&q=klangraum").text
    address = f"/desk/propose?one={there.one.key}&other={third.key}"
    preview = there.desk.get(address).text
    answer = there.desk.post(address, data={"note": "Sound for their film"})

    assert f"one={there.one.key}&amp;other={third.key}" in found
    assert "Why should they meet?" in preview
    session.rollback()
    pairing = session.scalars(pairing_between(there.one.id, third.id)).one()
    assert answer.location == f"/desk/{pairing.key}?desk=all"
    assert [(e.to_state, e.note) for e in pairing.events] == [("in_review", "Sound for their film")]


def test_all_pairings_filter_by_state_and_country(scene):
    there = scene()

    assert "Kino" in there.desk.get("/desk/pairings").text
    assert "Kino" in there.desk.get("/desk/pairings?state=mutual&country=EE").text
    assert there.desk.get(f"/desk?page={10**30}").status_code == 200
    for query in ("state=declined", "country=FI", "page=9", f"page={10**30}"):
        assert "No pairing here" in there.desk.get(f"/desk/pairings?{query}").text


def test_hostile_words_stay_words(scene, session):
    there = scene()
    mean = "<script>alert(1)</script>\u202e\x07"

    verdict(there, "later", later_note=mean)

    page = there.desk.get("/desk?later=1").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert stored(session, there.pairing).events[-1].note == "<script>alert(1)</script>"


def test_a_no_looks_like_any_end_on_every_page_of_the_other_side(scene):
    there = scene()
    there.mari.post(f"/pairings/{there.pairing.key}/wish", data={"given": "no", "reason": "timing"})

    for path in (
        f"/matches/{there.one.key}?show=yes",
        f"/matches/{there.one.key}/{there.other.key}",
        f"/actors/{there.other.key}",
    ):
        page = there.anna.get(path).text
        assert re.search(r'<span class="badge still"><svg.*?</svg>Ended</span>', page, re.DOTALL)
        for word in ("Withdrawn", "undo-2#", "Declined"):
            assert word not in page


@pytest.mark.parametrize("both", [True, False])
def test_taking_a_yes_back_promises_nothing_that_the_other_side_can_see(scene, make_actor, both):
    there = scene()
    partner = there.other if both else make_actor("Turku", country="FI")
    if not both:
        interests.answer(
            there.session, there.one, partner, "yes",
            account=there.one.memberships[0].account, now=NOW,
        )  # fmt: skip
    there.session.commit()

    page = there.anna.post(
        f"/matches/{there.one.key}/{partner.key}/undo", follow_redirects=True
    ).text

    assert ("does not learn of it" in page) is not both
    assert ("Noted. The other side is not told why." in page) is both


def test_a_yes_to_what_is_blocked_claims_no_introduction(scene, session):
    there = scene(proposed=True)
    there.desk.post(f"/desk/{there.pairing.key}/outcome", data={"to_state": "blocked"})
    there.mari.post(f"/matches/{there.other.key}/{there.one.key}/answer", data={"answer": "yes"})

    page = there.anna.post(
        f"/matches/{there.one.key}/{there.other.key}/answer",
        data={"answer": "yes"},
        follow_redirects=True,
    ).text

    assert "you have been introduced" not in page
    assert "They learn of it only if they say yes too." in page
    assert there.anna.get(f"/pairings/{there.pairing.key}").status_code == 404


def test_a_wish_on_an_ended_pairing_is_answered_with_a_sentence(scene):
    there = scene()
    path = f"/pairings/{there.pairing.key}/wish"
    there.mari.post(path, data={"given": "no"})

    answer = there.anna.post(path, data={"given": "yes"})

    assert answer.status_code == 409
    assert "This pairing has ended; nothing more can be noted on it." in answer.text


def test_a_no_is_possible_after_a_move_and_while_paused(scene, session):
    there = scene()
    there.other.country = "LV"
    actors.withdraw(session, there.one, "paused", now=NOW)
    session.commit()

    taken = there.anna.post(f"/matches/{there.one.key}/{there.other.key}/undo")

    assert taken.status_code == 303
    assert stored(session, there.pairing).state == "withdrawn"


def test_a_yes_without_room_goes_back_to_the_coordinator(scene, session):
    there = scene(proposed=True)
    path = f"/pairings/{there.pairing.key}"
    verdict(there, "approve")
    there.other.capacity = 0
    session.commit()
    there.anna.post(f"{path}/wish", data={"given": "yes"})

    page = there.mari.post(f"{path}/wish", data={"given": "yes"}, follow_redirects=True).text

    assert "You both said yes. A coordinator looks at it now." in page
    assert "no room for more" in there.desk.get("/desk").text
    verdict(there, "approve", version=stored(session, there.pairing).version)
    assert stored(session, there.pairing).state == "introduced"


def test_a_private_no_is_not_missing_from_a_coordinators_list(
    scene, session, settings, make_actor, make_account
):
    there = scene()
    third = make_actor("Klangraum", country="DE", owner=make_account())
    runs.recompute(session, MatchIndex(settings.folder / "index"), now=NOW)
    session.commit()
    address = f"/desk/propose?one={there.one.key}"
    before = "Klangraum" in there.desk.get(address).text

    there.anna.post(f"/matches/{there.one.key}/{third.key}/answer", data={"answer": "no"})

    assert before
    assert "Klangraum" in there.desk.get(address).text


def test_many_pairings_cost_no_query_each_and_stand_on_pages(scene, session, make_actor):
    there = scene()
    anna = there.one.memberships[0].account
    mari = there.other.memberships[0].account
    asked: list[str] = []

    def cost() -> int:
        asked.clear()
        there.anna.get("/pairings")
        return len(asked)

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        one = cost()
        for number in range(26):
            partner = make_actor(f"Partner {number}", country="EE", owner=mari)
            interests.answer(session, there.one, partner, "yes", account=anna, now=NOW)
            interests.answer(session, partner, there.one, "yes", account=mari, now=NOW)
        session.commit()
        many = cost()
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert many == one
    pages = [there.anna.get(f"/pairings?page={page}").text for page in (1, 2, 9)]
    assert [page.count('<li><a href="/pairings/') for page in pages] == [25, 2, 2]


def test_a_note_is_cleared_by_its_empty_field_and_kept_by_a_button(scene, session):
    there = scene()
    address = f"/matches/{there.one.key}/{there.other.key}/answer"
    both = (there.one.id, there.other.id)

    said = []
    for typed in (
        {"answer": "yes"},
        {"answer": "yes", "note": ""},
        {"answer": "no", "reason": "timing"},
        {"answer": "no"},
        {"answer": "no", "reason": ""},
    ):
        there.anna.post(address, data=typed)
        kept = session.get_one(Interest, both, populate_existing=True)
        said.append((kept.answer, kept.note, kept.reason))
        session.rollback()

    assert said == [
        ("yes", "Secret wish", ""),
        ("yes", "", ""),
        ("no", "", "timing"),
        ("no", "", "timing"),
        ("no", "", ""),
    ]
