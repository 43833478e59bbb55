# SPDX-License-Identifier: MIT
"""Words, stems and languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import detect
from matchmaker.matching.stems import fold, sound, stem, stop_words
from matchmaker.matching.text import analyse
from matchmaker.vocabulary import LANGUAGES

FORMS = {
    "da": ("udstilling", "udstillinger"), "de": ("Künstler", "Künstlern"),
    "en": ("workshop", "workshops"), "et": ("kunstniku", "kunstnikele"),
    "fi": ("näyttely", "näyttelyn"), "is": ("börn", "barna"),
    "lt": ("paroda", "parodos"), "lv": ("izstāde", "izstādēm"),
    "nb": ("forestilling", "forestillingen"), "pl": ("wystawa", "wystawy"),
    "sv": ("utställning", "utställningar"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_of_a_word_have_one_stem(language: str) -> None:
    one, two = FORMS[language]

    stems = {stem(one.lower(), language), stem(two.lower(), language)}

    assert len(stems) == 1


def test_international_words_sound_alike_in_any_spelling() -> None:
    words = ["choreography", "koreografi", "choreografia", "koreografija"]

    sounds = {sound(fold(word))[:9] for word in words}

    assert sounds == {"koreograf"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_stop_words(language: str) -> None:
    assert len(stop_words(language)) > 80


def test_words_know_their_place_in_the_text_as_it_was_given() -> None:
    text = "İstanbul\u2028 and  Café nai\u0308ve_x 🎭 teātris!"

    words = [text[word.start : word.end] for word in analyse(text, "en").words]

    assert words == ["İstanbul", "Café", "nai\u0308ve", "teātris"]


@given(st.text())
def test_any_text_has_words_within_it(text: str) -> None:
    analysis = analyse(text)

    assert all(0 <= word.start < word.end <= len(text) for word in analysis.words)
    assert analysis.language in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_are_told_apart(language: str, parallel: dict) -> None:  # type: ignore[type-arg]
    texts = [text for topic in parallel.values() for text in topic[language]]

    right = sum(detect(text).language == language for text in texts)

    assert right >= 0.85 * len(texts)


def test_an_expected_language_wins_a_close_race() -> None:
    text = "Lydkunst og nye medier"  # Danish and Norwegian alike

    guesses = {code: detect(text, likely=[code]).language for code in ("da", "no")}

    assert guesses == {"da": "da", "no": "nb"}


def test_a_text_without_letters_is_a_guess_without_confidence() -> None:
    assert detect("2026 – 🎭 !") == ("en", 0.0)
