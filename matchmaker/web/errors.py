# SPDX-License-Identifier: MIT
"""Errors as pages: one clear sentence and a way on, in the reader's language."""

import logging
import secrets

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.core import AnonymousUser
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from matchmaker.errors import (
    ConflictError,
    MatchmakerError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)
from matchmaker.web.extensions import current_session
from matchmaker.web.languages import say

log = logging.getLogger(__name__)
STATUS: tuple[tuple[type[MatchmakerError], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (ConflictError, 409),
    (RefusedError, 409),
)


def _page(status: int, title: str, sentence: str, reference: str = "") -> ResponseReturnValue:
    page = render_template(
        "errors/page.html", status=status, title=title, sentence=sentence, reference=reference
    )
    return page, status


def _title(status: int) -> str:
    titles: dict[int, str] = {
        400: _("That did not come through"),
        401: _("Please sign in"),
        403: _("Not open to you"),
        404: _("Nothing here"),
        405: _("That does not work here"),
        409: _("That is not possible now"),
        413: _("Too much at once"),
        429: _("A little slower, please"),
        503: _("Not available right now"),
    }
    return titles.get(status) or str(_("Something went wrong"))


def project_error(error: MatchmakerError) -> ResponseReturnValue:
    current_session().rollback()
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
    return _page(status, _title(status), say(error))


def csrf_error(error: CSRFError) -> ResponseReturnValue:
    return _page(
        400,
        _("This page was open too long"),
        _("Go back, reload the page and send it again. What you typed is still there."),
    )


def http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    sentences = {
        401: _("Sign in to go on."),
        403: _("Your account may not open this page."),
        404: _("There is nothing at this address. It may have been withdrawn, or mistyped."),
        405: _("This address does not answer to that kind of request."),
        413: _("That was more than this page can take. Shorten it and send it again."),
    }
    page = _page(status, _title(status), sentences.get(status, _("Go back and try again.")))
    if status == 405 and error.get_response is not None:
        allow = error.get_response().headers.get("Allow", "")
        return *page, {"Allow": allow}  # type: ignore[misc]
    return page


def stale(error: StaleDataError) -> ResponseReturnValue:
    current_session().rollback()
    return _page(
        409,
        _title(409),
        _("Somebody else saved at the same moment. Go back, reload the page and try again."),
    )


def database_error(error: OperationalError) -> ResponseReturnValue:
    log.error("database: %s", error.orig)
    current_session().rollback()
    _forget_who_is_signed_in()
    return _page(
        503,
        _title(503),
        _("The database does not answer. Nothing was saved; try again in a minute."),
    )


def unstorable(error: DataError) -> ResponseReturnValue:
    """Answer to a value that no column can hold: a number of fifty digits, say."""
    current_session().rollback()
    return _page(400, _title(400), _("Go back and try again."))


def _forget_who_is_signed_in() -> None:
    """Write the rest of this answer as for a visitor: asking the database again would fail too."""
    g._login_user = AnonymousUser()


def server_error(error: InternalServerError) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("error %s", reference, exc_info=error.original_exception)
    if isinstance(error.original_exception, SQLAlchemyError):
        current_session().rollback()
        _forget_who_is_signed_in()
    return _page(
        500,
        _("Something went wrong"),
        _("That is our mistake. Tell the operator this number:"),
        reference,
    )


def init_app(app: Flask) -> None:
    app.register_error_handler(MatchmakerError, project_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(OperationalError, database_error)
    app.register_error_handler(DataError, unstorable)
    app.register_error_handler(InternalServerError, server_error)
    app.register_error_handler(HTTPException, http_error)
