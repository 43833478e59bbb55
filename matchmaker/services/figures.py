# SPDX-License-Identifier: MIT
"""Numbers that may be shown to everybody: true, and never about one actor alone."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from matchmaker.services.visibility import CONTACT_OPEN
from matchmaker.store import Actor, Pairing, Run, Suggestion

MAP_THREADS = 24
CITY_THREADS = 3  # at most, of one city
BEST_RANK = 3
AT_LEAST = 2  # public actors of a city that is named

City = tuple[str, str]  # name, country


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

    one: City
    other: City
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


def corridors(
    session: Session,
    *,
    limit: int = MAP_THREADS,
    known: Callable[[str, str], bool] = lambda city, country: True,
) -> list[Corridor]:
    """Return city pairs between which suggestions of the first ranks run, heaviest first.

    A city stands for two public actors at least, so that no thread tells of one alone. The
    countries take turns, and every city has few threads: the map shows the region and not one
    hub. ``known`` says of a city and its country whether they can be shown.
    """
    public_cities = {city for city in _cities_of_several(session) if known(*city)}
    by_countries: dict[tuple[str, str], list[Corridor]] = defaultdict(list)
    for corridor in _weighed(session):
        if corridor.one in public_cities and corridor.other in public_cities:
            by_countries[corridor.one[1], corridor.other[1]].append(corridor)
    for found in by_countries.values():
        found.sort(key=_heaviest_first)
    return sorted(_spread(by_countries, limit), key=_heaviest_first)


def _cities_of_several(session: Session) -> set[City]:
    query = (
        select(Actor.city, Actor.country)
        .where(Actor.state == "published", Actor.city != "")
        .group_by(Actor.city, Actor.country)
        .having(func.count() >= AT_LEAST)
    )
    return {(city, country) for city, country in session.execute(query)}


def _weighed(session: Session) -> list[Corridor]:
    """Return all corridors of the current run; the country that comes first is ``one``."""
    one, other = aliased(Actor), aliased(Actor)
    query = (
        select(one.city, one.country, other.city, other.country, func.count())
        .select_from(Suggestion)
        .join(Run, Run.id == Suggestion.run_id)
        .join(one, one.id == Suggestion.actor_id)
        .join(other, other.id == Suggestion.other_id)
        .where(
            Run.state == "current",
            Suggestion.rank <= BEST_RANK,
            one.state == "published",
            other.state == "published",
        )
        .group_by(one.city, one.country, other.city, other.country)
    )
    weights: Counter[tuple[City, City]] = Counter()
    for city, country, other_city, other_country, count in session.execute(query):
        ends = sorted(((city, country), (other_city, other_country)), key=lambda end: end[::-1])
        weights[ends[0], ends[1]] += count
    return [Corridor(a, b, weight) for (a, b), weight in weights.items()]


def _heaviest_first(corridor: Corridor) -> tuple[int, City, City]:
    return -corridor.weight, corridor.one, corridor.other


def _spread(by_countries: dict[tuple[str, str], list[Corridor]], limit: int) -> list[Corridor]:
    """Choose in turns: the country pair, then the country, that was shown least; then weight."""
    cities: Counter[City] = Counter()
    countries: Counter[str] = Counter()
    turns: Counter[tuple[str, str]] = Counter()

    def next_of(pair: tuple[str, str]) -> Corridor | None:
        waiting = by_countries[pair]
        while waiting and max(cities[waiting[0].one], cities[waiting[0].other]) >= CITY_THREADS:
            waiting.pop(0)  # a city that is full stays full
        return waiting[0] if waiting else None

    chosen: list[Corridor] = []
    while len(chosen) < limit:
        heads = [(pair, head) for pair in by_countries if (head := next_of(pair)) is not None]
        if not heads:
            break
        pair, best = min(
            heads,
            key=lambda item: (
                turns[item[0]],
                min(countries[item[0][0]], countries[item[0][1]]),
                _heaviest_first(item[1]),
            ),
        )
        by_countries[pair].pop(0)
        turns[pair] += 1
        countries.update(pair)
        cities.update((best.one, best.other))
        chosen.append(best)
    return chosen
