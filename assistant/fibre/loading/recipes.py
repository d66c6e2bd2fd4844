"""From a row of a file by commune to a row of ours. A recipe says which columns it needs: they are the file's name.

A recipe's `convert` takes the cells of its columns, some thousands of rows at a time, and gives the rows to keep: those
of another département, or of another kind, are no concern of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.loading.table import Columns
from assistant.fibre.quarters import is_day
from assistant.figures import DatasetKind

Record = tuple[object, ...]
CODE = re.compile(r"\d[\dAB]\d{3}")


class BadCell(Exception):
    """A cell that cannot be what its column says. `row` counts from the first of those that were converted at once."""

    def __init__(self, column: str, value: str, row: int = 0) -> None:
        super().__init__(column, value, row)
        self.column = column
        self.value = value[:60]
        self.row = row


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a kind of file is known and taken. `optional` columns are "" where the file has none.

    `communes`: each row is of a commune, and nearly all must be there.
    """

    kind: DatasetKind
    columns: tuple[str, ...]
    convert: Callable[[Columns], Sequence[Record]]
    optional: tuple[str, ...] = ()
    communes: bool = True


def by_row(convert: Callable[..., Record | None]) -> Callable[[Columns], Sequence[Record]]:
    """A conversion of one row after the other; None is a row to leave."""

    def converted(columns: Columns) -> Sequence[Record]:
        records = []
        for number, row in enumerate(zip(*columns, strict=True)):
            try:
                record = convert(*row)
            except BadCell as error:
                raise BadCell(error.column, error.value, number) from error
            if record is not None:
                records.append(record)
        return records

    return converted


def insee(text: str) -> str:
    """An INSEE code, given back the zeros that a spreadsheet took: "1004" is in the Ain, "8012" in the Ardennes."""
    code = text.strip().zfill(5)
    if not CODE.fullmatch(code):
        raise BadCell("code INSEE", text)
    return code


def count(column: str, text: str) -> int:
    """A whole number that is not negative, whichever way a DBF or a spreadsheet writes it: "6303", "6303.000"."""
    try:
        number = float(text.replace("\u202f", "").replace("\xa0", "").replace(",", "."))
    except ValueError:
        raise BadCell(column, text) from None
    if not (number >= 0 and number.is_integer()):
        raise BadCell(column, text)
    return int(number)


def day(column: str, text: str) -> str:
    """A day in ISO 8601, which may also be written 31/01/2027."""
    day = "-".join(reversed(text.strip().split("/"))) if "/" in text else text.strip()[:10]
    if not is_day(day):
        raise BadCell(column, text)
    return day


def _premises(code: str, premises: str, kind: str, date: str) -> Record | None:
    code = insee(code)
    if not code.startswith(DEPARTMENT) or kind not in ("all", ""):
        return None
    return day("date", date), code, count("nbr", premises)


def _technologies(code: str, eligible: str, date: str, kind: str) -> Record | None:
    code = insee(code)
    if not code.startswith(DEPARTMENT) or kind not in ("all", ""):
        return None
    return day("date", date), code, count("elig_ftth", eligible)


def _layer(code: str, premises: str, connectable: str) -> Record | None:
    code = insee(code)
    if not code.startswith(DEPARTMENT):
        return None
    return code, count("Locaux", premises), count("ftth", connectable)


def _history(code: str, quarter: str, connectable: str) -> Record | None:
    code = insee(code)
    return (quarter, code, count(quarter, connectable)) if code.startswith(DEPARTMENT) else None


def _copper(code: str, closes_on: str) -> Record | None:
    """No date, or a year alone (« d'ici 2030 »): none is known."""
    code = insee(code)
    if not code.startswith(DEPARTMENT):
        return None
    dated = re.fullmatch(r"\s*\d[\d/-]+\d\s*|.*T\d\d:.*", closes_on) and not re.fullmatch(r"\s*\d{4}\s*", closes_on)
    return code, day("fermeture_technique", closes_on) if dated else None


def _contour(code: str, rings: str) -> Record | None:
    return (code, rings) if rings and code.startswith(DEPARTMENT) else None


def _operator(code: str, name: str, _: str) -> Record | None:
    return (code.strip(), name.strip()) if code.strip() and name.strip() else None


COMMUNE_RECIPES = (
    Recipe(DatasetKind.PREMISES, ("code_insee", "nbr", "type", "date"), by_row(_premises)),
    Recipe(DatasetKind.TECHNOLOGIES, ("code_insee", "elig_ftth", "date"), by_row(_technologies), ("type",)),
    Recipe(DatasetKind.LAYER, ("insee_com", "locaux", "ftth"), by_row(_layer)),
    Recipe(DatasetKind.HISTORY, ("code", "quarter", "connectable"), by_row(_history)),
    Recipe(DatasetKind.COPPER, ("code_insee", "fermeture_technique"), by_row(_copper)),
    Recipe(DatasetKind.CONTOURS, ("code", "rings"), by_row(_contour)),
    Recipe(DatasetKind.OPERATORS, ("code", "nom", "code_interop"), by_row(_operator), (), False),
)
