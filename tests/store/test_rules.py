# SPDX-License-Identifier: MIT
"""Rules that must always hold are held by the database, whatever the code above it does."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from matchmaker.store import (
    Account,
    Actor,
    Interest,
    Membership,
    Opportunity,
    OutboxMail,
    Pairing,
    Run,
    Suggestion,
)
from matchmaker.store.actors import CRITERIA, PRIORITIES
from matchmaker.store.engine import read_only
from tests.conftest import NOON


def refused(session: Session, row: object) -> str:
    """Return what the database says when it refuses a row."""
    session.add(row)
    with pytest.raises((IntegrityError, DBAPIError)) as caught:
        session.flush()
    session.rollback()
    return str(caught.value.orig)


@pytest.fixture
def pair(session: Session, make_actor: Callable[..., Actor]) -> tuple[int, int]:
    ids = make_actor(country="LV").id, make_actor(country="EE").id
    session.commit()
    return ids


def pairing(first: int, second: int, **changes: object) -> Pairing:
    values = {
        "first_id": first,
        "second_id": second,
        "first_country": "LV",
        "second_country": "EE",
        "state": "mutual",
        "created_at": NOON,
        "waiting_since": NOON,
    }
    return Pairing(**{**values, **changes})


def test_a_pair_is_stored_once_with_the_smaller_id_first(
    session: Session, pair: tuple[int, int]
) -> None:
    first, second = pair
    session.add(pairing(first, second))
    session.commit()

    refused(session, pairing(first, second))
    refused(session, pairing(second, first))

    assert len(session.scalars(select(Pairing)).all()) == 1


def test_a_pairing_crosses_a_border(session: Session, pair: tuple[int, int]) -> None:
    assert "across_a_border" in refused(session, pairing(*pair, second_country="LV"))


def test_a_pairing_has_a_known_state(session: Session, pair: tuple[int, int]) -> None:
    assert "state_known" in refused(session, pairing(*pair, state="engaged"))


def test_a_published_profile_is_complete(session: Session) -> None:
    actor = Actor(key="empty", state="published", name="Half", created_at=NOON, updated_at=NOON)

    assert "published_complete" in refused(session, actor)


def test_an_opportunity_has_a_title_of_up_to_160_characters(
    session: Session, pair: tuple[int, int]
) -> None:
    for title in ("", "x" * 161):
        message = refused(session, Opportunity(actor_id=pair[0], direction="offer", title=title))
        assert "title_length" in message or "too long" in message


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("priority", ["", "never", "Must"])
def test_a_priority_is_nice_prefer_or_must(
    session: Session, pair: tuple[int, int], criterion: str, priority: str
) -> None:
    column = f"{criterion}_priority"
    item = Opportunity(actor_id=pair[0], direction="seek", title="A", **{column: priority})

    assert f"{column}_known" in refused(session, item)
    for good in PRIORITIES:
        session.add(Opportunity(actor_id=pair[0], direction="seek", title="A", **{column: good}))
    session.commit()


def test_one_run_is_current(session: Session) -> None:
    session.add(Run(recipe="1", state="current", started_at=NOON))
    session.commit()

    refused(session, Run(recipe="1", state="current", started_at=NOON))
    session.add(Run(recipe="1", state="building", started_at=NOON))
    session.commit()


def test_nobody_is_suggested_to_itself(session: Session, pair: tuple[int, int]) -> None:
    run = Run(recipe="1", started_at=NOON)
    session.add(run)
    session.commit()

    row = Suggestion(run_id=run.id, actor_id=pair[0], other_id=pair[0], rank=1, score=0.5)
    assert "never_itself" in refused(session, row)


def test_only_a_no_has_a_reason(session: Session, pair: tuple[int, int]) -> None:
    row = Interest(
        actor_id=pair[0], other_id=pair[1], answer="yes", reason="timing", answered_at=NOON
    )

    assert "reason_of_a_no" in refused(session, row)


def test_an_address_has_one_account_whatever_its_letter_case(session: Session) -> None:
    session.add(Account(email="anna@example.org", created_at=NOON))
    session.commit()

    assert "email_lower" in refused(session, Account(email="Anna@example.org", created_at=NOON))
    refused(session, Account(email="anna@example.org", created_at=NOON))


def test_a_mail_is_promised_once(session: Session) -> None:
    def mail() -> OutboxMail:
        return OutboxMail(
            dedup_key="welcome:1",
            to_address="anna@example.org",
            template="sign_in",
            created_at=NOON,
            next_try_at=NOON,
        )

    session.add(mail())
    session.commit()

    refused(session, mail())


def test_deleting_an_actor_takes_everything_about_it_along(
    session: Session, pair: tuple[int, int]
) -> None:
    session.add(pairing(*pair))
    session.commit()

    session.delete(session.get_one(Actor, pair[0]))
    session.commit()

    assert session.scalars(select(Pairing)).all() == []
    assert session.scalars(select(Membership.actor_id)).all() == [pair[1]]
    assert {o.actor_id for o in session.scalars(select(Opportunity))} == {pair[1]}


def test_the_second_of_two_writers_is_told(
    engine: Engine, session: Session, make_actor: Callable[..., Actor]
) -> None:
    actor = make_actor(name="Kino")
    session.commit()
    with Session(engine) as other:
        read_only(other)
        theirs = other.get_one(Actor, actor.id)
        other.expunge(theirs)
    actor.city = "Rīga"
    session.commit()

    with Session(engine) as other:
        other.add(theirs)
        theirs.city = "Liepāja"
        with pytest.raises(StaleDataError):
            other.flush()


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(Account(email="x@example.org", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001

    with pytest.raises(Exception, match="has no zone"):
        session.flush()


def test_moments_come_back_in_utc(session: Session) -> None:
    session.add(Account(email="x@example.org", created_at=NOON))
    session.commit()
    session.expire_all()

    stored = session.scalars(select(Account)).one().created_at

    assert (stored, stored.tzinfo) == (NOON, UTC)


def test_a_reading_transaction_does_not_wait_for_a_writer(engine: Engine, session: Session) -> None:
    session.add(Account(email="x@example.org", created_at=NOON))
    session.flush()  # the writer holds its lock

    with Session(engine) as reader:
        read_only(reader)
        assert reader.scalars(select(Account)).all() == []
