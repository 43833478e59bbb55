# SPDX-License-Identifier: MIT
"""The four steps of a profile as forms; they check form, never meaning.

A step is checked in one of two ways: with all required answers, or ("finish later") only for
what is written being well-formed. Either way nothing that was typed disappears from the page.
"""

import re
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, FormField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from matchmaker.services.drafts import Draft, HowDraft, WhatDraft, WhoDraft
from matchmaker.vocabulary import regions, vocabulary
from matchmaker.web.forms.fields import (
    ChosenCode,
    ChosenCodes,
    HiddenLine,
    PlainLine,
    PlainText,
    Row,
    Rows,
    WebAddress,
    WholeNumber,
    choices_of,
)
from matchmaker.web.forms.rules import AtLeast, AtMost, Needed, NeededIfOther, SomeRows
from matchmaker.web.languages import language

OTHER_SECTORS = 4
SHORTEST_DOES = 80
CAPACITY = 3
OLDEST_YEAR = 1000
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,40}")


class StepForm(FlaskForm):
    """One step. ``seen`` is the fingerprint of what the page showed when it was opened."""

    strict = True
    PARTS: ClassVar[dict[str, str]] = {}  # field -> answer of the draft, where the names differ
    seen = HiddenLine()

    def check(self, *, strict: bool) -> bool:
        """Check all fields; ``strict`` also asks for the required answers."""
        self.strict = strict
        return bool(self.validate())

    def to_draft(self) -> Draft:
        """Return the answers as a value that knows nothing of the web."""
        raise NotImplementedError

    def sound_draft(self, stored: Draft) -> Draft:
        """Return the well-formed answers; for the others, what is stored."""
        broken = {self.PARTS.get(name, name) for name in self.errors}
        kept = {f.name: getattr(stored, f.name) for f in fields(stored) if f.name in broken}
        return replace(self.to_draft(), **kept)


def _region_choices() -> list[SelectChoice]:
    """Each region once; one that people call a country of its own (Åland) stands under that."""
    choices = [SelectChoice("", _("No region, or not sure"))]
    for code, name in vocabulary("countries").choices(language()):
        choices += [
            SelectChoice(region.code, region.label(language()), optgroup=name)
            for region in regions(code)
            if region.extra.get("also", region.extra["country"]) == code
        ]
    return choices


class WhoForm(StepForm):
    """Step 1. ``nonce`` tells two sendings of one page from two profiles."""

    nonce = HiddenLine()
    name = PlainLine(
        _l("Name"),
        [Needed(_l("Say what you are called.")), AtMost(160)],
        description=_l("Of your organisation, or your own if you work alone."),
        render_kw={"autocomplete": "organization"},
    )
    kind = ChosenCode(
        _l("What kind of actor you are"),
        "kinds",
        [Needed(_l("Choose what comes closest."))],
        blank=_l("Choose a kind"),
    )
    kind_other = PlainLine(
        _l("If other: what are you?"),
        [NeededIfOther("kind", _l("Say in a few words what you are.")), AtMost(80)],
    )
    country = ChosenCode(
        _l("Country"),
        "countries",
        [Needed(_l("Choose your country: partners come from the others."))],
        blank=_l("Choose a country"),
        render_kw={"autocomplete": "country"},
    )
    region = ChosenCode(_l("Region"), _region_choices)
    city = PlainLine(
        _l("City or place"), [AtMost(80)], render_kw={"autocomplete": "address-level2"}
    )
    website = WebAddress(
        _l("Website"),
        description=_l("Partners look there first."),
        render_kw={"autocomplete": "url", "inputmode": "url"},
    )
    year_founded = WholeNumber(
        _l("Founded in"), bounds=lambda: (OLDEST_YEAR, datetime.now(UTC).year)
    )
    size = ChosenCode(_l("How many you are"), "sizes", blank=_l("Not said"))

    def validate_region(self, field: ChosenCode) -> None:
        country = self.country.data
        if country not in vocabulary("countries"):
            return
        if field.data and field.data not in {region.code for region in regions(country)}:
            raise ValidationError(
                _(
                    "%(region)s is not in %(country)s. Choose another region, or none.",
                    region=vocabulary("regions").label(field.data, language()),
                    country=vocabulary("countries").label(country, language()),
                )
            )

    def to_draft(self) -> WhoDraft:
        answers = {f.name: self[f.name].data for f in fields(WhoDraft)}
        if answers["kind"] != "other":
            answers["kind_other"] = ""
        return WhoDraft(**answers)

    def sound_draft(self, stored: Draft) -> WhoDraft:
        draft = super().sound_draft(stored)
        assert isinstance(draft, WhoDraft)
        return replace(draft, region="") if "region" in self.errors else draft


def text_languages(guessed: str) -> list[SelectChoice]:
    """Return the languages of texts, after the choice to have it detected (so far: ``guessed``)."""
    if guessed:
        name = vocabulary("languages").label(guessed, language())
        first = _("Detect (we think: %(language)s)", language=name)
    else:
        first = _("Detect")
    return choices_of("languages", first)()


