# SPDX-License-Identifier: MIT
"""Which mails a pairing sends to whom. The words stand in ``templates/mail``."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.services import outbox
from matchmaker.store import Account, Actor, Membership, Pairing


def _readers(session: Session, actor: Actor) -> list[Account]:
    """Return the accounts that get an actor's mail."""
    query = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.actor_id == actor.id, Account.active.is_(True))
        .order_by(Account.id)
    )
    return list(session.scalars(query))


def _promise(
    session: Session,
    template: str,
    pairing: Pairing,
    actor: Actor,
    *,
    now: datetime,
    **values: object,
) -> None:
    """Promise one mail about a pairing to everybody who looks after one of its actors."""
    other = pairing.partner_of(actor.id)
    for account in _readers(session, actor):
        outbox.promise(
            session,
            to_address=account.email,
            template=template,
            language=account.language,
            dedup_key=f"{template}:{pairing.key}:{actor.id}:{account.key}:{len(pairing.events)}",
            now=now,
            own=actor.name,
            partner=other.name,
            partner_country=other.country,
            pairing=pairing.key,
            **values,
        )


def introduce(session: Session, pairing: Pairing, *, now: datetime) -> None:
    """Introduce both to each other, each with the other's contact data."""
    for actor in (pairing.first, pairing.second):
        other = pairing.partner_of(actor.id)
        _promise(
            session,
            "introduction",
            pairing,
            actor,
            now=now,
            contact_name=other.contact_name,
            contact_email=other.contact_email,
            contact_phone=other.contact_phone,
            website=other.website,
        )


def ask_for_yes(session: Session, pairing: Pairing, actors: list[Actor], *, now: datetime) -> None:
    """Tell those who have not answered that a coordinator thinks they should meet."""
    for actor in actors:
        _promise(
            session,
            "proposal",
            pairing,
            actor,
            now=now,
            partner_key=pairing.partner_of(actor.id).key,
        )


def pass_question_on(session: Session, pairing: Pairing, question: str, *, now: datetime) -> None:
    """Pass a coordinator's question to both sides."""
    for actor in (pairing.first, pairing.second):
        _promise(session, "question", pairing, actor, now=now, question=question)
