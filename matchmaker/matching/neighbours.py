# SPDX-License-Identifier: MIT
"""Nearest rows across borders: exact, in blocks, the same answer whatever the block."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, issparse
from sklearn.base import BaseEstimator
from sklearn.metrics.pairwise import linear_kernel
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

_CELLS: Final = 4_000_000  # similarities held at once by one worker
_NO_GROUP: Final = -1


class CrossBorderNeighbors(BaseEstimator):
    """Find, for each row, the most similar rows of other groups.

    Parameters
    ----------
    n_neighbors : int, default=50
        Most neighbours kept for one row.
    n_jobs : int or None, default=None
        Threads, as everywhere in scikit-learn.

    Attributes
    ----------
    rows_ : csr array or ndarray of shape (n_rows, n_features)
        The rows seen in ``fit``; each is expected to have unit L2 length.
    groups_ : ndarray of shape (n_rows,) or None
        The group of each row.
    """

    def __init__(self, n_neighbors: int = 50, n_jobs: int | None = None) -> None:
        self.n_neighbors = n_neighbors  # stored as given; checked in fit
        self.n_jobs = n_jobs

    def fit(self, X: ArrayLike, y: None = None, *, groups: ArrayLike | None = None) -> Self:
        """Remember the rows and the group (here: the country) of each.

        Without groups no border is drawn: every row may be a neighbour of every query.

        Raises
        ------
        ValueError
            ``n_neighbors`` is below 1, or there are not as many groups as rows.
        """
        if not isinstance(self.n_neighbors, (int, np.integer)) or self.n_neighbors < 1:
            raise ValueError(f"n_neighbors is a whole number from 1 up, not {self.n_neighbors!r}.")
        self.rows_ = _rows(validate_data(self, X, accept_sparse="csr", dtype="numeric"))
        self.groups_ = _groups(groups, self.rows_.shape[0])
        return self

    def kneighbors(
        self, X: ArrayLike, *, groups: ArrayLike | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return scores and indices, each of shape (n_queries, n_neighbors).

        Best first; scores have no unit and lie in [0, 1]. Of equal scores, the row that
        was fitted first comes first. Rows that share nothing with a query are no neighbours:
        missing places hold 0 and -1. Queries without groups are held back by no border.
        """
        check_is_fitted(self, "rows_")
        queries = _rows(validate_data(self, X, accept_sparse="csr", dtype="numeric", reset=False))
        codes, own = self._borders(_groups(groups, queries.shape[0]), queries.shape[0])
        step = max(1, _CELLS // max(1, self.rows_.shape[0]))
        blocks = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(self._nearest)(queries[start : start + step], codes[start : start + step], own)
            for start in range(0, queries.shape[0], step)
        )
        scores = np.concatenate([block[0] for block in blocks])
        indices = np.concatenate([block[1] for block in blocks])
        return scores, indices

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _borders(
        self, groups: NDArray[Any] | None, n_queries: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
        """Return the groups of queries and rows as numbers; a strange group stops nobody."""
        if groups is None or self.groups_ is None:
            return np.full(n_queries, _NO_GROUP), None
        known: dict[Any, int] = {}
        own = np.array([known.setdefault(g, len(known)) for g in self.groups_.tolist()], np.int64)
        return np.array([known.get(g, _NO_GROUP) for g in groups.tolist()], np.int64), own

    def _nearest(
        self, queries: Any, codes: NDArray[np.int64], own: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        similar = linear_kernel(queries, self.rows_, dense_output=True).astype(np.float32)
        if own is not None:
            similar[codes[:, None] == own[None, :]] = 0.0
        return best(similar, self.n_neighbors)


def best(scores: NDArray[np.float32], n: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the n best positive scores of each row and their columns, padded with 0 and -1.

    Scores and columns are packed into one whole number (bits of a positive float keep its
    order), so that ties fall to the lower column even at the edge of the list.
    """
    n_rows, n_columns = scores.shape
    found = np.zeros((n_rows, n), np.float32)
    places = np.full((n_rows, n), -1, np.int64)
    if n_columns == 0:
        return found, places
    positive = np.ascontiguousarray(np.maximum(scores, np.float32(0)) + np.float32(0))
    keys = positive.view(np.uint32).astype(np.uint64) << np.uint64(32)
    keys |= np.arange(n_columns, dtype=np.uint64)[::-1]
    kept = min(n, n_columns)
    if kept < n_columns:
        keys = np.partition(keys, n_columns - kept, axis=1)[:, n_columns - kept :]
    keys = np.sort(keys, axis=1)[:, ::-1]
    values = (keys >> np.uint64(32)).astype(np.uint32).view(np.float32)
    columns = n_columns - 1 - (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
    found[:, :kept] = values
    places[:, :kept] = np.where(values > 0, columns, -1)
    return found, places


def _rows(checked: Any) -> Any:
    return csr_array(checked) if issparse(checked) else checked


def _groups(groups: ArrayLike | None, n_rows: int) -> NDArray[Any] | None:
    if groups is None:
        return None
    listed = check_array(groups, ensure_2d=False, dtype=None, ensure_min_samples=0)
    if listed.shape != (n_rows,):
        raise ValueError(f"There are {n_rows} rows and groups of shape {listed.shape}.")
    return np.asarray(listed)
