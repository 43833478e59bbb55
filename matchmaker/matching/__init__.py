# SPDX-License-Identifier: MIT
"""Matching, pure: texts and arrays in, similarities and reasons out; no database, no page."""

from matchmaker.matching.concepts import Concept
from matchmaker.matching.detection import Guess, detect
from matchmaker.matching.errors import CollectionError, IndexDamagedError, MatchingError
from matchmaker.matching.neighbours import CrossBorderNeighbors
from matchmaker.matching.partners import PartnerMatcher
from matchmaker.matching.recipe import Recipe, default_recipe, recipe_from, recipe_version
from matchmaker.matching.space import TextSpace
from matchmaker.matching.values import ActorText, Evidence, Explanation, Passage, Thread
from matchmaker.matching.whatif import Change

__all__ = [
    "ActorText",
    "Change",
    "CollectionError",
    "Concept",
    "CrossBorderNeighbors",
    "Evidence",
    "Explanation",
    "Guess",
    "IndexDamagedError",
    "MatchingError",
    "PartnerMatcher",
    "Passage",
    "Recipe",
    "TextSpace",
    "Thread",
    "default_recipe",
    "detect",
    "recipe_from",
    "recipe_version",
]
