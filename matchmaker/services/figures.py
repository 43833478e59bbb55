# SPDX-License-Identifier: MIT
"""Numbers that may be shown to everybody: true, and never about one actor alone."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from matchmaker.services.visibility import CONTACT_OPEN
from matchmaker.store import Actor, Pairing, Run, Suggestion

MAP_THREADS = 18
BEST_RANK = 3


@dataclass(frozen=True)
class PublicFigures:
    """What the first page tells."""

    actors: int
    countries: int
    languages: int
    introductions: int


@dataclass(frozen=True)
class Corridor:
    """Two cities between which suggestions run; ``weight`` counts them."""

    one: tuple[str, str]  # city, country
    other: tuple[str, str]
    weight: int


def public(session: Session) -> PublicFigures:
    row = session.execute(
        select(
            func.count(),
            func.count(func.distinct(Actor.country)),
            func.count(func.distinct(Actor.language)),
        ).where(Actor.state == "published")
    ).one()
    met = select(func.count()).select_from(Pairing).where(Pairing.state.in_(CONTACT_OPEN))
    return PublicFigures(row[0], row[1], row[2], session.scalar(met) or 0)


def corridors(session: Session, *, limit: int = MAP_THREADS) -> list[Corridor]:
    """Return the city pairs with most suggestions of the first three ranks, spread over cities.

    Every city has three threads at most, so that the map shows the region and not one hub.
    """
    one, other = aliased(Actor), aliased(Actor)
    query = (
        select(one.city, one.country, other.city, other.country, func.count())
        .select_from(Suggestion)
        .join(Run, Run.id == Suggestion.run_id)
        .join(one, one.id == Suggestion.actor_id)
        .join(other, other.id == Suggestion.other_id)
        .where(
            Run.state == "current", Suggestion.rank <= BEST_RANK, one.city != "", other.city != ""
        )
        .group_by(one.city, one.country, other.city, other.country)
    )
    weights: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    for city, country, other_city, other_country, count in session.execute(query):
        ends = sorted(((city, country), (other_city, other_country)))
        weights[ends[0], ends[1]] += count
    used: Counter[tuple[str, str]] = Counter()
    chosen: list[Corridor] = []
    for (a, b), weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        if used[a] < 3 and used[b] < 3 and len(chosen) < limit:
            used.update((a, b))
            chosen.append(Corridor(a, b, weight))
    return chosen
