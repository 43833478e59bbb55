# SPDX-License-Identifier: MIT
"""Fields that all forms share: plain values in, clear sentences out.

A field cleans what arrives (no control or direction marks, composed letters) before any rule
looks at it, so what is shown again is what would be stored. Every message is our own and is
said in the reader's language.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    Field,
    FieldList,
    Form,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, DateInput, HiddenInput, ListWidget, TextInput

from matchmaker.errors import RefusedError
from matchmaker.services.plain import plain_line, plain_text, web_address
from matchmaker.vocabulary import vocabulary
from matchmaker.web.languages import language, say

LONGEST_CODE = 40
MOST_ROWS = 30  # more than any form asks for, few enough to draw
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ROW = re.compile(r"[0-9]{1,3}")


class PlainLine(StringField):
    """Text of one line; empty when nothing came."""

    def process_data(self, value: str | None) -> None:
        self.data = plain_line(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = plain_line(valuelist[0]) if valuelist else ""


class HiddenLine(PlainLine):
    """A value that travels with the form."""

    widget = HiddenInput()


class PlainText(TextAreaField):
    """Text of several lines; empty when nothing came."""

    def process_data(self, value: str | None) -> None:
        self.data = plain_text(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = plain_text(valuelist[0]) if valuelist else ""


class WebAddress(PlainLine):
    """An http or https address; once it is sound, ``data`` carries its scheme."""

    def pre_validate(self, form: Form) -> None:
        try:
            self.data = web_address(self.data)
        except RefusedError as error:
            raise StopValidation(say(error)) from error


class Typed(Field):
    """A value that is typed as text: ``typed`` is shown again, ``data`` is None if unreadable."""

    typed = ""

    def _value(self) -> str:
        return self.typed

    def process_data(self, value: Any) -> None:
        self.data, self.typed = value, "" if value is None else str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = plain_line(valuelist[0]) if valuelist else ""
        self.data = self.read(self.typed)

    def read(self, typed: str) -> Any:
        raise NotImplementedError

    @property
    def unreadable(self) -> bool:
        return bool(self.typed) and self.data is None


class WholeNumber(Typed):
    """A whole number within bounds, or None. ``bounds`` is asked anew at every check."""

    widget = TextInput()

    def __init__(
        self, label: Any = None, *, bounds: Callable[[], tuple[int, int]], **kwargs: Any
    ) -> None:
        super().__init__(label, **{"render_kw": {"inputmode": "numeric"}, **kwargs})
        self.bounds = bounds

    def read(self, typed: str) -> int | None:
        return int(typed) if _WHOLE.fullmatch(typed) else None

    def pre_validate(self, form: Form) -> None:
        least, most = self.bounds()
        if self.unreadable or not (self.data is None or least <= self.data <= most):
            raise StopValidation(
                _("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
            )


class Day(Typed):
    """A calendar day, or None."""

    widget = DateInput()

    def read(self, typed: str) -> date | None:
        try:
            return date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
        except ValueError:
            return None

    def pre_validate(self, form: Form) -> None:
        if self.unreadable:
            raise StopValidation(_("This is not a date. Write it like 2027-04-30."))


def choices_of(name: str, blank: Any = None) -> Callable[[], list[SelectChoice]]:
    """Return what gives the choices of a vocabulary in the reader's language."""

    def choices() -> list[SelectChoice]:
        first = [] if blank is None else [SelectChoice("", str(blank))]
        return first + [SelectChoice(*pair) for pair in vocabulary(name).choices(language())]

    return choices


def _unknown(codes: Iterable[str]) -> str:
    sentence: str = _(
        "“%(code)s” is not one of the choices. Please choose again.", code=", ".join(codes)
    )
    return sentence


class ChosenCode(SelectField):
    """One code; empty when nothing is chosen. ``choices`` is a vocabulary's name or a callable."""

    def __init__(
        self, label: Any, choices: Any, *args: Any, blank: Any = None, **kwargs: Any
    ) -> None:
        if isinstance(choices, str):
            choices = choices_of(choices, blank)
        super().__init__(label, *args, choices=choices, **{"default": "", **kwargs})
        if self.default:  # something is always chosen, so it is not optional
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = plain_line(valuelist[0])[:LONGEST_CODE] or self.default

    def pre_validate(self, form: Form) -> None:
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise StopValidation(_unknown([self.data]))


class ChosenCodes(SelectMultipleField):
    """Several codes, each once, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, choices: Any, *args: Any, **kwargs: Any) -> None:
        choices = choices_of(choices) if isinstance(choices, str) else choices
        super().__init__(label, *args, choices=choices, **{"default": (), **kwargs})

    def process_data(self, value: Iterable[str] | None) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        codes = (plain_line(value)[:LONGEST_CODE] for value in valuelist)
        self.data = list(dict.fromkeys(code for code in codes if code))

    def pre_validate(self, form: Form) -> None:
        known = {choice.value for choice in self.choices}
        unknown = [code for code in self.data if code not in known]
        if unknown:
            raise StopValidation(_unknown(unknown[:3]))


class Row(Form):
    """One of several equal groups of fields. A row in which nothing is given counts as absent."""

    GIVEN: tuple[str, ...] = ()  # the fields that make a row count

    @property
    def blank(self) -> bool:
        return not any(self[name].data for name in self.GIVEN)

    def validate(self, extra_validators: Any = None) -> bool:
        return self.blank or bool(super().validate(extra_validators))


class Rows(FieldList):
    """A list of `Row` forms that survives any numbers in the names of its fields."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        found = set()
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").split("-", 1)[0]
            if name.startswith(f"{prefix}-") and _ROW.fullmatch(number):
                found.add(int(number))
        yield from sorted(found)[:MOST_ROWS]

    @property
    def given(self) -> list[Row]:
        """The rows in which something stands."""
        return [entry.form for entry in self.entries if not entry.form.blank]
