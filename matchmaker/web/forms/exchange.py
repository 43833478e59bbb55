# SPDX-License-Identifier: MIT
"""Step 3 of a profile: several offers and several seeks in one form."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from matchmaker.services.drafts import Draft, ExchangeDraft, OpportunityDraft
from matchmaker.store.actors import CRITERIA, TEXT_LENGTH, TITLE_LENGTH
from matchmaker.vocabulary import vocabulary
from matchmaker.web.extensions import utc_now
from matchmaker.web.forms.actors import StepForm, text_languages
from matchmaker.web.forms.fields import (
    ChosenCode,
    ChosenCodes,
    Day,
    HiddenLine,
    PlainLine,
    PlainText,
    Row,
    Rows,
)
from matchmaker.web.forms.rules import AtMost, Needed, NeededIfOther, SomeRows
from matchmaker.web.languages import language

MOST_ITEMS = 8
FARTHEST = timedelta(days=3653)  # ten years
SUGGESTED = timedelta(days=183)  # half a year


def _today() -> date:
    return utc_now().date()


def _half_a_year_ahead() -> date:
    return _today() + SUGGESTED


def _wished_countries(form: Row, field: ChosenCodes) -> list[SelectChoice]:
    own = form.meta._parent_form.own_country
    pairs = vocabulary("countries").choices(language())
    return [SelectChoice(*pair) for pair in pairs if pair[0] != own]


def _languages(form: Row, field: ChosenCode) -> list[SelectChoice]:
    return text_languages(form.meta._parent_form.guessed.get(form.key.data, ""))


def _priority(label: Any) -> ChosenCode:
    return ChosenCode(label, "priorities", default="prefer")


LISTS = ("countries", "kinds", "sectors", "themes")


class OpportunityRow(Row):
    """One offer or seek.

    The date alone, which is suggested, does not make a row count, and neither do priorities that
    are left as they were.
    """

    GIVEN = ("title", "text", "language", "type", "type_other", *LISTS, "stage")
    key = HiddenLine()
    type = ChosenCode(
        _l("What it is about"),
        "opportunity_types",
        [Needed(_l("Choose what comes closest."))],
        blank=_l("Choose a type"),
    )
    type_other = PlainLine(
        _l("If other: what?"),
        [NeededIfOther("type", _l("Say in a few words what it is.")), AtMost(80)],
    )
    title = PlainLine(_l("Title"), [Needed(_l("Give it a short title.")), AtMost(TITLE_LENGTH)])
    text = PlainText(
        _l("More about it"),
        [AtMost(TEXT_LENGTH)],
        description=_l("When, where, for whom, under which conditions. Two sentences help a lot."),
        render_kw={"rows": 4},
    )
    language = ChosenCode(_l("Language of this text"), _languages)
    countries = ChosenCodes(_l("Countries you wish for"), _wished_countries)
    country_priority = _priority(_l("How much it counts"))
    kinds = ChosenCodes(_l("Kinds of partners you wish for"), "kinds")
    kind_priority = _priority(_l("How much it counts"))
    sectors = ChosenCodes(_l("Sectors you wish for"), "sectors")
    sector_priority = _priority(_l("How much it counts"))
    type_priority = _priority(_l("The same type"))
    language_priority = _priority(_l("A working language in common"))
    themes = ChosenCodes(_l("Themes"), "themes")
    stage = ChosenCode(_l("How far it is"), "stages", blank=_l("Not said"))
    valid_until = Day(
        _l("Valid until"),
        description=_l(
            "After this day it is no longer matched. Change it as you like; empty means no end."
        ),
        default=_half_a_year_ahead,
    )

    @property
    def blank(self) -> bool:
        return super().blank and not self.valid_until.unreadable and not self._weighed(CRITERIA)

    @property
    def wishes(self) -> int:
        """How many wishes were made beside the required answers."""
        ticked = sum(len(self[name].data) for name in LISTS)
        return ticked + bool(self.stage.data) + self._weighed(("type", "language"))

    @property
    def wishes_are_wrong(self) -> bool:
        names = (*LISTS, "stage", *(f"{criterion}_priority" for criterion in CRITERIA))
        return any(self[name].errors for name in names)

    def _weighed(self, criteria: Iterable[str]) -> int:
        """How many of these criteria count more or less than usual."""
        fields_of = (self[f"{criterion}_priority"] for criterion in criteria)
        return sum(field.data != field.default for field in fields_of)

    def validate_title(self, field: PlainLine) -> None:
        if not field.data:  # asked for even when saving for later
            raise ValidationError(_("Give it a short title: without one it cannot be saved."))

    def validate_valid_until(self, field: Day) -> None:
        form = self.meta._parent_form
        if field.data is None or form.stored_days.get(self.key.data) == field.data:
            return
        if field.data < _today():
            raise ValidationError(_("This day is past. Choose a later one, or leave it empty."))
        if field.data > _today() + FARTHEST:
            raise ValidationError(_("This is more than ten years ahead. Leave it empty instead."))

    def to_draft(self) -> OpportunityDraft:
        found: dict[str, Any] = {f.name: self[f.name].data for f in fields(OpportunityDraft)}
        if found["type"] != "other":
            found["type_other"] = ""
        for name in LISTS:
            found[name] = tuple(found[name])
        return OpportunityDraft(**found)


class ExchangeForm(StepForm):
    """Step 3. What is stored says which past days may stay, and which country is one's own.

    ``guessed`` is key -> language of each offer and seek for which none was chosen.
    """

    own_country = ""
    guessed: Mapping[str, str] = MappingProxyType({})
    stored_days: Mapping[str, date | None] = MappingProxyType({})
    offers = Rows(
        FormField(OpportunityRow),
        _l("What you offer"),
        [SomeRows(MOST_ITEMS, _l("Add one thing you can offer a partner."))],
        min_entries=1,
    )
    seeks = Rows(
        FormField(OpportunityRow),
        _l("What you seek"),
        [SomeRows(MOST_ITEMS, _l("Add one thing you seek: half of a match is what you need."))],
        min_entries=1,
    )

    def to_draft(self) -> ExchangeDraft:
        return self._draft({})

    def sound_draft(self, stored: Draft) -> ExchangeDraft:
        """Return the rows with their well-formed answers; a row without a sound title waits."""
        assert isinstance(stored, ExchangeDraft)
        return self._draft({item.key: item for item in (*stored.offers, *stored.seeks)})

    def _draft(self, stored: dict[str, OpportunityDraft]) -> ExchangeDraft:
        used: set[str] = set()

        def read(rows: Rows) -> tuple[OpportunityDraft, ...]:
            items = []
            for row in rows.given:
                item = row.to_draft()
                old = stored.get(item.key, OpportunityDraft(type=""))
                item = replace(item, **{name: getattr(old, name) for name in row.errors})
                if item.key in used:  # one thing cannot stand in two rows
                    item = replace(item, key="")
                used.add(item.key)
                if item.title:
                    items.append(item)
            return tuple(items)

        return ExchangeDraft(offers=read(self.offers), seeks=read(self.seeks))
