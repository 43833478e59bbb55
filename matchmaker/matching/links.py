# SPDX-License-Identifier: MIT
"""Links between the terms of a vocabulary: what a word of a query may find besides itself.

Two sorts: *relatives* are spelt alike (choreography, koreografia), within a language and between
languages; *companions* often stand in the same texts. A link is learnt once for a pair of
terms, so texts carry words only, and a reason always names a word on each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from matchmaker.matching.recipe import CompanionSettings, RelativeSettings

_BLOCK: Final = 2_000  # terms compared with all others at once


@dataclass(frozen=True, slots=True)
class Spelt:
    """Terms as they are compared: language, spelling, rarity, and the meanings that are known."""

    languages: NDArray[np.int64]
    sounds: Sequence[str]
    idf: NDArray[np.float64]
    meanings: Sequence[frozenset[str]]

    def __len__(self) -> int:
        return len(self.sounds)


class Relatives:
    """Finds terms that are spelt alike, by the cosine of their character n-grams."""

    def __init__(self, settings: RelativeSettings) -> None:
        self.settings = settings

    def fit(self, terms: Spelt) -> Relatives:
        """Learn the spellings of a vocabulary."""
        self.terms = terms
        self._spellings = list(dict.fromkeys(terms.sounds))
        place = {sounds: i for i, sounds in enumerate(self._spellings)}
        self._spelling = np.array([place[sounds] for sounds in terms.sounds], dtype=np.int64)
        n = len(terms)
        self._membership = csr_array(
            (np.ones(n), (self._spelling, np.arange(n))), shape=(len(place), n)
        )
        shortest, longest = self.settings.shortest, self.settings.longest
        self._vectoriser = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(shortest, longest), lowercase=False, sublinear_tf=True
        )
        try:
            rows = csr_array(self._vectoriser.fit_transform(self._spellings))
        except ValueError:  # no term at all
            self._rows = None
            return self
        # n-grams of a large part of all words (common endings) cost most and say least
        shared = np.bincount(rows.indices, minlength=rows.shape[1])
        kept = shared <= max(50.0, self.settings.too_common * len(self._spellings))
        self._rows = csr_array(rows @ diags_array(kept.astype(np.float64)))
        self._rows.eliminate_zeros()
        self._columns = csr_array(self._rows.T)
        return self

    def matrix(self) -> csr_array:
        """Return the strength of the links from each term (row) to the others (columns)."""
        return self._links(self.terms, self._rows, self._spelling, own=True)

    def of(self, strange: Spelt) -> csr_array:
        """Return the links from terms that the vocabulary does not hold to those that it holds."""
        if self._rows is None or not len(strange):
            return csr_array((len(strange), len(self.terms)))
        rows = csr_array(self._vectoriser.transform(strange.sounds))
        return self._links(strange, rows, np.arange(len(strange)), own=False)

    def _links(
        self, terms: Spelt, rows: csr_array | None, spelling: NDArray[np.int64], *, own: bool
    ) -> csr_array:
        shape = (len(terms), len(self.terms))
        if rows is None or 0 in shape:
            return csr_array(shape)
        alike = csr_array(
            vstack(
                [
                    self._near(rows[first : first + _BLOCK])
                    for first in range(0, rows.shape[0], _BLOCK)
                ],
                format="csr",
            )
        )
        links = csr_array(alike[spelling] @ self._membership).tocoo()
        source, target = links.coords
        sims = np.minimum(links.data, 1.0)
        kept = self._meant(terms, source, target)
        if own:
            kept &= source != target
        same = terms.languages[source] == self.terms.languages[target]
        long = (
            np.array([len(sounds) for sounds in self.terms.sounds]) >= self.settings.least_letters
        )
        kept &= same | long[target]  # short words of two languages are alike by chance
        source, target, sims, same = source[kept], target[kept], sims[kept], same[kept]
        strength = sims**self.settings.power
        strength *= np.where(same, self.settings.own, self.settings.abroad)
        strength *= np.minimum(self.terms.idf[target] / terms.idf[source], 1.0)
        return strongest(csr_array((strength, (source, target)), shape=shape), self.settings.most)

    def _meant(
        self, terms: Spelt, source: NDArray[np.int64], target: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Tell which links may stand: words whose meanings are known meet by meaning, not looks."""
        known = np.array([bool(m) for m in terms.meanings], dtype=bool)
        known_here = np.array([bool(m) for m in self.terms.meanings], dtype=bool)
        return ~(known[source] & known_here[target])

    def _near(self, rows: csr_array) -> csr_array:
        found = csr_array(rows @ self._columns)
        found.data[found.data < self.settings.least] = 0.0
        found.eliminate_zeros()
        return found


def companions(rows: csr_array, idf: NDArray[np.float64], settings: CompanionSettings) -> csr_array:
    """Return the links between terms that often stand in the same texts.

    ``rows`` are the texts of one language, of shape (n_texts, n_terms). Terms are compared as
    latent semantic analysis sees them (Deerwester et al., 1990): by the cosine of their rows
    in a truncated singular value decomposition of the texts.
    """
    n = rows.shape[1]
    if rows.shape[0] < settings.least_texts:
        return csr_array((n, n))
    step = -(-rows.shape[0] // settings.most_texts)
    sample = csr_array(rows[::step])
    met = np.bincount(sample.indices, minlength=n)
    terms = np.flatnonzero(met >= settings.least_met)
    if len(terms) > settings.most_terms:
        terms = np.sort(terms[np.argsort(-met[terms], kind="stable")[: settings.most_terms]])
    if len(terms) <= settings.dimensions:
        return csr_array((n, n))
    reduced = TruncatedSVD(settings.dimensions, n_iter=settings.rounds, random_state=0).fit(
        sample[:, terms]
    )
    places = normalize(reduced.components_.T * reduced.singular_values_).astype(np.float32)
    found = []
    for first in range(0, len(terms), _BLOCK):
        near = places[first : first + _BLOCK] @ places.T
        near[np.arange(near.shape[0]), np.arange(first, first + near.shape[0])] = 0.0
        few = min(settings.most, near.shape[1] - 1)
        best = np.argpartition(-near, few, axis=1)[:, :few]
        source = np.repeat(np.arange(first, first + near.shape[0]), few)
        target = best.ravel()
        cosine = near[source - first, target].astype(np.float64)
        ratio = np.minimum(idf[terms[target]] / idf[terms[source]], 1.0)
        strength = settings.weight * cosine * ratio
        kept = cosine >= settings.least
        found.append((strength[kept], terms[source[kept]], terms[target[kept]]))
    strengths, sources, targets = (np.concatenate(part) for part in zip(*found, strict=True))
    return csr_array((strengths, (sources, targets)), shape=(n, n))


def strongest(rows: csr_array, most: int) -> csr_array:
    """Keep the largest values of each row, at most so many; of equal ones the first column."""
    rows = csr_array(rows)
    rows.sum_duplicates()
    sizes = np.diff(rows.indptr)
    long = np.flatnonzero(sizes > most)
    if len(long) == 0:
        return rows
    kept = np.ones(rows.nnz, dtype=bool)
    for number in long:
        first, last = rows.indptr[number], rows.indptr[number + 1]
        order = np.lexsort((rows.indices[first:last], -rows.data[first:last]))
        kept[first + order[most:]] = False
    starts = np.concatenate([[0], np.cumsum(np.minimum(sizes, most))])
    return csr_array((rows.data[kept], rows.indices[kept], starts), shape=rows.shape)
