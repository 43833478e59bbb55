# SPDX-License-Identifier: MIT
"""The composition root: settings in, a ready application out. Nothing else happens here."""

from datetime import timedelta

from flask import Flask, abort, request

from matchmaker.config import Settings
from matchmaker.paths import STATIC, TEMPLATES
from matchmaker.services.match_index import MatchIndex
from matchmaker.store.engine import read_only
from matchmaker.web import access, errors, filters, headers, languages
from matchmaker.web.blueprints import BLUEPRINTS
from matchmaker.web.extensions import csrf, current_session, datastore, db, is_safe, security

MAX_BODY = 2 * 1024 * 1024
MAX_PARTS = 1000


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, or for those of the environment.

    Raises
    ------
    SettingsError
        A setting is missing or unusable.
    """
    settings = settings or Settings.from_environment()
    app = Flask("matchmaker", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.config.update(_flask_config(settings))
    app.extensions["matchmaker_settings"] = settings
    app.extensions["match_index"] = MatchIndex(settings.folder / "index")
    db.init_app(app)
    app.before_request(_only_read_on_safe_methods)  # before sign-in asks who it is
    app.before_request(_refuse_what_no_address_holds)
    csrf.init_app(app)
    security.init_app(app, datastore, register_blueprint=False)
    security.principal.skip_static = True  # a style sheet asks nobody who is signed in
    languages.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    filters.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _only_read_on_safe_methods() -> None:
    if is_safe():
        read_only(current_session())


def _refuse_what_no_address_holds() -> None:
    """Answer 404 to a NUL in the address: PostgreSQL cannot even look for it."""
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        abort(404)


def _flask_config(settings: Settings) -> dict[str, object]:
    https = settings.base_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_ENGINES": {"default": settings.database},
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "MAX_FORM_MEMORY_SIZE": MAX_BODY,
        "MAX_FORM_PARTS": MAX_PARTS,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: nobody loses a long text
        "SECURITY_PASSWORD_SALT": settings.secret_key,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
    }
