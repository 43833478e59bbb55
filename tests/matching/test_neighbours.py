# SPDX-License-Identifier: MIT
"""Neighbours across borders, compared with the plainest way of finding them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.utils.estimator_checks import parametrize_with_checks

from matchmaker.matching import CrossBorderNeighbors, neighbours


@parametrize_with_checks([CrossBorderNeighbors(n_neighbors=3)])
def test_scikit_learn_checks(estimator: CrossBorderNeighbors, check: Any) -> None:
    check(estimator)


def naive(
    queries: NDArray[Any], rows: NDArray[Any], asking: list[str], groups: list[str], n: int
) -> tuple[list[list[float]], list[list[int]]]:
    all_scores, all_indices = [], []
    for query, own in zip(queries, asking, strict=True):
        scores = [float(np.float32(query @ row)) for row in rows]
        good = [i for i, group in enumerate(groups) if group != own and scores[i] > 0]
        kept = sorted(good, key=lambda i: (-scores[i], i))[:n]
        all_indices.append(kept + [-1] * (n - len(kept)))
        all_scores.append([scores[i] for i in kept] + [0.0] * (n - len(kept)))
    return all_scores, all_indices


@settings(deadline=None)
@given(data=st.data(), n=st.integers(1, 12), n_rows=st.integers(1, 30), sparse=st.booleans())
def test_it_finds_what_the_plainest_way_finds(
    data: st.DataObject, n: int, n_rows: int, sparse: bool
) -> None:
    countries = st.sampled_from(["EE", "FI", "LV"])
    groups = data.draw(st.lists(countries, min_size=n_rows, max_size=n_rows))
    asking = data.draw(st.lists(countries | st.just("IS"), min_size=5, max_size=5))
    draw = np.random.default_rng(data.draw(st.integers(0, 1000)))
    rows = draw.integers(0, 3, (n_rows, 4)) / 4  # few values: many ties
    queries = draw.integers(0, 3, (5, 4)) / 4
    shape = csr_array if sparse else np.asarray

    found = CrossBorderNeighbors(n).fit(shape(rows), groups=groups)
    scores, indices = found.kneighbors(shape(queries), groups=asking)

    expected = naive(queries, rows, asking, groups, n)
    assert (scores.tolist(), indices.tolist()) == expected
    assert (scores.dtype, indices.dtype) == (np.float32, np.int64)


def test_blocks_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(1).random((50, 8))
    groups = ["EE", "FI"] * 25

    whole = CrossBorderNeighbors(5).fit(rows, groups=groups).kneighbors(rows, groups=groups)
    monkeypatch.setattr(neighbours, "_CELLS", 120)
    found = CrossBorderNeighbors(5, n_jobs=2).fit(rows, groups=groups)
    parts = found.kneighbors(rows, groups=groups)

    assert np.array_equal(whole[0], parts[0])
    assert np.array_equal(whole[1], parts[1])


@pytest.mark.parametrize("n", [0, -1, 1.5])
def test_a_list_needs_room_for_one(n: Any) -> None:
    with pytest.raises(ValueError, match="whole number"):
        CrossBorderNeighbors(n).fit(np.eye(3), groups=["EE", "FI", "LV"])


def test_every_row_needs_a_group() -> None:
    with pytest.raises(ValueError, match="3 rows"):
        CrossBorderNeighbors().fit(np.eye(3), groups=["EE", "FI"])
