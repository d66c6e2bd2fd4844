"""From a row of a file by building or by address to a row of ours: hundreds of thousands of them, so little is done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from math import isfinite

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.loading.recipes import BadCell, Recipe, Record, by_row, insee
from assistant.fibre.loading.table import Columns
from assistant.fibre.projections import to_mercator
from assistant.fibre.quarters import is_day
from assistant.fibre.streets import folded_repetition, folded_street
from assistant.figures import BuildingState, DatasetKind

FIBRE = "FO"
BAN = "ban"
# What the observatoire's file calls a state, by its first letters: codes ("DEPL") or words ("deploye").
STATES = {
    "ci": BuildingState.TARGET, "si": BuildingState.SIGNED, "en": BuildingState.UNDER_WAY,
    "ec": BuildingState.UNDER_WAY, "de": BuildingState.CONNECTABLE, "ra": BuildingState.ON_DEMAND,
    "ab": BuildingState.ABANDONED,
}  # fmt: skip


def _buildings(columns: Columns) -> Sequence[Record]:
    columns, codes = of_the_somme(columns, 4)
    ids, xs, ys, operator_ids, _, addresses, numbers, repetitions, streets, localities, sources = columns
    ban = {source for source in set(sources) if source.lower() == BAN}
    from_ban = [
        address if address and source in ban else None for address, source in zip(addresses, sources, strict=True)
    ]
    named = zip(numbers, repetitions, streets, localities, strict=True)
    labels = [label(number, repetition, street or locality) for number, repetition, street, locality in named]
    places = _floats("imb_x", xs), _floats("imb_y", ys)
    return list(zip(ids, operator_ids, codes, from_ban, labels, *places, strict=True))


def of_the_somme(columns: Columns, at: int) -> tuple[Columns, Sequence[str]]:
    """The rows whose commune is in the Somme, and their codes; the codes given are in the column `at`."""
    given = columns[at]
    codes = {code: _insee(code) for code in set(given)}
    if all(code == mended and code.startswith(DEPARTMENT) for code, mended in codes.items()):
        return columns, given
    kept = [codes[code].startswith(DEPARTMENT) for code in given]
    columns = [list(compress(column, kept)) for column in columns]
    return columns, [codes[code] for code in columns[at]]


@lru_cache(maxsize=65_536)  # more than there are communes in France: each is judged once
def _insee(code: str) -> str:
    """A code; "" where a national file has none, or none of ours."""
    try:
        return insee(code)
    except BadCell:
        return ""


def _floats(name: str, cells: Sequence[str]) -> list[float]:
    """Finite numbers; 0 where there is none."""
    if "" in cells:
        cells = [cell or "0" for cell in cells]
    try:
        numbers = list(map(float, cells))
        if isfinite(sum(numbers)):
            return numbers
    except ValueError:
        pass
    raise _first_bad(name, cells)


def _first_bad(name: str, cells: Sequence[str]) -> BadCell:
    for row, cell in enumerate(cells):
        try:
            if isfinite(float(cell)):
                continue
        except ValueError:
            pass
        return BadCell(name, cell, row)
    return BadCell(name, "", 0)


def label(number: str, repetition: str, street: str) -> str:
    """ "12 bis Rue de l'Église": what the file has of it."""
    if number in ("", "0"):
        return street
    return f"{number} {repetition} {street}" if repetition else f"{number} {street}"


def _eligibility(columns: Columns) -> Sequence[Record]:
    buildings, operators, technologies = columns
    sold = [technology == FIBRE for technology in technologies]
    return list(zip(compress(buildings, sold), compress(operators, sold), strict=True))


def _states(columns: Columns) -> Sequence[Record]:
    columns, codes = of_the_somme(columns, 3)
    return by_row(_state)([*columns[:3], codes, *columns[4:]])


def _state(
    identifier: str, x: str, y: str, code: str, number: str, complement: str, way: str, street: str, state: str,
    cabinet: str, opened: str,
) -> Record | None:  # fmt: skip
    if not state.strip():
        return None
    known = STATES.get(state.strip()[:2].lower())
    if known is None:
        raise BadCell("imb_etat", state)
    try:
        place = to_mercator(float(x), float(y)) or (0.0, 0.0)
    except ValueError:
        raise BadCell("x, y", f"{x} {y}") from None
    cabinet_open = cabinet.strip()[:2].lower() == "de"
    shown = label(number, complement, f"{way} {street}".strip())
    return identifier, code, shown, *place, known.value, cabinet_open, _opening(opened.strip())


@lru_cache(maxsize=4096)
def _opening(text: str) -> str | None:
    """When a PM opened; None where the file does not say."""
    day = "-".join(reversed(text.split("/"))) if "/" in text else text[:10]
    if text and not is_day(day):
        raise BadCell("pm_date_mad", text)
    return day if text else None


def _addresses(columns: Columns) -> Sequence[Record]:
    columns, codes = of_the_somme(columns, 5)
    ids, numbers, repetitions, streets, postcodes, _, lons, lats = columns
    keys = map(folded_street, streets)
    folded = [folded_repetition(repetition) if repetition else "" for repetition in repetitions]
    whole = [int(number) for number in _floats("numero", numbers)]
    places = _floats("lon", lons), _floats("lat", lats)
    return list(zip(ids, codes, keys, whole, folded, streets, postcodes, *places, strict=True))


BUILDING_RECIPES = (
    Recipe(
        DatasetKind.BUILDINGS,
        ("imb_id", "imb_x", "imb_y", "imb_code", "imb_code_insee", "addr_code", "addr_numero", "addr_rep",
         "addr_nom_voie", "addr_nom_ld", "addr_source"),
        _buildings,
    ),
    Recipe(DatasetKind.ELIGIBILITY, ("imb_id", "code_operateur", "code_techno"), _eligibility, (), False),
    Recipe(
        DatasetKind.STATES,
        ("imb_id", "x", "y", "code_insee", "num_voie", "cp_no_voie", "type_voie", "nom_voie", "imb_etat", "pm_etat"),
        _states,
        ("pm_date_mad",),
    ),
    Recipe(
        DatasetKind.ADDRESSES,
        ("id", "numero", "rep", "nom_voie", "code_postal", "code_insee", "lon", "lat"),
        _addresses,
    ),
)  # fmt: skip
