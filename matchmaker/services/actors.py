# SPDX-License-Identifier: MIT
"""Profiles: written in four steps, published, paused, closed."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.errors import N_, ConflictError, IncompleteError, NotFoundError, RefusedError
from matchmaker.services import directory
from matchmaker.services.drafts import (
    Draft,
    ExchangeDraft,
    HowDraft,
    OpportunityDraft,
    ProfileDraft,
    WhatDraft,
    WhoDraft,
)
from matchmaker.services.languages import guess_item_languages, guess_language
from matchmaker.services.strength import missing
from matchmaker.store import Account, Actor, ActorLanguage, ActorSector, Membership, Opportunity
from matchmaker.store.actors import actor_by_key
from matchmaker.store.base import slug_key
from matchmaker.vocabulary import vocabulary

STEPS = ("who", "what", "exchange", "how")
TAIL = 12  # characters of a key that a page's nonce decides


def create(
    session: Session, account: Account | None, draft: WhoDraft, *, now: datetime, tail: str = ""
) -> Actor:
    """Start a profile from its first step; the account, if there is one, becomes its owner.

    ``tail`` ends the key of the actor; random characters do if it is empty.
    """
    words, _, chance = slug_key(draft.name).rpartition("-")
    key = "-".join(part for part in (words, tail or chance) if part)
    actor = Actor(key=key, created_at=now, updated_at=now)
    if account is not None:
        actor.memberships.append(Membership(account=account, role="owner"))
    _write_who(actor, draft)
    session.add(actor)
    session.flush()
    return actor


def start(
    session: Session, account: Account, draft: WhoDraft, *, nonce: str, now: datetime
) -> Actor:
    """Start a profile once, however often the page of its first step is sent.

    ``nonce`` is a random text that belongs to that page. It ends the key of the actor, which is
    unique, so that of two that arrive at once one waits and then finds the other.
    """
    tail = hashlib.sha256(f"{account.id}:{nonce}".encode()).hexdigest()[:TAIL]
    started = (
        select(Actor)
        .join(Membership)
        .where(Membership.account_id == account.id, Actor.key.endswith(tail, autoescape=True))
    )
    actor = session.scalar(started)
    if actor is None:
        try:
            with session.begin_nested():
                return create(session, account, draft, now=now, tail=tail)
        except IntegrityError:
            actor = session.scalars(started).one()
    return save(session, actor, draft, seen=None, now=now)


def find_own(session: Session, key: str, account: Account, *, lock: bool = False) -> Actor:
    """Return an actor that the account looks after; for anybody else it does not exist."""
    query = actor_by_key(key).join(Membership).where(Membership.account_id == account.id)
    # with the key shared: else it would wait for whoever writes a suggestion of this actor
    locked = query.with_for_update(key_share=True, of=Actor)
    actor = session.scalar(locked if lock else query)
    if actor is None:
        raise NotFoundError()
    return actor


def draft_of(actor: Actor, step: str) -> Draft:
    """Return what is stored for a step (who, what, exchange, how), as its form would send it."""
    return _READERS[step](actor)


def save(session: Session, actor: Actor, draft: Draft, *, seen: str | None, now: datetime) -> Actor:
    """Store one step.

    ``seen`` is the fingerprint of what the page showed when it was opened; None skips the
    comparison.

    Raises
    ------
    ConflictError
        Somebody saved something else in between; ``stored`` is their draft.
    IncompleteError
        The profile is published and would lose a required answer.
    """
    step, write = _WRITERS[type(draft)]
    stored = draft_of(actor, step)
    if stored.same_as(draft):
        return actor
    if seen is not None and seen != stored.fingerprint():
        raise ConflictError(
            N_("Somebody else changed this page while you were writing. Nothing is lost: choose."),
            stored=stored,
        )
    write(actor, draft)
    lacking = missing(actor)
    if actor.state == "published" and lacking:
        raise IncompleteError(
            N_("A published profile keeps its required answers. Pause it first, or fill them in."),
            missing=lacking,
        )
    actor.updated_at = now
    session.flush()
    if actor.state == "published":
        directory.index(session, actor)
    return actor


def fill(actor: Actor, draft: ProfileDraft) -> None:
    """Write all four steps into an actor that nobody else edits; nothing is flushed."""
    for part in (draft.who, draft.what, draft.exchange, draft.how):
        _, write = _WRITERS[type(part)]
        write(actor, part)


def save_profile(session: Session, actor: Actor, draft: ProfileDraft, *, now: datetime) -> None:
    """Store all four steps at once, as the demo does."""
    for part in (draft.who, draft.what, draft.exchange, draft.how):
        save(session, actor, part, seen=None, now=now)


def publish(session: Session, actor: Actor, *, now: datetime) -> bool:
    """Make a complete profile public and matched; False when it was public already.

    Raises
    ------
    IncompleteError
        Required answers are missing; ``missing`` names them.
    """
    if actor.state == "published":
        return False
    lacking = missing(actor)
    if lacking:
        raise IncompleteError(
            N_("Before it can be published, this profile needs %(n)s more answers."),
            missing=lacking,
            n=len(lacking),
        )
    actor.state, actor.published_at, actor.updated_at = "published", now, now
    session.flush()
    directory.index(session, actor)
    return True


def withdraw(session: Session, actor: Actor, state: str, *, now: datetime) -> bool:
    """Pause or close a profile: hidden and unmatched at once. False when it was so already."""
    if actor.state == state:
        return False
    if actor.state == "draft":
        raise RefusedError(N_("This profile is a draft; nobody sees it."))
    actor.state, actor.updated_at = state, now
    session.flush()
    directory.forget(session, actor)
    return True


def _read_who(actor: Actor) -> WhoDraft:
    return WhoDraft(**{name: getattr(actor, name) for name in WhoDraft.__dataclass_fields__})


def _write_who(actor: Actor, draft: WhoDraft) -> None:
    for name, value in draft.answers().items():
        setattr(actor, name, value)
    actor.region_version = vocabulary("regions").version if draft.region else ""


def _read_what(actor: Actor) -> WhatDraft:
    return WhatDraft(
        sectors=tuple(actor.sector_codes),
        sector_other=actor.sector_other,
        does=actor.does,
        language=actor.language if actor.language_chosen else "",
        themes=tuple(actor.themes),
    )


def _write_what(actor: Actor, draft: WhatDraft) -> None:
    kept = {sector.code: sector for sector in actor.sectors}
    actor.sectors = [kept.get(code) or ActorSector(code=code) for code in draft.sectors]
    for position, sector in enumerate(actor.sectors):
        sector.position = position
    actor.sector_other, actor.does = draft.sector_other, draft.does
    actor.themes = list(draft.themes)
    before = actor.language
    actor.language_chosen = bool(draft.language)
    actor.language = draft.language or guess_language(draft.does)
    if actor.language != before:
        guess_item_languages(actor)


def _read_exchange(actor: Actor) -> ExchangeDraft:
    names = list(OpportunityDraft.__dataclass_fields__)

    def read(item: Opportunity) -> OpportunityDraft:
        found = {name: getattr(item, name) for name in names}
        found["language"] = item.language if item.language_chosen else ""
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in found.items()
        }
        return OpportunityDraft(**plain)

    return ExchangeDraft(
        offers=tuple(read(item) for item in actor.offers),
        seeks=tuple(read(item) for item in actor.seeks),
    )


def _write_exchange(actor: Actor, draft: ExchangeDraft) -> None:
    kept = {item.key: item for item in actor.opportunities}
    items = []
    for direction, drafts in (("offer", draft.offers), ("seek", draft.seeks)):
        for position, wanted in enumerate(drafts):
            item = kept.get(wanted.key)
            if item is None or item.direction != direction:
                item = Opportunity(direction=direction)
            item.position = position
            for name in OpportunityDraft.__dataclass_fields__:
                value = getattr(wanted, name)
                if name != "key":
                    setattr(item, name, list(value) if isinstance(value, tuple) else value)
            item.language_chosen = bool(wanted.language)
            items.append(item)
    actor.opportunities = items
    guess_item_languages(actor)


def _read_how(actor: Actor) -> HowDraft:
    own = {n: getattr(actor, n) for n in HowDraft.__dataclass_fields__ if n != "languages"}
    spoken = tuple((language.code, language.level) for language in actor.languages)
    return HowDraft(languages=spoken, **own)


def _write_how(actor: Actor, draft: HowDraft) -> None:
    kept = {spoken.code: spoken for spoken in actor.languages}
    spoken = []
    for position, (code, level) in enumerate(draft.languages):
        row = kept.get(code) or ActorLanguage(code=code)
        row.level, row.position = level, position
        spoken.append(row)
    actor.languages = spoken
    for name, value in draft.answers().items():
        if name != "languages":
            setattr(actor, name, value)


_READERS: dict[str, Callable[[Actor], Draft]] = {
    "who": _read_who,
    "what": _read_what,
    "exchange": _read_exchange,
    "how": _read_how,
}
_WRITERS: dict[type[Draft], tuple[str, Callable[[Actor, Any], None]]] = {
    WhoDraft: ("who", _write_who),
    WhatDraft: ("what", _write_what),
    ExchangeDraft: ("exchange", _write_exchange),
    HowDraft: ("how", _write_how),
}


def by_keys(session: Session, keys: list[str]) -> list[Actor]:
    """Return published actors in the order of the keys; unknown ones are left out."""
    found = {a.key: a for a in session.scalars(select(Actor).where(Actor.key.in_(keys)))}
    return [found[k] for k in keys if k in found and found[k].state == "published"]
