# SPDX-License-Identifier: MIT
"""Verdicts, proposals, outcomes, answers: they check form, never meaning."""

from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from matchmaker.services.pairings import recordable
from matchmaker.services.plain import plain_line, plain_text
from matchmaker.store import Pairing
from matchmaker.vocabulary import vocabulary
from matchmaker.web.languages import language

NOTE_LENGTH = 2000
LINE_LENGTH = 300
INTERNAL = _l("Only coordinators see it.")


class Wanted:
    """Says that a field is not optional; the form checks it where its verdict is given."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, _form: object, _field: object) -> None:
        return


def _note(label: object, description: object = "", *more: object) -> TextAreaField:
    too_long = _l("Use up to %(max)d characters.")
    return TextAreaField(
        label,
        description=description,
        filters=[plain_text],
        validators=[Length(max=NOTE_LENGTH, message=too_long), *more],
    )


def _line(label: object, description: object = "") -> StringField:
    too_long = _l("Use up to %(max)d characters.")
    return StringField(
        label,
        description=description,
        filters=[plain_line],
        validators=[Length(max=LINE_LENGTH, message=too_long)],
    )


def _reasons() -> list[SelectChoice]:
    found = vocabulary("decline_reasons").choices(language())
    return [SelectChoice("", _("Choose …")), *(SelectChoice(*pair) for pair in found)]


def _known_reason(_form: object, field: SelectField) -> None:
    if field.data and field.data not in vocabulary("decline_reasons"):
        raise ValidationError(_("Choose one of the reasons."))


def _reason(label: object, description: object, *more: object) -> SelectField:
    """A reason may be missing: the forms of the other answers do not have it."""
    return SelectField(
        label,
        description=description,
        choices=_reasons,
        validate_choice=False,
        validators=[_known_reason, *more],
    )


class DayField(DateField):
    """A day that says in our words how to write one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the day like 2027-04-30.")) from None


class VerdictForm(FlaskForm):
    """One of four verdicts. Each has a field of its own, so that no note goes the wrong way."""

    verdict = HiddenField()
    version = IntegerField(widget=HiddenInput())
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])  # id of the last event
    approve_note = _line(_l("Note for the history"), INTERNAL)
    question = _note(_l("Your question"), _l("It goes to both by mail, in your words."), Wanted())
    reason = _reason(_l("Reason"), INTERNAL, Wanted())
    reject_note = _line(_l("Note for the history"), INTERNAL)
    later_note = _line(_l("Note for the history"), INTERNAL)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.verdict.data not in vocabulary("verdicts"):
            self.form_errors.append(_("Choose one of the four verdicts."))
            return False
        if self.verdict.data == "return" and not self.question.data:
            self.question.errors = [_("Write the question that you return it with.")]
            return False
        if self.verdict.data == "reject" and not self.reason.data:
            self.reason.errors = [_("Choose the reason for rejecting it.")]
            return False
        return fine

    @property
    def note(self) -> str:
        """What was typed for the verdict that was given."""
        fields = {
            "approve": self.approve_note,
            "return": self.question,
            "reject": self.reject_note,
            "later": self.later_note,
        }
        field = fields.get(str(self.verdict.data))
        return str(field.data or "") if field else ""


class OutcomeForm(FlaskForm):
    """What became of a pairing, and on which day."""

    to_state = SelectField(  # whether it follows, the service knows
        _l("What happened?"), validate_choice=False, validators=[Wanted()]
    )
    reason = _reason(_l("Reason"), _l("Only if it ends."))
    on = DayField(_l("On which day?"), description=_l("Empty: today."), validators=[Optional()])
    note = _note(_l("Note"), _l("Only you and the coordinators see it."))

    def validate_to_state(self, field: SelectField) -> None:
        if field.data not in vocabulary("pairing_states"):
            raise ValidationError(_("Choose what happened."))

    @property
    def ending(self) -> str:
        """The reason, where the step is an end; else nothing."""
        return str(self.reason.data or "") if self.to_state.data == "declined" else ""

    @property
    def day(self) -> date | None:
        return self.on.data if isinstance(self.on.data, date) else None


def outcome_form(pairing: Pairing, *, by_coordinator: bool, answered: bool = False) -> OutcomeForm:
    """Return the form with the steps that are possible now; ``answered`` reads the request."""
    form = OutcomeForm() if answered else OutcomeForm(formdata=None)
    if by_coordinator:
        words = {"in_review": _("Reopen: back to a coordinator")}
        form.note.description = INTERNAL
    else:
        words = {
            "met": _("We met"),
            "agreed": _("We agreed to work together"),
            "applied": _("We sent an application together"),
            "funded": _("We got the funding"),
            "cooperating": _("We still work together"),
            "declined": _("It did not work out"),
        }
    label = vocabulary("pairing_states").label
    possible = [
        SelectChoice(state, words.get(state) or label(state, language()))
        for state in recordable(pairing, by_coordinator=by_coordinator)
    ]
    form.to_state.choices = possible and [SelectChoice("", _("Choose …")), *possible]
    return form


class AnswerForm(FlaskForm):
    """An actor's answer to a coordinator's question."""

    answer = _note(
        _l("Your answer"), _l("The coordinator reads it; the other side does not."), Wanted()
    )

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if fine and not self.answer.data:
            self.answer.errors = [_("Write an answer to the coordinator's question.")]
            return False
        return fine


class WishForm(FlaskForm):
    """Yes or no to a proposed pairing, or a yes taken back."""

    given = HiddenField()
    note = _line(_l("A word for the coordinator"), _l("The other side does not see it."))
    reason = _reason(_l("Why not?"), _l("It is private; the other side never sees it."))


class ProposalForm(FlaskForm):
    """Why a coordinator thinks that two actors should meet."""

    note = _note(_l("Why should they meet?"), INTERNAL)
