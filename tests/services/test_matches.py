# SPDX-License-Identifier: MIT
"""Runs, fresh suggestions, and the lists that an actor sees."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.errors import NotFoundError, TooFewActorsError
from matchmaker.services import actors, interests, match_lists, matches, pairings, runs
from matchmaker.services.drafts import WhatDraft
from matchmaker.services.matches import MatchFilter
from matchmaker.store import Run, Suggestion
from tests.conftest import NOON

ALL = MatchFilter()


@pytest.fixture
def filmmaker(make_actor):
    """A studio in Riga that others of this file are suggested to."""
    return make_actor(
        "Filmby", country="LV", offers=["Sound mixing for films"], seeks=["A residency by the sea"]
    )


@pytest.fixture
def make_partner(make_actor):
    """make_partner("Name", country="EE") -> an actor that seeks and offers the reverse."""

    def make(name="", *, country="EE", **values):
        values = {"offers": ["Residency by the sea"], "seeks": ["Sound mixing"], **values}
        return make_actor(name, country=country, **values)

    return make


def names(found):
    return [match.other.name for match in found]


def test_recompute_suggests_only_across_borders(session, index, filmmaker, make_partner):
    neighbour = make_partner("Neighbour", country="LV")
    abroad = make_partner("Abroad", country="EE")

    runs.recompute(session, index, now=NOON)

    found = {(s.actor_id, s.other_id) for s in session.scalars(select(Suggestion))}
    assert found == {
        (filmmaker.id, abroad.id),
        (abroad.id, filmmaker.id),
        (abroad.id, neighbour.id),
        (neighbour.id, abroad.id),
    }


def test_recompute_needs_two_countries(session, index, filmmaker, make_partner):
    make_partner(country="LV")

    with pytest.raises(TooFewActorsError):
        runs.recompute(session, index, now=NOON)


def test_a_new_run_takes_the_place_of_the_old_one(session, index, filmmaker, make_partner):
    make_partner()
    runs.recompute(session, index, now=NOON)

    second = runs.recompute(session, index, now=NOON + timedelta(hours=1))

    assert session.scalars(select(Run)).all() == [second]
    assert second.state == "current"
    assert session.scalar(select(func.count()).select_from(Suggestion)) == second.n_suggestions


def test_a_profile_published_later_has_suggestions_at_once(session, index, filmmaker, make_partner):
    make_partner("First")
    runs.recompute(session, index, now=NOON)
    late = make_partner("Late", country="FI")

    runs.refresh(session, index, late, now=NOON)

    own, _ = matches.suggestions(session, late, ALL)
    theirs, _ = matches.suggestions(session, filmmaker, ALL)
    assert "Filmby" in names(own)
    assert "Late" in names(theirs)


def test_a_withdrawn_partner_vanishes_from_every_list(
    session, index, filmmaker, make_partner, make_account
):
    partner, kept = make_partner("Partner"), make_partner("Kept", country="FI")
    runs.recompute(session, index, now=NOON)
    interests.answer(session, filmmaker, kept, "later", account=make_account(), now=NOON)

    for other in (partner, kept):
        actors.withdraw(session, other, "paused", now=NOON)

    lists = [
        match_lists.read(session, index, filmmaker, shown, ALL, limit=10, now=NOON)
        for shown in match_lists.SHOWN
    ]
    assert [found.matches for found in lists] == [[], [], [], []]
    assert set(lists[0].sizes.values()) == {0}


def test_answered_partners_move_to_their_own_lists(
    session, index, filmmaker, make_partner, make_account
):
    account = make_account()
    others = {name: make_partner(name) for name in ("yes", "no", "later", "open")}
    runs.recompute(session, index, now=NOON)

    for given in ("yes", "no", "later"):
        interests.answer(session, filmmaker, others[given], given, account=account, now=NOON)

    found = {
        shown: names(
            match_lists.read(session, index, filmmaker, shown, ALL, limit=10, now=NOON).matches
        )
        for shown in match_lists.SHOWN
    }
    assert found == {"suggested": ["open"], "kept": ["later"], "yes": ["yes"], "no": ["no"]}
    assert match_lists.sizes(session, filmmaker) == {"kept": 1, "yes": 1, "no": 1}


def test_a_pair_that_ended_is_not_suggested_again(
    session, index, filmmaker, make_partner, make_account
):
    partner = make_partner()
    runs.recompute(session, index, now=NOON)
    pairing = pairings.begin(session, filmmaker, partner, origin="coordinator", score=0.5, now=NOON)
    pairing.state = "blocked"
    session.flush()

    assert matches.suggestions(session, filmmaker, ALL) == ([], False)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (MatchFilter(countries=("FI",)), {"Finn"}),
        (MatchFilter(sectors=("music",)), {"Singer"}),
        (MatchFilter(kinds=("festival",)), {"Feast"}),
        (MatchFilter(countries=("FI", "EE"), kinds=("studio",)), {"Finn", "Singer"}),
        (MatchFilter(types=("residency",)), set()),
    ],
)
def test_filters_narrow_the_suggestions(session, index, filmmaker, make_partner, wanted, expected):
    make_partner("Finn", country="FI")
    make_partner("Singer", sectors=("music",))
    make_partner("Feast", kind="festival")
    runs.recompute(session, index, now=NOON)

    found, _ = matches.suggestions(session, filmmaker, wanted)

    assert set(names(found)) == expected


def test_facets_count_the_whole_list(session, index, filmmaker, make_partner):
    make_partner(country="FI", sectors=("music", "audiovisual"))
    make_partner(country="FI", kind="festival")
    make_partner(country="EE")
    runs.recompute(session, index, now=NOON)

    assert match_lists.facets(session, filmmaker, "suggested") == {
        "countries": {"FI": 2, "EE": 1},
        "kinds": {"studio": 2, "festival": 1},
        "sectors": {"music": 1, "audiovisual": 3},
        "types": {"co_production": 3},
    }


def test_more_suggestions_go_on_below_a_rank_whatever_was_answered(
    session, index, filmmaker, make_partner, make_account
):
    for number in range(5):
        make_partner(f"Partner {number}")
    runs.recompute(session, index, now=NOON)
    page, more = matches.suggestions(session, filmmaker, ALL, limit=2)
    rest, _ = matches.suggestions(session, filmmaker, ALL, after=page[-1].rank)

    interests.answer(session, filmmaker, page[0].other, "no", account=make_account(), now=NOON)

    again, _ = matches.suggestions(session, filmmaker, ALL, after=page[-1].rank)
    assert more
    assert len(rest) == 3
    assert names(again) == names(rest)


def test_reasons_are_worked_out_once_until_a_text_changes(session, index, filmmaker, make_partner):
    partner = make_partner()
    runs.recompute(session, index, now=NOON)
    first = matches.reasons(session, index, filmmaker, [partner], now=NOON)[partner.id]
    again = matches.reasons(session, index, filmmaker, [partner], now=NOON)[partner.id]
    what = WhatDraft(
        sectors=("music",), does="We sing in a choir of fishermen and pilots.", language="en"
    )

    actors.save(session, partner, what, seen=None, now=NOON + timedelta(minutes=1))

    changed = matches.reasons(session, index, filmmaker, [partner], now=NOON)[partner.id]
    assert again is first
    assert changed != first


def test_a_partner_of_the_own_country_does_not_exist(session, filmmaker, make_partner):
    neighbour = make_partner(country="LV")

    with pytest.raises(NotFoundError):
        match_lists.find_partner(session, filmmaker, neighbour.key)


def test_who_has_withdrawn_is_found_only_to_take_an_answer_back(
    session, filmmaker, make_partner, make_account
):
    known, unknown = make_partner(), make_partner()
    interests.answer(session, filmmaker, known, "no", account=make_account(), now=NOON)
    for other in (known, unknown):
        actors.withdraw(session, other, "paused", now=NOON)

    assert match_lists.find_partner(session, filmmaker, known.key, withdrawn=True) is known
    for key, withdrawn in ((known.key, False), (unknown.key, True)):
        with pytest.raises(NotFoundError):
            match_lists.find_partner(session, filmmaker, key, withdrawn=withdrawn)


def test_a_pairing_the_actor_may_not_know_of_is_not_told(
    session, filmmaker, make_partner, make_account
):
    partner = make_partner()
    coordinator = make_account(roles=("coordinator",))

    pairings.propose(session, filmmaker, partner, account=coordinator, note="", score=0.4, now=NOON)

    match, pairing = match_lists.standing(session, filmmaker, partner)
    assert (match.answer, pairing) == ("", None)
