"""What a file must be to take the place of the one before. Each refusal says what is wrong and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from assistant.fibre.communes import shipped_table
from assistant.fibre.loading.fill import Filled
from assistant.fibre.loading.recipes import Recipe
from assistant.fibre.projections import MERCATOR
from assistant.fibre.quarters import quarter_of
from assistant.models import FibreFileRefused
from assistant.wording import french_date, french_number, sentence

SHARE_OF_COMMUNES = 0.95
SHARE_OF_PLACES = 0.95
FALL = 0.10  # share of a figure that may go from one quarter to the next
SMALL = 100  # premises: a commune may lose these without a word, by a census that is mended

Values = Mapping[str, Sequence[int]]  # by INSEE code


def check_rows(connection: sqlite3.Connection, recipe: Recipe, table: str, filled: Filled, name: str) -> None:
    """The file is of the Somme, and of nearly all of it.

    Raises:
        FibreFileRefused: it is not.
    """
    if not filled.seen:
        raise FibreFileRefused(name, sentence("fibre_data.refused.empty"))
    if not filled.kept:
        rule = "department" if recipe.communes else "nothing"
        raise FibreFileRefused(name, sentence(f"fibre_data.refused.{rule}"))
    if not recipe.communes:
        return
    known = shipped_table().communes.keys()
    there = {row[0] for row in connection.execute(f"SELECT DISTINCT code FROM {table}")} & known
    if len(there) < SHARE_OF_COMMUNES * len(known):
        values = {"found": len(there), "all": len(known)}
        raise FibreFileRefused(name, sentence("fibre_data.refused.communes", **values))


def check_places(connection: sqlite3.Connection, table: str, kept: int, name: str) -> None:
    """Nearly all the buildings are in the Somme: a few may be nowhere, in a census of that size.

    Raises:
        FibreFileRefused: they are elsewhere, or placed in another way.
    """
    west, east, south, north = MERCATOR
    here = f"SELECT count(*) FROM {table} WHERE x BETWEEN ? AND ? AND y BETWEEN ? AND ?"
    placed = connection.execute(here, (west, east, south, north)).fetchone()[0]
    if placed < SHARE_OF_PLACES * kept:
        told = {"placed": french_number(placed), "all": french_number(kept)}
        raise FibreFileRefused(name, sentence("fibre_data.refused.places", **told))


def check_age(day: str | None, before: str | None, force: bool, name: str) -> None:
    """The file is no older than the one in place.

    Raises:
        FibreFileRefused: it is, and nobody says that it is meant.
    """
    if day and before and day < before and not force:
        told = french_date if quarter_of(day) == quarter_of(before) else quarter_of
        values = {"day": told(day), "before": told(before)}
        raise FibreFileRefused(name, sentence("fibre_data.refused.older", **values))


def check_ratio(values: Values, name: str) -> None:
    """Premises, then those that have fibre: not more than there are.

    Raises:
        FibreFileRefused: a commune has more.
    """
    for code, (premises, covered) in values.items():
        if covered > premises:
            told = {"code": code, "covered": covered, "premises": premises}
            raise FibreFileRefused(name, sentence("fibre_data.refused.ratio", **told))


def check_fall(after: Values, before: Values, force: bool, name: str) -> None:
    """Nothing falls by more than a tenth: in the whole, nor in a commune of some size.

    Raises:
        FibreFileRefused: something does, and nobody says that it is meant.
    """
    if force:
        return
    for code in before.keys() & after.keys():
        for was, now in zip(before[code], after[code], strict=True):
            if was - now > SMALL:
                _check(f"({code})", was, now, name)
    for was, now in zip(_sums(before), _sums(after), strict=False):
        _check("", was, now, name)


def check_count(now: int, was: int | None, force: bool, name: str) -> None:
    """A file has nearly as many rows as the one before.

    Raises:
        FibreFileRefused: it has far fewer, and nobody says that it is meant.
    """
    if was and not force:
        _check("", was, now, name)


def _check(where: str, was: int, now: int, name: str) -> None:
    if now < (1 - FALL) * was:
        told = {"where": f" {where}" if where else "", "was": french_number(was), "now": french_number(now)}
        raise FibreFileRefused(name, sentence("fibre_data.refused.fall", **told))


def _sums(values: Values) -> list[int]:
    return [sum(column) for column in zip(*values.values(), strict=True)]
