# SPDX-License-Identifier: MIT
"""What the web layer shares: the database session of a request, sign-in, CSRF, languages."""

from datetime import UTC, datetime
from typing import cast

from flask import current_app, request
from flask_babel import Babel
from flask_security import FSQLALiteUserDatastore, Security
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from matchmaker.config import Settings
from matchmaker.services.match_index import MatchIndex
from matchmaker.store import Account, Role

db = SQLAlchemy(
    engine_options={"hide_parameters": True},  # what people typed does not go into logs
    session_options={"expire_on_commit": False},
)
csrf = CSRFProtect()
babel = Babel()
datastore = FSQLALiteUserDatastore(db, Account, Role)
security = Security(datastore=datastore, register_blueprint=False)

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def current_session() -> Session:
    """Return the database session of this request; it is closed when the request ends."""
    return db.session


def current_settings() -> Settings:
    return cast(Settings, current_app.extensions["matchmaker_settings"])


def match_index() -> MatchIndex:
    """Return this process's match index."""
    return cast(MatchIndex, current_app.extensions["match_index"])


def utc_now() -> datetime:
    return datetime.now(UTC)


def is_safe() -> bool:
    """Tell whether this request only reads."""
    return request.method in SAFE_METHODS
