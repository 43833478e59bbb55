# SPDX-License-Identifier: MIT
"""The controlled vocabularies: stable codes, and what people call them in eleven languages.

Each list is one TOML file in ``data/vocabularies``; its README says how the files are written.
A file with a gap or a doubt in it is refused when it is loaded, so that no page ever shows
a bare code where a word should stand.
"""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

LANGUAGES: Final = ("en", "da", "sv", "fi", "et", "lv", "lt", "pl", "de", "nb", "is")
"""The languages of the interface, the source language first."""

_NORWEGIAN: Final = frozenset({"no", "nb", "nn", "nor", "nob", "nno"})
_HEAD_KEYS: Final = frozenset(
    {"version", "order", "extra", "optional_extra", "label_fallback", "term", "alias"}
)
_FOLDER: Final = Path(__file__).parent / "data" / "vocabularies"


class VocabularyError(ValueError):
    """A code that a vocabulary does not have, or a vocabulary file that is not whole."""


def normalise_language(code: str) -> str:
    """Return the primary language of a tag, in lower case; every Norwegian one is ``nb``.

    ``en-GB`` gives ``en``; ``no``, ``nn`` and ``nb_NO`` give ``nb``. Whether the product
    speaks the language is not asked: ``uk`` stays ``uk``.
    """
    primary = code.strip().replace("_", "-").split("-")[0].lower()
    return "nb" if primary in _NORWEGIAN else primary


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a vocabulary with its label in each of `LANGUAGES`."""

    code: str
    labels: Mapping[str, str] = field(hash=False)
    extra: Mapping[str, Any] = field(hash=False)

    def label(self, language: str = "en") -> str:
        """Return the label; in English where the product does not speak the language."""
        return self.labels.get(normalise_language(language), self.labels["en"])


class Vocabulary:
    """Terms by code, in the order of their file.

    ``aliases`` maps an old code to its successors, best first; only regions have some.
    """

    def __init__(
        self,
        name: str,
        version: str,
        terms: list[Term],
        *,
        by_label: bool = False,
        aliases: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self.aliases: Mapping[str, tuple[str, ...]] = MappingProxyType(dict(aliases or {}))
        self._terms = {term.code: term for term in terms}
        self._by_label = by_label

    def __repr__(self) -> str:
        return f"Vocabulary({self.name!r}, version={self.version!r}, {len(self)} terms)"

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def __len__(self) -> int:
        return len(self._terms)

    def __contains__(self, code: object) -> bool:
        return code in self._terms

    def __getitem__(self, code: str) -> Term:
        try:
            return self._terms[code]
        except KeyError:
            raise VocabularyError(
                f"{code!r} is not a code of the vocabulary {self.name!r}. "
                f"It has: {', '.join(self._terms)}."
            ) from None

    def get(self, code: str) -> Term | None:
        """Return the term, or None where the code is unknown."""
        return self._terms.get(code)

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the order of the file."""
        return tuple(self._terms)

    def label(self, code: str, language: str = "en") -> str:
        """Return the label of a code; a code that nobody knows comes back as it is."""
        term = self._terms.get(code)
        return code if term is None else term.label(language)

    def choices(self, language: str = "en") -> list[tuple[str, str]]:
        """Return (code, label) pairs for a list to choose from, "other" last.

        Countries and languages stand in the alphabetical order of the reader's language,
        all others in the order of the file.
        """
        pairs = [(term.code, term.label(language)) for term in self]
        if self._by_label:
            pairs.sort(key=lambda pair: alphabetical(pair[1], language))
        return sorted(pairs, key=lambda pair: pair[0] == "other")  # stable


@cache
def vocabulary(name: str) -> Vocabulary:
    """Return a vocabulary of the product by its name, for example ``kinds``."""
    path = _FOLDER / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.toml")))
        raise VocabularyError(f"There is no vocabulary {name!r}. There are: {known}.")
    return load(path)


def load(path: Path) -> Vocabulary:
    """Read one vocabulary file and check that it is whole.

    Raises
    ------
    VocabularyError
        The file is not TOML, or a label is missing, empty or used twice in one language, or
        a code stands twice, or a key is unknown. The sentence names file, term and language.
    """
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise VocabularyError(f"{path.name} cannot be read: {error}.") from error
    _refuse_unknown(set(head) - _HEAD_KEYS, path.name)
    version, rows = head.get("version"), head.get("term")
    if not isinstance(version, str) or not isinstance(rows, list) or not rows:
        raise VocabularyError(f"{path.name}: it needs a version (a text) and one [[term]] or more.")
    terms = [_read_term(row, head, path.name) for row in rows]
    _refuse_doubles(terms, path.name)
    order = head.get("order", "file")
    if order not in {"file", "label"}:
        raise VocabularyError(f'{path.name}: the order is "file" or "label", not {order!r}.')
    aliases = _read_aliases(head.get("alias", []), {term.code for term in terms}, path.name)
    return Vocabulary(path.stem, version, terms, by_label=order == "label", aliases=aliases)


