# SPDX-License-Identifier: MIT
"""What the pages of pairings say: reasons to wait, states in plain words, histories."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from matchmaker.errors import MatchmakerError, RefusedError
from matchmaker.services import matches
from matchmaker.services.desk import why_it_waits
from matchmaker.services.match_index import MatchIndex
from matchmaker.services.pairings import LATER_DAYS, OUTCOMES
from matchmaker.services.steps import CLOSED, ImpossibleMoveError
from matchmaker.services.visibility import CONTACT_OPEN
from matchmaker.store import Account, Actor, Pairing, PairingEvent
from matchmaker.vocabulary import vocabulary
from matchmaker.web.filters import day
from matchmaker.web.languages import language, say
from matchmaker.web.reasons import Reasons, Shore, reasons_of

PHASES = {
    "waiting": ("mutual", "in_review", "returned", "approved"),
    "introduced": CONTACT_OPEN,
    "ended": CLOSED,
}


@dataclass(frozen=True)
class Moment:
    """One entry of a history, in the words and the order of the page."""

    title: str
    when: str
    iso: str
    who: str = ""
    note: str = ""


def _label(name: str, code: str) -> str:
    return vocabulary(name).label(code, language())


def in_words(error: ImpossibleMoveError) -> RefusedError:
    """Return an impossible move with its states named in the reader's language."""
    possible = ", ".join(_label("pairing_states", state) for state in error.possible)
    return RefusedError(
        error.template,
        state=_label("pairing_states", error.state),
        wanted=_label("pairing_states", error.wanted),
        possible=possible or "–",
    )


def said(error: MatchmakerError) -> str:
    """Return the sentence of an error, to stand in a form."""
    return say(in_words(error) if isinstance(error, ImpossibleMoveError) else error)


def waits_because(why: str) -> str:
    """Return the sentence of a code of ``services.desk.why_it_waits``."""
    return {
        "mutual": _("both said yes"),
        "proposed": _("proposed by a coordinator"),
        "answered": _("answered your question"),
        "asked": _("waits for an answer from them"),
        "reopened": _("reopened"),
    }.get(why, "")


@dataclass(frozen=True)
class Row:
    """One line of the queue."""

    pairing: Pairing
    why: str
    days: int  # waiting


def row_of(pairing: Pairing, today: date) -> Row:
    days = max(0, (today - pairing.waiting_since.date()).days)
    return Row(pairing, waits_because(why_it_waits(pairing)), days)


def moments(events: Iterable[PairingEvent], reader: Account) -> list[Moment]:
    """Return events in full, for coordinators, in the order given."""
    return [
        Moment(_full_title(e), day(e.at), e.at.isoformat(), _who(e, reader), e.note) for e in events
    ]


def _full_title(event: PairingEvent) -> str:
    state = _label("pairing_states", event.to_state)
    if event.from_state != event.to_state:
        reason = _label("decline_reasons", event.reason) if event.reason else ""
        return f"{state}: {reason}" if reason else state
    if event.verdict == "later":
        return _("Put off")
    return _("Said yes too") if event.actor_id and not event.note else _("Note")


def _who(event: PairingEvent, reader: Account) -> str:
    if event.actor is not None:
        return event.actor.name
    if event.account is None:
        return ""
    if event.account.id == reader.id:
        return _("you")
    return event.account.name or _("a coordinator")


def own_history(pairing: Pairing, mine: Actor) -> list[Moment]:
    """Return the history as an actor may see it: its own words, and of the rest only the step."""
    found = []
    for event in pairing.events:
        own = event.actor_id == mine.id
        title = _own_title(event, own)
        asked = event.to_state == "returned" and event.from_state != "returned"
        if title:
            note = event.note if own or asked else ""
            found.append(Moment(title, day(event.at), event.at.isoformat(), "", note))
    return found


def _own_title(event: PairingEvent, own: bool) -> str:
    if event.from_state == event.to_state:
        return _("Your note") if own and event.note else ""
    if event.to_state in CLOSED:
        return _("Ended")
    if event.to_state == "in_review":
        return _("You answered") if own and event.note else ""
    shown = ("mutual", "returned", "approved", "introduced", *OUTCOMES)
    return _label("pairing_states", event.to_state) if event.to_state in shown else ""


@dataclass(frozen=True)
class Standing:
    """Where a pairing stands for one of its actors: a few words, and what happens next."""

    title: str
    next: str
    phase: str


