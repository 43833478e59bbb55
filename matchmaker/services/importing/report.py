# SPDX-License-Identifier: MIT
"""What an import did, or would do: one value that the command, and later a page, can show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from matchmaker.services.plain import plain_line

SHOWN_VALUE = 60

Say = Callable[..., None]
"""``say(template, **values)`` notes something about the value that is being read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A refused row, or a value that was changed or left out.

    ``line`` counts from 1 as an editor does, the heading included; a row that runs over several
    lines is named by its first. ``column`` is the heading in the file, empty for the whole row.
    """

    line: int
    column: str
    value: str
    template: str
    values: Mapping[str, object]

    @property
    def reason(self) -> str:
        """The sentence in English."""
        return self.template % self.values if self.values else self.template


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that became, changed or met an actor."""

    line: int
    name: str
    country: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that looks like an earlier row, or like an actor that is here already.

    One of ``other_line`` and ``other_key`` is given. ``left_out`` tells whether the row was
    left out for it; nothing is ever merged.
    """

    line: int
    name: str
    other_name: str
    other_line: int | None
    other_key: str | None
    reason: str
    left_out: bool


@dataclass(slots=True)
class Report:
    """The outcome of one file. Lists are in the order of the file."""

    file: str
    source: str
    encoding: str = ""
    encoding_evidence: str = ""
    separator: str = ""
    columns: dict[str, str] = field(default_factory=dict)  # column -> field, empty: ignored
    rows: int = 0
    derived_ids: int = 0  # rows whose external id was made from name and country
    refused: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    created: list[Taken] = field(default_factory=list)
    updated: list[Taken] = field(default_factory=list)
    unchanged: list[Taken] = field(default_factory=list)
    changed_here: list[Taken] = field(default_factory=list)
    left_out: list[Taken] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    lacking: dict[str, int] = field(default_factory=dict)  # required answer -> drafts without it
    all_refused: bool = False  # all or nothing was asked for, and a row was refused

    @property
    def ignored(self) -> list[str]:
        """Columns that nothing was read from."""
        return [column for column, name in self.columns.items() if not name]

    @property
    def refused_rows(self) -> int:
        return len({problem.line for problem in self.refused})

    def as_json(self) -> dict[str, Any]:
        """Return plain values for a machine; problems carry their sentence as ``reason``."""
        found: dict[str, Any] = _plain(self)
        return {**found, "ignored": self.ignored, "refused_rows": self.refused_rows}


def _plain(value: Any) -> Any:
    if isinstance(value, Problem):
        return {
            "line": value.line,
            "column": value.column,
            "value": value.value,
            "reason": value.reason,
        }
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, dict) else value


def shortened(value: object) -> str:
    """Return a value as it is shown in a problem: one line, 60 characters at most."""
    line = plain_line(str(value)[: SHOWN_VALUE * 4])
    return line if len(line) <= SHOWN_VALUE else line[: SHOWN_VALUE - 1].rstrip() + "…"
