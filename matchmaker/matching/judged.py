# SPDX-License-Identifier: MIT
"""Judged collections: folders of texts with queries, or of actors with known partners."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

from matchmaker.matching.errors import CollectionError
from matchmaker.matching.measures import Judgements
from matchmaker.matching.reading import read_actors
from matchmaker.matching.values import ActorText


@dataclass(frozen=True, slots=True)
class Texts:
    """Documents and queries, by id, and what answers what."""

    name: str
    documents: dict[str, str]
    queries: dict[str, str]
    judgements: Judgements


@dataclass(frozen=True, slots=True)
class Partners:
    """Actors, and who suits whom: a gain of 0 marks a decoy."""

    name: str
    actors: list[ActorText]
    judgements: Judgements


def read_collection(folder: Path) -> Texts | Partners:
    """Read a folder of judged texts or partners.

    Texts: docs.jsonl, queries.jsonl, qrels.jsonl. Partners: actors.jsonl and judgements.jsonl, or
    actors.jsonl alone with a note of its subjects in each line.

    Raises
    ------
    CollectionError
        The folder holds neither kind of collection, or a line of it cannot be read.
    """
    if (folder / "docs.jsonl").is_file():
        return _read_texts(folder)
    if (folder / "actors.jsonl").is_file():
        return _read_partners(folder)
    raise CollectionError(
        "%(folder)s is no judged collection. It needs docs.jsonl, queries.jsonl and qrels.jsonl, "
        "or actors.jsonl and judgements.jsonl.",
        folder=str(folder),
    )


def _read_texts(folder: Path) -> Texts:
    documents = {
        str(doc["id"]): f"{doc.get('title') or ''}\n{doc.get('text') or ''}".strip()
        for doc in _records(folder / "docs.jsonl", "id")
    }
    queries = {
        str(query["id"]): str(query.get("text") or "")
        for query in _records(folder / "queries.jsonl", "id")
    }
    judgements = _judgements(folder / "qrels.jsonl", "q", "d", "rel")
    return Texts(folder.name, documents, queries, judgements)


def _read_partners(folder: Path) -> Partners:
    with _opened(folder / "actors.jsonl") as lines:
        file = read_actors(lines)
    if file.bad:
        raise _bad(folder / "actors.jsonl", file.bad[0].number, file.bad[0].reason)
    if (folder / "judgements.jsonl").exists():
        judgements = _judgements(folder / "judgements.jsonl", "query", "candidate", "gain")
    else:
        records = _records(folder / "actors.jsonl", "id", "thread")
        for number, record in enumerate(records, start=1):
            if not isinstance(record["thread"], list):
                raise _bad(folder / "actors.jsonl", number, "thread is no list")
        judgements = _by_threads(file.actors, records)
    return Partners(folder.name, file.actors, judgements)


def _by_threads(
    actors: Sequence[ActorText], records: Sequence[dict[str, Any]]
) -> dict[str, dict[str, float]]:
    """Judge by the subjects that are noted beside actors.

    A note is a subject and a sign: "T1+" for an offer, "T1-" for a seek, "T1x" for what only looks
    like it. Two ways that meet gain 3, one gains 1; what looks alike, and a competitor who offers
    and seeks the same, gain 0: decoys. All others, and those of the same country, are not judged.
    """
    marks = {
        str(record["id"]): {
            sign: {str(mark)[:-1] for mark in record["thread"] if str(mark).endswith(sign)}
            for sign in "+-x"
        }
        for record in records
    }
    judged: dict[str, dict[str, float]] = {}
    for one, two in permutations(actors, 2):
        mine, theirs = marks[one.key], marks[two.key]
        ways = bool(mine["-"] & theirs["+"]) + bool(mine["+"] & theirs["-"])
        rival = mine["+"] & theirs["+"] and mine["-"] & theirs["-"]
        decoy = theirs["x"] & (mine["+"] | mine["-"])
        if one.country != two.country and (ways or rival or decoy):
            judged.setdefault(one.key, {})[two.key] = (0.0, 1.0, 3.0)[ways]
    return judged


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise CollectionError(
            "%(path)s cannot be read: %(reason)s.", path=str(path), reason=str(error.strerror)
        ) from error


def _records(path: Path, *needed: str) -> list[dict[str, Any]]:
    """Read JSON objects that have the needed keys; the first bad line stops the reading."""
    found = []
    with _opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError:
                raise _bad(path, number, "it is not JSON") from None
            missing = [k for k in needed if not isinstance(record, dict) or k not in record]
            if missing:
                raise _bad(path, number, f"{missing[0]} is missing")
            found.append(record)
    return found


def _judgements(path: Path, query: str, answer: str, grade: str) -> dict[str, dict[str, float]]:
    judged: dict[str, dict[str, float]] = {}
    for number, record in enumerate(_records(path, query, answer, grade), start=1):
        try:
            gain = float(record[grade])
        except (TypeError, ValueError):
            raise _bad(path, number, f"{grade} is not a number") from None
        judged.setdefault(str(record[query]), {})[str(record[answer])] = gain
    return judged


def _bad(path: Path, number: int, reason: str) -> CollectionError:
    return CollectionError(
        "%(path)s, line %(number)s: %(reason)s.", path=str(path), number=number, reason=reason
    )
