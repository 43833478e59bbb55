# SPDX-License-Identifier: MIT
"""Rows to drafts: what each row says of an actor, and what is wrong with it."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from matchmaker.errors import N_, RefusedError
from matchmaker.services.drafts import ExchangeDraft, HowDraft, ProfileDraft, WhatDraft, WhoDraft
from matchmaker.services.importing import passages, values
from matchmaker.services.importing.headers import JOINED, fold
from matchmaker.services.importing.reading import Row
from matchmaker.services.importing.report import Problem, Say, shortened
from matchmaker.services.plain import plain_line
from matchmaker.store.actors import MAX_SECTORS

T = TypeVar("T")
NAME_LENGTH = 160
ID_LENGTH = 120
LENGTHS = {"name": NAME_LENGTH, "city": 80, "contact_name": 120, "contact_phone": 40}
REFUSING = ("name", "country", "external_id")  # a wrong value here refuses the row
LISTS = ("sectors", "working_languages", "themes", "offers", "seeks")
GUARDED = re.compile(r"'(?=[=+\-@\t\r\n|＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Entry:
    """One actor of a file. ``given`` names the answers that the file speaks of, also if empty."""

    line: int
    external_id: str
    profile: ProfileDraft
    given: frozenset[str]


@dataclass(slots=True)
class Mapper:
    """Reads one row after the other; remembers external ids and problems.

    ``fields`` is column -> field (empty: ignored), ``defaults`` field -> text for empty cells.
    """

    fields: Mapping[str, str]
    defaults: Mapping[str, str]
    latest_year: int
    refused: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    derived: int = 0
    _lines: dict[str, int] = field(default_factory=dict)
    _times: Counter[str] = field(default_factory=Counter)

    def entries(self, rows: Iterable[Row]) -> Iterator[Entry]:
        """Yield an entry for each good row; problems are added to the lists."""
        for row in rows:
            if row.problem is not None:
                self.refused.append(row.problem)
                continue
            entry = _RowReader(self, row).entry()
            if entry is not None:
                yield entry

    def identify(self, given: str, profile: ProfileDraft, line: int) -> str:
        """Return the external id of a row: the one in the file, else one from name and country.

        Raises RefusedError if another row has the same id in the file.
        """
        found = plain_line(given)
        if len(found) > ID_LENGTH:
            raise RefusedError(N_("An id may have up to %(n)s characters."), n=ID_LENGTH)
        if found and found in self._lines:
            raise RefusedError(
                N_("This id stands in line %(line)s already."), line=self._lines[found]
            )
        if not found:
            self.derived += 1
            found = derived_id(profile.who.name, profile.who.country)
            self._times[found] += 1
            if self._times[found] > 1:  # same name, same country: kept apart by their order
                found = f"{found}-{self._times[found]}"
        self._lines[found] = line
        return found


def derived_id(name: str, country: str) -> str:
    """Return an id that stays the same for a name and a country, in whatever spelling of case."""
    said = f"{fold(name) or name} {country}"
    return "name-" + hashlib.sha256(said.encode()).hexdigest()[:16]


class _RowReader:
    """One row: its values by field, read into the steps of a profile."""

    def __init__(self, mapper: Mapper, row: Row) -> None:
        self.mapper, self.line = mapper, row.line
        self.columns: dict[str, list[str]] = {}
        self.raw: dict[str, list[Any]] = {}
        self.good = True
        self.warnings: list[Problem] = []  # of no interest if the row is refused
        for column, value in row.values.items():
            name = mapper.fields.get(column)
            if name:
                self.columns.setdefault(name, []).append(plain_line(column))
                self.raw.setdefault(name, []).append(_unguarded(value))
        self.empty = not any(map(_filled, row.values.values()))

    def entry(self) -> Entry | None:
        if self.empty:
            return None
        profile = ProfileDraft(self.who(), self.what(), self.exchange(), self.how())
        if not profile.who.name:
            self.refuse("name", N_("The name is missing."), {})
        external_id = ""
        if self.good:
            external_id = self.read(
                "external_id",
                "",
                lambda t, say: self.mapper.identify(t, profile, self.line),
                always=True,
            )
        if not self.good:
            return None
        self.mapper.warnings += self.warnings
        given = frozenset(a for name in self.raw for a in _ANSWERS.get(name, (name,)))
        return Entry(self.line, external_id, profile, given)

    def who(self) -> WhoDraft:
        kind, kind_other = self.read("kind", ("", ""), lambda t, s: values.coded("kinds", t, s))
        country = self.read("country", "", values.country)
        return WhoDraft(
            name=self.one_line("name"),
            kind=kind,
            kind_other=kind_other,
            country=country,
            region=self.read("region", "", lambda t, s: values.region(t, s, country=country)),
            city=self.one_line("city"),
            website=self.read("website", "", values.website),
            year_founded=self.read(
                "year_founded", None, lambda t, say: values.year(t, latest=self.mapper.latest_year)
            ),
            size=self.read("size", "", lambda t, say: values.size(t)),
        )

    def what(self) -> WhatDraft:
        nothing: tuple[str, ...] = ()
        sectors, sector_other = self.read("sectors", (nothing, ""), _sectors)
        return WhatDraft(
            sectors=sectors,
            sector_other=sector_other,
            does=self.read("does", "", passages.long_text),
            language=self.read("language", "", lambda t, say: values.text_language(t)),
            themes=self.read("themes", nothing, _themes),
        )

    def exchange(self) -> ExchangeDraft:
        return ExchangeDraft(
            offers=self.read("offers", (), passages.opportunities),
            seeks=self.read("seeks", (), passages.opportunities),
        )

    def how(self) -> HowDraft:
        return HowDraft(
            languages=self.read("working_languages", (), _spoken),
            contact_name=self.one_line("contact_name"),
            contact_email=self.read("contact_email", "", values.email),
            contact_phone=self.one_line("contact_phone"),
        )

    def one_line(self, name: str) -> str:
        return self.read(name, "", lambda t, say: values.line(t, say, limit=LENGTHS[name]))

    def read(
        self, name: str, empty: T, reader: Callable[[Any, Say], T], *, always: bool = False
    ) -> T:
        """Read a field. What cannot be read is empty, and refuses the row if it must be right."""
        say = self._say(name, self.raw.get(name, ""))
        try:
            value = self._value(name)
            if not _filled(value) and name in self.mapper.defaults:
                value = self.mapper.defaults[name]
            return reader(value, say) if always or _filled(value) else empty
        except RefusedError as error:
            if name in REFUSING:
                self.refuse(name, error.template, error.values)
            else:
                say(error.template, **error.values)
            return empty

    def refuse(self, name: str, template: str, found: Mapping[str, object]) -> None:
        self.good = False
        self.mapper.refused.append(self._problem(name, template, found))

    def _say(self, name: str, raw: Any) -> Say:
        def say(template: str, **found: object) -> None:
            self.warnings.append(self._problem(name, template, found))

        return say

    def _problem(self, name: str, template: str, found: Mapping[str, object]) -> Problem:
        raw = [value for value in self.raw.get(name, []) if _filled(value)]
        shown = shortened("; ".join(map(str, raw)) if raw else self.mapper.defaults.get(name, ""))
        column = ", ".join(self.columns.get(name, [name]))
        return Problem(self.line, column, shown, template, found)

    def _value(self, name: str) -> Any:
        """Return the value of a field in the shape that its reader takes: a text or a list."""
        given = [value for value in self.raw.get(name, []) if _filled(value)]
        if name in LISTS:
            if len(given) == 1 and isinstance(given[0], str):
                return given[0]
            lists = [value if isinstance(value, list) else [value] for value in given]
            return [item for listed in lists for item in listed]
        return ("\n" if name in JOINED else "; ").join(map(_scalar, given))


_ANSWERS = {
    "kind": ("kind", "kind_other"),
    "sectors": ("sectors", "sector_other"),
    "working_languages": ("languages",),
}
"""The answers that a field fills, where they have other names than the field."""


def _sectors(raw: Any, say: Say) -> tuple[tuple[str, ...], str]:
    found, unknown = values.codes("sectors", values.pieces(raw), say)
    if unknown:
        say(N_("Not in the list; kept as “other” in these words."))
    chosen = [code for code in found if code != "other"]
    chosen += ["other"] if unknown or "other" in found else []
    if len(chosen) > MAX_SECTORS:
        say(N_("More than %(n)s sectors; the first ones were taken."), n=MAX_SECTORS)
    kept = tuple(chosen[:MAX_SECTORS])
    words = values.cut(", ".join(unknown), values.OTHER_LENGTH)
    return kept, words if "other" in kept else ""


def _themes(raw: Any, say: Say) -> tuple[str, ...]:
    return values.known_codes("themes", values.pieces(raw), say)


def _spoken(raw: Any, say: Say) -> tuple[tuple[str, str], ...]:
    return values.spoken(values.pieces(raw), say)


def _filled(value: Any) -> bool:
    if isinstance(value, str):
        return bool(plain_line(value))
    return value is not None and value != [] and value != {} and value != ()


def _unguarded(value: Any) -> Any:
    """Take away the ' that guards spreadsheets against formulas, as our own export writes it."""
    if isinstance(value, list):
        return [_unguarded(item) for item in value]
    return value[1:] if isinstance(value, str) and GUARDED.match(value) else value


def _scalar(value: Any) -> str:
    """Return a single value as text; JSON may hold a number where a cell holds its digits."""
    if isinstance(value, bool | dict):
        raise RefusedError(N_("A text is needed here; left empty."))
    if isinstance(value, list):
        return "; ".join(map(_scalar, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
