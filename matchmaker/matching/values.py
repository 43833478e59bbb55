# SPDX-License-Identifier: MIT
"""The values that go into the matching and the reasons that come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Span = tuple[int, int]  # start and end in characters of the text as it was given
CRITERIA: Final = ("type", "country", "kind", "sector", "language")
PRIORITIES: Final = ("nice", "prefer", "must")


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of an actor: what it does, or one thing that it offers or seeks.

    The text of an opportunity is its title, a line break and its text. ``language`` is an
    ISO 639-1 code, or None to have it detected. ``countries``, ``kinds`` and ``sectors`` are the
    wished ones. ``priorities`` says how much a criterion counts: pairs of one of `CRITERIA` and
    "must" (who fails it does not meet this passage, and is no partner at all if it leaves
    nothing to meet), "prefer" (as if nothing was said) or "nice".
    """

    text: str = ""
    language: str | None = None
    type: str = ""
    themes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    priorities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActorText:
    """All that the matching knows of an actor.

    ``key`` is any stable name: an actor is never suggested to an actor of the same key.
    Codes that no vocabulary knows count as plain tags. ``age`` is how many days ago the profile was
    last confirmed; two actors that differ in nothing else are the same to ``==``.
    """

    key: str
    country: str
    kind: str = ""
    sectors: tuple[str, ...] = ()
    working_languages: tuple[str, ...] = ()
    does: Passage = field(default_factory=Passage)
    offers: tuple[Passage, ...] = ()
    seeks: tuple[Passage, ...] = ()
    age: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: words of two texts that carried a part of a score.

    ``block`` says how they met: "words" (same stem), "surface" (the same word in two languages),
    "chars" (words that look alike), "companions" (words that often stand in the same texts),
    "concepts" (words of one meaning), or "facet" (a choice made on both sides: the spans are empty
    and ``label`` is "type:residency", "theme:climate", "sector:music", "kind:museum",
    "language:en", "wished_country:EE", "wished_kind:museum" or "wished_sector:music").
    The label of "concepts" is the id of the concept ("sectors:music", "glossary:residency");
    one side may have no words there: it chose the concept from a list.
    The words are given as they stand in the texts.
    """

    block: str
    contribution: float
    query_spans: tuple[Span, ...] = ()
    candidate_spans: tuple[Span, ...] = ()
    query_words: tuple[str, ...] = ()
    candidate_words: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """The two passages that speak to each other in one part of a score.

    ``part`` is "they_offer_we_seek", "we_offer_they_seek" or "both_do". The passages are named
    by their place: ``query_field`` is "does", "offers" or "seeks" (as ``candidate_field``), the
    index counts in that field. A field is "" and its index -1 where no texts met.
    The evidence names what the score would be lower without. ``adjustment`` is the rest: what
    bringing the two languages to one scale took away, and words too weak to be named. Evidence
    and adjustment add up to ``contribution``.
    """

    part: str
    contribution: float
    query_field: str = ""
    query_index: int = -1
    candidate_field: str = ""
    candidate_index: int = -1
    query_text: str = ""
    candidate_text: str = ""
    adjustment: float = 0.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair has its score: ``parts`` add up to it, and each thread adds up to its part."""

    score: float
    parts: Mapping[str, float]
    threads: tuple[Thread, ...]
