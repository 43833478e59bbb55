# SPDX-License-Identifier: MIT
"""From stored actors to what the matching knows of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.matching import ActorText, Passage
from matchmaker.store import Actor, Opportunity
from matchmaker.store.actors import CRITERIA, published_actors

FEW = 500  # actors that are asked for by their ids

Stamp = tuple[int, datetime]  # an actor's version and the moment of its last change


@dataclass(frozen=True)
class Reading:
    """What the matching knows of an actor, and the stamp that the actor had then."""

    stamp: Stamp
    text: ActorText


Readings = Mapping[int, Reading]  # by id, in the order of the ids


def written(item: Opportunity) -> str:
    """Return an offer or a seek as one text: its title, a line break, more about it."""
    return f"{item.title}\n{item.text}".strip()


def language_of(actor: Actor, text: str) -> str:
    """Return the language of a text of an actor: that of the offer or seek that it is, if any."""
    own = (item.language for item in actor.opportunities if written(item) == text)
    return next(filter(None, own), actor.language)


def passage_of(item: Opportunity, language: str | None) -> Passage:
    """Return an offer or a seek as the matching reads it.

    ``language`` is that of the actor, for an item without its own. Priorities that change nothing
    are left out.
    """
    priorities = {criterion: getattr(item, f"{criterion}_priority") for criterion in CRITERIA}
    return Passage(
        text=written(item),
        language=item.language or language,
        type=item.type,
        themes=tuple(item.themes),
        countries=tuple(item.countries),
        kinds=tuple(item.kinds),
        sectors=tuple(item.sectors),
        priorities=tuple(pair for pair in priorities.items() if pair[1] != "prefer"),
    )


def valid(items: list[Opportunity], today: date) -> list[Opportunity]:
    """Leave out what is past its date."""
    return [item for item in items if item.valid_until is None or item.valid_until >= today]


def age_of(updated_at: datetime, today: date) -> int:
    """Return how many whole days ago something was last changed; 0 if the clock went back."""
    return max(0, (today - updated_at.date()).days)


def text_of(actor: Actor, *, today: date) -> ActorText:
    """Return an actor as the matching reads it; opportunities past their date are left out."""
    language = actor.language or None
    return ActorText(
        key=actor.key,
        country=actor.country,
        kind=actor.kind,
        sectors=tuple(actor.sector_codes),
        working_languages=tuple(actor.language_codes),
        does=Passage(text=actor.does, language=language, themes=tuple(actor.themes)),
        offers=tuple(passage_of(item, language) for item in valid(actor.offers, today)),
        seeks=tuple(passage_of(item, language) for item in valid(actor.seeks, today)),
        age=age_of(actor.updated_at, today),
    )


def stamps(session: Session) -> dict[int, Stamp]:
    """Return the stamps of all published actors, in the order of their ids."""
    columns = (Actor.id, Actor.version, Actor.updated_at)
    rows = session.execute(select(*columns).where(Actor.state == "published").order_by(Actor.id))
    return {actor_id: (version, updated_at) for actor_id, version, updated_at in rows}


def read_texts(session: Session, known: Readings, *, today: date) -> Readings:
    """Return all published actors, each with its age of today.

    Only those whose stamp is not the known one are loaded.
    """
    found = stamps(session)
    changed = [i for i, stamp in found.items() if i not in known or known[i].stamp != stamp]
    query = published_actors().execution_options(populate_existing=True)
    if len(changed) <= FEW:
        query = query.where(Actor.id.in_(changed))
    loaded = {
        actor.id: Reading((actor.version, actor.updated_at), text_of(actor, today=today))
        for actor in (session.scalars(query) if changed else ())
    }
    everybody = {**known, **loaded}
    return {i: _aged(everybody[i], today) for i in found if i in everybody}


def _aged(reading: Reading, today: date) -> Reading:
    _, updated_at = reading.stamp
    age = age_of(updated_at, today)
    if reading.text.age == age:
        return reading
    return replace(reading, text=replace(reading.text, age=age))
