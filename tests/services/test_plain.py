# SPDX-License-Identifier: MIT
"""Typed text becomes plain: nothing invisible goes on to a page, a mail or PostgreSQL."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import RefusedError
from matchmaker.services.plain import is_web_address, plain_line, plain_text, web_address


@given(st.text())
def test_no_control_or_direction_mark_is_left(text: str) -> None:
    plain = plain_text(text)

    assert not {c for c in plain if unicodedata.category(c) in {"Cc", "Cs"}} - {"\n", "\t"}
    assert not set(plain) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    assert plain_text(plain) == plain


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert len(plain_line(text).splitlines()) <= 1


def test_letters_of_all_languages_stay() -> None:
    text = "Āčķ ėž łó ðþ õä ßü مرحبا 🎭\nsecond line"

    assert plain_text(text) == text


@pytest.mark.parametrize("text", ["\u200b", " \u2060\u00ad ", "\x00\n\u3000", ""])
def test_what_shows_nothing_is_empty(text: str) -> None:
    assert (plain_text(text), plain_line(text)) == ("", "")


def test_accents_are_composed() -> None:
    assert plain_text("ka\u0304ja") == "kāja"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("example.org", "https://example.org"),
        ("  http://example.org/a?b=c#d ", "http://example.org/a?b=c#d"),
        ("HTTPS://Example.org", "HTTPS://Example.org"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("https://mākslas-māja.lv", "https://mākslas-māja.lv"),
    ],
)
def test_web_addresses_are_kept(typed: str, kept: str) -> None:
    assert web_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "//example.org",
        "https://user:password@example.org",
        "https://",
        "https://localhost",
        'https://example.org/"onclick=',
        "https://example.org/<script>",
        "https://[::1",
        "https://example.org:99999999",
        "x" * 400,
        "just words",
    ],
)
def test_other_addresses_are_refused(typed: str) -> None:
    with pytest.raises(RefusedError):
        web_address(typed)


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = web_address(text)
    except RefusedError:
        return
    assert address == "" or is_web_address(address)
