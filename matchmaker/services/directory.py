# SPDX-License-Identifier: MIT
"""The public directory: search by words as people inflect them, and facets.

Each published actor has an entry a searchable word: the stem in the language of its texts
(``lv:teatr``), the plain spelling of names and places (``=liepaja``), and what its sectors, kind
and country are called in all eleven languages. A word of a query finds whatever it is the same
word of in any language; several words must all be found. Stems are kept without accents, so
that nobody needs the keyboard of the neighbours.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from matchmaker.matching.stems import fold
from matchmaker.matching.text import WordForm, analyse, word_form
from matchmaker.services.texts import valid, written
from matchmaker.store import Actor, ActorSector, ActorTerm, Opportunity
from matchmaker.store.actors import whole_actor
from matchmaker.vocabulary import LANGUAGES, vocabulary

QUERY_WORDS = 8
TERM_LENGTH = 64
NAME, TITLE, TEXT, LABEL = 6.0, 3.0, 1.0, 0.5  # own words before the words of a list
NO_LANGUAGE = "zxx"  # ISO 639-2: no stop words, no stems

# Snowball leaves several stems of one Estonian noun: näitu(s), näitus(tel), näituse(d), näitusi.
ESTONIAN_ENDING = re.compile(r"(?<=\w{4})[aeiu]*s?[aeiu]*$")

Span = tuple[int, int]
Facets = dict[str, dict[str, int]]  # countries, kinds, sectors, types: code -> how many


@dataclass(frozen=True)
class Search:
    """What to look for; an empty field means all. ``without`` is a country to leave out."""

    words: str = ""
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    without: str = ""
    newest_first: bool = False


@dataclass(frozen=True)
class Found:
    """One page of the directory, and how many there are in all."""

    actors: list[Actor]
    total: int


@dataclass(frozen=True)
class Glimpse:
    """The text of an actor that answers a search best, and where the words stand in it."""

    text: str
    spans: tuple[Span, ...] = ()
    titled: bool = False  # the first line is the title of an offer or a seek
    language: str = "en"


def still_valid(today: date | None = None) -> ColumnElement[bool]:
    """Tell whether an opportunity is not past its date; without ``today``, the database's day."""
    day = func.current_date() if today is None else today
    return or_(Opportunity.valid_until.is_(None), Opportunity.valid_until >= day)


def index(session: Session, actor: Actor, *, today: date | None = None) -> None:
    """Write the searchable words of an actor anew.

    What is past its date on the day, by default that of the last edit, is left out.
    """
    forget(session, actor)
    rows = [
        {"actor_id": actor.id, "term": term, "weight": weight}
        for term, weight in _terms(actor, today or actor.updated_at.date()).items()
    ]
    if rows:
        session.execute(insert(ActorTerm), rows)


def forget(session: Session, actor: Actor) -> None:
    """Take an actor out of the search."""
    session.execute(delete(ActorTerm).where(ActorTerm.actor_id == actor.id))


def _terms(actor: Actor, today: date) -> dict[str, float]:
    """Return term -> weight; of several places the one that weighs most counts."""
    weights: dict[str, float] = defaultdict(float)

    def add(terms: set[str], weight: float) -> None:
        for term in terms:
            if len(term) <= TERM_LENGTH:
                weights[term] = max(weights[term], weight)

    language = actor.language or "en"
    items = valid(actor.opportunities, today)
    for text in (actor.name, actor.city):
        add({_plain(word.form) for word in analyse(text, NO_LANGUAGE).words}, NAME)
        add(_stems(text, language), NAME)
    for item in items:
        add(_stems(item.title, item.language or language), TITLE)
        add(_stems(f"{item.text} {item.type_other}", item.language or language), TEXT)
    add(_stems(f"{actor.does} {actor.sector_other} {actor.kind_other}", language), TEXT)
    facets = [("sectors", code) for code in actor.sector_codes]
    facets += [("kinds", actor.kind), ("countries", actor.country)]
    facets += [("opportunity_types", item.type) for item in items]
    for name, code in facets:
        for spoken in LANGUAGES:
            if code != "other":
                add(_stems(vocabulary(name).label(code, spoken), spoken), LABEL)
    return dict(weights)


def _plain(form: WordForm) -> str:
    return f"={fold(form.written)}"


def _stem(form: WordForm, language: str) -> str:
    folded = fold(form.stem)
    return f"{language}:{ESTONIAN_ENDING.sub('', folded) if language == 'et' else folded}"


def _stems(text: str, language: str) -> set[str]:
    return {_stem(word.form, language) for word in analyse(text, language).words}


