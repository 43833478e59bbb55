# SPDX-License-Identifier: MIT
"""Sign-in links: one for everybody, once, for a quarter of an hour."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.errors import RefusedError
from matchmaker.services import accounts
from matchmaker.store import Account, OutboxMail, SignInLink
from tests.conftest import NOON


def ask(session: Session, email: str = "anna@example.org", *, minutes: int = 0) -> str:
    """Ask for a link and return the token that the mail would hold."""
    moment = NOON + timedelta(minutes=minutes)
    accounts.request_link(session, email, next_path="/matches", language="lv", now=moment)
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None
    return str(mail.values["token"])


def test_the_first_link_makes_the_account(session: Session) -> None:
    token = ask(session)

    account, path = accounts.sign_in(session, token, language="lv", now=NOON)

    assert (account.email, account.language, path) == ("anna@example.org", "lv", "/matches")
    assert account.confirmed_at == NOON


def test_a_known_address_gets_the_same_account_again(session: Session) -> None:
    first, _ = accounts.sign_in(session, ask(session), language="lv", now=NOON)

    again, _ = accounts.sign_in(session, ask(session, "ANNA@example.org"), language="fi", now=NOON)

    assert again.id == first.id
    assert again.language == "lv"


def test_a_link_works_once(session: Session) -> None:
    token = ask(session)
    accounts.sign_in(session, token, language="en", now=NOON)

    with pytest.raises(RefusedError, match="does not work any more"):
        accounts.sign_in(session, token, language="en", now=NOON)


def test_a_link_is_good_for_a_quarter_of_an_hour(session: Session) -> None:
    token = ask(session)

    accounts.find_link(session, token, now=NOON + timedelta(minutes=14))
    with pytest.raises(RefusedError):
        accounts.find_link(session, token, now=NOON + timedelta(minutes=15))


def test_the_newest_link_wins(session: Session) -> None:
    old, new = ask(session), ask(session, minutes=1)

    with pytest.raises(RefusedError):
        accounts.find_link(session, old, now=NOON + timedelta(minutes=2))
    accounts.find_link(session, new, now=NOON + timedelta(minutes=2))


def test_only_the_hash_of_a_link_is_kept(session: Session) -> None:
    token = ask(session)

    assert token not in str(session.execute(select(SignInLink.token_hash)).all())


def test_nobody_is_flooded_with_links(session: Session) -> None:
    for minute in range(8):
        ask(session, minutes=minute)

    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 5


def test_a_coordinator_has_a_desk_and_loses_the_role(session: Session) -> None:
    account = accounts.ensure_account(session, "ilze@example.org", language="lv", now=NOON)
    before = account.fs_uniquifier

    accounts.grant(session, account, "coordinator", countries=("LV", "EE", "LV"))
    assert (account.is_coordinator, account.is_admin) == (True, False)
    assert [place.country for place in account.desk] == ["EE", "LV"]

    accounts.revoke(session, account, "coordinator")
    assert not account.is_coordinator
    assert account.fs_uniquifier != before  # sessions end


def test_an_administrator_may_do_what_coordinators_may(session: Session) -> None:
    account = Account(email="root@example.org", created_at=NOON)
    session.add(account)

    accounts.grant(session, account, "administrator")

    assert account.is_coordinator


def test_a_coordinator_without_countries_looks_after_all(session: Session) -> None:
    account = accounts.ensure_account(session, "ilze@example.org", language="lv", now=NOON)
    accounts.grant(session, account, "coordinator", countries=("LV",))

    accounts.grant(session, account, "administrator")
    kept = [place.country for place in account.desk]
    accounts.grant(session, account, "coordinator")

    assert kept == ["LV"]
    assert account.desk == []


def test_a_stranger_who_asks_again_and_again_locks_nobody_out(session: Session) -> None:
    mails = select(func.count()).select_from(OutboxMail)
    for minute in range(5):
        ask(session, minutes=minute)

    sent = {}
    for minute in (18, 19, 48, 49, 59, 62):
        before = session.scalar(mails)
        ask(session, minutes=minute)
        sent[minute] = session.scalar(mails) != before

    quarter, half, over = {18: False, 19: True}, {48: False, 49: True}, {59: False, 62: True}
    assert sent == {**quarter, **half, **over}  # the wait grows until the first are an hour old


def test_old_links_are_not_kept(session: Session) -> None:
    accounts.sign_in(session, ask(session), language="lv", now=NOON)
    ask(session, "mari@example.org")

    ask(session, minutes=23 * 60)
    kept = session.scalar(select(func.count()).select_from(SignInLink))
    ask(session, "liis@example.org", minutes=24 * 60 + 1)

    assert kept == 3
    assert list(session.scalars(select(SignInLink.email).order_by(SignInLink.id))) == [
        "anna@example.org",
        "liis@example.org",
    ]
