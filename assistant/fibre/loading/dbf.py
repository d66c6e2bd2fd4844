"""DBF (dBase III), the table of a shapefile → rows. Some 60 lines, for a format that has not moved since 1985.

Fields are told by the header, 32 bytes each; records have a fixed width. The text is Latin-1, whatever the .cpg beside
it says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from assistant.fibre.loading.table import Table, table_of_rows
from assistant.models import FibreFileRefused
from assistant.wording import sentence

VERSIONS = {0x03, 0x30, 0x83, 0x8B}
HEADER = 32
FIELD = 32
END_OF_FIELDS = 0x0D
DELETED = 0x2A


def is_dbf(data: bytes) -> bool:
    """Does it begin as a DBF does: a version, a month, a day, and a header of whole fields?"""
    if len(data) < HEADER or data[0] not in VERSIONS:
        return False
    length = int.from_bytes(data[8:10], "little")
    return 1 <= data[2] <= 12 and 1 <= data[3] <= 31 and length > HEADER


def read_dbf(data: bytes, name: str, inside: str = "") -> Table:
    """The records that are not deleted.

    Raises:
        FibreFileRefused: shorter than its header says, or no DBF.
    """
    if not is_dbf(data):
        raise FibreFileRefused(name, sentence("fibre_data.refused.damaged"))
    count, start, width = struct.unpack("<IHH", data[4:12])
    if len(data) < start + count * width:
        raise FibreFileRefused(name, sentence("fibre_data.refused.cut"))
    fields = list(_fields(data[HEADER:start]))
    if not fields or 1 + sum(length for _, length in fields) != width:
        raise FibreFileRefused(name, sentence("fibre_data.refused.damaged"))
    records = (data[at : at + width] for at in range(start, start + count * width, width))
    rows = (list(_cells(record, fields)) for record in records if record[0] != DELETED)
    return table_of_rows(tuple(field for field, _ in fields), rows, inside)


def _fields(header: bytes) -> Iterator[tuple[str, int]]:
    """Name, in lower case, and width in bytes."""
    for at in range(0, len(header) - FIELD + 1, FIELD):
        if header[at] == END_OF_FIELDS:
            return
        name = header[at : at + 11].split(b"\0", 1)[0].decode("latin-1").strip().lower()
        yield name, header[at + 16]


def _cells(record: bytes, fields: list[tuple[str, int]]) -> Iterator[str]:
    at = 1
    for _, length in fields:
        yield record[at : at + length].decode("latin-1").strip(" \0")
        at += length