def _asked(words: str) -> list[set[str]]:
    """Return, for each word that must be found, the terms that it may stand for.

    A function word of any language (*och*, *und*, *un*) need not be found, unless nothing
    else was typed.
    """
    required: list[set[str]] = []
    optional: list[set[str]] = []
    for word in analyse(words, NO_LANGUAGE).words:
        typed = words[word.start : word.end]
        forms = {language: word_form(typed, language) for language in LANGUAGES}
        terms = {_stem(form, language) for language, form in forms.items() if form.stem}
        function_word = len(terms) < len(LANGUAGES)
        (optional if function_word else required).append(terms | {_plain(word.form)})
    return (required or optional)[:QUERY_WORDS]


def search(
    session: Session,
    wanted: Search,
    *,
    limit: int = 20,
    offset: int = 0,
    today: date | None = None,
) -> Found:
    """Return published actors: by weight of the words found, or the newest first.

    A type is that of something which is not past its date ``today``, or the database's day.
    """
    hits = _hits(wanted.words)
    query = _matching(select(Actor), wanted, hits, today)
    order: list[ColumnElement[Any]] = [Actor.published_at.desc(), Actor.id.desc()]
    if hits and not wanted.newest_first:
        weights = [found.c.weight for found in hits]
        order.insert(0, sum(weights[1:], start=weights[0]).desc())
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = whole_actor(query.order_by(*order).limit(limit).offset(offset))
    return Found(list(session.scalars(page)), total)


def _matching(
    query: Select[Any], wanted: Search, hits: list[Subquery], today: date | None
) -> Select[Any]:
    query = query.where(Actor.state == "published", *_conditions(wanted, today))
    for found in hits:
        query = query.join(found, found.c.actor_id == Actor.id)
    return query


def _hits(words: str) -> list[Subquery]:
    """Return, for each word of a query, the actors that have it and how much it weighs."""
    return [
        select(ActorTerm.actor_id, func.max(ActorTerm.weight).label("weight"))
        .where(ActorTerm.term.in_(sorted(terms)))
        .group_by(ActorTerm.actor_id)
        .subquery(f"word_{number}")
        for number, terms in enumerate(_asked(words))
    ]


def _conditions(wanted: Search, today: date | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.without:
        conditions.append(Actor.country != wanted.without)
    if wanted.countries:
        conditions.append(Actor.country.in_(wanted.countries))
    if wanted.kinds:
        conditions.append(Actor.kind.in_(wanted.kinds))
    if wanted.sectors:
        in_sector = select(ActorSector.actor_id).where(ActorSector.code.in_(wanted.sectors))
        conditions.append(Actor.id.in_(in_sector))
    if wanted.types:
        of_type = Opportunity.type.in_(wanted.types)
        having = select(Opportunity.actor_id).where(of_type, still_valid(today))
        conditions.append(Actor.id.in_(having))
    return conditions


def facets(session: Session, wanted: Search, *, today: date | None = None) -> Facets:
    """Count what a search finds by country, kind, sector and type of opportunity.

    A facet is counted as if nothing were chosen in it: the numbers say what one more tick brings.
    """
    found: Facets = {}
    hits = _hits(wanted.words)
    for name, column, source, opened in (
        ("countries", Actor.country, None, replace(wanted, countries=())),
        ("kinds", Actor.kind, None, replace(wanted, kinds=())),
        ("sectors", ActorSector.code, ActorSector, replace(wanted, sectors=())),
        ("types", Opportunity.type, Opportunity, replace(wanted, types=())),
    ):
        query: Any = select(column, func.count(func.distinct(Actor.id)))
        query = query.select_from(Actor)
        if source is not None:
            query = query.join(source)
        if source is Opportunity:
            query = query.where(still_valid(today))
        rows = session.execute(_matching(query, opened, hits, today).group_by(column))
        found[name] = {str(code): int(many) for code, many in rows}
    return found


def glimpse(actor: Actor, words: str, *, today: date) -> Glimpse:
    """Return what to show of an actor that was found by these words; nothing past its date."""
    wanted = set().union(*_asked(words)) if words else set()
    items = valid(actor.opportunities, today)
    texts = [(actor.does, actor.language), *((written(item), item.language) for item in items)]
    seen = []
    for number, (text, own) in enumerate(texts):
        language = own or actor.language or "en"
        seen.append(Glimpse(text, _spans(text, language, wanted), number > 0, language))
    return max(seen, key=lambda one: len({one.text[a:b].casefold() for a, b in one.spans}))


def _spans(text: str, language: str, wanted: set[str]) -> tuple[Span, ...]:
    if not wanted:
        return ()
    return tuple(
        (word.start, word.end)
        for word in analyse(text, language).words
        if _stem(word.form, language) in wanted or _plain(word.form) in wanted
    )
