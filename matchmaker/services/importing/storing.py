# SPDX-License-Identifier: MIT
"""Entries to drafts in the database: new ones made, untouched ones renewed, all others left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services import actors
from matchmaker.services.drafts import Draft, ProfileDraft
from matchmaker.services.importing.duplicates import Finder, Record
from matchmaker.services.importing.mapping import Entry
from matchmaker.services.importing.report import Duplicate, Report, Taken
from matchmaker.services.strength import missing
from matchmaker.store import Actor, Membership
from matchmaker.store.actors import whole_actor
from matchmaker.store.base import slug_key

CHUNK = 250  # actors in memory at a time
STEPS = ("who", "what", "exchange", "how")


@dataclass(slots=True)
class Storing:
    """Takes entries one by one and writes down in the report what became of each.

    ``write`` False decides everything and writes nothing.
    """

    session: Session
    report: Report
    now: datetime
    skip_duplicates: bool
    write: bool

    def store(self, entries: Sequence[Entry]) -> None:
        known = _ids_of(self.session, self.report.source)
        finder = self._finder(entries)
        for chunk in _chunks(entries):
            ids = [known[e.external_id] for e in chunk if e.external_id in known]
            here, members = _load(self.session, ids)
            for entry in chunk:
                self._one(entry, here.get(known.get(entry.external_id, 0)), members, finder)
            if self.write:
                self.session.flush()
                self.session.expunge_all()

    def _finder(self, entries: Sequence[Entry]) -> Finder:
        """Return a finder that knows the actors here, but for those that the file speaks of."""
        own = {entry.external_id for entry in entries}
        here = [
            Record(name, country, website, email, key=key)
            for key, name, country, website, email, source, external_id in self.session.execute(
                select(
                    Actor.key,
                    Actor.name,
                    Actor.country,
                    Actor.website,
                    Actor.contact_email,
                    Actor.source,
                    Actor.external_id,
                ).order_by(Actor.id)
            )
            if not (source == self.report.source and external_id in own)
        ]
        finder = Finder([r.name for r in here] + [entry.profile.who.name for entry in entries])
        for record in here:
            finder.add(record)
        return finder

    def _one(self, entry: Entry, actor: Actor | None, members: set[int], finder: Finder) -> None:
        who = entry.profile.who
        taken = Taken(entry.line, who.name, who.country, entry.external_id)
        record = Record(
            who.name, who.country, who.website, entry.profile.how.contact_email, line=entry.line
        )
        if self._is_double(record, finder):
            self.report.left_out.append(taken)
            return
        finder.add(record)
        if actor is None:
            self.report.created.append(taken)
            self._count_lacking(self._create(entry))
            return
        wanted = _merged(actor, entry)
        stored = (actors.draft_of(actor, step) for step in STEPS)
        if all(old.same_as(new) for old, new in zip(stored, _parts(wanted), strict=True)):
            self.report.unchanged.append(taken)
        elif actor.state != "draft" or actor.id in members or actor.updated_at != actor.created_at:
            self.report.changed_here.append(taken)
        else:
            self.report.updated.append(taken)
            if self.write:
                actors.fill(actor, wanted)
                actor.created_at = actor.updated_at = self.now  # equal: untouched since

    def _is_double(self, record: Record, finder: Finder) -> bool:
        """Report a row that looks like an earlier record; True if it is to be left out for it."""
        hit = finder.find(record)
        if hit is None or record.line is None:
            return False
        other = hit.record
        self.report.duplicates.append(
            Duplicate(
                record.line,
                record.name,
                other.name,
                other.line,
                other.key,
                hit.reason,
                left_out=self.skip_duplicates,
            )
        )
        return self.skip_duplicates

    def _create(self, entry: Entry) -> Actor:
        actor = Actor(
            key=slug_key(entry.profile.who.name),
            created_at=self.now,
            updated_at=self.now,
            source=self.report.source,
            external_id=entry.external_id,
        )
        actors.fill(actor, entry.profile)
        if self.write:
            self.session.add(actor)
        return actor

    def _count_lacking(self, actor: Actor) -> None:
        for answer in missing(actor):
            self.report.lacking[answer] = self.report.lacking.get(answer, 0) + 1


def _parts(profile: ProfileDraft) -> tuple[Draft, ...]:
    return profile.who, profile.what, profile.exchange, profile.how


def _merged(actor: Actor, entry: Entry) -> ProfileDraft:
    """Return what is stored with the answers that the file gives put in their place."""

    def merge(stored: Any, wanted: Any) -> Any:
        names = {item.name for item in fields(wanted)} & entry.given
        return replace(stored, **{name: getattr(wanted, name) for name in names})

    stored = (actors.draft_of(actor, step) for step in STEPS)
    return ProfileDraft(*map(merge, stored, _parts(entry.profile)))


def _chunks(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    waiting = iter(entries)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _ids_of(session: Session, source: str) -> dict[str, int]:
    """Return external id -> actor id of all actors that came from a source."""
    query = select(Actor.external_id, Actor.id).where(Actor.source == source)
    return {external: actor_id for external, actor_id in session.execute(query) if external}


def _load(session: Session, ids: Sequence[int]) -> tuple[dict[int, Actor], set[int]]:
    """Return actors by id, whole, and the ids of those that somebody looks after."""
    if not ids:
        return {}, set()
    found = session.scalars(whole_actor(select(Actor).where(Actor.id.in_(ids))))
    cared = session.scalars(select(Membership.actor_id).where(Membership.actor_id.in_(ids)))
    return {actor.id: actor for actor in found}, set(cared)
