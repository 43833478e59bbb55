# SPDX-License-Identifier: MIT
"""The postman: carries promised mail to the mail server, or into a folder that the demo shows."""

import hashlib
import logging
import smtplib
import ssl
import threading
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Flask
from sqlalchemy.orm import Session

from matchmaker.config import Settings
from matchmaker.errors import N_, SettingsError
from matchmaker.services import outbox
from matchmaker.services.outbox import Letter, Send
from matchmaker.store.engine import read_only
from matchmaker.web.extensions import db
from matchmaker.web.letters import compose

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds
PATIENCE = 20  # seconds that a mail server may take for one answer
PORTS = {"smtp": 25, "smtps": 465}
HEADERS = (
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
)


class UnsafeMailError(ValueError):
    """A mail would not carry exactly the headers that we gave it."""


def message_of(letter: Letter, *, mail_from: str, now: datetime) -> EmailMessage:
    """Return a letter as a message. Sent twice, it has the same Message-ID.

    Raises
    ------
    UnsafeMailError
        The address or the subject brings a header along.
    """
    if "=?" in letter.to_address or not letter.to_address.isprintable():
        raise UnsafeMailError("the address is not a plain one")
    message = EmailMessage(policy=SMTP)
    host = mail_from.rpartition("@")[2].strip("> ") or "localhost"
    message["From"] = mail_from
    message["To"] = letter.to_address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_digest(letter)}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    found = message_from_bytes(message.as_bytes()).keys()
    if sorted(found) != sorted(HEADERS):
        raise UnsafeMailError("the message has headers that nobody asked for")
    return message


def _digest(letter: Letter) -> str:
    return hashlib.sha256(letter.dedup_key.encode()).hexdigest()[:32]


class SmtpSender:
    """Sends by ``smtp://[user:password@]host[:port]``; ``smtps`` speaks TLS from the first byte.

    With ``smtp``, TLS begins as soon as the server offers it, and a password is only given
    inside it.
    """

    def __init__(self, url: str, *, mail_from: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise SettingsError(
                N_("MATCHMAKER_SMTP must look like smtp://user:password@mail.example.org:587.")
            )
        self.host, self.port = parts.hostname, parts.port or PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.tls_at_once = parts.scheme == "smtps"
        self.mail_from = mail_from

    def send(self, letter: Letter) -> None:
        message = message_of(letter, mail_from=self.mail_from, now=datetime.now(UTC))
        with self._connect() as server:
            server.send_message(message, to_addrs=[letter.to_address])

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls_at_once:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            self._greet(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        secure = self.tls_at_once
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            secure = True
        if self.user and not secure:
            raise smtplib.SMTPNotSupportedError("no TLS, so no password is given")
        if self.user:
            server.login(self.user, self.password)


class FolderSender:
    """Writes each mail as a file: ``<digest>.eml``. The same mail again replaces its file."""

    def __init__(self, folder: Path, *, mail_from: str) -> None:
        self.folder = folder
        self.mail_from = mail_from

    def send(self, letter: Letter) -> None:
        message = message_of(letter, mail_from=self.mail_from, now=datetime.now(UTC))
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{_digest(letter)}.eml"
        fresh = file.with_suffix(".part")
        fresh.write_bytes(message.as_bytes())
        fresh.replace(file)


def sender_for(settings: Settings) -> Send:
    """Return what sends a letter under these settings.

    Raises
    ------
    SettingsError
        The address of the mail server is unusable.
    """
    if settings.smtp:
        return SmtpSender(settings.smtp, mail_from=settings.mail_from).send
    return FolderSender(settings.folder / "mail", mail_from=settings.mail_from).send


def deliver_due(app: Flask, *, now: datetime | None = None) -> int:
    """Send what is due and return how many mails went.

    Committed before and after each mail, never while the mail server talks: a crash repeats
    one mail at most, under the same Message-ID. ``now`` stops the clock; without it, each mail
    has its own time, since the ones before it may have taken minutes.
    """
    send = sender_for(app.extensions["matchmaker_settings"])
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        read_only(session)
        waiting = outbox.due(session, now=now or datetime.now(UTC))
    return sum(_deliver(app, mail_id, send, now) for mail_id in waiting)


def _deliver(app: Flask, mail_id: int, send: Send, now: datetime | None) -> bool:
    """Send one mail, in a context of its own: each mail has its own language."""
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        mail = outbox.claim(session, mail_id, now=now or datetime.now(UTC))
        session.commit()
        if mail is None:
            return False
        try:
            send(compose(mail))
        except Exception as error:  # whatever is wrong with one mail, the others must go
            if not isinstance(error, OSError):
                log.exception("mail %s (%s) cannot be written", mail.id, mail.template)
            outbox.note_failure(session, mail_id, error, now=now or datetime.now(UTC))
            session.commit()
            return False
        outbox.note_sent(session, mail_id, now=now or datetime.now(UTC))
        session.commit()
        return True


class Postman:
    """A thread that looks for mail every half second, beside the server."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        sender_for(app.extensions["matchmaker_settings"])  # a wrong address stops the start

    def start(self, stop: threading.Event) -> threading.Thread:
        """Begin the rounds; they end soon after ``stop`` is set."""
        thread = threading.Thread(target=self._rounds, args=(stop,), name="postman", daemon=True)
        thread.start()
        return thread

    def _rounds(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_EVERY):
            try:
                deliver_due(self.app)
            except Exception:  # a database that is away comes back; the rounds go on
                log.exception("the postman could not look for mail")
                stop.wait(10)
