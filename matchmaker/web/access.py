# SPDX-License-Identifier: MIT
"""Who may call a view. Every view declares one rule; a view without one is closed to all.

The rule is the first decorator above the function, below ``@bp.get``. It says who may knock;
which objects an account may touch is decided by the services, and what is foreign is a 404.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from matchmaker.errors import N_, NotAllowedError
from matchmaker.services.visibility import Viewer, viewer_of
from matchmaker.store import Account
from matchmaker.web.extensions import current_session, current_settings

View = TypeVar("View", bound=Callable[..., Any])
RULES = ("everybody", "members", "coordinators", "demo_visitors")


def _declare(rule: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = rule  # type: ignore[attr-defined]
        return view

    return mark


everybody = _declare("everybody")
members_only = _declare("members")
coordinators_only = _declare("coordinators")
demo_only = _declare("demo_visitors")


def current_account() -> Account | None:
    """Return the account that is signed in, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def own_account() -> Account:
    """Return the account that is signed in, in a view that only members reach."""
    account = current_account()
    if account is None:
        abort(401)
    return account


def current_viewer() -> Viewer:
    """Return who is looking, as the visibility rules see them."""
    return viewer_of(current_session(), current_account())


def enforce() -> ResponseReturnValue | None:
    """Check the rule of the view before it runs."""
    if request.endpoint is None:
        return None  # no such page, or not with this method: the router has the answer
    rule = getattr(current_app.view_functions[request.endpoint], "access", None)
    if rule == "everybody":
        return None
    if rule == "demo_visitors":
        return None if current_settings().demo else abort(404)
    if rule not in RULES:
        raise NotAllowedError(N_("This page is closed."))
    account = current_account()
    if account is None:
        if request.method != "GET":
            return redirect(url_for("accounts.sign_in"), 303)
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 302)
    if rule == "coordinators" and not account.is_coordinator:
        raise NotAllowedError(N_("Only coordinators can open this page."))
    return None


def init_app(app: Flask) -> None:
    app.before_request(enforce)
    setattr(app.view_functions["static"], "access", "everybody")  # noqa: B010  a function of Flask
