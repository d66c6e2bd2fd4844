"""The communes with their figures: which ones, in which order, told in French, and as CSV."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from assistant.fibre.store import FibreStore
from assistant.figures import Commune, Connectable, CopperClosure, Coverage, total
from assistant.wording import french_date, sentence, wording

TYPED = 100  # characters of a name that is looked for
NO_DATE = "2030-13"  # sorts after every day until 2030, by when copper closes where the file gives no date


class Column(StrEnum):
    """A column of the table, as it stands in an address: `?tri=taux`. A telephone shows the first two."""

    NAME = "commune"
    PERCENT = "taux"
    CONNECTABLE = "raccordables"
    PREMISES = "locaux"
    COPPER = "cuivre"
    EPCI = "epci"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see. `epci` is a code, `name` what was typed; "": all."""

    epci: str = ""
    name: str = ""
    column: Column = Column.NAME
    descending: bool = False

    @classmethod
    def read(cls, epci: str, name: str, column: str, order: str) -> Choice:
        """From an address, which anybody may write: what means nothing counts as not said."""
        known = next((known for known in Column if known == column), Column.NAME)
        return cls(epci.strip()[:TYPED], " ".join(name.split())[:TYPED], known, order == "desc")

    def query(self) -> str:
        """As it stands in an address, without its « ? »."""
        said = {
            "epci": self.epci,
            "commune": self.name,
            "tri": "" if self.column is Column.NAME else self.column.value,
            "ordre": "desc" if self.descending else "",
        }
        return urlencode({name: value for name, value in said.items() if value})

    def sorted_by(self, column: Column) -> Choice:
        """The same, by another column; by the same one, the other way round."""
        return replace(self, column=column, descending=column is self.column and not self.descending)


@dataclass(frozen=True, slots=True)
class Row:
    """A commune with what is known of it."""

    commune: Commune
    coverage: Coverage[Connectable] | None
    copper: CopperClosure | None


def all_rows(store: FibreStore) -> tuple[Row, ...]:
    """Every commune, in the order of the names."""
    rows = (Row(commune, store.coverage(commune.code), store.copper(commune.code)) for commune in store.communes)
    return tuple(sorted(rows, key=lambda row: folded(row.commune.name)))


def chosen(rows: Sequence[Row], choice: Choice) -> tuple[Row, ...]:
    """Those that are wanted, in the order that is wanted: rows without a figure last, ties by name."""
    known_epci = any(row.commune.epci_code == choice.epci for row in rows)
    wanted = [row for row in rows if not known_epci or row.commune.epci_code == choice.epci]
    wanted = [row for row in wanted if _is_named(row.commune, choice.name)]
    key = SORTS[choice.column]
    first = [row for row in wanted if key(row) is not None]
    last = [row for row in wanted if key(row) is None]
    return (*sorted(first, key=key, reverse=choice.descending), *last)


# A number, a text, or None for what is not known: one type a column.
SORTS: dict[Column, Callable[[Row], Any]] = {
    Column.NAME: lambda row: folded(row.commune.name),
    Column.EPCI: lambda row: folded(row.commune.epci),
    Column.CONNECTABLE: lambda row: row.coverage.covered if row.coverage else None,
    Column.PREMISES: lambda row: row.coverage.premises if row.coverage else None,
    Column.PERCENT: lambda row: row.coverage.percent if row.coverage else None,
    Column.COPPER: lambda row: (row.copper.closes_on or NO_DATE) if row.copper else None,
}


def folded(text: str) -> str:
    """As names are compared and sorted: no case, accent or hyphen; « St » is « Saint »."""
    plain = unicodedata.normalize("NFD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    words = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def _is_named(commune: Commune, typed: str) -> bool:
    wanted = folded(typed)
    return wanted in folded(commune.name) or any(code.startswith(wanted) for code in commune.postcodes)


def totals(rows: Sequence[Row]) -> Coverage[Connectable] | None:
    """The rows taken together, or None when none of them is counted."""
    counted = [row.coverage for row in rows if row.coverage]
    return total("", counted) if counted else None


def copper_said(copper: CopperClosure | None) -> str:
    """The day of the closure, or what is known of it."""
    if copper is None:
        return sentence("fibre_page.none")
    return french_date(copper.closes_on) if copper.closes_on else sentence("fibre_page.by_2030")


def table_as_csv(rows: Sequence[Row]) -> str:
    """The rows as spreadsheets read them in France: `;`, decimal commas, a mark of UTF-8 at the start."""
    file = io.StringIO()
    file.write("\ufeff")
    lines = csv.writer(file, delimiter=";")
    lines.writerow(wording("fibre_page.csv.columns"))
    for row in rows:
        lines.writerow([harmless(cell) for cell in _cells(row)])
    return file.getvalue()


def _cells(row: Row) -> list[str]:
    commune, coverage, copper = row.commune, row.coverage, row.copper
    figures = (
        [str(coverage.covered), str(coverage.premises), f"{coverage.percent:.2f}".replace(".", ",")]
        if coverage
        else [""] * 3
    )
    closure = (copper.closes_on or sentence("fibre_page.by_2030")) if copper else ""
    counted = [coverage.publication.source, coverage.publication.quarter] if coverage else [""] * 2
    told = [copper.source, copper.told_on] if copper else [""] * 2
    return [commune.code, commune.name, commune.epci, *figures, closure, *counted, *told]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    Source: OWASP, CSV Injection.
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else cell
