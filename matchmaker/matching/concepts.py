# SPDX-License-Identifier: MIT
"""Concepts: what words of eleven languages mean in common.

The bridge is made of the labels of the product's vocabularies and of its glossary. Others join
through the same door: a list of `Concept` values given to ``TextSpace(concepts=...)``.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, NamedTuple

from matchmaker.matching.compounds import Splitter
from matchmaker.matching.endings import Inflections
from matchmaker.matching.glossary import Concept, glossary
from matchmaker.matching.recipe import SenseSettings, default_recipe
from matchmaker.matching.text import Analysis, Word, forms_of
from matchmaker.vocabulary import LANGUAGES, vocabulary

__all__ = ["Concept", "ConceptIndex", "Mention", "built_in_concepts", "index_of", "split_label"]

_SOURCES: Final = ("sectors", "opportunity_types", "themes", "kinds")
_LONGEST: Final = 4  # words in a label
_LIKELY: Final = 0.7  # of the surest sense of a word: senses below it are not named
_FAINT: Final = 0.12  # of a sure word: senses below it are never named
_PLURALS: Final = {"en": "s"}  # "engineers" are engineers, though their stem is that of an engine
_PLAINEST: Final = "en"  # writes compounds as several words
PLAIN: Final = "plain"  # the field of words that every profile uses: they say nothing
_AND: Final = {
    "en": "and|or", "da": "og|eller", "sv": "och|eller", "fi": "ja|tai", "et": "ja|või",
    "lv": "un|vai", "lt": "ir|ar|arba", "pl": "i|oraz|lub|albo", "de": "und|oder", "nb": "og|eller",
    "is": "og|eða",
}  # fmt: skip
_FIELDS: Final = {
    "sectors:architecture": "architecture",
    "sectors:archives": "heritage",
    "sectors:crafts": "craft",
    "sectors:audiovisual": "film",
    "sectors:heritage": "heritage",
    "sectors:design": "design",
    "sectors:festivals": "event",
    "sectors:music": "music",
    "sectors:literature": "text",
    "sectors:performing_arts": "stage",
    "sectors:publishing": "text",
    "sectors:radio": "sound",
    "sectors:visual_arts": "visual",
    "sectors:advertising": "business",
    "sectors:games": "games",
    "sectors:creative_tech": "digital",
    "kinds:festival": "event",
    "kinds:venue": "venue",
    "kinds:museum": "heritage",
    "kinds:education": "learning",
    "kinds:funder": "funding",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept in a text: the places of the words that name it, and how surely they do (0 to 1).

    A word of several senses is shared out among them by what the rest of the text is about; the
    part of a long word counts less than a whole word. ``likely`` tells whether a reader would take
    the words for it: an unlikely sense carries weight and is never named as a reason.
    """

    concept: str
    words: tuple[int, ...]
    weight: float
    likely: bool


@dataclass(frozen=True, slots=True)
class _Sense:
    concept: str
    field: str
    doubtful: bool  # the label has other meanings that the glossary does not list


class _Senses(tuple[_Sense, ...]):
    """The senses of a label. ``sure``: it can mean one thing only, and says something."""

    sure: bool

    def __new__(cls, senses: Iterable[_Sense]) -> _Senses:
        made = super().__new__(cls, senses)
        made.sure = len(made) == 1 and not made[0].doubtful and made[0].field != PLAIN
        return made


class _Found(NamedTuple):
    """Words that have one or more senses; ``share`` is below 1 for the part of a long word."""

    start: int
    end: int
    senses: _Senses
    share: float
    sure: bool


