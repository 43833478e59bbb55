# SPDX-License-Identifier: MIT
"""Make the committed coast of the map from world-atlas (Natural Earth), for maintainers.

    npm pack world-atlas@2.0.2 and unpack it, then
    python tools/make_map.py package/countries-50m.json

Arcs shared by two countries are simplified once, so that borders stay joined. The result
is in pixels: about 3.6 km each, Lambert azimuthal equal-area round 60 N 20 E, and Iceland
in a window of its own round 64.9 N 18.7 W, at the same scale.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from matchmaker.web.map import COAST, Frame

Point = tuple[float, float]
WIDTH, HEIGHT = 1200, 720
SCALE = HEIGHT / 2620
MAIN = Frame(lat=60, lon=20, left=-1400, top=1290, scale=SCALE)
INSET_BOX = (112.0, 92.0, 160.0, 118.0)
INSET = Frame(
    lat=64.95,
    lon=-18.8,
    left=-(INSET_BOX[0] + INSET_BOX[2] / 2) / SCALE,
    top=(INSET_BOX[1] + INSET_BOX[3] / 2) / SCALE,
    scale=SCALE,
)
NEAR = {
    "208": "DK", "233": "EE", "246": "FI", "276": "DE", "440": "LT",
    "428": "LV", "578": "NO", "616": "PL", "752": "SE", "248": "AX", "234": "FO",
}  # fmt: skip
ICELAND = "352"
FAR = {
    "Russia", "Belarus", "Ukraine", "Netherlands", "Belgium", "Luxembourg", "Czechia",
    "Slovakia", "Austria", "Switzerland", "Liechtenstein", "France", "United Kingdom",
    "Hungary", "Moldova", "Romania", "Kazakhstan",
}  # fmt: skip
TOLERANCE = 0.35  # pixels that a simplified coast may lie off
SMALLEST = 1.2  # square pixels; smaller islands are left out


def simplify(points: list[Point]) -> list[Point]:
    """Leave out points that lie nearly on the line (Douglas and Peucker 1973)."""
    if len(points) < 3:
        return points
    (x1, y1), (x2, y2) = points[0], points[-1]
    dx, dy = x2 - x1, y2 - y1
    length = (dx * dx + dy * dy) ** 0.5

    def off(point: Point) -> float:
        x, y = point
        if length < 1e-9:
            return float(((x - x1) ** 2 + (y - y1) ** 2) ** 0.5)
        return float(abs(dx * (y1 - y) - (x1 - x) * dy) / length)

    farthest = max(range(1, len(points) - 1), key=lambda i: off(points[i]))
    if off(points[farthest]) <= TOLERANCE:
        return [points[0], points[-1]]
    return simplify(points[: farthest + 1])[:-1] + simplify(points[farthest:])


def clip(ring: list[Point], box: tuple[float, float, float, float]) -> list[Point]:
    """Cut a ring to a box (Sutherland and Hodgman 1974)."""
    for axis, bound, side in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        kept: list[Point] = []
        for before, point in zip([ring[-1], *ring[:-1]], ring, strict=True) if ring else ():
            inside = side * (point[axis] - bound) >= 0
            if inside != (side * (before[axis] - bound) >= 0):
                t = (bound - before[axis]) / (point[axis] - before[axis])
                kept.append(tuple(b + t * (p - b) for b, p in zip(before, point, strict=True)))  # type: ignore[arg-type]
            if inside:
                kept.append(point)
        ring = kept
    return ring


def area(ring: list[Point]) -> float:
    """Return the area of a ring in square pixels."""
    pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


class Atlas:
    """A TopoJSON file: arcs of whole numbers, from which countries are joined."""

    def __init__(self, topology: dict[str, Any]) -> None:
        self._scale = topology["transform"]["scale"]
        self._shift = topology["transform"]["translate"]
        self._arcs = topology["arcs"]
        self.countries = topology["objects"]["countries"]["geometries"]

    def _arc(self, number: int, frame: Frame) -> list[Point]:
        x = y = 0
        points = []
        for dx, dy in self._arcs[number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            lon, lat = x * self._scale[0] + self._shift[0], y * self._scale[1] + self._shift[1]
            points.append(frame.place(lat, lon))
        points = simplify(points)
        return points if number >= 0 else points[::-1]

    def outline(
        self, country: dict[str, Any], frame: Frame, box: tuple[float, float, float, float]
    ) -> str:
        """Return the path of a country inside a box of pixels; empty where it has none."""
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        rings = (ring for polygon in polygons for ring in polygon)
        return "".join(_path(self._ring(ring, frame), box) for ring in rings)

    def _ring(self, numbers: Iterable[int], frame: Frame) -> list[Point]:
        points: list[Point] = []
        for number in numbers:
            points += self._arc(number, frame)[1 if points else 0 :]
        return points[:-1]


def _path(ring: list[Point], box: tuple[float, float, float, float]) -> str:
    ring = clip(ring, box)
    if len(ring) < 3 or area(ring) < SMALLEST:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in ring) + "Z"


def main() -> None:
    """Write land.json."""
    parser = argparse.ArgumentParser(description="Make the coast of the map.")
    parser.add_argument("topology", type=Path, help="countries-50m.json of world-atlas")
    atlas = Atlas(json.loads(parser.parse_args().topology.read_text("utf-8")))
    window = (-24.0, -24.0, WIDTH + 24.0, HEIGHT + 24.0)
    near: dict[str, str] = {}
    far = ""
    for country in atlas.countries:
        if country.get("id") in NEAR:
            near[NEAR[country["id"]]] = atlas.outline(country, MAIN, window)
        elif country.get("id") == ICELAND:
            left, top, width, height = INSET_BOX
            near["IS"] = atlas.outline(country, INSET, (left, top, left + width, top + height))
        elif country["properties"]["name"] in FAR:
            far += atlas.outline(country, MAIN, window)
    result = {
        "width": WIDTH,
        "height": HEIGHT,
        "main": vars(MAIN),
        "inset": vars(INSET),
        "inset_box": INSET_BOX,
        "near": dict(sorted(near.items())),
        "far": far,
    }
    COAST.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"{COAST.name}: {COAST.stat().st_size} bytes, {len(near)} countries")


if __name__ == "__main__":
    main()
