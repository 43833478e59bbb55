# SPDX-License-Identifier: MIT
"""Texts to words: where each word stands in the text, its stem, and its plain spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from matchmaker.matching.detection import detect, foreign_parts
from matchmaker.matching.stems import stem, stop_words
from matchmaker.vocabulary import normalise_language

LONGEST_TEXT: Final = 200_000  # characters looked at; what comes after adds nothing to a profile
_LONGEST_WORD: Final = 60  # letters looked at: longer "words" are not words
_CACHE_SIZE: Final = 400_000
# a letter before a hyphen belongs to its word: an e-book is no book, a B-fotograf no photographer
_WORD: Final = re.compile(
    r"(?:(?<![^\W_])[^\W\d_]-(?=[^\W\d_]{3}))?[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"
)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class WordForm:
    """What the matching makes of a word, wherever it stands.

    ``written`` is the word in lower case. The stem of a stop word is empty.
    """

    stem: str
    written: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word at its place: ``text[start:end]`` of the text as it was given.

    ``language`` is that of its sentence: a text may hold sentences in another language.
    """

    start: int
    end: int
    form: WordForm
    language: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text with its main language and the words that count (stop words are left out).

    ``tags`` are ids of concepts that were chosen from a list and belong to the text as well.
    """

    language: str
    words: tuple[Word, ...]
    tags: tuple[str, ...] = ()


_forms: dict[tuple[str, str], WordForm] = {}


def analyse(text: str, language: str | None = None) -> Analysis:
    """Find the words of a text. A language that is None or malformed is detected."""
    text = text[:LONGEST_TEXT]
    code = known_language(language) or detect(text).language
    foreign = foreign_parts(text, code)
    words = []
    parts = iter(foreign)
    start, end, other = next(parts, (len(text), len(text), code))
    for match in _WORD.finditer(text):
        while match.start() >= end and end < len(text):
            start, end, other = next(parts, (len(text), len(text), code))
        spoken = other if start <= match.start() < end else code
        form = word_form(match.group(), spoken)
        if form.stem:
            words.append(Word(match.start(), match.end(), form, spoken))
    return Analysis(code, tuple(words))


def forms_of(text: str, language: str) -> list[WordForm]:
    """Return the forms of the words of a label that count, in their order; nothing is cached."""
    forms = [_make_form(surface, language) for surface in _WORD.findall(text)]
    return [form for form in forms if form.stem]


def analyse_all(
    texts: Iterable[str], languages: Sequence[str | None] | str | None = None
) -> list[Analysis]:
    """Analyse each text. ``languages`` holds one code or None for each, or is one for all.

    Raises
    ------
    ValueError
        There are not as many languages as texts.
    TypeError
        A text is not a string, or ``texts`` is a single string.
    """
    if isinstance(texts, str):
        raise TypeError("Texts are a list of strings; a single string was given.")
    listed = list(texts)
    for text in listed:
        if not isinstance(text, str):
            raise TypeError(f"A text is a string; {type(text).__name__} was given.")
    if languages is None or isinstance(languages, str):
        languages = [languages] * len(listed)
    if len(languages) != len(listed):
        raise ValueError(f"There are {len(listed)} texts and {len(languages)} languages.")
    return [analyse(text, code) for text, code in zip(listed, languages, strict=True)]


def known_language(code: str | None) -> str | None:
    """Return a language code as it is used here (``nb`` for Norwegian), None if it is none."""
    if not isinstance(code, str):
        return None
    primary = normalise_language(code)
    return primary if _LANGUAGE.fullmatch(primary) else None


def word_form(surface: str, language: str) -> WordForm:
    """Return the form of a word as it stands in a text; the same word is worked out once."""
    key = (language, surface)
    form = _forms.get(key)
    if form is None:
        if len(_forms) >= _CACHE_SIZE:
            _forms.clear()
        form = _forms[key] = _make_form(surface, language)
    return form


def _make_form(surface: str, language: str) -> WordForm:
    word = unicodedata.normalize("NFC", surface[:_LONGEST_WORD].lower())
    if len(word) < 2 or word in stop_words(language):
        return WordForm("", word)
    return WordForm(stem(word, language), word)
