# SPDX-License-Identifier: MIT
"""Why two actors suit each other, in the reader's language: one sentence, two shores, the sums.

Everything is composed from an `Explanation`; numbers add up exactly as they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from flask_babel import gettext as _
from markupsafe import Markup

from matchmaker.matching import Explanation, Thread
from matchmaker.services.texts import language_of
from matchmaker.store import Actor
from matchmaker.web.evidence import BOTH_DO, named_evidence, same_type, spans_of, speaks
from matchmaker.web.filters import html_lang, label
from matchmaker.web.marks import Span, excerpt, marked
from matchmaker.web.sentences import THEY_OFFER, WE_OFFER, sentence_of

CARD_TEXT = 170  # characters of a text on a card, below its title
STRONG, MIDDLE = 0.25, 0.13  # contributions from which a thread is drawn thick or normal


@dataclass(frozen=True)
class Shore:
    """One of two texts that meet. ``lang`` is the language of the text."""

    title: str
    html: Markup
    lang: str


@dataclass(frozen=True)
class Shores:
    """Mine at the left, theirs at the right; ``strength`` (1 to 3) is how thick the thread is."""

    part: str
    left: Shore
    right: Shore
    strength: int


@dataclass(frozen=True)
class Reasons:
    """What a card says. ``parts`` are (label, value, largest value); values add up to ``score``."""

    sentence: Markup
    shores: tuple[Shores, ...]
    parts: tuple[tuple[str, float, float], ...]
    score: float


def reasons_of(explanation: Explanation, me: Actor, other: Actor) -> Reasons:
    """Compose the card for ``me`` about ``other``; hundredths add up exactly as they are shown."""
    threads = {thread.part: thread for thread in explanation.threads}
    meeting = [
        shores_of(thread, explanation, me, other)
        for part in (THEY_OFFER, WE_OFFER)
        if (thread := threads.get(part)) and speaks(thread, explanation)
    ]
    hundredths = apportioned(
        [explanation.parts.get(part, 0.0) for part in PARTS], round(explanation.score * 100)
    )
    most = max(hundredths) / 100
    return Reasons(
        sentence_of(explanation, me, other),
        tuple(meeting),
        tuple(
            (part_name(part), value / 100, most)
            for part, value in zip(PARTS, hundredths, strict=True)
        ),
        sum(hundredths) / 100,
    )


PARTS = (THEY_OFFER, WE_OFFER, BOTH_DO)


def part_name(part: str) -> str:
    names = {
        THEY_OFFER: _("They offer what you seek"),
        WE_OFFER: _("You offer what they seek"),
        BOTH_DO: _("What you both do"),
    }
    return str(names[part])


def apportioned(values: Sequence[float], total: int) -> list[int]:
    """Round values to whole units that add up to ``total`` (largest remainders first).

    The values are brought to the scale of the total, so they may be given in any unit.
    """
    whole = sum(values)
    if not values or whole == 0:
        return [0] * len(values)
    exact = [value * total / whole for value in values]
    units = [floor(value) for value in exact]
    order = sorted(range(len(values)), key=lambda i: (units[i] - exact[i], i))
    for i in order[: total - sum(units)]:
        units[i] += 1
    return units


def shores_of(
    thread: Thread, explanation: Explanation, me: Actor, other: Actor, *, limit: int = CARD_TEXT
) -> Shores:
    """Return the two texts of a thread, the words that carried it marked."""
    kind = same_type(thread)
    mine, theirs = spans_of(named_evidence(thread, explanation.score))
    strength = 3 if thread.contribution >= STRONG else 2 if thread.contribution >= MIDDLE else 1
    return Shores(
        thread.part,
        Shore(
            _shore_name(thread.query_field, kind, mine=True),
            passage(thread.query_text, mine, titled=thread.query_field != "does", limit=limit),
            html_lang(language_of(me, thread.query_text)),
        ),
        Shore(
            _shore_name(thread.candidate_field, kind, mine=False),
            passage(
                thread.candidate_text, theirs, titled=thread.candidate_field != "does", limit=limit
            ),
            html_lang(language_of(other, thread.candidate_text)),
        ),
        strength,
    )


def _shore_name(field: str, kind: str, *, mine: bool) -> str:
    if mine:
        name = {"seeks": _("You seek"), "offers": _("You offer")}.get(field, _("You do"))
    else:
        name = {"seeks": _("They seek"), "offers": _("They offer")}.get(field, _("They do"))
    return f"{name} · {label(kind, 'opportunity_types')}" if kind else str(name)


def passage(text: str, spans: Sequence[Span], *, titled: bool, limit: int) -> Markup:
    """Return a text, marked; a first line that is a title stands in bold above the rest."""
    title_end = text.find("\n")
    if not titled or title_end < 0:
        return excerpt(text, spans, limit=limit)
    title = Markup("<b>%s</b><br>") % marked(text, spans, 0, title_end)
    return title + excerpt(text, spans, start=title_end + 1, limit=limit)
