# SPDX-License-Identifier: MIT
"""My matches: the lists, the answers, the page of a pair, and what stays private."""

import html
import itertools
import re

import pytest
from sqlalchemy import Engine, event, select

from matchmaker.services import actors, interests, pairings, runs
from matchmaker.services.match_index import MatchIndex
from matchmaker.store import Interest, Pairing
from tests.conftest import NOON


@pytest.fixture
def home(session, make_account, make_actor):
    """Anna's studio in Riga, published, with offers and seeks."""
    account = make_account("anna@example.org")
    return account, make_actor(
        "Filmby",
        country="LV",
        owner=account,
        offers=["Sound mixing: For documentary films."],
        seeks=["A residency by the sea: To write a documentary."],
    )


@pytest.fixture
def make_partner(make_actor):
    def make(name, *, country="EE", **values):
        values = {
            "offers": ["Residency by the sea: Quiet rooms for documentary writers."],
            "seeks": ["Sound mixing: For our documentary about harbours."],
            **values,
        }
        return make_actor(name, country=country, **values)

    return make


@pytest.fixture
def ready(session, settings, client, sign_in, home):
    """ready(): compute, commit and sign Anna in."""

    def enter(account=None):
        runs.recompute(session, MatchIndex(settings.folder / "index"), now=NOON)
        session.commit()
        sign_in(client, account or home[0])

    return enter


def cards(answer):
    """Return the names on the cards of a page, in order."""
    return re.findall(r'<h2 id="m-[^>]*><a [^>]*>([^<]*)</a>', answer.text)


def answer_of(session, actor, other):
    """Return what is stored, and leave the database free for the next request."""
    session.rollback()
    found = session.get(Interest, (actor.id, other.id))
    session.expunge_all()
    session.rollback()
    return found


def test_a_visitor_is_asked_to_sign_in(client):
    answer = client.get("/matches")

    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/matches")


def test_without_a_profile_there_is_a_way_to_make_one(client, make_account, sign_in):
    sign_in(client, make_account())

    assert 'href="/profiles/new"' in client.get("/matches").text


def test_an_unpublished_profile_is_told_what_is_missing(
    client, session, make_account, make_actor, sign_in
):
    account = make_account()
    actor = make_actor(owner=account, published=False, seeks=[], languages=())
    sign_in(client, account)

    page = client.get(f"/matches/{actor.key}").text

    assert "2 answers are missing" in page
    assert f'href="/profiles/{actor.key}/exchange"' in page
    assert f'href="/profiles/{actor.key}/how"' in page


def test_my_matches_are_those_of_my_published_actor(client, home, make_partner, make_actor, ready):
    account, actor = home
    make_actor("Draft", owner=account, published=False)
    make_partner("Residency House")
    ready()

    answer = client.get("/matches", follow_redirects=True)

    assert answer.request.path == f"/matches/{actor.key}"
    assert cards(answer) == ["Residency House"]
    assert ">Draft</a>" in answer.text  # the switch to the other one


def test_a_card_says_why_before_it_says_how_much(client, home, make_partner, ready):
    make_partner("Residency House")
    ready()

    page = client.get(f"/matches/{home[1].key}").text

    why = re.search(r'<p class="why">(.*?)</p>', page, re.DOTALL)
    assert why
    assert re.sub(r"<[^>]+>", "", why[1]) == (
        "They offer “Residency by the sea”, close to what you seek, and look for “Sound mixing”, "
        "close to what you offer."
    )
    shown = [float(value) for value in re.findall(r"<b>(\d\.\d\d)</b></dd>", page)]
    total = re.search(r'<b class="sum">(\d\.\d\d)</b>', page)
    fit = re.search(r"fit <b>(\d\.\d\d)</b>", page)
    assert total
    assert fit
    assert f"{sum(shown):.2f}" == total[1] == fit[1]
    assert "<mark>residency</mark>" in page
    assert "<mark>Residency</mark>" in page


