# SPDX-License-Identifier: MIT
"""What an actor answers to a suggestion, and which suggestions to show."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length

from matchmaker.services.match_lists import SHOWN
from matchmaker.services.matches import MatchFilter
from matchmaker.services.plain import plain_text
from matchmaker.store.matches import ANSWERS
from matchmaker.vocabulary import vocabulary
from matchmaker.web.languages import language

NOTE_LENGTH = 600
STEP = 10  # cards shown at first, and more at a time
MOST = 50  # cards on one page


class AnswerForm(FlaskForm):
    """Yes, no or later. A note goes with a yes, a reason with a no; both are optional."""

    answer = HiddenField(
        validators=[
            InputRequired(_l("Choose one of the buttons.")),
            AnyOf(ANSWERS, message=_l("Choose one of the buttons.")),
        ]
    )
    note = TextAreaField(
        _l("A note for the coordinator"),
        description=_l("What should they know if the other side says yes too? Only they read it."),
        filters=[plain_text],
        validators=[Length(max=NOTE_LENGTH, message=_l("A note has up to %(max)d characters."))],
        render_kw={"rows": 3},
    )
    reason = SelectField(
        _l("Why not?"),
        description=_l("Only for you and for better suggestions. The other side never sees it."),
        default="",
    )
    next = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        reasons = vocabulary("decline_reasons").choices(language())
        self.reason.choices = [
            SelectChoice("", _l("No reason given")),
            *(SelectChoice(code, name) for code, name in reasons),
        ]

    def private_reason(self) -> str:
        return str(self.reason.data or "") if self.answer.data == "no" else ""

    def private_note(self) -> str:
        return str(self.note.data or "") if self.answer.data == "yes" else ""


class UndoForm(FlaskForm):
    """Only the place to go back to."""

    next = HiddenField()


@dataclass(frozen=True)
class ListQuery:
    """What the address of a list says: ``n`` cards, or only those below the rank ``after``."""

    shown: str
    wanted: MatchFilter
    n: int
    after: int

    @property
    def filtered(self) -> bool:
        return self.wanted != MatchFilter()


def codes(args: MultiDict[str, str], name: str, vocabulary_name: str) -> tuple[str, ...]:
    """Return the values of a query that the vocabulary knows, each once."""
    known = vocabulary(vocabulary_name)
    return tuple(dict.fromkeys(code for code in args.getlist(name) if code in known))


def list_query(args: MultiDict[str, str]) -> ListQuery:
    """Read an address; what it says wrongly counts as not said."""
    shown = args.get("show", "")
    wanted = MatchFilter(
        countries=codes(args, "country", "countries"),
        sectors=codes(args, "sector", "sectors"),
        kinds=codes(args, "kind", "kinds"),
        types=codes(args, "type", "opportunity_types"),
    )
    n = min(max(args.get("n", STEP, type=int), STEP), MOST)
    after = max(args.get("after", 0, type=int), 0)
    return ListQuery(shown if shown in SHOWN else "suggested", wanted, n, after)
