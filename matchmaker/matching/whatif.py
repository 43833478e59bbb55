# SPDX-License-Identifier: MIT
"""What would lift a pair: single changes of a profile, tried out and reckoned anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from matchmaker.matching.pool import NO_CODES
from matchmaker.matching.values import ActorText, Explanation

_LEAST: Final = 0.02  # of a score: smaller gains are not worth a sentence
_ONE_SIDED: Final = 1 / 3  # a direction below this part of the other is the weak one
_STALE: Final = 180  # days

Score = Callable[[ActorText, ActorText], float]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a profile and the score that the pair would have with it.

    ``label`` is "they_seek" (they sought what we offer as much as we seek what they offer),
    "we_seek" (the reverse), "language:pl" (we also worked in a language of theirs),
    "type:residency" (our seek was of the type of their offer), "they_confirm" or "we_confirm" (an
    old profile was confirmed).
    """

    label: str
    score: float


def best_change(
    query: ActorText,
    candidate: ActorText,
    explanation: Explanation,
    score: Score,
    if_mutual: float,
) -> Change | None:
    """Return the change that lifts a pair most; None if none is worth a sentence.

    ``if_mutual`` is the score that the pair would have if its weaker direction were as strong
    as the other.
    """
    tried = [
        Change(label, score(one, two))
        for label, one, two in _changes(query, candidate, explanation)
    ]
    inward = explanation.parts.get("they_offer_we_seek", 0.0)
    outward = explanation.parts.get("we_offer_they_seek", 0.0)
    if query.offers and outward < _ONE_SIDED * inward:
        tried.append(Change("they_seek", if_mutual))
    if candidate.offers and inward < _ONE_SIDED * outward:
        tried.append(Change("we_seek", if_mutual))
    best = max(tried, key=lambda change: change.score, default=None)
    return best if best and best.score >= explanation.score + _LEAST else None


def _changes(
    query: ActorText, candidate: ActorText, explanation: Explanation
) -> Iterator[tuple[str, ActorText, ActorText]]:
    if not set(query.working_languages) & set(candidate.working_languages):
        for code in candidate.working_languages:
            more = (*query.working_languages, code)
            yield f"language:{code}", replace(query, working_languages=more), candidate
    yield from _types(query, candidate, explanation)
    if candidate.age >= _STALE:
        yield "they_confirm", query, replace(candidate, age=0)
    if query.age >= _STALE:
        yield "we_confirm", replace(query, age=0), candidate


def _types(
    query: ActorText, candidate: ActorText, explanation: Explanation
) -> Iterator[tuple[str, ActorText, ActorText]]:
    """Give our seek the type of the offer that meets it, if we chose none or another."""
    for thread in explanation.threads:
        met = thread.query_field == "seeks" and thread.candidate_field == "offers"
        if not met or thread.contribution <= 0.0:
            continue
        seek, offer = query.seeks[thread.query_index], candidate.offers[thread.candidate_index]
        if offer.type in NO_CODES or offer.type == seek.type:
            continue
        seeks = list(query.seeks)
        seeks[thread.query_index] = replace(seek, type=offer.type)
        yield f"type:{offer.type}", replace(query, seeks=tuple(seeks)), candidate
