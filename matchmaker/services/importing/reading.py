# SPDX-License-Identifier: MIT
"""Text to rows: separated values or JSON lines, with the line each row stands on."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from matchmaker.errors import N_, UnreadableFileError
from matchmaker.services.importing.decoding import Decoded, decode
from matchmaker.services.importing.report import Problem, shortened

MAX_BYTES = 10_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 200_000  # characters; more is a quotation mark that nobody closed
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
SAMPLE_ROWS = 30
_LAST = "\x1elast\x1e"  # a row of our own behind the last one: is it still a row?


@dataclass(frozen=True, slots=True)
class Row:
    """The values of a row by column; texts, or whatever JSON holds. ``problem``: it is unusable."""

    line: int
    values: dict[str, Any]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read row by row, as often as wanted."""

    decoded: Decoded
    separator: str  # a name to show; "JSON lines" for those
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


def open_table(
    file: str, data: bytes, *, encoding: str | None = None, known: Callable[[str], bool]
) -> Table:
    """Find out how a file is written.

    Parameters
    ----------
    file
        Its name, for sentences; the ending tells JSON lines.
    known
        Tells whether a heading means something here; the separator that gives most such wins.

    Raises
    ------
    UnreadableFileError
        The file is too big, empty, not text, or no table.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableFileError(
            N_("%(file)s is bigger than %(limit)s MB. Split it into smaller files."),
            file=file,
            limit=MAX_BYTES // 1_000_000,
        )
    decoded = decode(data, file=file, encoding=encoding)
    text = decoded.text
    if not text.strip("\ufeff\x00 \t\r\n"):
        raise UnreadableFileError(N_("%(file)s is empty."), file=file)
    if file.lower().endswith(JSON_ENDINGS) or text.lstrip().startswith('{"'):
        return _json_table(file, decoded)
    return _separated_table(file, decoded, known)


def _limited(file: str, rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise UnreadableFileError(
                N_("%(file)s has more than %(n)s rows. Split it into smaller files."),
                file=file,
                n=MAX_ROWS,
            )
        yield row


def _check_width(file: str, width: int) -> None:
    if width > MAX_COLUMNS:
        raise UnreadableFileError(
            N_("%(file)s has %(n)s columns; up to %(limit)s can be read. Leave some out."),
            file=file,
            n=width,
            limit=MAX_COLUMNS,
        )


def _json_table(file: str, decoded: Decoded) -> Table:
    if decoded.text.lstrip().startswith("["):
        raise UnreadableFileError(
            N_("%(file)s holds one JSON list. Write one object a line, without the list around."),
            file=file,
        )
    columns: dict[str, None] = {}
    for row in _limited(file, _json_rows(decoded.text)):
        columns.update(dict.fromkeys(row.values))
        _check_width(file, len(columns))
    return Table(decoded, "JSON lines", tuple(columns), lambda: _json_rows(decoded.text))


def _json_rows(text: str) -> Iterator[Row]:
    for number, line in enumerate(io.StringIO(text, newline="\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            sentence = N_("This line is not JSON (%(what)s, character %(place)s).")
            yield _bad(number, line, sentence, what=error.msg, place=error.colno)
        except (RecursionError, ValueError):
            yield _bad(number, line, N_("This line is nested too deep or holds too long a number."))
        else:
            if isinstance(value, dict):
                yield Row(number, value)
            else:
                yield _bad(number, line, N_("This line holds no object with names and values."))


def _bad(line: int, value: object, template: str, **values: object) -> Row:
    return Row(line, {}, Problem(line, "", shortened(value), template, values))


def _separated_table(file: str, decoded: Decoded, known: Callable[[str], bool]) -> Table:
    text, skipped = decoded.text, 0
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and first.strip()[4:] in (*SEPARATORS, ""):
        separator, text, skipped = first.strip()[4:] or "\t", rest, 1  # Excel's own hint
    else:
        separator = _separator(text, known)
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))

    def records() -> Iterator[tuple[int, list[str]]]:
        return _records(file, text, separator, skipped)

    heading_line, heading = next(records(), (0, []))
    if not heading:
        raise UnreadableFileError(N_("%(file)s is empty."), file=file)
    _check_width(file, len(heading))
    columns = _unique(heading)

    def rows() -> Iterator[Row]:
        return _limited(file, _rows(records(), columns, heading_line))

    return Table(decoded, SEPARATORS[separator], columns, rows)


def _rows(
    records: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], heading: int
) -> Iterator[Row]:
    for line, cells in records:
        if line == heading:
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            sentence = N_(
                "The row has %(n)s cells and the heading %(columns)s. "
                "Check its separators and quotation marks."
            )
            start = " ".join(cells[:2])
            yield _bad(line, start, sentence, n=len(cells), columns=len(columns))
            continue
        padded = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
        yield Row(line, dict(zip(columns, padded, strict=True)))


def _records(file: str, text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of each record that is not empty."""
    lines = io.StringIO(f"{text}\n{_LAST}\n", newline="")
    reader = csv.reader(lines, delimiter=separator)
    start = 1
    try:
        for cells in reader:
            if cells == [_LAST]:
                return
            if cells and _LAST in cells[-1]:
                break
            if any(cell.strip("\ufeff\x00 \t\r\n") for cell in cells):
                if any(len(cell) > MAX_CELL for cell in cells):
                    break
                yield start + skipped, cells
            start = reader.line_num + 1
    except csv.Error:
        pass  # a cell beyond the limit
    raise UnreadableFileError(
        N_("%(file)s: the row that starts in line %(line)s never ends. Close its quotation mark."),
        file=file,
        line=start + skipped,
    )


def _separator(text: str, known: Callable[[str], bool]) -> str:
    """Choose the separator: most headings known, then rows most alike, then most columns."""
    best, best_score = ",", (0, 0.0, 0)
    sample = text[: SAMPLE_ROWS * 4000]
    for separator in SEPARATORS:
        widths: list[int] = []
        heading: list[str] = []
        try:
            for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                if cells:
                    heading = heading or cells
                    widths.append(len(cells))
                if len(widths) == SAMPLE_ROWS:
                    break
        except csv.Error:
            pass
        if len(heading) < 2:
            continue
        alike = sum(width == len(heading) for width in widths) / len(widths)
        score = (sum(map(known, heading)), alike, len(heading))
        if score > best_score:
            best, best_score = separator, score
    return best


def _unique(heading: list[str]) -> tuple[str, ...]:
    """Return the headings, trimmed; empty and repeated ones get a number so that each is one."""
    found: dict[str, None] = {}
    for number, cell in enumerate(heading, start=1):
        name = " ".join(cell.replace("\ufeff", "").replace("\x00", "").split())[:100]
        name = name or f"column {number}"
        while name in found:
            name = f"{name} ({number})"
        found[name] = None
    return tuple(found)
