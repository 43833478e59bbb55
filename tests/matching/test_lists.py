# SPDX-License-Identifier: MIT
"""Lists that serve everybody: near-twins parted, nobody left out, hard criteria, old profiles."""

from copy import copy
from dataclasses import replace

import pytest

from matchmaker.matching import ActorText, PartnerMatcher, Passage
from tests.matching.conftest import MakeActor


def listed(matcher: PartnerMatcher, query: ActorText) -> list[str]:
    (found,) = matcher.query([query])
    return [matcher.pool_.actors[place].key for place, _ in found]


def score(matcher: PartnerMatcher, one: ActorText, two: ActorText) -> float:
    return matcher.explain_pair(one, two).score


def test_of_near_twins_two_stand_among_the_first_five(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("pl", offers=["boats"], seeks=["puppets"])
    twin = make_actor("fi", offers=["puppets"], seeks=["boats"])
    twins = [replace(twin, key=f"twin{n}") for n in range(6)]
    others = [make_actor(code, ["puppets"], ["film"]) for code in ("sv", "da", "lt", "de")]
    own = PartnerMatcher().fit([query, *twins, *others])

    found = listed(own, query)

    assert [key for key in found[:5] if key.startswith("twin")] == ["twin0", "twin1"]
    assert found[5:9] == ["twin2", "twin3", "twin4", "twin5"]


def test_scores_of_parted_twins_stay(make_actor: MakeActor) -> None:
    query = make_actor("pl", offers=["boats"], seeks=["puppets"])
    twin = make_actor("fi", offers=["puppets"], seeks=["boats"])
    actors = [query, *(replace(twin, key=f"twin{n}") for n in range(6))]
    matcher = PartnerMatcher().fit(actors)

    (found,) = matcher.query([query])

    assert len({round(value, 9) for _, value in found}) == 1


def test_nobody_with_a_usable_profile_is_left_in_nobodys_list(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    """Twice twenty who suit each other have no room in their lists for who serves one side."""
    many = [make_actor("sv", ["puppets"], ["boats"]) for _ in range(20)]
    many += [make_actor("nb", ["boats"], ["puppets"]) for _ in range(20)]
    odd = make_actor("lt", ["boats"], ["dance"])
    actors = [*many, odd]
    few = copy(matcher).set_params(n_suggestions=16).index(actors)

    found = list(few.suggest())

    best = {place for ranking in few.query(actors) for place, _ in ranking}
    assert len(many) not in best
    assert {j for _, j, _ in found} == set(range(len(actors)))
    assert max(sum(i == k for i, _, _ in found) for k in range(len(actors))) <= 16
    assert len({(i, j) for i, j, _ in found}) == len(found)


def seeking(make_actor: MakeActor, **wishes: object) -> ActorText:
    actor = make_actor("sv", offers=["boats"], seeks=["puppets"], working_languages=("sv", "en"))
    return replace(actor, seeks=(replace(actor.seeks[0], type="touring", **wishes),))


@pytest.mark.parametrize(
    ("wish", "meets"),
    [
        ({"countries": ("LV",), "priorities": (("country", "must"),)}, {"country": "LV"}),
        ({"kinds": ("museum",), "priorities": (("kind", "must"),)}, {"kind": "museum"}),
        ({"sectors": ("music",), "priorities": (("sector", "must"),)}, {"sectors": ("music",)}),
        ({"priorities": (("language", "must"),)}, {"working_languages": ("en",)}),
    ],
)
def test_who_fails_a_must_does_not_meet_a_seek(
    wish: dict[str, object],
    meets: dict[str, object],
    matcher: PartnerMatcher,
    make_actor: MakeActor,
) -> None:
    query = seeking(make_actor, **wish)
    failing = make_actor("fi", ["puppets"], ["lead"], kind="festival", working_languages=("fi",))
    meeting = replace(failing, key="meeting", **meets)

    inward = [
        matcher.explain_pair(query, candidate).parts["they_offer_we_seek"]
        for candidate in (failing, meeting)
    ]

    assert inward[0] == 0
    assert inward[1] > 0


def test_a_must_of_another_type_is_not_met(matcher: PartnerMatcher, make_actor: MakeActor) -> None:
    query = seeking(make_actor, priorities=(("type", "must"),))
    offer = make_actor("fi", ["puppets"], ["lead"])
    tours = replace(offer, offers=(replace(offer.offers[0], type="touring"),))
    teaches = replace(offer, offers=(replace(offer.offers[0], type="mentoring"),))

    assert matcher.explain_pair(query, teaches).parts["they_offer_we_seek"] == 0
    assert matcher.explain_pair(query, tours).parts["they_offer_we_seek"] > 0


def test_a_must_of_a_type_that_nobody_names_is_met_by_nobody(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = seeking(make_actor, priorities=(("type", "must"),))
    untyped = make_actor("fi", ["puppets"], ["boats"])
    own = copy(matcher).index([untyped])

    assert own.query([query]) == [[]]
    assert score(matcher, query, untyped) == 0


def test_who_fails_every_must_is_not_suggested_though_one_serves_them(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    strict = seeking(make_actor, countries=("LV",), priorities=(("country", "must"),))
    open_too = replace(strict, seeks=(*strict.seeks, make_actor("sv", [], ["film"]).seeks[0]))
    other = make_actor("fi", ["puppets"], ["boats"])

    assert score(matcher, strict, other) == 0
    assert score(matcher, open_too, other) > 0


def test_a_must_that_wishes_nothing_excludes_nobody(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    free = seeking(make_actor)
    strict = seeking(
        make_actor, kinds=("other",), priorities=(("country", "must"), ("kind", "must"))
    )
    other = make_actor("fi", ["puppets"], ["lead"])

    assert score(matcher, strict, other) == pytest.approx(score(matcher, free, other))


def test_must_counts_more_than_preferred_and_nice_less(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    other = make_actor("fi", ["puppets"], ["boats"])
    nice, prefer, must = (
        score(
            matcher,
            seeking(make_actor, countries=("FI",), priorities=(("country", priority),)),
            other,
        )
        for priority in ("nice", "prefer", "must")
    )

    assert nice < prefer < must


def test_a_profile_that_nobody_confirms_sinks_slowly(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("pl", offers=["boats"], seeks=["puppets"])
    fresh = make_actor("fi", offers=["puppets"], seeks=["boats"])
    scores = [score(matcher, query, replace(fresh, age=days)) for days in (0, 90, 365, 3650)]

    assert scores == sorted(scores, reverse=True)
    assert scores[1] > 0.97 * scores[0]
    assert scores[3] > 0.85 * scores[0]
    assert replace(fresh, age=90) == fresh  # the same actor all the same


def test_rivals_who_seek_the_same_stand_below_partners(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("pl", offers=["boats"], seeks=["puppets"])
    rival = make_actor("fi", offers=["boats"], seeks=["puppets"])
    partner = make_actor("fi", offers=["puppets"], seeks=["boats"])
    half = make_actor("fi", offers=["puppets"], seeks=["lead"])

    scores = [score(matcher, query, other) for other in (partner, half, rival)]

    assert scores == sorted(scores, reverse=True)
    assert scores[2] < scores[1]


def test_a_change_that_would_lift_a_pair_is_tried_out(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("pl", offers=["boats"], seeks=["puppets"])
    half = make_actor("fi", offers=["puppets"], seeks=["lead"])

    change = matcher.what_if(query, half)

    assert change is not None
    assert change.label == "they_seek"
    before = matcher.explain_pair(query, half)
    assert before.parts["we_offer_they_seek"] < before.parts["they_offer_we_seek"]
    assert before.score + 0.02 <= change.score <= 1


def test_the_type_that_would_lift_a_pair_is_named(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("sv", offers=["boats"], seeks=["puppets"], working_languages=("en",))
    other = make_actor("nb", offers=["puppets"], seeks=["boats"], working_languages=("en",))
    other = replace(other, offers=(replace(other.offers[0], type="touring"),))
    query = replace(query, seeks=(replace(query.seeks[0], type="co_creation"),))

    change = matcher.what_if(query, other)

    assert change is not None
    assert change.label == "type:touring"


def test_where_nothing_would_help_nothing_is_said(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("sv", offers=["boats"], seeks=["puppets"], working_languages=("en",))
    other = make_actor("nb", offers=["puppets"], seeks=["boats"], working_languages=("en",))

    assert matcher.what_if(query, other) is None


def test_an_empty_pool_has_no_lists() -> None:
    matcher = PartnerMatcher().fit([ActorText("a", "EE", does=Passage("music", "en"))])

    assert list(matcher.suggest()) == []
