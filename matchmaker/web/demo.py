# SPDX-License-Identifier: MIT
"""The demo: a mailbox and one click to become somebody. Closed everywhere else."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.services import demo
from matchmaker.web.access import current_account, demo_only
from matchmaker.web.accounts import enter
from matchmaker.web.extensions import current_session, current_settings
from matchmaker.web.languages import language

bp = Blueprint("demo", __name__)
SHOWN = 40


@bp.get("/demo")
@demo_only
def roles() -> ResponseReturnValue:
    """Who one can be here."""
    return render_template("demo/roles.html", personas=demo.personas(current_session()))


@bp.post("/demo/become/<who>")
@demo_only
def become(who: str) -> ResponseReturnValue:
    """Sign in as one of the personas; only the demo's own accounts can be entered so."""
    account = demo.persona_account(current_session(), who)
    if account is None:
        abort(404)
    chosen = language()
    enter(account)
    session["language"] = chosen  # the visitor's, whatever the persona speaks
    flash(
        _("You are now %(name)s. Everybody here is invented.", name=account.name or account.email)
    )
    return redirect(url_for("pairings.queue" if who == "coordinator" else "matches.index"), 303)


@bp.get("/demo/mail")
@demo_only
def mailbox() -> ResponseReturnValue:
    """The mails that the demo would have sent, newest first."""
    account = current_account()
    mails = _mails(current_settings().folder / "mail")
    return render_template("demo/mail.html", mails=mails, own=account.email if account else "")


def _mails(folder: Path) -> list[dict[str, str]]:
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    found = []
    for file in files[:SHOWN]:
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        found.append(
            {
                "to": str(message["To"]),
                "subject": str(message["Subject"]),
                "date": str(message["Date"]),
                "text": body.get_content() if body else "",
            }
        )
    return found
