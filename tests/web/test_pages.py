# SPDX-License-Identifier: MIT
"""What holds for every page: languages, colours, headers, errors."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from matchmaker.services import runs
from matchmaker.services.match_index import MatchIndex
from matchmaker.store import Account, Actor
from matchmaker.vocabulary import LANGUAGES
from matchmaker.web.extensions import db
from tests.conftest import NOON

PUBLIC = ["/", "/about", "/privacy", "/accessibility", "/sign-in", "/directory"]


@pytest.mark.both_databases
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_open(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_chosen_language(client: FlaskClient, language: str) -> None:
    answer = client.post("/language", data={"language": language, "next": "/about"})

    assert answer.location == "/about"
    assert f'<html lang="{language}"' in client.get("/about").text


@pytest.mark.parametrize(
    ("header", "language"),
    [("lv,en;q=0.5", "lv"), ("nn-NO", "nb"), ("fr, de;q=0.8", "de"), ("fr", "en"), ("", "en")],
)
def test_the_browser_s_language_is_the_first_guess(
    client: FlaskClient, header: str, language: str
) -> None:
    page = client.get("/about", headers={"Accept-Language": header})

    assert f'<html lang="{language}"' in page.text


def test_colours_are_remembered(client: FlaskClient) -> None:
    client.post("/theme", data={"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/").text

    client.post("/theme", data={"theme": "auto"})
    assert "data-theme=" not in client.get("/").text


def test_the_first_page_tells_true_numbers(
    client: FlaskClient, session: Session, make_actor: Callable[..., Actor], index: MatchIndex
) -> None:
    make_actor(country="LV")
    make_actor(country="EE", language="et")
    make_actor(country="EE", published=False)
    runs.recompute(session, index, now=NOON)
    session.commit()

    page = client.get("/").text

    assert "<dt>actors</dt><dd>2</dd>" in page
    assert "<dt>countries</dt><dd>2</dd>" in page
    assert "introduction" not in page


def test_the_map_names_no_city_of_one_actor(
    client: FlaskClient, session: Session, make_actor: Callable[..., Actor], index: MatchIndex
) -> None:
    places = [("LV", "Rīga"), ("EE", "Tallinn"), ("EE", "Atlantis")]
    for country, city in [*places, *places, ("FI", "Turku")]:
        make_actor(country=country).city = city
    runs.recompute(session, index, now=NOON)
    session.commit()

    threads = re.findall(r"<li>([^<]* – [^<]*)</li>", client.get("/").text)

    assert threads == ["Tallinn (Estonia) – Rīga (Latvia)"]


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for path in ("/", "/no/such/page", "/static/css/base.css"):
        answer = client.get(path)
        headers = answer.headers
        answer.close()

        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_private_pages_are_not_kept_by_caches(
    client: FlaskClient,
    session: Session,
    make_actor: Callable[..., Actor],
    sign_in: Callable[..., None],
) -> None:
    actor = make_actor()
    sign_in(client, actor.memberships[0].account)

    headers = client.get("/profiles").headers

    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def test_errors_are_pages_with_a_way_on(client: FlaskClient) -> None:
    missing = client.get("/actors/nobody-x7f3k2")
    assert missing.status_code == 404
    assert "<main" in missing.text

    wrong = client.get("/sign-out")
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]


def test_a_server_error_tells_a_number_and_no_more(app: Flask) -> None:
    from matchmaker.web.access import everybody

    @everybody
    def broken() -> str:
        raise ValueError("a secret of the house")

    app.add_url_rule("/broken", "broken", broken)
    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert "a secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_body_that_is_too_large_gets_a_sentence(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "x" * 3_000_000})

    assert answer.status_code == 413
    assert "Shorten it" in answer.text


def test_reading_pages_cannot_write(app: Flask, session: Session) -> None:
    """A page that is only read runs in a transaction that takes no lock."""
    session.add(Account(email="lock@example.org", created_at=NOON))
    session.flush()  # somebody is writing

    assert app.test_client().get("/directory").status_code == 200


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_database_that_is_busy_is_a_page_not_a_crash(
    app: Flask,
    client: FlaskClient,
    session: Session,
    make_account: Callable[..., Account],
    sign_in: Callable[..., None],
    signed_in: bool,
) -> None:
    if signed_in:
        sign_in(client, make_account("ilze@example.org"))
    with app.app_context():
        event.listen(db.engine, "connect", lambda c, _r: c.execute("PRAGMA busy_timeout=50"))
        db.engine.dispose()
    session.add(Account(email="lock@example.org", created_at=NOON))
    session.flush()  # somebody writes, and takes long

    answer = client.post("/account" if signed_in else "/sign-in", data={"email": "a@example.org"})

    assert answer.status_code == 503
    assert "Nothing was saved" in answer.text


@pytest.mark.parametrize("path", ["/static/css/base.css", "/static/nothing.css", "/about"])
def test_what_is_only_read_waits_for_nobody(
    client: FlaskClient,
    session: Session,
    make_account: Callable[..., Account],
    sign_in: Callable[..., None],
    path: str,
) -> None:
    sign_in(client, make_account())
    session.add(Account(email="lock@example.org", created_at=NOON))
    session.flush()  # somebody writes

    answer = client.get(path)
    answer.close()

    assert answer.status_code in {200, 404}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "address", ["/actors/a%00b", "/directory?q=a%00b", "/sign-in/%00", "/actors/" + "x" * 5000]
)
def test_odd_addresses_lead_nowhere(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in {404, 410}
