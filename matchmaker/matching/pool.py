# SPDX-License-Identifier: MIT
"""Actors as arrays: the rows of their passages and the codes they chose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack

from matchmaker.matching.detection import detect
from matchmaker.matching.languages import language_places
from matchmaker.matching.text import Analysis, analyse, known_language
from matchmaker.matching.values import CRITERIA, PRIORITIES, ActorText, Passage

HOME_LANGUAGES: Final = {
    "AX": ("sv",), "DE": ("de",), "DK": ("da",), "EE": ("et",), "FI": ("fi", "sv"), "FO": ("da",),
    "GL": ("da",), "IS": ("is",), "LT": ("lt",), "LV": ("lv",), "NO": ("nb",), "PL": ("pl",),
    "SE": ("sv",),
}  # fmt: skip
FIELDS: Final = ("does", "offers", "seeks")
NO_CODES: Final = frozenset({"", "other"})  # two "other" have nothing in common

Codes = dict[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: the actor's number in its list, the field, the place in the field."""

    actor: int
    field: str
    index: int


@dataclass(frozen=True, slots=True)
class CodeBook:
    """Numbers for the codes that the actors of a pool use; other codes match nothing in it."""

    types: Codes
    themes: Codes
    countries: Codes
    kinds: Codes
    sectors: Codes
    languages: Codes

    @classmethod
    def of(cls, actors: Sequence[ActorText]) -> CodeBook:
        """Number the codes in the order in which they are met."""
        passages = [passage for actor in actors for _, passage in passages_of(actor)]
        return cls(
            types=_number(passage.type for passage in passages),
            themes=_number(code for passage in passages for code in passage.themes),
            countries=_number(actor.country for actor in actors),
            kinds=_number(actor.kind for actor in actors),
            sectors=_number(code for actor in actors for code in actor.sectors),
            languages=_number(code for actor in actors for code in actor.working_languages),
        )


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of one side, in the order of their actors, as arrays of the same length."""

    places: tuple[Place, ...]
    rows: csr_array  # unit length or empty
    owner: NDArray[np.int64]
    language: NDArray[np.int64]  # places in ALL_LANGUAGES
    is_does: NDArray[np.bool_]
    types: NDArray[np.int64]  # -1 for none
    themes: csr_array
    wished_countries: csr_array
    wished_kinds: csr_array
    wished_sectors: csr_array
    priorities: NDArray[np.int8]  # of shape (n_passages, len(CRITERIA)), places in PRIORITIES
    musts: NDArray[np.bool_]  # of the same shape: whether a partner who fails it is none

    def part(self, first: int, last: int) -> Passages:
        """Return the passages of the actors from ``first`` up to before ``last``, renumbered."""
        start, stop = np.searchsorted(self.owner, [first, last])
        cut = slice(int(start), int(stop))
        return Passages(
            self.places[cut], self.rows[cut], self.owner[cut] - first, self.language[cut],
            self.is_does[cut], self.types[cut], self.themes[cut], self.wished_countries[cut],
            self.wished_kinds[cut], self.wished_sectors[cut], self.priorities[cut],
            self.musts[cut],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pool:
    """Actors ready to be compared. ``offers`` holds what they do too, marked with ``is_does``."""

    actors: tuple[ActorText, ...]
    codes: CodeBook
    seeks: Passages
    offers: Passages
    does: Passages
    country: NDArray[np.int64]  # -1 for one that the code book does not know
    kind: NDArray[np.int64]
    sectors: csr_array  # unit length or empty
    languages: csr_array
    age: NDArray[np.float64]  # days since each profile was confirmed

    def __len__(self) -> int:
        return len(self.actors)

    def part(self, first: int, last: int) -> Pool:
        """Return the actors from ``first`` up to before ``last``."""
        cut = slice(first, last)
        return Pool(
            self.actors[cut], self.codes, self.seeks.part(first, last),
            self.offers.part(first, last), self.does.part(first, last), self.country[cut],
            self.kind[cut], self.sectors[cut], self.languages[cut], self.age[cut],
        )  # fmt: skip


def passages_of(actor: ActorText) -> list[tuple[Place, Passage]]:
    """Return all passages of an actor: does, then offers, then seeks."""
    found = [(Place(0, "does", 0), actor.does)]
    found += [(Place(0, "offers", i), passage) for i, passage in enumerate(actor.offers)]
    found += [(Place(0, "seeks", i), passage) for i, passage in enumerate(actor.seeks)]
    return found


def analyse_passage(passage: Passage, actor: ActorText, field: str) -> Analysis:
    """Find the words of a passage; country and working languages help a short text along.

    What was chosen from lists joins the words as concepts. Sectors and kind say what an actor
    can give, so they join what it does and offers, and not what it seeks.
    """
    tags = [f"opportunity_types:{passage.type}"] if passage.type not in NO_CODES else []
    tags += [f"themes:{theme}" for theme in passage.themes if theme not in NO_CODES]
    if field != "seeks":
        tags += [f"sectors:{sector}" for sector in actor.sectors if sector not in NO_CODES]
        tags += [f"kinds:{actor.kind}"] if actor.kind not in NO_CODES else []
    language = known_language(passage.language) or language_of(passage.text, actor)
    return replace(analyse(passage.text, language), tags=tuple(tags))


def language_of(text: str, actor: ActorText) -> str:
    """Guess the language of a text of an actor; country and working languages help along."""
    likely = (*HOME_LANGUAGES.get(actor.country, ()), *actor.working_languages)
    return detect(text, likely).language


@dataclass(frozen=True, slots=True)
class ActorRows:
    """Rows and languages of all passages of some actors, in the order of `passages_of`."""

    rows: csr_array
    languages: list[str]
    starts: NDArray[np.int64]  # of each actor, and the end


RowMaker = Callable[[Sequence[ActorText]], ActorRows]


def rows_reused(
    actors: Sequence[ActorText], old: dict[ActorText, int], known: ActorRows | None, make: RowMaker
) -> ActorRows:
    """Return the rows of actors; those whose value is the same as before are taken over."""
    new = [actor for actor in dict.fromkeys(actors) if actor not in old]
    if known is None or len(new) == len(actors):
        return make(actors)
    made = make(new)
    where = {actor: (made, i) for i, actor in enumerate(new)}
    counts, order, languages = [], [], []
    for actor in actors:
        source, i = where.get(actor) or (known, old[actor])
        first, last = int(source.starts[i]), int(source.starts[i + 1])
        offset = known.rows.shape[0] if source is made else 0
        order.append(np.arange(first, last) + offset)
        languages += source.languages[first:last]
        counts.append(last - first)
    both = csr_array(vstack([known.rows, made.rows], format="csr"))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return ActorRows(both[np.concatenate(order)], languages, starts)


def build_pool(actors: Sequence[ActorText], rows: ActorRows, codes: CodeBook | None = None) -> Pool:
    """Lay out actors as arrays, with the codes of the pool that they are compared with."""
    book = codes or CodeBook.of(actors)
    places, passages = [], []
    for number, actor in enumerate(actors):
        for place, passage in passages_of(actor):
            places.append(Place(number, place.field, place.index))
            passages.append(passage)
    fields = np.array([FIELDS.index(place.field) for place in places], dtype=np.int64)
    languages = language_places(rows.languages)

    def select(*wanted: int) -> Passages:
        chosen = np.flatnonzero(np.isin(fields, wanted))
        own = [places[i] for i in chosen]
        texts = [passages[i] for i in chosen]
        return Passages(
            places=tuple(own),
            rows=rows.rows[chosen],
            owner=np.array([place.actor for place in own], dtype=np.int64),
            language=languages[chosen],
            is_does=fields[chosen] == 0,
            types=np.array([book.types.get(text.type, -1) for text in texts], dtype=np.int64),
            themes=_tags([text.themes for text in texts], book.themes),
            wished_countries=_tags([text.countries for text in texts], book.countries),
            wished_kinds=_tags([text.kinds for text in texts], book.kinds),
            wished_sectors=_tags([text.sectors for text in texts], book.sectors),
            priorities=_priorities(texts),
            musts=_musts(texts),
        )

    return Pool(
        actors=tuple(actors),
        codes=book,
        seeks=select(2),
        offers=select(0, 1),
        does=select(0),
        country=np.array([book.countries.get(a.country, -1) for a in actors], dtype=np.int64),
        kind=np.array([book.kinds.get(a.kind, -1) for a in actors], dtype=np.int64),
        sectors=_tags([a.sectors for a in actors], book.sectors, unit=True),
        languages=_tags([a.working_languages for a in actors], book.languages),
        age=np.array([max(a.age, 0) for a in actors], dtype=np.float64),
    )


def _priorities(texts: Sequence[Passage]) -> NDArray[np.int8]:
    """Return the priority of each criterion of each passage; "prefer" where nothing was said."""
    places = np.full((len(texts), len(CRITERIA)), PRIORITIES.index("prefer"), dtype=np.int8)
    for row, text in enumerate(texts):
        for criterion, priority in text.priorities:
            places[row, CRITERIA.index(criterion)] = PRIORITIES.index(priority)
    return places


def _said(codes: Iterable[str]) -> bool:
    """Tell whether a list of wishes holds any that a partner can meet."""
    return any(code not in NO_CODES for code in codes)


def _musts(texts: Sequence[Passage]) -> NDArray[np.bool_]:
    """Return which criteria are hard; one that wishes nothing excludes nobody."""
    wishes = [
        (t.type not in NO_CODES, _said(t.countries), _said(t.kinds), _said(t.sectors), True)
        for t in texts
    ]
    hard = _priorities(texts) == PRIORITIES.index("must")
    return hard & np.array(wishes, dtype=bool).reshape(len(texts), len(CRITERIA))


def _number(codes: Iterable[str]) -> Codes:
    kept = dict.fromkeys(code for code in codes if code not in NO_CODES)
    return {code: number for number, code in enumerate(kept)}


def _tags(lists: Sequence[Sequence[str]], codes: Codes, *, unit: bool = False) -> csr_array:
    """Return one row of ones for each list; of unit length, unknown codes counted, if asked."""
    indices: list[int] = []
    starts, sizes = [0], []
    for tags in lists:
        wanted = {tag for tag in tags if tag not in NO_CODES}
        indices += sorted(codes[tag] for tag in wanted if tag in codes)
        starts.append(len(indices))
        sizes.append(len(wanted))
    shape = (len(lists), max(1, len(codes)))
    rows = csr_array(
        (np.ones(len(indices)), np.array(indices, dtype=np.int64), starts), shape=shape
    )
    if unit:
        rows = csr_array(diags_array(1 / np.sqrt(np.maximum(sizes, 1))) @ rows)
    return rows
