"""The observatoire's workbook → one row a commune and quarter. Its layout moves: header, sheet and columns are found.

A workbook is read whole by python-calamine; so are those of the corpus, by `documents/tables`, as text to be quoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from io import BytesIO

from assistant.fibre.loading.table import Table, table_of_rows
from assistant.fibre.quarters import quarter_in
from assistant.models import FibreFileRefused
from assistant.wording import sentence, wording

COLUMNS = ("code", "quarter", "connectable")
LONGEST_HEADING = 10  # characters: « T4 2017 » is a quarter's column; « Locaux au T4 2017 » counts something else

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class _Found:
    """Where things are in a sheet. `quarters`: column → quarter."""

    header: int
    code: int
    kind: int | None
    quarters: Mapping[int, str]


def read_workbook(data: bytes, name: str, communes: Set[str]) -> Table:
    """Each commune's count by quarter, from the sheet that names the most of `communes`.

    Raises:
        FibreFileRefused: damaged, or no sheet has a commune a row and a quarter a column.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        best: tuple[int, Rows, _Found] | None = None
        for sheet in book.sheet_names:
            rows: Rows = book.get_sheet_by_name(sheet).to_python()
            found = _find(rows, communes)
            named = found and len({_code(row[found.code]) for row in rows[found.header + 1 :]} & communes)
            if found and named and (best is None or named > best[0]):
                best = named, rows, found
    except (CalamineError, KeyError) as error:
        raise FibreFileRefused(name, sentence("fibre_data.refused.damaged")) from error
    if best is None:
        raise FibreFileRefused(name, sentence("fibre_data.refused.workbook"))
    return table_of_rows(COLUMNS, _unpivoted(best[1], best[2]))


def _unpivoted(rows: Rows, found: _Found) -> Iterator[tuple[str, str, str]]:
    wanted = wording("fibre_data.counted")
    for row in rows[found.header + 1 :]:
        code = _code(row[found.code])
        if not code or (found.kind is not None and wanted not in str(row[found.kind]).lower()):
            continue
        for column, quarter in found.quarters.items():
            if (cell := _text(row[column])) != "":
                yield code, quarter, cell


def _find(rows: Rows, communes: Set[str]) -> _Found | None:
    """The header is the first row with two quarters; the code, the column that names the most communes."""
    for at, row in enumerate(rows[:50]):
        headings = [_text(cell) for cell in row]
        quarters = {
            column: quarter
            for column, heading in enumerate(headings)
            if len(heading) <= LONGEST_HEADING and (quarter := quarter_in(heading))
        }
        if len(quarters) < 2 or len(set(quarters.values())) < len(quarters):
            continue
        first = min(quarters)
        below = rows[at + 1 :]
        named = [len({_code(line[column]) for line in below} & communes) for column in range(first)]
        if not named or not max(named):
            return None
        return _Found(at, named.index(max(named)), _kind(below, first), quarters)
    return None


def _kind(rows: Rows, first: int) -> int | None:
    """The column that says what a row counts, when rows count several things: « Locaux raccordables », « Locaux »."""
    wanted = wording("fibre_data.counted")
    for column in range(first):
        if any(wanted in str(row[column]).lower() for row in rows):
            return column
    return None


def _code(cell: object) -> str:
    text = _text(cell)
    return text.zfill(5) if 4 <= len(text) <= 5 else ""


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
