# SPDX-License-Identifier: MIT
"""People's own words on a page: escaped, with the words that matter marked, cut where long.

`marked` is the one place that turns user text into markup.
"""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Span = tuple[int, int]  # start and end in characters

WHOLE = 240  # a text up to this length is shown whole
LEAD = 50  # characters shown before the first marked word of a cut text
NAMED_WORDS = 4


def merged(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return the spans inside a stretch of text, in order, those that touch or overlap as one."""
    joined: list[Span] = []
    for first, last in sorted((max(a, start), min(b, end)) for a, b in spans):
        if first >= last:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def marked(text: str, spans: Iterable[Span] = (), start: int = 0, end: int | None = None) -> Markup:
    """Return a stretch of a text as markup: everything escaped, the spans in ``<mark>``.

    Spans may overlap, reach over the ends or be out of order.
    """
    end = len(text) if end is None else min(end, len(text))
    pieces, at = [], start
    for first, last in merged(spans, start, end):
        pieces += [escape(text[at:first]), Markup("<mark>%s</mark>") % text[first:last]]
        at = last
    pieces.append(escape(text[at:end]))
    return Markup("").join(pieces)


def excerpt(text: str, spans: Sequence[Span] = (), *, start: int = 0, limit: int = WHOLE) -> Markup:
    """Return a text from ``start`` on, marked; of a long one the part with most marked words.

    What is left out shows as an ellipsis; words stay whole.
    """
    end = len(text)
    if end - start <= limit:
        return marked(text, spans, start)
    first = _best_start(text, merged(spans, start, end), start, limit)
    last = min(end, first + limit)
    if end - last <= limit // 6:
        last = end
    first, last = _at_words(text, first, last, start)
    shown = marked(text, spans, first, last)
    before = Markup("…\u00a0") if first > start else Markup("")
    return before + shown + (Markup("\u00a0…") if last < end else Markup(""))


def _best_start(text: str, spans: list[Span], start: int, limit: int) -> int:
    """Return where a window of ``limit`` characters holds most marked ones; the first if equal."""

    def held(at: int) -> int:
        return sum(last - first for first, last in spans if first >= at and last <= at + limit)

    choices = [start] + [max(start, first - LEAD) for first, _ in spans]
    return max(choices, key=lambda at: (held(at), -at))


def _at_words(text: str, first: int, last: int, start: int) -> tuple[int, int]:
    """Move both ends of a window to borders of words; very long words are cut."""
    if first > start and (gap := re.search(r"\s", text[first:last])) and gap.end() <= LEAD:
        first += gap.end()
    if last < len(text):
        kept = re.match(r"(.*)\s", text[first:last], re.DOTALL)
        if kept and len(kept[1]) > (last - first) // 2:
            last = first + len(kept[1])
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last


def shortened(text: str, limit: int = 80) -> str:
    """Return a title that fits into a sentence: cut after a whole word, closing signs left out."""
    line = " ".join(text.split())
    if len(line) > limit:
        cut = line[:limit].rsplit(" ", 1)[0] if " " in line[:limit] else line[:limit]
        return cut.rstrip(" ,;:–—-.") + " …"
    return line.rstrip(".")


def named_words(text: str, spans: Iterable[Span], *, most: int = NAMED_WORDS) -> str:
    """Return marked words as they stand, each once: neighbours together, gaps as an ellipsis."""
    parts: list[str] = []
    seen: set[str] = set()
    at = -1
    for first, last in merged(spans, 0, len(text)):
        word = text[first:last]
        if word.casefold() in seen:
            continue
        seen.add(word.casefold())
        close = at >= 0 and not text[at:first].strip()
        parts.append(f"{' ' if close else ' … '}{word}" if parts else word)
        at = last
        if len(seen) == most:
            break
    return "".join(parts)
