"""The outlines of the communes, for a map."""

from __future__ import annotations

import json

from assistant.fibre.published import PublishedFile

Rings = tuple[tuple[tuple[float, float], ...], ...]  # of longitudes and latitudes, degrees


def read_outlines(file: PublishedFile) -> dict[str, Rings]:
    """What was loaded: rings of longitudes and latitudes, by INSEE code."""
    rows = file.rows("SELECT code, rings FROM contours ORDER BY code")
    return {code: tuple(tuple((lon, lat) for lon, lat in ring) for ring in json.loads(rings)) for code, rings in rows}
