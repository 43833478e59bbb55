# SPDX-License-Identifier: MIT
"""The lists of those who were answered: every one of them is on some page."""

from datetime import timedelta

import pytest

from matchmaker.services import interests, match_lists
from matchmaker.services.drafts import OpportunityDraft
from matchmaker.services.matches import MatchFilter
from tests.conftest import NOON


@pytest.fixture
def home(make_actor):
    return make_actor("Filmby", country="LV")


@pytest.fixture
def keep(session, home, make_actor, make_account):
    """keep(12): so many are kept for later, "Kept 0" first."""
    account = make_account()

    def make(many, country="EE"):
        for number in range(many):
            other = make_actor(f"Kept {number}", country=country)
            when = NOON + timedelta(seconds=number)
            interests.answer(session, home, other, "later", account=account, now=when)

    return make


def page(session, index, home, after, **wanted):
    return match_lists.read(
        session, index, home, "kept", MatchFilter(**wanted), limit=5, after=after, now=NOON
    )


def test_all_who_were_answered_stand_on_some_page(session, index, home, keep):
    keep(12)

    pages = [page(session, index, home, after) for after in (0, 5, 10)]

    seen = [match.other.name for found in pages for match in found.matches]
    assert seen == [f"Kept {number}" for number in reversed(range(12))]
    assert [found.pages for found in pages] == [3, 3, 3]


def test_pages_are_those_of_the_filtered_list(session, index, home, keep):
    keep(6)
    keep(3, country="FI")

    found = page(session, index, home, 0, countries=("FI",))

    assert (len(found.matches), found.pages) == (3, 1)


def test_beyond_the_last_page_is_the_last_page(session, index, home, keep):
    keep(7)

    found = page(session, index, home, 49_990)

    assert [match.other.name for match in found.matches] == ["Kept 1", "Kept 0"]


def test_types_past_their_date_are_not_counted(session, home, make_actor, make_account):
    day = NOON.date()
    old = OpportunityDraft(
        title="A tour", type="touring", valid_until=day - timedelta(days=1), countries=()
    )
    other = make_actor(country="EE", offers=[old], seeks=["A stage"])
    interests.answer(session, home, other, "later", account=make_account(), now=NOON)

    found = match_lists.facets(session, home, "kept", today=day)

    assert found["types"] == {"co_production": 1}
