# SPDX-License-Identifier: MIT
"""The glossary: words of the trade and of every day in eleven languages, read from tables.

``data/glossary/*.csv`` holds a row for each concept; its README says how a cell is written.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from matchmaker.vocabulary import LANGUAGES, normalise_language

PREFIX: Final = "glossary:"
_FORMS: Final = " ~ "
_DOUBTFUL: Final = "*"


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning: an id and the words for it, by language. The first label is shown.

    ``forms`` are inflected forms that stemming would not bring to a label; they are never shown.
    ``doubtful`` are the labels that, standing alone, often mean something else. ``field`` is the
    part of the trade that the concept belongs to: it tells the senses of a word apart.
    """

    id: str
    labels: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    doubtful: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    field: str = ""


def parse_cell(cell: str) -> tuple[tuple[str, ...], frozenset[str], tuple[str, ...]]:
    """Return the labels, those of them that are doubtful, and the inflected forms of a cell."""
    shown, _, inflected = cell.partition(_FORMS)
    marked = [label.strip() for label in shown.split(";")]
    labels = tuple(label.rstrip(_DOUBTFUL) for label in marked if label)
    doubtful = frozenset(label[:-1] for label in marked if label.endswith(_DOUBTFUL))
    forms = tuple(form.strip() for form in inflected.split(";") if form.strip())
    return labels, doubtful, forms


@cache
def glossary() -> tuple[Concept, ...]:
    """Return the concepts of the glossary, in the order of its tables."""
    concepts = []
    for name in ("trade", "everyday"):
        source = files("matchmaker").joinpath("data", "glossary", f"{name}.csv")
        for row in csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"))):
            cells = {code: parse_cell(row[code]) for code in LANGUAGES}
            concepts.append(
                Concept(
                    PREFIX + row["id"],
                    {code: cell[0] for code, cell in cells.items()},
                    {code: cell[2] for code, cell in cells.items() if cell[2]},
                    {code: cell[1] for code, cell in cells.items() if cell[1]},
                    row["field"],
                )
            )
    return tuple(concepts)


@cache
def _shown() -> dict[str, Mapping[str, tuple[str, ...]]]:
    return {concept.id: concept.labels for concept in glossary()}


def shown_label(concept: str, language: str) -> str | None:
    """Return what a concept of the glossary is called in a language (else in English)."""
    labels = _shown().get(concept)
    return labels.get(normalise_language(language), labels["en"])[0] if labels else None
