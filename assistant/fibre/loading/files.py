"""Any file of open data → a table. What it is, its first bytes say, never its name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from assistant.fibre.loading.contours import read_geojson
from assistant.fibre.loading.csv_files import read_csv
from assistant.fibre.loading.dbf import is_dbf, read_dbf
from assistant.fibre.loading.table import Table
from assistant.fibre.loading.unpack import ZIP, head, member, most, pieces, whole
from assistant.fibre.loading.workbook import read_workbook
from assistant.models import FibreFileRefused
from assistant.wording import sentence

WORKBOOK = "xl/workbook.xml"
MOST_WHOLE = 200_000_000  # bytes of what is read whole: DBF, GeoJSON
MOST_WORKBOOK = 60_000_000
MOST_MEMBERS = 10_000


@contextmanager
def open_table(path: Path, name: str, communes: Set[str]) -> Iterator[Table]:
    """The table of a file, to be read while it is open. `communes`: codes by which a sheet of communes is known.

    Raises:
        FibreFileRefused: it is not what we read; while it is read, see each reader.
    """
    try:
        if head(path).startswith(ZIP):
            with zipfile.ZipFile(path) as archive:
                yield _of_archive(archive, path, name, communes)
        else:
            yield _of_bytes(pieces(path, name), name)
    except zipfile.BadZipFile as error:
        raise FibreFileRefused(name, sentence("fibre_data.refused.cut")) from error
    except OSError as error:
        raise FibreFileRefused(name, sentence("fibre_data.refused.unreadable")) from error


def _of_bytes(parts: Iterator[bytes], name: str, inside: str = "") -> Table:
    first = next(parts, b"")
    parts = _again(first, parts)
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if not start:
        raise FibreFileRefused(name, sentence("fibre_data.refused.empty"))
    if start.startswith((b"<", b"%pdf")):
        raise FibreFileRefused(name, sentence("fibre_data.refused.web_page"))
    if start.startswith(b"{"):
        return read_geojson(whole(parts, MOST_WHOLE, name), name)
    if is_dbf(first):
        return read_dbf(whole(parts, MOST_WHOLE, name), name, inside)
    return read_csv(parts, name, inside)


def _of_archive(archive: zipfile.ZipFile, path: Path, name: str, communes: Set[str]) -> Table:
    """A workbook, or the only table of the archive: that of a shapefile, or a CSV."""
    names = archive.namelist()
    if len(names) > MOST_MEMBERS or sum(info.file_size for info in archive.infolist()) > most(path):
        raise FibreFileRefused(name, sentence("fibre_data.refused.bomb"))
    if WORKBOOK in names:
        if path.stat().st_size > MOST_WORKBOOK:
            raise FibreFileRefused(name, sentence("fibre_data.refused.too_large", megabytes=MOST_WORKBOOK // 10**6))
        return read_workbook(path.read_bytes(), name, communes)
    for suffix in (".dbf", ".csv", ".geojson", ".json"):
        inside = [each for each in names if PurePosixPath(each).suffix.lower() == suffix]
        if len(inside) == 1:
            return _of_bytes(member(archive, inside[0], path, name), name, inside[0])
    raise FibreFileRefused(name, sentence("fibre_data.refused.archive"))


def _again(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
