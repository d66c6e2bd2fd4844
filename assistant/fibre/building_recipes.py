"""From a row of a file by building or by address to a row of ours: hundreds of thousands of them, so little is done."""

from __future__ import annotations

from functools import lru_cache

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.projections import to_mercator
from assistant.fibre.quarters import is_day
from assistant.fibre.recipes import BadCell, Recipe, Record, insee
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
OPEN = (BuildingState.CONNECTABLE, BuildingState.ON_DEMAND)


def _building(
    identifier: str, x: str, y: str, operator_id: str, code: str, address_id: str, number: str, repetition: str,
    street: str, locality: str, source: str,
) -> Record | None:  # fmt: skip
    if len(code) != 5:
        code = insee(code)
    if code[:2] != DEPARTMENT:
        return None
    try:
        east, north = float(x), float(y)
    except ValueError:
        raise BadCell("imb_x, imb_y", f"{x} {y}") from None
    if not (east < 1e9 and north < 1e9):  # nan and inf pass float()
        raise BadCell("imb_x, imb_y", f"{x} {y}")
    address = address_id if source == BAN and address_id else None
    return identifier, operator_id, code, address, label(number, repetition, street or locality), east, north


def label(number: str, repetition: str, street: str) -> str:
    """ "12 bis Rue de l'Église": what the file has of it."""
    if number in ("", "0"):
        return street
    return f"{number} {repetition} {street}" if repetition else f"{number} {street}"


def _eligibility(building: str, operator: str, technology: str) -> Record | None:
    return (building, operator) if technology == FIBRE else None


def _state(
    identifier: str, x: str, y: str, code: str, number: str, complement: str, way: str, street: str, state: str,
    cabinet: str, opened: str,
) -> Record | None:  # fmt: skip
    if code[:2] != DEPARTMENT and not (len(code) == 5 and code.isalnum()):
        code = insee(code) if code.strip() else ""
    if code[:2] != DEPARTMENT or len(code) != 5:
        return None
    known = STATES.get(state.strip()[:2].lower())
    if known is None:
        raise BadCell("imb_etat", state)
    try:
        place = to_mercator(float(x), float(y))
    except ValueError:
        raise BadCell("x, y", f"{x} {y}") from None
    if place is None:
        raise BadCell("x, y", f"{x} {y}")
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


def _address(
    identifier: str, number: str, repetition: str, street: str, postcode: str, code: str, lon: str, lat: str
) -> Record | None:
    if len(code) != 5:
        code = insee(code)
    if code[:2] != DEPARTMENT:
        return None
    try:
        place = float(lon), float(lat)
        numbered = int(number)
    except ValueError:
        raise BadCell("numero, lon, lat", f"{number} {lon} {lat}") from None
    folded = folded_repetition(repetition) if repetition else ""
    return identifier, code, folded_street(street), numbered, folded, street, postcode, *place


BUILDING_RECIPES = (
    Recipe(
        DatasetKind.BUILDINGS,
        ("imb_id", "imb_x", "imb_y", "imb_code", "imb_code_insee", "addr_code", "addr_numero", "addr_rep",
         "addr_nom_voie", "addr_nom_ld", "addr_source"),
        _building,
    ),
    Recipe(DatasetKind.ELIGIBILITY, ("imb_id", "code_operateur", "code_techno"), _eligibility, (), False),
    Recipe(
        DatasetKind.STATES,
        ("imb_id", "x", "y", "code_insee", "num_voie", "cp_no_voie", "type_voie", "nom_voie", "imb_etat", "pm_etat"),
        _state,
        ("pm_date_mad",),
    ),
    Recipe(
        DatasetKind.ADDRESSES,
        ("id", "numero", "rep", "nom_voie", "code_postal", "code_insee", "lon", "lat"),
        _address,
    ),
)  # fmt: skip
