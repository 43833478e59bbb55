# SPDX-License-Identifier: MIT
"""Running text to what a profile holds: texts within their limit, offers and seeks with a title."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from matchmaker.errors import N_, RefusedError
from matchmaker.services.drafts import OpportunityDraft
from matchmaker.services.importing import values
from matchmaker.services.importing.report import Say
from matchmaker.services.plain import plain_line, plain_text
from matchmaker.store.actors import TEXT_LENGTH, TITLE_LENGTH

MAX_ITEMS = 20
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]*(?=\s)|\n")


def long_text(text: str, say: Say) -> str:
    """Return text of up to 4,000 characters; a longer one ends after a whole sentence."""
    plain = plain_text(text)
    if len(plain) <= TEXT_LENGTH:
        return plain
    say(N_("Longer than %(n)s characters; shortened after a whole sentence."), n=TEXT_LENGTH)
    head = plain[: TEXT_LENGTH + 1]
    ends = [end.end() for end in _SENTENCE_END.finditer(head) if end.end() <= TEXT_LENGTH]
    if ends and ends[-1] >= TEXT_LENGTH // 2:
        return head[: ends[-1]].rstrip()
    return values.cut(plain, TEXT_LENGTH)


def titled(text: str, say: Say) -> tuple[str, str]:
    """Return title and text of an offer or a seek that came as one text.

    The title is the first sentence, and the text what follows it. A first sentence that is too
    long for a title is cut there at a word border and stays whole in the text.
    """
    plain = long_text(text, say)
    for end in _SENTENCE_END.finditer(plain):
        following = plain[end.end() :].lstrip()
        if following[:1].islower() or following[:1] in ",;:":
            continue  # an abbreviation, not an end
        first = plain_line(plain[: end.end()]).removesuffix(".")
        if not first:
            continue  # nothing that shows
        if len(first) <= TITLE_LENGTH:
            return first, following
        break
    whole = plain_line(plain)
    if len(whole) <= TITLE_LENGTH:
        return whole.removesuffix("."), ""
    return values.cut(whole, TITLE_LENGTH), plain


def opportunities(raw: Any, say: Say, *, language: str = "") -> tuple[OpportunityDraft, ...]:
    """Read offers or seeks: a text, a list of texts, or objects with title, text and type.

    One text is parted at each ``|``, and at ``;`` if every part could be a title.

    Raises
    ------
    RefusedError
        It is none of these.
    """
    listed = _parted(raw) if isinstance(raw, str) else raw
    if not isinstance(listed, list):
        listed = [listed]
    found = [item for item in (_one(each, say) for each in listed) if item is not None]
    if len(found) > MAX_ITEMS:
        say(N_("More than %(n)s; only the first ones were taken."), n=MAX_ITEMS)
    return tuple(found[:MAX_ITEMS])


def _parted(text: str) -> list[str]:
    found: list[str] = []
    for piece in text.split("|"):
        parts = piece.split(";")
        titles = all(len(plain_line(part)) <= TITLE_LENGTH for part in parts)
        found += parts if titles else [piece]
    return found


def _one(raw: Any, say: Say) -> OpportunityDraft | None:
    if raw is None:
        return None
    if isinstance(raw, str):
        return _from_text(raw, say)
    if isinstance(raw, dict):
        return _from_object(raw, say)
    raise RefusedError(N_("Not a text and not an object with title and text; left empty."))


def _from_text(text: str, say: Say) -> OpportunityDraft | None:
    """Read ``Title. More text.``; a type may stand in front: ``residency: Title. More text.``"""
    front, colon, rest = text.partition(":")
    kind = values.code_of("opportunity_types", front) if colon and rest.strip() else ""
    title, body = titled(rest if kind else text, say)
    return OpportunityDraft(title=title, text=body, type=kind or "other") if title else None


def _from_object(raw: Mapping[str, Any], say: Say) -> OpportunityDraft | None:
    title, body = plain_line(_text(raw, "title")), long_text(_text(raw, "text"), say)
    if not title:
        title, body = titled(body, say)
    if not title:
        return None
    if len(title) > TITLE_LENGTH:
        body = f"{title}\n{body}".strip()[:TEXT_LENGTH]
        title = values.line(title, say, limit=TITLE_LENGTH)
    kind, kind_other = values.coded("opportunity_types", _text(raw, "type"), say)
    return OpportunityDraft(
        title=title,
        text=body,
        type=kind or "other",
        type_other=kind_other,
        countries=values.known_codes("countries", _list(raw, "countries"), say),
        kinds=values.known_codes("kinds", _list(raw, "kinds"), say),
        sectors=values.known_codes("sectors", _list(raw, "sectors"), say),
        themes=values.known_codes("themes", _list(raw, "themes"), say),
        stage=values.code_of("stages", _text(raw, "stage")),
        valid_until=_day(_text(raw, "valid_until"), say),
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _list(raw: Mapping[str, Any], name: str) -> Iterable[str]:
    value = raw.get(name)
    listed = value if isinstance(value, list) else [value]
    return values.pieces([item for item in listed if isinstance(item, str)])


def _day(text: str, say: Say) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        say(N_("A date must look like 2027-05-31; it was left empty."))
        return None