def test_ten_at_first_and_ten_more_by_the_address(client, home, make_partner, ready):
    for number in range(13):
        make_partner(f"Partner {number}")
    ready()
    address = f"/matches/{home[1].key}"

    first = client.get(address)
    more = client.get(f"{address}?n=20")
    rest = client.get(f"{address}?n=20&after=10", headers={"HX-Request": "true"})

    assert len(cards(first)) == 10
    assert f'href="{address}?n=20"' in first.text
    assert cards(more) == cards(first) + cards(rest)
    assert len(set(cards(more))) == 13
    assert "<html" not in rest.text


def test_a_page_of_ten_costs_no_query_a_card(client, home, make_partner, ready):
    for number in range(10):
        make_partner(f"Partner {number}", country="EE" if number < 2 else "FI")
    ready()
    address = f"/matches/{home[1].key}"
    client.get(address)  # the index is read once
    asked: list[str] = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        two = len(cards(client.get(f"{address}?country=EE"))), len(asked)
        asked.clear()
        ten = len(cards(client.get(address))), len(asked)
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert (two[0], ten[0]) == (2, 10)
    assert ten[1] == two[1]
    assert ten[1] <= 25


def test_filters_stand_in_the_address_and_can_be_taken_away(client, home, make_partner, ready):
    make_partner("Estonian")
    make_partner("Finnish festival", country="FI", kind="festival")
    ready()
    address = f"/matches/{home[1].key}"

    assert cards(client.get(f"{address}?country=FI")) == ["Finnish festival"]
    assert cards(client.get(f"{address}?country=FI&country=EE&kind=studio")) == ["Estonian"]
    assert len(cards(client.get(f"{address}?country=XX&n=-3&after=x"))) == 2
    narrow = client.get(f"{address}?country=FI&kind=museum")
    assert cards(narrow) == []
    assert "Nobody here fits these filters" in narrow.text
    assert f'href="{address}?kind=museum"' in narrow.text  # the country's chip
    assert f'href="{address}"' in narrow.text


@pytest.mark.parametrize(
    ("given", "shown", "says"),
    [
        ("yes", "yes", "They learn of it only if they say yes too."),
        ("later", "kept", "is kept for later."),
        ("no", "no", "is not suggested to you any more."),
    ],
)
def test_an_answer_moves_the_card_and_can_be_undone(
    client, session, home, make_partner, ready, given, shown, says
):
    partner = make_partner("Residency House")
    ready()
    address = f"/matches/{home[1].key}"

    answer = client.post(f"{address}/{partner.key}/answer", data={"answer": given, "next": address})
    after = client.get(answer.location)

    assert (answer.status_code, answer.location) == (303, address)
    assert says in after.text
    assert cards(after) == []
    assert cards(client.get(f"{address}?show={shown}")) == ["Residency House"]
    assert says not in client.get(address).text  # said once

    client.post(f"{address}/{partner.key}/undo", data={"next": address})

    assert cards(client.get(address)) == ["Residency House"]
    assert answer_of(session, home[1], partner) is None


def test_with_a_script_only_the_card_changes(client, home, make_partner, ready):
    partner = make_partner("Residency House")
    ready()
    address = f"/matches/{home[1].key}/{partner.key}"
    script = {"HX-Request": "true"}

    said = client.post(f"{address}/answer", data={"answer": "no"}, headers=script)
    back = client.post(f"{address}/undo", headers=script)

    assert "is not suggested to you any more" in said.text
    assert "<html" not in said.text
    assert cards(back) == ["Residency House"]


def test_a_note_goes_with_a_yes_and_a_reason_with_a_no(client, session, home, make_partner, ready):
    partner = make_partner("Residency House")
    ready()
    address = f"/matches/{home[1].key}/{partner.key}/answer"

    client.post(address, data={"answer": "yes", "note": "We met.", "reason": "timing"})
    yes = answer_of(session, home[1], partner)
    client.post(address, data={"answer": "no", "note": "We met.", "reason": "timing"})
    no = answer_of(session, home[1], partner)

    assert (yes.answer, yes.reason, yes.note) == ("yes", "", "We met.")
    assert (no.answer, no.reason, no.note) == ("no", "timing", "")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"answer": "perhaps"},
        {"answer": "no", "reason": "because"},
        {"answer": "yes", "note": "x" * 601},
    ],
)
def test_an_impossible_answer_keeps_what_was_typed(
    client, session, home, make_partner, ready, data
):
    partner = make_partner("Residency House")
    ready()

    answer = client.post(f"/matches/{home[1].key}/{partner.key}/answer", data=data)

    assert answer.status_code == 422
    assert data.get("note", "") in answer.text
    assert answer_of(session, home[1], partner) is None


