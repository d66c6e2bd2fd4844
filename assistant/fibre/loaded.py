"""The figures by commune that were loaded, read once from a version: some hundreds of rows a quarter."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.fibre.database import FILE, SCHEMA_VERSION, has_table, open_for_reading
from assistant.fibre.quarters import is_day, last_day, quarter_of
from assistant.figures import (
    Connectable,
    CopperClosure,
    Coverage,
    D,
    Dataset,
    DatasetKind,
    Definition,
    Eligible,
    Publication,
    QuarterCount,
)
from assistant.wording import sentence

Quarters = tuple[Mapping[str, Coverage[D]], ...]
# What reading a version can raise where its file is damaged, or holds what this program would not have written:
# SQLite's own errors, or those of a kind, a day, a number or a key that is none.
FAULTS = (sqlite3.Error, ValueError, TypeError, LookupError)


@dataclass(frozen=True, slots=True)
class LoadedFigures:
    """By INSEE code. `connectable` and `eligible`: one mapping a quarter, oldest first."""

    datasets: tuple[Dataset, ...]
    connectable: Quarters[Connectable]
    eligible: Quarters[Eligible]
    counts: Mapping[str, tuple[QuarterCount[Connectable], ...]]
    copper: Mapping[str, CopperClosure]

    def dataset(self, kind: DatasetKind) -> Dataset | None:
        """The file of a kind that is answered with."""
        return next((each for each in self.datasets if each.kind is kind and not each.waiting), None)


def read_figures(version: Path) -> LoadedFigures:
    """Everything but buildings, addresses and contours.

    Raises:
        FAULTS: the file is damaged, or of another version of the program.
    """
    with closing(open_for_reading(version / FILE)) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            raise sqlite3.DatabaseError
        datasets = tuple(
            Dataset(DatasetKind(kind), _day(day), source, licence, url, file, digest, rows, imported_at, bool(waiting))
            for kind, waiting, day, source, licence, url, file, digest, rows, imported_at in connection.execute(
                "SELECT * FROM datasets ORDER BY kind, waiting"
            )
        )
        live = {each.kind: each for each in datasets if not each.waiting}
        return LoadedFigures(
            datasets,
            _quarters(connection, live.get(DatasetKind.LAYER), Definition.CONNECTABLE),
            _quarters(connection, live.get(DatasetKind.PREMISES), Definition.ELIGIBLE),
            _counts(connection, live.get(DatasetKind.HISTORY)),
            _copper(connection, live.get(DatasetKind.COPPER)),
        )


def published(dataset: Dataset, day: str | None = None) -> Publication:
    """Where the figures of a file come from; those of another quarter of it, when a day is given.

    The address is one where people look figures up: that of the file is for machines.
    """
    url = sentence(f"fibre_data.url.{dataset.kind}")
    return Publication(dataset.source, quarter_of(day or dataset.day or ""), dataset.licence, url)


def _day(text: str | None) -> str | None:
    """A day, or None; checked here, where a fault can be mended, rather than at somebody's question.

    Raises:
        ValueError: it is no day.
    """
    if text is not None and not is_day(text):
        raise ValueError(text)
    return text


def _quarters(connection: sqlite3.Connection, dataset: Dataset | None, definition: D) -> Quarters[D]:
    if dataset is None:
        return ()
    days: dict[str, dict[str, Coverage[D]]] = {}
    publications: dict[str, Publication] = {}
    for day, code, premises, covered in connection.execute(
        "SELECT day, code, premises, covered FROM coverage WHERE definition = ? AND premises IS NOT NULL"
        " AND covered IS NOT NULL ORDER BY day, code",
        (definition.value,),
    ):
        publication = publications.setdefault(day, published(dataset, day))
        days.setdefault(day, {})[code] = Coverage(code, int(covered), int(premises), publication, definition)
    return tuple(days.values())


def _counts(
    connection: sqlite3.Connection, dataset: Dataset | None
) -> Mapping[str, tuple[QuarterCount[Connectable], ...]]:
    counts: dict[str, tuple[QuarterCount[Connectable], ...]] = {}
    if dataset is None:
        return counts
    rows = connection.execute("SELECT quarter, code, connectable FROM history ORDER BY quarter").fetchall()
    for quarter, code, covered in rows:
        publication = published(dataset, last_day(quarter))
        counts[code] = (*counts.get(code, ()), QuarterCount(code, int(covered), publication, Definition.CONNECTABLE))
    return counts


def _copper(connection: sqlite3.Connection, dataset: Dataset | None) -> Mapping[str, CopperClosure]:
    """A commune that the file names twice, with two dates, has the first: a warning that comes early harms nobody."""
    if dataset is None or not has_table(connection, DatasetKind.COPPER):
        return {}
    rows = connection.execute("SELECT code, min(closes_on) FROM copper GROUP BY code").fetchall()
    return {code: CopperClosure(code, _day(on), dataset.day or "", dataset.source, dataset.url) for code, on in rows}
