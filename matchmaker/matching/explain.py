# SPDX-License-Identifier: MIT
"""Why a pair has its score: the same arithmetic as in `fit`, kept apart and named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.evidence import Side, text_evidence
from matchmaker.matching.fit import Scorer
from matchmaker.matching.pool import NO_CODES, Passages, Place, Pool, analyse_passage
from matchmaker.matching.space import TextSpace
from matchmaker.matching.values import ActorText, Evidence, Explanation, Passage, Thread


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pools of one actor each, the query and the candidate."""

    space: TextSpace
    scorer: Scorer
    query: Pool
    candidate: Pool


def explain_pair(space: TextSpace, scorer: Scorer, query: Pool, candidate: Pool) -> Explanation:
    """Return the parts of the score of two actors, with the words that carried each part."""
    pair = Pair(space, scorer, query, candidate)
    inward = float(scorer.directed(query, candidate)[0, 0])
    outward = float(scorer.directed(candidate, query)[0, 0])
    fused = float(scorer.mutual(np.array([[inward]]), np.array([[outward]]))[0, 0])
    # The fused fit is shared out by what each direction brought to it.
    weight = scorer.recipe.score.mutual
    factor = weight * fused / (inward + outward) if inward + outward > 0 else 0.0
    threads = (
        _direction(pair, "they_offer_we_seek", factor),
        _direction(pair, "we_offer_they_seek", factor),
        _both(pair),
    )
    kept = float(scorer.kept(query, candidate)[0, 0])
    return _spread(threads, kept, scorer.recipe.score.spread)


def _spread(threads: tuple[Thread, ...], kept: float, power: float) -> Explanation:
    """Bring a sum to its power, after what is lost by rivalry and age; all keep their shares."""
    total = sum(thread.contribution for thread in threads)
    factor = (kept * total) ** power / total if total > 0.0 else 0.0
    scaled = tuple(
        replace(
            thread,
            contribution=factor * thread.contribution,
            adjustment=factor * thread.adjustment,
            evidence=tuple(
                replace(reason, contribution=factor * reason.contribution)
                for reason in thread.evidence
            ),
        )
        for thread in threads
    )
    parts = {thread.part: thread.contribution for thread in scaled}
    return Explanation(sum(parts.values()), parts, scaled)


def _direction(pair: Pair, part: str, factor: float) -> Thread:
    """Find the seek and the offer that meet best, and why they do."""
    inward = part == "they_offer_we_seek"
    seeker, offerer = (pair.query, pair.candidate) if inward else (pair.candidate, pair.query)
    met = pair.scorer.passages(seeker, offerer)
    if met.size == 0 or met.max() <= 0.0:
        return Thread(part, 0.0)
    s, o = (int(i) for i in np.unravel_index(int(met.argmax()), met.shape))
    weights = pair.scorer.recipe.fit
    strength = weights.does_as_offer if offerer.offers.is_does[o] else 1.0
    seek = _side(pair.space, seeker.actors[0], seeker.seeks, s)
    offer = _side(pair.space, offerer.actors[0], offerer.offers, o)
    # on the scale of the languages a similarity counts less or more: so do its reasons
    similar = float((seek.row @ offer.row.T).sum())
    fair = float(pair.scorer.text(seeker.seeks, offerer.offers, pair.scorer.scale)[s, o])
    facets = pair.scorer.facets(seeker, offerer)
    whole = weights.text * strength * fair + sum(
        weight * float(agreed[s, o]) for _, weight, agreed in facets
    )
    shown = factor * float(met[s, o]) / whole  # a fit ends at 1, however much speaks for it
    words = shown * weights.text * strength * (fair / similar if similar > 0.0 else 0.0)
    sides = (seek, offer) if inward else (offer, seek)
    evidence = _chosen(pair, seeker, s, offerer, o, shown)
    evidence += text_evidence(pair.space, *sides, words)
    places = seeker.seeks.places[s], offerer.offers.places[o]
    return _thread(
        part, factor * float(met[s, o]), places if inward else places[::-1], sides, evidence
    )