def _read_term(row: Mapping[str, Any], head: Mapping[str, Any], file: str) -> Term:
    code = row.get("code")
    if not isinstance(code, str) or not code.strip():
        raise VocabularyError(f"{file}: a term has no code: {dict(row)!r}.")
    place = f"{file}, term {code}"
    needed, optional = head.get("extra", []), head.get("optional_extra", [])
    _refuse_unknown(set(row) - {"code", *LANGUAGES, *needed, *optional}, place)
    for key in needed:
        if key not in row:
            raise VocabularyError(f"{place}: {key!r} is missing.")
    fallback = head.get("label_fallback")  # the key whose value stands in for a missing label
    labels = {}
    for language in LANGUAGES:
        label = row.get(language, row.get(fallback) if fallback else None)
        if not isinstance(label, str) or not label.strip():
            raise VocabularyError(f"{place}: the label in {language!r} is missing or empty.")
        labels[language] = label
    extra = {key: row[key] for key in (*needed, *optional) if key in row}
    return Term(code, MappingProxyType(labels), MappingProxyType(extra))


def _read_aliases(
    rows: list[Mapping[str, Any]], known: set[str], file: str
) -> dict[str, tuple[str, ...]]:
    aliases: dict[str, tuple[str, ...]] = {}
    for row in rows:
        old, now = row.get("code"), row.get("now", [])
        place = f"{file}, alias {old}"
        _refuse_unknown(set(row) - {"code", "nuts", "now"}, place)
        if not isinstance(old, str) or old in known or old in aliases:
            raise VocabularyError(f"{place}: this code is missing or stands twice.")
        if not now or not known.issuperset(now):
            raise VocabularyError(f"{place}: it must lead to codes of this file.")
        aliases[old] = tuple(now)
    return aliases


def _refuse_unknown(keys: set[str], place: str) -> None:
    if keys:
        raise VocabularyError(f"{place}: unknown key {', '.join(sorted(keys))}.")


def _refuse_doubles(terms: list[Term], file: str) -> None:
    codes: set[str] = set()
    owners: dict[tuple[str, str], str] = {}
    for term in terms:
        if term.code in codes:
            raise VocabularyError(f"{file}, term {term.code}: this code stands twice.")
        codes.add(term.code)
        for language, label in term.labels.items():
            owner = owners.setdefault((language, label.casefold()), term.code)
            if owner != term.code:
                raise VocabularyError(
                    f"{file}, term {term.code}: the label {label!r} in {language!r} "
                    f"is also that of {owner}."
                )


def alphabetical(text: str, language: str) -> tuple[tuple[int, ...], str]:
    """Return a sort key that follows the alphabet of a language (``languages.toml``).

    A letter that the alphabet does not have sorts as the letter it is built on (in Danish å
    comes last, in German it is an a).
    """
    languages = vocabulary("languages")
    term = languages.get(normalise_language(language)) or languages["en"]
    alphabet: str = term.extra.get("alphabet") or languages["en"].extra["alphabet"]
    places: list[int] = []
    for letter in text.casefold():
        parts = letter if letter in alphabet else unicodedata.normalize("NFKD", letter)[0]
        places.append(alphabet.find(parts))  # -1, before all letters: spaces and signs
    return tuple(places), text


def _read_moves() -> Mapping[str, tuple[str, ...]]:
    states = vocabulary("pairing_states")
    for state in states:
        for target in state.extra["moves"]:
            states[target]  # raises when the table leads out of itself
    return MappingProxyType({state.code: tuple(state.extra["moves"]) for state in states})


PAIRING_MOVES: Final = _read_moves()
"""From each state of a pairing the states it can go to, most usual first."""


def moves(state: str) -> tuple[str, ...]:
    """Return the states that a pairing can go to from this one, most usual first."""
    return PAIRING_MOVES[vocabulary("pairing_states")[state].code]


def can_move(state: str, target: str) -> bool:
    """Whether a pairing may go from one state to another; to stay is not a move."""
    return target in moves(state)


def regions(country: str) -> list[Term]:
    """Return the NUTS 2 regions of a country, by code; none for the Faroes and Greenland."""
    wanted = vocabulary("countries")[country].code
    return [
        region
        for region in vocabulary("regions")
        if wanted in (region.extra["country"], region.extra.get("also"))
    ]


def region_successors(code: str) -> tuple[str, ...]:
    """Return the regions of today that an older or finer NUTS code lies in.

    The one with most of its people comes first. A code of today gives itself, a NUTS 3 code
    the NUTS 2 region around it.

    Raises
    ------
    VocabularyError
        No region of the ten countries has or had this code.
    """
    known = vocabulary("regions")
    wanted = code.strip().upper()
    for part in (wanted, wanted[:4]) if len(wanted) == 5 else (wanted,):
        if part in known:
            return (part,)
        if part in known.aliases:
            return known.aliases[part]
    raise VocabularyError(
        f"{code!r} is not a NUTS region of the ten countries ({known.version}). "
        "Give a NUTS 2 code such as FI1B, or leave the region empty."
    )


def canonical_region(code: str) -> str:
    """Return the region of today for a NUTS code; of several, the one with most people.

    Raises VocabularyError as `region_successors` does, which returns all of them.
    """
    return region_successors(code)[0]


def bsr_eligible(country: str, region: str | None = None) -> bool | None:
    """Whether a place lies in the area of Interreg Baltic Sea Region 2021-27.

    None means that it depends: the country is in the programme only in part, and no region
    is given. The area is that of the programme's page, region by region in ``regions.toml``.

    Raises
    ------
    VocabularyError
        The country or the region is unknown, or the region is in another country.
    """
    reach = vocabulary("countries")[country].extra["interreg_bsr"]
    if not region:
        return {"whole": True, "part": None, "outside": False}[reach]
    term = vocabulary("regions")[canonical_region(region)]
    if term not in regions(country):
        raise VocabularyError(f"The region {region!r} is not in the country {country!r}.")
    return bool(term.extra["interreg_bsr"])
