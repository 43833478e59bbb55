# SPDX-License-Identifier: MIT
"""``recompute``: a full run, built beside the current one and switched in one transaction."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.orm import Session

from matchmaker.cli.database import opened
from matchmaker.config import Settings
from matchmaker.services import runs
from matchmaker.services.match_index import MatchIndex
from matchmaker.store.engine import read_only

LINE_EVERY = 10  # percent, where there is no terminal


@click.command()
def recompute() -> None:
    """Compute all suggestions anew."""
    settings = Settings.from_environment()
    started = datetime.now(UTC)
    with opened(settings) as engine:
        with Session(engine) as session:
            read_only(session)
            pool = runs.read_pool(session, now=started)
        with progress("Comparing actors") as report:
            computed = runs.plan(pool, read_at=started, progress=report)
        with Session(engine) as session:
            index = MatchIndex(settings.folder / "index")
            run = runs.store_run(session, index, computed, now=datetime.now(UTC))
            session.commit()
            seconds = (datetime.now(UTC) - started).total_seconds()
            click.echo(
                f"Run {run.key}: {run.n_actors} actors, {run.n_suggestions} suggestions, "
                f"recipe {run.recipe}, {seconds:.1f} s."
            )


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far the work is: a bar on a terminal, a plain line every tenth elsewhere."""
    if sys.stdout.isatty():
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns) as bar:
            task = bar.add_task(title, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
        return
    told = -LINE_EVERY

    def tell(done: int, of: int) -> None:
        nonlocal told
        percent = 100 * done // max(of, 1)
        if percent >= told + LINE_EVERY:
            told = percent
            click.echo(f"{title}: {done} of {of} ({percent} %)")

    yield tell
