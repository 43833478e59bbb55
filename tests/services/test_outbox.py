# SPDX-License-Identifier: MIT
"""Promised mail: written once, claimed by one, tried again, and not kept after it went."""

import smtplib
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from matchmaker.services import outbox
from matchmaker.store import OutboxMail
from tests.conftest import NOON


@pytest.fixture
def promise(session: Session):
    """promise(key) -> the id of a stored mail."""

    def make(key: str = "one", **values: object) -> int:
        outbox.promise(
            session,
            to_address="anna@example.org",
            template="sign_in",
            language="lv",
            dedup_key=key,
            now=NOON,
            **values,
        )
        return session.scalars(select(OutboxMail.id).where(OutboxMail.dedup_key == key)).one()

    return make


def test_the_same_promise_twice_is_one_mail(session, promise):
    promise("hello", token="first")

    promise("hello", token="second")

    assert [mail.values for mail in session.scalars(select(OutboxMail))] == [{"token": "first"}]


def test_a_promise_goes_with_its_transaction(session, promise):
    promise()

    session.rollback()

    assert outbox.unsent(session) == []


def test_a_claimed_mail_is_due_again_when_nothing_is_heard_of_it(session, promise):
    mail_id = promise()

    claimed = outbox.claim(session, mail_id, now=NOON)
    at_once = outbox.claim(session, mail_id, now=NOON)

    assert claimed is not None
    assert at_once is None
    assert outbox.due(session, now=NOON + timedelta(seconds=299)) == []
    assert outbox.due(session, now=NOON + timedelta(minutes=5)) == [mail_id]


def test_only_one_of_two_claims_a_mail(session: Session, engine: Engine, promise):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: the second waits for the first")
    mail_id = promise()
    session.commit()

    with Session(engine) as one, Session(engine) as other:
        first = outbox.claim(one, mail_id, now=NOON)
        second = outbox.claim(other, mail_id, now=NOON)

    assert first is not None
    assert second is None


def test_a_mail_that_went_keeps_nothing_of_what_it_said(session, promise):
    mail_id = promise(token="secret")

    outbox.note_sent(session, mail_id, now=NOON)

    mail = session.get_one(OutboxMail, mail_id)
    assert (mail.values, mail.sent_at) == ({}, NOON)
    assert outbox.due(session, now=NOON) == outbox.unsent(session) == []


def test_failures_wait_twice_as_long_each_time_and_end(session, promise):
    mail_id = promise()
    waited, now = [], NOON

    while outbox.claim(session, mail_id, now=now):
        outbox.note_failure(session, mail_id, OSError(), now=now)
        mail = session.get_one(OutboxMail, mail_id)
        waited.append((mail.next_try_at - now) // timedelta(minutes=1))
        now = mail.next_try_at

    assert waited == [2**n for n in range(outbox.MAX_ATTEMPTS)]
    assert [mail.id for mail in outbox.unsent(session)] == [mail_id]


def test_a_silent_sender_is_waited_for_no_shorter_than_a_failure(session, promise):
    mail_id = promise()
    waited, now = [], NOON

    while mail := outbox.claim(session, mail_id, now=now):
        waited.append((mail.next_try_at - now) // timedelta(minutes=1))
        now = mail.next_try_at

    assert waited == [5, 5, 5, *(2**n for n in range(3, outbox.MAX_ATTEMPTS))]


def test_a_mail_that_is_given_up_keeps_nothing_of_what_it_said(session, promise):
    mail_id = promise(token="secret")
    mail = session.get_one(OutboxMail, mail_id)
    kept, now = [], NOON

    while outbox.claim(session, mail_id, now=now):
        outbox.note_failure(session, mail_id, OSError(), now=now)
        kept.append(mail.values)
        now = mail.next_try_at

    assert kept[:-1] == [{"token": "secret"}] * (outbox.MAX_ATTEMPTS - 1)
    assert kept[-1] == {}


def test_what_is_good_for_minutes_is_not_sent_after_them(session, promise):
    mail_id = promise(token="secret", minutes=15)
    end = NOON + timedelta(minutes=15)

    late = outbox.claim(session, mail_id, now=end)

    mail = session.get_one(OutboxMail, mail_id)
    assert late is None
    assert (mail.values, mail.sent_at, mail.last_error) == ({}, None, "too late")
    assert outbox.due(session, now=end + timedelta(days=30)) == []


def test_a_failure_is_noted_without_the_address(session, promise, caplog):
    mail_id = promise()
    error = smtplib.SMTPSenderRefused(550, b"anna@example.org is not welcome", "anna@example.org")

    outbox.note_failure(session, mail_id, error, now=NOON)

    assert session.get_one(OutboxMail, mail_id).last_error == "SMTPSenderRefused 550"
    assert "anna" not in caplog.text
