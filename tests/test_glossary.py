# SPDX-License-Identifier: MIT
"""The glossary is whole: every concept in every language, and no word means two things unmarked."""

import csv
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

import matchmaker
from matchmaker.matching.concepts import ConceptIndex
from matchmaker.matching.glossary import Concept, glossary, parse_cell, shown_label
from matchmaker.matching.text import analyse, forms_of
from matchmaker.vocabulary import LANGUAGES

FOLDER = Path(matchmaker.__file__).parent / "data" / "glossary"
FIELDS = frozenset(
    [
        *("stage", "music", "sound", "film", "games", "digital", "visual", "photo", "craft"),
        *("design", "fashion", "architecture", "text", "media", "heritage", "event", "venue"),
        *("collaboration", "funding", "business", "rights", "learning", "society", "people"),
        *("nature", "food", "object", "travel", "place", "action", "quality", "time", "plain"),
    ]
)
ODD = re.compile(r"[()\[\]|~*/\\\"<>]|\s{2}|^\s|\s$")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.mark.parametrize(("name", "least"), [("trade", 900), ("everyday", 600)])
def test_there_are_words_enough(name: str, least: int) -> None:
    assert len([row for row in rows(name) if row["field"] != "plain"]) >= least


def test_ids_are_unique_and_fields_known() -> None:
    given = [row for name in ("trade", "everyday") for row in rows(name)]

    assert [i for i, n in Counter(row["id"] for row in given).items() if n > 1] == []
    assert [
        row["id"] for row in given if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"])
    ] == []
    assert {row["field"] for row in given} <= FIELDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_concept_has_labels_and_clean_ones(language: str) -> None:
    wrong = [
        (concept.id, label)
        for concept in glossary()
        for label in (*(concept.labels[language] or ("",)), *concept.forms.get(language, ()))
        if not label or ODD.search(label) or len(label.split()) > 4
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_concept_can_be_found(language: str) -> None:
    lost = [
        concept.id
        for concept in glossary()
        if concept.field != "plain"
        if not any(
            forms_of(word, language)
            for word in (*concept.labels[language], *concept.forms.get(language, ()))
        )
    ]

    assert lost == []  # a label that is a function word is dropped from a text before it is read


def shared_labels() -> tuple[dict[tuple[str, str], set[int]], Counter[tuple[int, int]]]:
    at: dict[tuple[str, str], set[int]] = defaultdict(set)
    for number, concept in enumerate(glossary()):
        for language in LANGUAGES:
            for label in concept.labels[language]:
                at[language, label.lower()].add(number)
    pairs = Counter(pair for ids in at.values() for pair in combinations(sorted(ids), 2))
    return at, pairs


def test_a_word_of_two_meanings_is_marked_at_both() -> None:
    concepts = glossary()
    at, pairs = shared_labels()

    unmarked = [
        (language, label, concepts[one].id, concepts[two].id)
        for (language, label), ids in at.items()
        for one, two in combinations(sorted(ids), 2)
        if pairs[one, two] < 2 and concepts[one].field != concepts[two].field
        for concept in (concepts[one], concepts[two])
        if label not in {word.lower() for word in concept.doubtful.get(language, ())}
    ]

    assert unmarked == []


def test_a_cell_is_read() -> None:
    assert parse_cell("kenttä*; pelikenttä ~ kentän; kenttiä") == (
        ("kenttä", "pelikenttä"),
        frozenset({"kenttä"}),
        ("kentän", "kenttiä"),
    )


def test_words_with_one_stem_mean_what_they_say() -> None:
    index = ConceptIndex(
        [Concept("test", {"en": ("audition",)}), Concept("books", {"en": ("audit",)})]
    )

    assert {m.concept for m in index.mentions(analyse("an audition", "en"))} == {"test"}
    assert {m.concept for m in index.mentions(analyse("an audit", "en"))} == {"books"}


def test_the_rest_of_a_text_tells_senses_apart() -> None:
    doubtful = {"en": frozenset({"score"})}
    index = ConceptIndex(
        [
            Concept("notes", {"en": ("score",)}, doubtful=doubtful, field="music"),
            Concept("points", {"en": ("score",)}, doubtful=doubtful, field="games"),
            Concept("choir", {"en": ("choir",)}, field="music"),
            Concept("player", {"en": ("player",)}, field="games"),
        ]
    )

    def surest(text: str) -> str:
        found = [m for m in index.mentions(analyse(text, "en")) if m.concept in ("notes", "points")]
        return max(found, key=lambda mention: mention.weight).concept

    assert surest("a score for the choir") == "notes"
    assert surest("the score of each player") == "points"


def test_what_every_profile_says_is_no_meaning() -> None:
    index = ConceptIndex(
        [
            Concept("seek", {"sv": ("söka",)}, field="plain"),
            Concept("apply", {"sv": ("söka",)}, field="funding"),
        ]
    )

    (only,) = index.mentions(analyse("vi söker", "sv"))

    assert (only.concept, only.weight < 0.2) == ("apply", True)


def test_forms_that_differ_in_an_ending_are_known() -> None:
    index = ConceptIndex([Concept("gallery", {"pl": ("galeria",), "lv": ("galerija",)})])

    for text, language in (("w galerii", "pl"), ("galerijās", "lv")):
        assert [m.concept for m in index.mentions(analyse(text, language))] == ["gallery"]


def test_labels_are_shown_in_the_readers_language() -> None:
    assert shown_label("glossary:choir", "fi") == "kuoro"
    assert shown_label("glossary:choir", "uk") == "choir"
    assert shown_label("glossary:nothing-of-the-kind", "en") is None


def test_an_unlikely_sense_carries_weight_and_is_not_named() -> None:
    index = ConceptIndex(
        [
            Concept("tablet", {"nb": ("nettbrett",)}, field="digital"),
            Concept("game-board", {"nb": ("brett",)}, field="games"),
            Concept("net", {"nb": ("nett",)}, field="object"),
        ]
    )

    found = index.mentions(analyse("et nettbrett", "nb"))

    assert {m.concept for m in found if m.likely} == {"tablet"}
    assert {m.concept for m in found} == {"tablet", "game-board", "net"}


def test_a_label_does_not_shrink_to_another_word() -> None:
    index = ConceptIndex(
        [
            Concept("perform", {"is": ("koma fram",)}),
            Concept("e-book", {"is": ("e-bók",)}),
            Concept("book", {"is": ("bók",)}),
        ]
    )

    def meant(text: str) -> list[str]:
        return [mention.concept for mention in index.mentions(analyse(text, "is"))]

    assert (meant("koma"), meant("bók"), meant("e-bók")) == ([], ["book"], ["e-book"])
