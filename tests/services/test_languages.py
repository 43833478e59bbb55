# SPDX-License-Identifier: MIT
"""The language of each text: guessed with care, guessed anew, and never against a choice."""

from dataclasses import replace

import pytest

from matchmaker.services import actors
from matchmaker.services.drafts import ExchangeDraft, OpportunityDraft, WhatDraft
from matchmaker.services.languages import guess_item_language
from tests.conftest import NOON

SWEDISH = "Ett residens vid havet för filmare som vill klippa i fred hela vintern."
ENGLISH = "A residency by the sea for film makers who want to edit in peace all winter."
LATVIAN = "Mēs veidojam dokumentālas filmas par ostām un cilvēkiem, kas tajās strādā."


@pytest.mark.parametrize(
    ("title", "text", "actor", "guess"),
    [
        ("Residens", SWEDISH, "lv", "sv"),
        (SWEDISH, "", "lv", "sv"),
        ("Residens", SWEDISH, "", "sv"),
        ("Ett hus vid havet", "", "lv", "lv"),  # too short to tell
        ("24" * 40, "", "lv", "lv"),  # no letters
        ("Lydmiks til dokumentarfilm", "Vi mikser lyd for små studioer.", "da", "da"),  # not sure
        ("Звук для фильмов", "Мы делаем сведение звука для студий.", "ru", "ru"),  # unknown
        ("Sound", ENGLISH, "fo", "fo"),
        ("", "", "", ""),
    ],
)
def test_another_language_must_be_beyond_doubt(title, text, actor, guess):
    assert guess_item_language(title, text, actor) == guess


def exchange(**changes):
    seek = OpportunityDraft(title="Residens", text=SWEDISH, type="residency")
    return ExchangeDraft(seeks=(replace(seek, **changes),))


def languages(actor):
    return [(item.language, item.language_chosen) for item in actor.seeks]


def test_the_language_of_an_offer_or_seek_is_guessed_when_it_is_saved(session, make_actor):
    actor = make_actor(language="lv", published=False)

    actors.save(session, actor, exchange(), seen=None, now=NOON)
    guessed = languages(actor)
    actors.save(session, actor, exchange(text=ENGLISH, title="Sea"), seen=None, now=NOON)

    assert guessed == [("sv", False)]
    assert languages(actor) == [("en", False)]
    assert actors.draft_of(actor, "exchange").seeks[0].language == ""


def test_a_chosen_language_stays_until_it_is_given_back(session, make_actor):
    actor = make_actor(language="lv", published=False)

    actors.save(session, actor, exchange(language="fi"), seen=None, now=NOON)
    chosen = languages(actor), actors.draft_of(actor, "exchange").seeks[0].language
    actors.save(session, actor, WhatDraft(("music",), does=ENGLISH), seen=None, now=NOON)
    kept = languages(actor)
    actors.save(session, actor, exchange(), seen=None, now=NOON)

    assert chosen == ([("fi", True)], "fi")
    assert kept == [("fi", True)]
    assert languages(actor) == [("sv", False)]


def test_a_new_language_of_the_actor_is_that_of_texts_too_short_to_tell(session, make_actor):
    actor = make_actor(language="lv", offers=["Kino"], seeks=["Teātris"], published=False)
    actor.seeks[0].language, actor.seeks[0].language_chosen = "en", True

    actors.save(session, actor, WhatDraft(("music",), does=SWEDISH), seen=None, now=NOON)

    assert (actor.language, actor.language_chosen) == ("sv", False)
    assert [item.language for item in actor.opportunities] == ["sv", "en"]


def test_offers_written_before_the_actor_has_a_language_get_it_later(session, make_actor):
    actor = make_actor(language="", does="", offers=["Kino"], seeks=[], published=False)
    assert (actor.language, actor.offers[0].language) == ("", "")

    actors.save(session, actor, WhatDraft(("music",), does=LATVIAN), seen=None, now=NOON)

    assert actor.offers[0].language == "lv"
