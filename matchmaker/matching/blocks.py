# SPDX-License-Identifier: MIT
"""Blocks of features: each learns its own terms and how rare they are, and weighs by TF-IDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from matchmaker.matching.concepts import ConceptIndex
from matchmaker.matching.recipe import CharSettings
from matchmaker.matching.text import Analysis

Terms = Callable[[Analysis], Iterable[str]]


def stems_of(analysis: Analysis) -> list[str]:
    """Return the stems of a text, marked with its language: a Swedish "barn" is no English one."""
    return [f"{analysis.language}:{word.form.stem}" for word in analysis.words]


def folded_of(analysis: Analysis) -> list[str]:
    """Return the words of a text without accents: names and loan words meet in any language."""
    return [word.form.folded for word in analysis.words]


def sounds_of(analysis: Analysis) -> list[str]:
    """Return the stems of a text in the common spelling."""
    return [word.form.sounds for word in analysis.words]


class Block:
    """Sublinear TF-IDF over the terms that a function finds in a text. Rows are not normalised.

    The document frequency of a term is counted among the texts of its own group (here: its
    language, the part of the term before the colon), if ``by_language``: else texts in many
    languages would make every word of a small language look rare.
    """

    def __init__(self, name: str, terms: Terms, *, by_language: bool = False) -> None:
        self.name = name
        self.by_language = by_language
        self._terms = terms
        self.terms: list[str] = []
        self.idf: NDArray[np.float64] = np.zeros(0)

    def fit(self, analyses: Sequence[Analysis]) -> Self:
        """Learn the terms and their inverse document frequency."""
        counter = CountVectorizer(analyzer=self._terms, dtype=np.float64)
        try:
            counts = csr_array(counter.fit_transform(analyses))
        except ValueError:  # no text holds a single term
            return self.restore([], np.zeros(0))
        terms = list(counter.get_feature_names_out())
        sizes = Counter(analysis.language for analysis in analyses)
        totals = np.array(
            [sizes[term.split(":", 1)[0]] if self.by_language else len(analyses) for term in terms]
        )
        return self.restore(terms, smooth_idf(_frequency(counts), totals))

    def restore(self, terms: Sequence[str], idf: NDArray[np.float64]) -> Self:
        """Take terms and idf as they were learnt before."""
        self.terms, self.idf = list(terms), idf
        if self.terms:
            self._counter = CountVectorizer(
                analyzer=self._terms, vocabulary=self.terms, dtype=np.float64
            )
            self._weigher = TfidfTransformer(norm=None, sublinear_tf=True)
            self._weigher.idf_ = idf
        return self

    def counts(self, analyses: Sequence[Analysis]) -> csr_array:
        """Return how often each known term occurs, of shape (n_texts, n_terms)."""
        return csr_array(self._counter.transform(analyses))

    def transform(self, analyses: Sequence[Analysis]) -> csr_array:
        """Return the weights of the known terms, of shape (n_texts, n_terms)."""
        if not self.terms or not analyses:
            return csr_array((len(analyses), len(self.terms)))
        return csr_array(self._weigher.transform(self.counts(analyses)))


class ConceptBlock(Block):
    """Concepts, where a word of several senses counts less.

    Each side is weighed with the root of 1 / senses, so that two words that share one of their
    senses bring 1 / senses. What was chosen from a list has one sense.
    """

    def __init__(self, index: ConceptIndex) -> None:
        super().__init__("concepts", self._concepts_of)
        self.index = index

    def _concepts_of(self, analysis: Analysis) -> list[str]:
        return [*(mention.concept for mention in self.index.mentions(analysis)), *analysis.tags]

    def transform(self, analyses: Sequence[Analysis]) -> csr_array:
        """Return the weights of the known concepts, of shape (n_texts, n_terms)."""
        rows = super().transform(analyses)
        for number, analysis in enumerate(analyses):
            found = dict.fromkeys(analysis.tags, 1.0)
            for mention in self.index.mentions(analysis):
                found[mention.concept] = max(found.get(mention.concept, 0.0), mention.weight)
            for place in range(rows.indptr[number], rows.indptr[number + 1]):
                rows.data[place] *= sqrt(found[self.terms[rows.indices[place]]])
        return rows


class CharBlock(Block):
    """Character n-grams within words, counted once for each different word.

    The counts of a text are (words of the text) @ (n-grams of the words), which is a
    sparse product and many times as fast as walking through every text.
    """

    def __init__(self, settings: CharSettings) -> None:
        super().__init__("chars", sounds_of)
        self.settings = settings
        self._split: Callable[[str], list[str]] | None = None

    def _ngrams(self, vocabulary: Sequence[str] | None = None) -> CountVectorizer:
        lengths = (self.settings.shortest, self.settings.longest)
        return CountVectorizer(
            analyzer="char_wb", ngram_range=lengths, lowercase=False,
            vocabulary=vocabulary, dtype=np.float64,
        )  # fmt: skip

    def fit(self, analyses: Sequence[Analysis]) -> Self:
        """Learn the n-grams that are neither too rare nor too common."""
        words, of_texts = _word_counts(analyses)
        if not words:
            return self.restore([], np.zeros(0))
        counter = self._ngrams()
        try:
            counts = csr_array(of_texts @ csr_array(counter.fit_transform(words)))
        except ValueError:
            return self.restore([], np.zeros(0))
        frequency = _frequency(counts)
        least = 2 if len(analyses) >= self.settings.rare_from else 1
        most = max(self.settings.too_common * len(analyses), 2)
        kept = np.flatnonzero((frequency >= least) & (frequency <= most))
        # An ending that one language uses all the time says little, however rare it is elsewhere.
        everyday = len(analyses) * _highest_share(counts, analyses, self.settings.steady_from)
        terms = counter.get_feature_names_out()[kept]
        idf = smooth_idf(np.maximum(frequency, everyday)[kept], len(analyses))
        return self.restore(list(terms), idf)

    def restore(self, terms: Sequence[str], idf: NDArray[np.float64]) -> Self:
        """Take n-grams and idf as they were learnt before."""
        super().restore(terms, idf)
        if self.terms:
            self._counter = self._ngrams(self.terms)
        return self

    def counts(self, analyses: Sequence[Analysis]) -> csr_array:
        """Return how often each known n-gram occurs, of shape (n_texts, n_terms)."""
        words, of_texts = _word_counts(analyses)
        if not words:
            return csr_array((len(analyses), len(self.terms)))
        return csr_array(of_texts @ csr_array(self._counter.transform(words)))

    def ngrams_of(self, word: str) -> set[str]:
        """Return the different n-grams of one word in the common spelling."""
        if self._split is None:
            self._split = self._ngrams().build_analyzer()
        return set(self._split(word))


def smooth_idf(
    frequency: NDArray[np.float64], totals: NDArray[np.int64] | int
) -> NDArray[np.float64]:
    """Return ln((1 + n) / (1 + df)) + 1 of each term, as scikit-learn smooths it."""
    idf: NDArray[np.float64] = np.log((1.0 + totals) / (1.0 + frequency)) + 1.0
    return idf


def _frequency(counts: csr_array) -> NDArray[np.float64]:
    """Return the number of texts that hold each term."""
    return np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float64)


def _highest_share(
    counts: csr_array, analyses: Sequence[Analysis], steady_from: int
) -> NDArray[np.float64]:
    """Return the share of texts that hold each term, in the language where it is highest.

    ``steady_from`` texts without the term are added to each language: few texts prove little.
    """
    languages = np.array([analysis.language for analysis in analyses])
    highest = np.zeros(counts.shape[1])
    for language in sorted(set(languages.tolist())):
        own = np.flatnonzero(languages == language)
        np.maximum(highest, _frequency(counts[own]) / (len(own) + steady_from), out=highest)
    return highest


def _word_counts(analyses: Sequence[Analysis]) -> tuple[list[str], csr_array]:
    """Return the different words of all texts and how often each text has each."""
    places: dict[str, int] = {}
    indices: list[int] = []
    starts = [0]
    for analysis in analyses:
        indices += [places.setdefault(word, len(places)) for word in sounds_of(analysis)]
        starts.append(len(indices))
    counts = csr_array(
        (np.ones(len(indices)), np.array(indices, dtype=np.int64), np.array(starts)),
        shape=(len(analyses), len(places)),
    )
    counts.sum_duplicates()
    return list(places), counts


def unit_rows(rows: csr_array) -> csr_array:
    """Return the rows scaled to unit L2 length; an empty row stays empty."""
    of_value = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    lengths = np.sqrt(np.bincount(of_value, rows.data**2, minlength=rows.shape[0]))
    return csr_array((rows.data / lengths[of_value], rows.indices, rows.indptr), shape=rows.shape)