def _both(pair: Pair) -> Thread:
    """Say what the two have in common: what they do, their sectors and their languages."""
    total, evidence = 0.0, []
    sides = tuple(
        _side(pair.space, pool.actors[0], pool.does, 0) for pool in (pair.query, pair.candidate)
    )
    for name, weight, agreement in pair.scorer.both(pair.query, pair.candidate):
        share = weight * float(agreement[0, 0])
        total += share
        if name == "does":
            if share > 0.0:
                similar = float((sides[0].row @ sides[1].row.T).sum())
                evidence += text_evidence(pair.space, sides[0], sides[1], share / similar)
        elif share > 0.0:
            field = "sectors" if name == "sector" else "working_languages"
            evidence += _labels(name, share, pair, field)
    places = pair.query.does.places[0], pair.candidate.does.places[0]
    return _thread("both_do", total, places, (sides[0], sides[1]), evidence)


def _labels(name: str, share: float, pair: Pair, field: str) -> list[Evidence]:
    """Share out a facet among the codes that both actors have."""
    first, second = (getattr(pool.actors[0], field) for pool in (pair.query, pair.candidate))
    return _facet(name, share, [code for code in dict.fromkeys(first) if code in second])


def _facet(name: str, share: float, codes: Iterable[str]) -> list[Evidence]:
    known = [code for code in codes if code not in NO_CODES]
    return [Evidence("facet", share / len(known), label=f"{name}:{code}") for code in known]


def _chosen(
    pair: Pair, seeker: Pool, s: int, offerer: Pool, o: int, factor: float
) -> list[Evidence]:
    """Return what was chosen from lists on both sides of a thread."""
    seek_actor, offer_actor = seeker.actors[0], offerer.actors[0]
    seek = _passage(seek_actor, seeker.seeks.places[s])
    offer = _passage(offer_actor, offerer.offers.places[o])
    named = {
        "type": [seek.type],
        "theme": [code for code in dict.fromkeys(seek.themes) if code in offer.themes],
        "wished_country": [offer_actor.country] * (offer_actor.country in seek.countries)
        + [seek_actor.country] * (seek_actor.country in offer.countries),
        "wished_kind": [offer_actor.kind] * (offer_actor.kind in seek.kinds)
        + [seek_actor.kind] * (seek_actor.kind in offer.kinds),
        "wished_sector": [code for code in offer_actor.sectors if code in seek.sectors]
        + [code for code in seek_actor.sectors if code in offer.sectors],
    }
    return [
        reason
        for name, weight, agreement in pair.scorer.facets(seeker, offerer)
        if agreement[s, o] > 0.0
        for reason in _facet(name, factor * weight * float(agreement[s, o]), named[name])
    ]


def _passage(actor: ActorText, place: Place) -> Passage:
    if place.field == "does":
        return actor.does
    passages: tuple[Passage, ...] = getattr(actor, place.field)
    return passages[place.index]


def _side(space: TextSpace, actor: ActorText, passages: Passages, i: int) -> Side:
    place = passages.places[i]
    passage = _passage(actor, place)
    analysis = analyse_passage(passage, actor, place.field)
    return Side(passage.text, analysis, passages.rows[i : i + 1], place.field == "seeks")


def _thread(
    part: str,
    contribution: float,
    places: tuple[Place, Place],
    sides: tuple[Side, Side],
    evidence: list[Evidence],
) -> Thread:
    reasons = _merged(evidence)
    return Thread(
        part, contribution, places[0].field, places[0].index, places[1].field, places[1].index,
        sides[0].text, sides[1].text,
        contribution - sum(reason.contribution for reason in reasons), reasons,
    )  # fmt: skip


def _merged(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    """Put reasons that say the same choice into one; the strongest first."""
    words = [reason for reason in evidence if reason.block != "facet"]
    totals: dict[str, float] = {}
    for reason in evidence:
        if reason.block == "facet":
            totals[reason.label] = totals.get(reason.label, 0.0) + reason.contribution
    facets = [Evidence("facet", total, label=label) for label, total in totals.items()]
    return tuple(sorted(words + facets, key=lambda reason: -reason.contribution))
