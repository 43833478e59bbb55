# SPDX-License-Identifier: MIT
"""Bytes to text: which encoding a file is in, by evidence and always the same for the same file.

UTF-8 and UTF-16 give themselves away. The Windows code pages do not: each byte is a letter in
all of them. So every line is read in each, and the code page in which the lines look most like
one of the region's languages wins.
"""

import codecs
from collections import Counter, defaultdict
from dataclasses import dataclass

from charset_normalizer import from_bytes

from matchmaker.errors import N_, UnreadableFileError

SAMPLE_BYTES = 200_000
CODE_PAGES = ("cp1252", "cp1257", "cp1250")  # of equals the first: Nordic letters agree in all
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1250": "Windows-1250",
    "cp1252": "Windows-1252",
    "cp1257": "Windows-1257",
}
CONVINCING = 0.6  # share of the letters beyond ASCII that one language of the region explains
BROKEN = 0.05  # so many of them may be damaged in a file that is UTF-8 all the same
CONTROLS = 0.02

_LETTERS = {
    "Danish or Norwegian": "æøåéüöä",
    "Swedish or Finnish": "åäöéšžü",
    "Estonian": "äöõüšž",
    "Latvian": "āčēģīķļņšūžōŗ",
    "Lithuanian": "ąčęėįšųūž",
    "Polish": "ąćęłńóśźż",
    "German": "äöüßé",
    "Icelandic": "áéíóúýðþæö",
}
_ALPHABETS = {name: frozenset(text + text.upper()) for name, text in _LETTERS.items()}
_SIGNS = frozenset("–—‘’‚“”„«»•…€©®°§·×\N{NO-BREAK SPACE}")
_BINARY = (
    (b"PK\x03\x04", N_("%(file)s is an Excel workbook or another packed file. Save it as CSV.")),
    (b"\xd0\xcf\x11\xe0", N_("%(file)s is an old Excel or Word file. Save it as CSV.")),
    (b"%PDF", N_("%(file)s is a PDF. A table is needed: save it as CSV.")),
    (b"\x1f\x8b", N_("%(file)s is packed (gzip). Unpack it first.")),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding by the name people know, how it was told, and damaged places."""

    text: str
    encoding: str
    evidence: str
    damaged: int = 0


def decode(data: bytes, *, file: str, encoding: str | None = None) -> Decoded:
    """Return the text of a file.

    Raises
    ------
    UnreadableFileError
        It is no text, the encoding is unknown, or the file is not in the encoding given.
    """
    for magic, sentence in _BINARY:
        if data.startswith(magic):
            raise UnreadableFileError(sentence, file=file)
    found = _as_given(data, file, encoding) if encoding else _recognised(data, file)
    controls = sum(found.text.count(chr(c)) for c in range(32) if c not in (9, 10, 11, 12, 13))
    if controls > CONTROLS * len(found.text):
        raise UnreadableFileError(
            N_("%(file)s does not look like text. Save the table as CSV and try again."), file=file
        )
    return found


def _as_given(data: bytes, file: str, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            N_("%(file)s is not in the encoding %(encoding)s: line %(line)s cannot be read."),
            file=file,
            encoding=encoding,
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None
    except (LookupError, ValueError):
        raise UnreadableFileError(
            N_("The encoding %(encoding)s is unknown. Try utf-8, utf-16, cp1257 or cp1252."),
            encoding=encoding,
        ) from None
    return Decoded(text.removeprefix("\ufeff"), _name(name), "as given")


def _recognised(data: bytes, file: str) -> Decoded:
    if data.startswith(codecs.BOM_UTF8):
        data, evidence = data.removeprefix(codecs.BOM_UTF8), "byte order mark"
    else:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _utf16(data, "utf-16", file, "byte order mark")
        order = _utf16_order(data)
        if order:
            return _utf16(data, order, file, "zero bytes")
        evidence = "valid throughout"
    try:
        return Decoded(data.decode("utf-8"), "UTF-8", evidence)
    except UnicodeDecodeError:
        return _damaged_utf8(data) or _code_page(data) or _other(data, file)


def _utf16_order(data: bytes) -> str | None:
    """Tell UTF-16 without a mark: separators and line breaks leave a zero in every other byte."""
    sample = data[:SAMPLE_BYTES]
    even, odd, half = sample[::2].count(0), sample[1::2].count(0), len(sample) / 2
    if odd > 0.15 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.15 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def _utf16(data: bytes, codec: str, file: str, evidence: str) -> Decoded:
    try:
        return Decoded(data.decode(codec), _name(codec), evidence)
    except UnicodeDecodeError:
        raise UnreadableFileError(
            N_("%(file)s looks like UTF-16 and is damaged. Save it again as UTF-8."), file=file
        ) from None


def _damaged_utf8(data: bytes) -> Decoded | None:
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    beyond = sum(1 for letter in text if letter > "\x7f")
    if damaged <= BROKEN * beyond:
        return Decoded(text, "UTF-8", "valid but for damaged places", damaged)
    return None


def _code_page(data: bytes) -> Decoded | None:
    """Read the lines in each code page and keep the one that makes the most sense of them."""
    lines = [line for line in data[:SAMPLE_BYTES].split(b"\n") if not line.isascii()]
    best: tuple[float, str, str] = (0.0, "", "")
    evidence = ""
    for codec in CODE_PAGES:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        weights: dict[str, float] = defaultdict(float)
        total = 0.0
        for line in lines:
            language, explained, beyond = _most_like(line.decode(codec))
            weights[language] += explained
            total += beyond
        share = sum(weights.values()) / max(total, 1.0)
        if share > best[0] + 1e-9 and share >= CONVINCING:
            best = (share, codec, text)
            evidence = f"letters like {max(weights, key=lambda name: weights[name])}"
    return Decoded(best[2], _name(best[1]), evidence) if best[1] else None


def _most_like(line: str) -> tuple[str, float, float]:
    """Return the language that explains most of the letters beyond ASCII, how many, of how many."""
    counts = Counter(letter for letter in line if letter > "\x7f" and letter not in _SIGNS)
    icelandic_start = sum(
        1 for word in line.split() if word[:1] in ("ð", "Ð") and word[1:2].islower()
    )  # no Icelandic word starts so; Lithuanian ones do, with the š that shares the byte
    best = ("", 0.0)
    for language, alphabet in _ALPHABETS.items():
        explained = float(sum(n for letter, n in counts.items() if letter in alphabet))
        if language == "Icelandic":
            explained -= icelandic_start
        if explained > best[1]:
            best = (language, explained)
    return *best, float(sum(counts.values()))


def _other(data: bytes, file: str) -> Decoded:
    guess = from_bytes(data[:SAMPLE_BYTES]).best()
    if guess is not None:
        try:
            return Decoded(data.decode(guess.encoding), _name(guess.encoding), "a guess")
        except UnicodeDecodeError:
            pass
    raise UnreadableFileError(
        N_("The encoding of %(file)s cannot be told. Save it as UTF-8, or name it: --encoding."),
        file=file,
    )


def _name(codec: str) -> str:
    return NAMES.get(codec, codec)
