# SPDX-License-Identifier: MIT
"""The reason of a match in one sentence of the reader's language, quoting the texts.

A pattern a case: both directions, only theirs, only ours, what both do. Words are quoted as
they stand, never a stem; a direction is claimed only if its evidence `speaks`.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from matchmaker.matching import Explanation, Thread
from matchmaker.services.matches import Lift
from matchmaker.services.texts import language_of
from matchmaker.store import Actor
from matchmaker.vocabulary import vocabulary
from matchmaker.web.evidence import BOTH_DO, named_evidence, same_type, spans_of, speaks
from matchmaker.web.filters import decimal, html_lang, label
from matchmaker.web.marks import Span, named_words, shortened

NAMED = 3  # reasons quoted in a sentence, the strongest
BY_WORDS = 0.33  # both directions are claimed if words carry this part of each
THEY_OFFER, WE_OFFER = "they_offer_we_seek", "we_offer_they_seek"


@dataclass(frozen=True)
class _Said:
    """One direction, ready to be said."""

    theirs: Markup
    mine: Markup
    from_does: bool  # the offering side has only its "what we do" to show
    type: str  # what carries it where no words do
    weight: float  # of the words that can be named
    by_words: float  # the same as a part of the whole thread


def sentence_of(explanation: Explanation, me: Actor, other: Actor) -> Markup:
    """Return the reason in one sentence, quoting the texts."""
    threads = {thread.part: thread for thread in explanation.threads}
    inward, outward = (
        _direction(threads.get(part), explanation, me, other) for part in (THEY_OFFER, WE_OFFER)
    )
    if inward and outward and min(inward.by_words, outward.by_words) >= BY_WORDS:
        return _both_ways(inward, outward)
    if inward and (not outward or inward.weight >= outward.weight):
        return _they_offer(inward)
    if outward:
        return _we_offer(outward)
    return _in_common(threads.get(BOTH_DO), explanation, me, other)


def _fill(pattern: str, **values: str) -> Markup:
    """Put values into a translated sentence; what is not markup is escaped."""
    return escape(pattern) % values


def _quoted(text: str, language: str, tag: str) -> Markup:
    pattern = Markup('<%s lang="{}" dir="auto">{}</%s>') % (tag, tag)
    return pattern.format(html_lang(language), text)


def _direction(
    thread: Thread | None, explanation: Explanation, me: Actor, other: Actor
) -> _Said | None:
    if thread is None or not speaks(thread, explanation):
        return None
    named = named_evidence(thread, explanation.score)
    mine, theirs = spans_of(named[:NAMED], once=True)
    my_words = named_words(thread.query_text, mine)
    weight = sum(reason.contribution for reason in named)
    return _Said(
        _quoted(
            _told(thread.candidate_text, thread.candidate_field, theirs),
            language_of(other, thread.candidate_text),
            "b",
        ),
        _quoted(
            my_words or _title(thread.query_text, thread.query_field),
            language_of(me, thread.query_text),
            "span",
        ),
        "does" in (thread.query_field, thread.candidate_field),
        "" if my_words else label(same_type(thread), "opportunity_types"),
        weight,
        weight / thread.contribution if thread.contribution > 0 else 0.0,
    )


def _title(text: str, field: str) -> str:
    """Return the title of an opportunity; what somebody does has none."""
    return "" if field == "does" else shortened(text.split("\n", 1)[0])


def _told(text: str, field: str, spans: list[Span]) -> str:
    """Return the title, and words from below it if the title itself shows nothing shared."""
    title, words = _title(text, field), named_words(text, spans, most=2)
    end = len(text.split("\n", 1)[0])
    if title and words and all(first >= end for first, _end in spans):
        return f"{title} … {words}"
    return title or named_words(text, spans)


def _both_ways(inward: _Said, outward: _Said) -> Markup:
    if inward.from_does:
        pattern = _(
            "What they do meets what you seek (“%(theirs)s”), and they look for “%(their_seek)s”, "
            "close to what you offer."
        )
    else:
        pattern = _(
            "They offer “%(theirs)s”, close to what you seek, and look for “%(their_seek)s”, "
            "close to what you offer."
        )
    return _fill(pattern, theirs=inward.theirs, their_seek=outward.theirs)


def _they_offer(said: _Said) -> Markup:
    if said.type:
        pattern = _("“%(type)s” on both sides: they offer “%(theirs)s”, you seek “%(mine)s”.")
    elif said.from_does:
        pattern = _("They write of “%(theirs)s” in what they do, and you seek “%(mine)s”.")
    else:
        pattern = _("They offer “%(theirs)s” where you seek “%(mine)s”.")
    return _fill(pattern, theirs=said.theirs, mine=said.mine, type=said.type)


def _we_offer(said: _Said) -> Markup:
    if said.type:
        pattern = _("“%(type)s” on both sides: they seek “%(theirs)s”, you offer “%(mine)s”.")
    elif said.from_does:
        pattern = _("They seek “%(theirs)s”, and you write of “%(mine)s” in what you do.")
    else:
        pattern = _("They seek “%(theirs)s” where you offer “%(mine)s”.")
    return _fill(pattern, theirs=said.theirs, mine=said.mine, type=said.type)


def _in_common(thread: Thread | None, explanation: Explanation, me: Actor, other: Actor) -> Markup:
    """Say what both do, when neither offers what the other seeks."""
    named = named_evidence(thread, explanation.score) if thread else []
    mine, theirs = spans_of(named[:NAMED], once=True)
    words = {
        "mine": _quoted(
            named_words(thread.query_text, mine) if thread else "", me.language, "span"
        ),
        "theirs": _quoted(
            named_words(thread.candidate_text, theirs) if thread else "", other.language, "b"
        ),
    }
    sectors = _shared_codes(thread, "sector", "sectors")
    spoken = _shared_codes(thread, "language", "languages")
    if sectors and named:
        pattern = _("You both work in %(sectors)s: you write of “%(mine)s”, they of “%(theirs)s”.")
    elif sectors:
        pattern = _("You both work in %(sectors)s, and have few words in common beyond that.")
    elif named:
        pattern = _("You write of “%(mine)s” in what you do, they of “%(theirs)s”.")
    elif spoken:
        pattern = _("You can both work in %(languages)s, and have few words in common beyond that.")
    else:
        pattern = _("Your texts have few words in common. Read the profile and judge for yourself.")
    return _fill(pattern, sectors=sectors, languages=spoken, **words)


def _shared_codes(thread: Thread | None, prefix: str, name: str) -> str:
    evidence = thread.evidence if thread else ()
    codes = [e.label.split(":", 1)[1] for e in evidence if e.label.startswith(f"{prefix}:")]
    return ", ".join(label(code, name) for code in codes if code in vocabulary(name))


def lift_sentence(lift: Lift, other: Actor) -> str:
    """Say what would lift a partner in the list, and how far."""
    kind, _colon, code = lift.label.partition(":")
    if kind == "language":
        sentence = _(
            "It would rank higher if you also worked in this language: %(language)s.",
            language=label(code, "languages"),
        )
    elif kind == "type":
        sentence = _(
            "It would rank higher if what you seek were of the same type as their offer: %(type)s.",
            type=label(code, "opportunity_types"),
        )
    else:
        sentence = {
            "they_seek": _(
                "It would rank higher if %(name)s also sought what you offer.", name=other.name
            ),
            "we_seek": _(
                "It would rank higher if you also sought what %(name)s offers.", name=other.name
            ),
            "they_confirm": _(
                "It would rank higher if %(name)s confirmed this old profile.", name=other.name
            ),
            "we_confirm": _("It would rank higher if you confirmed your own old profile."),
        }[kind]
    how_far = ngettext(
        "Fit %(after)s instead of %(before)s: %(num)d place higher.",
        "Fit %(after)s instead of %(before)s: %(num)d places higher.",
        lift.places,
        after=decimal(lift.after),
        before=decimal(lift.before),
    )
    return f"{sentence} {how_far}"
