# SPDX-License-Identifier: MIT
"""Rows and actors that look like the same organisation. They are reported, never merged.

Two names are alike when at least 85 % of their letter triples are the same (Dice: twice the
shared ones by the sum of both). Only names that share one of their rarest triples are compared:
of two sets that overlap that much, the rarest few of one always meet those of the other
(prefix filtering; Chaudhuri, Ganti and Kaushik, "A primitive operator for similarity joins in
data cleaning", ICDE 2006). So 20,000 names need no 200 million comparisons.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from matchmaker.errors import N_
from matchmaker.store.base import SPELLED

ALIKE = 0.85
MOST_COMPARED = 400  # names looked at for one name: a bound for files of thousands of like names
ENOUGH = 50  # and as many once there is one that is alike

_LONG_FORMS = (
    "gmbh u co kg", "gmbh co kg", "sp z oo", "sp zoo", "spolka z oo", "spolka akcyjna",
    "ug haftungsbeschrankt", "oy ab", "sp k", "sp j",
)  # fmt: skip
_SHORT_FORMS = """
    oy oyj ab ky tmi ry osk hb kb ef aktiebolag aps as is ivs ps ks amba smba fmba asa ans sa enk da
    ou mtu fie tu uu sihtasutus sia ik biedriba uab vsi mb ii spzoo sc gmbh ggmbh mbh ug ag kg ohg
    gbr ev eg ek ehf hf ses slf svf ohf ltd limited llc inc plc
"""
_LEGAL_FORMS = tuple(tuple(form.split()) for form in (*_LONG_FORMS, *_SHORT_FORMS.split()))
_SHARED_HOSTS = (
    "facebook.com", "instagram.com", "linkedin.com", "youtube.com", "linktr.ee", "google.com",
    "wordpress.com", "blogspot.com", "tumblr.com", "bandcamp.com", "soundcloud.com", "behance.net",
    "vimeo.com", "wixsite.com", "weebly.com", "etsy.com", "github.io", "x.com", "twitter.com",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared, of a row (``line``) or of an actor that is here already (``key``)."""

    name: str
    country: str
    website: str = ""
    email: str = ""
    line: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An earlier record that looks the same, and why, as a sentence with values."""

    record: Record
    template: str
    values: dict[str, object]

    @property
    def reason(self) -> str:
        return self.template % self.values if self.values else self.template


@lru_cache(maxsize=50_000)
def normal_name(name: str) -> str:
    """Return a name without case, accents, punctuation and legal form.

    ``SIA "Kino Ziemeļi"`` and ``KINO ZIEMELI, SIA`` give ``kino ziemeli``. Double spellings of
    letters beyond ASCII (ae, oe, ue, aa) become single, as registers write either.
    """
    plain = unicodedata.normalize("NFKD", name.translate(SPELLED)).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"[.'’`´]", "", plain)
    plain = re.sub(r"\b(\w)/(\w)\b", r"\1\2", plain)
    words = re.findall(r"[^\W_]+", plain)
    for form in _LEGAL_FORMS:
        n = len(form)
        if len(words) > n and tuple(words[-n:]) == form:
            words = words[:-n]
        if len(words) > n and tuple(words[:n]) == form:
            words = words[n:]
    return re.sub(r"ae|oe|ue|aa", lambda m: m[0][0], " ".join(words)) or plain.strip()


def site(address: str) -> tuple[str, bool]:
    """Return what of a web address tells its owner, and whether that is the host alone."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    if any(host == shared or host.endswith(f".{shared}") for shared in _SHARED_HOSTS):
        return f"{host}{parts.path.rstrip('/')}".lower(), False
    return host, True


def triples(name: str) -> frozenset[str]:
    """Return the letter triples of a normal name, its words padded as PostgreSQL does."""
    padded = "".join(f"  {word} " for word in name.split())
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


class Finder:
    """Finds for a record the earlier ones that look the same.

    ``names`` are all names that will be added or asked for: they tell which triples are rare.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._rarity = Counter(triple for name in names for triple in triples(normal_name(name)))
        self._by_name: dict[tuple[str, str], Record] = {}
        self._by_email: dict[str, Record] = {}
        self._by_site: dict[tuple[str, str], Record] = {}
        self._by_address: dict[str, Record] = {}
        self._by_triple: dict[tuple[str, str], list[tuple[frozenset[str], str, Record]]] = {}

    def find(self, record: Record) -> Hit | None:
        """Return the most telling earlier record; None if there is none."""
        name = normal_name(record.name)
        if found := self._by_name.get((name, record.country)):
            return Hit(found, N_("same name and country"), {})
        if found := self._by_email.get(record.email.lower() or "-"):
            return Hit(found, N_("same e-mail address"), {})
        if record.website:
            place, _ = site(record.website)
            found = self._by_address.get(_bare(record.website))
            found = found or self._by_site.get((place, record.country))
            if found:
                return Hit(found, N_("same website (%(site)s)"), {"site": place})
        return self._alike(name, record.country)

    def add(self, record: Record) -> None:
        """Remember a record; of equal ones the first is kept."""
        name = normal_name(record.name)
        if (name, record.country) not in self._by_name:
            self._by_name[name, record.country] = record
            whole = triples(name)
            for triple in self._rarest(whole):
                listed = self._by_triple.setdefault((record.country, triple), [])
                listed.append((whole, name, record))
        if record.email:
            self._by_email.setdefault(record.email.lower(), record)
        if record.website:
            self._by_address.setdefault(_bare(record.website), record)
            self._by_site.setdefault((site(record.website)[0], record.country), record)

    def _rarest(self, whole: frozenset[str]) -> list[str]:
        """Return so many of the rarest triples that a name alike must have one of them, too."""
        shared = math.ceil(ALIKE / (2 - ALIKE) * len(whole))
        ranked = sorted(whole, key=lambda triple: (self._rarity[triple], triple))
        return ranked[: len(whole) - shared + 1]

    def _alike(self, name: str, country: str) -> Hit | None:
        whole = triples(name)
        best, found = ALIKE, None
        compared: set[str] = set()
        for triple in self._rarest(whole):
            for other, other_name, record in self._by_triple.get((country, triple), ()):
                if len(compared) >= (ENOUGH if found else MOST_COMPARED):
                    break
                if other_name in compared or 2 * len(other) < best * (len(whole) + len(other)):
                    continue  # seen, or too short to share enough
                compared.add(other_name)
                score = 2 * len(whole & other) / (len(whole) + len(other))
                better = score > best if found else score >= best
                if better and _numbers(name) == _numbers(other_name):
                    best, found = score, record
        if found is None:
            return None
        return Hit(found, N_("name %(percent)s %% alike"), {"percent": int(100 * best)})


def _bare(address: str) -> str:
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}".removesuffix("?").lower()


def _numbers(name: str) -> list[str]:
    """Return the numbers in a name: Teater 23 and Teater 24 are not the same house."""
    return re.findall(r"\d+", name)
