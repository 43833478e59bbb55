# SPDX-License-Identifier: MIT
"""``import``: actors from a table, tried out first, reported so that one sees what to do next."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from matchmaker.cli.import_report import Section, sections
from matchmaker.config import Settings
from matchmaker.errors import N_, SettingsError, UnreadableFileError
from matchmaker.services import importing
from matchmaker.services.importing.headers import FIELDS
from matchmaker.services.importing.reading import MAX_BYTES
from matchmaker.services.plain import plain_line
from matchmaker.services.strength import missing
from matchmaker.store import Actor, schema
from matchmaker.store.engine import make_engine, read_only

SOME_REFUSED = 1


@click.command("import", epilog=f"Fields: {', '.join(FIELDS)}.")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="Read COLUMN as FIELD; COLUMN=- leaves it out. Repeatable.",
)
@click.option(
    "--default",
    "defaults",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Take VALUE where FIELD is empty, for example country=LV. Repeatable.",
)
@click.option(
    "--source",
    default="",
    metavar="NAME",
    help="Where the rows come from. The same source again renews its drafts.  "
    "[default: name of the file]",
)
@click.option("--encoding", help="Of the file, if it is not recognised rightly, e.g. cp1257.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and store nothing.")
@click.option("--all-or-nothing", is_flag=True, help="Store nothing if any row is refused.")
@click.option(
    "--skip-duplicates",
    is_flag=True,
    help="Leave out rows that look like an earlier row or an actor here.",
)
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="Show imported actors that nobody has confirmed yet, and import nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def import_actors(
    file: Path | None,
    mapped: tuple[str, ...],
    defaults: tuple[str, ...],
    source: str,
    encoding: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    skip_duplicates: bool,
    listing: bool,
    as_json: bool,
) -> None:
    """Import actors from FILE (.csv or .jsonl) as drafts that nobody sees.

    Good rows are kept and bad ones named; the exit status is then 1. The same file can be
    imported again: what has not changed stays, what people changed here is left alone.
    """
    if listing:
        _list(source, as_json)
        return
    if file is None:
        raise click.UsageError("Name a FILE to import, or use --list.")
    options = importing.Options(
        source=source,
        encoding=encoding,
        mapped=_pairs(mapped, "--map", "COLUMN=FIELD"),
        defaults=_pairs(defaults, "--default", "FIELD=VALUE", first=True),
        all_or_nothing=all_or_nothing,
        skip_duplicates=skip_duplicates,
    )
    report = _import(file, options, dry_run)
    if as_json:
        _print_json({"dry_run": dry_run, **report.as_json()})
    else:
        _show(sections(report, dry_run=dry_run))
    if report.refused:
        sys.exit(SOME_REFUSED)


def _import(file: Path, options: importing.Options, dry_run: bool) -> importing.Report:
    now = datetime.now(UTC)
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)  # one more is enough to know that it is too big
    except OSError as error:
        raise UnreadableFileError(
            N_("%(file)s cannot be read: %(why)s."), file=plain_line(file.name), why=error.strerror
        ) from error
    read = importing.read_file(plain_line(file.name), data, options, now=now)
    engine = _engine()
    try:
        with Session(engine) as session:
            report = importing.store(session, read, options, now=now)
            if dry_run:
                session.rollback()
            else:
                session.commit()
    finally:
        engine.dispose()
    return report


def _list(source: str, as_json: bool) -> None:
    engine = _engine()
    with Session(engine) as session:
        read_only(session)
        found = importing.unconfirmed(session, source=source)
    engine.dispose()
    if as_json:
        _print_json(
            [
                {
                    **_row(actor),
                    "external_id": actor.external_id,
                    "key": actor.key,
                    "lacking": missing(actor),
                }
                for actor in found
            ]
        )
        return
    section = Section(
        f"Imported and not confirmed yet: {len(found)}",
        headings=("Source", "Imported", "Country", "Name", "Still needs"),
        rows=[(*_row(actor).values(), ", ".join(missing(actor)) or "nothing") for actor in found],
    )
    _show([section])


def _row(actor: Actor) -> dict[str, str]:
    return {
        "source": actor.source or "",
        "imported": actor.updated_at.date().isoformat(),
        "country": actor.country,
        "name": actor.name,
    }


def _show(found: list[Section]) -> None:
    """Print tables on a terminal and plain lines elsewhere."""
    if not sys.stdout.isatty():
        text = "\n".join(line for section in found for line in section.lines())
        click.echo(text.lstrip("\n"))
        return
    console = Console(highlight=False, markup=False)
    for section in found:
        console.print(f"\n{section.title}", style="bold")
        if table := section.table():
            console.print(table)
        for sentence in section.sentences:
            console.print(f"  {sentence}")


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _engine() -> Engine:
    settings = Settings.from_environment()
    settings.folder.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    if not schema.is_current(engine):
        engine.dispose()
        raise SettingsError(N_("The database is not up to date. Run: matchmaker migrate"))
    return engine


def _pairs(
    given: tuple[str, ...], option: str, shape: str, *, first: bool = False
) -> dict[str, str]:
    """Return the two sides of each ``A=B``; a column may hold a = itself, a field never does."""
    found = {}
    for text in given:
        left, sign, right = text.partition("=") if first else text.rpartition("=")
        if not sign or not left.strip() or not right.strip():
            raise click.BadParameter(f"{text!r} must look like {shape}.", param_hint=option)
        found[left.strip()] = right.strip()
    return found
