# SPDX-License-Identifier: MIT
"""What the matching is told of an actor: wishes, priorities, languages, and how old it is."""

from datetime import timedelta

import pytest

from matchmaker.matching.values import CRITERIA, PRIORITIES
from matchmaker.services import runs
from matchmaker.services.drafts import OpportunityDraft
from matchmaker.services.texts import language_of, read_texts, text_of
from matchmaker.store import actors as stored
from tests.conftest import NOON

TODAY = NOON.date()


def day(number):
    return NOON + timedelta(days=number)


def test_store_and_matching_mean_the_same_criteria():
    assert (stored.CRITERIA, stored.PRIORITIES) == (CRITERIA, PRIORITIES)


def test_wishes_and_priorities_reach_the_matching(make_actor):
    seek = OpportunityDraft(
        title="A composer",
        text="For a game.",
        type="commission",
        countries=("EE",),
        kinds=("artist",),
        sectors=("music", "games"),
        country_priority="nice",
        sector_priority="must",
        language_priority="must",
    )

    passage = text_of(make_actor(seeks=[seek]), today=TODAY).seeks[0]

    assert (passage.text, passage.type) == ("A composer\nFor a game.", "commission")
    assert (passage.countries, passage.kinds) == (("EE",), ("artist",))
    assert passage.sectors == ("music", "games")
    assert passage.priorities == (("country", "nice"), ("sector", "must"), ("language", "must"))


def test_a_text_without_its_own_language_has_that_of_its_actor(make_actor):
    own = OpportunityDraft(title="Ett residens", type="residency", language="sv")
    actor = make_actor(offers=[own, "Sound"], language="de")
    actor.offers[1].language = ""  # as one from before texts had languages

    told = text_of(actor, today=TODAY)

    assert [told.does.language, *(offer.language for offer in told.offers)] == ["de", "sv", "de"]
    assert language_of(actor, told.offers[0].text) == "sv"
    assert language_of(actor, told.offers[1].text) == language_of(actor, told.does.text) == "de"


@pytest.mark.parametrize(("days", "age"), [(-1, 0), (0, 0), (1, 1), (400, 400)])
def test_the_age_is_in_whole_days_and_never_negative(make_actor, days, age):
    late = NOON.replace(hour=23, minute=59)

    assert text_of(make_actor(now=late), today=day(days).date()).age == age


def test_what_is_known_already_is_given_the_age_of_today(session, make_actor):
    old, new = make_actor(now=day(-30)), make_actor(country="EE")
    known = read_texts(session, {}, today=TODAY)

    later = read_texts(session, known, today=day(7).date())

    assert [known[actor.id].text.age for actor in (old, new)] == [30, 0]
    assert [later[actor.id].text.age for actor in (old, new)] == [37, 7]
    assert [reading.stamp for reading in later.values()] == [r.stamp for r in known.values()]
    assert read_texts(session, later, today=day(7).date())[old.id] is later[old.id]


def test_a_reason_that_is_kept_is_that_of_the_same_age(session, index, make_actor):
    one = make_actor(offers=["Sound mixing for films"], seeks=["A residency by the sea"])
    other = make_actor(
        country="EE", offers=["A residency by the sea"], seeks=["Sound mixing for films"]
    )
    run = runs.recompute(session, index, now=NOON)

    fresh = index.pool(session, run, today=TODAY).explain(one.id, other.id)
    again = index.pool(session, run, today=TODAY).explain(one.id, other.id)
    old = index.pool(session, run, today=day(365).date()).explain(one.id, other.id)

    assert again is fresh
    assert old.score < fresh.score
