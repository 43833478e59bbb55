# SPDX-License-Identifier: MIT
"""Submitting a profile: four steps that save as they go, a preview, publish, pause, close."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.services import actors
from matchmaker.services.drafts import (
    Draft,
    ExchangeDraft,
    HowDraft,
    OpportunityDraft,
    WhatDraft,
    WhoDraft,
)
from matchmaker.services.plain import plain_line, plain_text
from matchmaker.store import Account, Actor, Suggestion
from matchmaker.store.actors import actor_by_key
from matchmaker.web.comparison import ANSWERS

Fields = dict[str, list[str]]
DOES = "We make documentary films about harbours and the people who work there, and show them."
WHO = {"name": "Kino Nord", "kind": "studio", "country": "LV"}
WHAT = {"main_sector": "audiovisual", "sectors": ["music"], "does": DOES}
OFFER = {"offers-0-type": "commission", "offers-0-title": "Sound mixing"}
SEEK = {"seeks-0-type": "residency", "seeks-0-title": "A room by the sea"}
HOW = {"languages-0-code": "lv", "languages-0-level": "fluent"}
STEPS = {"who": WHO, "what": WHAT, "exchange": {**OFFER, **SEEK}, "how": HOW}


class _Form(HTMLParser):
    """The fields of the page's main form as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: Fields = {}
        self.inside = False
        self.textarea = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "form":
            self.inside = "data-unsaved" in found
        elif tag == "textarea":
            self.textarea = name
            self.fields[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in found:
            self.fields.setdefault(self.select, []).append(value)
        elif tag == "input" and self.inside and (name and self.counts(found)):
            self.fields.setdefault(name, []).append(value)

    @staticmethod
    def counts(found: dict[str, str]) -> bool:
        return found.get("type") != "checkbox" or "checked" in found

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self.textarea = self.select = ""
        if tag == "form":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] = [(self.fields[self.textarea][0] + data).lstrip("\r\n")]


def shown(page: str) -> Fields:
    form = _Form()
    form.feed(page)
    return form.fields


def send(client: FlaskClient, url: str, answers: dict, *, go: str = "continue"):
    """Open a page, change some of its fields, press a button."""
    page = client.get(url)
    assert page.status_code == 200, page.text
    return client.post(url, data={**shown(page.text), **answers, "go": go})


def stored(session: Session, key: str, step: str) -> Draft:
    session.rollback()
    actor = session.scalars(actor_by_key(key)).one()
    session.refresh(actor)
    draft = actors.draft_of(actor, step)
    session.rollback()
    return draft


def state(session: Session, key: str) -> str:
    session.rollback()
    found = session.scalars(select(Actor.state).where(Actor.key == key)).one()
    session.rollback()
    return found


def count(session: Session, model: type) -> int:
    session.rollback()
    number = session.scalar(select(func.count()).select_from(model)) or 0
    session.rollback()
    return number


@pytest.fixture
def anna(client: FlaskClient, make_account: Callable, sign_in: Callable) -> Account:
    """A member, signed in with the client, who looks after nobody yet."""
    account = make_account("anna@example.org")
    sign_in(client, account)
    return account


@pytest.fixture
def key(client: FlaskClient, anna: Account) -> str:
    """The key of a profile of which only the first step is done."""
    answer = send(client, "/profiles/new", WHO)
    assert answer.status_code == 303
    return answer.location.split("/")[2]


def complete(client: FlaskClient, key: str) -> None:
    for step, answers in STEPS.items():
        assert send(client, f"/profiles/{key}/{step}", answers).status_code == 303


def test_without_a_profile_the_page_leads_to_the_first_step(client, anna):
    page = client.get("/profiles")

    assert page.status_code == 200
    assert 'href="/profiles/new"' in page.text


def test_a_visitor_is_asked_to_sign_in(client):
    page = client.get("/profiles/new")

    assert (page.status_code, page.location) == (302, "/sign-in?next=/profiles/new")


