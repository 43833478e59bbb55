# SPDX-License-Identifier: MIT
"""Signing in and out by a mailed link.

The link opens a page with a button, since mail scanners open links too. Whether an address
is known changes neither the answer nor its time: the mail is sent later, from the outbox.
"""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import login_user, logout_user

from matchmaker.errors import RefusedError
from matchmaker.services import accounts
from matchmaker.store import Account
from matchmaker.store.actors import actors_of
from matchmaker.web.access import current_account, everybody, members_only, own_account
from matchmaker.web.back import own_path
from matchmaker.web.extensions import current_session, utc_now
from matchmaker.web.forms.accounts import AccountForm, SignInForm
from matchmaker.web.languages import language, say

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@everybody
def sign_in() -> ResponseReturnValue:
    if current_account() is not None:
        return redirect(own_path(request.args.get("next")) or _home())
    form = SignInForm(next=own_path(request.args.get("next")))
    return render_template("accounts/sign_in.html", form=form)


@bp.post("/sign-in")
@everybody
def send_link() -> ResponseReturnValue:
    """Promise the mail and show the same page to everybody."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    accounts.request_link(
        current_session(),
        str(form.email.data),
        next_path=own_path(form.next.data),
        language=language(),
        now=utc_now(),
    )
    current_session().commit()
    session["link_sent_to"] = form.email.data
    return redirect(url_for("accounts.link_sent"), 303)


@bp.get("/sign-in/sent")
@everybody
def link_sent() -> ResponseReturnValue:
    return render_template(
        "accounts/sent.html",
        email=session.get("link_sent_to", ""),
        minutes=accounts.LINK_MINUTES,
    )


@bp.get("/sign-in/<token>")
@everybody
def open_link(token: str) -> ResponseReturnValue:
    """Show the button that signs in; opening the page uses nothing up."""
    try:
        link = accounts.find_link(current_session(), token, now=utc_now())
    except RefusedError as error:
        return render_template("accounts/stale.html", sentence=say(error)), 410
    return render_template("accounts/open_link.html", email=link.email, token=token)


@bp.post("/sign-in/<token>")
@everybody
def use_link(token: str) -> ResponseReturnValue:
    database = current_session()
    try:
        account, next_path = accounts.sign_in(database, token, language=language(), now=utc_now())
    except RefusedError as error:
        return render_template("accounts/stale.html", sentence=say(error)), 410
    database.commit()
    enter(account)
    return redirect(own_path(next_path) or _home(), 303)


@bp.post("/sign-out")
@everybody
def sign_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("pages.start"), 303)


@bp.get("/account")
@members_only
def mine() -> ResponseReturnValue:
    account = own_account()
    return render_template("accounts/mine.html", form=AccountForm(obj=account), account=account)


@bp.post("/account")
@members_only
def save_mine() -> ResponseReturnValue:
    account, form = own_account(), AccountForm()
    if not form.validate_on_submit():
        return render_template("accounts/mine.html", form=form, account=account), 422
    account.name, account.language = str(form.name.data or ""), str(form.language.data)
    current_session().commit()
    session["language"] = account.language
    flash(_("Saved."))
    return redirect(url_for("accounts.mine"), 303)


def enter(account: Account) -> None:
    """Sign an account in with a fresh session: nothing of the visitor's old one goes along."""
    language_chosen, theme = session.get("language"), session.get("theme")
    session.clear()
    if language_chosen:
        session["language"] = language_chosen
    if theme:
        session["theme"] = theme
    login_user(account)
    session.permanent = True


def _home() -> str:
    """Return where a signed-in person has work: the desk, the matches, or a first profile."""
    account = current_account()
    if account is None:
        return url_for("pages.start")
    own = current_session().scalars(actors_of(account.id).limit(1)).first()
    if own is None and account.is_coordinator:
        return url_for("pairings.queue")
    return url_for("matches.index") if own else url_for("actors.mine")
