# SPDX-License-Identifier: MIT
"""The report of an import for people: what was read, what became of it, what to do next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rich.table import Table

from matchmaker.services.importing import Duplicate, Problem, Report
from matchmaker.services.strength import REQUIRED_SENTENCES

SHOWN_LINES = 6  # of a group of rows with the same problem
SHOWN_GROUPS = 40
SHOWN_PAIRS = 40


@dataclass
class Section:
    """A heading with sentences, or with rows that a terminal shows as a table."""

    title: str
    sentences: list[str] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the section as plain lines."""
        yield ""
        yield self.title
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)]
        for row in self.rows:
            cells = zip(row[:-1], widths, strict=False)
            yield "  " + "  ".join([*(cell.ljust(width) for cell, width in cells), row[-1]])
        yield from (f"  {sentence}" for sentence in self.sentences)

    def table(self) -> Table | None:
        """Return the rows as a table for a terminal; None when there are none."""
        if not self.rows:
            return None
        table = Table(title_justify="left", highlight=False)
        for heading in self.headings:
            table.add_column(heading, overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table


def sections(report: Report, *, dry_run: bool) -> list[Section]:
    """Return the report in the order in which one reads it; empty sections are left out."""
    found = [
        _read(report, dry_run),
        Section(
            "Columns",
            headings=("Column", "Read as"),
            rows=[(column, name or "(ignored)") for column, name in report.columns.items()],
        ),
        Section("Result", _result(report, dry_run)),
        _problems(f"Refused: {_count(report.refused_rows, 'row')}", report.refused),
        _problems("Changed or left empty", report.warnings),
        _left_alone(report),
        _pairs(report.duplicates),
        Section("What next", _next(report, dry_run)),
    ]
    return [section for section in found if section.sentences or section.rows]


def _read(report: Report, dry_run: bool) -> Section:
    title = f"{report.file}: {_count(report.rows, 'row')}, {report.separator}, {report.encoding}"
    title += f" ({report.encoding_evidence})"
    sentences = [f"Source: {report.source}"]
    if report.derived_ids:
        sentences.append(
            f"No id for {_count(report.derived_ids, 'row')}: one was made from name and country."
        )
    if dry_run:
        sentences.insert(0, "Dry run: nothing is stored.")
    return Section(title, sentences)


def _result(report: Report, dry_run: bool) -> list[str]:
    if report.all_refused:
        return ["Nothing is stored: all or nothing was asked for, and rows were refused."]
    would = "would be " if dry_run else ""
    counts = [
        (report.created, f"{would}new, as drafts that nobody sees"),
        (report.updated, f"{would}renewed: the file has changed, nobody touched them here"),
        (report.unchanged, "here already, and the same"),
        (report.changed_here, "changed here since, and left as they are"),
        (report.left_out, "left out as duplicates"),
    ]
    sentences = [f"{len(taken)} {text}" for taken, text in counts if taken]
    if not (report.created or report.updated):
        sentences.append("Nothing changes." if dry_run else "Nothing changed.")
    return sentences


def _problems(title: str, problems: Iterable[Problem]) -> Section:
    """Put rows with the same problem together: the most frequent first, then by line."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.column, problem.reason), []).append(problem)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1][0].line))
    rows: list[tuple[str, ...]] = []
    for (column, reason), members in ordered[:SHOWN_GROUPS]:
        shown = {member.value for member in members}
        value = f"“{members[0].value}”" if len(shown) == 1 and members[0].value else ""
        rows.append((_lines([m.line for m in members]), column, value, reason))
    section = Section(title, headings=("Lines", "Column", "Value", "Reason"), rows=rows)
    if len(ordered) > SHOWN_GROUPS:
        section.sentences.append(
            f"And {len(ordered) - SHOWN_GROUPS} other reasons; --json shows all."
        )
    return section


def _lines(numbers: list[int]) -> str:
    """Return ``line 7``, or how many rows and where the first ones are."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    shown = ", ".join(map(str, numbers[:SHOWN_LINES]))
    return f"{len(numbers)} rows: lines {shown}{' …' * (len(numbers) > SHOWN_LINES)}"


def _left_alone(report: Report) -> Section:
    section = Section("Changed here since", headings=("Line", "Name", "Country"))
    section.rows = [
        (f"line {taken.line}", taken.name, taken.country)
        for taken in report.changed_here[:SHOWN_PAIRS]
    ]
    return section


def _pairs(duplicates: list[Duplicate]) -> Section:
    section = Section(
        "Looks the same (nothing is ever merged)", headings=("Line", "Name", "Like", "Name", "Why")
    )
    for pair in duplicates[:SHOWN_PAIRS]:
        other = f"line {pair.other_line}" if pair.other_line else f"here: {pair.other_key}"
        reason = pair.reason + (" (left out)" if pair.left_out else "")
        section.rows.append((f"line {pair.line}", pair.name, other, pair.other_name, reason))
    if len(duplicates) > SHOWN_PAIRS:
        section.sentences.append(f"And {len(duplicates) - SHOWN_PAIRS} more; --json shows all.")
    return section


def _next(report: Report, dry_run: bool) -> list[str]:
    steps = []
    if report.ignored and "does" not in report.columns.values():
        steps.append(
            "No column says what the actors do. If one of the ignored ones does, add for example: "
            f'--map "{report.ignored[-1]}=does"'
        )
    if report.refused:
        steps.append(
            "Correct refused rows in the file and import it again: nothing comes in twice. "
            "Rows that do not belong here can stay; they are refused each time."
        )
    if any(not pair.left_out for pair in report.duplicates):
        steps.append(
            "Look at the pairs that look the same. Take one of each out of the file, "
            "or add --skip-duplicates to leave the later ones out."
        )
    if report.lacking.get("country"):
        steps.append("Some have no country. If it is the same for all, add: --default country=LV")
    if report.lacking:
        names = [name for name in REQUIRED_SENTENCES if name in report.lacking]
        lacks = ", ".join(f"{name} ({report.lacking[name]})" for name in names)
        steps.append(f"Before they can be published, the new drafts still need: {lacks}.")
    if (report.created or report.updated) and not report.all_refused:
        steps.append(
            "To store this, run the same command without --dry-run."
            if dry_run
            else "See what waits for its people to confirm it: matchmaker import --list"
        )
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
