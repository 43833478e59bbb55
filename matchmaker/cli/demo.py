# SPDX-License-Identifier: MIT
"""``demo``: fill an embedded database with fictional actors, match them, and serve."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from matchmaker.app import create_app
from matchmaker.cli.database import opened
from matchmaker.cli.recompute import progress
from matchmaker.cli.serve import check_port, run
from matchmaker.config import PREFIX, Settings
from matchmaker.paths import DATA
from matchmaker.services import demo as demo_data
from matchmaker.services import runs
from matchmaker.services.match_index import MatchIndex
from matchmaker.store import schema

FOLDER = Path("instance") / "demo"


@click.command()
@click.option("--reset", is_flag=True, help="Throw the demo away and fill it anew.")
@click.option("--fill-only", is_flag=True, help="Fill the database and stop.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT"
)
def demo(reset: bool, fill_only: bool, host: str, port: int) -> None:
    """Show Matchmaker with fictional actors. Nothing leaves this machine."""
    if not fill_only:
        check_port(host, port)
    folder = Path(os.environ.get(f"{PREFIX}FOLDER", FOLDER))
    if reset and (folder / "demo-secret").exists():
        shutil.rmtree(folder)
    given = {k: v for k, v in os.environ.items() if k.startswith(PREFIX)}
    settings = Settings.from_environment(
        {**given, f"{PREFIX}DEMO": "1", f"{PREFIX}FOLDER": str(folder)}
    )
    settings = replace(
        settings,
        base_url=f"http://{host}:{port}",
        database=f"sqlite:///{settings.folder / 'matchmaker.sqlite'}",
        smtp="",  # whatever the environment says: nothing leaves this machine
        operator="Demo",
    )
    fill(settings)
    if not fill_only:
        run(create_app(settings), host, port)


def fill(settings: Settings) -> None:
    """Fill an empty database with the demo; a filled one is left as it is."""
    with opened(settings) as engine:
        schema.upgrade(engine)
        with Session(engine) as session:
            if not demo_data.is_filled(session):
                _fill(session, MatchIndex(settings.folder / "index"))


def _fill(session: Session, index: MatchIndex) -> None:
    now = datetime.now(UTC)
    records = demo_data.read_demo(DATA / "demo")
    click.echo(f"Filling the demo with {len(records)} fictional actors …")
    demo_data.fill_actors(session, records, now=now)
    with progress("Comparing actors") as report:
        runs.recompute(session, index, now=now, progress=report)
    coordinator = demo_data.fill_coordinators(session, now=now)
    demo_data.fill_pairings(session, coordinator, now=now)
    session.commit()