def test_two_yeses_make_a_pairing_and_say_so(client, session, home, make_partner, ready):
    partner = make_partner("Residency House")
    interests.answer(session, partner, home[1], "yes", account=home[0], now=NOON)
    ready()
    address = f"/matches/{home[1].key}"

    answer = client.post(f"{address}/{partner.key}/answer", data={"answer": "yes"})
    page = client.get(answer.location).text

    pairing = session.scalars(select(Pairing)).one()
    assert pairing.state == "mutual"
    assert "You both said yes. A coordinator looks at it now." in page
    assert f'href="/pairings/{pairing.key}"' in page
    assert f'href="/pairings/{pairing.key}"' in client.get(f"{address}?show=yes").text


def test_what_one_side_answers_is_never_shown_to_the_other(
    client, session, home, make_partner, make_account, ready
):
    account, actor = home
    curious = make_account("jaan@example.org")
    partner = make_partner("Residency House", owner=curious)
    quiet = make_partner("Quiet House", owner=make_account())
    for given, reason, note in (("no", "competitor", ""), ("yes", "", "Secret note")):
        other = partner if given == "no" else quiet
        interests.answer(
            session, actor, other, given, account=account, now=NOON, reason=reason, note=note
        )
    ready(curious)

    pages = [
        client.get(path).text
        for path in (
            f"/matches/{partner.key}",
            f"/matches/{partner.key}?show=no",
            f"/matches/{partner.key}?show=yes",
            f"/matches/{partner.key}/{actor.key}",
            f"/actors/{actor.key}",
            "/directory",
        )
    ]

    assert "Filmby" in pages[0]
    shown = [re.search(r"<main.*?</main>", page, re.DOTALL)[0] for page in pages]
    for page in shown:
        assert "Secret note" not in page
        assert "said yes. They" not in page
        assert "Only you see this" not in page
        assert not re.search(r"<option[^>]* selected[^>]*>Competitor", page)


def test_somebody_elses_actor_does_not_exist(client, home, make_partner, make_actor, ready):
    partner = make_partner("Residency House")
    ready()

    for method, path in (
        ("get", f"/matches/{partner.key}"),
        ("get", f"/matches/{partner.key}/{home[1].key}"),
        ("post", f"/matches/{partner.key}/{home[1].key}/answer"),
        ("post", f"/matches/{partner.key}/{home[1].key}/undo"),
        ("get", f"/matches/{home[1].key}/nobody"),
    ):
        answer = getattr(client, method)(
            path, **({"data": {"answer": "yes"}} if method == "post" else {})
        )
        assert answer.status_code == 404, path


def test_never_a_partner_of_the_own_country(client, home, make_partner, make_actor, ready):
    neighbour = make_partner("Neighbour", country="LV")
    make_partner("Abroad")
    ready()
    address = f"/matches/{home[1].key}"

    assert cards(client.get(address)) == ["Abroad"]
    assert client.get(f"{address}/{neighbour.key}").status_code == 404
    answer = client.post(f"{address}/{neighbour.key}/answer", data={"answer": "yes"})
    assert answer.status_code == 404


def test_a_paused_partner_vanishes_at_once(client, session, home, make_partner, ready):
    partner = make_partner("Residency House")
    ready()
    address = f"/matches/{home[1].key}"
    assert cards(client.get(address)) == ["Residency House"]

    actors.withdraw(session, partner, "paused", now=NOON)
    session.commit()

    assert cards(client.get(address)) == []
    assert client.get(f"{address}/{partner.key}").status_code == 404


