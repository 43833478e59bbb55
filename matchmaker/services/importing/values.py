# SPDX-License-Identifier: MIT
"""One cell to one value: codes by any of their labels, places, addresses, numbers.

Each reader takes the text and ``say``, which notes what was changed on the way. What cannot be
read at all raises RefusedError; the row decides what that means.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from matchmaker.errors import N_, RefusedError
from matchmaker.services.importing.headers import fold
from matchmaker.services.importing.report import Say, shortened
from matchmaker.services.plain import plain_line, web_address
from matchmaker.vocabulary import (
    LANGUAGES,
    VocabularyError,
    normalise_language,
    region_successors,
    regions,
    vocabulary,
)

OTHER_LENGTH = 80
EMAIL_LENGTH = 254
OLDEST = 1000  # no actor claims to be older; such years are typing errors

_MORE_COUNTRIES = {
    "uk": "GB", "greatbritain": "GB", "england": "GB", "scotland": "GB", "usa": "US",
    "czechrepublic": "CZ", "holland": "NL", "thenetherlands": "NL", "macedonia": "MK",
    "republicofestonia": "EE", "republicoflatvia": "LV", "republicoflithuania": "LT",
    "republicofpoland": "PL", "republicoffinland": "FI", "kingdomofdenmark": "DK",
    "kingdomofnorway": "NO", "kingdomofsweden": "SE", "federalrepublicofgermany": "DE",
    "dnk": "DK", "est": "EE", "fin": "FI", "deu": "DE", "ger": "DE", "isl": "IS", "lva": "LV",
    "ltu": "LT", "nor": "NO", "pol": "PL", "swe": "SE", "ala": "AX", "fro": "FO", "grl": "GL",
    "noreg": "NO", "faroe": "FO", "faroes": "FO", "el": "GR",
}  # fmt: skip
_BETWEEN = re.compile(
    r"[,/()]|\s(?:or|and|og|och|eller|ja|tai|või|vai|un|ar|ir|i|lub|und|oder|eða|sekä)\s"
)
_YEAR = re.compile(
    r"(\d{4})(?:[.,]0+|[-./]\d{1,2}(?:[-./]\d{1,2})?(?:\D.*)?)?"  # 1998, 1998.0, 1998-05-01
    r"|\d{1,2}[-./]\d{1,2}[-./](\d{4})",  # 1.5.1998
    re.A,
)
_SPLIT = re.compile(r"[;|\n]")


def cut(text: str, limit: int) -> str:
    """Return the text, ended at a word border with … if it is longer than ``limit``."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head.rsplit(None, 1)[0] if " " in head[limit // 2 :] else head
    return words.rstrip(" ,;:–-") + "…"


def line(text: str, say: Say, *, limit: int) -> str:
    """Read one line of text."""
    plain = plain_line(text)
    if len(plain) > limit:
        say(N_("Longer than %(n)s characters; the end was cut off."), n=limit)
    return cut(plain, limit)


@cache
def _countries() -> Mapping[str, str]:
    """Return folded name or code -> ISO code, of all countries in all eleven languages."""
    found: dict[str, str] = {}
    for term in vocabulary("countries"):
        for name in (term.code, term.extra["native"], *term.labels.values()):
            found.setdefault(fold(name), term.code)
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(code.lower(), code)
                found.setdefault(fold(name), code)
    return {**_MORE_COUNTRIES, **found}


def country(text: str, say: Say) -> str:
    """Read a country: a code, or its name in any of the eleven languages.

    Raises
    ------
    RefusedError
        It lies outside the region, or nobody knows it.
    """
    typed = plain_line(text)
    code = _countries().get(fold(typed))
    if code is None:
        raise RefusedError(
            N_("“%(typed)s” is not a country known here. Write its name or a code such as LV."),
            typed=shortened(typed),
        )
    if code not in vocabulary("countries"):
        name = Locale.parse("en").territories.get(code, typed)
        raise RefusedError(N_("%(country)s is outside the Baltic Sea region."), country=name)
    return code


@cache
def _codes(name: str) -> Mapping[str, str]:
    """Return folded code, label or unmistakable part of a label -> code."""
    whole: dict[str, str] = {}
    parts: dict[str, set[str]] = {}
    for term in vocabulary(name):
        whole.setdefault(fold(term.code), term.code)
        for label in (*term.labels.values(), str(term.extra.get("native", term.code))):
            whole.setdefault(fold(label), term.code)
            for part in _BETWEEN.split(label):
                parts.setdefault(fold(part), set()).add(term.code)
    clear = {part: codes.pop() for part, codes in parts.items() if part and len(codes) == 1}
    return {**clear, **whole}


def code_of(name: str, text: str) -> str:
    """Return the code of a vocabulary for a code or a label in any language; empty if unknown."""
    return _codes(name).get(fold(text), "")


def coded(name: str, text: str, say: Say) -> tuple[str, str]:
    """Read one code of a vocabulary that has an “other”; return it and the words of an “other”."""
    typed = plain_line(text)
    if not typed:
        return "", ""
    code = code_of(name, typed)
    if code:
        return code, ""
    say(N_("Not in the list; kept as “other” in these words."))
    return "other", cut(typed, OTHER_LENGTH)


def pieces(raw: object) -> list[str]:
    """Part a cell of several values at ; | and line breaks; a list is taken as it is."""
    listed = raw if isinstance(raw, list) else _SPLIT.split(str(raw))
    if not all(isinstance(item, str | int | float) for item in listed):
        raise RefusedError(N_("Texts are needed here; left empty."))
    return [piece for piece in (plain_line(str(item)) for item in listed) if piece]


