# SPDX-License-Identifier: MIT
"""``matchmaker rank``: partners for the actors of a file, without a database."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from matchmaker.matching import ActorText, PartnerMatcher
from matchmaker.matching.reading import ActorFile, read_actors

_SOME_LINES_BAD = 1
_NOTHING_READ = 2


@click.command("rank")
@click.argument("actors", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--top", default=50, show_default=True, type=click.IntRange(min=1),
              help="Most partners for one actor.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
              help="Write here; without it, to the terminal.")  # fmt: skip
@click.option("--queries", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Rank for the actors of this file instead.")  # fmt: skip
def rank(actors: Path, top: int, output: Path | None, queries: Path | None) -> None:
    """Rank partners in other countries for each actor of a file of JSON lines.

    Writes a line for each pair: query, candidate and score (0 to 1), parted by tabs, best first.
    Of actors that offer nearly the same, two stand among the first five and the others right
    behind; in long lists the last places may be those of guests. So the order is not always that
    of the scores.
    Bad lines are named on standard error and left out; the exit status is then 1, and 2 if
    nothing could be read.
    """
    pool = _read(actors)
    asking = _read(queries) if queries else pool
    if not pool.actors or not asking.actors:
        empty = actors if not pool.actors else queries
        click.echo(f"{empty}: no actor could be read, so nothing was ranked.", err=True)
        sys.exit(_NOTHING_READ)
    _write(output, _ranked(pool.actors, asking.actors if queries else None, top))
    if pool.bad or asking.bad:
        sys.exit(_SOME_LINES_BAD)


def _read(path: Path) -> ActorFile:
    with path.open("rb") as lines:
        file = read_actors(lines)
    for bad in file.bad:
        reason = bad.reason.encode("utf-8", "backslashreplace").decode("utf-8")
        click.echo(f"{path}, line {bad.number}: {reason}. The line is left out.", err=True)
    return file


def _ranked(
    pool: Sequence[ActorText], queries: Sequence[ActorText] | None, top: int
) -> Iterator[str]:
    matcher = PartnerMatcher(top).fit(pool)
    if queries is None:
        for i, j, score in matcher.suggest():
            yield f"{pool[i].key}\t{pool[j].key}\t{score:.6f}\n"
        return
    for query, ranking in zip(queries, matcher.query(queries), strict=True):
        for j, score in ranking:
            yield f"{query.key}\t{pool[j].key}\t{score:.6f}\n"


def _write(output: Path | None, lines: Iterator[str]) -> None:
    """Write all lines, or leave an older file as it was."""
    if output is None:
        for line in lines:
            click.echo(line, nl=False)
        return
    folder = output.parent
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{output.name}.")
    try:
        os.close(handle)
        with Path(name).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        Path(name).chmod(0o644)
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
