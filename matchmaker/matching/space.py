# SPDX-License-Identifier: MIT
"""The text space: texts of eleven languages as sparse rows whose product is their similarity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from matchmaker.matching.blocks import (
    Block,
    ConceptBlock,
    stems_of,
    texts_by_language,
    unit_rows,
)
from matchmaker.matching.concepts import Concept, index_of
from matchmaker.matching.languages import language_places
from matchmaker.matching.links import Relatives, Spelt, companions, strongest
from matchmaker.matching.recipe import Recipe, default_recipe
from matchmaker.matching.stems import fold, sound
from matchmaker.matching.text import Analysis, analyse_all

Languages = Sequence[str | None] | str | None


class TextSpace(TransformerMixin, BaseEstimator):
    """Turn texts into TF-IDF rows of unit length, in blocks.

    Blocks: stems by language, and concepts. The row of a text that looks for others reaches over
    links to more words: to those that are spelt alike, in its own and in other languages, and to
    those that often stand beside its own. ``transform_queries(a) @ transform(b).T`` is the
    similarity, from 0 to 1.

    Parameters
    ----------
    concepts : sequence of Concept or None, default=None
        Meanings that words of several languages share; None takes the product's vocabularies
        and its glossary.
    recipe : Recipe or None, default=None
        The weights; None takes the recipe that ships with the product.

    Attributes
    ----------
    blocks_ : dict of str to Block
        What was learnt, by block, in the order of the columns.
    relatives_, companions_ : csr arrays of shape (n_features, n_features)
        Strength of the links from each feature of a query (row) to others (columns).
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
        self.fit_weighed(analyses)
        return self

    def fit_weighed(self, analyses: Sequence[Analysis]) -> csr_array:
        """Fit, and return what ``weighed`` would return for the same texts."""
        self.prepare()
        rows = [block.fit_transform(analyses) for block in self.blocks_.values()]
        self.texts_ = dict(texts_by_language(analyses))
        self.ready()
        weighed = self._together(*rows)
        self._learn_links([analysis.language for analysis in analyses], weighed)
        return weighed

    def prepare(self) -> None:
        """Set up empty blocks, to be fitted or restored."""
        self.recipe_ = self.recipe or default_recipe()
        self.concept_index_ = index_of(self.concepts, self.recipe_.senses)
        self.blocks_: dict[str, Block] = {
            "words": Block("words", stems_of, by_language=True),
            "concepts": ConceptBlock(self.concept_index_),
        }

    def ready(self) -> None:
        """Lay out what follows from the blocks, once they are fitted or restored."""
        words = self.blocks_["words"]
        spelt = self._spelt(words.terms, words.idf)
        self._relatives = Relatives(self.recipe_.relatives).fit(spelt)
        known = np.array([bool(meanings) for meanings in spelt.meanings], dtype=bool)
        weights = self.recipe_.blocks
        self._scale = weights.words * np.where(known, weights.known, 1.0)

    def _spelt(self, terms: Sequence[str], idf: NDArray[np.float64]) -> Spelt:
        parted = [term.split(":", 1) for term in terms]
        return Spelt(
            np.array([_place(language) for language, _ in parted], dtype=np.int64),
            [sound(fold(stem)) for _, stem in parted],
            idf,
            [self.concept_index_.meanings(language, stem) for language, stem in parted],
        )

    def _learn_links(self, languages: Sequence[str], weighed: csr_array) -> None:
        n, settings = self.n_features, self.recipe_.companions
        alike = self._relatives.matrix()
        alike.resize((n, n))
        self.relatives_ = alike
        words = self.blocks_["words"]  # not of what was chosen: a choice is no word beside others
        n_words = len(words.terms)
        spoken = np.array(languages)
        together = csr_array((n, n))
        for language, size in sorted(self.texts_.items()):
            if settings.weight > 0.0 and size >= settings.least_texts:
                own = unit_rows(weighed[np.flatnonzero(spoken == language)][:, :n_words])
                found = companions(own, words.idf, settings)
                found.resize((n, n))
                together = together + found
        self.companions_ = strongest(csr_array(together), settings.most)

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
        return unit_rows(self.weighed(analyses))

    def transform_analysed_queries(self, analyses: Sequence[Analysis]) -> csr_array:
        """Do the work of ``transform_queries`` on texts whose words are known already."""
        return unit_rows(self.reaching(analyses))

    def weighed(self, analyses: Sequence[Analysis]) -> csr_array:
        """Return the weights of the features that stand in each text, not normalised."""
        return self._together(*(block.transform(analyses) for block in self.blocks_.values()))

    def _together(self, words: csr_array, concepts: csr_array) -> csr_array:
        """Put the blocks side by side, each with its weight."""
        words = csr_array(words @ diags_array(self._scale)) if words.shape[1] else words
        meaning = concepts * np.sqrt(self.recipe_.blocks.concepts)
        return csr_array(hstack([words, meaning], format="csr"))

    def reaching(self, analyses: Sequence[Analysis], weighed: csr_array | None = None) -> csr_array:
        """Return the weights of all features that queries find, not normalised.

        ``weighed`` is what `weighed` returns for them, if that is known already.
        """
        plain = self.weighed(analyses) if weighed is None else weighed
        reached = plain + plain @ self.relatives_ + plain @ self.companions_
        weights, links = self.strange(analyses)
        if links.nnz:
            reached = reached + weights @ links
        return strongest(csr_array(reached), self.recipe_.blocks.most_features)

    def strange(self, analyses: Sequence[Analysis]) -> tuple[csr_array, csr_array]:
        """Return what words outside the vocabulary bring to a query.

        The first array holds their weights, of shape (n_texts, n_strange), the second their links,
        of shape (n_strange, n_features). The terms are in the order in which they are met.
        """
        known = self.blocks_["words"].columns
        counts = [Counter(t for t in stems_of(a) if t not in known) for a in analyses]
        terms = list(dict.fromkeys(term for own in counts for term in own))
        idf = np.array([self._unseen(term) for term in terms])
        place = {term: i for i, term in enumerate(terms)}
        indices = [place[term] for own in counts for term in own]
        values = [(1 + log(n)) * idf[place[term]] for own in counts for term, n in own.items()]
        starts = np.cumsum([0, *(len(own) for own in counts)])
        weights = csr_array(
            (np.array(values), np.array(indices, dtype=np.int64), starts),
            shape=(len(analyses), len(terms)),
        )
        links = self._relatives.of(self._spelt(terms, idf))
        links.resize((len(terms), self.n_features))
        return weights, links

    def _unseen(self, term: str) -> float:
        """Return the idf of a term that no text holds."""
        return log(1 + self.texts_.get(term.split(":", 1)[0], 0)) + 1

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


def _place(language: str) -> int:
    return int(language_places([language])[0])
