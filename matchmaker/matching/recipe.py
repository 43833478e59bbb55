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
    """What the features of a text weigh, and how many a query may have; see ``recipe.toml``."""

    words: float
    concepts: float
    known: float
    most_features: int


@dataclass(frozen=True, slots=True)
class SenseSettings:
    """How surely a word names a concept."""

    part: float
    strange_part: float
    guessed: float
    prior: float
    elsewhere: float
    often: float


@dataclass(frozen=True, slots=True)
class RelativeSettings:
    """Which terms count as spelt alike, and how much a link between them counts."""

    shortest: int
    longest: int
    least: float
    power: float
    own: float
    abroad: float
    most: int
    least_letters: int
    too_common: float


@dataclass(frozen=True, slots=True)
class CompanionSettings:
    """Which terms count as companions, and how much a link between them counts."""

    least_texts: int
    most_texts: int
    least_met: int
    most_terms: int
    dimensions: int
    rounds: int
    least: float
    weight: float
    most: int


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """How pairs of languages are brought to one scale."""

    sample: int
    steady_from: int
    floor: float
    evened: float


@dataclass(frozen=True, slots=True)
class FitWeights:
    """What one direction of a fit is made of."""

    text: float
    does_as_offer: float
    type: float
    theme: float
    wished_country: float
    wished_kind: float
    wished_sector: float
    nice: float
    must: float


@dataclass(frozen=True, slots=True)
class ScoreWeights:
    """What the score of a pair is made of."""

    mutual: float
    does: float
    sectors: float
    languages: float
    rivalry: float
    smoothing: float
    spread: float


@dataclass(frozen=True, slots=True)
class FreshSettings:
    """How a profile that nobody confirms sinks."""

    half_life: float
    floor: float


@dataclass(frozen=True, slots=True)
class ListSettings:
    """How near-twins are parted in a list, and how many guests a list takes."""

    twins: float
    most_twins: int
    first: int
    window: int
    guest_places: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """All weights, and the version that names them in a run."""

    version: str
    blocks: BlockWeights
    senses: SenseSettings
    relatives: RelativeSettings
    companions: CompanionSettings
    languages: LanguageSettings
    fit: FitWeights
    score: ScoreWeights
    fresh: FreshSettings
    lists: ListSettings

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build a recipe from the tables of a TOML file; a missing number is a TypeError."""
        return cls(
            version=str(data["version"]),
            blocks=BlockWeights(**data["blocks"]),
            senses=SenseSettings(**data["senses"]),
            relatives=RelativeSettings(**data["relatives"]),
            companions=CompanionSettings(**data["companions"]),
            languages=LanguageSettings(**data["languages"]),
            fit=FitWeights(**data["fit"]),
            score=ScoreWeights(**data["score"]),
            fresh=FreshSettings(**data["fresh"]),
            lists=ListSettings(**data["lists"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain tables, as ``from_dict`` takes them."""
        return asdict(self)


def recipe_from(text: str) -> Recipe:
    """Read a recipe from the text of a TOML file.

    Raises
    ------
    ValueError
        The text is no TOML, or a number is missing or unknown; the sentence says which.
    """
    try:
        return Recipe.from_dict(tomllib.loads(text))
    except KeyError as missing:
        raise ValueError(f"{missing} is missing") from missing
    except TypeError as error:
        raise ValueError(str(error).partition(" ")[2]) from error


@cache
def default_recipe() -> Recipe:
    """Return the recipe that ships with the product."""
    text = files("matchmaker.matching").joinpath("recipe.toml").read_text(encoding="utf-8")
    return recipe_from(text)


recipe_version: str = default_recipe().version
