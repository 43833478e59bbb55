# SPDX-License-Identifier: MIT
"""Match cards: what a page shows of one partner, ready for the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from matchmaker.matching import Explanation
from matchmaker.services.matches import Match
from matchmaker.services.texts import valid
from matchmaker.store import Actor, Opportunity, Pairing
from matchmaker.vocabulary import normalise_language
from matchmaker.web.filters import day, label
from matchmaker.web.reasons import Reasons, reasons_of

FACETS = (  # name in addresses, field of a filter, vocabulary
    ("country", "countries", "countries"),
    ("sector", "sectors", "sectors"),
    ("kind", "kinds", "kinds"),
    ("type", "types", "opportunity_types"),
)


@dataclass(frozen=True)
class Card:
    """One partner. ``why`` is None while no run explains the pair."""

    me: Actor
    match: Match
    why: Reasons | None
    tags: tuple[str, ...]
    pairing: Pairing | None = None

    @property
    def other(self) -> Actor:
        return self.match.other


def card_of(
    me: Actor,
    match: Match,
    explanation: Explanation | None,
    *,
    today: date,
    pairing: Pairing | None = None,
) -> Card:
    why = reasons_of(explanation, me, match.other) if explanation else None
    return Card(me, match, why, tags_of(me, match.other, explanation, today=today), pairing)


def tags_of(
    me: Actor, other: Actor, explanation: Explanation | None, *, today: date
) -> tuple[str, ...]:
    """Return short facts: types, the next date, languages. First what the threads are about."""
    items = _about(other, explanation, today) or valid(other.opportunities, today)
    types = dict.fromkeys(item.type for item in items if item.type != "other")
    tags = [label(code, "opportunity_types") for code in types][:3]
    dates = [item.valid_until for item in items if item.valid_until is not None]
    if dates:
        tags.append(_("Valid until %(day)s", day=day(min(dates))))
    return (*tags, *_language_tags(me, other))


def _about(other: Actor, explanation: Explanation | None, today: date) -> list[Opportunity]:
    """Return the other side's offer and seek that the explanation speaks of."""
    lists = {"offers": valid(other.offers, today), "seeks": valid(other.seeks, today)}
    found = []
    for thread in explanation.threads if explanation else ():
        items = lists.get(thread.candidate_field, [])
        if 0 <= thread.candidate_index < len(items):
            found.append(items[thread.candidate_index])
    return found


def _language_tags(me: Actor, other: Actor) -> list[str]:
    written = normalise_language(other.language) if other.language else ""
    also = [code for code in other.language_codes if code != written]
    tags = []
    if written and also:
        tags.append(
            _(
                "Writes in %(one)s, works in %(others)s",
                one=_spoken([written]),
                others=_spoken(also),
            )
        )
    elif written:
        tags.append(_("Writes in %(one)s", one=_spoken([written])))
    mine = set(me.language_codes)
    shared = [code for code in other.language_codes if code in mine]
    tags.append(
        _("In common: %(languages)s", languages=_spoken(shared))
        if shared
        else _("No working language in common")
    )
    return tags


def _spoken(codes: list[str]) -> str:
    return ", ".join(label(code, "languages") for code in codes)


def facet_options(
    counted: Mapping[str, Mapping[str, int]], chosen: object
) -> dict[str, list[tuple[str, str, int, bool]]]:
    """Return for each facet its (code, label, how many, chosen), most first; none that is empty."""
    found = {}
    for name, field, terms in FACETS:
        ticked: tuple[str, ...] = getattr(chosen, field)
        many = {**dict.fromkeys(ticked, 0), **counted[field]}
        options = [(c, label(c, terms), n, c in ticked) for c, n in many.items() if c]
        found[name] = sorted(options, key=lambda option: (-option[2], option[1]))
    return found


def chips(chosen: object) -> list[tuple[str, str, str]]:
    """Return the active filters as (name in addresses, code, label)."""
    return [
        (name, code, label(code, terms))
        for name, field, terms in FACETS
        for code in getattr(chosen, field)
    ]