def test_four_steps_lead_to_a_preview_and_store_every_answer(client, session, anna):
    begun = send(client, "/profiles/new", {**WHO, "city": "Liepāja", "website": "kino.example"})
    key = begun.location.split("/")[2]
    ways = [
        send(client, f"/profiles/{key}/{step}", STEPS[step]).location
        for step in ("what", "exchange", "how")
    ]

    half_a_year = datetime.now(UTC).date() + timedelta(days=183)
    offer = OpportunityDraft("Sound mixing", type="commission", valid_until=half_a_year)
    seek = OpportunityDraft("A room by the sea", type="residency", valid_until=half_a_year)
    assert begun.location == f"/profiles/{key}/what"
    assert ways == [f"/profiles/{key}/exchange", f"/profiles/{key}/how", f"/profiles/{key}"]
    assert stored(session, key, "who") == WhoDraft(
        "Kino Nord", "studio", country="LV", city="Liepāja", website="https://kino.example"
    )
    assert stored(session, key, "what") == WhatDraft(("audiovisual", "music"), does=DOES)
    assert stored(session, key, "exchange").same_as(ExchangeDraft((offer,), (seek,)))
    assert stored(session, key, "how") == HowDraft(
        (("lv", "fluent"),), contact_email="anna@example.org"
    )


def test_going_back_shows_what_was_stored(client, key):
    complete(client, key)

    for step, answers in STEPS.items():
        fields = shown(client.get(f"/profiles/{key}/{step}").text)
        expected = {name: v if isinstance(v, list) else [v] for name, v in answers.items()}
        assert {name: fields[name] for name in expected} == expected


def test_the_detected_language_is_shown_and_can_be_changed(client, session, key):
    latvian = "Mēs veidojam dokumentālas filmas par ostām un cilvēkiem, kas tajās strādā un dzīvo."
    send(client, f"/profiles/{key}/what", {**WHAT, "does": latvian})

    page = client.get(f"/profiles/{key}/what").text
    send(client, f"/profiles/{key}/what", {"language": "lt"})

    assert "Detect (we think: Latvian)" in page
    assert stored(session, key, "what").language == "lt"


def test_required_answers_are_asked_for_and_nothing_typed_is_lost(client, session, anna):
    answer = send(client, "/profiles/new", {"city": "Rīga", "year_founded": "many"})

    fields = shown(answer.text)
    assert answer.status_code == 422
    assert (fields["city"], fields["year_founded"]) == (["Rīga"], ["many"])
    for sentence in ("Say what you are called.", "Choose what comes closest."):
        assert sentence in answer.text
    assert 'href="#year_founded"' in answer.text
    assert count(session, Actor) == 0


def test_finish_later_stores_what_is_well_formed(client, session, key):
    url = f"/profiles/{key}/who"
    answer = send(
        client, url, {"name": "", "city": "Rīga", "website": "javascript:alert(1)"}, go="later"
    )

    assert answer.status_code == 422
    assert "is not a web address" in answer.text
    assert shown(answer.text)["website"] == ["javascript:alert(1)"]
    assert stored(session, key, "who") == WhoDraft("", "studio", country="LV", city="Rīga")

    mended = client.post(url, data={**shown(answer.text), "website": "", "go": "later"})

    assert (mended.status_code, mended.location) == (303, "/profiles")


def test_finish_later_keeps_the_sound_rows_of_an_exchange(client, session, key):
    answer = send(
        client,
        f"/profiles/{key}/exchange",
        {**OFFER, "offers-0-valid_until": "9999-99-99", "seeks-0-text": "no title yet"},
        go="later",
    )

    fields = shown(answer.text)
    assert answer.status_code == 422
    assert fields["offers-0-valid_until"] == ["9999-99-99"]
    assert fields["seeks-0-text"] == ["no title yet"]
    assert stored(session, key, "exchange").same_as(
        ExchangeDraft((OpportunityDraft("Sound mixing", type="commission"),))
    )


def test_the_same_first_page_sent_twice_starts_one_profile(client, session, anna):
    page = {**shown(client.get("/profiles/new").text), **WHO, "go": "continue"}

    first = client.post("/profiles/new", data=page)
    second = client.post("/profiles/new", data={**page, "city": "Rīga"})

    assert first.location == second.location
    assert count(session, Actor) == 1
    key = first.location.split("/")[2]
    assert stored(session, key, "who") == WhoDraft("Kino Nord", "studio", country="LV", city="Rīga")


def test_two_first_pages_at_the_same_moment_start_one_profile(
    app: Flask, client, session, anna, sign_in
):
    other = app.test_client()
    sign_in(other, anna)
    page = {**shown(client.get("/profiles/new").text), **WHO, "go": "continue"}

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda c: c.post("/profiles/new", data=page), (client, other)))

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert count(session, Actor) == 1


