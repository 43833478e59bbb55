# SPDX-License-Identifier: MIT
"""Actors from a file of real life: read what can be read, say what cannot, change nothing twice.

``decoding`` makes bytes text, ``reading`` text rows, ``headers`` and ``mapping`` rows drafts,
``duplicates`` finds what looks the same, ``storing`` writes. Imported actors stay drafts that
nobody sees, without an account, until somebody confirms them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.errors import N_, RefusedError
from matchmaker.services.importing.headers import IGNORE, assign, check_field, is_known
from matchmaker.services.importing.mapping import Entry, Mapper
from matchmaker.services.importing.reading import open_table
from matchmaker.services.importing.report import Duplicate, Problem, Report, Taken
from matchmaker.services.importing.storing import Storing
from matchmaker.services.plain import plain_line
from matchmaker.store import Actor, Membership
from matchmaker.store.actors import whole_actor

SOURCE_LENGTH = 60

__all__ = [
    "Duplicate",
    "Options",
    "Problem",
    "ReadFile",
    "Report",
    "Taken",
    "import_actors",
    "read_file",
    "store",
    "unconfirmed",
]


@dataclass(frozen=True)
class Options:
    """What the person decides about an import.

    ``mapped`` is column -> field, ``defaults`` field -> text for rows where it is empty.
    ``source`` names where the rows come from; with the external id it tells which actor a row
    is. Empty: the name of the file without its ending.
    """

    source: str = ""
    encoding: str | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    all_or_nothing: bool = False
    skip_duplicates: bool = False


@dataclass(frozen=True)
class ReadFile:
    """A file made of entries, not yet compared with the database."""

    entries: list[Entry]
    report: Report


def import_actors(
    session: Session, file: str, data: bytes, options: Options, *, now: datetime
) -> Report:
    """Read a file and store its actors as drafts; the caller commits, or rolls back to try out.

    Raises
    ------
    UnreadableFileError
        The file as a whole cannot be read: too big, no text, no table.
    RefusedError
        A column or field of the options does not exist, or no column holds the name.
    """
    return store(session, read_file(file, data, options, now=now), options, now=now)


def read_file(file: str, data: bytes, options: Options, *, now: datetime) -> ReadFile:
    """Do the first half, without the database: nobody else has to wait for it. Raises as above."""
    for name in options.defaults:
        check_field(name)
    table = open_table(file, data, encoding=options.encoding, known=is_known)
    columns = assign(table.columns, options.mapped)
    defaults = {name: text for name, text in options.defaults.items() if name != IGNORE}
    mapper = Mapper(columns, defaults, latest_year=now.year)
    entries = list(mapper.entries(table.rows()))
    stem = file.rpartition(".")[0] or file
    report = Report(
        file=file,
        source=plain_line(options.source or stem)[:SOURCE_LENGTH].strip() or "file",
        encoding=table.decoded.encoding,
        encoding_evidence=table.decoded.evidence,
        separator=table.separator,
        columns={plain_line(column): name for column, name in columns.items()},
        derived_ids=mapper.derived,
        refused=mapper.refused,
        warnings=mapper.warnings,
    )
    report.rows = len(entries) + report.refused_rows
    if table.decoded.damaged:
        sentence = N_("%(n)s characters of the file are damaged and show as \ufffd.")
        line = table.decoded.text.partition("\ufffd")[0].count("\n") + 1
        report.warnings.insert(0, Problem(line, "", "", sentence, {"n": table.decoded.damaged}))
    return ReadFile(entries, report)


def store(session: Session, read: ReadFile, options: Options, *, now: datetime) -> Report:
    """Compare the entries with the database and write them; return the report, complete.

    The session is emptied on the way (``expunge_all``): give it one that holds nothing else.

    Raises
    ------
    RefusedError
        Another import of the same source came in between.
    """
    report = read.report
    report.all_refused = options.all_or_nothing and bool(report.refused)
    storing = Storing(session, report, now, options.skip_duplicates, write=not report.all_refused)
    try:
        storing.store(read.entries)
    except IntegrityError as error:
        raise RefusedError(
            N_("Another import of %(source)s was under way. Nothing was stored; try again."),
            source=report.source,
        ) from error
    return report


def unconfirmed(session: Session, *, source: str = "") -> list[Actor]:
    """Return imported drafts that nobody looks after yet, by source and name."""
    cared = select(Membership.actor_id).where(Membership.actor_id == Actor.id).exists()
    query = select(Actor).where(Actor.source.is_not(None), Actor.state == "draft", ~cared)
    if source:
        query = query.where(Actor.source == source)
    return list(session.scalars(whole_actor(query.order_by(Actor.source, Actor.name, Actor.id))))
