"""The shipped table: the communes of the Somme, with the figures that hold until newer ones are loaded."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.figures import Commune, Connectable, CopperClosure, Coverage, Definition, Publication

FILE = Path(__file__).with_name("communes.csv")
DEPARTMENT = "80"


@dataclass(frozen=True, slots=True)
class CommuneTable:
    """Everything by INSEE code, in the order of the codes."""

    communes: Mapping[str, Commune]
    coverage: Mapping[str, Coverage[Connectable]]
    copper: Mapping[str, CopperClosure]


@cache
def shipped_table() -> CommuneTable:
    """The table that comes with the program: 771 communes."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    notes = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
    rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter=";"))
    publication = Publication(
        notes["coverage.source"], notes["coverage.quarter"], notes["coverage.licence"], notes["coverage.url"]
    )
    told = {"told_on": notes["copper.date"], "source": notes["copper.source"], "url": notes["copper.url"]}
    return CommuneTable(
        {
            row["code"]: Commune(
                row["code"], row["name"], tuple(row["postcodes"].split("|")), row["epci_code"], row["epci"]
            )
            for row in rows
        },
        {
            row["code"]: Coverage(
                row["code"], int(row["connectable"]), int(row["premises"]), publication, Definition.CONNECTABLE
            )
            for row in rows
        },
        {row["code"]: CopperClosure(row["code"], row["copper_closes_on"] or None, **told) for row in rows},
    )
