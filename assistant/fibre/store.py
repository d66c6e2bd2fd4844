"""The figures that are answered with: those of the shipped table, or newer ones that were loaded."""

from __future__ import annotations

from functools import cached_property

from assistant.fibre.communes import DEPARTMENT, CommuneTable, shipped_table
from assistant.figures import AddressFound, Building, Commune, Connectable, CopperClosure, Coverage, Eligible, total


class FibreStore:
    """Figures by commune, EPCI and département. Safe to share between threads."""

    def __init__(self, table: CommuneTable) -> None:
        self._table = table

    @property
    def communes(self) -> tuple[Commune, ...]:
        """The communes of the Somme, by INSEE code."""
        return tuple(self._table.communes.values())

    has_buildings = False

    def commune(self, code: str) -> Commune | None:
        """The commune of the Somme that has this INSEE code."""
        return self._table.communes.get(code)

    def buildings_of(self, address_id: str, code: str) -> tuple[Building, ...]:
        return ()

    def nearest_buildings(self, x: float, y: float, most: int = 3) -> tuple[Building, ...]:
        return ()

    def find_address(self, code: str, number: int, repetition: str, street: str) -> tuple[AddressFound, ...]:
        return ()

    def coverage(self, code: str) -> Coverage[Connectable] | None:
        """The newest figure of a commune, or None when no file counts it."""
        return self._table.coverage.get(code)

    def eligible(self, code: str) -> Coverage[Eligible] | None:
        """The figure of Ma connexion internet, when it was loaded: another census, another definition."""
        return None

    def history(self, code: str) -> tuple[Coverage[Connectable], ...]:
        """The quarters that were loaded, oldest first; empty when none were."""
        return ()

    def copper(self, code: str) -> CopperClosure | None:
        """What the ministry's file says of a commune, or None when it does not name it."""
        return self._table.copper.get(code)

    @cached_property
    def department(self) -> Coverage[Connectable]:
        """The Somme as a whole: the sum of its communes."""
        return total(DEPARTMENT, self._table.coverage.values())

    def epci_coverage(self, epci_code: str) -> Coverage[Connectable] | None:
        """An EPCI, its communes outside the Somme left out; None when it has none in the Somme."""
        codes = [commune.code for commune in self.communes if commune.epci_code == epci_code]
        counted = [self._table.coverage[code] for code in codes if code in self._table.coverage]
        return total(epci_code, counted) if counted else None


def open_fibre() -> FibreStore:
    """The figures to answer with."""
    return FibreStore(shipped_table())
