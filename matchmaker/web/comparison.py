# SPDX-License-Identifier: MIT
"""Two versions of one step of a profile, answer by answer, in the reader's words."""

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.services.drafts import Draft, ExchangeDraft, OpportunityDraft
from matchmaker.vocabulary import vocabulary
from matchmaker.web.filters import day
from matchmaker.web.languages import language


def _weight(of: Any) -> tuple[Any, str]:
    return _l("%(what)s: how much it counts", what=of), "priorities"


# answer: what it is called, and the vocabulary of its codes
ANSWERS: dict[str, tuple[Any, str]] = {
    "name": (_l("Name"), ""),
    "kind": (_l("What kind of actor you are"), "kinds"),
    "kind_other": (_l("Kind, in your words"), ""),
    "country": (_l("Country"), "countries"),
    "region": (_l("Region"), "regions"),
    "city": (_l("City or place"), ""),
    "website": (_l("Website"), ""),
    "year_founded": (_l("Founded in"), ""),
    "size": (_l("How many you are"), "sizes"),
    "sectors": (_l("Sectors, the main one first"), "sectors"),
    "sector_other": (_l("Sector, in your words"), ""),
    "does": (_l("What you do"), ""),
    "language": (_l("Language of your texts"), "languages"),
    "languages": (_l("Working languages"), "languages"),
    "capacity": (_l("New contacts you have time for"), ""),
    "contact_name": (_l("Contact person"), ""),
    "contact_email": (_l("E-mail"), ""),
    "contact_phone": (_l("Telephone"), ""),
    "contact_name_visibility": (_l("Who sees the contact person"), "visibilities"),
    "contact_email_visibility": (_l("Who sees the e-mail address"), "visibilities"),
    "contact_phone_visibility": (_l("Who sees the telephone number"), "visibilities"),
    "title": (_l("Title"), ""),
    "text": (_l("More about it"), ""),
    "type": (_l("What it is about"), "opportunity_types"),
    "type_other": (_l("Type, in your words"), ""),
    "countries": (_l("Countries you wish for"), "countries"),
    "kinds": (_l("Kinds of partners you wish for"), "kinds"),
    "themes": (_l("Themes"), "themes"),
    "stage": (_l("How far it is"), "stages"),
    "valid_until": (_l("Valid until"), ""),
    "type_priority": _weight(_l("The same type")),
    "country_priority": _weight(_l("Countries you wish for")),
    "kind_priority": _weight(_l("Kinds of partners you wish for")),
    "sector_priority": _weight(_l("Sectors you wish for")),
    "language_priority": _weight(_l("A working language in common")),
}
# answers that are called otherwise in an offer or a seek
ITEM_ANSWERS = {
    "language": (_l("Language of this text"), "languages"),
    "sectors": (_l("Sectors you wish for"), "sectors"),
}


@dataclass(frozen=True)
class Answer:
    """One answer in both versions, as text of several lines."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.theirs != self.mine


def compare(stored: Draft, typed: Draft) -> list[Answer]:
    """Return the answers of a step in the order of its form."""
    if isinstance(stored, ExchangeDraft) and isinstance(typed, ExchangeDraft):
        offers = _rows(_("Offer"), stored.offers, typed.offers)
        return offers + _rows(_("Seek"), stored.seeks, typed.seeks)
    mine = typed.answers()
    return [
        Answer(str(ANSWERS[name][0]), in_words(name, value), in_words(name, mine[name]))
        for name, value in stored.answers().items()
    ]


def _rows(
    label: str, stored: tuple[OpportunityDraft, ...], typed: tuple[OpportunityDraft, ...]
) -> list[Answer]:
    pairs = zip_longest(stored, typed)
    return [
        Answer(f"{label} {n}", _item(theirs), _item(mine))
        for n, (theirs, mine) in enumerate(pairs, 1)
    ]


def _item(item: OpportunityDraft | None) -> str:
    if item is None:
        return ""
    lines = [item.title, item.text]
    for name, (label, _codes) in {**ANSWERS, **ITEM_ANSWERS}.items():
        value = getattr(item, name, None)
        if value and value != "prefer" and name not in ("title", "text"):
            lines.append(f"{label}: {in_words(name, value)}")
    return "\n".join(line for line in lines if line)


def in_words(name: str, value: Any) -> str:
    """Return an answer as people read it; nothing given is an empty text."""
    codes = ANSWERS[name][1]
    if isinstance(value, date):
        return day(value)
    if name == "languages":
        level = vocabulary("language_levels")
        return "\n".join(
            f"{vocabulary(codes).label(code, language())}: {level.label(how, language())}"
            for code, how in value
        )
    if isinstance(value, tuple):
        return ", ".join(vocabulary(codes).label(code, language()) for code in value)
    if codes and value:
        return vocabulary(codes).label(value, language())
    return "" if value is None else str(value)
