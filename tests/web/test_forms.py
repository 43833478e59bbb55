# SPDX-License-Identifier: MIT
"""The shared fields: what they make of what arrives, and what they say about it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask_wtf import FlaskForm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form, FormField

from matchmaker.app import create_app
from matchmaker.config import Settings
from matchmaker.store.actors import CRITERIA
from matchmaker.web.forms.actors import HowForm, StepForm, WhatForm, WhoForm
from matchmaker.web.forms.exchange import ExchangeForm
from matchmaker.web.forms.fields import (
    ChosenCode,
    ChosenCodes,
    Day,
    PlainLine,
    PlainText,
    Row,
    Rows,
    WebAddress,
    WholeNumber,
)
from matchmaker.web.forms.rules import AtMost, Needed


class Item(Row):
    GIVEN = ("title",)
    title = PlainLine("Title", [AtMost(5)])


class Sample(Form):
    strict = True
    line = PlainLine("Line", [Needed("Write a line.")])
    text = PlainText("Text")
    website = WebAddress("Website")
    number = WholeNumber("Number", bounds=lambda: (0, 50))
    day = Day("Day")
    kind = ChosenCode("Kind", "kinds", blank="Choose")
    themes = ChosenCodes("Themes", "themes")
    items = Rows(FormField(Item), "Items")


@pytest.fixture(autouse=True)
def request_context(tmp_path: Path) -> Iterator[None]:
    """Fields speak the reader's language, so they need a request; no database is asked."""
    app = create_app(Settings(tmp_path, "sqlite://", "test-" * 10))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/", method="POST"):
        yield


def read(**answers: Any) -> Sample:
    return Sample(MultiDict({"line": "x", **answers}))


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("line", "  two \n words\x00 \u202e", "two words"),
        ("text", "one\r\ntwo\u2028three\x07", "one\ntwo\nthree"),
        ("text", "e\u0301", "é"),
        ("website", "example.org/a", "https://example.org/a"),
        ("website", "", ""),
        ("number", " 7 ", 7),
        ("number", "", None),
        ("day", "2027-04-30", date(2027, 4, 30)),
        ("kind", "festival", "festival"),
        ("themes", ["youth", "youth", "climate"], ["youth", "climate"]),
    ],
)
def test_what_is_well_formed_becomes_a_plain_value(name, typed, value):
    form = read(**{name: typed})

    assert form.validate()
    assert form[name].data == value


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("line", " \u200f ", "Write a line."),
        ("website", "javascript:alert(1)", "“javascript:alert(1)” is not a web address."),
        ("website", "https://a.example/" + "x" * 300, "up to 300 characters"),
        ("website", "a.example/" + "x" * 289, "up to 300 characters"),
        ("number", "51", "Write a whole number from 0 to 50."),
        ("number", "-1", "Write a whole number from 0 to 50."),
        ("number", "1e3", "Write a whole number from 0 to 50."),
        ("number", "9" * 5000, "Write a whole number from 0 to 50."),
        ("day", "9999-99-99", "This is not a date."),
        ("day", "30.4.2027", "This is not a date."),
        ("kind", "wizard", "“wizard” is not one of the choices."),
        ("themes", ["youth", "magic"], "“magic” is not one of the choices."),
    ],
)
def test_what_is_not_well_formed_is_kept_and_gets_one_sentence(name, typed, sentence):
    form = read(**{name: typed})

    assert not form.validate()
    assert list(form.errors) == [name]
    (error,) = form.errors[name]
    assert isinstance(error, str) and sentence in error
    if name in ("website", "number", "day"):
        assert form[name]._value() == typed


def test_required_answers_are_not_asked_for_when_saving_for_later():
    form = read(line="")
    form.strict = False

    assert form.validate()


def test_the_longest_text_that_fits_fits_and_one_more_character_does_not():
    form = read(**{"items-0-title": "12345", "items-1-title": "123456"})

    assert not form.validate()
    assert form.errors["items"] == [
        {},
        {"title": ["This has 6 characters, and 5 fit. Please shorten it."]},
    ]


def test_rows_are_numbered_anew_and_odd_numbers_are_left_out():
    form = read(
        **{
            "items-7-title": "b",
            "items-2-title": "a",
            "items-²-title": "c",
            f"items-{'9' * 5000}-title": "d",
            "itemsx-1-title": "e",
        }
    )

    assert [(entry.form.title.name, entry.form.title.data) for entry in form["items"]] == [
        ("items-0-title", "a"),
        ("items-1-title", "b"),
    ]


