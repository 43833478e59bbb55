# SPDX-License-Identifier: MIT
"""The text space: rows, similarities, languages, concepts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator
from sklearn.utils import estimator_checks

from matchmaker.matching import Concept, PartnerMatcher, TextSpace
from matchmaker.vocabulary import LANGUAGES


@pytest.mark.parametrize("estimator", [TextSpace(), PartnerMatcher()])
@pytest.mark.parametrize(
    "check",  # those that need no numbers: these estimators read texts and actors
    [
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_set_params,
    ],
)
def test_scikit_learn_checks(estimator: BaseEstimator, check: Any) -> None:
    check(type(estimator).__name__, estimator)


@pytest.fixture(scope="module")
def space(parallel: dict) -> TextSpace:  # type: ignore[type-arg]
    texts = [t for topic in parallel.values() for pair in topic.values() for t in pair]
    codes = [code for topic in parallel.values() for code in topic for _ in (0, 1)]
    return TextSpace().fit(texts, codes)


@settings(deadline=None, max_examples=60)
@given(texts=st.lists(st.text(), max_size=4))
def test_rows_have_unit_length_or_are_empty(space: TextSpace, texts: list[str]) -> None:
    rows = space.transform(texts)

    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    assert isinstance(rows, csr_array)
    assert rows.shape == (len(texts), space.n_features)
    assert np.all(np.isclose(lengths, 1) | (lengths == 0))


def test_similarities_lie_between_0_and_1(space: TextSpace, parallel: dict) -> None:  # type: ignore[type-arg]
    texts = [pair[0] for topic in parallel.values() for pair in topic.values()]

    similar = (space.transform_queries(texts) @ space.transform(texts).T).toarray()

    assert similar.min() >= 0
    assert similar.max() <= 1 + 1e-12


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_translations_are_found_from_english(
    language: str,
    space: TextSpace,
    parallel: dict,  # type: ignore[type-arg]
) -> None:
    english = [pair[0] for topic in parallel.values() for pair in [topic["en"]]]
    others = [topic[language][0] for topic in parallel.values()]

    queries = space.transform_queries(english, "en")
    similar = (queries @ space.transform(others, language).T).toarray()

    found = np.mean(similar.argmax(axis=1) == np.arange(len(others)))
    assert found >= 0.45


def test_both_codes_of_norwegian_are_one_language(space: TextSpace) -> None:
    text = ["Vi søker scener i utlandet"]

    rows = [space.transform(text, [code]).toarray() for code in ("nb", "no", "nb-NO")]

    assert np.array_equal(rows[0], rows[1])
    assert np.array_equal(rows[0], rows[2])


def test_a_glossary_joins_words_that_nothing_else_joins() -> None:
    glossary = [Concept("tide", {"en": ("low tide",), "fi": ("pakovesi", "laskuveden aika")})]
    texts = ["walks at low tide", "retki laskuveden aikaan"]

    with_it, without = (
        TextSpace(concepts).fit(texts, ["en", "fi"]).transform(texts, ["en", "fi"])
        for concepts in (glossary, [])
    )

    assert (with_it @ with_it.T).toarray()[0, 1] > 0.05
    assert (without @ without.T).toarray()[0, 1] == 0


def test_a_long_word_means_what_its_parts_mean() -> None:
    glossary = [
        Concept("puppet", {"da": ("dukke",), "lv": ("lelle",)}, {"lv": ("leļļu",)}),
        Concept("theatre", {"da": ("teater",), "lv": ("teātris",)}),
    ]
    texts, languages = ["dukketeater", "leļļu teātris"], ["da", "lv"]

    space = TextSpace(glossary).fit(texts, languages)

    rows, names = space.transform(texts, languages), space.get_feature_names_out()
    shared = set(rows[0:1].indices) & set(rows[1:2].indices)
    assert {names[i] for i in shared} == {"concepts::puppet", "concepts::theatre"}


@pytest.mark.parametrize(
    ("texts", "languages", "error"),
    [("one text", None, TypeError), ([1], None, TypeError), (["a"], ["en", "fi"], ValueError)],
)
def test_what_is_no_list_of_texts_is_refused(texts: Any, languages: Any, error: type) -> None:
    with pytest.raises(error):
        TextSpace().fit(texts, languages)
