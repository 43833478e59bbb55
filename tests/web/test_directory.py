# SPDX-License-Identifier: MIT
"""The directory and the public page of an actor."""

import re
from datetime import date

import pytest

from matchmaker.services import actors, interests, pairings
from matchmaker.services.drafts import OpportunityDraft, WhoDraft
from tests.conftest import NOON


def names(answer):
    return re.findall(r'<h2 id="a-[^>]*><a [^>]*>([^<]*)</a>', answer.text)


def test_everybody_can_search(client, session, make_actor):
    make_actor("Teātris", does="Spēlējam izrādes mazā teātrī pie ostas.", language="lv")
    make_actor("Kiln House", does="We fire glass in two kilns.")
    session.commit()

    answer = client.get("/directory?q=teātris")

    assert names(answer) == ["Teātris"]
    assert "1 found" in answer.text
    assert 'lang="lv" dir="auto">Spēlējam izrādes mazā <mark>teātrī</mark>' in answer.text


def test_facets_stand_in_the_address_with_their_counts(client, session, make_actor):
    make_actor("Riga film", country="LV")
    make_actor("Turku film", country="FI")
    make_actor("Turku hub", country="FI", kind="hub", sectors=("music",))
    session.commit()

    answer = client.get("/directory?country=FI&sector=audiovisual")

    assert names(answer) == ["Turku film"]
    ticked = re.findall(r'name="(\w+)" value="(\w+)" checked', answer.text)
    assert ticked == [("country", "FI"), ("sector", "audiovisual")]
    assert re.search(r"Latvia</span><span class=\"many\">1<", answer.text)
    assert 'href="/directory?sector=audiovisual"' in answer.text  # without the country


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 5000,
        "q=%01%F0%9F%8E%AD%E2%80%AE",
        "q=<script>alert(1)</script>",
        "q='; DROP TABLE actor --",
        "country=XX&sector=&kind=a&type=b&without=zz&sort=odd",
        "page=0",
        "page=-7",
        "page=99999999999999999999",
        "page=" + "9" * 5000,
        "page=x",
    ],
)
def test_an_odd_address_still_gives_a_page(client, session, make_actor, query):
    make_actor("Kiln House")
    session.commit()

    answer = client.get(f"/directory?{query}")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_twenty_on_a_page(client, session, make_actor):
    for number in range(23):
        make_actor(f"Actor {number}")
    session.commit()

    first, second = client.get("/directory?q=films"), client.get("/directory?q=films&page=2")

    assert (len(names(first)), len(names(second))) == (20, 3)
    assert len({*names(first), *names(second)}) == 23
    assert "q=films" in re.search(r'rel="next" href="([^"]*)"', first.text)[1]


def test_nothing_found_offers_a_way_on(client, session, make_actor):
    make_actor("Kiln House", country="LV")
    session.commit()

    nobody = client.get("/directory?q=zeppelin")
    narrow = client.get("/directory?country=FI&q=films")

    assert "Nobody writes of “zeppelin” yet" in nobody.text
    assert 'href="/directory?q=films"' in narrow.text


def test_a_member_is_pointed_abroad(client, session, make_actor, make_account, sign_in):
    account = make_account()
    make_actor("Home", country="LV", owner=account)
    make_actor("Abroad", country="SE")
    sign_in(client, account)

    page = client.get("/directory")
    abroad = client.get("/directory?without=LV")

    assert 'href="/directory?without=LV"' in page.text
    assert names(abroad) == ["Abroad"]
    assert "Outside Latvia" in abroad.text


def test_the_public_page_shows_only_what_its_owner_made_public(client, session, make_actor):
    actor = make_actor(
        "Kiln House",
        contact_name="Anna Bērziņa",
        contact_email="anna@example.org",
        contact_phone="+371 2000",
        contact_name_visibility="public",
        contact_phone_visibility="members",
    )
    session.commit()

    page = client.get(f"/actors/{actor.key}").text

    assert "Anna Bērziņa" in page
    assert "anna@example.org" not in page
    assert "+371 2000" not in page
    assert "More opens when you both say yes" in page