def codes(name: str, listed: Iterable[str], say: Say) -> tuple[tuple[str, ...], list[str]]:
    """Read several codes; return them without doubles, and the words that nobody knows.

    A piece that is unknown as a whole is tried again in parts between commas: labels hold commas
    themselves.
    """
    found: dict[str, None] = {}
    unknown: list[str] = []
    for piece in listed:
        whole = code_of(name, piece)
        for part in [piece] if whole else (plain_line(item) for item in piece.split(",")):
            code = whole or code_of(name, part)
            if code:
                found[code] = None
            elif part:
                unknown.append(part)
    return tuple(found), unknown


def known_codes(name: str, listed: Iterable[str], say: Say) -> tuple[str, ...]:
    """Read several codes of a vocabulary; unknown ones are left out and named."""
    found, unknown = codes(name, listed, say)
    if unknown:
        say(N_("Not known here and left out: %(words)s."), words=", ".join(map(shortened, unknown)))
    return found


def region(text: str, say: Say, *, country: str) -> str:
    """Read a region: a NUTS code of any version, or its name; it must lie in the country."""
    typed = plain_line(text)
    if not typed:
        return ""
    try:
        now = region_successors(typed)
    except VocabularyError:
        now = tuple(code for code in [code_of("regions", typed)] if code)
    if not now:
        raise RefusedError(N_("Not a region known here (NUTS 2); left empty."))
    inside = [term.code for term in regions(country)] if country else list(now)
    fitting = [code for code in now if code in inside]
    if not fitting:
        raise RefusedError(
            N_("The region %(region)s is not in %(country)s; left empty."),
            region=now[0],
            country=vocabulary("countries").label(country),
        )
    if len(fitting) > 1:
        say(
            N_("Split since into %(codes)s; the most populous, %(taken)s, was taken."),
            codes=", ".join(fitting),
            taken=fitting[0],
        )
    elif fitting[0] != typed.upper() and typed.upper()[:4] != fitting[0] and typed[-1].isdigit():
        say(N_("An older code; it is %(code)s now."), code=fitting[0])
    return fitting[0]


def website(text: str, say: Say) -> str:
    """Read a web address; of several the first."""
    listed = [piece for piece in re.split(r"[\s;|]+|,(?=\s|www|http)", plain_line(text)) if piece]
    if len(listed) > 1 and any("." in piece for piece in listed[1:]):
        say(N_("Several addresses; the first was taken."))
        return web_address(listed[0])
    return web_address(text)


def email(text: str, say: Say) -> str:
    """Read an e-mail address; ``Anna <anna@example.org>`` and ``mailto:`` are understood."""
    typed = plain_line(text)
    inner = re.search(r"<([^<>]+)>", typed)
    listed = [p for p in re.split(r"[\s;,|]+", inner.group(1) if inner else typed) if "@" in p]
    try:
        address = (listed or [typed])[0].removeprefix("mailto:")
        normal = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise RefusedError(N_("Not an e-mail address; left empty.")) from None
    if len(normal) > EMAIL_LENGTH:
        raise RefusedError(N_("Not an e-mail address; left empty."))
    if len(listed) > 1:
        say(N_("Several addresses; the first was taken."))
    return normal


def year(text: str, *, latest: int) -> int | None:
    """Read a year, or the year of a date."""
    typed = plain_line(text)
    if not typed:
        return None
    shape = _YEAR.fullmatch(typed)
    found = int(shape.group(1) or shape.group(2)) if shape else 0
    if not OLDEST <= found <= latest:
        raise RefusedError(N_("Not a year up to now; left empty."))
    return found


def size(text: str) -> str:
    """Read a size class: its code, its label, or a number of people."""
    typed = plain_line(text)
    code = code_of("sizes", typed)
    if code or not typed:
        return code
    together = re.sub(r"(?<=\d)[\s.,](?=\d{3}\b)", "", typed)  # 1 200, 1.200 and 1,200
    numbers = [int(number) for number in re.findall(r"[0-9]{1,6}", together)]
    if not numbers or numbers[0] < 1:
        raise RefusedError(N_("Not a number of people; left empty."))
    for limit, name in ((1, "s1"), (3, "s2_3"), (9, "s4_9"), (49, "s10_49"), (249, "s50_249")):
        if numbers[0] <= limit:
            return name
    return "s250"


def text_language(text: str) -> str:
    """Read the language of the texts, one of the eleven."""
    typed = plain_line(text)
    code = normalise_language(typed) if len(typed) <= 5 else ""
    code = code if code in LANGUAGES else code_of("languages", typed)
    if typed and code not in LANGUAGES:
        raise RefusedError(N_("Not one of the eleven languages; it is left to recognition."))
    return code


def spoken(listed: Iterable[str], say: Say) -> tuple[tuple[str, str], ...]:
    """Read working languages: codes or names, with or without a level (``en:fluent``)."""
    levels = vocabulary("language_levels")
    found: dict[str, str] = {}
    unknown: list[str] = []
    known = vocabulary("languages")
    for piece in (part.strip() for item in listed for part in item.split(",")):
        name, _, level = piece.replace("(", ":").replace(")", "").partition(":")
        code = normalise_language(name)
        code = code if code in known else code_of("languages", name)
        if code:
            found.setdefault(code, code_of("language_levels", level) if level else "working")
            found[code] = found[code] if found[code] in levels else "working"
        elif piece:
            unknown.append(piece)
    if unknown:
        say(N_("Not known here and left out: %(words)s."), words=", ".join(map(shortened, unknown)))
    return tuple(found.items())
