# SPDX-License-Identifier: MIT
"""The matcher: actors in, ranked partners in other countries out, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matchmaker.matching import storage
from matchmaker.matching.blocks import unit_rows
from matchmaker.matching.concepts import Concept
from matchmaker.matching.explain import explain_pair
from matchmaker.matching.fit import Matrix, Scorer
from matchmaker.matching.languages import LanguageScale
from matchmaker.matching.lists import Ranking, Twins, with_everybody
from matchmaker.matching.neighbours import best
from matchmaker.matching.pool import (
    ActorRows,
    CodeBook,
    Pool,
    analyse_passage,
    build_pool,
    passages_of,
    rows_reused,
)
from matchmaker.matching.recipe import Recipe, default_recipe
from matchmaker.matching.space import TextSpace
from matchmaker.matching.text import Analysis
from matchmaker.matching.values import ActorText, Explanation
from matchmaker.matching.whatif import Change, best_change

_HOSTS: Final = 500  # partners asked to take in somebody who stands in nobody's list
_CELLS: Final = 4_000_000  # pairs of passages held at once


class PartnerMatcher(BaseEstimator):
    """Find partners in other countries whose offers meet one's seeks, and the reverse.

    Parameters
    ----------
    n_suggestions : int, default=50
        Most partners suggested to one actor.
    concepts, recipe
        As for `TextSpace`.

    Attributes
    ----------
    space_ : TextSpace
        Words and their rarity, as learnt in ``fit``.
    scale_ : LanguageScale
        What is usual between two languages, as learnt in ``fit``.
    pool_ : Pool
        The actors that can be suggested: those of ``fit`` or of the last ``index``.
    """

    def __init__(
        self,
        n_suggestions: int = 50,
        concepts: Sequence[Concept] | None = None,
        recipe: Recipe | None = None,
    ) -> None:
        self.n_suggestions = n_suggestions
        self.concepts = concepts
        self.recipe = recipe

    @property
    def recipe_version(self) -> str:
        """The version of the weights, to be written on a run."""
        return (self.recipe or default_recipe()).version

    def fit(self, actors: Iterable[ActorText]) -> Self:
        """Learn words, their rarity and the scale of the languages, and index the actors."""
        if self.n_suggestions < 1:
            raise ValueError(
                f"n_suggestions is a whole number from 1 up, not {self.n_suggestions!r}."
            )
        listed = list(actors)
        analyses = _analyse(listed)
        self.space_ = TextSpace(self.concepts, self.recipe)
        flat = [analysis for own in analyses for analysis in own]
        rows = self._rows(listed, analyses, self.space_.fit_weighed(flat))
        pool = build_pool(listed, rows)
        self.scale_ = LanguageScale.learn(
            pool.seeks.rows, pool.seeks.language, pool.offers.rows, pool.offers.language,
            self.space_.recipe_.languages,
        )  # fmt: skip
        self._take(pool, rows)
        return self

    def index(self, actors: Iterable[ActorText]) -> Self:
        """Take other actors into the pool, with words and rarity as they were learnt.

        Rows of actors whose value has not changed are used again.
        """
        check_is_fitted(self, "space_")
        listed = list(actors)
        rows = rows_reused(listed, self._numbers, self._known, self._rows)
        self._take(build_pool(listed, rows), rows)
        return self

    def suggest(self) -> Iterator[tuple[int, int, float]]:
        """Yield (i, j, score) for the actors of the pool, grouped by i, best first.

        Near-twins are parted among the first of a list, and who would stand in nobody's list is
        a guest at the end of one: so the order is not always that of the scores.
        """
        check_is_fitted(self, "pool_")
        rankings = list(self._rankings(self.pool_, self.n_suggestions))
        most = self.n_suggestions // self.space_.recipe_.lists.guest_places
        lists = with_everybody(
            rankings, self._left_out(rankings), n=self.n_suggestions, most_guests=most
        )
        for i, ranking in enumerate(lists):
            for j, score in self._twins.parted(ranking):
                yield i, j, score

    def query(
        self, actors: Iterable[ActorText], n: int | None = None, *, by_score: bool = False
    ) -> list[Ranking]:
        """Rank the pool for actors that need not stand in it, best first.

        Near-twins are parted among the first of a list, unless it is to be ``by_score``.
        """
        check_is_fitted(self, "pool_")
        if n is not None and n < 1:
            raise ValueError(f"n is a whole number from 1 up, not {n!r}.")
        found = self._rankings(self._queries(list(actors)), self.n_suggestions if n is None else n)
        return list(found) if by_score else [self._twins.parted(ranking) for ranking in found]

    def parted(self, ranking: Ranking) -> Ranking:
        """Part near-twins among the first of a list, as `suggest` and `query` do."""
        check_is_fitted(self, "pool_")
        return self._twins.parted(ranking)

    def explain(self, i: int, j: int) -> Explanation:
        """Say why the actor at place j of the pool is suggested to the one at place i."""
        check_is_fitted(self, "pool_")
        return explain_pair(
            self.space_, self._scorer(), self.pool_.part(i, i + 1), self.pool_.part(j, j + 1)
        )

    def explain_pair(self, query: ActorText, candidate: ActorText) -> Explanation:
        """Say why one actor fits another; neither needs to stand in the pool."""
        first, second = self._alone(query, candidate)
        return explain_pair(self.space_, self._scorer(), first, second)

    def what_if(self, query: ActorText, candidate: ActorText) -> Change | None:
        """Return the change of a profile that would lift a pair most, tried out; None for none."""
        explanation = self.explain_pair(query, candidate)
        first, second = self._alone(query, candidate)
        if_mutual = float(self._scorer().scores(first, second, as_mutual=True)[0, 0])
        return best_change(query, candidate, explanation, self._score, if_mutual)

    def _score(self, query: ActorText, candidate: ActorText) -> float:
        return float(self._scorer().scores(*self._alone(query, candidate))[0, 0])

    def _alone(self, query: ActorText, candidate: ActorText) -> tuple[Pool, Pool]:
        """Return two pools of one actor each, with a code book of their own."""
        check_is_fitted(self, "space_")
        codes = CodeBook.of([query, candidate])
        first, second = (build_pool([a], self._rows_of(a), codes) for a in (query, candidate))
        return first, second

    def save(self, folder: str | Path) -> None:
        """Write what ``fit`` learnt (not the pool) as plain data; see `storage`."""
        check_is_fitted(self, "space_")
        storage.save(Path(folder), self.space_, self.scale_)

    @classmethod
    def load(
        cls,
        folder: str | Path,
        n_suggestions: int = 50,
        concepts: Sequence[Concept] | None = None,
    ) -> Self:
        """Read what ``save`` wrote; the pool is empty until ``index``.

        Raises
        ------
        IndexDamagedError
            A file is missing, changed or of another version.
        """
        space, scale = storage.load(Path(folder), concepts)
        matcher = cls(n_suggestions, concepts, space.recipe_)
        matcher.space_, matcher.scale_ = space, scale
        matcher._take(build_pool([], matcher._rows([])), matcher._rows([]))
        return matcher

    def _scorer(self) -> Scorer:
        return Scorer(self.space_.recipe_, self.scale_)

    def _take(self, pool: Pool, rows: ActorRows) -> None:
        self._known = rows
        self._numbers = {actor: number for number, actor in enumerate(pool.actors)}
        self._keys: dict[str, list[int]] = {}
        for number, actor in enumerate(pool.actors):
            self._keys.setdefault(actor.key, []).append(number)
        self.pool_ = pool
        self._twins = Twins.of(pool, self.space_.recipe_.lists)

    def _rows_of(self, actor: ActorText) -> ActorRows:
        number = self._numbers.get(actor)
        if number is None:
            return self._rows([actor])
        first, last = self._known.starts[number], self._known.starts[number + 1]
        return ActorRows(
            self._known.rows[first:last], self._known.languages[first:last],
            np.array([0, last - first]),
        )  # fmt: skip

    def _queries(self, actors: list[ActorText]) -> Pool:
        rows = rows_reused(actors, self._numbers, self._known, self._rows)
        return build_pool(actors, rows, self.pool_.codes)

    def _rows(
        self,
        actors: Sequence[ActorText],
        analyses: list[list[Analysis]] | None = None,
        weighed: csr_array | None = None,
    ) -> ActorRows:
        """Return rows for all passages: seeks as queries, the others as texts to be found."""
        analyses = _analyse(actors) if analyses is None else analyses
        flat = [analysis for own in analyses for analysis in own]
        plain = self.space_.weighed(flat) if weighed is None else weighed
        fields = [place.field for actor in actors for place, _ in passages_of(actor)]
        seeks = np.flatnonzero(np.array([field == "seeks" for field in fields], dtype=bool))
        others = np.setdiff1d(np.arange(len(fields)), seeks)
        asked = self.space_.reaching([flat[i] for i in seeks], plain[seeks])
        rows = csr_array(vstack([asked, plain[others]], format="csr"))
        rows = unit_rows(rows[np.argsort(np.concatenate([seeks, others]))])
        starts = np.cumsum([0, *(len(own) for own in analyses)]).astype(np.int64)
        return ActorRows(rows, [analysis.language for analysis in flat], starts)

    def _left_out(self, rankings: Sequence[Ranking]) -> dict[int, Ranking]:
        """Return the best partners of each usable actor that stands in nobody's list."""
        met = np.zeros(len(self.pool_), dtype=bool)
        for ranking in rankings:
            met[[place for place, _ in ranking]] = True
        lost = np.flatnonzero(~met & self._usable()).tolist()
        queries = self._queries([self.pool_.actors[actor] for actor in lost])
        return dict(zip(lost, self._rankings(queries, _HOSTS), strict=True))

    def _usable(self) -> NDArray[np.bool_]:
        """Tell which actors say anything that a suggestion could be made of."""
        usable = np.zeros(len(self.pool_), dtype=bool)
        for side in (self.pool_.offers, self.pool_.seeks):
            usable[side.owner[np.diff(side.rows.indptr) > 0]] = True
        return usable

    def _rankings(self, queries: Pool, n: int) -> Iterator[Ranking]:
        candidates, scorer = self.pool_, self._scorer()
        widest = max(1, len(candidates.offers.owner), len(candidates.seeks.owner))
        passages = max(1, len(queries.offers.owner), len(queries.seeks.owner))
        step = max(1, int(_CELLS / widest / (passages / max(1, len(queries)))))
        for first in range(0, len(queries), step):
            block = queries.part(first, min(first + step, len(queries)))
            scores = scorer.scores(block, candidates)
            self._forbid(scores, block)
            values, places = best(scores.astype(np.float32), n)
            for row_values, row_places in zip(values, places, strict=True):
                found = row_places >= 0
                places, own_scores = row_places[found].tolist(), row_values[found].tolist()
                yield list(zip(places, own_scores, strict=True))

    def _forbid(self, scores: Matrix, queries: Pool) -> None:
        """Take out partners of the same country and the actor itself."""
        known = queries.country[:, None] >= 0
        scores[known & (queries.country[:, None] == self.pool_.country[None, :])] = 0.0
        for row, actor in enumerate(queries.actors):
            scores[row, self._keys.get(actor.key, [])] = 0.0


def _analyse(actors: Sequence[ActorText]) -> list[list[Analysis]]:
    return [
        [analyse_passage(text, actor, place.field) for place, text in passages_of(actor)]
        for actor in actors
    ]
