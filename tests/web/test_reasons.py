# SPDX-License-Identifier: MIT
"""Reasons on a page: marked texts, one sentence, sums that add up as shown."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from matchmaker.matching import Evidence, Explanation, Thread
from matchmaker.services import matches, runs
from matchmaker.services.drafts import OpportunityDraft
from matchmaker.services.matches import Lift
from matchmaker.store import Actor
from matchmaker.web.cards import tags_of
from matchmaker.web.marks import excerpt, marked, named_words, shortened
from matchmaker.web.reasons import apportioned, reasons_of
from matchmaker.web.sentences import lift_sentence
from matchmaker.web.sums import sums_of
from tests.conftest import NOON

HOSTILE = '<script>alert("1")</script> & <b>residency</b>'


def plain(markup):
    """Return what a reader sees."""
    return Markup(markup).striptags()


@pytest.fixture
def page(app):
    """A request to write sentences in."""
    with app.test_request_context("/"):
        yield


# --- Marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], "a sea film"),
        ([(2, 5)], "a <mark>sea</mark> film"),
        ([(6, 10), (2, 5)], "a <mark>sea</mark> <mark>film</mark>"),
        ([(2, 5), (2, 5), (3, 5)], "a <mark>sea</mark> film"),
        ([(2, 7), (5, 10)], "a <mark>sea film</mark>"),
        ([(-5, 1), (6, 99), (4, 4), (7, 3)], "<mark>a</mark> sea <mark>film</mark>"),
    ],
)
def test_spans_are_marked_whatever_they_are(spans, expected):
    assert marked("a sea film", spans) == expected


def test_user_text_never_becomes_markup():
    found = marked(HOSTILE, [(0, 8), (40, 49)])

    assert set(re.findall(r"</?\w+", found)) == {"<mark", "</mark"}
    assert plain(found) == HOSTILE


words = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)
spans = st.lists(st.tuples(st.integers(-5, 220), st.integers(-5, 220)), max_size=6)


@settings(max_examples=200, deadline=None)
@given(words, spans)
def test_marking_loses_and_adds_nothing(text, found):
    shown = marked(text, found)

    assert set(re.findall(r"<[^>]*>", shown)) <= {"<mark>", "</mark>"}
    assert Markup(shown.replace("<mark>", "").replace("</mark>", "")).unescape() == text


@settings(max_examples=200, deadline=None)
@given(words, spans, st.integers(1, 60))
def test_an_excerpt_is_a_part_of_the_text(text, found, limit):
    shown = Markup(excerpt(text, found, limit=limit).replace("<mark>", "").replace("</mark>", ""))

    cut = shown.unescape()
    assert cut.removeprefix("…\xa0").removesuffix("\xa0…") in text or cut in text


def test_an_excerpt_shows_the_marked_words_and_whole_words():
    text = "one two three " * 30 + "a residency by the sea " + "four five six " * 30
    at = text.index("residency")

    shown = excerpt(text, [(at, at + 9)], limit=100)

    assert "<mark>residency</mark>" in shown
    assert shown.startswith("…\xa0")
    assert shown.endswith("\xa0…")
    assert len(plain(shown)) <= 104
    assert set(plain(shown).strip("… \xa0").split()) <= set(text.split())


def test_words_are_named_as_they_stand_each_once():
    text = "Piedāvājam rezidenci dokumentālā kino autoriem, rezidenci pie jūras"
    found = [m.span() for m in re.finditer(r"rezidenci|dokumentālā|jūras", text)]

    assert named_words(text, found) == "rezidenci dokumentālā … jūras"


def test_a_long_title_is_cut_after_a_whole_word():
    assert shortened("A residency by the sea, in winter, for film-makers", 24) == (
        "A residency by the sea …"
    )
    assert shortened("Two kilns.") == "Two kilns"


# --- Sums -----------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_rounded_parts_add_up_to_the_rounded_whole(values):
    total = round(sum(values) * 100)

    units = apportioned(values, total)

    assert sum(units) == (total if sum(values) else 0)
    if sum(values) > 0.01:
        scale = total / sum(values)
        assert all(abs(u - v * scale) < 1 for u, v in zip(units, values, strict=True))


def test_everything_a_page_shows_of_a_real_pair_adds_up(session, index, make_actor, page):
    me = make_actor(
        country="LV",
        offers=["Sound mixing for documentary films"],
        seeks=["A residency by the sea: Quiet rooms to write a film about harbours."],
    )
    other = make_actor(
        country="EE",
        offers=["Residency by the sea: We host film writers in a harbour house."],
        seeks=["Sound mixing: For a documentary about a harbour."],
    )
    runs.recompute(session, index, now=NOON)
    explanation = matches.reasons(session, index, me, [other], now=NOON)[other.id]

    card, sums = reasons_of(explanation, me, other), sums_of(explanation, me, other)

    assert f"{card.score:.2f}" == f"{explanation.score:.2f}"
    assert sum(Decimal(f"{v:.2f}") for _, v, _ in card.parts) == Decimal(f"{card.score:.2f}")
    assert sums.thousandths == round(explanation.score * 1000)
    assert sum(part.thousandths for part in sums.parts) == sums.thousandths
    for part in sums.parts:
        assert sum(row.thousandths for row in part.rows) == part.thousandths


def test_each_text_is_marked_with_its_own_language(session, index, make_actor, page):
    own = OpportunityDraft(
        "Ljudmix för film", "Vi mixar dokumentärer.", type="commission", language="sv"
    )
    me = make_actor(offers=[own], seeks=["A residency by the sea"])
    other = make_actor(
        country="EE",
        offers=["A residency by the sea"],
        seeks=[OpportunityDraft("Ljudmix för film", "Dokumentär.", type="commission")],
        language="sv",
    )
    runs.recompute(session, index, now=NOON)
    explanation = matches.reasons(session, index, me, [other], now=NOON)[other.id]

    shores = {shore.part: shore for shore in reasons_of(explanation, me, other).shores}

    assert (me.language, shores["we_offer_they_seek"].left.lang) == ("en", "sv")
    assert shores["they_offer_we_seek"].left.lang == "en"


def test_a_wished_sector_is_named_as_one(page):
    reason = Evidence("facet", 0.1, label="wished_sector:music")
    thread = Thread("they_offer_we_seek", 0.1, evidence=(reason,))

    sums = sums_of(Explanation(0.1, {thread.part: 0.1}, (thread,)), Actor(), Actor())

    assert [row.how for row in sums.parts[0].rows] == ["A wished sector"]


# --- Sentences ------------------------------------------------------------------------------------

ME, OTHER = Actor(id=1, name="Me", language="en"), Actor(id=2, name="Other", language="lv")
SEEK, OFFER = (
    "A residency abroad\nFor a documentary.",
    "Rezidence pie jūras\nDokumentālā kino autoriem.",
)
MINE, THEIRS = "Sound mixing\nFor films.", "Kas miksēs skaņu?\nMeklējam studiju."


def word(mine, theirs, my_text, their_text, value=0.2, block="concepts"):
    """Return evidence that two words met."""
    a, b = my_text.index(mine), their_text.index(theirs)
    return Evidence(
        block, value, ((a, a + len(mine)),), ((b, b + len(theirs)),), (mine,), (theirs,)
    )


def thread(part, fields, texts, *evidence):
    value = sum(e.contribution for e in evidence)
    return Thread(part, value, fields[0], 0, fields[1], 0, *texts, 0.0, evidence)


def inward(*evidence, field="offers", text=OFFER):
    return thread("they_offer_we_seek", ("seeks", field), (SEEK, text), *evidence)


def outward(*evidence):
    return thread("we_offer_they_seek", ("offers", "seeks"), (MINE, THEIRS), *evidence)


def both(*evidence):
    texts = ("We film harbours.", "Filmējam ostas.")
    return thread("both_do", ("does", "does"), texts, *evidence)


def sentence(*threads):
    parts = {t.part: t.contribution for t in threads}
    explanation = Explanation(sum(parts.values()), parts, threads)
    return reasons_of(explanation, ME, OTHER).sentence


RESIDENCY = word("residency", "Rezidence", SEEK, OFFER)
SOUND = word("Sound", "skaņu", MINE, THEIRS)
TYPE = Evidence("facet", 0.04, label="type:residency")


@pytest.mark.parametrize(
    ("threads", "expected"),
    [
        (
            (inward(RESIDENCY), outward(SOUND)),
            "They offer “Rezidence pie jūras”, close to what you seek, and look for “Kas miksēs "
            "skaņu?”, close to what you offer.",
        ),
        ((inward(RESIDENCY),), "They offer “Rezidence pie jūras” where you seek “residency”."),
        ((outward(SOUND),), "They seek “Kas miksēs skaņu?” where you offer “Sound”."),
        (
            (inward(TYPE), outward(SOUND)),
            "They seek “Kas miksēs skaņu?” where you offer “Sound”.",
        ),
        (
            (inward(TYPE),),
            "“Residency” on both sides: they offer “Rezidence pie jūras”, you seek “A residency "
            "abroad”.",
        ),
        (
            (inward(word("documentary", "Dokumentālā", SEEK, OFFER)),),
            "They offer “Rezidence pie jūras … Dokumentālā” where you seek “documentary”.",
        ),
        (
            (inward(word("residency", "ostas", SEEK, "Kino un ostas."), field="does",
                    text="Kino un ostas."),),
            "They write of “ostas” in what they do, and you seek “residency”.",
        ),
        (
            (both(Evidence("facet", 0.1, label="sector:audiovisual")),),
            "You both work in Film, television and multimedia, and have few words in common "
            "beyond that.",
        ),
        (
            (both(word("harbours", "ostas", "We film harbours.", "Filmējam ostas.")),),
            "You write of “harbours” in what you do, they of “ostas”.",
        ),
        (
            (both(),),
            "Your texts have few words in common. Read the profile and judge for yourself.",
        ),
    ],
)  # fmt: skip
def test_the_reason_in_one_sentence(page, threads, expected):
    assert plain(sentence(*threads)) == expected


def test_a_direction_that_only_whispers_is_not_told(page):
    faint = replace(SOUND, contribution=SOUND.contribution / 5)
    parts = {"they_offer_we_seek": 0.2, "we_offer_they_seek": 0.04}
    threads = (inward(RESIDENCY), replace(outward(faint), contribution=0.04))
    threads = (replace(threads[0], contribution=0.2), threads[1])

    reasons = reasons_of(Explanation(0.24, parts, threads), ME, OTHER)

    assert plain(reasons.sentence) == "They offer “Rezidence pie jūras” where you seek “residency”."
    assert [pair.part for pair in reasons.shores] == ["they_offer_we_seek"]
    assert len(reasons.parts) == 3  # the sum still holds all of it


def test_a_shared_meaning_is_called_by_its_name(app):
    concept = Evidence(
        "concepts", 0.2, ((0, 5),), ((0, 4),), ("choir",), ("koor",), "glossary:choir"
    )
    part = thread("they_offer_we_seek", ("seeks", "offers"), ("choir", "koor"), concept)
    explanation = Explanation(0.2, {"they_offer_we_seek": 0.2}, (part,))

    for language, called in (("en", "Same meaning: choir"), ("fi", "Sama merkitys: kuoro")):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            rows = sums_of(explanation, ME, OTHER).parts[0].rows
        assert [row.how for row in rows] == [called]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("they_seek", "if Kaupo also sought what you offer"),
        ("we_seek", "if you also sought what Kaupo offers"),
        ("language:pl", "if you also worked in this language: Polish"),
        ("type:residency", "same type as their offer: Residency"),
        ("they_confirm", "if Kaupo confirmed this old profile"),
        ("we_confirm", "if you confirmed your own old profile"),
    ],
)
def test_what_would_lift_a_partner_in_one_line(page, label, expected):
    said = lift_sentence(Lift(label, 0.41, 0.52, 3), Actor(name="Kaupo"))

    assert expected in said
    assert said.endswith("Fit 0.52 instead of 0.41: 3 places higher.")


def test_words_stand_in_their_own_language(page):
    said = sentence(inward(RESIDENCY))

    assert '<b lang="lv" dir="auto">Rezidence pie jūras</b>' in said
    assert '<span lang="en" dir="auto">residency</span>' in said


def test_a_hostile_title_stays_text(page):
    text = f"{HOSTILE}\nmore"
    at = text.index("residency")
    evil = Evidence("words", 0.2, ((2, 11),), ((at, at + 9),), ("residency",), ("residency",))

    said = sentence(inward(evil, text=text))

    assert "<script" not in said
    assert HOSTILE in plain(said)


@pytest.mark.parametrize(
    ("mine", "theirs", "named"),
    [
        ("režisorus", "Dokirežissöör", True),
        ("studiju", "nukustuudio", True),
        ("gandrīz", "Lydvandringer", False),
        ("November", "september", False),
    ],
)
def test_words_that_look_alike_by_chance_are_not_marked(page, mine, theirs, named):
    chance = Evidence("chars", 0.2, ((0, len(mine)),), ((0, len(theirs)),), (mine,), (theirs,))
    part = thread("they_offer_we_seek", ("seeks", "offers"), (mine, theirs), chance)
    explanation = Explanation(0.2, {"they_offer_we_seek": 0.2}, (part,))

    shores = reasons_of(explanation, ME, OTHER).shores

    assert [theirs in str(pair.right.html) for pair in shores] == ([True] if named else [])


def test_a_sentence_in_another_language_keeps_its_quotes(app):
    with app.test_request_context("/", headers={"Accept-Language": "lv"}):
        said = sentence(inward(RESIDENCY))

    assert "Rezidence pie jūras" in plain(said)
    assert "%(" not in said


# --- Tags -----------------------------------------------------------------------------------------


def test_tags_tell_types_date_and_languages(session, make_actor, page):
    me = make_actor(languages=("lv", "en"))
    other = make_actor(
        language="lt",
        languages=("lt", "en"),
        offers=[
            OpportunityDraft(
                "Residency", "By the sea.", "residency", valid_until=NOON.date().replace(month=12)
            ),
            OpportunityDraft("Old", "Past.", "touring", valid_until=NOON.date().replace(month=1)),
        ],
        seeks=["Sound"],
    )

    assert tags_of(me, other, None, today=NOON.date()) == (
        "Residency",
        "Co-production",
        "Valid until 23 December 2026",
        "Writes in Lithuanian, works in English",
        "In common: English",
    )
