# SPDX-License-Identifier: MIT
"""One scale for all pairs of languages.

Two Danish texts that have nothing to do with each other share more than a Danish and a Finnish
one that say the same. So a similarity is compared with what is usual between its two languages:
``fair = floor + (similarity - usual) * (spread within languages / spread of this pair)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matchmaker.matching.recipe import LanguageSettings
from matchmaker.vocabulary import LANGUAGES

ALL_LANGUAGES: Final = (*LANGUAGES, "")  # the last stands for any other language
_PLACES: Final = {code: place for place, code in enumerate(ALL_LANGUAGES)}
_MOST_STRETCH: Final = 4.0


def language_places(codes: list[str]) -> NDArray[np.int64]:
    """Return the place of each language in `ALL_LANGUAGES`."""
    return np.array([_PLACES.get(code, len(LANGUAGES)) for code in codes], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class LanguageScale:
    """What is usual between two languages: row the language that seeks, column the one that offers.

    ``usual`` is the mean similarity, ``stretch`` what a distance from it is multiplied with.
    """

    usual: NDArray[np.float64]
    stretch: NDArray[np.float64]
    floor: float

    @classmethod
    def neutral(cls) -> Self:
        """Return a scale that changes nothing."""
        size = (len(ALL_LANGUAGES), len(ALL_LANGUAGES))
        return cls(np.zeros(size), np.ones(size), 0.0)

    @classmethod
    def learn(
        cls,
        seeks: csr_array,
        seek_languages: NDArray[np.int64],
        offers: csr_array,
        offer_languages: NDArray[np.int64],
        settings: LanguageSettings,
    ) -> Self:
        """Measure means and spreads on a sample of texts; rare languages lean on the others."""
        rows, row_languages = _sample(seeks, seek_languages, settings.sample)
        columns, column_languages = _sample(offers, offer_languages, settings.sample)
        n = len(ALL_LANGUAGES)
        similar = csr_array(rows @ columns.T)
        indicator_r = np.eye(n)[row_languages]
        indicator_c = np.eye(n)[column_languages]
        total = indicator_r.T @ (similar @ indicator_c)
        squares = indicator_r.T @ (similar.multiply(similar).tocsr() @ indicator_c)
        sizes_r, sizes_c = indicator_r.sum(axis=0), indicator_c.sum(axis=0)
        pairs = np.outer(sizes_r, sizes_c)
        same = np.eye(n, dtype=bool)
        inner = _moments(total, squares, pairs, same)
        outer = _moments(total, squares, pairs, ~same)
        if inner[1] <= 0.0 or outer[1] <= 0.0 or settings.evened <= 0.0:
            return cls.neutral()
        steady = np.minimum.outer(sizes_r, sizes_c)
        share = steady / (steady + settings.steady_from)
        counted = np.maximum(pairs, 1.0)
        first = share * total / counted + (1 - share) * np.where(same, inner[0], outer[0])
        pooled = np.where(same, inner[0] ** 2 + inner[1], outer[0] ** 2 + outer[1])
        second = share * squares / counted + (1 - share) * pooled
        spread = np.sqrt(np.maximum(second - first**2, 1e-12))
        stretch = np.clip(np.sqrt(inner[1]) / spread, 1 / _MOST_STRETCH, _MOST_STRETCH)
        return cls(first, stretch, settings.floor)

    def symmetric(self) -> Self:
        """Return the scale for two texts of the same sort, where neither seeks."""
        usual, stretch = (self.usual + self.usual.T) / 2, (self.stretch + self.stretch.T) / 2
        return type(self)(usual, stretch, self.floor)

    def fair(
        self,
        similar: NDArray[np.float64],
        seek_languages: NDArray[np.int64],
        offer_languages: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return similarities of shape (n_seeks, n_offers) on the common scale, from 0 to 1."""
        usual = self.usual[seek_languages][:, offer_languages]
        stretch = self.stretch[seek_languages][:, offer_languages]
        scaled: NDArray[np.float64] = np.clip(self.floor + (similar - usual) * stretch, 0.0, 1.0)
        return scaled


def _sample(
    rows: csr_array, languages: NDArray[np.int64], most: int
) -> tuple[csr_array, NDArray[np.int64]]:
    """Take at most so many non-empty rows of each language, evenly spread, always the same."""
    filled = np.flatnonzero(np.diff(rows.indptr) > 0)
    taken = []
    for place in range(len(ALL_LANGUAGES)):
        own = filled[languages[filled] == place]
        step = max(1, -(-len(own) // most))
        taken.append(own[::step])
    chosen = np.concatenate(taken)
    return rows[chosen], languages[chosen]


def _moments(
    total: NDArray[np.float64],
    squares: NDArray[np.float64],
    pairs: NDArray[np.float64],
    where: NDArray[np.bool_],
) -> tuple[float, float]:
    """Return mean and variance of the similarities of the chosen language pairs."""
    count = float(pairs[where].sum())
    if count == 0:
        return 0.0, 0.0
    mean = float(total[where].sum()) / count
    return mean, max(float(squares[where].sum()) / count - mean**2, 0.0)
