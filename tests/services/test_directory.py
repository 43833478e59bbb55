# SPDX-License-Identifier: MIT
"""The search of the directory: inflected words, names without accents, facets."""

from datetime import timedelta

import pytest

from matchmaker.services import actors, directory
from matchmaker.services.directory import Search
from matchmaker.services.drafts import OpportunityDraft, WhatDraft, WhoDraft
from tests.conftest import NOON


def found(session, words="", **values):
    return [actor.name for actor in directory.search(session, Search(words, **values)).actors]


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("lv", "Spēlējam izrādes mazā teātrī pie ostas.", ["teātris", "teātrī", "teatris"]),
        ("fi", "Rakennamme näyttelyä satamaan.", ["näyttely", "näyttelyssä", "nayttely"]),
        ("pl", "Nasza wystawa jedzie do portu.", ["wystawa", "wystawie", "wystawy"]),
        ("de", "Wir bauen Ausstellungen im Hafen.", ["Ausstellung", "AUSSTELLUNGEN"]),
        ("sv", "Vi spelar i hamnen för barnen.", ["barn", "barnen", "hamn"]),
        ("lt", "Kuriame spektaklius vaikams.", ["spektaklis", "spektakliai"]),
        ("et", "Uus näitus avatakse sadamas.", ["näitused", "naitusel", "näitusi", "sadam"]),
        ("da", "Vi bygger scenografier på havnen.", ["scenografi", "havn"]),
        ("nb", "Vi lager forestillinger i fjæra.", ["forestilling"]),
        ("is", "Við smíðum báta við höfnina.", ["bátur", "batur"]),
        ("en", "We restore harbours.", ["harbour"]),
    ],
)
def test_a_word_is_found_in_every_form(session, make_actor, language, written, typed):
    make_actor("Wanted", does=written, language=language, sectors=("other",))
    make_actor("Other", does="Something else entirely.", sectors=("other",))

    assert {word: found(session, word) for word in typed} == {word: ["Wanted"] for word in typed}


def test_words_are_not_substrings(session, make_actor):
    make_actor("Carpenters", does="We carpet old houses.", sectors=("other",))

    assert found(session, "car") == []


@pytest.mark.parametrize("typed", ["Liepaja", "liepāja", "LIEPĀJĀ", "kino liepaja"])
def test_names_and_places_are_found_without_accents(session, make_actor, typed):
    actor = make_actor("Kino Māja", language="lv")
    who = WhoDraft("Kino Māja", kind="studio", country="LV", city="Liepāja")

    actors.save(session, actor, who, seen=None, now=NOON)

    assert found(session, typed) == ["Kino Māja"]


def test_function_words_need_not_be_found(session, make_actor):
    make_actor("Wanted", does="Wir bauen Ausstellungen.", language="de")

    assert found(session, "die Ausstellung") == ["Wanted"]
    assert found(session, "und") == []


def test_several_words_must_all_be_found(session, make_actor):
    make_actor("Both", does="We restore wooden boats.", sectors=("other",))
    make_actor("One", does="We restore houses.", sectors=("other",))

    assert found(session, "wooden restore") == ["Both"]


def test_own_words_come_before_the_words_of_a_list(session, make_actor):
    make_actor("Chosen", sectors=("music",), does="We make things.")
    make_actor("Written", sectors=("other",), does="We write music for ships.")
    make_actor("Music House", sectors=("other",), does="We make things.")

    assert found(session, "music") == ["Music House", "Written", "Chosen"]


def test_a_sector_is_found_in_the_language_of_the_reader(session, make_actor):
    make_actor("Singers", sectors=("music",), does="Laulamme merestä.", language="fi")

    assert found(session, "Musik") == ["Singers"]
    assert found(session, "mūzika") == ["Singers"]


def test_newest_first_when_asked_or_nothing_is_typed(session, make_actor):
    make_actor("Old boats", does="Boats, boats.", now=NOON)
    make_actor("New", does="A boat.", now=NOON + timedelta(days=1))

    assert found(session, "boat") == ["Old boats", "New"]
    assert found(session, "boat", newest_first=True) == ["New", "Old boats"]
    assert found(session) == ["New", "Old boats"]


def test_only_published_actors_are_found(session, make_actor):
    make_actor("Draft", published=False)
    paused = make_actor("Paused")
    make_actor("Public")

    actors.withdraw(session, paused, "paused", now=NOON)

    assert found(session) == ["Public"]
    assert found(session, "documentary") == ["Public"]