def test_rows_are_added_and_removed_and_keep_what_was_typed(client, session, key):
    url = f"/profiles/{key}/exchange"
    page = {**shown(client.get(url).text), **OFFER, "offers-0-countries": ["FI", "SE"]}

    added = client.post(url, data={**page, "add": "offers"})
    typed = {**shown(added.text), "offers-1-title": "Second", "offers-1-text": "more"}
    removed = client.post(url, data={**typed, "remove": "offers-0"})

    assert added.status_code == removed.status_code == 200
    assert {name: shown(added.text)[name] for name in OFFER} == {
        name: [value] for name, value in OFFER.items()
    }
    assert shown(added.text)["offers-0-countries"] == ["FI", "SE"]
    left = shown(removed.text)
    assert (left["offers-0-title"], left["offers-0-text"]) == (["Second"], ["more"])
    assert "offers-1-title" not in left
    assert stored(session, key, "exchange") == ExchangeDraft()


def test_a_stored_offer_that_is_emptied_is_removed(client, session, key):
    url = f"/profiles/{key}/exchange"
    more = {"offers-1-type": "touring", "offers-1-title": "A tour"}
    send(client, url, {**OFFER, **SEEK, **more})

    send(client, url, {"offers-0-type": "", "offers-0-title": ""})

    assert [offer.title for offer in stored(session, key, "exchange").offers] == ["A tour"]


def test_too_many_offers_are_shown_again_and_refused(client, key):
    many = {f"offers-{n}-title": f"Offer {n}" for n in range(9)}
    many |= {f"offers-{n}-type": "touring" for n in range(9)}

    answer = send(client, f"/profiles/{key}/exchange", {**many, **SEEK})

    assert answer.status_code == 422
    assert "Here are 9, and 8 fit." in answer.text
    assert shown(answer.text)["offers-8-title"] == ["Offer 8"]


WISHES = {
    "seeks-0-countries": ["EE", "FI"],
    "seeks-0-country_priority": "must",
    "seeks-0-kinds": ["museum"],
    "seeks-0-kind_priority": "nice",
    "seeks-0-sectors": ["music", "games"],
    "seeks-0-sector_priority": "must",
    "seeks-0-type_priority": "nice",
    "seeks-0-language_priority": "must",
}


@pytest.mark.both_databases
def test_wishes_and_how_much_they_count_come_back(client, session, key):
    url = f"/profiles/{key}/exchange"

    answer = send(client, url, {**OFFER, **SEEK, **WISHES})

    assert answer.status_code == 303
    draft = stored(session, key, "exchange")
    assert draft.seeks[0] == OpportunityDraft(
        "A room by the sea",
        type="residency",
        countries=("EE", "FI"),
        kinds=("museum",),
        sectors=("music", "games"),
        type_priority="nice",
        country_priority="must",
        kind_priority="nice",
        sector_priority="must",
        language_priority="must",
        valid_until=draft.seeks[0].valid_until,
        key=draft.seeks[0].key,
    )
    page = client.get(url).text
    fields = shown(page)
    assert {name: fields[name] for name in WISHES} == {
        name: value if isinstance(value, list) else [value] for name, value in WISHES.items()
    }
    assert 'More wishes <span class="count">7</span>' in page  # five ticks, type and language
    assert page.count('<span class="count">') == 1  # the offer's priorities are as they were


@pytest.mark.parametrize(
    "name", ["type_priority", "country_priority", "language_priority", "sectors", "language"]
)
def test_a_code_that_is_no_choice_is_kept_out_and_all_else_stays(client, session, key, name):
    url = f"/profiles/{key}/exchange"
    send(client, url, {**OFFER, **SEEK, **WISHES})
    before = stored(session, key, "exchange").seeks[0]

    odd = {f"seeks-0-{name}": "always<b>", "seeks-0-text": "Four weeks in winter."}
    answer = send(client, url, odd, go="later")

    assert answer.status_code == 422
    assert "“always&lt;b&gt;” is not one of the choices." in answer.text
    assert ('<details class="facet" open>' in answer.text) == (name != "language")
    fields = shown(answer.text)
    assert fields["seeks-0-text"] == ["Four weeks in winter."]
    assert {n: fields[n] for n in WISHES if not n.endswith(name)} == {
        n: value if isinstance(value, list) else [value]
        for n, value in WISHES.items()
        if not n.endswith(name)
    }
    after = stored(session, key, "exchange").seeks[0]
    assert after == replace(before, text="Four weeks in winter.")


