"""Where a point of the Somme is, in whichever of three ways a file writes it: degrees, Lambert-93, Web Mercator.

Files do not always say it, or say it wrongly. Over the Somme, the three ranges have nothing in common.
"""

from __future__ import annotations

from math import asinh, atan, cos, exp, hypot, log, pi, radians, sin, sinh, sqrt, tan

RADIUS = 6_378_137.0  # metres: EPSG:3857 is drawn on a sphere
DEGREES = (1.0, 3.5, 49.3, 50.6)  # longitudes, then latitudes, with a margin around the Somme
LAMBERT_93 = (560_000.0, 760_000.0, 6_900_000.0, 7_060_000.0)
MERCATOR = (110_000.0, 390_000.0, 6_320_000.0, 6_560_000.0)
# Lambert-93 on GRS 80, from IGN's note technique ALG0004 (NT/G 71) and the definition of RGF93.
ECCENTRICITY = 0.08181919104281579
EXPONENT = 0.7256077650532670
SCALE = 11_754_255.426
X_ORIGIN, Y_ORIGIN = 700_000.0, 12_655_612.050
MERIDIAN = 3.0


def web_mercator(lon: float, lat: float) -> tuple[float, float]:
    """Degrees → metres of EPSG:3857 (IOGP guidance note 7-2, « Popular Visualisation Pseudo Mercator »)."""
    return RADIUS * radians(lon), RADIUS * asinh(tan(radians(lat)))


def degrees(x: float, y: float) -> tuple[float, float]:
    """Metres of EPSG:3857 → longitude, latitude."""
    return x / RADIUS * 180 / pi, atan(sinh(y / RADIUS)) * 180 / pi


def stretch(y: float) -> float:
    """How many metres of EPSG:3857 make a metre on the ground, at this northing: 1.55 in the Somme."""
    return 1 / cos(radians(degrees(0.0, y)[1]))


def from_lambert_93(x: float, y: float) -> tuple[float, float]:
    """Metres of Lambert-93 → longitude, latitude, by IGN's algorithm ALG0004."""
    east, north = x - X_ORIGIN, Y_ORIGIN - y
    lon = MERIDIAN + atan(east / north) / EXPONENT * 180 / pi
    isometric = -log(hypot(east, north) / SCALE) / EXPONENT
    lat = 2 * atan(exp(isometric)) - pi / 2
    for _ in range(6):  # each step divides the error by 100 at least
        wave = ECCENTRICITY * sin(lat)
        lat = 2 * atan(sqrt(((1 + wave) / (1 - wave)) ** ECCENTRICITY) * exp(isometric)) - pi / 2
    return lon, lat * 180 / pi


def to_mercator(x: float, y: float) -> tuple[float, float] | None:
    """A point of the Somme, written in any of the three ways, in EPSG:3857; None when it is nowhere near."""
    if _within(x, y, MERCATOR):
        return x, y
    lon_lat = to_degrees(x, y)
    return web_mercator(*lon_lat) if lon_lat else None


def to_degrees(x: float, y: float) -> tuple[float, float] | None:
    """The same, in degrees."""
    if _within(x, y, DEGREES):
        return x, y
    if _within(x, y, LAMBERT_93):
        return from_lambert_93(x, y)
    if _within(x, y, MERCATOR):
        return degrees(x, y)
    return None


def _within(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    west, east, south, north = box
    return west <= x <= east and south <= y <= north
