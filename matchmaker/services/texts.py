# SPDX-License-Identifier: MIT
"""From stored actors to what the matching knows of them."""

from datetime import date

from matchmaker.matching import ActorText, Passage
from matchmaker.store import Actor, Opportunity


def passage_of(item: Opportunity, language: str | None) -> Passage:
    """Return an offer or a seek as the matching reads it: title, line break, text."""
    return Passage(
        text=f"{item.title}\n{item.text}".strip(),
        language=language,
        type=item.type,
        themes=tuple(item.themes),
        countries=tuple(item.countries),
        kinds=tuple(item.kinds),
    )


def valid(items: list[Opportunity], today: date) -> list[Opportunity]:
    """Leave out what is past its date."""
    return [item for item in items if item.valid_until is None or item.valid_until >= today]


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
    )
