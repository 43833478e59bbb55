# SPDX-License-Identifier: MIT
"""The public map: never one actor alone, and the whole region."""

import itertools

import pytest

from matchmaker.services import figures
from matchmaker.services.figures import Corridor
from matchmaker.store import Run, Suggestion
from tests.conftest import NOON

COUNTRIES = ("DE", "DK", "EE", "FI", "IS", "LT", "LV", "NO", "PL", "SE")


@pytest.fixture
def run(session):
    run = Run(recipe="test", state="current", started_at=NOON, finished_at=NOON)
    session.add(run)
    session.flush()
    return run


@pytest.fixture
def city(make_actor):
    """city("Narva", "EE", 2): so many published actors there."""

    def make(name, country, many, **values):
        actors = [make_actor(country=country, **values) for _ in range(many)]
        for actor in actors:
            actor.city = name
        return actors

    return make


@pytest.fixture
def suggest(session, run):
    """suggest(ones, others): each of the first is suggested each of the others."""

    def make(ones, others):
        for one, other in itertools.product(ones, others):
            session.add(
                Suggestion(run_id=run.id, actor_id=one.id, other_id=other.id, rank=1, score=0.5)
            )
        session.flush()

    return make


def test_a_corridor_needs_two_public_actors_at_each_end(session, city, suggest):
    riga, narva, turku = city("Rīga", "LV", 2), city("Narva", "EE", 2), city("Turku", "FI", 1)
    city("Turku", "FI", 1, published=False)
    suggest(riga, narva)
    suggest(riga, turku)

    assert figures.corridors(session) == [Corridor(("Narva", "EE"), ("Rīga", "LV"), 4)]


def test_no_city_has_more_than_three_threads(session, city, suggest):
    hub = city("Rīga", "LV", 2)
    for number in range(5):
        suggest(hub, city(f"Town {number}", "EE", 2))

    assert len(figures.corridors(session)) == 3


def test_every_country_is_on_the_map_before_two_have_a_second_thread(session, city, suggest):
    heavy = [(city(f"Big {n}", "LV", 4), city(f"Large {n}", "EE", 4)) for n in range(12)]
    for one, other in heavy:
        suggest(one, other)
    towns = {country: city(f"Town {country}", country, 2) for country in COUNTRIES}
    for one, other in itertools.pairwise(COUNTRIES):
        suggest(towns[one], towns[other])

    chosen = figures.corridors(session, limit=10)

    ends = {country for c in chosen for _, country in (c.one, c.other)}
    assert ends == set(COUNTRIES)
    assert [corridor.weight for corridor in chosen] == [16] + 9 * [4]


def test_what_is_not_on_the_map_takes_no_place(session, city, suggest):
    riga, nowhere, narva = (
        city(*c) for c in (("Rīga", "LV", 2), ("X", "EE", 3), ("Narva", "EE", 2))
    )
    suggest(riga, nowhere)
    suggest(riga, narva)

    found = figures.corridors(session, limit=1, known=lambda name, country: name != "X")

    assert [corridor.one for corridor in found] == [("Narva", "EE")]
