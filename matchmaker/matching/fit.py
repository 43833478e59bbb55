# SPDX-License-Identifier: MIT
"""How well actors fit: one direction after the other, then both together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.metrics.pairwise import linear_kernel

from matchmaker.matching.languages import LanguageScale
from matchmaker.matching.pool import Passages, Pool
from matchmaker.matching.recipe import Recipe

Matrix = NDArray[np.float64]
_FEW: Final = 64  # products: below, the checks of the faster kernel take longer than the work


def products(left: csr_array, right: csr_array) -> Matrix:
    """Return all products of the rows of two matrices, dense."""
    if left.shape[0] == 0 or right.shape[0] == 0 or left.nnz == 0 or right.nnz == 0:
        return np.zeros((left.shape[0], right.shape[0]))
    if left.shape[0] * right.shape[0] <= _FEW:
        return np.asarray((left @ right.T).toarray())
    return np.asarray(linear_kernel(left, right, dense_output=True), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Compares the actors of two pools that share a code book."""

    recipe: Recipe
    scale: LanguageScale

    def text(self, seeks: Passages, offers: Passages, scale: LanguageScale) -> Matrix:
        """Return the fair similarity of passages; 0 where one of the two has no words."""
        similar = products(seeks.rows, offers.rows)
        fair = scale.fair(similar, seeks.language, offers.language)
        fair[np.diff(seeks.rows.indptr) == 0] = 0.0
        fair[:, np.diff(offers.rows.indptr) == 0] = 0.0
        return fair

    def passages(self, seekers: Pool, offerers: Pool) -> Matrix:
        """Return how well each seek is met by each offer, of shape (n_seeks, n_offers)."""
        weights, seeks, offers = self.recipe.fit, seekers.seeks, offerers.offers
        strength = np.where(offers.is_does, weights.does_as_offer, 1.0)
        met = self.text(seeks, offers, self.scale) * (weights.text * strength)[None, :]
        for _, weight, agreement in self.facets(seekers, offerers):
            met += weight * agreement
        return np.minimum(met, 1.0)

    def facets(self, seekers: Pool, offerers: Pool) -> list[tuple[str, float, Matrix]]:
        """Return name, weight and agreement (0 to 1) of what was chosen from lists, by passages."""
        weights, seeks, offers = self.recipe.fit, seekers.seeks, offerers.offers
        found: list[tuple[str, float, Matrix]] = []
        if (seeks.types >= 0).any() and (offers.types >= 0).any():
            same = (seeks.types[:, None] == offers.types[None, :]) & (seeks.types[:, None] >= 0)
            found.append(("type", weights.type, same.astype(np.float64)))
        if seeks.themes.nnz and offers.themes.nnz:
            shared = np.minimum(products(seeks.themes, offers.themes), 1.0)
            found.append(("theme", weights.theme, shared))
        for name, weight, sides in (
            ("wished_country", weights.wished_country, (seekers.country, offerers.country)),
            ("wished_kind", weights.wished_kind, (seekers.kind, offerers.kind)),
        ):
            wished = "wished_countries" if name == "wished_country" else "wished_kinds"
            by_seek = _wishes(getattr(seeks, wished), sides[1][offers.owner])
            by_offer = _wishes(getattr(offers, wished), sides[0][seeks.owner])
            if by_seek is not None or by_offer is not None:
                agreement = np.zeros((len(seeks.owner), len(offers.owner)))
                agreement += 0.5 * by_seek if by_seek is not None else 0.0
                agreement += 0.5 * by_offer.T if by_offer is not None else 0.0
                found.append((name, weight, agreement))
        return found

    def directed(self, seekers: Pool, offerers: Pool) -> Matrix:
        """Return the fit of what serves each seeker, of shape (n_seekers, n_offerers)."""
        met = self.passages(seekers, offerers)
        by_offerer = _highest(met.T, offerers.offers.owner, len(offerers)).T
        return _highest(by_offerer, seekers.seeks.owner, len(seekers))

    def mutual(self, inward: Matrix, outward: Matrix) -> Matrix:
        """Fuse two directions by a geometric mean, so that one-sided pairs sink."""
        low = self.recipe.score.smoothing
        fused: Matrix = np.sqrt((inward + low) * (outward + low)) - low
        return fused

    def both(self, queries: Pool, candidates: Pool) -> list[tuple[str, float, Matrix]]:
        """Return name, weight and agreement of what two actors have in common."""
        weights = self.recipe.score
        spoken = np.minimum(products(queries.languages, candidates.languages), 1.0)
        shared = np.minimum(products(queries.sectors, candidates.sectors), 1.0)
        return [
            (
                "does",
                weights.does,
                self.text(queries.does, candidates.does, self.scale.symmetric()),
            ),
            ("sector", weights.sectors, shared),
            ("language", weights.languages, spoken),
        ]

    def scores(self, queries: Pool, candidates: Pool) -> Matrix:
        """Return the score of each pair, from 0 to 1, of shape (n_queries, n_candidates)."""
        inward = self.directed(queries, candidates)
        outward = self.directed(candidates, queries).T
        score = self.recipe.score.mutual * self.mutual(inward, outward)
        for _, weight, agreement in self.both(queries, candidates):
            score += weight * agreement
        spread: Matrix = score**self.recipe.score.spread
        return spread


def _highest(values: Matrix, owner: NDArray[np.int64], n_owners: int) -> Matrix:
    """Return the highest row of each owner (rows are sorted by owner); 0 for one without rows."""
    highest = np.zeros((n_owners, values.shape[1]))
    if len(owner):
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        highest[owner[starts]] = np.maximum.reduceat(values, starts, axis=0)
    return highest


def _wishes(wished: csr_array, chosen: NDArray[np.int64]) -> Matrix | None:
    """Return 1 where a wish names the code of the other side; None if nobody wished anything."""
    if wished.nnz == 0:
        return None
    padded = np.hstack([wished.toarray(), np.zeros((wished.shape[0], 1))])
    picked: Matrix = padded[:, chosen]  # -1 takes the last column: an unknown code
    return picked
