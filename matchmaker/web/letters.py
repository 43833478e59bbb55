# SPDX-License-Identifier: MIT
"""Mails in words: a promised mail and its template become a letter in the reader's language.

Plain text only. What people typed is made harmless before a template sees it: no control
characters, one line where one line is meant, nothing that a mail program reads as a header.
"""

import re

from flask import current_app

from matchmaker.services.outbox import Letter
from matchmaker.services.plain import plain_line, plain_text
from matchmaker.store import OutboxMail
from matchmaker.vocabulary import normalise_language
from matchmaker.web.extensions import current_settings
from matchmaker.web.languages import use_language

NAMES = ("own", "partner", "contact_name")
SEVERAL_LINES = ("question",)
LONGEST_SUBJECT = 150
SUBJECT = "Subject: "


def compose(mail: OutboxMail) -> Letter:
    """Return the mail in words. Needs an application context of its own: it sets the language."""
    use_language(normalise_language(mail.language))
    template = current_app.jinja_env.get_template(f"mail/{mail.template}.txt")
    values = {name: _harmless(name, value) for name, value in mail.values.items()}
    base = current_settings().base_url.rstrip("/")
    text = template.render(**values, base_url=base, link=own_link)
    first, _, body = text.partition("\n")
    return Letter(mail.to_address, subject_of(first), _tidy(body), mail.dedup_key)


def own_link(endpoint: str, **values: str) -> str:
    """Return the full address of one of our pages; the host comes from the settings only."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return current_settings().base_url.rstrip("/") + path


def subject_of(line: str) -> str:
    """Return the subject that a template's first line holds, safe as a header.

    ``=?`` begins an encoded word, whose hidden line break some versions of Python let through
    into the headers (CVE-2024-6923).
    """
    subject = plain_line(line.removeprefix(SUBJECT)).replace("=?", "= ?")
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1] + "…"


def _harmless(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name in SEVERAL_LINES:
        return plain_text(value)
    return unlinked(plain_line(value)) if name in NAMES else plain_line(value)


def unlinked(name: str) -> str:
    """Return a name that no mail program makes a link of: ``win.example`` becomes ``win. example``.

    A name in our mails must not lead anywhere that we have not checked.
    """
    return re.sub(r"\.(?=\w{2})", ". ", name.replace("://", " "))


def _tidy(body: str) -> str:
    """Take out the empty lines that the template's own commands leave behind."""
    return re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