def test_a_blank_row_counts_as_absent():
    form = read(**{"items-0-title": " ", "items-1-title": "b"})

    assert form.validate()
    assert [row.title.data for row in form["items"].given] == ["b"]


def sent(form: type[FlaskForm], **answers: Any) -> Any:
    return form(MultiDict(answers))


@pytest.mark.parametrize(
    ("form", "name", "typed", "sentence"),
    [
        (WhoForm, "kind_other", {"kind": "other"}, "Say in a few words what you are."),
        (WhoForm, "year_founded", {"year_founded": "20255"}, "Write a whole number from 1000"),
        (WhatForm, "does", {"does": "x" * 79}, "Write a little more: one more character"),
        (WhatForm, "does", {"does": "x" * 4001}, "This has 4001 characters, and 4000 fit."),
        (WhatForm, "sector_other", {"main_sector": "other"}, "Say in a few words which sector."),
        (
            WhatForm,
            "sectors",
            {"sectors": ["music", "games", "radio", "design", "crafts"]},
            "You ticked 5. Keep the four that matter most.",
        ),
        (HowForm, "capacity", {"capacity": "51"}, "Write a whole number from 0 to 50."),
        (HowForm, "contact_email", {"contact_email": "a@b"}, "This is not an e-mail address."),
        (HowForm, "contact_phone", {"contact_phone": "call me"}, "Write the number with digits"),
        (HowForm, "languages", {}, "Choose at least one language you can work in."),
        (ExchangeForm, "offers", {}, "Add one thing you can offer a partner."),
    ],
)
def test_each_step_says_what_to_do(form, name, typed, sentence):
    step = sent(form, **typed)

    assert not step.check(strict=True)
    (error,) = step.errors[name]
    assert sentence in error


def test_a_working_language_stands_once():
    form = sent(HowForm, **{"languages-0-code": "lv", "languages-1-code": "lv"})

    assert not form.check(strict=True)
    assert form.errors["languages"] == [{}, {"code": ["This language stands above already."]}]


USUAL = {f"offers-0-{name}_priority": "prefer" for name in CRITERIA}


@pytest.mark.parametrize(
    ("answers", "rows", "wishes"),
    [
        ({}, 0, 0),
        (USUAL, 0, 0),
        ({**USUAL, "offers-0-language": "", "offers-0-valid_until": "2027-04-30"}, 0, 0),
        ({**USUAL, "offers-0-type_priority": "must"}, 1, 1),
        ({**USUAL, "offers-0-language_priority": "nice"}, 1, 1),
        ({**USUAL, "offers-0-kind_priority": "must"}, 1, 0),  # of no kind
        ({**USUAL, "offers-0-language": "lv"}, 1, 0),
        ({**USUAL, "offers-0-sectors": ["music", "games"], "offers-0-stage": "idea"}, 1, 3),
    ],
)
def test_a_row_of_usual_answers_is_blank_and_wishes_are_counted(answers, rows, wishes):
    form = sent(ExchangeForm, **answers)

    assert len(form.offers.given) == rows
    assert form.offers[0].form.wishes == wishes
    assert form.check(strict=False) != bool(rows)  # a row that counts needs a title


def test_an_offer_cannot_stand_in_two_rows():
    rows = {f"offers-{n}-{name}": name for n in (0, 1) for name in ("key", "title")}
    form = sent(ExchangeForm, **rows)

    assert form.check(strict=False)
    assert [offer.key for offer in form.to_draft().offers] == ["key", ""]


@given(text=st.text(max_size=100))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_in_all_fields_of_all_steps_is_checked_without_an_accident(text):
    for form in (WhoForm, WhatForm, HowForm, ExchangeForm):
        names = list(form(MultiDict())._fields)
        rows = [
            f"offers-0-{n}"
            for n in ("key", "type", "title", "text", "language", "countries", "valid_until")
        ]
        rows += [f"offers-0-{criterion}_priority" for criterion in CRITERIA]
        step: StepForm = sent(form, **dict.fromkeys(names + rows + ["languages-0-code"], text))

        step.check(strict=True)
        draft = step.sound_draft(type(step.to_draft())())

        assert "\x00" not in repr(draft.answers())
