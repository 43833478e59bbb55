# SPDX-License-Identifier: MIT
"""Forms of known words that stemming does not bring together: they differ in an ending only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

Stems = tuple[str, ...]

# Endings of nouns and adjectives, by hand; "" is one as well. Languages whose stemmers do this
# well enough are not listed.
_ENDINGS: Final = {
    "et": (
        "a e i u d t s l le lt st ks ni na ta ga de te id ide ite ud ed ad el es ele elt est esse "
        "il is ile ilt ist isse ul us ule ult ust usse al as ale alt ast asse eks iks uks aks "
        "dele test telt tele desse deks dest del des tes tel ga ega iga uga aga dega tega mine "
        "mise mist miseks misega misel line lise list lised liste"
    ),
    "fi": (
        "a ä n t i e ja jä en an än in on ön un yn ia iä ta tä tta ttä na nä ssa ssä sta stä lla "
        "llä lta ltä lle ksi t iin een ään aan oon öön uun issa issä ista istä illa illä ilta iltä "
        "ille ien jen eja ejä oja öjä iden itä ita eita eitä oiden eiden oita oitä öitä oissa "
        "oista oille oilla eissa eista eille eilla ni si mme nne nsa nsä nen sen set sia siä sessa "
        "sesta selle sella seen siin sissa sista sille silla minen misen mista mistä miseen"
    ),
    "is": (
        "a i u s r ð ar ir ur um na nar nir num num ins inn inu inum unum unni unnar inni innar "
        "ið in an ann anum ans anna nna ur ur urinn arnir arnar irnar urnar ana ina una ður ða ðs "
        "leg legt legur legir legar legra legum legs un unar anir ingur ings ingar inga ingum"
    ),
    "lt": (
        "a ą as ai ą e ę ė ės ei ėje i į is io iai iu iui ių iams iais iuose ius iuje ie ies ų us "
        "u ui ume umi uose oje os ose oms omis am ams ais ame uje es ės ėms ėmis ėse imi imis ims "
        "yje yse ys y į ti siu damas inis inė inio inės iniai inių inį iniu inėje inis kas ko kų"
    ),
    "lv": (
        "a ā ai am as ās ām e ē ei es ēs ēm i ī ij im is īs īm iem ies ieš os o u ū um us ums umu "
        "uma umi umam umus šana šanas šanu šanai šanā šanām tājs tāja tāji tāju tājus tājiem tāju "
        "ieks ieka ieki ieku iekus iekiem iekam iece ieces ieču ais ajā ajai ajam ajos ajās ajiem "
        "isks iska iski isku iskās isko iskais iskā ība ības ību ībai ībā ībām"
    ),
    "pl": (
        "a ą e ę i o ó u y ów om ami ach em ie iem iami iach iom ej ego emu ych ym ymi ich im imi "
        "iej iego iemu owi owie ku ek ce cie ki ka kę ką kom kach kami ko ku ią ię ii ji ję ją ja "
        "ny na ne nych nym nymi nej nego ną owy owa owe owych owej owego ową ski ska skie skich "
        "skiej skiego ską cki cka ckie ckich ckiej ckiego cką anie ania aniu enie enia eniu"
    ),
}
_SHORTEST: Final = 4  # letters that two forms of one word share at least
_CACHE_SIZE: Final = 200_000


class Inflections:
    """Finds, for a form of a word, the known words that are the same but for an ending."""

    def __init__(self, language: str, words: Mapping[str, Iterable[Stems]]) -> None:
        self._endings = frozenset(_ENDINGS.get(language, "").split())
        self._longest = max(map(len, self._endings), default=0)
        self._words = words if self._endings else {}
        self._sorted = sorted(word for word in self._words if len(word) >= _SHORTEST)
        self._cache: dict[str, tuple[Stems, ...]] = {}

    def of(self, word: str) -> tuple[Stems, ...]:
        """Return the stems of the words that share the longest base with a form; () for none."""
        if not self._endings:
            return ()
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            found = self._cache[word] = self._find(word)
        return found

    def _find(self, word: str) -> tuple[Stems, ...]:
        shortest = max(_SHORTEST, len(word) - self._longest)
        for length in range(len(word), shortest - 1, -1):
            base = word[:length]
            if length == len(word) or word[length:] in self._endings:
                stems = {stems for other in self._with(base) for stems in self._words[other]}
                if stems:
                    return tuple(sorted(stems))
        return ()

    def _with(self, base: str) -> Iterator[str]:
        """Yield the known words that are a base and an ending."""
        for place in range(bisect_left(self._sorted, base), len(self._sorted)):
            other = self._sorted[place]
            if not other.startswith(base):
                return
            if other == base or other[len(base) :] in self._endings:
                yield other
