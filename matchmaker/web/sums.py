# SPDX-License-Identifier: MIT
"""The whole reckoning of a match: every part word by word, in thousandths that add up."""

from dataclasses import dataclass

from flask_babel import gettext as _

from matchmaker.matching import Evidence, Explanation, Thread
from matchmaker.matching.glossary import shown_label
from matchmaker.store import Actor
from matchmaker.vocabulary import vocabulary
from matchmaker.web.filters import label
from matchmaker.web.languages import language
from matchmaker.web.reasons import Shores, apportioned, part_name, shores_of

ROWS = 12  # reasons named one by one in a part; the rest is one row
LONG = 900  # characters of a text shown on the page of a pair
FACETS = {
    "type": "opportunity_types",
    "theme": "themes",
    "sector": "sectors",
    "language": "languages",
}


@dataclass(frozen=True)
class Row:
    """One reason: their words and mine, how they met, and its part in thousandths."""

    mine: str
    theirs: str
    how: str
    thousandths: int
    words: bool = True  # False: a choice or a remainder, told in ``how`` alone


@dataclass(frozen=True)
class Part:
    """One part of the score. ``shores`` is None where no texts met."""

    name: str
    thousandths: int
    shores: Shores | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sums:
    """The whole score in thousandths: parts add up to it, and rows to their part."""

    thousandths: int
    parts: tuple[Part, ...]


def sums_of(explanation: Explanation, me: Actor, other: Actor) -> Sums:
    """Lay out an explanation so that everything shown adds up."""
    threads = explanation.threads
    units = apportioned([t.contribution for t in threads], round(explanation.score * 1000))
    parts = []
    for thread, thousandths in zip(threads, units, strict=True):
        met = bool(thread.query_text and thread.candidate_text)
        shores = shores_of(thread, explanation, me, other, limit=LONG) if met else None
        rows = _rows(thread, thousandths)
        parts.append(Part(part_name(thread.part), thousandths, shores, rows))
    return Sums(sum(units), tuple(parts))


def _rows(thread: Thread, total: int) -> tuple[Row, ...]:
    evidence = thread.evidence
    units = apportioned([*(e.contribution for e in evidence), thread.adjustment], total)
    rows: list[Row] = []
    rest = 0
    for reason, thousandths in zip(evidence, units[:-1], strict=True):
        if thousandths > 0 and len(rows) < ROWS:
            rows.append(_row(reason, thousandths))
        else:
            rest += thousandths
    if rest:
        rows.append(Row("", "", _("More words that look alike"), rest, words=False))
    if units[-1]:
        evened = _("Languages evened out, and words too weak to name")
        rows.append(Row("", "", evened, units[-1], words=False))
    return tuple(rows)


def _row(reason: Evidence, thousandths: int) -> Row:
    if reason.block == "facet":
        return Row("", "", _choice(reason.label), thousandths, words=False)
    how = {
        "words": _("Same word"),
        "surface": _("Same word in both languages"),
        "chars": _("Look alike"),
        "companions": _("Often in the same texts"),
        "concepts": _("Same meaning"),
    }
    return Row(
        ", ".join(reason.query_words),
        ", ".join(reason.candidate_words),
        _with_meaning(str(how.get(reason.block, reason.block)), reason),
        thousandths,
    )


def _with_meaning(how: str, reason: Evidence) -> str:
    """Add what a shared meaning is called in the reader's language."""
    if reason.block != "concepts":
        return how
    name, _colon, code = reason.label.partition(":")
    known = name in FACETS.values() and code in vocabulary(name)
    called = label(code, name) if known else shown_label(reason.label, language())
    return f"{how}: {called}" if called else how


def _choice(name: str) -> str:
    """Say which choice both sides made; ``name`` is like "sector:music"."""
    kind, _colon, code = name.partition(":")
    if kind == "wished_country":
        return str(_("A wished country"))
    if kind == "wished_kind":
        return str(_("A wished kind of partner"))
    if kind == "wished_sector":
        return str(_("A wished sector"))
    terms = FACETS.get(kind, "")
    words = [label(c, terms) for c in code.split(",") if terms and c in vocabulary(terms)]
    return str(_("Same choice: %(what)s", what=", ".join(words) or code))
