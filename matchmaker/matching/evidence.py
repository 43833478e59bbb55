# SPDX-License-Identifier: MIT
"""Which words of two texts made them similar: every feature goes back to whole words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from matchmaker.matching.blocks import CharBlock
from matchmaker.matching.space import TextSpace
from matchmaker.matching.text import Analysis, WordForm
from matchmaker.matching.values import Evidence

Words = tuple[int, ...]  # places of words in an analysis
Pair = tuple[Words, Words]  # words of the query, words of the candidate
Share = tuple[Words, Words, float]  # words of the query, words of the candidate, contribution

_MOST_REASONS: Final = 16  # looked at for one pair of texts
_WEAK: Final = 0.02  # of the similarity: weaker reasons are not named
_NOTHING: Final = 1e-9
_START: Final = 3  # letters at the beginning that relatives share
_ALIKE_INSIDE: Final = 0.6  # the same for words that begin otherwise, as in compounds
_ALIKE: Final = 0.35  # share of the n-grams of the shorter word that both words have


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
        for group in groups:
            left = tuple(word for i, word in enumerate(self.analysis.words) if i not in group)
            poorer.append(replace(self.analysis, words=left))
        if self.seeks:
            return space.transform_analysed_queries(poorer)
        return space.transform_analysed(poorer)

    def named(self, places: Words) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
        """Return the spans of words and the words as they stand in the text, each once."""
        spans = tuple((self.analysis.words[i].start, self.analysis.words[i].end) for i in places)
        return spans, tuple(dict.fromkeys(self.text[start:end] for start, end in spans))


def text_evidence(space: TextSpace, query: Side, candidate: Side, factor: float) -> list[Evidence]:
    """Return the reasons for the product of two rows, times ``factor``, the strongest first.

    The contributions of all pairs of words add up to ``factor * (query.row @ candidate.row)``;
    the strongest are returned, and only those without which the texts would be less similar.
    """
    found: dict[Pair, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    for block, term, value in _shared_terms(space, query.row, candidate.row):
        label = term if block == "concepts" else ""
        for asked, given, share in _SHARES[block](space, term, query.analysis, candidate.analysis):
            found[asked, given][block, label] += factor * value * share
    strength = {words: sum(blocks.values()) for words, blocks in found.items()}
    least = _WEAK * sum(strength.values())
    seen = [
        words
        for words, blocks in found.items()
        if strength[words] >= least
        and (any(name != "chars" for name, _ in blocks) or _alike(space, query, candidate, words))
    ]
    strongest = sorted(seen, key=lambda words: (-strength[words], words))[:_MOST_REASONS]
    return [
        _reason(query, candidate, words, found[words])
        for words in _telling(space, query, candidate, strongest)
    ]


def _reason(
    query: Side, candidate: Side, words: Pair, blocks: dict[tuple[str, str], float]
) -> Evidence:
    """Return what all blocks say of the same words as one reason."""
    asked, given = words
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


def _alike(space: TextSpace, query: Side, candidate: Side, pair: Pair) -> bool:
    """Return whether a reader would see that two words look alike."""
    block = space.blocks_["chars"]
    assert isinstance(block, CharBlock)
    asked, given = (
        side.analysis.words[places[0]].form.sounds
        for side, places in zip((query, candidate), pair, strict=True)
    )
    first, second = block.ngrams_of(asked), block.ngrams_of(given)
    needed = _ALIKE if asked[:_START] == given[:_START] else _ALIKE_INSIDE
    return len(first & second) >= needed * min(len(first), len(second))


def _telling(space: TextSpace, query: Side, candidate: Side, pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs of words without which the texts would be less similar.

    That is not the same as a contribution above 0: a long rare word that meets its partner in
    a few letters only makes the rest of its text weigh less.
    """
    before = float((query.row @ candidate.row.T).sum())
    without_asked = query.without(space, [asked for asked, _ in pairs]) @ candidate.row.T
    without_given = candidate.without(space, [given for _, given in pairs]) @ query.row.T
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


def _shared_terms(
    space: TextSpace, query: csr_array, candidate: csr_array
) -> Iterator[tuple[str, str, float]]:
    """Yield block, term and product of the features that both rows have."""
    shared = csr_array(query.multiply(candidate))
    ends = np.cumsum([len(block.terms) for block in space.blocks_.values()])
    names = list(space.blocks_)
    for column, value in zip(shared.indices, shared.data, strict=True):
        which = int(np.searchsorted(ends, column, side="right"))
        block = space.blocks_[names[which]]
        yield (
            names[which],
            block.terms[int(column) - int(ends[which]) + len(block.terms)],
            float(value),
        )


def _with_stems_of(analysis: Analysis, chosen: Callable[[WordForm], bool]) -> Words:
    """Return all words that share a stem with a chosen one: one word to a reader."""
    stems = {word.form.stem for word in analysis.words if chosen(word.form)}
    return tuple(i for i, word in enumerate(analysis.words) if word.form.stem in stems)


def _by_stem(space: TextSpace, term: str, query: Analysis, candidate: Analysis) -> list[Share]:
    stem = term.split(":", 1)[1]

    def has(form: WordForm) -> bool:
        return form.stem == stem

    return [(_with_stems_of(query, has), _with_stems_of(candidate, has), 1.0)]


def _by_surface(space: TextSpace, term: str, query: Analysis, candidate: Analysis) -> list[Share]:
    def has(form: WordForm) -> bool:
        return form.folded == term

    return [(_with_stems_of(query, has), _with_stems_of(candidate, has), 1.0)]


def _by_concept(space: TextSpace, term: str, query: Analysis, candidate: Analysis) -> list[Share]:
    asked, given = (
        tuple(
            sorted(
                {
                    word
                    for mention in space.concept_index_.mentions(analysis)
                    if mention.concept == term
                    for word in mention.words
                }
            )
        )
        for analysis in (query, candidate)
    )
    return [(asked, given, 1.0)]


def _by_ngram(space: TextSpace, term: str, query: Analysis, candidate: Analysis) -> list[Share]:
    """Share an n-gram out evenly among the pairs of different words that hold it."""
    asked, given = (_words_holding(space, term, analysis) for analysis in (query, candidate))
    share = 1.0 / (len(asked) * len(given))
    return [(first, second, share) for first, second in product(asked, given)]


def _words_holding(space: TextSpace, ngram: str, analysis: Analysis) -> list[Words]:
    block = space.blocks_["chars"]
    assert isinstance(block, CharBlock)
    stems = dict.fromkeys(
        word.form.stem
        for word in analysis.words
        if ngram in f" {word.form.sounds} " and ngram in block.ngrams_of(word.form.sounds)
    )
    return [
        tuple(i for i, word in enumerate(analysis.words) if word.form.stem == stem)
        for stem in stems
    ]


_SHARES: dict[str, Callable[[TextSpace, str, Analysis, Analysis], list[Share]]] = {
    "words": _by_stem,
    "surface": _by_surface,
    "concepts": _by_concept,
    "chars": _by_ngram,
}