def test_a_priority_that_is_missing_or_empty_is_the_usual_one(client, session, key):
    page = {**OFFER, **SEEK, "seeks-0-kind_priority": "", "go": "continue"}
    fingerprint = shown(client.get(f"/profiles/{key}/exchange").text)["seen"]

    answer = client.post(f"/profiles/{key}/exchange", data={**page, "seen": fingerprint})

    assert answer.status_code == 303
    seek = stored(session, key, "exchange").seeks[0]
    assert (seek.kind_priority, seek.sector_priority) == ("prefer", "prefer")


def test_an_empty_choice_that_must_be_made_is_the_usual_one(client, session, key):
    answer = send(client, f"/profiles/{key}/how", {**HOW, "contact_email_visibility": ""})

    assert answer.status_code == 303
    assert stored(session, key, "how").contact_email_visibility == "partners"


SWEDISH = "Ett hus vid havet där filmare kan klippa i fred hela vintern, med båt och bastu."


def test_the_language_of_each_text_is_shown_and_can_be_changed(client, session, key):
    url = f"/profiles/{key}/exchange"
    send(client, f"/profiles/{key}/what", WHAT)
    first = client.get(url).text
    send(client, url, {**OFFER, "seeks-0-type": "residency", "seeks-0-title": SWEDISH})

    page = client.get(url).text
    send(client, url, {"seeks-0-language": "nb"})
    changed = client.get(url).text

    assert "we think" not in first
    assert page.count("Detect (we think: English)") == 1
    assert page.count("Detect (we think: Swedish)") == 1
    assert [item.language for item in stored(session, key, "exchange").seeks] == ["nb"]
    assert shown(changed)["seeks-0-language"] == ["nb"]
    assert (changed.count("we think"), "Swedish)" in changed) == (1, False)


def test_what_is_wished_is_seen_with_what_is_a_must(client, key):
    send(client, f"/profiles/{key}/what", WHAT)
    types = {"seeks-0-type_priority": "must", "seeks-0-title": SWEDISH}
    send(client, f"/profiles/{key}/exchange", {**OFFER, **SEEK, **WISHES, **types})

    page = client.get(f"/profiles/{key}").text

    tags = re.findall(r'<span class="tag" dir="auto">(.*?)</span>', page)
    must = ' <b class="must">must</b>'
    assert tags[-4:] == [
        f"Estonia or Finland{must}",
        "Museum, library, archive or heritage site",
        f"Music or Games{must}",
        f"A working language in common{must}",
    ]
    assert f"Residency{must}" in page
    assert f'<h3 lang="sv" dir="auto">{SWEDISH}</h3>' in page
    assert '<h3 lang="en" dir="auto">Sound mixing</h3>' in page


def test_two_versions_differ_in_what_counts(client, key):
    url = f"/profiles/{key}/exchange"
    opened = shown(client.get(url).text)
    send(client, url, {**OFFER, **SEEK})

    mine = {**opened, **OFFER, **SEEK, **WISHES, "seeks-0-language": "et", "go": "continue"}
    conflict = client.post(url, data=mine)

    assert conflict.status_code == 409
    for line in (
        "Countries you wish for: how much it counts: Must",
        "Kinds of partners you wish for: how much it counts: Nice to have",
        "Sectors you wish for: Music, Games",
        "Sectors you wish for: how much it counts: Must",
        "The same type: how much it counts: Nice to have",
        "A working language in common: how much it counts: Must",
        "Language of this text: Estonian",
    ):
        assert conflict.text.count(line) == 1, line
    assert "Preferred" not in conflict.text


def test_a_past_day_stays_where_it_stood_and_is_refused_elsewhere(
    client, session, anna, make_actor
):
    old = OpportunityDraft("Old", type="touring", valid_until=date(2026, 1, 2))
    actor = make_actor(offers=[old], owner=anna, published=False)
    session.commit()
    url = f"/profiles/{actor.key}/exchange"

    kept = send(client, url, {"offers-0-text": "still"})
    refused = send(client, url, {"seeks-0-valid_until": "2026-01-02"})

    assert kept.status_code == 303
    assert refused.status_code == 422
    assert "This day is past." in refused.text


def test_ones_own_country_cannot_be_wished_for(client, key):
    answer = send(
        client, f"/profiles/{key}/exchange", {**OFFER, **SEEK, "offers-0-countries": ["LV", "FI"]}
    )

    assert answer.status_code == 422
    assert "“LV” is not one of the choices." in answer.text


