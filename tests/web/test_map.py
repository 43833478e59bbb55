# SPDX-License-Identifier: MIT
"""The map is one honest SVG: places where they are, nothing that is off its edge."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from matchmaker.web.map import baltic_map, city_position, land

SVG = "{http://www.w3.org/2000/svg}"
RIGA = ("Rīga", 56.95, 24.11, 1.0)
TALLINN = ("Tallinn", 59.44, 24.75, 0.5)
LISBON = ("Lisboa", 38.72, -9.14, 1.0)


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    """Words of a map are translated, so it is drawn while a page is made."""
    app = Flask("map")
    Babel(app)
    with app.test_request_context():
        yield


def _drawn(*arguments: object) -> ET.Element:
    text = str(baltic_map(*arguments))  # type: ignore[arg-type]
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def _names(picture: ET.Element) -> list[str | None]:
    return [text.text for text in picture.iter(f"{SVG}text")]


def test_places_and_threads_are_drawn_and_said() -> None:
    picture = _drawn([RIGA, TALLINN], [(0, 1, 3)], "en")

    title = picture.find(f"{SVG}title")
    threads = [path for path in picture.iter(f"{SVG}path") if "thread" in path.get("class", "")]
    assert title is not None
    assert title.text == "Map of the Baltic Sea region. Places: 2. Threads between them: 1."
    assert [thread.get("class") for thread in threads] == ["thread t3"]
    assert sorted(filter(None, _names(picture))) == ["Rīga", "Tallinn"]


def test_a_place_off_the_map_and_its_threads_are_left_out() -> None:
    picture = _drawn([RIGA, LISBON], [(0, 1, 1)], "en")

    assert _names(picture) == ["Rīga"]
    assert len(list(picture.iter(f"{SVG}circle"))) == 1


def test_of_two_names_in_one_place_the_larger_is_written() -> None:
    crowd = [(f"Place {i}", 56.95, 24.11, i / 20) for i in range(20)]

    written = _names(_drawn(crowd, [], "en"))

    assert "Place 19" in written
    assert len(written) < 20


def test_a_name_is_text_and_never_markup() -> None:
    picture = _drawn([("<script>", 56.95, 24.11, 1.0)], [], "en")

    assert _names(picture) == ["<script>"]


def test_north_is_up_and_east_is_right() -> None:
    riga, tallinn, stockholm = (
        land().place(lat, lon) for lat, lon in [(56.95, 24.11), (59.44, 24.75), (59.33, 18.07)]
    )

    assert riga and tallinn and stockholm
    assert tallinn[1] < riga[1]
    assert stockholm[0] < tallinn[0]


def test_iceland_stands_in_its_window() -> None:
    left, top, width, height = land().inset_box

    point = land().place(64.15, -21.94)

    assert point
    assert left < point[0] < left + width
    assert top < point[1] < top + height


@pytest.mark.parametrize(
    ("city", "country", "position"),
    [
        ("Rīga", "LV", (56.95, 24.11)),
        ("riga ", "LV", (56.95, 24.11)),
        ("Lodz", "PL", (51.76, 19.46)),
        ("Rīga", "EE", None),
        ("Atlantis", "SE", None),
    ],
)
def test_a_city_is_found_with_and_without_its_accents(
    city: str, country: str, position: tuple[float, float] | None
) -> None:
    assert city_position(city, country) == position
