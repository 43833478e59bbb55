# SPDX-License-Identifier: MIT
"""What can go wrong, in words a person can act on.

A sentence says what happened, with the value, and then what to do. It is kept as a template
with its values so that the web layer can say it in the reader's language.
"""

from collections.abc import Mapping


def N_(sentence: str) -> str:
    """Mark a sentence for the translators; it is translated where it is shown."""
    return sentence


class MatchmakerError(Exception):
    """Something a person did or asked for cannot be done.

    ``template`` holds named placeholders (``%(name)s``), ``values`` what fills them;
    ``str(error)`` is the English sentence.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values: Mapping[str, object] = values
        super().__init__(template % values if values else template)


class NotFoundError(MatchmakerError):
    """The thing does not exist, or not for the one who asks: both look the same."""

    def __init__(
        self, template: str = N_("There is nothing at this address."), **v: object
    ) -> None:
        super().__init__(template, **v)


class NotAllowedError(MatchmakerError):
    """The account may see the thing and may not do this with it."""


class RefusedError(MatchmakerError):
    """A rule of the house forbids it; the sentence says which and what is possible instead."""


class IncompleteError(RefusedError):
    """A profile cannot be published yet. ``missing`` names the fields, in the order of the form."""

    def __init__(self, template: str, *, missing: tuple[str, ...], **values: object) -> None:
        super().__init__(template, **values)
        self.missing = missing


class ConflictError(MatchmakerError):
    """Somebody else saved a newer version of the same thing.

    ``stored`` is what the database holds now; the caller still has what was typed.
    """

    def __init__(self, template: str, *, stored: object, **values: object) -> None:
        super().__init__(template, **values)
        self.stored = stored


class TooFewActorsError(RefusedError):
    """A run needs published actors in two countries."""


class SettingsError(MatchmakerError):
    """A setting is missing or wrong; the sentence names it."""


class UnreadableFileError(MatchmakerError):
    """A file cannot be read as a table of actors."""
