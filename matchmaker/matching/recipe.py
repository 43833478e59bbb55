# SPDX-License-Identifier: MIT
"""The recipe: every weight of the matching as one versioned value, read from ``recipe.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, Final, Self


class RecipeError(ValueError):
    """What is wrong with a recipe: a clause that goes on after its name."""


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
        """Build a recipe from the tables of a TOML file.

        Raises
        ------
        ValueError
            A number or a table is missing, unknown, of the wrong type or out of its range.
        """
        missing, unknown = _TABLES.keys() - data.keys(), data.keys() - _TABLES.keys() - {"version"}
        for names, fault in ((missing, "is missing"), (unknown, "is unknown")):
            if names:
                raise RecipeError(f"[{min(names)}] {fault}")
        if not isinstance(data.get("version"), str):
            raise RecipeError("version is missing, or no text")
        tables = {name: _table(name, kind, data[name]) for name, kind in _TABLES.items()}
        recipe = cls(version=data["version"], **tables)
        parts = recipe.score.mutual + recipe.score.does
        parts += recipe.score.sectors + recipe.score.languages
        if abs(parts - 1.0) > _ROUNDED:
            raise RecipeError(f"the parts of [score] add up to {parts:.3f}, and 1 is needed")
        return recipe

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain tables, as ``from_dict`` takes them."""
        return asdict(self)


_TABLES: Final[dict[str, type[Any]]] = {
    "blocks": BlockWeights,
    "senses": SenseSettings,
    "relatives": RelativeSettings,
    "companions": CompanionSettings,
    "languages": LanguageSettings,
    "fit": FitWeights,
    "score": ScoreWeights,
    "fresh": FreshSettings,
    "lists": ListSettings,
}
_ROUNDED: Final = 1e-6
_ABOVE_ZERO: Final = frozenset({"half_life", "guest_places", "spread", "shortest", "dimensions"})


def _table(name: str, kind: type[Any], given: Any) -> Any:
    """Check and build one table of a recipe."""
    if not isinstance(given, dict):
        raise RecipeError(f"{name} is no table")
    wanted = {field.name: field.type for field in fields(kind)}
    for key in sorted(wanted.keys() ^ given.keys()):
        fault = "is missing" if key in wanted else "is unknown"
        raise RecipeError(f"{key} in [{name}] {fault}")
    for key, value in given.items():
        whole = wanted[key] == "int"
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            sort = "whole number" if whole else "number"
            raise RecipeError(f"{key} in [{name}] is {value!r}, and a {sort} is needed")
        if not value >= 0 or value == float("inf") or (key in _ABOVE_ZERO and value == 0):
            raise RecipeError(f"{key} in [{name}] is {value!r}, which is out of its range")
    return kind(**given)


def recipe_from(text: str) -> Recipe:
    """Read a recipe from the text of a TOML file.

    Raises
    ------
    ValueError
        The text is no TOML, or a number is missing or unknown; the sentence says which.
    """
    return Recipe.from_dict(tomllib.loads(text))


@cache
def default_recipe() -> Recipe:
    """Return the recipe that ships with the product."""
    text = files("matchmaker.matching").joinpath("recipe.toml").read_text(encoding="utf-8")
    return recipe_from(text)


recipe_version: str = default_recipe().version
