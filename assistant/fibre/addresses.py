"""The addresses of the Base adresse nationale that was loaded, found as people write them."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from assistant.fibre.loaded import LoadedFigures
from assistant.fibre.projections import web_mercator
from assistant.fibre.published import PublishedFile, Row
from assistant.fibre.streets import folded_repetition, folded_street
from assistant.figures import Address, Commune, DatasetKind

ALIKE = 88  # of 100: « rue general leclec » is « rue general leclerc »
MOST = 10


class Addresses:
    """Looked up by commune, number and street."""

    def __init__(self, file: PublishedFile, figures: LoadedFigures, communes: Mapping[str, Commune]) -> None:
        self._file = file
        self._communes = communes
        self._any = figures.dataset(DatasetKind.ADDRESSES) is not None

    def find(self, code: str, number: int | None, repetition: str, street: str) -> tuple[Address, ...]:
        """Those that are written so, at most ten; without a number, the first of the street."""
        if not self._any:
            return ()
        condition, values = "", list[object]()
        if number is not None:
            condition, values = "AND number = ? AND repetition = ?", [number, folded_repetition(repetition)]
        query = (
            "SELECT id, number, repetition, street, postcode, lon, lat FROM addresses"
            f" WHERE code = ? AND street_key = ? {condition} ORDER BY number, repetition LIMIT {MOST}"
        )
        streets = self._streets(code, folded_street(street))
        rows = [row for key in streets for row in self._file.rows(query, code, key, *values)]
        return tuple(self._address(code, row) for row in rows[:MOST])

    def _streets(self, code: str, key: str) -> list[str]:
        """The street that is written so; else those that have all its words; else the nearest in spelling."""
        streets = [row[0] for row in self._file.rows("SELECT DISTINCT street_key FROM addresses WHERE code = ?", code)]
        if key in streets:
            return [key]
        words = set(key.split())
        holding = [street for street in streets if words and words <= set(street.split())]
        if holding:
            return holding
        best = process.extractOne(key, streets, scorer=fuzz.ratio, score_cutoff=ALIKE)
        return [best[0]] if best else []

    def _address(self, code: str, row: Row) -> Address:
        identifier, number, repetition, street, postcode, lon, lat = row
        commune = self._communes.get(code)
        numbered = f"{number} {repetition}".strip()
        label = " ".join(part for part in (numbered, f"{street},", postcode, commune.name if commune else "") if part)
        return Address(identifier, label, numbered, street, postcode, code, lon, lat, *web_mercator(lon, lat))
