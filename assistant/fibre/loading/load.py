"""Files of open data → a new version of the fibre data, published in one switch. What is refused changes nothing."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.fault_points import reached
from assistant.fibre import database
from assistant.fibre.communes import shipped_table
from assistant.fibre.database import FILE, create, open_for_writing
from assistant.fibre.loading.checks import check_age, check_places, check_rows
from assistant.fibre.loading.files import open_table
from assistant.fibre.loading.fill import fill
from assistant.fibre.loading.recognise import recognise
from assistant.fibre.loading.settle import (
    HALVES,
    PAIR,
    rows_before,
    settle_half,
    settle_layer,
    settle_pair,
    settle_rows,
    shipped_days,
)
from assistant.fibre.loading.table import Table
from assistant.fibre.quarters import day_in, last_day, quarter_in
from assistant.figures import DatasetKind
from assistant.models import BuildFailed, FibreFileRefused
from assistant.versions import building, current_version, fibre_versions, new_version, publish, remove_unused
from assistant.wording import sentence

DAY_INSIDE = {DatasetKind.PREMISES: "day", DatasetKind.TECHNOLOGIES: "day", DatasetKind.HISTORY: "quarter"}
WITHOUT_DAY = {DatasetKind.CONTOURS, DatasetKind.OPERATORS}
PLACED = {DatasetKind.BUILDINGS, DatasetKind.STATES}
BY_DAY = {DatasetKind.COPPER, DatasetKind.ADDRESSES}


@dataclass(frozen=True, slots=True)
class Given:
    """A file to load. `name` is what people know it by; `url` where it came from, or "".

    `quarter` ("2026-T2") and `day` (ISO 8601) are what is said of it, for files that do not say it themselves.
    """

    path: Path
    name: str
    url: str = ""
    quarter: str | None = None
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was taken of a file. `before` and `after`: premises where it counts some, else rows; None: there were none.

    `waiting`: nothing is answered with it until the other half of its pair is loaded, for the same quarter.
    """

    kind: DatasetKind
    name: str
    day: str | None
    rows: int
    before: int | None
    after: int
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run: what was loaded, what was refused, and the version published; None: nothing changed."""

    loaded: tuple[Loaded, ...]
    refused: tuple[FibreFileRefused, ...]
    version: str | None


def load(data: Path, files: Iterable[Given], force: bool = False, dry_run: bool = False) -> Outcome:
    """Load files in the order given. One that is refused leaves what was loaded before; the others go in.

    `dry_run`: all of it is done, and nothing is published.

    Raises:
        BuildFailed: another run is at work, or the disk does not follow; nothing was published.
    """
    versions = fibre_versions(data)
    with building(versions), _as_failures():
        remove_unused(versions)
        version = new_version(versions)
        try:
            _copy_current(versions, version)
            with closing(open_for_writing(version / FILE)) as connection:
                results = [_take(connection, given, force) for given in files]
            loaded = tuple(result for result in results if isinstance(result, Loaded))
            reached("fibre_written")
            if loaded and not dry_run:
                publish(version)
                reached("fibre_switched")
        finally:
            if current_version(versions) != version:
                shutil.rmtree(version, ignore_errors=True)
        remove_unused(versions)
        refused = tuple(result for result in results if isinstance(result, FibreFileRefused))
        return Outcome(loaded, refused, version.name if loaded and not dry_run else None)


@contextmanager
def _as_failures() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BuildFailed(sentence("fibre_data.write_failed", reason=type(error).__name__)) from error


def _copy_current(versions: Path, version: Path) -> None:
    """Begin from what is published, unless another version of the program wrote it: then from nothing."""
    current = current_version(versions)
    if current and database.schema_of(current / FILE) == database.SCHEMA_VERSION:
        shutil.copyfile(current / FILE, version / FILE)


def _take(connection: sqlite3.Connection, given: Given, force: bool) -> Loaded | FibreFileRefused:
    connection.execute("BEGIN")
    try:
        loaded = _load(connection, given, force)
    except FibreFileRefused as refusal:
        connection.execute("ROLLBACK")
        return refusal
    connection.execute("COMMIT")
    reached("fibre_file_loaded")
    return loaded


def _load(connection: sqlite3.Connection, given: Given, force: bool) -> Loaded:
    """Read, check, put in place.

    Raises:
        FibreFileRefused: at any of these.
    """
    with open_table(given.path, given.name, shipped_table().communes.keys()) as table:
        recipe = recognise(table, given.name)
        new = create(connection, recipe.kind)
        filled = fill(connection, new, recipe, table, given.name)
    reached("fibre_file_read")
    check_rows(connection, recipe, new, filled, given.name)
    if recipe.kind in PLACED:
        check_places(connection, new, filled.kept, given.name)
    day = _day_of(connection, recipe.kind, new, given, table)
    check_age(day, _day_before(connection, recipe.kind), force, given.name)
    before = rows_before(connection, recipe.kind)
    _note(connection, recipe.kind, given, day, filled.kept)
    return _settle(connection, new, Loaded(recipe.kind, given.name, day, filled.kept, before, filled.kept), force)


def _settle(connection: sqlite3.Connection, new: str, read: Loaded, force: bool) -> Loaded:
    kind, name, day = read.kind, read.name, read.day or ""
    if kind is DatasetKind.LAYER:
        before, after = settle_layer(connection, new, day, force, name)
        return replace(read, before=before, after=after)
    if kind in HALVES:
        was, now, waiting = settle_half(connection, kind, new, day, force, name)
        return replace(read, before=was, after=now, waiting=waiting)
    settle_rows(connection, kind, new, read.before, force, name)
    return replace(read, waiting=kind in PAIR and not settle_pair(connection, name))


def _day_of(connection: sqlite3.Connection, kind: DatasetKind, new: str, given: Given, table: Table) -> str | None:
    """The day that a file says, or its name, or else whoever gives it.

    Raises:
        FibreFileRefused: nobody says it, or the file says two.
    """
    if kind in DAY_INSIDE:
        days = [row[0] for row in connection.execute(f"SELECT DISTINCT {DAY_INSIDE[kind]} FROM {new}")]
        if kind is DatasetKind.HISTORY:
            return last_day(max(days))
        if len(days) > 1:
            raise FibreFileRefused(given.name, sentence("fibre_data.refused.two_days"))
        return str(days[0])
    if kind in WITHOUT_DAY:
        return None
    names = (given.name, given.url, table.inside)
    if kind in BY_DAY:
        day = next((found for name in names if (found := day_in(name))), given.day)
    else:
        quarter = next((found for name in names if (found := quarter_in(name))), given.quarter)
        day = last_day(quarter) if quarter else None
    if day is None:
        raise FibreFileRefused(given.name, sentence(f"fibre_data.refused.{'day' if kind in BY_DAY else 'quarter'}"))
    return day


def _day_before(connection: sqlite3.Connection, kind: DatasetKind) -> str | None:
    """The day of the file in place, or that of the table that comes with the program, where it tells the same."""
    row = connection.execute("SELECT max(day) FROM datasets WHERE kind = ? AND NOT waiting", (kind,)).fetchone()
    days = [row[0], shipped_days().get(kind)]
    return max((day for day in days if day), default=None)


def _note(connection: sqlite3.Connection, kind: DatasetKind, given: Given, day: str | None, rows: int) -> None:
    """Write where a file comes from. An older quarter, added to the history, does not hide the newest one."""
    if kind is DatasetKind.LAYER and day:
        newer = connection.execute("SELECT 1 FROM datasets WHERE kind = ? AND day > ?", (kind, day)).fetchone()
        if newer:
            return
    with given.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    told = (sentence(f"fibre_data.source.{kind}"), sentence(f"fibre_data.licence.{kind}"))
    url = given.url or sentence(f"fibre_data.url.{kind}")
    connection.execute(
        "INSERT OR REPLACE INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            kind,
            kind in HALVES or kind in PAIR,
            day,
            *told,
            url,
            given.name,
            digest,
            rows,
            f"{datetime.now(UTC):%FT%TZ}",
        ),
    )