def test_a_region_must_lie_in_the_country(client, session, key):
    refused = send(client, f"/profiles/{key}/who", {"region": "SE11"})
    kept = send(client, f"/profiles/{key}/who", {"region": "LV00"})

    assert refused.status_code == 422
    assert "Stockholm is not in Latvia." in refused.text
    assert kept.status_code == 303
    assert "in the area of Interreg Baltic Sea Region" in client.get(f"/profiles/{key}/who").text


def test_the_second_of_two_editors_sees_both_versions_and_keeps_mine(client, session, key):
    url = f"/profiles/{key}/who"
    opened = shown(client.get(url).text)
    send(client, url, {"name": "Their name"})

    conflict = client.post(url, data={**opened, "name": "My name", "go": "continue"})
    assert conflict.status_code == 409
    assert "Their name" in conflict.text
    assert stored(session, key, "who").name == "Their name"

    page = conflict.text.replace('class="acts" method', "data-unsaved method")
    kept = client.post(url, data={**shown(page), "go": "continue"})
    assert kept.status_code == 303
    assert stored(session, key, "who").name == "My name"


def test_a_conflict_can_be_edited_before_it_is_saved(client, session, key):
    url = f"/profiles/{key}/exchange"
    opened = shown(client.get(url).text)
    send(client, url, {**OFFER, **SEEK})

    mine = {**opened, **OFFER, **SEEK, "offers-0-text": "Mine", "go": "continue"}
    conflict = client.post(url, data=mine)
    page = conflict.text.replace('class="acts" method', "data-unsaved method")
    again = client.post(url, data={**shown(page), "edit": "1"})
    assert (conflict.status_code, again.status_code) == (409, 200)
    assert shown(again.text)["offers-0-text"] == ["Mine"]

    saved = client.post(url, data={**shown(again.text), "go": "continue"})
    assert saved.status_code == 303
    assert stored(session, key, "exchange").offers[0].text == "Mine"


def test_publishing_leads_to_suggestions_at_once_and_twice_is_harmless(
    client, session, key, make_actor
):
    make_actor(country="EE", offers=["A room by the sea"], seeks=["Sound mixing"])
    session.commit()
    complete(client, key)

    first = client.post(f"/profiles/{key}/state", data={"state": "published"})
    second = client.post(f"/profiles/{key}/state", data={"state": "published"})

    assert [(a.status_code, a.location) for a in (first, second)] == [(303, f"/matches/{key}")] * 2
    assert state(session, key) == "published"
    assert count(session, Suggestion) == 2
    assert "is public already" in client.get("/profiles").text


def test_saving_a_public_profile_gives_fresh_suggestions(client, session, key, make_actor):
    complete(client, key)
    client.post(f"/profiles/{key}/state", data={"state": "published"})
    make_actor(country="EE", offers=["A room by the sea"], seeks=["Sound mixing"])
    session.commit()

    answer = send(client, f"/profiles/{key}/who", {"city": "Ventspils"}, go="later")

    assert (answer.status_code, answer.location) == (303, f"/matches/{key}")
    assert count(session, Suggestion) == 2


def test_an_unfinished_profile_is_not_published_and_says_what_is_missing(client, session, key):
    answer = client.post(f"/profiles/{key}/state", data={"state": "published"})

    assert answer.status_code == 422
    assert f'href="/profiles/{key}/what"' in answer.text
    assert "Tell in two or three sentences what you do." in answer.text
    assert state(session, key) == "draft"


def test_a_public_profile_keeps_its_required_answers(client, session, key):
    complete(client, key)
    client.post(f"/profiles/{key}/state", data={"state": "published"})

    answer = send(client, f"/profiles/{key}/what", {"does": "short"}, go="later")

    assert answer.status_code == 422
    assert shown(answer.text)["does"] == ["short"]
    assert stored(session, key, "what").does == DOES


def test_pausing_hides_at_once_and_publishing_again_brings_it_back(
    client, session, key, make_actor
):
    make_actor(country="EE", offers=["A room by the sea"], seeks=["Sound mixing"])
    session.commit()
    complete(client, key)
    client.post(f"/profiles/{key}/state", data={"state": "published"})

    paused = client.post(f"/profiles/{key}/state", data={"state": "paused"})
    assert (paused.status_code, paused.location) == (303, f"/profiles/{key}")
    assert (state(session, key), count(session, Suggestion)) == ("paused", 0)

    client.post(f"/profiles/{key}/state", data={"state": "published"})
    assert (state(session, key), count(session, Suggestion)) == ("published", 2)


