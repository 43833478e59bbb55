# SPDX-License-Identifier: MIT
"""Concepts: what words of eleven languages mean in common.

The built-in bridge is made of the labels of the product's vocabularies. A glossary joins it
through the same door: a list of `Concept` values given to ``TextSpace(concepts=...)``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from matchmaker.matching.text import Analysis, analyse
from matchmaker.vocabulary import LANGUAGES, vocabulary

_SOURCES: Final = ("sectors", "opportunity_types", "themes", "kinds")
_LONGEST: Final = 3  # words in a label
_COMPOUNDING: Final = frozenset({"da", "de", "et", "fi", "is", "nb", "sv"})
_CACHE_SIZE: Final = 100_000
_SHORTEST_PART: Final = 4  # letters: shorter parts of long words are mostly chance
_AND: Final = {
    "en": "and|or", "da": "og|eller", "sv": "och|eller", "fi": "ja|tai", "et": "ja|või",
    "lv": "un|vai", "lt": "ir|ar|arba", "pl": "i|oraz|lub|albo", "de": "und|oder", "nb": "og|eller",
    "is": "og|eða",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning: an id and the words for it, by language. The first label is shown."""

    id: str
    labels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept in a text: which of the analysed words name it, and 1 / (senses of the label)."""

    concept: str
    words: tuple[int, ...]
    weight: float


class ConceptIndex:
    """Finds mentions of concepts by the stems of one to three words in a row."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        found: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        for concept in concepts:
            for language, labels in concept.labels.items():
                for label in labels:
                    stems = tuple(word.form.stem for word in analyse(label, language).words)
                    if 0 < len(stems) <= _LONGEST:
                        found[language][stems].add(concept.id)
        self._found = {
            language: {stems: tuple(sorted(ids)) for stems, ids in labels.items()}
            for language, labels in found.items()
        }
        # the words of the longest label that begins with a stem: most words begin none
        self._longest: dict[str, dict[str, int]] = {
            language: {stems[0]: len(stems) for stems in sorted(labels, key=len)}
            for language, labels in self._found.items()
        }
        self._parts: dict[tuple[str, str], tuple[str, ...]] = {}

    def mentions(self, analysis: Analysis) -> list[Mention]:
        """Return the concepts that a text names, in the order of its words."""
        labels = self._found.get(analysis.language)
        if not labels:
            return []
        stems = [word.form.stem for word in analysis.words]
        mentions: list[Mention] = []
        longest = self._longest[analysis.language]
        for start, stem in enumerate(stems):
            last = min(start + longest.get(stem, 1), len(stems))
            for end in range(start + 1, last + 1):
                ids = labels.get(tuple(stems[start:end]), ())
                if not ids and end == start + 1:
                    ids = self._of_compound(stem, analysis.language)
                mentions += [Mention(id_, tuple(range(start, end)), 1 / len(ids)) for id_ in ids]
        return mentions

    def _of_compound(self, stem: str, language: str) -> tuple[str, ...]:
        """Return the concepts of the last or the first part of a long word: dukke|teater."""
        if language not in _COMPOUNDING or len(stem) < 2 * _SHORTEST_PART:
            return ()
        key = (language, stem)
        if key not in self._parts:
            if len(self._parts) >= _CACHE_SIZE:
                self._parts.clear()
            labels = self._found[language]
            ends = (labels.get((stem[cut:],), ()) for cut in range(3, len(stem) - 3))
            starts = (labels.get((stem[:cut],), ()) for cut in range(len(stem) - 3, 3, -1))
            found = next((ids for ids in (*ends, *starts) if ids), ())
            return self._parts.setdefault(key, found)
        return self._parts.get(key, ())


@cache
def built_in_concepts() -> tuple[Concept, ...]:
    """Return the concepts of the product's own vocabularies, with the labels split into words."""
    return tuple(
        Concept(
            f"{name}:{term.code}",
            {code: split_label(term.labels[code], code) for code in LANGUAGES},
        )
        for name in _SOURCES
        for term in vocabulary(name)
        if term.code != "other"
    )


@cache
def built_in_index() -> ConceptIndex:
    """Return the index of the built-in concepts; it is made once."""
    return ConceptIndex(built_in_concepts())


def split_label(label: str, language: str) -> tuple[str, ...]:
    """Split a label that lists things: "Books and publishing" gives "Books", "publishing"."""
    pattern = rf"[,;/()]|\s(?:{_AND[language]})\s"
    parts = [part.strip(" .–-") for part in re.split(pattern, label)]
    return tuple(dict.fromkeys(part for part in (label, *parts) if part))


def index_of(concepts: Sequence[Concept] | None) -> ConceptIndex:
    """Return the index of the given concepts, or of the built-in ones for None."""
    return built_in_index() if concepts is None else ConceptIndex(concepts)
