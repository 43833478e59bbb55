# SPDX-License-Identifier: MIT
"""Signing in as a visitor does it: one field, one mail, one button."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.store import Account, Actor, OutboxMail


@pytest.fixture
def token(client: FlaskClient, session: Session) -> Callable[..., str]:
    """token("anna@example.org", next="/directory") -> the token that the mail holds."""

    def ask(email: str, **more: str) -> str:
        answer = client.post("/sign-in", data={"email": email, **more})
        assert answer.status_code == 303
        session.rollback()
        mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
        assert mail is not None
        assert mail.to_address == email.lower()
        found = str(mail.values["token"])
        session.rollback()  # give the lock back
        return found

    return ask


@pytest.mark.both_databases
def test_a_newcomer_signs_in_by_a_link_and_a_button(
    client: FlaskClient, session: Session, token: Callable[..., str]
) -> None:
    link = f"/sign-in/{token('Anna@Example.org')}"

    opened = client.get(link)
    assert "anna@example.org" in opened.text
    assert session.scalars(select(Account)).all() == []  # opening it uses nothing up
    session.rollback()

    entered = client.post(link)
    assert (entered.status_code, entered.location) == (303, "/profiles")
    assert client.get("/profiles").status_code == 200


def test_a_link_signs_in_once(client: FlaskClient, token: Callable[..., str]) -> None:
    link = f"/sign-in/{token('anna@example.org')}"
    client.post(link)
    client.post("/sign-out")

    again = client.post(link)

    assert again.status_code == 410
    assert "does not work any more" in again.text
    assert client.get("/profiles").status_code == 302


def test_the_answer_is_the_same_for_known_and_unknown_addresses(
    app: Flask, session: Session, make_account: Callable[..., Account]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    make_account("known@example.org")
    session.commit()

    def ask(email: str) -> tuple[int, str | None, str]:
        client = app.test_client()
        sent = client.post("/sign-in", data={"email": email})
        shown = client.get("/sign-in/sent").text
        told = re.search(r"<main.*</main>", shown, re.DOTALL)
        assert told
        return sent.status_code, sent.location, told.group().replace(email, "")

    assert ask("known@example.org") == ask("nobody@example.org")


@pytest.mark.parametrize(
    "typed", ["", "anna", "anna@", "@example.org", "a b@example.org", "x" * 400 + "@example.org"]
)
def test_what_is_no_address_gets_a_sentence_and_stays(client: FlaskClient, typed: str) -> None:
    answer = client.post("/sign-in", data={"email": typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{typed}"' in answer.text


def test_one_goes_on_to_where_one_wanted(client: FlaskClient, token: Callable[..., str]) -> None:
    closed = client.get("/account?x=1")
    assert closed.location == "/sign-in?next=/account?x%3D1"

    link = token("anna@example.org", next="/account?x=1")
    assert client.post(f"/sign-in/{link}").location == "/account?x=1"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%2f%2fevil.example\n",
        "/a//evil",
        "\t//evil.example",
        "/" + "a" * 300,
    ],
)
def test_nobody_is_sent_elsewhere(
    client: FlaskClient, token: Callable[..., str], path: str
) -> None:
    link = token("anna@example.org", next=path)

    assert client.post(f"/sign-in/{link}").location == "/profiles"


def test_who_has_a_profile_comes_to_the_matches(
    client: FlaskClient,
    session: Session,
    make_actor: Callable[..., Actor],
    make_account: Callable[..., Account],
    token: Callable[..., str],
) -> None:
    make_actor(owner=make_account("anna@example.org"))
    make_account("ilze@example.org", roles=("coordinator",))
    session.commit()

    assert client.post(f"/sign-in/{token('anna@example.org')}").location == "/matches"
    client.post("/sign-out")
    assert client.post(f"/sign-in/{token('ilze@example.org')}").location == "/desk"


def test_coordinators_pages_are_closed_to_others(
    client: FlaskClient, token: Callable[..., str]
) -> None:
    client.post(f"/sign-in/{token('anna@example.org')}")

    assert client.get("/desk").status_code == 403


def test_forms_without_their_token_are_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    answer = app.test_client().post("/sign-in", data={"email": "anna@example.org"})

    assert answer.status_code == 400
    assert "open too long" in answer.text


def test_the_demo_is_closed_outside_the_demo(client: FlaskClient) -> None:
    assert client.get("/demo/mail").status_code == 404
    assert client.post("/demo/become/coordinator").status_code == 404


def test_name_and_language_are_kept(
    client: FlaskClient, session: Session, token: Callable[..., str]
) -> None:
    client.post(f"/sign-in/{token('anna@example.org')}")

    saved = client.post("/account", data={"name": "  Anna \x00 Ozola ", "language": "lv"})
    assert saved.status_code == 303
    assert session.execute(select(Account.name, Account.language)).one() == ("Anna Ozola", "lv")
    session.rollback()

    assert client.post("/account", data={"name": "x" * 121, "language": "xx"}).status_code == 422


def test_an_old_session_does_not_outlive_a_lost_role(
    app: Flask,
    client: FlaskClient,
    session: Session,
    make_account: Callable[..., Account],
    sign_in: Callable[[FlaskClient, Account], None],
) -> None:
    from matchmaker.services import accounts

    account = make_account(roles=("coordinator",))
    sign_in(client, account)
    assert client.get("/desk").status_code == 200

    accounts.revoke(session, account, "coordinator")
    session.commit()

    assert client.get("/desk").status_code == 302