class WhatForm(StepForm):
    """Step 2. ``guessed`` is the code of the language that was detected in the stored text."""

    PARTS: ClassVar = {"main_sector": "sectors"}
    guessed = ""
    main_sector = ChosenCode(
        _l("Main sector"),
        "sectors",
        [Needed(_l("Choose the sector you are most at home in."))],
        blank=_l("Choose a sector"),
    )
    sectors = ChosenCodes(
        _l("Other sectors"), "sectors", description=_l("Up to four more that you work in.")
    )
    sector_other = PlainLine(_l("If other: which sector?"), [AtMost(80)])
    does = PlainText(
        _l("What you do"),
        [
            Needed(_l("Tell in two or three sentences what you do.")),
            AtLeast(SHORTEST_DOES),
            AtMost(4000),
        ],
        description=_l(
            "Two or three sentences, in your own language if you like: what you make, for whom, "
            "where. Partners are found by these words."
        ),
        render_kw={"rows": 8},
    )
    language = ChosenCode(
        _l("Language of your texts"),
        lambda form, _field: text_languages(form.guessed),
        description=_l("What you write here. An offer or a seek may be in another one."),
    )
    themes = ChosenCodes(_l("Themes you work on"), "themes")

    def validate_sectors(self, field: ChosenCodes) -> None:
        others = [code for code in field.data if code != self.main_sector.data]
        if len(others) > OTHER_SECTORS:
            raise ValidationError(
                _("You ticked %(n)s. Keep the four that matter most.", n=len(others))
            )

    def validate_sector_other(self, field: PlainLine) -> None:
        NeededIfOther("main_sector", _l("Say in a few words which sector."))(self, field)

    def to_draft(self) -> WhatDraft:
        sectors = [self.main_sector.data] if self.main_sector.data else []
        sectors += [code for code in self.sectors.data if code not in sectors]
        return WhatDraft(
            sectors=tuple(sectors),
            sector_other=self.sector_other.data if "other" in sectors else "",
            does=self.does.data,
            language=self.language.data,
            themes=tuple(self.themes.data),
        )


class LanguageRow(Row):
    """A working language and how well it is known."""

    GIVEN = ("code",)
    code = ChosenCode(_l("Language"), "languages", blank=_l("Choose a language"))
    level = ChosenCode(_l("How well"), "language_levels", default="working")

    def validate_code(self, field: ChosenCode) -> None:
        rows = [entry.form for entry in self.meta._parent_form.languages.entries]
        if any(row.code.data == field.data for row in rows[: rows.index(self)]):
            raise ValidationError(_("This language stands above already."))


def _visibility(label: Any) -> ChosenCode:
    return ChosenCode(label, "visibilities", default="partners")


class HowForm(StepForm):
    """Step 4."""

    MOST_LANGUAGES: ClassVar[int] = 8
    languages = Rows(
        FormField(LanguageRow),
        _l("Working languages"),
        [SomeRows(MOST_LANGUAGES, _l("Choose at least one language you can work in."))],
        min_entries=2,
    )
    capacity = WholeNumber(
        _l("New contacts you have time for"),
        bounds=lambda: (0, 50),
        default=CAPACITY,
        description=_l("At a time. With 0 nobody is introduced to you for now."),
    )
    contact_name = PlainLine(
        _l("Contact person"), [AtMost(120)], render_kw={"autocomplete": "name"}
    )
    contact_email = PlainLine(
        _l("E-mail"), [AtMost(254)], render_kw={"autocomplete": "email", "inputmode": "email"}
    )
    contact_phone = PlainLine(
        _l("Telephone"), [AtMost(40)], render_kw={"autocomplete": "tel", "inputmode": "tel"}
    )
    contact_name_visibility = _visibility(_l("Who sees the contact person"))
    contact_email_visibility = _visibility(_l("Who sees the e-mail address"))
    contact_phone_visibility = _visibility(_l("Who sees the telephone number"))

    def validate_contact_email(self, field: PlainLine) -> None:
        try:
            if field.data and not field.errors:
                field.data = validate_email(field.data, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(
                _("This is not an e-mail address. Write it like name@example.org.")
            ) from error

    def validate_contact_phone(self, field: PlainLine) -> None:
        if field.data and not _PHONE.fullmatch(field.data):
            raise ValidationError(_("Write the number with digits, like +371 2000 0000."))

    def to_draft(self) -> HowDraft:
        answers = {f.name: self[f.name].data for f in fields(HowDraft) if f.name != "languages"}
        if answers["capacity"] is None:
            answers["capacity"] = CAPACITY
        rows = [row for row in self.languages.given if not row.errors]
        spoken = tuple((row.code.data, row.level.data or "working") for row in rows)
        return HowDraft(languages=spoken, **answers)

    def sound_draft(self, stored: Draft) -> Draft:
        draft = self.to_draft()
        return replace(super().sound_draft(stored), languages=draft.languages)  # type: ignore[call-arg]


class StateForm(FlaskForm):
    """Publish (again), pause or close a profile."""

    state = SelectField(
        choices=[SelectChoice(code) for code in ("published", "paused", "closed")],
        invalid_choice_message=_l("Choose to publish, to pause or to close the profile."),
    )


def sentences(form: Form) -> list[str]:
    """Return all that is wrong with a form, in its order."""

    def walk(found: Any) -> list[str]:
        if isinstance(found, dict):
            return [sentence for part in found.values() for sentence in walk(part)]
        if isinstance(found, list | tuple):
            return [sentence for part in found for sentence in walk(part)]
        return [str(found)]

    return list(dict.fromkeys(walk(form.errors)))
