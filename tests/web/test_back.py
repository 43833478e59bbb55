# SPDX-License-Identifier: MIT
"""After a form one goes to a page of this application, and finding out takes no time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.web.back import own_path


@pytest.mark.parametrize(
    "path",
    ["/", "/matches", "/matches/kino-x7f3k2?show=kept&n=20", "/account?next=/a:b", "/a/b/#top"],
)
def test_own_paths_stay(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "matches",
        "//evil.example",
        "/\\evil",
        "https://evil.example",
        "/a//b",
        "/ä",
        "/a b",
    ],
)
def test_others_are_dropped(path: str | None) -> None:
    assert own_path(path) == ""


@settings(deadline=200)  # milliseconds: a pattern that backtracks takes minutes
@given(st.text("aA0/.%-?=#!", max_size=200))
def test_no_text_is_slow(path: str) -> None:
    assert own_path("/" + path) in {"", "/" + path}
