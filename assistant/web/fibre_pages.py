"""`/fibre`: the communes of the Somme as a map and a table, and `/fibre.csv`. Whole pages, without any script."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Response
from fastapi.responses import HTMLResponse

from assistant.answering.fibre_say import percent, quarter
from assistant.fibre.store import FibreStore
from assistant.figures import Connectable, Coverage
from assistant.web.fibre_map import LastOutlines, Outlines, contour_map, epci_grid, legend, shade
from assistant.web.fibre_table import (
    Choice,
    Column,
    Row,
    all_rows,
    chosen,
    copper_said,
    folded,
    table_as_csv,
    totals,
)  # fmt: skip
from assistant.web.page import rendered
from assistant.wording import french_date, french_number, sentence, wording

PATH = "/fibre"
BEHIND = 90.0  # percent, under which a commune is counted as behind
ADDRESS_CHECKS = {"my_connection": "https://maconnexioninternet.arcep.fr", "fibre_map": "https://cartefibre.arcep.fr"}


def add_fibre_pages(app: FastAPI, figures: Callable[[], AbstractContextManager[FibreStore]]) -> None:
    """Add the routes. `figures` is called at each request: newer ones are shown as soon as they are loaded."""

    drawn = LastOutlines()

    @app.get(PATH, include_in_schema=False)
    def fibre(choice: Wanted) -> HTMLResponse:
        with figures() as store:
            codes = frozenset(commune.code for commune in store.communes)
            return HTMLResponse(page(store, choice, drawn.of(store.contours(), codes)))

    @app.get(f"{PATH}.csv", include_in_schema=False)
    def fibre_csv(choice: Wanted) -> Response:
        with figures() as store:
            name = sentence("fibre_page.csv.file", quarter=store.department.publication.quarter)
            table = table_as_csv(chosen(all_rows(store), choice))
        return Response(
            table,
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def wanted(
    epci: Annotated[str, Query()] = "",
    commune: Annotated[str, Query()] = "",
    tri: Annotated[str, Query()] = "",
    ordre: Annotated[str, Query()] = "",
) -> Choice:
    """A FastAPI dependency: what the address asks for."""
    return Choice.read(epci, commune, tri, ordre)


Wanted = Annotated[Choice, Depends(wanted)]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table, in words."""

    name: str
    epci: str
    connectable: str
    premises: str
    percent: str
    shade: str
    copper: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: the address that sorts by it, and how it is sorted now ("" when it is not)."""

    key: str
    text: str
    address: str
    order: str
    is_number: bool


def page(store: FibreStore, choice: Choice, outlined: Outlines | None) -> str:
    """The page as HTML; without outlines, its map is a grid."""
    rows = all_rows(store)
    shown = chosen(rows, choice)
    codes = frozenset(row.commune.code for row in shown)
    publication = store.department.publication
    return rendered(
        "fibre",
        words=wording("fibre_page"),
        skip_to="tableau",
        path=PATH,
        choice=choice,
        query=choice.query(),
        checks=ADDRESS_CHECKS,
        source=sentence(
            "fibre_page.on",
            source=publication.source,
            quarter=quarter(publication.quarter),
            licence=publication.licence,
        ),
        copper_note=_copper_note(rows),
        facts=_facts(store.department, rows),
        map=contour_map(rows, codes, outlined) if outlined else None,
        blocks=() if outlined else epci_grid(rows, codes),
        legend=legend(rows),
        groups=_groups(rows),
        headings=[_heading(choice, column) for column in Column],
        lines=[_line(row) for row in shown],
        selection=_selection(shown),
        total=_total(shown),
    )


def _facts(department: Coverage[Connectable], rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    """The figures that sum the département up, each with what it counts."""
    counted = [row.coverage for row in rows if row.coverage]
    complete = sum(coverage.covered == coverage.premises for coverage in counted)
    behind = sum(coverage.percent < BEHIND for coverage in counted)
    said = {
        "percent": percent(department),
        "covered": french_number(department.covered),
        "premises": french_number(department.premises),
        "communes": french_number(len(rows)),
    }
    return [
        (sentence("fibre_page.share", **said), sentence("fibre_page.share_text", **said)),
        (sentence("fibre_page.complete", count=french_number(complete)), sentence("fibre_page.complete_text", **said)),
        (sentence("fibre_page.behind", count=french_number(behind)), sentence("fibre_page.behind_text")),
    ]


def _copper_note(rows: tuple[Row, ...]) -> str:
    told = next((row.copper for row in rows if row.copper), None)
    return sentence("fibre_page.copper_note", source=told.source, date=french_date(told.told_on)) if told else ""


def _groups(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    """The EPCI that one can choose: code and name."""
    known = {row.commune.epci_code: row.commune.epci for row in rows}
    return sorted(known.items(), key=lambda group: folded(group[1]))


def _heading(choice: Choice, column: Column) -> Heading:
    query = choice.sorted_by(column).query()
    order = ("descending" if choice.descending else "ascending") if column is choice.column else ""
    is_number = column in (Column.CONNECTABLE, Column.PREMISES, Column.PERCENT)
    text = sentence(f"fibre_page.columns.{column.value}")
    return Heading(column.value, text, f"{PATH}?{query}#tableau" if query else f"{PATH}#tableau", order, is_number)


def _line(row: Row) -> Line:
    return Line(
        row.commune.name, row.commune.epci, *_figures(row.coverage), shade(row.coverage), copper_said(row.copper)
    )


def _figures(coverage: Coverage[Connectable] | None) -> tuple[str, str, str]:
    if coverage is None:
        return (sentence("fibre_page.none"),) * 3
    share = sentence("fibre_page.share", percent=percent(coverage))
    return french_number(coverage.covered), french_number(coverage.premises), share


def _total(shown: tuple[Row, ...]) -> tuple[str, str, str] | None:
    added = totals(shown)
    return _figures(added) if added else None


def _selection(shown: tuple[Row, ...]) -> str:
    """What the table holds, in one sentence."""
    added = totals(shown)
    if not shown:
        return sentence("fibre_page.selection_none")
    if not added:
        return sentence("fibre_page.selection_uncounted")
    key = "fibre_page.selection_one" if len(shown) == 1 else "fibre_page.selection_many"
    return sentence(
        key,
        count=french_number(len(shown)),
        covered=french_number(added.covered),
        premises=french_number(added.premises),
        percent=percent(added),
    )
