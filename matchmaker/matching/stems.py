# SPDX-License-Identifier: MIT
"""Words to stems: Snowball where it knows the language, light rules for Latvian and Icelandic."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache
from typing import Final

import Stemmer

_SNOWBALL: Final = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "et": "estonian",
    "fi": "finnish",
    "lt": "lithuanian",
    "nb": "norwegian",
    "pl": "polish",
    "sv": "swedish",
}

# Endings of nouns, adjectives and common verb forms, by hand. Three letters stay at least.
_LATVIAN: Final = (
    "šanām šanās šanai šanas šanu šana "
    "iekiem iekus iekam iekos ieces iecei iecē ieks ieku ieki ieka iece "
    "ajiem ajām ajos ajās ajai ajam ajā ajo iem iņa iņu "
    "ošiem ošie ošas ošo ošā ošs oša oši ošu "
    "ākais ākā ākie ākās āko ums uma umu umi umam umus umiem umos "
    "ējiem ējam ējas ējai ējus ējs ēja ēji ēju "
    "ties amies as es is us os ās ēs īs ais ām ēm īm ie ij ai ei am im um em oj "
    "a e i u o s š ā ē ī ū"
)
_ICELANDIC: Final = (
    "unarinnar unnar unum unni anna inum innar inni arnar arnir irnar irnir urnar urnir "
    "anna anna ans ins inn ina inu ið nir nar num nna "
    "leg lega legir legar legt legum legrar "
    "um ur ar ir ra an in ið uð að st "
    "a i u s r ð t"
)
_SOFTENED: Final = str.maketrans(
    {"š": "s", "ž": "z", "č": "c", "ģ": "g", "ķ": "k", "ļ": "l", "ņ": "n", "ŗ": "r"}
)
_UMLAUT: Final = str.maketrans({"ö": "a"})  # saga, sögur; börn, barna

_FOLDED: Final = str.maketrans(
    dict(
        zip(
            "æøœßłđðþıŋŧĸ",
            ("a", "o", "o", "ss", "l", "d", "d", "t", "i", "n", "t", "k"),
            strict=True,
        )
    )
)

# International words are spelt by ear in most of these languages: choreography, koreografi.
_SPELLINGS: Final = (
    (re.compile(r"sch|sh|sz|sj|skj"), "s"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"tz|cz"), "c"),
    (re.compile(r"ch|ck|qu?"), "k"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"w"), "v"),
    (re.compile(r"z"), "s"),
    (re.compile(r"[yj]"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)


_LIGHT: Final = {"lv": frozenset(_LATVIAN.split()), "is": frozenset(_ICELANDIC.split())}
_LONGEST_ENDING: Final = max(len(ending) for endings in _LIGHT.values() for ending in endings)
_KEPT: Final = 3  # letters
_own = threading.local()  # a Snowball stemmer keeps the word it works on: one for each thread


def stem(word: str, language: str) -> str:
    """Return the stem of a lower-case word; the word itself in a language without rules."""
    if language in _SNOWBALL:
        stemmers = _own.__dict__.setdefault("stemmers", {})
        if language not in stemmers:
            stemmers[language] = Stemmer.Stemmer(_SNOWBALL[language])
        return str(stemmers[language].stemWord(word)) or word
    if language in _LIGHT:
        return _light_stem(word, language)
    return word


def _light_stem(word: str, language: str) -> str:
    longest = min(_LONGEST_ENDING, len(word) - _KEPT)
    endings = _LIGHT[language]
    cut = next((n for n in range(longest, 0, -1) if word[len(word) - n :] in endings), 0)
    kept = word[: len(word) - cut]
    if language == "lv":  # a softened end of the stem changes with the case: lācis, lāča
        return kept[:-1] + kept[-1:].translate(_SOFTENED)
    return kept.translate(_UMLAUT)


def fold(word: str) -> str:
    """Return a lower-case word without accents: ``bērniem`` gives ``berniem``, ``løb`` ``lob``."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.translate(_FOLDED)


def sound(folded: str) -> str:
    """Return a folded word in one common spelling: ``choreography`` gives ``koreografi``."""
    for pattern, letters in _SPELLINGS:
        folded = pattern.sub(letters, folded)
    return folded


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the function words of a language; none for a language that has no list."""
    from importlib.resources import files

    source = files("matchmaker").joinpath("data", "stopwords", f"{language}.txt")
    try:
        text = source.read_text(encoding="utf-8")
    except (FileNotFoundError, OSError):
        return frozenset()
    return frozenset(unicodedata.normalize("NFC", text).split())
