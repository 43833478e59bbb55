# SPDX-License-Identifier: MIT
"""Links of the vocabulary: relatives and companions, known words and strange ones."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching import TextSpace, default_recipe
from matchmaker.matching.detection import foreign_parts
from matchmaker.matching.text import analyse


def similarity(space: TextSpace, asked: tuple[str, str], given: tuple[str, str]) -> float:
    queries, rows = (
        space.transform_queries([asked[0]], [asked[1]]),
        space.transform([given[0]], [given[1]]),
    )
    return float((queries @ rows.T).toarray()[0, 0])


def test_words_spelt_alike_meet_across_languages_and_no_others() -> None:
    texts = ["spektroskopia metodina", "spectroscopy", "kalamaja", "wagtails"]
    languages = ["fi", "en", "et", "en"]

    space = TextSpace([]).fit(texts, languages)

    assert similarity(space, (texts[0], "fi"), (texts[1], "en")) > 0.05
    assert similarity(space, (texts[2], "et"), (texts[3], "en")) == 0


def test_a_word_that_the_vocabulary_lacks_finds_its_relatives() -> None:
    space = TextSpace([]).fit(["spectroscopy of stars", "cheese and bread"], ["en", "en"])

    found = space.transform_queries(["spectroscopic"], ["en"])

    assert found.nnz > 0
    names = space.get_feature_names_out()
    assert {names[i] for i in found.indices} == {"words::en:spectroscopi"}


def test_only_queries_reach_over_links() -> None:
    texts = ["spektroskopia", "spectroscopy"]

    space = TextSpace([]).fit(texts, ["fi", "en"])

    assert np.diff(space.transform(texts, ["fi", "en"]).indptr).tolist() == [1, 1]
    assert np.diff(space.transform_queries(texts, ["fi", "en"]).indptr).tolist() == [2, 2]


def test_companions_are_learnt_where_there_are_texts_enough() -> None:
    recipe = default_recipe()
    few = replace(recipe.companions, least_texts=60, dimensions=2, least=0.1)
    texts = [t for n in range(20) for t in (f"hull keel {n}", f"keel rudder {n}", f"oven loaf {n}")]

    space = TextSpace([], replace(recipe, companions=few)).fit(texts, "en")
    without = TextSpace([], recipe).fit(texts, "en")

    asked, given = ("hull", "en"), ("rudder", "en")
    assert similarity(space, asked, given) > 0
    assert similarity(space, asked, ("loaf", "en")) == 0
    assert similarity(without, asked, given) == 0


def test_a_query_has_as_many_features_as_the_recipe_says() -> None:
    recipe = default_recipe()
    few = replace(recipe, blocks=replace(recipe.blocks, most_features=3))

    space = TextSpace([], few).fit(["hull keel rudder oar mast sail"], "en")

    assert space.transform_queries(["hull keel rudder oar mast sail"], "en").nnz == 3


def test_a_sentence_in_another_language_is_read_in_that_language() -> None:
    text = (
        "Mēs esam leļļu teātris no Liepājas un meklējam partnerus. "
        "We are looking for a partner with a stage in the north."
    )

    words = {word.form.written: word.language for word in analyse(text, "lv").words}

    assert words["teātris"] == "lv"
    assert (words["stage"], words["north"]) == ("en", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Et dukketeater for børn. Vi søger en scene, og vi spiller på nynorsk og dansk.", "nb"),
        ("Short. No. The end of it.", "en"),
        ("Wir suchen Partner. Art for all, open source, film and more.", "de"),
        ("", "fi"),
    ],
)
def test_what_is_only_a_little_foreign_stays(text: str, language: str) -> None:
    assert foreign_parts(text, language) == []


def test_a_sentence_that_all_share_in_another_language_is_common_and_not_rare() -> None:
    shared = "We are looking for a partner with a stage in the north and the west."
    texts = [f"Mēs esam leļļu teātris un mums ir {word}. {shared}" for word in ("koks", "jūra")]

    space = TextSpace([]).fit([*texts, "Tikai latviski par jūru un par koku."], "lv")

    words = space.blocks_["words"]
    assert words.idf.min() >= 1
    assert words.idf[words.columns["en:partner"]] < words.idf[words.columns["lv:latvisk"]]
