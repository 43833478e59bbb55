# SPDX-License-Identifier: MIT
"""Words that templates use: labels of codes, dates, addresses of static files, safe links."""

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, get_flashed_messages, request, session, url_for
from flask_babel import format_date, format_datetime, format_decimal
from flask_wtf.csrf import generate_csrf

from matchmaker.paths import STATIC
from matchmaker.services.plain import is_web_address
from matchmaker.vocabulary import normalise_language, regions, vocabulary
from matchmaker.web.access import current_account
from matchmaker.web.extensions import current_settings
from matchmaker.web.languages import NATIVE_NAMES, language

THEMES = ("light", "dark")


def label(code: str, name: str) -> str:
    """Return what a code of a vocabulary is called in the reader's language."""
    return vocabulary(name).label(code, language()) if code else ""


def region_label(code: str) -> str:
    return vocabulary("regions").label(code, language()) if code else ""


def day(value: date | datetime | None) -> str:
    """Return a date in the reader's manner: 30 April 2027."""
    return format_date(value, "long") if value else ""


def moment(value: datetime | None) -> str:
    return format_datetime(value, "medium") if value else ""


def decimal(value: float, places: int = 2) -> str:
    """Return a number with so many decimals, in the reader's manner: 0.47 or 0,47."""
    return str(format_decimal(value, "0." + "0" * places))


def html_lang(code: str) -> str:
    """Return the value for a ``lang`` attribute, or the page's language if the code is empty."""
    return normalise_language(code) if code else language()


def web_link(address: str) -> str:
    """Return an address that is safe to link to, or nothing. Checked again where it is shown."""
    return address if is_web_address(address) else ""


@lru_cache(maxsize=256)
def _content_hash(path: Path, changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file; it changes when the file does."""
    path = STATIC / name
    return url_for("static", filename=name, v=_content_hash(path, path.stat().st_mtime))


def theme() -> str:
    """Return "light" or "dark" if the reader chose one, else "" (as the system has it)."""
    chosen = session.get("theme", "")
    return chosen if chosen in THEMES else ""


def address_with(**changes: object) -> str:
    """Return the address of this page with some query values changed; None removes one."""
    values = request.args.to_dict(flat=False)
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = [str(v) for v in value] if isinstance(value, list) else [str(value)]
    query = urlencode(values, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        label=label,
        region_label=region_label,
        day=day,
        moment=moment,
        decimal=decimal,
        web_link=web_link,
    )
    app.jinja_env.globals.update(
        asset=asset,
        html_lang=html_lang,
        address_with=address_with,
        vocabulary=vocabulary,
        regions_of=regions,
        csrf_token=generate_csrf,
        get_flashed_messages=get_flashed_messages,
    )

    @app.context_processor
    def page_values() -> dict[str, object]:
        return {
            "current_account": current_account(),
            "languages": list(NATIVE_NAMES.items()),
            "lang_code": language(),
            "theme": theme(),
            "demo_mode": current_settings().demo,
            "operator": current_settings().operator,
            "operator_contact": current_settings().operator_contact,
        }
