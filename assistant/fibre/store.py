"""The figures that are answered with: those of the shipped table, or newer ones that were loaded."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant.fibre.addresses import Addresses
from assistant.fibre.buildings import Buildings
from assistant.fibre.communes import DEPARTMENT, CommuneTable, shipped_table
from assistant.fibre.loaded import FAULTS, LoadedFigures, read_figures
from assistant.fibre.outlines import Rings, read_outlines
from assistant.fibre.published import PublishedFile
from assistant.figures import (
    Address,
    Building,
    Commune,
    Connectable,
    CopperClosure,
    Coverage,
    Dataset,
    DatasetKind,
    Eligible,
    QuarterCount,
    total,
)
from assistant.versions import Hold, current_version, fibre_versions, hold_for_reading
from assistant.wording import sentence

log = logging.getLogger(__name__)

NOTHING = LoadedFigures((), (), (), {}, {})


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, held so that nobody removes it."""

    name: str
    file: PublishedFile
    hold: Hold
    buildings: Buildings
    addresses: Addresses


class FibreStore:
    """Figures by commune, EPCI and département; buildings and addresses. Safe to share between threads.

    Use `open_fibre`.
    """

    def __init__(self, table: CommuneTable, figures: LoadedFigures = NOTHING, version: Version | None = None) -> None:
        self._table = table
        self._figures = figures
        self._version = version
        self._outlining = threading.Lock()  # a cached property locks nothing from Python 3.12 on
        self._coverage = _newest(figures, table)
        self._copper = figures.copper or table.copper
        self._eligible = figures.eligible[-1] if figures.eligible else {}

    @property
    def version(self) -> str:
        """The version that is read; "" when only the shipped table is."""
        return self._version.name if self._version else ""

    @property
    def communes(self) -> tuple[Commune, ...]:
        """The communes of the Somme, by INSEE code."""
        return tuple(self._table.communes.values())

    def commune(self, code: str) -> Commune | None:
        """The commune of the Somme that has this INSEE code."""
        return self._table.communes.get(code)

    def coverage(self, code: str) -> Coverage[Connectable] | None:
        """The newest figure of a commune, or None when no file counts it."""
        return self._coverage.get(code)

    def eligible(self, code: str) -> Coverage[Eligible] | None:
        """The figure of Ma connexion internet, when it was loaded: another census, another definition."""
        return self._eligible.get(code)

    def history(self, code: str) -> tuple[Coverage[Connectable], ...]:
        """The quarters that were loaded, oldest first; empty when none were."""
        return tuple(quarter[code] for quarter in self._figures.connectable if code in quarter)

    def count_history(self, code: str) -> tuple[QuarterCount[Connectable], ...]:
        """The quarters of the observatoire's workbook, oldest first: how many premises, not out of how many."""
        return self._figures.counts.get(code, ())

    def copper(self, code: str) -> CopperClosure | None:
        """What the ministry's file says of a commune, or None when it does not name it."""
        return self._copper.get(code)

    @cached_property
    def department(self) -> Coverage[Connectable]:
        """The Somme as a whole: the sum of its communes."""
        return total(DEPARTMENT, self._coverage.values())

    def epci_coverage(self, epci_code: str) -> Coverage[Connectable] | None:
        """An EPCI, its communes outside the Somme left out; None when it has none in the Somme."""
        codes = [commune.code for commune in self.communes if commune.epci_code == epci_code]
        counted = [self._coverage[code] for code in codes if code in self._coverage]
        return total(epci_code, counted) if counted else None

    @property
    def has_buildings(self) -> bool:
        """Are there buildings whose state is known?"""
        return self._version is not None and self._version.buildings.any

    def buildings_of(self, address_id: str, code: str) -> tuple[Building, ...]:
        """The buildings that carry an address: its identifier in the BAN, and the INSEE code of its commune."""
        return self._version.buildings.of_address(address_id, code) if self._version else ()

    def nearest_buildings(self, x: float, y: float, most: int = 3, within: float = 50.0) -> tuple[Building, ...]:
        """The buildings nearest to a point of EPSG:3857, at most so many metres away, the nearest first."""
        return self._version.buildings.nearest(x, y, most, within) if self._version else ()

    def find_address(self, code: str, number: int | None, repetition: str | None, street: str) -> tuple[Address, ...]:
        """The addresses of a commune that are written so, in the BAN that was loaded; at most ten."""
        return self._version.addresses.find(code, number, repetition or "", street) if self._version else ()

    def datasets(self) -> tuple[Dataset, ...]:
        """The files that were loaded."""
        return self._figures.datasets

    def contours(self) -> Mapping[str, Rings]:
        """The outlines of the communes, for a map: rings of longitudes and latitudes; none when none were loaded.

        The same object at each call.
        """
        with self._outlining:
            return self._contours

    @cached_property
    def _contours(self) -> Mapping[str, Rings]:
        loaded = self._version and self._figures.dataset(DatasetKind.CONTOURS)
        return read_outlines(self._version.file) if self._version and loaded else {}

    def close(self) -> None:
        """Give the version back: it may be removed once a newer one is published."""
        if self._version:
            self._version.file.close()
            self._version.hold.release()


def _newest(figures: LoadedFigures, table: CommuneTable) -> Mapping[str, Coverage[Connectable]]:
    """Loaded, unless the program came with a newer quarter."""
    shipped = next(iter(table.coverage.values())).publication.quarter
    for quarter in reversed(figures.connectable):
        if next(iter(quarter.values())).publication.quarter >= shipped:
            return quarter
    return table.coverage


def open_fibre(data: Path | None = None) -> FibreStore:
    """The figures to answer with: those published in the data folder, or the shipped table where there are none.

    The shipped table answers too where those published cannot be read, which the log says.
    """
    version = current_version(fibre_versions(data)) if data else None
    hold = hold_for_reading(version) if version else None
    if version is None or hold is None:
        return FibreStore(shipped_table())
    with ExitStack() as given_back:
        given_back.callback(hold.release)
        file = PublishedFile(version)
        given_back.callback(file.close)
        try:
            store = _read(version, file, hold)
        except FAULTS as error:
            log.warning(sentence("fibre_data.damaged", version=version.name, reason=repr(error)))
            return FibreStore(shipped_table())
        given_back.pop_all()  # it is the store that gives them back, when it is closed
        return store


def _read(version: Path, file: PublishedFile, hold: Hold) -> FibreStore:
    figures = read_figures(version)
    table = shipped_table()
    addresses = Addresses(file, figures, table.communes)
    return FibreStore(table, figures, Version(version.name, file, hold, Buildings(file, figures), addresses))
