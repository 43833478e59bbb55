# SPDX-License-Identifier: MIT
"""The recipe: every weight of the matching as one versioned value, read from ``recipe.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class BlockWeights:
    """Share of each block of features; see ``recipe.toml``."""

    words: float
    chars: float
    surface: float
    concepts: float


@dataclass(frozen=True, slots=True)
class CharSettings:
    """Lengths of the character n-grams and which of them are kept."""

    shortest: int
    longest: int
    rare_from: int
    steady_from: int
    too_common: float


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """How pairs of languages are brought to one scale."""

    sample: int
    steady_from: int
    floor: float


@dataclass(frozen=True, slots=True)
class FitWeights:
    """What one direction of a fit is made of."""

    text: float
    does_as_offer: float
    type: float
    theme: float
    wished_country: float
    wished_kind: float


@dataclass(frozen=True, slots=True)
class ScoreWeights:
    """What the score of a pair is made of."""

    mutual: float
    does: float
    sectors: float
    languages: float
    smoothing: float
    spread: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """All weights, and the version that names them in a run."""

    version: str
    blocks: BlockWeights
    chars: CharSettings
    languages: LanguageSettings
    fit: FitWeights
    score: ScoreWeights

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build a recipe from the tables of a TOML file; a missing number is a TypeError."""
        return cls(
            version=str(data["version"]),
            blocks=BlockWeights(**data["blocks"]),
            chars=CharSettings(**data["chars"]),
            languages=LanguageSettings(**data["languages"]),
            fit=FitWeights(**data["fit"]),
            score=ScoreWeights(**data["score"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain tables, as ``from_dict`` takes them."""
        return asdict(self)


@cache
def default_recipe() -> Recipe:
    """Return the recipe that ships with the product."""
    text = files("matchmaker.matching").joinpath("recipe.toml").read_text(encoding="utf-8")
    return Recipe.from_dict(tomllib.loads(text))


recipe_version: str = default_recipe().version
