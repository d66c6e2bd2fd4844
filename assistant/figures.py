"""The nouns of fibre and copper: communes, and dated figures that know what they count.

A figure of Arcep is only worth something with its source, its quarter and its definition, and two definitions must not
meet in one ratio: the definition is part of a figure's type, and mypy refuses a sum of two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, TypeVar


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the Somme. `code` is the INSEE code, `epci` the name of the group of communes that it belongs to."""

    code: str
    name: str
    postcodes: tuple[str, ...]
    epci_code: str
    epci: str


class Definition(StrEnum):
    """What a source counts as having fibre."""

    CONNECTABLE = "connectable"  # the branching point is laid and open to operators (Cartefibre, observatoire)
    ELIGIBLE = "eligible"  # connectable or so on demand, behind an opened PM (Ma connexion internet)


Connectable = Literal[Definition.CONNECTABLE]
Eligible = Literal[Definition.ELIGIBLE]
D = TypeVar("D", Connectable, Eligible)  # one or the other, never « one of both »


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
    definition: D

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
    definition: D


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
    """The state of a building in Arcep's files; `texts/fibre.toml` says them in French, the glossary explains them."""

    TARGET = "target"
    SIGNED = "signed"
    UNDER_WAY = "under_way"
    CONNECTABLE = "connectable"
    ON_DEMAND = "on_demand"
    ABANDONED = "abandoned"
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"


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


SURE = 0.7  # the geocoder answers noise with a status of success: below this score, the visitor is asked to confirm


class AddressKind(StrEnum):
    """How precisely the geocoder placed an address."""

    HOUSENUMBER = "housenumber"
    STREET = "street"
    LOCALITY = "locality"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class AddressFound:
    """An address as the Géoplateforme knows it; it may lie outside the Somme, which `code` tells.

    `identifier` is the BAN's, `code` the INSEE code of the commune `city`. `score` goes from 0 to 1. `lon` and `lat`
    are degrees (WGS 84), `x` and `y` the same point in metres of EPSG:3857, as in Arcep's files of buildings.
    """

    identifier: str
    label: str
    score: float
    kind: AddressKind
    code: str
    city: str
    postcode: str
    lon: float
    lat: float
    x: float
    y: float

    @property
    def sure(self) -> bool:
        """Whether it needs no confirmation by the visitor."""
        return self.score >= SURE


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


@dataclass(frozen=True, slots=True)
class Reference:
    """A page where a visitor can look something up."""

    label: str
    url: str


class Awaited(StrEnum):
    """What an answer asks the visitor for, so that the next message can be understood."""

    PLACE = "place"
    CONSENT = "consent"  # to send an address to the public geocoder
    CONFIRMATION = "confirmation"  # that the address found is the one meant


@dataclass(frozen=True, slots=True)
class FibreTold:
    """What an answer told of fibre or copper, beside its sentences.

    `topic` is the rule that answered. `communes` are those spoken of, which the next question need not name again;
    `coverage` and `copper` are theirs, those that are known; `eligible` is another census by another definition.
    `department` is what a commune can be compared with, `history` its earlier quarters, the oldest first, or `counts`,
    where a file does not say out of how many. `address` is the one looked up, with its `buildings`; `candidates`
    those among which the visitor has to choose. They are kept with the conversation, and nowhere else.
    """

    topic: str
    communes: tuple[Commune, ...] = ()
    coverage: tuple[Coverage[Connectable], ...] = ()
    department: Coverage[Connectable] | None = None
    eligible: tuple[Coverage[Eligible], ...] = ()
    history: tuple[Coverage[Connectable], ...] = ()
    counts: tuple[QuarterCount[Connectable], ...] = ()
    copper: tuple[CopperClosure, ...] = ()
    address: AddressFound | None = None
    buildings: tuple[Building, ...] = ()
    awaited: Awaited | None = None
    candidates: tuple[AddressFound, ...] = ()
