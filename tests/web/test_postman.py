# SPDX-License-Identifier: MIT
"""Letters in words, and their way to a real mail server or into a folder."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.app import create_app
from matchmaker.cli.mail import mail as mail_command
from matchmaker.config import Settings
from matchmaker.errors import SettingsError
from matchmaker.services import interests, outbox, pairings
from matchmaker.services.outbox import Letter
from matchmaker.store import Account, Actor, OutboxMail
from matchmaker.web.extensions import db
from matchmaker.web.letters import compose, subject_of, unlinked
from matchmaker.web.postman import (
    HEADERS,
    Postman,
    SmtpSender,
    UnsafeMailError,
    deliver_due,
    message_of,
    sender_for,
)

PAST = datetime(2026, 1, 15, 12, tzinfo=UTC)  # long due by the clock of the machine

HIDDEN_HEADER = "x =?utf-8?q?x=0ABcc:victim=40evil.example?="


@dataclass
class Sink:
    """A mail server that keeps what it gets; it refuses recipients of ``refused``."""

    url: str = ""
    refused: str = ""
    patience: float = 0.0  # seconds that it takes over each mail
    got: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # aiosmtpd calls it so
        self,
        server: SMTP,
        session: SmtpSession,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        if self.refused and self.refused in address:
            return "550 unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        await asyncio.sleep(self.patience)
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append((list(envelope.rcpt_tos), message))
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Sink(f"smtp://127.0.0.1:{port}")
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def smtp_app(settings: Settings, sink: Sink) -> Iterator[Flask]:
    mail_from = "Matchmaker <hello@match.example>"
    app = create_app(replace(settings, smtp=sink.url, mail_from=mail_from))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def introduced(
    session: Session, make_actor: Callable[..., Actor], make_account: Callable[..., Account]
):
    """introduced(name=..., language=...) -> both of a pairing were introduced, nothing sent yet."""

    def make(
        name: str = "Kino", *, language: str = "en", **contact: str
    ) -> tuple[Account, Account]:
        anna, mari = make_account(language=language), make_account()
        one = make_actor(name, country="LV", owner=anna)
        other = make_actor("Tartu", country="EE", owner=mari, **contact)
        interests.answer(session, one, other, "yes", account=anna, now=PAST)
        pairing = interests.answer(session, other, one, "yes", account=mari, now=PAST)
        assert pairing is not None
        coordinator = make_account(roles=("coordinator",))
        pairings.decide(
            session, pairing, "approve", account=coordinator, seen_version=None, now=PAST
        )
        session.commit()
        return anna, mari

    return make


def letter(**changes: str) -> Letter:
    whole = {"to_address": "anna@example.org", "subject": "Hello", "text": "x\n", "dedup_key": "k"}
    return Letter(**{**whole, **changes})


def test_an_introduction_reaches_both_with_the_other_ones_contact(
    smtp_app, sink, introduced, session
):
    anna, mari = introduced(contact_name="Mari Mets", contact_email="mari@tartu.example")

    sent = [deliver_due(smtp_app), deliver_due(smtp_app)]

    assert sent == [2, 0]
    messages = {to[0]: message for to, message in sink.got}
    assert set(messages) == {anna.email, mari.email}
    message = messages[anna.email]
    text = message.get_content()
    assert set(HEADERS) == {key for key in message if not key.startswith("X-")}
    assert message["Subject"] == "Meet Tartu"
    assert message["From"] == "Matchmaker <hello@match.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@match.example>")
    assert "E-mail: mari@tartu.example" in text
    assert "http://127.0.0.1:8000/pairings/" in text
    assert "You get this mail because you look after “Kino”" in text


def test_a_letter_speaks_the_readers_language(app, introduced, session):
    anna, _mari = introduced(language="lv")
    mail = session.scalars(select(OutboxMail).where(OutboxMail.to_address == anna.email)).one()

    with app.app_context():
        composed = compose(mail)

    assert "Igaunija" in composed.text


@pytest.mark.parametrize("template", ["sign_in", "introduction", "proposal", "question"])
def test_every_template_makes_a_letter(app, template):
    values = {
        "token": "t0ken",
        "minutes": 15,
        "own": "Kino",
        "partner": "Tartu",
        "partner_country": "EE",
        "pairing": "abc",
        "question": "Which month?\nAnd who pays?",
        "contact_name": "",
        "contact_email": "",
        "contact_phone": "",
        "website": "",
    }
    mail = OutboxMail(
        to_address="a@example.org", template=template, language="no", values=values, dedup_key="k"
    )

    with app.app_context():
        composed = compose(mail)

    assert composed.subject
    assert not composed.subject.startswith("Subject")
    assert "\n-- \n" in composed.text
    assert "http://127.0.0.1:8000/" in composed.text


def test_a_name_brings_neither_header_nor_link(smtp_app, sink, introduced):
    introduced(f"{HIDDEN_HEADER} www.evil.example/login https://evil.example")

    deliver_due(smtp_app)

    for recipients, message in sink.got:
        assert len(recipients) == 1
        assert message["Bcc"] is None
        assert "evil.example" not in message.get_content()
        assert "victim@" not in str(message)


@given(st.text(max_size=300))
def test_any_text_makes_a_safe_subject(text):
    subject = subject_of(f"Subject: {text}")

    message = message_of(letter(subject=subject), mail_from="m@example.org", now=PAST)

    found = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert sorted(found.keys()) == sorted(HEADERS)
    assert len(subject) <= 150


@pytest.mark.parametrize(
    "address", ["=?utf-8?q?a=0ABcc=3Ab=40c.example?=@example.org", "a@b.example\nBcc: c@d.example"]
)
def test_an_address_that_hides_a_header_is_not_written_to(address):
    with pytest.raises(UnsafeMailError):
        message_of(letter(to_address=address), mail_from="m@example.org", now=PAST)


def test_names_are_no_links():
    assert unlinked("Win www.evil.example://now") == "Win www. evil. example now"
    assert unlinked("A.I. Nr.5") == "A.I. Nr.5"


@pytest.mark.both_databases
def test_a_refused_mail_waits_and_the_others_go(smtp_app, sink, introduced, session):
    anna, mari = introduced()
    sink.refused = anna.email

    first = deliver_due(smtp_app, now=PAST)
    sink.refused = ""
    too_soon = deliver_due(smtp_app, now=PAST + timedelta(seconds=30))
    later = deliver_due(smtp_app, now=PAST + timedelta(minutes=1))

    assert (first, too_soon, later) == (1, 0, 1)
    assert [to for to, _ in sink.got] == [[mari.email], [anna.email]]
    assert outbox.unsent(session) == []


def test_one_broken_mail_does_not_stop_the_others(smtp_app, sink, introduced, session):
    outbox.promise(
        session,
        to_address="x@example.org",
        template="no_such_template",
        language="en",
        dedup_key="broken",
        now=PAST,
    )
    introduced()

    sent = deliver_due(smtp_app)

    assert (sent, len(sink.got)) == (2, 2)
    assert [mail.last_error for mail in outbox.unsent(session)] == ["TemplateNotFound"]


def test_without_a_mail_server_mails_lie_in_a_folder_once(app, settings, introduced):
    anna, mari = introduced()

    deliver_due(app)
    send = sender_for(settings)
    send(letter())
    send(letter())

    files = list(Path(settings.folder / "mail").iterdir())
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert {file.suffix for file in files} == {".eml"}
    assert sorted(str(message["To"]) for message in found) == sorted(
        [anna.email, mari.email, "anna@example.org"]
    )


def test_the_postman_makes_rounds_until_told_to_stop(app, introduced, session):
    introduced()
    stop = threading.Event()

    thread = Postman(app).start(stop)
    for _ in range(100):
        left = len(outbox.unsent(session))
        session.rollback()  # SQLite has one writer, and the postman wants to be it
        if left == 0:
            break
        stop.wait(0.1)
    stop.set()
    thread.join(5)

    assert left == 0
    assert not thread.is_alive()


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_an_unusable_mail_server_is_named_at_the_start(settings, url):
    with pytest.raises(SettingsError, match="MATCHMAKER_SMTP"):
        sender_for(replace(settings, smtp=url))


def test_a_password_is_not_given_without_tls(sink):
    sender = SmtpSender(sink.url.replace("//", "//user:pass@"), mail_from="m@example.org")

    with pytest.raises(OSError, match="no TLS"):
        sender.send(letter())

    assert sink.got == []


def test_the_command_lists_without_addresses_and_sends(settings, introduced, session):
    anna, _mari = introduced()
    runner = CliRunner(
        env={
            "MATCHMAKER_FOLDER": str(settings.folder),
            "MATCHMAKER_DATABASE": settings.database,
            "MATCHMAKER_SECRET_KEY": settings.secret_key,
        }
    )

    listed = runner.invoke(mail_command, ["list"], catch_exceptions=False).output
    sent = runner.invoke(mail_command, ["send"], catch_exceptions=False).output
    empty = runner.invoke(mail_command, ["list"], catch_exceptions=False).output

    assert listed.count("introduction") == 2
    assert anna.email not in listed
    assert sent == "Sent: 2. Still in the outbox: 0.\n"
    assert empty == "Nothing waits.\n"


@pytest.mark.both_databases
def test_each_mail_has_its_own_time(smtp_app, sink, introduced, session):
    introduced()
    sink.patience = 0.3

    deliver_due(smtp_app)

    first, second = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
    claimed = second.next_try_at - timedelta(minutes=5)
    assert first.sent_at <= claimed <= second.sent_at - timedelta(seconds=0.3)
