# SPDX-License-Identifier: MIT
"""Long words of seven languages, split into parts that are known: dukke|teater|forestilling."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from matchmaker.matching.endings import Inflections
from matchmaker.matching.stems import stem

Stems = tuple[str, ...]

# What may stand between two parts. "" is always possible.
_LINKS: Final = {
    "da": ("s", "e", "er"),
    "de": ("s", "n", "en", "es", "er", "e"),
    "et": (),
    "fi": ("n", "s"),
    "is": ("s", "a", "ar", "u", "na", "ra"),
    "nb": ("s", "e"),
    "sv": ("s", "e", "o", "u", "a"),
}
_SHORTEST: Final = 3  # letters of a first part, where the rest is long;
_LONG: Final = 6  # so long
_ALONE: Final = 4  # letters of any other part
_CACHE_SIZE: Final = 100_000


class Splitter:
    """Splits the words of one language into words that stand in a list.

    Parameters
    ----------
    language
        A code; words of a language that writes no compounds are never split.
    words
        Words as they are written, with the stems that each of them leads to.
    shown
        Those of the words that are no inflected forms.
    inflections
        Finds those words by forms that differ in their ending.
    """

    def __init__(
        self,
        language: str,
        words: Mapping[str, Iterable[Stems]],
        shown: Collection[str],
        inflections: Inflections,
    ) -> None:
        self.language = language
        self._shown = shown
        self._inflections = inflections
        self._compounds = language in _LINKS
        self._links = _LINKS.get(language, ())
        self._heads: dict[str, Stems] = {}
        self._written: dict[str, list[str]] = {}  # words by their stem
        self._cache: dict[str, tuple[Stems, ...]] = {}
        if not self._compounds:
            return
        for word, stems in words.items():
            if len(word) >= _SHORTEST and word.isalpha():
                first = sorted(stems)[0]
                self._heads[word] = first
                self._written.setdefault(first[0], []).append(word)
                # the bare stem stands in compounds too: barn|bok, Schul|bus
                if len(first[0]) >= _ALONE:
                    self._heads.setdefault(first[0], first)
        self._known = {stems[0]: stems for stems in self._heads.values()}

    def parts(self, word: str, stemmed: str) -> tuple[Stems, ...]:
        """Return the stems of the known parts of a word, from left to right; () for none."""
        if not self._compounds or len(word) < 2 * _SHORTEST + 1:
            return ()
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            found = self._cache[word] = self._split(word, stemmed)
        return found

    def _split(self, word: str, stemmed: str) -> tuple[Stems, ...]:
        """Split a word; one that is listed itself only into parts that stand in it as they are.

        Else what is an ending would look like a part: "turnerande" is no "turné" and no "rand".
        """
        if stemmed in self._written:
            return self._within((stemmed,))
        whole = self._whole(word, 0, {}, exact=False)
        found = whole if whole and len(whole) > 1 else self._ends(word)
        return tuple(part for one in found for part in (one, *self._within(one)))

    def _within(self, part: Stems) -> tuple[Stems, ...]:
        """Return the parts that a known part is itself made of."""
        for listed in self._written.get(part[0], ()):
            whole = self._whole(listed, 0, {}, exact=True)
            if whole and len(whole) > 1:
                return whole
        return ()

    def _whole(
        self,
        word: str,
        start: int,
        known: dict[int, tuple[Stems, ...] | None],
        *,
        exact: bool,
    ) -> tuple[Stems, ...] | None:
        """Return the fewest known parts that make up the rest of a word, None if there are none.

        ``exact``: the last part is not inflected.
        """
        if start in known:
            return known[start]
        best: tuple[Stems, ...] | None = None
        tail = self._tail(word[start:], exact=exact) if start else None
        if tail is not None:
            best = (tail,)
        else:
            for end in range(len(word) - _SHORTEST, start + _SHORTEST - 1, -1):
                head = self._heads.get(word[start:end])
                if head is None:
                    continue
                for link in ("", *self._links):
                    left = len(word) - end - len(link)
                    enough = _LONG if end - start < _ALONE and not exact else _ALONE
                    if word.startswith(link, end) and left >= enough:
                        rest = self._whole(word, end + len(link), known, exact=exact)
                        if rest is not None and (best is None or len(rest) + 1 < len(best)):
                            best = (head, *rest)
        known[start] = best
        return best

    def _tail(self, text: str, *, exact: bool = False) -> Stems | None:
        """Return the stems of a last part, which may be inflected unless it is to be exact."""
        listed = text in self._shown or len(text) >= _LONG  # "alt" and "ende" are endings too
        if len(text) >= _ALONE and text in self._heads and listed:
            return self._heads[text]
        if exact or len(text) < _ALONE + 1:
            return None
        stemmed = stem(text, self.language)
        if len(stemmed) >= _ALONE and stemmed in self._known:
            return self._known[stemmed]
        if len(text) > _ALONE + 2:  # short ones begin like many words
            return next(iter(self._inflections.of(text)), None)
        return None

    def _ends(self, word: str) -> tuple[Stems, ...]:
        """Return the longest known last part, and the longest known first part before it."""
        found: list[Stems] = []
        until = len(word)
        for start in range(_SHORTEST, len(word) - _ALONE + 1):
            tail = self._tail(word[start:])
            if tail is not None and len(word) - start > _ALONE:
                found, until = [tail], start
                break
        for end in range(until, _ALONE, -1):
            head = self._heads.get(word[:end])
            if head is not None and end < len(word):
                return (head, *found)
        return tuple(found)
