# SPDX-License-Identifier: MIT
"""Which words of two texts made them similar: every feature goes back to whole words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from matchmaker.matching.blocks import stems_of
from matchmaker.matching.space import TextSpace
from matchmaker.matching.stems import fold, sound
from matchmaker.matching.text import Analysis
from matchmaker.matching.values import Evidence

Words = tuple[int, ...]  # places of words in an analysis
Pair = tuple[Words, Words]  # words of the query, words of the candidate
Key = tuple[Words, Words, str]  # and what was chosen, where one of the two has no words

_MOST_REASONS: Final = 10  # looked at for one pair of texts
_WEAK: Final = 0.02  # of the similarity: weaker reasons are not named
_NOTHING: Final = 1e-9
_RUN: Final = 0.6  # part of the shorter of two relatives that stands in the other in one piece


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts."""

    text: str
    analysis: Analysis
    row: csr_array  # of shape (1, n_features)
    seeks: bool  # whether the row is that of a query

    def without(self, space: TextSpace, groups: Sequence[Words]) -> csr_array:
        """Return the rows that the text would have without each group of words."""
        poorer = []
        for group in map(frozenset, groups):
            left = tuple(word for i, word in enumerate(self.analysis.words) if i not in group)
            poorer.append(replace(self.analysis, words=left))
        if self.seeks:
            return space.transform_analysed_queries(poorer)
        return space.transform_analysed(poorer)

    def named(self, places: Words) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
        """Return the spans of words and the words as they stand in the text, each once."""
        spans = tuple((self.analysis.words[i].start, self.analysis.words[i].end) for i in places)
        return spans, tuple(dict.fromkeys(self.text[start:end] for start, end in spans))


@dataclass(frozen=True, slots=True)
class Meeting:
    """A term of one text that found a term of the other, and the product that this brought."""

    block: str
    asked: str  # "words::fi:residens" or "concepts::glossary:residency"
    given: str
    value: float


def text_evidence(space: TextSpace, query: Side, candidate: Side, factor: float) -> list[Evidence]:
    """Return the reasons for the product of two rows, times ``factor``, the strongest first.

    The contributions of all pairs of terms add up to ``factor * (query.row @ candidate.row)``; the
    strongest are returned, and only those that name a likely sense of their words and without
    which the texts would be less similar.
    """
    meetings = list(_meetings(space, query, candidate))
    places = _Places(space, query.analysis), _Places(space, candidate.analysis)
    named = _named(space, query, candidate, meetings, places, factor, likely=True)
    # where no likely sense met, the words that did are still better than none
    return named or _named(space, query, candidate, meetings, places, factor, likely=False)