class _Labels:
    """The labels of one language, by their stems."""

    def __init__(
        self, concepts: Iterable[Concept], language: str, fields: Mapping[str, str]
    ) -> None:
        found: dict[tuple[str, ...], dict[str, _Sense]] = defaultdict(dict)
        single: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        exact: dict[str, dict[str, _Sense]] = defaultdict(dict)
        shown: set[str] = set()
        for concept in concepts:
            field = fields.get(concept.id, "")
            shown.update(label.lower() for label in concept.labels.get(language, ()))
            made = {doubt: _Sense(concept.id, field, doubt) for doubt in (False, True)}
            for label, doubtful in _spellings(concept, language):
                forms = forms_of(label, language)
                stems = tuple(form.stem for form in forms)
                if not 0 < len(stems) <= _LONGEST:
                    continue
                if len(stems) == 1 and len(label.split()) > 1:
                    continue  # "koma fram" without its function word would be any "koma"
                _note(found[stems], made[doubtful])
                if len(forms) == 1:
                    single[forms[0].written].add(stems)
                    _note(exact[forms[0].written], made[doubtful])
        shared: dict[tuple[_Sense, ...], _Senses] = {}  # most words have one and the same sense
        self.listed = {stems: _ordered(senses, shared) for stems, senses in found.items()}
        # "audition" and "audit" have one stem: a word that is listed as it stands means itself
        self.exact = {written: _ordered(senses, shared) for written, senses in exact.items()}
        self._plural = _PLURALS.get(language, "")
        # the words of the longest label that begins with a stem: most words begin none
        self.longest: dict[str, int] = {}
        for stems in self.listed:
            self.longest[stems[0]] = max(self.longest.get(stems[0], 0), len(stems))
        self.inflections = Inflections(language, single)
        self.splitter = Splitter(language, single, shown, self.inflections)

    def written(self, word: str) -> _Senses | None:
        """Return the senses of a word that is listed as it stands, or but for a plural ending."""
        plural = self._plural and word.endswith(self._plural)
        return self.exact.get(word) or (
            self.exact.get(word.removesuffix(self._plural)) if plural else None
        )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold back the garbage collector while many small objects are made that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _note(senses: dict[str, _Sense], sense: _Sense) -> None:
    """Add a sense; of two of one concept the sure one stays."""
    before = senses.get(sense.concept)
    if before is None or before.doubtful:
        senses[sense.concept] = sense


def _ordered(senses: Mapping[str, _Sense], shared: dict[tuple[_Sense, ...], _Senses]) -> _Senses:
    """Return senses in the order of their concepts; equal ones are one object."""
    ordered = tuple(senses[concept] for concept in sorted(senses))
    if ordered not in shared:
        shared[ordered] = _Senses(ordered)
    return shared[ordered]