def standing(pairing: Pairing, *, said_yes: bool) -> Standing:
    """Say in plain words where a pairing stands; nothing of the other side's answers."""
    phase = next(name for name, states in PHASES.items() if pairing.state in states)
    if phase == "ended":
        return Standing(
            _("Ended"), _("This pairing has ended. Your other matches stay open."), phase
        )
    if phase == "introduced":
        title = _label("pairing_states", pairing.state)
        after = _("You have each other's contact data. Note here what comes of it.")
        return Standing(title, after, phase)
    if pairing.state == "returned":
        after = _("Answer it here; then the coordinator goes on.")
        return Standing(_("A coordinator has a question"), after, phase)
    if pairing.state == "approved" and not said_yes:
        after = _("Say yes or no. A no is never shown to the other side.")
        return Standing(_("A coordinator thinks you two should meet"), after, phase)
    if pairing.state == "approved":
        after = _("You said yes. As soon as both have, we introduce you by mail.")
        return Standing(_("Approved"), after, phase)
    after = _("If all is well, we introduce you to each other by mail. There is nothing to do now.")
    return Standing(_("A coordinator looks at it"), after, phase)


def open_question(pairing: Pairing) -> str:
    """Return the question that a coordinator waits to have answered, or nothing."""
    asked = [event for event in pairing.events if event.to_state == "returned"]
    return asked[-1].note if asked and pairing.state == "returned" else ""


# --- Reasons --------------------------------------------------------------------------------


@dataclass(frozen=True)
class NamedShores:
    """Two texts that meet, under the names of their actors, for somebody who is neither."""

    left_title: str
    right_title: str
    left: Shore
    right: Shore
    strength: int


@dataclass(frozen=True)
class BothSides:
    """The same reasons that the actors saw, told to a coordinator; ``first`` is at the left."""

    shores: tuple[NamedShores, ...]
    parts: tuple[tuple[str, float, float], ...]
    score: float
    read_by: tuple[tuple[Actor, Markup], ...]  # the sentence that each of them read


def reasons_for(
    session: Session, index: MatchIndex, me: Actor, other: Actor, *, now: datetime
) -> Reasons | None:
    """Return the card of one actor about the other; None when one of them is not matched now."""
    found = matches.reasons(session, index, me, [other], now=now)
    return reasons_of(found[other.id], me, other) if other.id in found else None


def reasons_for_both(
    session: Session, index: MatchIndex, first: Actor, second: Actor, *, now: datetime
) -> BothSides | None:
    """Return the reasons with the names of both; None when one of them is not matched now."""
    found = matches.reasons(session, index, first, [second], now=now)
    theirs = reasons_for(session, index, second, first, now=now)
    if second.id not in found or theirs is None:
        return None
    explanation = found[second.id]
    card = reasons_of(explanation, first, second)
    fields = {t.part: (t.query_field, t.candidate_field) for t in explanation.threads}
    names = {"one": first.name, "other": second.name}
    titles = [
        _("%(other)s offers what %(one)s seeks", **names),
        _("%(one)s offers what %(other)s seeks", **names),
        _("What both do"),
    ]
    return BothSides(
        tuple(
            NamedShores(
                _shore_title(fields[pair.part][0], first.name),
                _shore_title(fields[pair.part][1], second.name),
                pair.left,
                pair.right,
                pair.strength,
            )
            for pair in card.shores
        ),
        tuple((title, *rest) for title, (_name, *rest) in zip(titles, card.parts, strict=True)),
        card.score,
        ((first, card.sentence), (second, theirs.sentence)),
    )


def _shore_title(field: str, name: str) -> str:
    if field == "seeks":
        return _("%(name)s seeks", name=name)
    return _("%(name)s offers", name=name) if field == "offers" else _("%(name)s does", name=name)


def verdict_done(pairing: Pairing, verdict: str) -> str:
    """Return what to say after a verdict."""
    names = {"one": pairing.first.name, "other": pairing.second.name}
    if verdict == "approve" and pairing.state == "introduced":
        return _("%(one)s and %(other)s are introduced to each other.", **names)
    if verdict == "approve":
        return _("%(one)s and %(other)s: approved. Who has not said yes is asked.", **names)
    if verdict == "return":
        return _("%(one)s and %(other)s get your question by mail.", **names)
    if verdict == "reject":
        return _("%(one)s and %(other)s: rejected.", **names)
    return _("%(one)s and %(other)s: back in your queue in %(n)s days.", n=LATER_DAYS, **names)
