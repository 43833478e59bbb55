# SPDX-License-Identifier: MIT
"""Rules that fields share, each with a sentence of our own.

A form is checked strictly, or (``form.strict = False``, "finish later") without asking for what
is required: then only what stands there must be well-formed.
"""

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field, Form
from wtforms.validators import StopValidation, ValidationError

from matchmaker.web.forms.fields import Rows


def top(form: Form) -> Form:
    """Return the form that a row belongs to."""
    while (parent := getattr(form.meta, "_parent_form", None)) is not None:
        form = parent
    return form


def is_strict(form: Form) -> bool:
    """Tell whether required answers are asked for now; they are not when saving for later."""
    return bool(getattr(top(form), "strict", True))


class Needed:
    """The answer is required. Nothing else is checked on an empty one."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if field.errors:
            raise StopValidation
        if not field.data and is_strict(form):
            raise StopValidation(str(self.message))


class NeededIfOther:
    """Words are asked for when another field of the form says "other"."""

    def __init__(self, chooser: str, message: Any) -> None:
        self.chooser, self.message = chooser, message

    def __call__(self, form: Form, field: Field) -> None:
        chosen = form[self.chooser].data
        if not field.data and is_strict(form) and (chosen == "other" or "other" in (chosen or ())):
            raise StopValidation(str(self.message))


class AtMost:
    """No more than so many characters."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.field_flags = {"max_length": length}

    def __call__(self, form: Form, field: Field) -> None:
        length = len(field.data or "")
        if length > self.length:
            raise ValidationError(
                _(
                    "This has %(length)s characters, and %(most)s fit. Please shorten it.",
                    length=length,
                    most=self.length,
                )
            )


class AtLeast:
    """So many characters or more, once required answers are asked for."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, form: Form, field: Field) -> None:
        missing = self.length - len(field.data or "")
        if missing > 0 and is_strict(form):
            raise ValidationError(
                ngettext(
                    "Write a little more: one more character is enough.",
                    "Write a little more: at least %(num)d more characters.",
                    missing,
                )
            )


class SomeRows:
    """Between one row (once required answers are asked for) and so many."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, most: int, message: Any) -> None:
        self.most, self.message = most, message

    def __call__(self, form: Form, field: Rows) -> None:
        count = len(field.given)
        if count == 0 and is_strict(form):
            raise ValidationError(str(self.message))
        if count > self.most:
            raise ValidationError(
                _("Here are %(n)s, and %(most)s fit. Please remove some.", n=count, most=self.most)
            )
