# SPDX-License-Identifier: MIT
"""The current run's vocabulary with today's actors in it, kept by each process.

The run's vocabulary and weights lie in a folder as plain arrays. Actors change more often:
what is published is read again when its number, its newest change or its edits differ.
"""

import copy
import logging
import shutil
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.matching import ActorText, Explanation, IndexDamagedError, PartnerMatcher
from matchmaker.services.texts import text_of
from matchmaker.store import Actor, Run
from matchmaker.store.actors import published_actors

log = logging.getLogger(__name__)
KEPT_GENERATIONS = 2
KEPT_EXPLANATIONS = 4000  # a page of matches is often looked at again

Explained = dict[tuple[ActorText, ActorText], Explanation]

Signature = tuple[str, int, str, int, date]


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

    def explain(self, actor_id: int, other_id: int) -> Explanation:
        """Return why ``other_id`` suits ``actor_id``; what was asked before is kept."""
        pair = self.texts[actor_id], self.texts[other_id]
        found = self.explained.get(pair)
        if found is None:
            found = self.matcher.explain_pair(*pair)
            if len(self.explained) >= KEPT_EXPLANATIONS:
                self.explained.clear()
            self.explained[pair] = found
        return found


class MatchIndex:
    """Holds the pool of one process. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._run_key = ""
        self._signature: Signature | None = None
        self._pool: Pool | None = None

    def path(self, run: Run) -> Path:
        return self.folder / run.key

    def keep(self, run: Run, matcher: PartnerMatcher) -> None:
        """Save the vocabulary of a run beside the others; only the newest few stay."""
        self.folder.mkdir(parents=True, exist_ok=True)
        matcher.save(self.path(run))
        generations = sorted(
            (entry for entry in self.folder.iterdir() if entry.is_dir()),
            key=lambda entry: entry.stat().st_mtime,
        )
        for old in generations[:-KEPT_GENERATIONS]:
            shutil.rmtree(old, ignore_errors=True)

    def pool(self, session: Session, run: Run, *, today: date) -> Pool:
        """Return the published actors as the database has them now."""
        with self._lock:
            signature = _signature(session, run, today)
            if self._pool is None or signature != self._signature:
                self._pool = self._read(session, run, today)
                self._signature, self._run_key = signature, run.key
            return self._pool

    def _read(self, session: Session, run: Run, today: date) -> Pool:
        actors = list(session.scalars(published_actors()))
        texts = {actor.id: text_of(actor, today=today) for actor in actors}
        explained: Explained = {}  # by texts, so an edit asks anew; of one run only
        if self._pool is not None and self._run_key == run.key:
            matcher, explained = self._pool.matcher, self._pool.explained
        else:
            matcher = self._load(run, list(texts.values()))
        fresh = copy.copy(matcher).index(list(texts.values()))  # others still read the old one
        return Pool(fresh, texts, list(texts), explained)

    def _load(self, run: Run, texts: list[ActorText]) -> PartnerMatcher:
        """Load a run's vocabulary; a missing or damaged one is learnt anew and kept."""
        try:
            return PartnerMatcher.load(self.path(run))
        except (OSError, IndexDamagedError) as error:
            log.warning("The match index of run %s is rebuilt: %s", run.key, error)
            matcher = PartnerMatcher().fit(texts)
            self.keep(run, matcher)
            return matcher


def _signature(session: Session, run: Run, today: date) -> Signature:
    """Return what changes whenever a published actor does (``today``: offers expire)."""
    count, newest, edits = session.execute(
        select(func.count(), func.max(Actor.updated_at), func.sum(Actor.version)).where(
            Actor.state == "published"
        )
    ).one()
    return run.key, count, str(newest), int(edits or 0), today
