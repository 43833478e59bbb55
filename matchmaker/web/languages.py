# SPDX-License-Identifier: MIT
"""The language of the pages: chosen, else the account's, else the browser's, else English.

Catalogues are read from their ``.po`` files when a language is first used, so nothing
compiled is kept in the repository and no build step can be forgotten.
"""

from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request, session
from flask_babel import Domain, gettext, refresh

from matchmaker.errors import MatchmakerError
from matchmaker.paths import TRANSLATIONS
from matchmaker.vocabulary import LANGUAGES, normalise_language
from matchmaker.web.access import current_account
from matchmaker.web.extensions import babel

NATIVE_NAMES = {
    "en": "English",
    "da": "Dansk",
    "sv": "Svenska",
    "fi": "Suomi",
    "et": "Eesti",
    "lv": "Latviešu",
    "lt": "Lietuvių",
    "pl": "Polski",
    "de": "Deutsch",
    "nb": "Norsk",
    "is": "Íslenska",
}


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations of a language; English is the source and has none."""
    file = TRANSLATIONS / language / "messages.po"
    if not file.is_file():
        return NullTranslations()
    with file.open("rb") as stream:
        messages = read_po(stream, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


class PoDomain(Domain):
    """Translations straight from the ``.po`` files."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language())


def language() -> str:
    """Return the code of the language this page is written in."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def use_language(code: str) -> None:
    """Write the rest of this request (or of a mail) in a language."""
    g.language = code if code in LANGUAGES else "en"
    refresh()


def _choose() -> str:
    if not request:
        return "en"
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    account = current_account()
    if account is not None and account.language in LANGUAGES:
        return account.language
    for wanted in request.accept_languages.values():
        code = normalise_language(wanted)
        if code in LANGUAGES:
            return code
    return "en"


def say(error: MatchmakerError) -> str:
    """Return the sentence of an error in the reader's language."""
    sentence = str(gettext(error.template))
    return sentence % error.values if error.values else sentence


def _locale() -> str:
    """Return the locale for dates and numbers: English as it is written in Europe."""
    return "en_GB" if language() == "en" else language()


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=_locale)
    babel.domain_instance = PoDomain()
    app.jinja_env.globals.update(lang_code=language)
