# SPDX-License-Identifier: MIT
"""One field to sign in with, and what a person may change about the account."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from matchmaker.services.plain import plain_line
from matchmaker.web.languages import NATIVE_NAMES

LONGEST_ADDRESS = 254


class SignInForm(FlaskForm):
    """The address that gets the link."""

    email = EmailField(
        _l("Your e-mail address"),
        filters=[plain_line],
        validators=[
            InputRequired(_l("Type your e-mail address, so that we can send you the link.")),
            Length(
                max=LONGEST_ADDRESS, message=_l("An e-mail address has up to %(max)d characters.")
            ),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    next = HiddenField()

    def validate_email(self, field: EmailField) -> None:
        try:
            found = validate_email(field.data or "", check_deliverability=False)
        except EmailNotValidError:
            found = None
        if found is None or "=?" in found.normalized:  # a coded word would hide what it says
            raise ValidationError(
                _l("This does not look like an e-mail address. It needs a name, an @ and a domain.")
            )
        field.data = found.normalized.lower()


class AccountForm(FlaskForm):
    """Name and language of a person."""

    name = StringField(
        _l("Your name"),
        description=_l("Coordinators and the others who look after your profile see it."),
        filters=[plain_line],
        validators=[Length(max=120, message=_l("A name has up to %(max)d characters."))],
        render_kw={"autocomplete": "name", "maxlength": 120},
    )
    language = SelectField(
        _l("Language of pages and mails"),
        choices=[SelectChoice(code, name) for code, name in NATIVE_NAMES.items()],
    )
