"""The buildings of an address, or near a point, and their states: some milliseconds among hundreds of thousands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import hypot

from assistant.fibre.database import CELL, CELL_OF
from assistant.fibre.loaded import LoadedFigures, published
from assistant.fibre.projections import stretch
from assistant.fibre.published import PublishedFile, Row
from assistant.figures import Building, BuildingState, Dataset, DatasetKind

# Which columns make a building, whichever file it comes from: its id, the operator's id of it, and the rest.
OF_BUILDINGS = "id, operator_id, code, address_id, label, x, y"
OF_STATES = "id, id, code, NULL, label, x, y"
OPEN = (BuildingState.CONNECTABLE, BuildingState.ON_DEMAND)  # eligible once the PM behind them is open


class Buildings:
    """Buildings of Ma connexion internet, which know their addresses; else those of the observatoire.

    A state is the observatoire's where that file was loaded and has the building: Ma connexion internet names it by the
    same identifier of the operator. Else it is what the file of eligibility says.
    """

    def __init__(self, file: PublishedFile, figures: LoadedFigures) -> None:
        self._file = file
        self._states = figures.dataset(DatasetKind.STATES)
        eligibility = figures.dataset(DatasetKind.ELIGIBILITY)
        self._buildings = figures.dataset(DatasetKind.BUILDINGS) if eligibility else None
        named = figures.dataset(DatasetKind.OPERATORS)
        self._operators: dict[str, str] = dict(file.rows("SELECT code, name FROM operators")) if named else {}

    @property
    def any(self) -> bool:
        """Is there any?"""
        return bool(self._buildings or self._states)

    def of_address(self, address_id: str, code: str) -> tuple[Building, ...]:
        """Those that carry an address of the BAN, in a commune."""
        if not self._buildings:
            return ()
        query = f"SELECT {OF_BUILDINGS} FROM buildings WHERE address_id = ? AND code = ? ORDER BY id"
        return tuple(self._building(row, self._buildings) for row in self._file.rows(query, address_id, code))

    def nearest(self, x: float, y: float, most: int, within: float) -> tuple[Building, ...]:
        """The nearest to a point of EPSG:3857, at most so many metres of ground away."""
        dataset = self._buildings or self._states
        if dataset is None:
            return ()
        found = sorted(self._around(x, y, within, dataset), key=lambda pair: (pair[0], pair[1][0]))
        return tuple(
            replace(self._building(row, dataset), distance=round(distance, 1)) for distance, row in found[:most]
        )

    def _around(self, x: float, y: float, within: float, dataset: Dataset) -> Iterator[tuple[float, Row]]:
        """Distance in metres, and the row, of every building that near."""
        ratio = stretch(y)
        reach = within * ratio
        columns = OF_STATES if dataset is self._states else OF_BUILDINGS
        query = f"SELECT {columns} FROM {dataset.kind} WHERE {CELL_OF} BETWEEN ? AND ?"
        for column in range(int(x - reach) // CELL, int(x + reach) // CELL + 1):
            first, last = (column * 100_000 + int(north) // CELL for north in (y - reach, y + reach))
            for row in self._file.rows(query, first, last):
                distance = hypot(row[5] - x, row[6] - y) / ratio
                if distance <= within:
                    yield distance, row

    def _building(self, row: Row, dataset: Dataset) -> Building:
        identifier, operator_id, code, address_id, label, x, y = row
        observed = self._observed(operator_id)
        building = Building(
            identifier, code, address_id, label, x, y, observed or BuildingState.NOT_ELIGIBLE,
            published(self._states if observed and self._states else dataset),
        )  # fmt: skip
        if observed:
            return building
        sold = self._file.rows("SELECT DISTINCT operator FROM eligibility WHERE building = ?", identifier)
        sellers = [str(row[0]) for row in sold]
        names = tuple(sorted(self._operators.get(operator, operator) for operator in sellers))
        return replace(building, state=BuildingState.ELIGIBLE, operators=names) if names else building

    def _observed(self, identifier: str) -> BuildingState | None:
        """The state in the observatoire's file, if the building is there.

        Laid, or laid on demand, is open to operators behind a PM that is laid too and that opened by the end of the
        quarter, or at no date: the rule that Arcep published in 2020. Else works are under way.
        """
        if self._states is None:
            return None
        query = "SELECT state, cabinet_open, opened_on FROM states WHERE id = ?"
        for state, cabinet_open, opened_on in self._file.rows(query, identifier):
            is_open = cabinet_open and (opened_on or "") <= (self._states.day or "")
            return BuildingState(state) if is_open or state not in OPEN else BuildingState.UNDER_WAY
        return None