@pytest.mark.parametrize("wanted", ["draft", "", "nonsense"])
def test_an_unknown_state_is_refused_with_a_sentence(client, session, key, wanted):
    answer = client.post(f"/profiles/{key}/state", data={"state": wanted})

    assert answer.status_code == 422
    assert "Choose to publish, to pause or to close the profile." in answer.text


def test_the_preview_says_who_sees_the_contact_data(client, key):
    send(client, f"/profiles/{key}/how", {**HOW, "contact_phone": "+371 2000 0000"})
    send(client, f"/profiles/{key}/how", {"contact_phone_visibility": "public"})

    page = client.get(f"/profiles/{key}").text

    assert "Hidden: a partner sees it once both said yes" in page
    assert "Everyone sees this." in page


def test_nobody_else_reaches_a_profile(app, client, key, make_account, sign_in):
    other = app.test_client()
    sign_in(other, make_account("other@example.org"))
    urls = [f"/profiles/{key}", f"/profiles/{key}/who", "/profiles/none-x/who"]

    read = [other.get(url).status_code for url in urls]
    written = [other.post(url, data=WHO).status_code for url in urls[1:]]
    moved = other.post(f"/profiles/{key}/state", data={"state": "closed"}).status_code

    assert (read, written, moved) == ([404] * 3, [404] * 2, 404)


HOSTILE = [
    "<script>alert(1)</script>",
    "a\x00b",
    "\u202egnp.exe",
    "🎭👩‍🎨🇱🇻",
    "javascript:alert(1)",
    "x" * 60_000,
    "9" * 5000,
    "²",
    "-1",
    "'; DROP TABLE actor; --",
    "{{ 7 * 7 }}",
    "9999-99-99",
    "\ud800",
    "%s %(name)s {0}",
]


@pytest.mark.parametrize("step", STEPS)
def test_hostile_values_in_every_field_get_a_sentence_or_plain_text(client, key, step):
    url = f"/profiles/{key}/{step}"

    for value in HOSTILE:
        sent = value.encode("utf-8", "replace").decode()
        fields = shown(client.get(url).text)
        often = 1 if len(sent) > 50_000 else 2  # more than 2 MB is refused as a whole
        same = {name: [sent] * often for name in fields if name != "seen"}
        answer = client.post(url, data={**same, "seen": fields["seen"], "go": "later"})
        preview = client.get(f"/profiles/{key}")

        assert answer.status_code in (303, 422), value[:20]
        assert preview.status_code == 200
        assert "<script>alert" not in answer.text + preview.text


@pytest.mark.parametrize("step", STEPS)
def test_odd_names_and_missing_fields_are_no_server_error(client, key, step):
    complete(client, key)
    url = f"/profiles/{key}/{step}"
    odd = {
        "offers-²-title": "a",
        f"offers-{'9' * 5000}-title": "b",
        "offers--title": "c",
        "offers-1": "d",
        "languages-999-code": "lv",
        "remove": "offers-²",
        "add": "name",
    }

    empty = client.post(url, data={})
    strange = client.post(url, data=odd)

    assert empty.status_code == 422
    assert strange.status_code == (409 if step == "how" else 422)  # one language is an answer


TEXT_FIELDS = {
    "who": ("name", "city", "kind_other", "year_founded"),
    "what": ("does", "sector_other"),
    "exchange": ("offers-0-title", "offers-0-text", "seeks-0-type_other", "seeks-0-valid_until"),
    "how": ("contact_name", "contact_email", "contact_phone", "capacity"),
}


@given(text=st.text(max_size=200))
@example(text="\r\n a \u2028 b ")
@example(text="e\u0301\u200f\x85")
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_in_any_text_field_comes_back(client, key, text):
    typed = text.encode("utf-8", "replace").decode()
    broken = dict.fromkeys(("size", "language", "offers-0-stage", "languages-0-code"), "unknown")

    for step, names in TEXT_FIELDS.items():
        answer = send(client, f"/profiles/{key}/{step}", {**dict.fromkeys(names, typed), **broken})

        back = shown(answer.text)
        expected = {
            name: plain_text(typed) if name in ("does", "offers-0-text") else plain_line(typed)
            for name in names
        }
        assert answer.status_code == 422
        assert {name: back[name][0] for name in names} == expected


def test_the_comparison_of_two_versions_covers_every_answer():
    named = {name for draft in (WhoDraft(), WhatDraft(), HowDraft()) for name in draft.answers()}
    named |= set(OpportunityDraft.__dataclass_fields__) - {"key"}

    assert named == set(ANSWERS)
