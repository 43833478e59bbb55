# SPDX-License-Identifier: MIT
"""The demo: fictional actors, coordinators, and pairings in every state of their life."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import Session

from matchmaker.services import accounts, actors, interests, pairings, steps
from matchmaker.services.drafts import (
    ExchangeDraft,
    HowDraft,
    OpportunityDraft,
    ProfileDraft,
    WhatDraft,
    WhoDraft,
)
from matchmaker.store import Account, Actor, Membership, Pairing, Run, Suggestion

PERSONAS = ("odd-herring-label", "bakas-filmu-maja", "utskarsfilm")
COORDINATORS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ilze.ozola@desk.example", "Ilze Ozola", ("LV", "LT", "EE")),
    ("marten.lind@desk.example", "Mårten Lind", ("SE", "FI", "AX", "NO", "DK", "IS")),
    ("jagoda.wrona@desk.example", "Jagoda Wrona", ("PL", "DE")),
)
REGION_COORDINATOR = ("desk@matchmaker.example", "Runa Halldórsdóttir")
VALID_DAYS = 150


def read_demo(folder: Path) -> list[dict[str, Any]]:
    """Return the records of all demo files, in the order of their names."""
    return [
        json.loads(line)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def is_filled(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).select_from(Actor)))


def fill_actors(session: Session, records: list[dict[str, Any]], *, now: datetime) -> None:
    """Store and publish all demo actors, each with the account of its own; spread over weeks."""
    for number, record in enumerate(records):
        moment = now - timedelta(hours=7 * (len(records) - number), minutes=number % 53)
        address = f"{record['id']}@people.example"
        owner = accounts.ensure_account(session, address, language=record["lang"], now=moment)
        owner.name = record.get("contact_name", "")
        draft = profile_of(record, today=now.date(), number=number)
        actor = actors.create(session, owner, draft.who, now=moment)
        actor.key = record["id"]
        actors.save_profile(session, actor, draft, now=moment)
        actors.publish(session, actor, now=moment)


def profile_of(record: dict[str, Any], *, today: date, number: int) -> ProfileDraft:
    """Turn one record into a profile; offers and seeks end some months from now."""
    languages = [record["lang"], *record.get("working_langs", [])]
    ends = today + timedelta(days=VALID_DAYS + 11 * (number % 9))
    return ProfileDraft(
        who=WhoDraft(
            name=record["name"],
            kind=record["kind"],
            country=record["country"],
            region=record.get("region", ""),
            city=record.get("city", ""),
            website=record.get("website", ""),
            year_founded=record.get("year_founded"),
            size=record.get("size", ""),
        ),
        what=WhatDraft(
            sectors=tuple(record["sectors"]),
            does=record["does"],
            language=record["lang"],
            themes=tuple(record.get("themes", ())),
        ),
        exchange=ExchangeDraft(
            offers=tuple(_item(item, ends) for item in record["offers"]),
            seeks=tuple(_item(item, ends) for item in record["seeks"]),
        ),
        how=HowDraft(
            languages=tuple(
                (code, "fluent" if code == record["lang"] else "working")
                for code in dict.fromkeys(languages)
            ),
            contact_name=record.get("contact_name", ""),
            contact_email=f"hello@{record['id']}.example",
            contact_phone="",
        ),
    )


def _item(item: dict[str, Any], ends: date) -> OpportunityDraft:
    return OpportunityDraft(
        title=item["title"],
        text=item.get("text", ""),
        type=item.get("type", "other"),
        countries=tuple(item.get("countries", ())),
        kinds=tuple(item.get("kinds", ())),
        sectors=tuple(item.get("sectors", ())),
        themes=tuple(item.get("themes", ())),
        stage=item.get("stage", ""),
        valid_until=ends,
        **{f"{criterion}_priority": how for criterion, how in item.get("priorities", {}).items()},
    )


def fill_coordinators(session: Session, *, now: datetime) -> Account:
    """Make the coordinators; return the one who looks after the whole region."""
    for email, name, desk in COORDINATORS:
        account = accounts.ensure_account(session, email, language="en", now=now)
        account.name = name
        accounts.grant(session, account, "coordinator", countries=desk)
    email, name = REGION_COORDINATOR
    account = accounts.ensure_account(session, email, language="en", now=now)
    account.name = name
    accounts.grant(session, account, "coordinator")
    return account


def fill_pairings(session: Session, coordinator: Account, *, now: datetime) -> None:
    """Tell the lives of some pairs, so that every state of a pairing can be seen."""
    pairs = _good_pairs(session)
    for number, story in enumerate(STORIES):
        one, other = next(pairs)
        Story(session, coordinator, one, other, now - timedelta(days=2 + 3 * (number % 9))).tell(
            story
        )
    for persona in PERSONAS:
        _say_yes_to(session, persona, now=now - timedelta(days=1))
    for story, other in zip(
        OWN_STORIES, _partners(session, PERSONAS[0], places=(3, 6)), strict=False
    ):
        one = session.scalars(select(Actor).where(Actor.key == PERSONAS[0])).one()
        Story(session, coordinator, one, other, now - timedelta(days=6)).tell(story)


STORIES: tuple[str, ...] = (
    *("yes yes",) * 5,
    *("propose",) * 2,
    "yes yes return:When would it suit both of you? One of you writes spring, the other autumn.",
    "yes yes return:Which of the two offers do you mean? answer:The second one, with the workshop.",
    "propose approve",
    *("yes yes approve",) * 3,
    *("yes yes approve met",) * 2,
    *("yes yes approve met agreed",) * 2,
    "yes yes approve met agreed applied",
    "yes yes approve met agreed applied funded",
    "yes yes approve met agreed cooperating",
    "yes yes reject:wrong_stage",
    "yes yes approve met declined:timing",
    "yes yes withdraw",
    "propose expire",
    "propose block",
    "begin",
)

OWN_STORIES = (  # what the first persona finds under its pairings
    "yes yes approve",
    "yes yes return:Could you say in which months you have time?",
    "yes yes",
)


class Story:
    """Plays the steps of one pairing, each a day or two after the one before."""

    def __init__(
        self, session: Session, coordinator: Account, one: Actor, other: Actor, start: datetime
    ) -> None:
        self.session, self.coordinator = session, coordinator
        self.one, self.other = one, other
        self.moment = start
        self.pairing: Pairing | None = None

    def tell(self, story: str) -> None:
        first = True
        for word in _words(story):
            step, _, words = word.partition(":")
            if step == "yes":
                actor, partner = (self.one, self.other) if first else (self.other, self.one)
                first = False
                self._yes(actor, partner)
            else:
                self._step(step, words)
            self.moment += timedelta(hours=5)

    def _yes(self, actor: Actor, partner: Actor) -> None:
        made = interests.answer(
            self.session,
            actor,
            partner,
            "yes",
            account=_owner(self.session, actor),
            now=self.moment,
        )
        self.pairing = made or self.pairing

    def _step(self, step: str, words: str) -> None:
        session, coordinator, now = self.session, self.coordinator, self.moment
        if step == "begin":
            pairings.begin(session, self.one, self.other, origin="coordinator", score=0.0, now=now)
            return
        if step == "propose":
            note = "They met at the spring forum and both asked about each other."
            self.pairing = pairings.propose(
                session, self.one, self.other, account=coordinator, note=note, score=0.0, now=now
            )
            return
        assert self.pairing is not None
        if step in ("approve", "return", "reject"):
            key = "reason" if step == "reject" else "note"
            pairings.decide(
                session,
                self.pairing,
                step,
                account=coordinator,
                seen_version=None,
                now=now,
                **({key: words} if words else {}),
            )
        elif step == "answer":
            owner = _owner(session, self.one)
            pairings.answer_question(session, self.pairing, self.one, words, account=owner, now=now)
        elif step == "withdraw":
            owner = _owner(session, self.one)
            interests.undo(session, self.one, self.other, account=owner, now=now)
        else:
            state = {"expire": "expired", "block": "blocked"}.get(step, step)
            steps.step(session, self.pairing, state, now=now, account=coordinator, reason=words)


def _words(story: str) -> Iterator[str]:
    """Split a story into its steps; what stands after a colon belongs to its step."""
    known = {step.partition(":")[0] for step in _PLAIN}
    current: list[str] = []
    for word in story.split(" "):
        if word.partition(":")[0] in known and current:
            yield " ".join(current)
            current = []
        current.append(word)
    yield " ".join(current)


_PLAIN = (
    "yes", "propose", "approve", "return", "reject", "answer", "withdraw", "met", "agreed",
    "applied", "funded", "cooperating", "declined", "expire", "block", "begin",
)  # fmt: skip


def _good_pairs(session: Session) -> Iterator[tuple[Actor, Actor]]:
    """Give pairs of the current run, best first; each actor once, and none of the personas."""
    query = (
        select(Suggestion.actor_id, Suggestion.other_id)
        .join(Run, Run.id == Suggestion.run_id)
        .where(Run.state == "current", Suggestion.rank <= 3)
        .order_by(Suggestion.score.desc(), Suggestion.actor_id)
    )
    used = set(session.scalars(select(Actor.id).where(Actor.key.in_(PERSONAS))))
    for one_id, other_id in session.execute(query).all():
        if not {one_id, other_id} & used:
            used |= {one_id, other_id}
            yield session.get_one(Actor, one_id), session.get_one(Actor, other_id)


def _say_yes_to(session: Session, persona: str, *, now: datetime) -> None:
    """Let the best two partners of a persona say yes to it, so that its own yes makes a pairing."""
    own = session.scalars(select(Actor).where(Actor.key == persona)).one()
    for other in _partners(session, persona, places=(1, 2)):
        interests.answer(session, other, own, "yes", account=_owner(session, other), now=now)


def _partners(session: Session, persona: str, *, places: tuple[int, int]) -> list[Actor]:
    """Return the suggested partners of a persona from one rank to another."""
    own = select(Actor.id).where(Actor.key == persona).scalar_subquery()
    query = (
        select(Suggestion.other_id)
        .join(Run, Run.id == Suggestion.run_id)
        .where(Run.state == "current", Suggestion.actor_id == own)
        .where(Suggestion.rank.between(*places), ~_paired(own))
        .order_by(Suggestion.rank)
    )
    return [session.get_one(Actor, other_id) for other_id in session.scalars(query).all()]


def _paired(own: ScalarSelect[int]) -> ColumnElement[bool]:
    """Whether a suggestion speaks of a pair that has a story already."""
    ends = (Pairing.first_id, Pairing.second_id)
    return or_(
        *(
            exists().where(one == own, other == Suggestion.other_id)
            for one, other in (ends, ends[::-1])
        )
    )


def _owner(session: Session, actor: Actor) -> Account:
    query = select(Account).join(Membership).where(Membership.actor_id == actor.id)
    return session.scalars(query.order_by(Account.id)).first() or _nobody(actor)


def _nobody(actor: Actor) -> Account:
    raise LookupError(f"{actor.key} belongs to nobody")


def personas(session: Session) -> list[Actor]:
    """Return the actors that the banner offers, in its order."""
    found = {a.key: a for a in session.scalars(select(Actor).where(Actor.key.in_(PERSONAS)))}
    return [found[key] for key in PERSONAS if key in found]


def persona_account(session: Session, who: str) -> Account | None:
    """Return the account behind a button of the banner: ``coordinator`` or an actor's key."""
    if who == "coordinator":
        email = REGION_COORDINATOR[0]
        return session.scalar(select(Account).where(Account.email == email))
    if who not in PERSONAS:
        return None
    actor = session.scalar(select(Actor).where(Actor.key == who))
    return _owner(session, actor) if actor else None
