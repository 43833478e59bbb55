# SPDX-License-Identifier: MIT
"""What an actor answers to a suggestion, and which suggestions to show."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length

from matchmaker.services.match_lists import ANSWER_OF
from matchmaker.services.matches import MatchFilter
from matchmaker.services.plain import plain_text
from matchmaker.store.matches import ANSWERS
from matchmaker.vocabulary import vocabulary
from matchmaker.web.languages import language
from matchmaker.web.paging import number, page_number

NOTE_LENGTH = 600
STEP = 10  # cards shown at first, and more at a time
MOST = 50  # suggestions on one page, which is all there are


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
    """What the address of a list says: ``n`` cards, and what comes before them.

    Suggestions grow: ``after`` is the rank below which the next cards are asked for. Answers
    have pages, and ``after`` is how many cards stand on those before.
    """

    shown: str
    wanted: MatchFilter
    n: int
    after: int

    @property
    def filtered(self) -> bool:
        return self.wanted != MatchFilter()

    @property
    def page(self) -> int:
        """The page of a list of answers, from 1."""
        return self.after // self.n + 1

    def arguments(self) -> dict[str, object]:
        """Return the values for the address of another page of the same list."""
        return {
            "show": self.shown,
            "country": list(self.wanted.countries),
            "sector": list(self.wanted.sectors),
            "kind": list(self.wanted.kinds),
            "type": list(self.wanted.types),
        }


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
    if shown in ANSWER_OF:
        return ListQuery(shown, wanted, STEP, (page_number(args) - 1) * STEP)
    n = number(args, "n", STEP, least=STEP, most=MOST)
    return ListQuery("suggested", wanted, n, number(args, "after", 0, least=0, most=MOST))