def test_the_page_of_a_pair_reckons_word_by_word(client, home, make_partner, ready):
    partner = make_partner("Residency House", contact_email="jaan@example.org")
    ready()

    page = client.get(f"/matches/{home[1].key}/{partner.key}").text

    parts = [
        int(f"{float(value) * 1000:.0f}")
        for value in re.findall(r"<h3>[^<]*: (\d\.\d{3})</h3>", page)
    ]
    tables = re.findall(r"<table>.*?</table>", page, re.DOTALL)
    rows = [
        sum(
            int(f"{float(v) * 1000:.0f}")
            for v in re.findall(r'<td class="num">(-?\d\.\d{3})', table)
        )
        for table in tables
    ]
    total = re.search(r"The fit is (\d\.\d{3}), rounded (\d\.\d\d)", page)
    assert total
    assert rows == [part for part in parts if part]
    assert f"{sum(parts) / 1000:.3f}" == total[1]
    assert f"{float(total[1]):.2f}" == total[2] or abs(float(total[1]) - float(total[2])) < 0.006
    assert "residency" in tables[0]
    assert "Quiet rooms for documentary writers." in page
    assert "jaan@example.org" not in page


def test_the_page_of_a_one_sided_pair_says_what_would_lift_it(client, home, make_partner, ready):
    best = make_partner("Best")
    make_partner("Middling", offers=["Residency in town: Rooms for painters."])
    half = make_partner("Half", seeks=["Accordions: Old ones, for repair."])
    ready()

    shown = client.get(f"/matches/{home[1].key}/{half.key}").text
    highest = client.get(f"/matches/{home[1].key}/{best.key}").text

    assert re.search(
        r"if Half also sought what you offer\. Fit 0\.\d\d instead of 0\.\d\d: \d places? higher",
        shown,
    )
    assert "would rank higher" not in highest


def test_a_pair_that_is_not_suggested_has_its_page_too(client, home, make_partner, ready):
    stranger = make_partner(
        "Bell founders", country="PL", does="Odlewamy dzwony.", sectors=("crafts",),
        offers=["Dzwonki z brązu"], seeks=["Cyna i miedź"], language="pl",
    )  # fmt: skip
    ready()

    answer = client.get(f"/matches/{home[1].key}/{stranger.key}")

    assert answer.status_code == 200
    assert "Why you two" in answer.text
    assert "I would like to meet them" in answer.text


def test_a_coordinators_plan_is_not_told_before_its_time(
    client, session, home, make_partner, make_account, ready
):
    partner = make_partner("Residency House")
    coordinator = make_account(roles=("coordinator",))
    pairing = pairings.propose(
        session, home[1], partner, account=coordinator, note="", score=0.3, now=NOON
    )
    ready()

    page = client.get(f"/matches/{home[1].key}/{partner.key}").text

    assert pairing.key not in page


def test_hostile_texts_stay_text(client, home, make_partner, ready):
    evil = "<script>alert(1)</script> residency"
    partner = make_partner(evil, offers=[f"{evil}: {evil} by the sea"], does=evil * 3)
    ready()
    address = f"/matches/{home[1].key}"

    for page in (client.get(address).text, client.get(f"{address}/{partner.key}").text):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_everybody_who_is_kept_is_on_some_page(client, session, home, make_partner, ready):
    account, actor = home
    for number in range(23):
        other = make_partner(f"Kept {number}", country="EE" if number % 2 else "FI")
        interests.answer(session, actor, other, "later", account=account, now=NOON)
    ready()
    address = f"/matches/{actor.key}?show=kept"

    seen, at = [], address
    while at:
        page = client.get(at)
        seen.append(cards(page))
        following = re.search(r'rel="next" href="([^"]*)"', page.text)
        at = html.unescape(following[1]) if following else ""

    assert [len(names) for names in seen] == [10, 10, 3]
    assert sorted(itertools.chain(*seen)) == sorted(f"Kept {number}" for number in range(23))
    assert "Show ten more" not in client.get(address).text
    assert "&amp;country=EE" in client.get(f"{address}&country=EE").text
    assert len(cards(client.get(f"{address}&country=EE&page=2"))) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("show", ["", "kept"])
@pytest.mark.parametrize("name", ["after", "n", "page"])
def test_a_huge_number_in_the_address_gives_a_page(client, home, make_partner, ready, name, show):
    make_partner("Residency House")
    ready()

    for number in ("99999999999999999999", "9" * 5000, "-99999999999999999999", "1e9"):
        answer = client.get(f"/matches/{home[1].key}?show={show}&{name}={number}")
        assert answer.status_code == 200
