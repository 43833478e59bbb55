# SPDX-License-Identifier: MIT
"""Measures of a ranking, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log2
from statistics import fmean
from typing import Final

import numpy as np

Gains = Mapping[str, float]  # of the judged documents or candidates of one query
Judgements = Mapping[str, Gains]
Run = Mapping[str, Sequence[str]]  # ranked ids of each query, best first
Interval = tuple[float, float]

_DRAWS: Final = 2000
_FAR: Final = 10**9


def ndcg(ranked: Sequence[str], gains: Gains, depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002).

    The gain is the judged grade itself, the discount log2(place + 1). What was not judged
    gains nothing.
    """
    got = sum(gains.get(id_, 0.0) / log2(place + 2) for place, id_ in enumerate(ranked[:depth]))
    best = sorted(gains.values(), reverse=True)[:depth]
    ideal = sum(gain / log2(place + 2) for place, gain in enumerate(best))
    return got / ideal if ideal > 0 else 0.0


def recall(ranked: Sequence[str], gains: Gains, depth: int) -> float:
    """Return the share of the good ones (a gain above 0) among the first ``depth``."""
    good = {id_ for id_, gain in gains.items() if gain > 0}
    return len(good.intersection(ranked[:depth])) / len(good) if good else 0.0


def reciprocal_rank(ranked: Sequence[str], gains: Gains) -> float:
    """Return 1 / place of the first good one; 0 if there is none."""
    return next((1 / (i + 1) for i, id_ in enumerate(ranked) if gains.get(id_, 0) > 0), 0.0)


MEASURES: Final[Mapping[str, Callable[[Sequence[str], Gains], float]]] = {
    "ndcg@10": ndcg,
    "recall@10": lambda ranked, gains: recall(ranked, gains, 10),
    "recall@100": lambda ranked, gains: recall(ranked, gains, 100),
    "mrr": reciprocal_rank,
}


def answerable(judgements: Judgements) -> dict[str, Gains]:
    """Return the judgements of the queries that have at least one good answer."""
    return {
        query: gains for query, gains in judgements.items() if any(g > 0 for g in gains.values())
    }


def by_query(run: Run, judgements: Judgements, name: str = "ndcg@10") -> list[float]:
    """Return a measure of each answerable query, in the order of the judgements."""
    of = MEASURES[name]
    return [of(run.get(query, ()), gains) for query, gains in answerable(judgements).items()]


def measure(run: Run, judgements: Judgements) -> dict[str, float]:
    """Return the mean of each measure over the queries that have at least one good answer."""
    return {name: _mean(by_query(run, judgements, name)) for name in MEASURES}


def decoy_first(run: Run, judgements: Judgements) -> float:
    """Return how often a decoy stands above the best good answer.

    A decoy is what was judged with a gain of 0. Only queries that have both count; what is not
    in a ranking stands behind all that is.
    """
    lost = []
    for query, gains in answerable(judgements).items():
        place = {id_: i for i, id_ in enumerate(run.get(query, ()))}
        decoys = [place.get(id_, _FAR) for id_, gain in gains.items() if gain <= 0]
        good = [place.get(id_, _FAR) for id_, gain in gains.items() if gain > 0]
        if decoys:
            lost.append(float(min(decoys) < min(good)))
    return _mean(lost)


def interval(values: Sequence[float]) -> Interval:
    """Return where the mean lies in 95 of 100 cases, by bootstrap over queries (Efron, 1979)."""
    if not values:
        return (0.0, 0.0)
    draw = np.random.default_rng(0)
    given = np.asarray(values, dtype=np.float64)
    means = given[draw.integers(0, len(given), (_DRAWS, len(given)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def only(
    run: Run, judgements: Judgements, kept: Callable[[str, str], bool]
) -> tuple[Run, Judgements]:
    """Keep those answers of both for which ``kept(query, answer)`` holds."""
    fewer = {query: [id_ for id_ in ids if kept(query, id_)] for query, ids in run.items()}
    judged = {
        query: {id_: gain for id_, gain in gains.items() if kept(query, id_)}
        for query, gains in judgements.items()
    }
    return fewer, judged


def gini(counts: Iterable[float]) -> float:
    """Return the Gini coefficient of exposure, from 0 (all alike) towards 1 (one has all)."""
    values = np.sort(np.asarray(list(counts), dtype=np.float64))
    if len(values) == 0 or values.sum() == 0:
        return 0.0
    places = np.arange(1, len(values) + 1)
    return float((2 * places - len(values) - 1) @ values / (len(values) * values.sum()))


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0
