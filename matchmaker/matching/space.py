# SPDX-License-Identifier: MIT
"""The text space: texts of eleven languages as sparse rows whose product is their similarity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from matchmaker.matching.blocks import (
    Block,
    CharBlock,
    ConceptBlock,
    folded_of,
    stems_of,
    unit_rows,
)
from matchmaker.matching.concepts import Concept, index_of
from matchmaker.matching.recipe import Recipe, default_recipe
from matchmaker.matching.text import Analysis, analyse_all

Languages = Sequence[str | None] | str | None
BLOCKS = ("words", "surface", "concepts", "chars")  # in the order of their columns


class TextSpace(TransformerMixin, BaseEstimator):
    """Turn texts into TF-IDF rows of unit length, in blocks.

    Blocks: stems by language, whole words without accents, concepts, and character n-grams.
    ``transform_queries(a) @ transform(b).T`` is the similarity, from 0 to 1.

    Parameters
    ----------
    concepts : sequence of Concept or None, default=None
        Meanings that words of several languages share; None takes the product's vocabularies.
    recipe : Recipe or None, default=None
        The weights; None takes the recipe that ships with the product.

    Attributes
    ----------
    blocks_ : dict of str to Block
        What was learnt, by block, in the order of the columns.
    """

    def __init__(
        self, concepts: Sequence[Concept] | None = None, recipe: Recipe | None = None
    ) -> None:
        self.concepts = concepts
        self.recipe = recipe

    def fit(self, texts: Iterable[str], languages: Languages = None) -> Self:
        """Learn words and their rarity. ``languages``: ISO 639-1 codes, None for detected."""
        return self.fit_analysed(analyse_all(texts, languages))

    def fit_analysed(self, analyses: Sequence[Analysis]) -> Self:
        """Do the work of ``fit`` on texts whose words are known already."""
        self.prepare()
        for block in self.blocks_.values():
            block.fit(analyses)
        return self

    def prepare(self) -> None:
        """Set up empty blocks, to be fitted or restored."""
        self.recipe_ = self.recipe or default_recipe()
        self.concept_index_ = index_of(self.concepts)
        self.blocks_: dict[str, Block] = {
            "words": Block("words", stems_of, by_language=True),
            "surface": Block("surface", folded_of),
            "concepts": ConceptBlock(self.concept_index_),
            "chars": CharBlock(self.recipe_.chars),
        }

    def transform(self, texts: Iterable[str], languages: Languages = None) -> csr_array:
        """Return the rows of texts that can be found, of shape (n_texts, n_features)."""
        check_is_fitted(self, "blocks_")
        return self.transform_analysed(analyse_all(texts, languages))

    def transform_queries(self, texts: Iterable[str], languages: Languages = None) -> csr_array:
        """Return the rows of texts that look for others, in the columns of ``transform``."""
        check_is_fitted(self, "blocks_")
        return self.transform_analysed_queries(analyse_all(texts, languages))

    def transform_analysed(self, analyses: Sequence[Analysis]) -> csr_array:
        """Do the work of ``transform`` on texts whose words are known already."""
        weights = self.recipe_.blocks
        rows = {name: block.transform(analyses) for name, block in self.blocks_.items()}
        meaning = unit_rows(
            csr_array(
                hstack(
                    [
                        rows["words"],
                        rows["surface"] * np.sqrt(weights.surface),
                        rows["concepts"] * np.sqrt(weights.concepts),
                    ],
                    format="csr",
                )
            )
        )
        spelling = unit_rows(rows["chars"])
        both = [meaning * np.sqrt(weights.words), spelling * np.sqrt(weights.chars)]
        return unit_rows(csr_array(hstack(both, format="csr")))

    def transform_analysed_queries(self, analyses: Sequence[Analysis]) -> csr_array:
        """Do the work of ``transform_queries`` on texts whose words are known already."""
        return self.transform_analysed(analyses)

    @property
    def n_features(self) -> int:
        """Number of columns."""
        return sum(len(block.terms) for block in self.blocks_.values())

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return a name for each column: the block, two colons and the term."""
        check_is_fitted(self, "blocks_")
        names = [f"{name}::{term}" for name, block in self.blocks_.items() for term in block.terms]
        return np.array(names, dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "blocks_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