def _named(
    space: TextSpace,
    query: Side,
    candidate: Side,
    meetings: Sequence[Meeting],
    places: tuple[_Places, _Places],
    factor: float,
    *,
    likely: bool,
) -> list[Evidence]:
    """Return the reasons that meetings make; ``likely`` leaves out senses nobody would think of."""
    # what was chosen has no words: its label keeps one choice from another
    found: dict[Key, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    in_query, in_candidate = places
    for meeting in meetings:
        if likely and not (in_query.likely(meeting.asked) and in_candidate.likely(meeting.given)):
            continue
        asked, given = in_query[meeting.asked], in_candidate[meeting.given]
        block, _, term = meeting.asked.partition("::")
        label = term if block == "concepts" else ""
        chosen = "" if asked and given else label
        found[asked, given, chosen][meeting.block, label] += factor * meeting.value
    strength = {words: sum(blocks.values()) for words, blocks in found.items()}
    least = _WEAK * sum(strength.values())
    seen = [
        words
        for words, blocks in found.items()
        if strength[words] >= least
        and (any(name != "chars" for name, _ in blocks) or _alike(query, candidate, words[:2]))
    ]
    strongest = sorted(seen, key=lambda words: (-strength[words], words))[:_MOST_REASONS]
    return [
        _reason(query, candidate, words, found[words])
        for words in _telling(space, query, candidate, strongest)
    ]


def _reason(
    query: Side, candidate: Side, words: Key, blocks: dict[tuple[str, str], float]
) -> Evidence:
    """Return what all blocks say of the same words as one reason."""
    asked, given, _ = words
    block, label = max(blocks, key=lambda key: (blocks[key], key))
    label = label or next((name for _, name in sorted(blocks) if name), "")
    if not asked and not given:  # chosen from a list on both sides
        block, label = "facet", facet_label(label)
    query_spans, query_words = query.named(asked)
    candidate_spans, candidate_words = candidate.named(given)
    return Evidence(
        block, sum(blocks.values()), query_spans, candidate_spans, query_words, candidate_words,
        label,
    )  # fmt: skip


def _alike(query: Side, candidate: Side, pair: Pair) -> bool:
    """Return whether a reader would see that two words look alike."""
    one, two = (
        sound(fold(side.analysis.words[places[0]].form.stem))
        for side, places in zip((query, candidate), pair, strict=True)
    )
    shorter, longer = sorted((one, two), key=len)
    needed = max(3, round(_RUN * len(shorter)))
    return any(
        shorter[start : start + needed] in longer for start in range(len(shorter) - needed + 1)
    )


def _telling(space: TextSpace, query: Side, candidate: Side, pairs: Sequence[Key]) -> list[Key]:
    """Return the pairs of words without which the texts would be less similar.

    That is not the same as a contribution above 0: a long rare word that meets its partner in
    a few letters only makes the rest of its text weigh less.
    """
    before = float((query.row @ candidate.row.T).sum())
    without_asked = query.without(space, [asked for asked, _, _ in pairs]) @ candidate.row.T
    without_given = candidate.without(space, [given for _, given, _ in pairs]) @ query.row.T
    after = np.hstack([without_asked.toarray(), without_given.toarray()])
    return [
        pair
        for pair, (first, second) in zip(pairs, after, strict=True)
        if (not pair[0] or first < before - _NOTHING)
        and (not pair[1] or second < before - _NOTHING)
    ]


_FACETS: Final = {
    "opportunity_types": "type",
    "themes": "theme",
    "sectors": "sector",
    "kinds": "kind",
}


def facet_label(concept: str) -> str:
    """Return the label of a choice for its concept: ``sector:music`` for ``sectors:music``."""
    vocabulary, _, code = concept.partition(":")
    return f"{_FACETS.get(vocabulary, vocabulary)}:{code}"


def _meetings(space: TextSpace, query: Side, candidate: Side) -> Iterator[Meeting]:
    """Yield all pairs of terms that met; their values add up to the product of the two rows."""
    if candidate.seeks and not query.seeks:
        for turned in _meetings(space, candidate, query):
            yield Meeting(turned.block, turned.given, turned.asked, turned.value)
        return
    names = _Names(space)
    if not query.seeks:
        shared = csr_array(query.row.multiply(candidate.row))
        for column, value in zip(shared.indices, shared.data, strict=True):
            term = names[int(column)]
            yield Meeting(term.partition("::")[0], term, term, float(value))
        return
    yield from _reached(space, query, candidate, names)


def _reached(space: TextSpace, query: Side, candidate: Side, names: _Names) -> Iterator[Meeting]:
    """Yield the meetings of a query with a text: the same terms, and those over links."""
    plain = space.weighed([query.analysis])
    length = float(np.sqrt((space.reaching([query.analysis]).data ** 2).sum()))
    given = dict(zip(candidate.row.indices.tolist(), candidate.row.data.tolist(), strict=True))
    kept = set(query.row.indices.tolist())
    found = {column: value / length for column, value in given.items() if column in kept}

    def over(block: str, term: str, weight: float, links: csr_array, row: int) -> Iterator[Meeting]:
        first, last = links.indptr[row], links.indptr[row + 1]
        for column, link in zip(links.indices[first:last], links.data[first:last], strict=True):
            if (value := found.get(int(column))) is not None:
                target = names[int(column)]
                sort = _sort(term, target) if block == "chars" else block
                yield Meeting(sort, term, target, weight * float(link) * value)

    for column, weight in zip(plain.indices, plain.data, strict=True):
        term = names[int(column)]
        if (value := found.get(int(column))) is not None:
            yield Meeting(term.partition("::")[0], term, term, float(weight) * value)
        yield from over("chars", term, float(weight), space.relatives_, int(column))
        yield from over("companions", term, float(weight), space.companions_, int(column))
    weights, links = space.strange([query.analysis])
    known = space.blocks_["words"].columns
    strange = list(dict.fromkeys(t for t in stems_of(query.analysis) if t not in known))
    for place, weight in zip(weights.indices, weights.data, strict=True):
        yield from over("chars", f"words::{strange[place]}", float(weight), links, int(place))


def _sort(term: str, target: str) -> str:
    """Tell whether a link joins one and the same word in two languages, or words that look alike.

    Terms are like "words::fi:festivaal".
    """
    one, two = (name.split(":", 3) for name in (term, target))
    same = sound(fold(one[-1])) == sound(fold(two[-1]))
    return "surface" if same and one[-2] != two[-2] else "chars"


class _Names:
    """The names of the features, each worked out when it is asked for."""

    def __init__(self, space: TextSpace) -> None:
        self._blocks = [(name, block.terms) for name, block in space.blocks_.items()]

    def __getitem__(self, column: int) -> str:
        for name, terms in self._blocks:
            if column < len(terms):
                return f"{name}::{terms[column]}"
            column -= len(terms)
        raise IndexError(column)


class _Places:
    """The places of the words of a text that each term stands for; none for what was chosen."""

    def __init__(self, space: TextSpace, analysis: Analysis) -> None:
        self._stems = [f"{word.language}:{word.form.stem}" for word in analysis.words]
        self._known: dict[str, Words] = {}
        found: dict[str, set[int]] = defaultdict(set)
        for place, term in enumerate(self._stems):
            found[f"words::{term}"].add(place)
        unlikely: dict[str, set[int]] = defaultdict(set)
        for mention in space.concept_index_.mentions(analysis):
            name = f"concepts::{mention.concept}"
            if mention.likely:
                found[name].update(mention.words)
            else:
                unlikely[name].update(mention.words)
        self._unlikely = unlikely.keys() - found.keys()
        self._found = {**unlikely, **found}

    def likely(self, name: str) -> bool:
        """Tell whether a reader would take the words for what a term says."""
        return name not in self._unlikely

    def __getitem__(self, name: str) -> Words:
        places = self._known.get(name)
        if places is None:
            places = self._known[name] = self._repeated(self._found.get(name, set()))
        return places

    def _repeated(self, places: set[int]) -> Words:
        """Return places in order; a single word with its repetitions: one word to a reader."""
        if len(places) != 1:
            return tuple(sorted(places))
        stem = self._stems[next(iter(places))]
        return tuple(place for place, other in enumerate(self._stems) if other == stem)