class ConceptIndex:
    """Finds mentions of concepts by the stems of words in a row, and by parts of long words."""

    def __init__(self, concepts: Iterable[Concept], settings: SenseSettings | None = None) -> None:
        self._settings = settings or default_recipe().senses
        self._concepts = tuple(concepts)
        self.fields = dict(_FIELDS)
        self.fields.update((c.id, c.field) for c in self._concepts if c.field)
        self._by_id = {concept.id: concept for concept in self._concepts}
        self._parts_of: dict[str, frozenset[str]] = {}
        self._known: dict[str, _Labels] = {}

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all labels: what was learnt with others is of no use with these."""
        told = hashlib.sha256()
        for concept in self._concepts:
            labels = {code: concept.labels[code] for code in sorted(concept.labels)}
            doubtful = {code: sorted(concept.doubtful[code]) for code in sorted(concept.doubtful)}
            forms = {code: concept.forms[code] for code in sorted(concept.forms)}
            told.update(repr((concept.id, concept.field, labels, doubtful, forms)).encode())
        return told.hexdigest()

    def weighing(self, settings: SenseSettings) -> ConceptIndex:
        """Return the same index with other weights; the labels are shared."""
        other = copy(self)
        other._settings = settings
        return other

    def _labels(self, language: str) -> _Labels:
        """Return the labels of a language; they are laid out when they are first asked for."""
        labels = self._known.get(language)
        if labels is None:
            with _no_collection():
                labels = self._known[language] = _Labels(self._concepts, language, self.fields)
        return labels

    def meanings(self, language: str, stem: str) -> frozenset[str]:
        """Return the concepts of a single stem."""
        senses = self._labels(language).listed.get((stem,), ())
        return frozenset(sense.concept for sense in senses)

    def mentions(self, analysis: Analysis) -> list[Mention]:
        """Return the concepts that a text names, in the order of its words."""
        found = []
        for one, named in self._named(analysis):
            words = tuple(range(one.start, one.end))
            least = max(_FAINT, _LIKELY * max((weight for _, weight in named), default=0.0))
            by_looks = one.share == self._settings.strange_part
            found += [
                Mention(concept, words, weight, weight >= least and not by_looks)
                for concept, weight in named
            ]
        return found

    def weights(self, analysis: Analysis) -> dict[str, tuple[int, float]]:
        """Return how often a text names or was given each concept, and how surely at the best."""
        found: dict[str, tuple[int, float]] = {}
        for _, named in self._named(analysis):
            for concept, weight in named:
                count, best = found.get(concept, (0, 0.0))
                found[concept] = (count + 1, weight if weight > best else best)
        for tag in analysis.tags:
            found[tag] = (found.get(tag, (0, 0.0))[0] + 1, 1.0)
        return found

    def _named(self, analysis: Analysis) -> Iterator[tuple[_Found, list[tuple[str, float]]]]:
        """Yield what words name, each with its weight."""
        found = list(self._found(analysis))
        around: Counter[str] | None = None  # counted when the first word asks for it
        for one in found:
            if one.sure:
                yield one, [(one.senses[0].concept, one.share)]
            else:
                around = self._around(found, analysis.tags) if around is None else around
                yield one, self._shared_out(one, around)

    def _found(self, analysis: Analysis) -> Iterator[_Found]:
        """Yield what the words of a text may mean: labels, known forms, parts of long words."""
        words = analysis.words
        stems = [word.form.stem for word in words]
        covering = _Found(0, 0, _Senses(()), 0.0, False)  # the label that reaches furthest
        for start, word in enumerate(words):
            labels = self._labels(word.language)
            whole: frozenset[str] = frozenset()  # what a word means that is listed itself
            for one in self._of_labels(labels, stems, start, word.form.written):
                if one.end == start + 1:
                    whole = frozenset(sense.concept for sense in one.senses)
                if one.sure or one.end > covering.end:
                    yield one
                elif said := self._said(one.senses, (s.concept for s in covering.senses)):
                    yield _Found(start, one.end, said, self._settings.part, said.sure)
                covering = one if one.end > covering.end else covering
            if covering.end > start + 1:
                continue
            guesses = labels.inflections.of(word.form.written) if covering.end <= start else ()
            for guess in guesses:
                senses = labels.listed[guess]
                yield _Found(start, start + 1, senses, self._settings.guessed, senses.sure)
            if not guesses:
                yield from self._parts(labels, word, start, whole)

    def _of_labels(
        self, labels: _Labels, stems: Sequence[str], start: int, written: str
    ) -> Iterator[_Found]:
        """Yield the labels that begin with a word, the longest first."""
        last = min(start + labels.longest.get(stems[start], 0), len(stems))
        for end in range(last, start, -1):
            senses = labels.listed.get(tuple(stems[start:end]))
            if end == start + 1:
                senses = labels.written(written) or senses
            if senses is not None:
                yield _Found(start, end, senses, 1.0, senses.sure)

    def _parts(
        self, labels: _Labels, word: Word, place: int, whole: frozenset[str]
    ) -> Iterator[_Found]:
        """Yield the parts of a long word.

        Of a word that is listed itself, a part counts less unless the English label says it
        too: "dukketeater" is puppet theatre, but "nettbrett" (a tablet) no net and no game board.
        """
        for stems in labels.splitter.parts(word.form.written, word.form.stem):
            senses = labels.listed.get(stems)
            if senses is None:
                continue
            said = self._said(senses, whole)
            if not whole or said:
                chosen = said or senses
                yield _Found(place, place + 1, chosen, self._settings.part, chosen.sure)
            else:
                yield _Found(place, place + 1, senses, self._settings.strange_part, False)

    def _said(self, senses: Iterable[_Sense], whole: Iterable[str]) -> _Senses:
        """Return those senses that the English label of a whole says too."""
        made_of = frozenset(part for concept in whole for part in self._made_of(concept))
        return _Senses(sense for sense in senses if sense.concept in made_of)

    def _made_of(self, concept: str) -> frozenset[str]:
        """Return the concepts that the single words of a concept's longer English labels name."""
        found = self._parts_of.get(concept)
        if found is None:
            plain = self._labels(_PLAINEST)
            found = self._parts_of[concept] = frozenset(
                sense.concept
                for label in self._by_id[concept].labels.get(_PLAINEST, ())
                if len(forms := forms_of(label, _PLAINEST)) > 1
                for form in forms
                for sense in plain.exact.get(form.written) or plain.listed.get((form.stem,)) or ()
            )
        return found

    def _shared_out(self, one: _Found, around: Mapping[str, int]) -> list[tuple[str, float]]:
        """Share a word out among its senses: each by how often its field is met around."""
        prior, often = self._settings.prior, self._settings.often
        likely = [
            often if sense.field == PLAIN else prior + around.get(sense.field, 0)
            for sense in one.senses
        ]
        total = sum(likely) + self._settings.elsewhere * any(s.doubtful for s in one.senses)
        part = one.share / total
        return [
            (sense.concept, part * chance)
            for sense, chance in zip(one.senses, likely, strict=True)
            if sense.field != PLAIN
        ]

    def _around(self, found: Sequence[_Found], tags: Iterable[str]) -> Counter[str]:
        """Count the fields that the unmistakable words and the choices of a text belong to."""
        around: Counter[str] = Counter()
        seen: set[str] = set()
        for one in found:
            if one.sure and one.senses[0].concept not in seen:
                seen.add(one.senses[0].concept)
                around[one.senses[0].field] += 1
        around.update(self.fields[tag] for tag in tags if tag in self.fields)
        del around[""]
        return around


