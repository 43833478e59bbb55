# SPDX-License-Identifier: MIT
"""Every sentence of pages, mails and errors is said in all eleven languages."""

import re

import pytest
from babel.messages.pofile import read_po

from matchmaker.paths import TRANSLATIONS
from matchmaker.vocabulary import LANGUAGES
from tools.messages import collect

TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdr]")
SOURCE = {m.id if isinstance(m.id, str) else m.id[0]: m for m in collect() if m.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    with (TRANSLATIONS / language / "messages.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    missing, broken = [], []

    for source, message in SOURCE.items():
        found = catalogue.get(source)
        strings = () if found is None else found.string
        strings = (strings,) if isinstance(strings, str) else strings
        if not strings or not all(strings):
            missing.append(source)
            continue
        wanted = message.id if isinstance(message.id, str) else message.id[1]
        allowed = set(PLACEHOLDER.findall(wanted))
        if any(set(PLACEHOLDER.findall(string)) - allowed for string in strings):
            broken.append(source)
        if isinstance(message.id, str) and set(PLACEHOLDER.findall(strings[0])) != allowed:
            broken.append(source)

    assert (missing, broken) == ([], [])


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_catalogue_keeps_what_nobody_says(language: str) -> None:
    with (TRANSLATIONS / language / "messages.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language)

    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id}
    assert kept - SOURCE.keys() == set()