def test_an_edit_changes_what_is_found(session, make_actor):
    actor = make_actor("Potters", does="We throw pots.", sectors=("crafts",))
    what = WhatDraft(sectors=("crafts",), does="We blow glass.", language="en")

    actors.save(session, actor, what, seen=None, now=NOON)

    assert found(session, "pots") == []
    assert found(session, "glass") == ["Potters"]


def test_facets_narrow_and_count_what_one_more_tick_brings(session, make_actor):
    make_actor("Riga film", country="LV", sectors=("audiovisual",))
    make_actor("Turku film", country="FI", sectors=("audiovisual", "music"))
    make_actor("Turku hub", country="FI", kind="hub", sectors=("music",))
    wanted = Search(countries=("FI",), sectors=("audiovisual",))

    assert found(session, countries=("FI",), sectors=("audiovisual",)) == ["Turku film"]
    assert directory.facets(session, wanted) == {
        "countries": {"LV": 1, "FI": 1},
        "kinds": {"studio": 1},
        "sectors": {"audiovisual": 1, "music": 2},
        "types": {"co_production": 1},
    }


def test_a_country_can_be_left_out(session, make_actor):
    make_actor("Home", country="LV")
    make_actor("Abroad", country="SE")

    assert found(session, without="LV") == ["Abroad"]


def test_pages_hold_all_and_each_once(session, make_actor):
    for number in range(7):
        make_actor(f"Actor {number}", sectors=("music",))

    pages = [directory.search(session, Search("music"), limit=3, offset=n) for n in (0, 3, 6)]

    seen = [actor.name for page in pages for actor in page.actors]
    assert sorted(seen) == [f"Actor {number}" for number in range(7)]
    assert {page.total for page in pages} == {7}


def test_a_glimpse_shows_the_text_that_answers(session, make_actor):
    actor = make_actor(
        does="We make films.", offers=["Glass workshop: Two kilns for glass."], seeks=["A tour"]
    )

    seen = directory.glimpse(actor, "glasses kiln", today=NOON.date())

    assert seen.text == "Glass workshop\nTwo kilns for glass."
    assert [seen.text[a:b] for a, b in seen.spans] == ["Glass", "kilns", "glass"]
    assert directory.glimpse(actor, "", today=NOON.date()).text == "We make films."


@pytest.fixture
def hangar(make_actor):
    """An actor with a residency that was over yesterday, indexed when it was not."""
    old = OpportunityDraft(
        title="Zeppelin hangar",
        type="residency",
        valid_until=NOON.date() - timedelta(days=1),
    )
    return make_actor("Hangar", offers=["Sound mixing", old], now=NOON - timedelta(days=30))


@pytest.mark.parametrize(("days", "many"), [(-1, 1), (0, 0)])
def test_a_type_is_found_until_the_last_day(session, hangar, days, many):
    wanted, today = Search(types=("residency",)), NOON.date() + timedelta(days=days)

    found = directory.search(session, wanted, today=today).total
    counted = directory.facets(session, Search(), today=today)["types"]

    assert (found, counted.get("residency", 0)) == (many, many)
    assert counted["co_production"] == 1


def test_what_is_past_its_date_is_not_written_into_the_search(session, hangar):
    assert found(session, "zeppelin") == ["Hangar"]
    assert found(session, "residenssi") == ["Hangar"]

    directory.index(session, hangar, today=NOON.date())

    assert found(session, "zeppelin") == []
    assert found(session, "residenssi") == []
    assert found(session, "mixing") == ["Hangar"]


def test_an_edit_leaves_out_what_is_past_its_date(session, hangar):
    actors.save(
        session,
        hangar,
        WhatDraft(sectors=("crafts",), does="We blow glass.", language="en"),
        seen=None,
        now=NOON,
    )

    assert found(session, "zeppelin") == []


def test_a_glimpse_shows_nothing_past_its_date(hangar):
    before = NOON.date() - timedelta(days=1)

    assert directory.glimpse(hangar, "zeppelin", today=before).text == "Zeppelin hangar"
    assert directory.glimpse(hangar, "zeppelin", today=NOON.date()).text == hangar.does


@pytest.mark.parametrize("typed", ["hamnarna", "flickorna"])
def test_an_offer_in_another_language_is_found_as_that_language_inflects(
    session, make_actor, typed
):
    offer = "Ett hus i hamnen: Hela vintern kan en flicka eller en pojke bo och klippa film här."
    actor = make_actor("Māja", language="lv", does="Mēs veidojam kino.", offers=[offer])

    seen = directory.glimpse(actor, typed, today=NOON.date())

    assert found(session, typed) == ["Māja"]
    assert (seen.language, [seen.text[a:b][:4] for a, b in seen.spans]) == ("sv", [typed[:4]])
