# SPDX-License-Identifier: MIT
"""The sea as a picture: harbours and threads drawn on the server, as one SVG.

The coast is a committed file (`data/map/land.json`, made by `tools/make_map.py`), so a map
costs no tile, no script and no third party. Colours come from the style sheet.
"""

from __future__ import annotations

import csv
import json
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from flask_babel import force_locale, gettext
from markupsafe import Markup, escape

from matchmaker.paths import DATA

COAST = DATA / "map" / "land.json"
CITIES = DATA / "map" / "cities.csv"
EARTH_KM = 6371.0
LETTER = 0.56  # mean width of a letter, in parts of the size of the type
BIG, SMALL = 19.0, 13.5  # sizes of type for main and minor places, as in parts.css
N_MAIN = 9  # places that keep their name on a phone


class Harbour(NamedTuple):
    """A place on the map; size from 0 to 1 decides whose name is written first."""

    name: str
    lat: float
    lon: float
    size: float


@dataclass(frozen=True)
class Frame:
    """A window of the map: its centre in degrees, and where its pixels begin, in km."""

    lat: float
    lon: float
    left: float
    top: float
    scale: float  # pixels per km

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Return the pixel of a place, x to the right and y down."""
        x, y = project(lat, lon, self.lat, self.lon)
        return (x - self.left) * self.scale, (self.top - y) * self.scale


@dataclass(frozen=True)
class Land:
    """What `land.json` holds: size in pixels, two windows and the outlines."""

    width: float
    height: float
    main: Frame
    inset: Frame
    inset_box: tuple[float, float, float, float]  # left, top, width, height in pixels
    picture: str  # the unchanging part of the SVG

    def place(self, lat: float, lon: float) -> tuple[float, float] | None:
        """Return the pixel of a place, or None where the map does not reach."""
        left, top, width, height = self.inset_box
        x, y = self.inset.place(lat, lon)
        if left <= x <= left + width and top <= y <= top + height:
            return x, y
        x, y = self.main.place(lat, lon)
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None


def project(lat: float, lon: float, lat0: float, lon0: float) -> tuple[float, float]:
    """Return kilometres east and north of a centre, areas kept.

    Lambert azimuthal equal-area projection of the sphere, Snyder, *Map Projections: A
    Working Manual* (USGS 1395, 1987), equations 22-4, 23-1 and 24-2.
    """
    phi, phi0, lam = math.radians(lat), math.radians(lat0), math.radians(lon - lon0)
    cosine = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam)
    k = EARTH_KM * math.sqrt(2 / max(1 + cosine, 1e-9))
    north = math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam)
    return k * math.cos(phi) * math.sin(lam), k * north


@cache
def land() -> Land:
    """Read the coast once."""
    data = json.loads(COAST.read_text("utf-8"))
    left, top, width, height = data["inset_box"]
    frame = f'<rect class="frame" x="{left}" y="{top}" width="{width}" height="{height}" rx="14"/>'
    near = "".join(f'<path d="{d}"/>' for d in data["near"].values())
    return Land(
        data["width"],
        data["height"],
        Frame(**data["main"]),
        Frame(**data["inset"]),
        (left, top, width, height),
        f'<path class="off" d="{data["far"]}"/><g class="land">{near}</g>{frame}',
    )


def baltic_map(
    harbours: Sequence[tuple[str, float, float, float]],
    threads: Sequence[tuple[int, int, int]],
    language: str,
) -> Markup:
    """Draw places of the region and the threads between them.

    Parameters
    ----------
    harbours
        Name, latitude and longitude in degrees, size from 0 to 1. Larger ones get their
        name first; a name that would cover another is left out.
    threads
        Positions of two harbours in that list, and a weight: 1 thin, 2, or 3 thick.
    language
        Language of the words that describe the picture.

    Returns
    -------
    Markup
        One `<svg>` of the image role. It says how much it shows; the page that uses it
        lists the same places beside it. Places off the map are left out.
    """
    base = land()
    places = [Harbour(*harbour) for harbour in harbours]
    points = [base.place(place.lat, place.lon) for place in places]
    lines = [
        _thread(start, end, weight)
        for a, b, weight in sorted(threads, key=lambda thread: thread[2])
        if (start := points[a]) and (end := points[b])
    ]
    dots = [
        f'<circle class="harbour" cx="{x:.1f}" cy="{y:.1f}" r="{3.2 + 2.2 * place.size:.1f}"/>'
        for place, point in zip(places, points, strict=True)
        if point
        for x, y in [point]
    ]
    with force_locale(language):
        title = gettext(
            "Map of the Baltic Sea region. Places: %(places)s. Threads between them: %(threads)s.",
            places=len(dots),
            threads=len(lines),
        )
    inside = base.picture + "".join([*lines, *dots, *_names(places, points)])
    return Markup(  # noqa: S704 - numbers of ours; names and title are escaped above
        f'<svg class="map" viewBox="0 0 {base.width:g} {base.height:g}" role="img" '
        f'preserveAspectRatio="xMinYMid slice" aria-labelledby="map-title">'
        f'<title id="map-title">{escape(title)}</title>{inside}</svg>'
    )


def _thread(start: tuple[float, float], end: tuple[float, float], weight: int) -> str:
    """Return an arc that bows to the north, like the mark."""
    (x1, y1), (x2, y2) = sorted([start, end])
    bow = 0.2
    x, y = (x1 + x2) / 2 + bow * (y2 - y1), (y1 + y2) / 2 - bow * (x2 - x1)
    thick = min(max(weight, 1), 3)
    return (
        f'<path class="thread t{thick}" pathLength="100" '
        f'd="M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}"/>'
    )


def _names(places: list[Harbour], points: list[tuple[float, float] | None]) -> list[str]:
    """Write names beside their harbours, largest first, where they cover nothing."""
    taken = [_dot(point) for point in points if point]
    names: list[str] = []
    main = 0
    order = sorted(range(len(places)), key=lambda i: (-places[i].size, i))
    for i in order:
        point = points[i]
        if point is None:
            continue
        big = main < N_MAIN
        free = _free_spot(places[i].name, point, BIG if big else SMALL, taken)
        if free is None:
            continue
        x, y, anchor, box = free
        taken.append(box)
        main += big
        names.append(
            f'<text class="place{"" if big else " minor"}" x="{x:.1f}" y="{y:.1f}"'
            f"{anchor}>{escape(places[i].name)}</text>"
        )
    return names


Box = tuple[float, float, float, float]


def _dot(point: tuple[float, float]) -> Box:
    """Return the room that a harbour takes."""
    return point[0] - 6, point[1] - 6, point[0] + 6, point[1] + 6


def _free_spot(
    name: str, point: tuple[float, float], size: float, taken: list[Box]
) -> tuple[float, float, str, Box] | None:
    """Return where a name fits: its start, its anchor and its box; or None."""
    x, y = point
    own = _dot(point)
    width = LETTER * size * len(name)
    for dx, dy in ((10, 4.5), (-10, 4.5), (7, -9), (7, 17), (-7, -9), (-7, 17)):
        left = x + dx if dx > 0 else x + dx - width
        box = (left, y + dy - 0.75 * size, left + width, y + dy + 0.22 * size)
        if not any(other != own and _overlap(box, other) for other in taken):
            return x + dx, y + dy, "" if dx > 0 else ' text-anchor="end"', box
    return None


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@cache
def _cities() -> dict[tuple[str, str], tuple[float, float]]:
    """Return latitude and longitude by folded name and country."""
    with CITIES.open(encoding="utf-8", newline="") as file:
        return {
            (fold(row["city"]), row["country"]): (float(row["lat"]), float(row["lon"]))
            for row in csv.DictReader(file)
        }


def fold(name: str) -> str:
    """Return a name without case, accents and outer spaces: `Rīga ` and `riga` are one."""
    special = name.strip().casefold().translate(str.maketrans("øłðæœ", "oldao"))
    parts = unicodedata.normalize("NFD", special)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def city_position(city: str, country: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a city round the Baltic, or None if not known."""
    return _cities().get((fold(city), country))
