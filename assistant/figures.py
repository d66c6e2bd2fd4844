"""The nouns of fibre and copper: communes, and dated figures that know what they count.

A figure of Arcep is only worth something with its source, its quarter and its definition, and two definitions must not
meet in one ratio: the definition is part of a figure's type, and mypy refuses a sum of two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the Somme. `code` is the INSEE code, `epci` the name of the group of communes that it belongs to."""

    code: str
    name: str
    postcodes: tuple[str, ...]
    epci_code: str
    epci: str


class Definition:
    """What a source counts as having fibre. Its subclasses are marks of type: there is nothing to make of them."""


class Connectable(Definition):
    """« raccordable »: the branching point is laid and open to operators (Cartefibre, observatoire)."""


class Eligible(Definition):
    """« éligible FttH »: connectable or so on demand, behind an opened PM (Ma connexion internet)."""


D = TypeVar("D", bound=Definition)


@dataclass(frozen=True, slots=True)
class Publication:
    """Where figures were published. `quarter` is "2026-T2"; `url` where anybody can look them up."""

    source: str
    quarter: str
    licence: str
    url: str


@dataclass(frozen=True, slots=True)
class Coverage(Generic[D]):
    """How many premises of a place have fibre by one definition, out of those that the same source counts there.

    `code` is the INSEE code of a commune, the SIREN of an EPCI or the number of a département.
    """

    code: str
    covered: int
    premises: int
    publication: Publication
    definition: type[D]

    @property
    def percent(self) -> float:
        """Share of the premises, 0 to 100."""
        return 100 * self.covered / self.premises if self.premises else 0.0


def total(code: str, parts: Iterable[Coverage[D]]) -> Coverage[D]:
    """The figure of a place made of others.

    Raises:
        ValueError: nothing to add, or figures of two publications or definitions: no visitor's doing.
    """
    added = tuple(parts)
    kinds = {(part.publication, part.definition) for part in added}
    if len(kinds) != 1:
        raise ValueError(f"{len(kinds)} publications in one figure")
    publication, definition = kinds.pop()
    return Coverage(code, sum(p.covered for p in added), sum(p.premises for p in added), publication, definition)


@dataclass(frozen=True, slots=True)
class QuarterCount(Generic[D]):
    """How many premises of a commune had fibre in a past quarter, by a file that does not say out of how many.

    There is no ratio to make of it: the premises of another file are another census.
    """

    code: str
    covered: int
    publication: Publication
    definition: type[D]


@dataclass(frozen=True, slots=True)
class CopperClosure:
    """When copper closes for good in a commune, as a file said on a day. Both dates are ISO 8601.

    `closes_on` is None where the file names no date.
    """

    code: str
    closes_on: str | None
    told_on: str
    source: str
    url: str


class BuildingState(StrEnum):
    """The state of a building in Arcep's files; the glossary explains each word."""

    TARGET = "cible"
    SIGNED = "signé"
    UNDER_WAY = "en cours de déploiement"
    CONNECTABLE = "raccordable"
    ON_DEMAND = "raccordable sur demande"
    ABANDONED = "abandonné"
    ELIGIBLE = "éligible"
    NOT_ELIGIBLE = "non éligible"


@dataclass(frozen=True, slots=True)
class Building:
    """A building as Arcep's files know it.

    `identifier` is opaque and changes from quarter to quarter. `address_id` is the BAN's, or None; `x` and `y` are
    metres of EPSG:3857, 0 where the file does not say. `operators` are the names of those that sell fibre there, when
    the file of eligibility says.
    `distance`: metres to the address that was asked for, 0 when the building carries that address.
    """

    identifier: str
    code: str
    address_id: str | None
    label: str
    x: float
    y: float
    state: BuildingState
    publication: Publication
    operators: tuple[str, ...] = ()
    distance: float = 0.0


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address of the Base adresse nationale.

    `identifier` is the BAN's. `number` is "12" or "12 bis"; `lon` and `lat` are degrees, `x` and `y` metres of
    EPSG:3857.
    """

    identifier: str
    label: str
    number: str
    street: str
    postcode: str
    code: str
    lon: float
    lat: float
    x: float
    y: float


class DatasetKind(StrEnum):
    """What a file of open data holds."""

    PREMISES = "premises"  # Ma connexion internet: premises by commune
    TECHNOLOGIES = "technologies"  # Ma connexion internet: premises eligible by technology
    LAYER = "layer"  # observatoire: connectable premises by commune
    HISTORY = "history"  # observatoire: the same by quarter
    BUILDINGS = "buildings"  # Ma connexion internet
    ELIGIBILITY = "eligibility"  # Ma connexion internet: who sells what in which building
    OPERATORS = "operators"  # Ma connexion internet: their names
    STATES = "states"  # observatoire: buildings and their states
    COPPER = "copper"
    ADDRESSES = "addresses"  # Base adresse nationale
    CONTOURS = "contours"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file that was loaded. `day`: the last of its quarter, or the file's own, ISO 8601; None where it has none.

    `waiting`: half of a pair of files whose other half is of another quarter; nothing is answered with it yet.
    """

    kind: DatasetKind
    day: str | None
    source: str
    licence: str
    url: str
    file: str
    digest: str
    rows: int
    imported_at: str
    waiting: bool
