# SPDX-License-Identifier: MIT
"""Blocks of features: each learns its own terms and how rare they are, and weighs by TF-IDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from matchmaker.matching.concepts import ConceptIndex
from matchmaker.matching.text import Analysis

Terms = Callable[[Analysis], Iterable[str]]


def stems_of(analysis: Analysis) -> list[str]:
    """Return the stems of a text, marked with its language: a Swedish "barn" is no English one."""
    return [f"{word.language}:{word.form.stem}" for word in analysis.words]


def texts_by_language(analyses: Iterable[Analysis]) -> Counter[str]:
    """Count, for each language, the texts that are in it or hold a word of it."""
    return Counter(
        code
        for analysis in analyses
        for code in {analysis.language, *(word.language for word in analysis.words)}
    )


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
        self.fit_transform(analyses)
        return self

    def fit_transform(self, analyses: Sequence[Analysis]) -> csr_array:
        """Learn the terms and their idf, and return the weights as ``transform`` would."""
        counter = CountVectorizer(analyzer=self._terms, dtype=np.float64)
        try:
            counts = csr_array(counter.fit_transform(analyses))
        except ValueError:  # no text holds a single term
            self.restore([], np.zeros(0))
            return csr_array((len(analyses), 0))
        terms = list(counter.get_feature_names_out())
        sizes = texts_by_language(analyses)
        totals = np.array(
            [sizes[term.split(":", 1)[0]] if self.by_language else len(analyses) for term in terms]
        )
        self.restore(terms, smooth_idf(_frequency(counts), totals))
        return csr_array(self._weigher.transform(counts))

    def restore(self, terms: Sequence[str], idf: NDArray[np.float64]) -> Self:
        """Take terms and idf as they were learnt before."""
        self.terms, self.idf = list(terms), idf
        self.columns = {term: i for i, term in enumerate(self.terms)}
        if self.terms:
            self._counter = CountVectorizer(
                analyzer=self._terms, vocabulary=self.columns, dtype=np.float64
            )
            self._weigher = TfidfTransformer(norm=None, sublinear_tf=True)
            self._weigher.idf_ = idf
        return self

    def transform(self, analyses: Sequence[Analysis]) -> csr_array:
        """Return the weights of the known terms, of shape (n_texts, n_terms)."""
        if not self.terms or not analyses:
            return csr_array((len(analyses), len(self.terms)))
        return csr_array(self._weigher.transform(csr_array(self._counter.transform(analyses))))


class ConceptBlock(Block):
    """Concepts, where a word of several senses counts less.

    Each side is weighed with the root of the weight of its surest mention, so that two words that
    share one of two senses bring half of what plain words would. What was chosen from a list is
    sure.
    """

    def __init__(self, index: ConceptIndex) -> None:
        super().__init__("concepts", _nothing)
        self.index = index

    def fit_transform(self, analyses: Sequence[Analysis]) -> csr_array:
        """Learn the concepts and their idf, and return the weights as ``transform`` would."""
        met: dict[str, int] = {}
        columns, counts, sure, starts = self._read(analyses, met, grow=True)
        terms = sorted(met)
        place = np.empty(len(terms), dtype=np.int64)
        place[[met[term] for term in terms]] = np.arange(len(terms))
        columns = place[columns] if len(columns) else columns
        frequency = np.bincount(columns, minlength=len(terms)).astype(np.float64)
        self.restore(terms, smooth_idf(frequency, len(analyses)))
        return self._weighed(columns, counts, sure, starts)

    def transform(self, analyses: Sequence[Analysis]) -> csr_array:
        """Return the weights of the known concepts, of shape (n_texts, n_terms)."""
        if not self.terms or not analyses:
            return csr_array((len(analyses), len(self.terms)))
        return self._weighed(*self._read(analyses, self.columns, grow=False))

    def _read(
        self, analyses: Sequence[Analysis], columns: dict[str, int], *, grow: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Return column, count and surest mention of each concept, and where each text starts."""
        places: list[int] = []
        counts: list[int] = []
        sure: list[float] = []
        starts = [0]
        for analysis in analyses:
            for concept, (count, weight) in self.index.weights(analysis).items():
                column = columns.setdefault(concept, len(columns)) if grow else columns.get(concept)
                if column is not None:
                    places.append(column)
                    counts.append(count)
                    sure.append(weight)
            starts.append(len(places))
        return (
            np.array(places, dtype=np.int64), np.array(counts, dtype=np.float64),
            np.array(sure, dtype=np.float64), np.array(starts, dtype=np.int64),
        )  # fmt: skip

    def _weighed(
        self,
        columns: NDArray[np.int64],
        counts: NDArray[np.float64],
        sure: NDArray[np.float64],
        starts: NDArray[np.int64],
    ) -> csr_array:
        shape = (len(starts) - 1, len(self.terms))
        if not len(columns):
            return csr_array(shape)
        data = (1.0 + np.log(counts)) * self.idf[columns] * np.sqrt(sure)
        rows = csr_array((data, columns, starts), shape=shape)
        rows.sort_indices()
        return rows


def _nothing(analysis: Analysis) -> list[str]:
    """Stand where a block has terms of another kind."""
    return []


def smooth_idf(
    frequency: NDArray[np.float64], totals: NDArray[np.int64] | int
) -> NDArray[np.float64]:
    """Return ln((1 + n) / (1 + df)) + 1 of each term, as scikit-learn smooths it."""
    idf: NDArray[np.float64] = np.log((1.0 + totals) / (1.0 + frequency)) + 1.0
    return idf


def _frequency(counts: csr_array) -> NDArray[np.float64]:
    """Return the number of texts that hold each term."""
    return np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float64)


def unit_rows(rows: csr_array) -> csr_array:
    """Return the rows scaled to unit L2 length; an empty row, or one of zeros, is empty."""
    rows = rows.copy()
    rows.eliminate_zeros()
    of_value = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    lengths = np.sqrt(np.bincount(of_value, rows.data**2, minlength=rows.shape[0]))
    return csr_array((rows.data / lengths[of_value], rows.indices, rows.indptr), shape=rows.shape)
