# SPDX-License-Identifier: MIT
"""Cells become values in whatever way people write them; what is wrong is said."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matchmaker.errors import MatchmakerError
from matchmaker.services import importing
from matchmaker.services.importing import Options, read_file
from matchmaker.services.importing.headers import FIELDS
from matchmaker.services.importing.passages import titled
from tests.conftest import NOON


def read(text: str, name: str = "file.csv", **options: Any) -> importing.ReadFile:
    return read_file(name, text.encode(), Options(**options), now=NOON)


def value_of(field: str, text: Any, **row: Any) -> Any:
    """Return what a value of a field becomes, and the sentences about it."""
    line = json.dumps({"name": "A", **row, field: text})
    found = read(line, "a.jsonl")
    notes = [p.reason for p in (*found.report.refused, *found.report.warnings)]
    if not found.entries:
        return None, notes
    profile = found.entries[0].profile
    for part in (profile.who, profile.what, profile.exchange, profile.how):
        answer = {"working_languages": "languages"}.get(field, field)
        if hasattr(part, answer):
            return getattr(part, answer), notes
    raise AssertionError(field)


@pytest.mark.parametrize("text", ["LV", "lv", "Latvia", "LATVIJA", "Łotwa", "lotwa", "Läti", "LVA"])
def test_a_country_is_known_by_code_and_by_name_in_any_language(text: str) -> None:
    assert value_of("country", text) == ("LV", [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Spain", "Spain is outside the Baltic Sea region."),
        ("Hiszpania", "Spain is outside the Baltic Sea region."),
        ("UK", "United Kingdom is outside the Baltic Sea region."),
        (
            "Atlantis",
            "“Atlantis” is not a country known here. Write its name or a code such as LV.",
        ),
    ],
)
def test_other_countries_refuse_the_row(text: str, sentence: str) -> None:
    assert value_of("country", text) == (None, [sentence])


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("kind", "Museum", "museum"),
        ("kind", "Ngo", "ngo"),
        ("sectors", "Film; Teātris", ("audiovisual", "performing_arts")),
        ("sectors", ["music", "games"], ("music", "games")),
        ("sectors", "music, games, music", ("music", "games")),
        ("sectors", "Film, television and multimedia", ("audiovisual",)),
        ("region", "DE80", "DE80"),
        ("website", "www.example.org", "https://www.example.org"),
        ("contact_email", "Anna <Anna@EXAMPLE.org>", "Anna@example.org"),
        ("contact_email", "mailto:anna@example.org", "anna@example.org"),
        ("year_founded", "1998", 1998),
        ("year_founded", 1998, 1998),
        ("year_founded", 1998.0, 1998),
        ("year_founded", "01.05.1998", 1998),
        ("size", "12", "s10_49"),
        ("size", "10–49", "s10_49"),
        ("size", "1 200", "s250"),
        ("size", "1 henkilö", "s1"),
        ("language", "no", "nb"),
        ("language", "Latviešu", "lv"),
        ("working_languages", "en; Norsk bokmål:fluent|lv", None),
        ("working_languages", "en, no", (("en", "working"), ("nb", "working"))),
        ("working_languages", ["en:fluent"], (("en", "fluent"),)),
    ],
)
def test_a_value_is_understood(field: str, given: Any, value: Any) -> None:
    if value is None:
        assert value_of(field, given)[0][0] == ("en", "working")
    else:
        assert value_of(field, given) == (value, [])


@pytest.mark.parametrize(
    ("field", "given", "value", "sentence"),
    [
        ("kind", "Makerspace", "other", "Not in the list; kept as “other” in these words."),
        ("sectors", "music;games;radio;design;crafts;heritage",
         ("music", "games", "radio", "design", "crafts"),
         "More than 5 sectors; the first ones were taken."),
        ("region", "nowhere", "", "Not a region known here (NUTS 2); left empty."),
        ("website", "a.lv; b.lv", "https://a.lv", "Several addresses; the first was taken."),
        ("contact_email", "a@b.lv, c@d.lv", "a@b.lv", "Several addresses; the first was taken."),
        ("year_founded", "soon", None, "Not a year up to now; left empty."),
        ("size", "many", "", "Not a number of people; left empty."),
        ("language", "Klingon", "", "Not one of the eleven languages; it is left to recognition."),
        ("working_languages", "en;tlh", (("en", "working"),), "Not known here and left out: tlh."),
        ("does", {"a": 1}, "", "A text is needed here; left empty."),
        ("sectors", [{"a": 1}], (), "Texts are needed here; left empty."),
        ("offers", 5, (), "Not a text and not an object with title and text; left empty."),
        ("city", "x" * 90, "x" * 79 + "…", "Longer than 80 characters; the end was cut off."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_left_empty_or_changed_and_said(
    field: str, given: Any, value: Any, sentence: str
) -> None:
    assert value_of(field, given) == (value, [sentence])


def test_an_old_region_is_translated_and_a_split_one_is_said() -> None:
    split, notes = value_of("region", "NO03", country="NO")

    assert (split, notes) == (
        "NO08", ["Split since into NO08, NO09; the most populous, NO08, was taken."]
    )  # fmt: skip
    assert value_of("region", "NO08", country="LV") == (
        "", ["The region NO08 is not in Latvia; left empty."]
    )  # fmt: skip


def test_offers_get_a_title_a_text_and_a_type() -> None:
    cell = "residency: A room by the sea. Four weeks in winter, with a stove.|Sound studio"

    found, notes = value_of("offers", cell)

    assert notes == []
    assert [(o.type, o.title, o.text) for o in found] == [
        ("residency", "A room by the sea", "Four weeks in winter, with a stove."),
        ("other", "Sound studio", ""),
    ]


def test_offers_may_be_objects() -> None:
    offer = {
        "type": "co_production", "title": "Title", "text": "Text.", "countries": ["ee", "Finland"],
        "kinds": ["museum"], "sectors": ["Music"], "themes": [], "stage": "idea",
        "valid_until": "2027-05-31",
    }  # fmt: skip

    found, notes = value_of("offers", [offer])

    assert notes == []
    assert (found[0].title, found[0].countries, str(found[0].valid_until), found[0].stage) == (
        "Title", ("EE", "FI"), "2027-05-31", "idea",
    )  # fmt: skip
    assert found[0].sectors == ("music",)


def test_prose_with_semicolons_stays_one_text() -> None:
    prose = f"We build {'very ' * 40}long things; and more; and so on."

    found, _ = value_of("seeks", prose)

    assert [item.text for item in found] == [prose]
    assert len(found[0].title) <= 160 and found[0].title.endswith("very…")


def test_a_long_text_ends_after_a_whole_sentence() -> None:
    text, notes = value_of("does", "A sentence of some length here. " * 200)

    assert (len(text), text[-12:]) == (3999, "length here.")
    assert notes == ["Longer than 4000 characters; shortened after a whole sentence."]


@given(st.text(max_size=400))
@example("\u0c29\r0")
@example("\u200b\n0")
@example(". x")
def test_a_title_is_never_too_long_and_empty_only_for_nothing(text: str) -> None:
    title, body = titled(text, lambda *a, **k: None)

    assert len(title) <= 160
    assert title or not body


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.jsonl"]))
def test_any_bytes_give_rows_or_a_sentence(data: bytes, name: str) -> None:
    for start in (b"", b"name;country\n"):
        try:
            found = read_file(name, start + data, Options(), now=NOON)
        except MatchmakerError as error:
            told = str(error)
        else:
            told = json.dumps(found.report.as_json(), ensure_ascii=False)
        assert told.encode()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
            ['"', ";", ",", "LV", "en", "a@b.lv", "x.lv", "1999", "'=", "film|music"]
        ), min_size=len(FIELDS), max_size=len(FIELDS)), max_size=4)
)  # fmt: skip
def test_any_cells_give_rows_or_a_sentence(rows: list[list[str]]) -> None:
    text = "\n".join(";".join(row) for row in [list(FIELDS), *rows])

    try:
        names = [entry.profile.who.name for entry in read(text).entries]
    except MatchmakerError as error:
        names = [str(error)]

    assert all(names)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["title", "text", "type", "countries", "valid_until"]), inner, max_size=3
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), _JSON, max_size=8))
def test_any_json_gives_a_row_or_a_sentence(row: dict[str, Any]) -> None:
    found = read(json.dumps({"name": "A", **row}), "a.jsonl")

    assert found.report.rows <= 1
