# SPDX-License-Identifier: MIT
"""The answers of a profile as plain values, one for each of its four steps.

A draft knows nothing of the web or the database. Its fingerprint tells whether two drafts
say the same, so that a page can notice that somebody else saved in between.
"""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any


def _digest(answers: dict[str, Any]) -> str:
    return hashlib.sha256(repr(answers).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Draft:
    """What all steps share."""

    def fingerprint(self) -> str:
        """Return 16 characters that change when any answer changes."""
        return _digest(self.answers())

    def same_as(self, other: "Draft") -> bool:
        """Tell whether both say the same."""
        return self == other

    def answers(self) -> dict[str, Any]:
        """Return the answers by field name, in the order of the form."""
        return asdict(self)


@dataclass(frozen=True)
class WhoDraft(Draft):
    """Step 1: who the actor is."""

    name: str = ""
    kind: str = ""
    kind_other: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    website: str = ""
    year_founded: int | None = None
    size: str = ""


@dataclass(frozen=True)
class WhatDraft(Draft):
    """Step 2: what the actor does. ``language`` is empty while it is left to detection."""

    sectors: tuple[str, ...] = ()
    sector_other: str = ""
    does: str = ""
    language: str = ""
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpportunityDraft:
    """One offer or seek. ``key`` is empty for a new one, ``language`` while it is detected.

    A priority is "nice", "prefer" or "must".
    """

    title: str = ""
    text: str = ""
    type: str = "other"
    type_other: str = ""
    language: str = ""
    countries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    type_priority: str = "prefer"
    country_priority: str = "prefer"
    kind_priority: str = "prefer"
    sector_priority: str = "prefer"
    language_priority: str = "prefer"
    themes: tuple[str, ...] = ()
    stage: str = ""
    valid_until: date | None = None
    key: str = ""


@dataclass(frozen=True)
class ExchangeDraft(Draft):
    """Step 3: offers and seeks, each in the order of the form."""

    offers: tuple[OpportunityDraft, ...] = ()
    seeks: tuple[OpportunityDraft, ...] = ()

    def without_keys(self) -> "ExchangeDraft":
        """Return the same answers as new ones: a form sent twice says the same thing twice."""
        return ExchangeDraft(
            offers=tuple(replace(item, key="") for item in self.offers),
            seeks=tuple(replace(item, key="") for item in self.seeks),
        )

    def fingerprint(self) -> str:
        return _digest(asdict(self.without_keys()))

    def same_as(self, other: Draft) -> bool:
        return isinstance(other, ExchangeDraft) and self.without_keys() == other.without_keys()


@dataclass(frozen=True)
class HowDraft(Draft):
    """Step 4: how to work together. ``languages`` are (code, level) pairs."""

    languages: tuple[tuple[str, str], ...] = ()
    capacity: int = 3
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    contact_name_visibility: str = "partners"
    contact_email_visibility: str = "partners"
    contact_phone_visibility: str = "partners"


@dataclass(frozen=True)
class ProfileDraft:
    """A whole profile, as an import or the demo brings it."""

    who: WhoDraft = field(default_factory=WhoDraft)
    what: WhatDraft = field(default_factory=WhatDraft)
    exchange: ExchangeDraft = field(default_factory=ExchangeDraft)
    how: HowDraft = field(default_factory=HowDraft)
