"""GeoJSON of communes → the outlines of those of the Somme, with as few points as a map on a screen needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.fibre.loading.table import Table, table_of_rows
from assistant.fibre.projections import to_degrees
from assistant.models import FibreFileRefused
from assistant.wording import sentence

COLUMNS = ("code", "rings")
CODES = ("code", "codgeo", "code_insee", "insee_com", "insee", "com", "code_commune", "inseecom", "codeinsee")
TOLERANCE = 0.0005  # degrees: about 40 m; the Somme is 1.9 degrees wide
DECIMALS = 5

Point = tuple[float, float]
Ring = list[Point]


class _Geometry(BaseModel):
    type: str
    coordinates: list[object] = Field(default_factory=list)


class _Feature(BaseModel):
    properties: dict[str, object] = Field(default_factory=dict)
    geometry: _Geometry | None = None


class _Collection(BaseModel):
    model_config = ConfigDict(extra="ignore")
    type: str = Field(pattern="^FeatureCollection$")
    features: list[_Feature]


def read_geojson(data: bytes, name: str) -> Table:
    """One row a commune: its code, its rings as JSON, degrees.

    Raises:
        FibreFileRefused: no GeoJSON of communes; while it is read, a point that is nowhere.
    """
    try:
        collection = _Collection.model_validate_json(data)
    except ValidationError as error:
        rule = "cut" if error.errors()[0]["type"] == "json_invalid" else "geojson"
        raise FibreFileRefused(name, sentence(f"fibre_data.refused.{rule}")) from error
    return table_of_rows(COLUMNS, _rows(collection, name))


def _rows(collection: _Collection, name: str) -> Iterator[tuple[str, str]]:
    for feature in collection.features:
        code = _code(feature.properties)
        if code is None:
            raise FibreFileRefused(name, sentence("fibre_data.refused.geojson"))
        if code.startswith("80") and feature.geometry:
            try:
                rings = [simplified(ring) for ring in _rings(feature.geometry)]
            except (TypeError, ValueError, IndexError) as error:
                raise FibreFileRefused(name, sentence("fibre_data.refused.outline", code=code)) from error
            yield code, json.dumps([ring for ring in rings if len(ring) > 3])
        elif feature.geometry:
            yield code, ""


def _code(properties: dict[str, object]) -> str | None:
    named = {key.lower(): value for key, value in properties.items()}
    return next((str(named[key]).strip().zfill(5) for key in CODES if named.get(key) not in (None, "")), None)


def _rings(geometry: _Geometry) -> Iterator[Ring]:
    """Every ring of a polygon or of several; holes too.

    Raises:
        TypeError, ValueError, IndexError: this is none.
    """
    polygons: Sequence[object] = [geometry.coordinates] if geometry.type == "Polygon" else geometry.coordinates
    for polygon in polygons:
        for ring in _sequence(polygon):
            yield [_placed(_sequence(point)) for point in _sequence(ring)]


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _placed(point: Sequence[object]) -> Point:
    placed = to_degrees(float(str(point[0])), float(str(point[1])))
    if placed is None:
        raise ValueError
    return placed


def simplified(ring: Ring) -> Ring:
    """The ring with only the points that are further than the tolerance from the line without them (Douglas-Peucker).

    Without recursion: a ring of a commune of the coast has thousands of points. A ring is closed: the point farthest
    from its start is kept, else everything would be measured from one point.
    """
    if len(ring) < 5:
        return ring
    middle = max(range(len(ring)), key=lambda at: hypot(ring[at][0] - ring[0][0], ring[at][1] - ring[0][1]))
    kept, waiting = {0, middle, len(ring) - 1}, [(0, middle), (middle, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        between = range(first + 1, last)
        if not between:
            continue
        farthest = max(between, key=lambda at: _distance(ring[at], ring[first], ring[last]))
        if _distance(ring[farthest], ring[first], ring[last]) > TOLERANCE:
            kept.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    points = [(round(ring[at][0], DECIMALS), round(ring[at][1], DECIMALS)) for at in sorted(kept)]
    return [points[0], *(after for before, after in pairwise(points) if after != before)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a segment."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    length = hypot(bx - ax, by - ay)
    if not length:
        return hypot(x - ax, y - ay)
    share = max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length**2))
    return hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))