def _spellings(concept: Concept, language: str) -> Iterator[tuple[str, bool]]:
    """Yield the labels and forms of a language, and whether they are doubtful."""
    doubtful = concept.doubtful.get(language, frozenset())
    labels = concept.labels.get(language, ())
    for label in labels:
        yield label, label in doubtful
    for form in concept.forms.get(language, ()):
        if not doubtful:
            yield form, False
            continue
        # which label an inflected form is of is not told: the one that begins most like it
        nearest = max(labels, key=lambda label: _common(label.lower(), form.lower()), default="")
        yield form, nearest in doubtful


def _common(one: str, other: str) -> int:
    """Return how many letters two words have in common at their beginning."""
    length = min(len(one), len(other))
    return next((i for i in range(length) if one[i] != other[i]), length)


@cache
def vocabulary_concepts() -> tuple[Concept, ...]:
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
def built_in_concepts() -> tuple[Concept, ...]:
    """Return the concepts of the product's vocabularies and of its glossary."""
    return (*vocabulary_concepts(), *glossary())


@cache
def built_in_index() -> ConceptIndex:
    """Return the index of the built-in concepts; it is made once."""
    return ConceptIndex(built_in_concepts())


def split_label(label: str, language: str) -> tuple[str, ...]:
    """Split a label that lists things: "Books and publishing" gives "Books", "publishing"."""
    pattern = rf"[,;/()]|\s(?:{_AND[language]})\s"
    parts = [part.strip(" .–-") for part in re.split(pattern, label)]
    return tuple(dict.fromkeys(part for part in (label, *parts) if part))


def index_of(concepts: Sequence[Concept] | None, settings: SenseSettings) -> ConceptIndex:
    """Return the index of the given concepts, or of the built-in ones for None."""
    return (built_in_index() if concepts is None else ConceptIndex(concepts)).weighing(settings)
