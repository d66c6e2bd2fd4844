"""What the geocoder answers → addresses. Noise is answered like anything else, so nothing in it is believed unread."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from assistant.figures import AddressFound, AddressKind

EARTH_RADIUS = 6_378_137.0  # metres, WGS 84


class NotGeocoded(Exception):
    """A reply that is not the geocoder's: a page of a proxy, a text cut short."""


def _one_line(text: str) -> str:
    return " ".join(text.split())


Line = Annotated[str, Field(max_length=300), AfterValidator(_one_line)]
Code = Annotated[str, Field(pattern=r"^[0-9][0-9AB][0-9]{3}$")]


class _Properties(BaseModel):
    id: Annotated[str, Field(min_length=1, max_length=100)]
    label: Annotated[Line, Field(min_length=1)]
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    type: AddressKind
    citycode: Code
    city: Line
    postcode: Annotated[str, Field(pattern=r"^([0-9]{5})?$")] = ""


class _Point(BaseModel):
    """GeoJSON writes the longitude first. Web Mercator has no poles."""

    coordinates: tuple[
        Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)],
        Annotated[float, Field(ge=-85, le=85, allow_inf_nan=False)],
    ]


class _Feature(BaseModel):
    properties: _Properties
    geometry: _Point


class _Collection(BaseModel):
    features: list[object]


def addresses(body: bytes) -> tuple[AddressFound, ...]:
    """The addresses of a GeoJSON reply, in its order. One that lacks something, or says what cannot be, is left out.

    Raises:
        NotGeocoded: it is no such reply, or no address of it can be read.
    """
    try:
        features = _Collection.model_validate_json(body).features
    except ValidationError:
        raise NotGeocoded from None  # pydantic's message quotes what it read
    found = tuple(address for feature in features if (address := _address(feature)))
    if features and not found:
        raise NotGeocoded
    return found


def _address(feature: object) -> AddressFound | None:
    try:
        read = _Feature.model_validate(feature)
    except ValidationError:
        return None
    said, (lon, lat) = read.properties, read.geometry.coordinates
    x, y = web_mercator(lon, lat)
    return AddressFound(
        said.id, said.label, said.score, said.type, said.citycode, said.city, said.postcode, lon, lat, x, y
    )


def web_mercator(lon: float, lat: float) -> tuple[float, float]:
    """Degrees (WGS 84) → metres of EPSG:3857.

    Source: IOGP, Guidance Note 7-2, « Popular Visualisation Pseudo-Mercator » (EPSG method 1024).
    """
    x = EARTH_RADIUS * math.radians(lon)
    y = EARTH_RADIUS * math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return x, y
