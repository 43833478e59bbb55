# SPDX-License-Identifier: MIT
"""Which of the eleven languages a text is written in: a guess that a person can overrule."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from matchmaker.vocabulary import LANGUAGES, normalise_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_READ: Final = 500  # characters: more do not change the guess, and this runs inside requests
_LIKELY: Final = 2.0  # how many times a language that was expected beforehand counts
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


def _identifier() -> LanguageIdentifier:
    """Load the model once, at the first text; it is a file of its package, never fetched."""
    with _lock:
        if not _loaded:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier

            identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            identifier.set_languages(["no" if code == "nb" else code for code in LANGUAGES])
            _loaded.append(identifier)
    return _loaded[0]
