# SPDX-License-Identifier: MIT
"""Reasons: they add up, they point at whole words, and taking them away lowers the score."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import ActorText, Explanation, PartnerMatcher, Passage
from matchmaker.matching.evidence import Side, _meetings
from matchmaker.matching.text import analyse
from matchmaker.vocabulary import LANGUAGES
from tests.matching.conftest import HOME, MakeActor

PARTS = ["they_offer_we_seek", "we_offer_they_seek", "both_do"]
WORDS = st.sampled_from(
    [
        *("teater", "teatteri", "teātris", "Theater", "festival", "festivaali", "leikhús", "music"),
        *("muzika", "dukketeater", "workshop", "residency", "residenssi", "İstanbul", "film"),
        *(
            "3D",
            "2026",
            "ß",
            "x_y",
            "🎭",
            "\u202eabc",
            "e\u0301",
            "\ud800",
            "<b>film</b>",
            "a\u0000b",
        ),
    ]
)
TEXTS = st.lists(WORDS | st.text(max_size=8), max_size=8).map(" ".join)
CODES = st.sampled_from(["", "other", "residency", "touring", "made-up"])
PASSAGES = st.builds(
    Passage,
    text=TEXTS,
    language=st.sampled_from([*LANGUAGES, "no", "ru", None]),
    type=CODES,
    themes=st.lists(st.sampled_from(["climate", "youth", "other"]), max_size=2).map(tuple),
    countries=st.lists(st.sampled_from(["EE", "FI"]), max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from(["museum", "festival"]), max_size=2).map(tuple),
)
LISTS = st.lists(PASSAGES, max_size=3).map(tuple)
ACTORS = st.builds(
    ActorText,
    key=st.just("x"),
    country=st.sampled_from(["EE", "FI", "DE"]),
    kind=st.sampled_from(["", "museum", "festival", "odd"]),
    sectors=st.lists(st.sampled_from(["music", "design", "tag"]), max_size=3).map(tuple),
    working_languages=st.lists(st.sampled_from(["en", "sv"]), max_size=2).map(tuple),
    does=PASSAGES,
    offers=LISTS,
    seeks=LISTS,
)


@settings(deadline=None, max_examples=100)
@given(asked=TEXTS, given_=TEXTS, one=st.sampled_from(LANGUAGES), two=st.sampled_from(LANGUAGES))
def test_meetings_of_terms_add_up_to_the_similarity(
    matcher: PartnerMatcher, asked: str, given_: str, one: str, two: str
) -> None:
    """The sums of an explanation rest on this: nothing is lost between terms and texts."""
    space = matcher.space_
    query, text = analyse(f"{asked} spectroscopic", one), analyse(given_, two)
    seek = Side(asked, query, space.transform_analysed_queries([query]), seeks=True)
    plain = Side(asked, query, space.transform_analysed([query]), seeks=False)
    offer = Side(given_, text, space.transform_analysed([text]), seeks=False)

    for first, second in ((seek, offer), (offer, seek), (plain, offer)):
        met = sum(meeting.value for meeting in _meetings(space, first, second))
        assert met == pytest.approx(float((first.row @ second.row.T).sum()), abs=1e-9)


def test_each_choice_keeps_its_own_label_and_weight(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query, candidate = make_actor("fi", seeks=["residency"]), make_actor("pl", offers=["film"])
    seek = replace(query.seeks[0], text="", type="residency", themes=("climate",))
    offer = replace(candidate.offers[0], text="", type="residency", themes=())
    query = replace(query, seeks=(seek,))
    candidate = replace(candidate, offers=(offer,), sectors=("music",))

    (thread, *_) = matcher.explain_pair(query, candidate).threads

    assert {reason.label for reason in thread.evidence} == {"type:residency"}
    assert thread.adjustment == pytest.approx(0, abs=1e-9)


def assert_whole(explanation: Explanation) -> None:
    """Check that everything adds up and that spans are words of the texts."""
    assert sum(explanation.parts.values()) == pytest.approx(explanation.score, abs=1e-6)
    assert [thread.part for thread in explanation.threads] == PARTS
    for thread in explanation.threads:
        total = sum(reason.contribution for reason in thread.evidence) + thread.adjustment
        assert total == pytest.approx(explanation.parts[thread.part], abs=1e-6)
        strengths = [reason.contribution for reason in thread.evidence]
        assert strengths == sorted(strengths, reverse=True)
        assert all(strength > 0 for strength in strengths)
        for reason in thread.evidence:
            assert [thread.query_text[a:b] for a, b in reason.query_spans] or not reason.query_words
            for text, spans, words in (
                (thread.query_text, reason.query_spans, reason.query_words),
                (thread.candidate_text, reason.candidate_spans, reason.candidate_words),
            ):
                assert {text[start:end] for start, end in spans} == set(words)
            assert reason.label or (reason.query_words and reason.candidate_words)


@settings(deadline=None, max_examples=150)
@given(query=ACTORS, candidate=ACTORS)
def test_contributions_add_up_on_any_text(
    matcher: PartnerMatcher, query: ActorText, candidate: ActorText
) -> None:
    explanation = matcher.explain_pair(query, candidate)

    assert 0 <= explanation.score <= 1
    assert_whole(explanation)


def test_the_score_shown_is_the_score_ranked_by(matcher: PartnerMatcher) -> None:
    found = list(matcher.suggest())[::97]

    shown = [matcher.explain(i, j).score for i, j, _ in found]

    assert shown == pytest.approx([score for _, _, score in found], abs=1e-6)


def test_a_reason_names_the_words_of_both_texts(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("sv", offers=["boats"], seeks=["puppets"])
    candidate = make_actor("lv", offers=["lead", "puppets"], seeks=["boats"])

    explanation = matcher.explain_pair(query, candidate)

    thread = explanation.threads[0]
    places = (
        thread.query_field,
        thread.query_index,
        thread.candidate_field,
        thread.candidate_index,
    )
    assert places == ("seeks", 0, "offers", 1)
    pairs = [(r.query_words, r.candidate_words) for r in thread.evidence]
    assert {
        (("dockföreställning",), ("izrāde",)),
        (("dockföreställning",), ("Leļļu", "lellēm")),
    } <= set(pairs)
    assert_whole(explanation)


def test_choices_are_reasons_with_labels(matcher: PartnerMatcher, make_actor: MakeActor) -> None:
    query = make_actor("fi", seeks=["residency"], sectors=("music",), working_languages=("en",))
    candidate = make_actor(
        "pl", offers=["residency"], sectors=("music",), working_languages=("en",)
    )
    query = replace(query, seeks=(replace(query.seeks[0], type="residency", countries=("PL",)),))
    candidate = replace(candidate, offers=(replace(candidate.offers[0], type="residency"),))

    explanation = matcher.explain_pair(query, candidate)

    labels = {r.label for t in explanation.threads for r in t.evidence if r.block == "facet"}
    assert labels == {"type:residency", "wished_country:PL", "sector:music", "language:en"}
    assert_whole(explanation)


@pytest.mark.parametrize("one", list(HOME))
@pytest.mark.parametrize("topic", ["puppets", "residency", "games", "light"])
def test_without_the_words_that_were_named_the_score_is_lower(
    one: str, topic: str, matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    two = "en" if one != "en" else "de"
    query = make_actor(one, offers=["boats"], seeks=[topic])
    candidate = make_actor(two, offers=[topic], seeks=["boats"])
    explanation = matcher.explain_pair(query, candidate)
    thread = explanation.threads[0]

    named = [reason for reason in thread.evidence if reason.query_words][:3]
    assert named or thread.contribution == 0
    for reason in named:
        text = query.seeks[thread.query_index].text
        for start, end in sorted(reason.query_spans, reverse=True):
            text = text[:start] + text[end:]
        text = re.sub(r"\s+", " ", text)
        poorer = replace(query, seeks=(replace(query.seeks[0], text=text),))

        assert matcher.explain_pair(poorer, candidate).score < explanation.score
