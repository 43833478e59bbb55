# SPDX-License-Identifier: MIT
"""The current run's vocabulary with today's actors in it, kept by each process.

The run's vocabulary and weights lie in a folder as plain arrays. Actors change more often: when
their number, newest change or edits differ, those who have changed are read again. Only who
stores a run writes files.
"""

import copy
import logging
import shutil
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.matching import (
    ActorText,
    Change,
    Explanation,
    IndexDamagedError,
    PartnerMatcher,
)
from matchmaker.services.texts import Readings, read_texts
from matchmaker.store import Actor, Run

log = logging.getLogger(__name__)
KEPT_EXPLANATIONS = 4000  # a page of matches is often looked at again

# by texts and their ages: equal texts may differ in age, which counts
Explained = dict[tuple[ActorText, ActorText, int, int], Explanation]

Signature = tuple[str, int, str, int, int, date]


@dataclass(frozen=True)
class Pool:
    """Published actors at one moment: ids in the order of the matcher's rows."""

    matcher: PartnerMatcher
    texts: dict[int, ActorText]
    ids: list[int]
    explained: Explained = field(default_factory=dict)

    def ranked(self, actor_ids: list[int]) -> dict[int, list[tuple[int, float]]]:
        """Return for each actor its partners as (id, score), best first."""
        found = self.matcher.query([self.texts[i] for i in actor_ids])
        return {
            actor_id: [(self.ids[row], score) for row, score in partners]
            for actor_id, partners in zip(actor_ids, found, strict=True)
        }

    def partners(self, actor_id: int) -> list[tuple[int, float]]:
        """Return all partners of an actor as (id, score), best first.

        A pair has one score, whichever of the two is asked for.
        """
        (found,) = self.matcher.query([self.texts[actor_id]], n=len(self.ids), by_score=True)
        return [(self.ids[row], score) for row, score in found]

    def parted(self, partners: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """Part near-twins among the first of a list of (id, score) that was put together anew."""
        rows = {actor_id: row for row, actor_id in enumerate(self.ids)}
        if not all(actor_id in rows for actor_id, _ in partners):
            return partners
        found = self.matcher.parted([(rows[actor_id], score) for actor_id, score in partners])
        return [(self.ids[row], score) for row, score in found]

    def what_if(self, actor_id: int, other_id: int) -> Change | None:
        """Return what would lift ``other_id`` most in the list of ``actor_id``."""
        return self.matcher.what_if(self.texts[actor_id], self.texts[other_id])

    def explain(self, actor_id: int, other_id: int) -> Explanation:
        """Return why ``other_id`` suits ``actor_id``; what was asked before is kept."""
        one, other = self.texts[actor_id], self.texts[other_id]
        known_by = one, other, one.age, other.age
        found = self.explained.get(known_by)
        if found is None:
            found = self.matcher.explain_pair(one, other)
            if len(self.explained) >= KEPT_EXPLANATIONS:
                self.explained.clear()
            self.explained[known_by] = found
        return found


class MatchIndex:
    """Holds the pool of one process. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._run_key = ""
        self._matcher: PartnerMatcher | None = None  # of that run
        self._readings: Readings = {}
        self._today: date | None = None  # of the readings
        self._signature: Signature | None = None
        self._pool: Pool | None = None

    def path(self, run: Run) -> Path:
        return self.folder / run.key

    def keep(
        self,
        run: Run,
        matcher: PartnerMatcher,
        readings: Readings,
        *,
        today: date,
        beside: Collection[str] = (),
    ) -> None:
        """Save the vocabulary of a run that is being stored, and go on with its matcher.

        ``beside`` are keys of runs that others read until this one is committed: their folders
        stay, older ones go. Folders with a dot are being written by somebody.
        """
        with self._lock:
            matcher.save(self.path(run))
            self._run_key, self._matcher, self._pool = run.key, matcher, None
            self._readings, self._today = readings, today
            for entry in self.folder.iterdir():
                stays = entry.name in (run.key, *beside) or entry.name.startswith(".")
                if entry.is_dir() and not stays:
                    shutil.rmtree(entry, ignore_errors=True)

    def pool(self, session: Session, run: Run, *, today: date) -> Pool:
        """Return the published actors as the database has them now."""
        with self._lock:
            signature = _signature(session, run, today)
            if self._pool is None or signature != self._signature:
                self._pool = self._read(session, run, today)
                self._signature = signature
            return self._pool

    def _read(self, session: Session, run: Run, today: date) -> Pool:
        known = self._readings if self._today == today else {}  # offers expire
        self._readings, self._today = read_texts(session, known, today=today), today
        texts = {actor_id: reading.text for actor_id, reading in self._readings.items()}
        explained: Explained = {}  # by texts, so an edit asks anew; of one run only
        if self._matcher is None or self._run_key != run.key:
            self._run_key, self._matcher = run.key, self._load(run, list(texts.values()))
        elif self._pool is not None:
            explained = self._pool.explained
        # others still read the old one
        self._matcher = copy.copy(self._matcher).index(list(texts.values()))
        return Pool(self._matcher, texts, list(texts), explained)

    def _load(self, run: Run, texts: list[ActorText]) -> PartnerMatcher:
        """Load a run's vocabulary; a missing or damaged one is learnt anew, for this process."""
        try:
            return PartnerMatcher.load(self.path(run))
        except (OSError, IndexDamagedError) as error:
            log.warning("The match index of run %s is learnt anew: %s", run.key, error)
            return PartnerMatcher().fit(texts)


def _signature(session: Session, run: Run, today: date) -> Signature:
    """Return what changes whenever a published actor does (``today``: offers expire)."""
    count, newest, edits, ids = session.execute(
        select(
            func.count(), func.max(Actor.updated_at), func.sum(Actor.version), func.sum(Actor.id)
        ).where(Actor.state == "published")
    ).one()
    return run.key, count, str(newest), int(edits or 0), int(ids or 0), today
