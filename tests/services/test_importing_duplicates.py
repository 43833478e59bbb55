# SPDX-License-Identifier: MIT
"""What looks the same is found, with its reason, without comparing all with all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.services.importing.duplicates import Finder, Record, normal_name


@pytest.mark.parametrize(
    "name",
    [
        "KINO ZIEMELI",
        'SIA "Kino Ziemeļi"',
        "Kino Ziemeļi, SIA",
        "Kino Ziemeļi OÜ",
        "Kino-Ziemeli A/S",
        "Kino Ziemeļi sp. z o.o.",
        "kino ziemeļi GmbH & Co. KG",
        "Kino Ziemeļi ehf.",
    ],
)
def test_a_normal_name_has_no_accents_and_no_legal_form(name: str) -> None:
    assert normal_name(name) == "kino ziemeli"


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (Record("UNIVERSITAET OSNABRUECK", "DE"), "same name and country"),
        (Record("Universität Osnabrück Stiftung", "PL"), None),
        (Record("Universitat Osnabruk", "DE"), "name 89 % alike"),
        (Record("Anna", "PL", email="info@uos.example"), "same e-mail address"),
        (Record("Anna", "DE", "http://uos.example/anna"), "same website (uos.example)"),
        (Record("Anna", "PL", "http://uos.example/anna"), None),
        (Record("Anna", "PL", "https://uos.example/"), "same website (uos.example)"),
        (Record("Anna", "DE", "https://facebook.com/anna"), None),
    ],
)
def test_what_looks_the_same_is_found_with_its_reason(second: Record, reason: str | None) -> None:
    first = Record("Universität Osnabrück", "DE", "https://www.uos.example", "info@UOS.example", 2)
    other = Record("Bert", "DE", "https://facebook.com/bert", line=3)
    finder = Finder([first.name, other.name, second.name])
    finder.add(first)
    finder.add(other)

    hit = finder.find(second)

    assert (hit.reason if hit else None) == reason
    assert hit is None or hit.record is first


def test_names_that_differ_by_a_number_are_not_alike() -> None:
    finder = Finder(["Landesmuseum Station 23", "Landesmuseum Station 24"])
    finder.add(Record("Landesmuseum Station 23", "DE"))

    assert finder.find(Record("Landesmuseum Station 24", "DE")) is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abcde ", min_size=4, max_size=24), min_size=2, max_size=12))
def test_the_shortcut_finds_what_comparing_all_would_find(names: list[str]) -> None:
    from matchmaker.services.importing.duplicates import ALIKE, triples

    finder = Finder(names)
    for i, name in enumerate(names):
        mine = triples(normal_name(name))
        earlier = [triples(normal_name(other)) for other in names[:i]]
        wanted = any(2 * len(mine & o) >= ALIKE * (len(mine) + len(o)) for o in earlier)

        assert (finder.find(Record(name, "LV")) is not None) == wanted

        finder.add(Record(name, "LV"))