def test_contact_data_opens_after_an_introduction_to_those_two_only(
    client, session, make_actor, make_account, sign_in
):
    account, stranger = make_account(), make_account()
    mine = make_actor(country="LV", owner=account)
    make_actor(country="FI", owner=stranger)
    theirs = make_actor(country="EE", contact_email="jaan@example.org")
    for one, other in ((mine, theirs), (theirs, mine)):
        pairing = interests.answer(session, one, other, "yes", account=account, now=NOON)
    coordinator = make_account(roles=("coordinator",))
    pairings.decide(session, pairing, "approve", account=coordinator, seen_version=None, now=NOON)
    session.commit()

    pages = {}
    for person in (account, stranger):
        sign_in(client, person)
        pages[person.id] = client.get(f"/actors/{theirs.key}").text
        client.post("/sign-out")

    assert "jaan@example.org" in pages[account.id]
    assert "jaan@example.org" not in pages[stranger.id]


@pytest.mark.parametrize("state", ["draft", "paused", "closed"])
def test_a_hidden_profile_exists_for_its_people_only(
    client, session, make_actor, make_account, sign_in, state
):
    owner, other = make_account(), make_account()
    actor = make_actor(owner=owner, published=state != "draft")
    if state != "draft":
        actors.withdraw(session, actor, state, now=NOON)
    session.commit()

    visitor = client.get(f"/actors/{actor.key}").status_code
    sign_in(client, other)
    member = client.get(f"/actors/{actor.key}").status_code
    client.post("/sign-out")
    sign_in(client, owner)
    own = client.get(f"/actors/{actor.key}")

    assert (visitor, member) == (404, 404)
    assert (own.status_code, own.location) == (302, f"/profiles/{actor.key}")


def test_a_member_abroad_gets_the_reasons_and_the_buttons(
    client, session, make_actor, make_account, sign_in
):
    account = make_account()
    mine = make_actor(country="LV", owner=account)
    abroad, neighbour = make_actor(country="EE"), make_actor(country="LV")
    sign_in(client, account)

    there = client.get(f"/actors/{abroad.key}").text
    here = client.get(f"/actors/{neighbour.key}").text

    assert f'href="/matches/{mine.key}/{abroad.key}"' in there
    assert "I would like to meet them" in there
    assert "I would like to meet them" not in here


def test_only_coordinators_are_offered_to_propose(
    client, session, make_actor, make_account, sign_in
):
    actor = make_actor()
    coordinator = make_account(roles=("coordinator",))
    session.commit()
    address = f"/desk/propose?one={actor.key}"

    visitor = client.get(f"/actors/{actor.key}").text
    sign_in(client, coordinator)
    page = client.get(f"/actors/{actor.key}").text

    assert address not in visitor
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("website", ["https://kiln.example", ""])
def test_a_website_is_linked_with_care(client, session, make_actor, website):
    actor = make_actor("Kiln House")
    who = WhoDraft("Kiln House", kind="studio", country="LV", website=website)
    actors.save(session, actor, who, seen=None, now=NOON)
    session.commit()

    links = re.findall(r'href="https?://[^"]*"[^>]*', client.get(f"/actors/{actor.key}").text)

    assert links == ([f'href="{website}" rel="noopener nofollow ugc"'] if website else [])


@pytest.mark.both_databases
def test_a_page_far_beyond_the_last_is_a_page(client, session, make_actor):
    make_actor("Kiln House")
    session.commit()

    assert client.get("/directory?page=99999999999999999999").status_code == 200


def test_what_is_past_its_date_is_seen_by_its_own_people_only(
    client, session, make_actor, make_account, sign_in
):
    owner, other = make_account(), make_account()
    make_actor("Abroad", country="FI", owner=other)
    old = OpportunityDraft(title="Zeppelin hangar", type="residency", valid_until=date(2020, 1, 1))
    actor = make_actor("Kiln House", offers=["Two kilns", old], owner=owner)
    session.commit()
    address = f"/actors/{actor.key}"

    pages = {"visitor": client.get(address).text + client.get("/directory").text}
    for name, account in (("member", other), ("owner", owner)):
        sign_in(client, account)
        pages[name] = client.get(address).text
        if account is owner:
            pages["preview"] = client.get(f"/profiles/{actor.key}").text
        client.post("/sign-out")

    assert {name: "Two kilns" in page for name, page in pages.items()} == dict.fromkeys(pages, True)
    seen = {name for name, page in pages.items() if "Zeppelin" in page}
    marked = {name for name, page in pages.items() if "This day is past." in page}
    assert seen == marked == {"owner", "preview"}
    assert "Residency" not in re.search(r"<main.*</main>", pages["visitor"], re.DOTALL)[0]
