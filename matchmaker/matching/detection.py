# SPDX-License-Identifier: MIT
"""Which of the eleven languages a text is written in: a guess that a person can overrule."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from matchmaker.matching.stems import stop_words
from matchmaker.vocabulary import LANGUAGES, normalise_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_READ: Final = 500  # characters: more do not change the guess, and this runs inside requests
_LIKELY: Final = 2.0  # how many times a language that was expected beforehand counts
_SURE: Final = 0.9  # confidence from which a part of a text is taken to be in another language
_SHORTEST: Final = 25  # characters: shorter parts prove nothing
_TELLING: Final = 2  # function words that stand in one language only
_NEAR: Final = (frozenset({"da", "nb"}),)  # too alike to be told apart sentence by sentence
_PART: Final = re.compile(r"[^\n.!?;|/]+(?:[.!?;|/]+|\n|$)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_lock = threading.Lock()
_loaded: list[LanguageIdentifier] = []


class Guess(NamedTuple):
    """A language code and how sure the guess is, from 0 (no idea) to 1."""

    language: str
    confidence: float


def detect(text: str, likely: Iterable[str] = ()) -> Guess:
    """Guess the language of a text among the supported ones.

    ``likely`` names languages that are expected beforehand (those of the country, say): in a
    short text they win a close race. A text without letters gives English with confidence 0.
    """
    sample = text[:_READ]
    if not any(letter.isalpha() for letter in sample):
        return Guess("en", 0.0)
    expected = {normalise_language(code) for code in likely}
    weights: dict[str, float] = {}
    for code, probability in _identifier().rank(sample.encode("utf-8", "replace")):
        language = normalise_language(code)
        weights[language] = float(probability) * (_LIKELY if language in expected else 1.0)
    total = sum(weights.values())
    best = max(weights, key=lambda code: weights[code])
    return Guess(best, weights[best] / total) if total > 0 else Guess("en", 0.0)


def foreign_parts(text: str, language: str) -> list[tuple[int, int, str]]:
    """Return the sentences of a text that are in another language: start, end, language.

    Cheap for texts in one language: only sentences with several function words of another
    language, and none of their own, are looked at more closely.
    """
    if len(text) < 2 * _SHORTEST:
        return []
    only = _only_in()
    met = Counter(only.get(word, "") for word in _WORD.findall(text.lower()))
    others = {code for code, n in met.items() if code not in ("", language) and n >= _TELLING}
    others = {code for code in others if frozenset({code, language}) not in _NEAR}
    if not others:
        return []
    found = []
    for part in _PART.finditer(text):
        sentence = part.group()
        words = Counter(only.get(word, "") for word in _WORD.findall(sentence.lower()))
        strange = max((words[code] for code in others), default=0)
        if len(sentence) < _SHORTEST or words[language] or strange < _TELLING:
            continue
        guess = detect(sentence)
        if guess.language in others and guess.confidence >= _SURE:
            found.append((part.start(), part.end(), guess.language))
    return found


@cache
def _only_in() -> dict[str, str]:
    """Return the function words that one language has and no other, with that language."""
    languages: dict[str, set[str]] = {}
    for code in LANGUAGES:
        for word in stop_words(code):
            languages.setdefault(word, set()).add(code)
    return {word: codes.pop() for word, codes in languages.items() if len(codes) == 1}


def _identifier() -> LanguageIdentifier:
    """Load the model once, at the first text; it is a file of its package, never fetched."""
    with _lock:
        if not _loaded:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier

            identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            identifier.set_languages(["no" if code == "nb" else code for code in LANGUAGES])
            _loaded.append(identifier)
    return _loaded[0]
