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
from matchmaker.matching.values import CRITERIA

Matrix = NDArray[np.float64]
_WISHED: Final = {
    "country": "wished_countries",
    "kind": "wished_kinds",
    "sector": "wished_sectors",
}
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
        allowed = self.allowed(seekers, offerers)
        if allowed is not None:
            met *= allowed
        return np.minimum(met, 1.0)

    def allowed(self, seekers: Pool, offerers: Pool) -> Matrix | None:
        """Return 1 where every hard criterion of both passages is met, else 0; None if all are."""
        seeks, offers = seekers.seeks, offerers.offers
        if not seeks.musts.any() and not offers.musts.any():
            return None
        allowed = np.ones((len(seeks.owner), len(offers.owner)))
        for number, criterion in enumerate(CRITERIA):
            hard_seeks, hard_offers = seeks.musts[:, number], offers.musts[:, number]
            if hard_seeks.any():
                met = self._meets(criterion, seeks, seekers, offers, offerers)
                allowed[hard_seeks] *= met[hard_seeks]
            if hard_offers.any():
                met = self._meets(criterion, offers, offerers, seeks, seekers)
                allowed[:, hard_offers] *= met[hard_offers].T
        return allowed

    def _meets(
        self, criterion: str, wishing: Passages, own: Pool, others: Passages, theirs: Pool
    ) -> Matrix:
        """Return whether the other side is what a passage wishes, by passages (1 or 0)."""
        if criterion == "type":
            known = (wishing.types >= 0)[:, None]
            return np.asarray(known & (wishing.types[:, None] == others.types[None, :]), np.float64)
        if criterion == "language":
            shared = np.minimum(products(own.languages, theirs.languages), 1.0)
            return np.asarray(shared[wishing.owner][:, others.owner])
        if criterion == "sector":
            met = (products(wishing.wished_sectors, theirs.sectors) > 0.0).astype(np.float64)
            return np.asarray(met[:, others.owner])
        codes = theirs.country if criterion == "country" else theirs.kind
        return _picked(getattr(wishing, _WISHED[criterion]), codes[others.owner])

    def facets(self, seekers: Pool, offerers: Pool) -> list[tuple[str, float, Matrix]]:
        """Return name, weight and agreement (0 to 1) of what was chosen from lists, by passages."""
        weights, seeks, offers = self.recipe.fit, seekers.seeks, offerers.offers
        found: list[tuple[str, float, Matrix]] = []
        if (seeks.types >= 0).any() and (offers.types >= 0).any():
            same = (seeks.types[:, None] == offers.types[None, :]) & (seeks.types[:, None] >= 0)
            found.append(("type", weights.type, same * self._urgency(seeks, "type")))
        if seeks.themes.nnz and offers.themes.nnz:
            shared = np.minimum(products(seeks.themes, offers.themes), 1.0)
            found.append(("theme", weights.theme, shared))
        for criterion, wished in _WISHED.items():
            agreement = np.zeros((len(seeks.owner), len(offers.owner)))
            if getattr(seeks, wished).nnz:
                by_seek = self._meets(criterion, seeks, seekers, offers, offerers)
                agreement += 0.5 * by_seek * self._urgency(seeks, criterion)
            if getattr(offers, wished).nnz:
                by_offer = self._meets(criterion, offers, offerers, seeks, seekers)
                agreement += 0.5 * (by_offer * self._urgency(offers, criterion)).T
            if agreement.any():
                found.append(
                    (f"wished_{criterion}", getattr(weights, f"wished_{criterion}"), agreement)
                )
        return found

    def _urgency(self, passages: Passages, criterion: str) -> Matrix:
        """Return what a criterion counts for each passage, as a column."""
        factors = np.array([self.recipe.fit.nice, 1.0, self.recipe.fit.must])
        return np.asarray(factors[passages.priorities[:, CRITERIA.index(criterion)]][:, None])

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
        found = [("sector", weights.sectors, shared), ("language", weights.languages, spoken)]
        if weights.does > 0.0:
            alike = self.text(queries.does, candidates.does, self.scale.symmetric())
            found.append(("does", weights.does, alike))
        return found

    def rivalry(self, queries: Pool, candidates: Pool) -> Matrix:
        """Return how much two actors seek the same: the best similarity of their seeks."""
        alike = self.text(queries.seeks, candidates.seeks, self.scale.symmetric())
        by_candidate = _highest(alike.T, candidates.seeks.owner, len(candidates)).T
        return _highest(by_candidate, queries.seeks.owner, len(queries))

    def kept(self, queries: Pool, candidates: Pool) -> Matrix:
        """Return the part of a score that is left by rivals, and by profiles nobody confirms."""
        fresh = [self._fresh(pool.age) for pool in (queries, candidates)]
        kept: Matrix = fresh[0][:, None] * fresh[1][None, :]
        kept *= self._open(queries, candidates) * self._open(candidates, queries).T
        if self.recipe.score.rivalry > 0.0:
            kept *= 1.0 - self.recipe.score.rivalry * self.rivalry(queries, candidates)
        return kept

    def _open(self, seekers: Pool, offerers: Pool) -> Matrix:
        """Return 0 for pairs where hard criteria let no seek meet any offer, else 1."""
        allowed = self.allowed(seekers, offerers)
        if allowed is None:
            return np.ones((len(seekers), len(offerers)))
        by_offerer = _highest(allowed.T, offerers.offers.owner, len(offerers)).T
        reached = _highest(by_offerer, seekers.seeks.owner, len(seekers))
        reached[np.bincount(seekers.seeks.owner, minlength=len(seekers)) == 0] = 1.0
        return reached

    def _fresh(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is left of the score of a profile that was confirmed so many days ago."""
        floor, half_life = self.recipe.fresh.floor, self.recipe.fresh.half_life
        left: NDArray[np.float64] = floor + (1.0 - floor) * 0.5 ** (age / half_life)
        return left

    def scores(self, queries: Pool, candidates: Pool, *, as_mutual: bool = False) -> Matrix:
        """Return the score of each pair, from 0 to 1, of shape (n_queries, n_candidates).

        ``as_mutual`` takes the stronger direction of each pair for both.
        """
        inward = self.directed(queries, candidates)
        outward = self.directed(candidates, queries).T
        if as_mutual:
            inward = outward = np.maximum(inward, outward)
        score = self.recipe.score.mutual * self.mutual(inward, outward)
        for _, weight, agreement in self.both(queries, candidates):
            score += weight * agreement
        score *= self.kept(queries, candidates)
        spread: Matrix = score**self.recipe.score.spread
        return spread


def _highest(values: Matrix, owner: NDArray[np.int64], n_owners: int) -> Matrix:
    """Return the highest row of each owner (rows are sorted by owner); 0 for one without rows."""
    highest = np.zeros((n_owners, values.shape[1]))
    if len(owner):
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        highest[owner[starts]] = np.maximum.reduceat(values, starts, axis=0)
    return highest


def _picked(wished: csr_array, codes: NDArray[np.int64]) -> Matrix:
    """Return 1 where a wish names the code of the other side, of shape (n_wishes, n_codes)."""
    padded = np.hstack([wished.toarray(), np.zeros((wished.shape[0], 1))])
    picked: Matrix = padded[:, codes]  # -1 takes the last column: an unknown code
    return picked
