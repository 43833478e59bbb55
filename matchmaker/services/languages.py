# SPDX-License-Identifier: MIT
"""Which language a text of a profile is in, where nobody has said so."""

from matchmaker.matching import detect
from matchmaker.store import Actor
from matchmaker.vocabulary import LANGUAGES

SURE = 0.9  # confidence from which an offer or a seek is in another language than its actor's
LETTERS = 25  # fewer prove nothing


def guess_language(text: str) -> str:
    """Return the language a text is most likely written in, or nothing for an empty one."""
    return detect(text).language or "" if text else ""


def guess_item_languages(actor: Actor) -> None:
    """Guess the language of each offer and seek for which nobody has chosen one."""
    for item in actor.opportunities:
        if not item.language_chosen:
            item.language = guess_item_language(item.title, item.text, actor.language)


def guess_item_language(title: str, text: str, language: str) -> str:
    """Return the language of an offer or a seek: the actor's, unless it clearly is another one.

    An actor's language that cannot be detected (Russian, Faroese) stays: its texts would be taken
    for some other language with great confidence.
    """
    whole = f"{title}\n{text}"
    if sum(map(str.isalpha, whole)) < LETTERS or (language and language not in LANGUAGES):
        return language
    found = detect(whole, likely=(language,))
    return found.language if found.confidence >= SURE else language
