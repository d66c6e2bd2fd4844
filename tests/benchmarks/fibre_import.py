"""How the import of buildings and their lookup scale: `python -m tests.benchmarks.fibre_import [300000]`.

A département is generated in the real formats: buildings, their eligibility (ten rows a building, four of them for
fibre) and addresses. Each import is a process of its own, whose peak memory is told; then lookups, one thread.
"""

from __future__ import annotations

import argparse
import gzip
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.fibre.communes import shipped_table
from assistant.fibre.loading.load import Given, load
from assistant.fibre.store import open_fibre
from tests.made_open_data import ADDRESSES, BUILDINGS, ELIGIBILITY

CODES = tuple(shipped_table().communes)
STREETS = ("Rue de l'Église", "Avenue du Général Leclerc", "Grande Rue", "Impasse des Lilas", "Chemin du Moulin")
LOOKUPS = 2000


def buildings(count: int, source: random.Random) -> Iterator[str]:
    for number in range(count):
        code = CODES[source.randrange(len(CODES))]
        x, y = 155_000 + source.random() * 200_000, 6_380_000 + source.random() * 135_000
        house = source.randint(1, 200)
        yield (
            f"{25_000_000 + number};{x:.2f};{y:.2f};IMB/{code}/X/{number:05X};{code};{source.choice((1, 1, 1, 2, 8))};"
            f"ftth;bati;{code}_{number % 900:04}_{house:05};1;{house};{source.choice(('', '', '', 'bis'))};"
            f"{STREETS[number % 5]};;{code};Commune;{code}0123;ban"
        )


def eligibility(count: int, _: random.Random) -> Iterator[str]:
    for number in range(count):
        start = f"{25_000_000 + number};80021_0001_00001;IMB/80021/X/{number:05X}"
        for operator in ("BOUY", "FRTE", "FREE", "SFR0"):
            yield f"{start};{operator};FO;THD1G;THD1G;;"
        for technology in ("CU", "4GF", "SAT", "HDR", "CO", "THDR"):
            yield f"{start};FRTE;{technology};HD;HD;;"


def addresses(count: int, _: random.Random) -> Iterator[str]:
    for number in range(count):
        code, street, house = CODES[number % len(CODES)], STREETS[number // 771 % 5], 1 + number // 3855
        yield (
            f"{code}_{number % 900:04}_{house:05};;{house};;{street};80000;{code};Commune;;;647000;"
            "6977000;2.3;49.89;entrée;;;X;X;commune;commune;1;"
        )


FILES: dict[str, tuple[str, Callable[[int, random.Random], Iterator[str]], dict[str, str]]] = {
    "base_imb_80.csv.gz": (BUILDINGS, buildings, {"quarter": "2026-T2"}),
    "actuel_80.csv.gz": (ELIGIBILITY, eligibility, {"quarter": "2026-T2"}),
    "adresses-80.csv.gz": (ADDRESSES, addresses, {"day": "2026-11-01"}),
}


def generate(folder: Path, count: int) -> dict[str, int]:
    """Write the files; the rows of each."""
    source, rows = random.Random(1), {}
    for name, (header, make, _) in FILES.items():
        rows[name] = 0
        with gzip.open(folder / name, "wt", encoding="utf-8", compresslevel=6) as file:
            file.write(header + "\n")
            for row in make(count, source):
                file.write(row + "\n")
                rows[name] += 1
    return rows


def import_one(folder: Path, name: str) -> None:
    """Import one file, and tell seconds, processor seconds and the most memory."""
    start, processor = time.perf_counter(), time.process_time()
    outcome = load(folder / "data", [Given(folder / name, name, **FILES[name][2])])
    assert not outcome.refused, outcome.refused
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - start:.3f} {time.process_time() - processor:.3f} {memory:.0f}")


def lookups(data: Path, count: int) -> None:
    """Median and 95th centile, milliseconds, of each kind of lookup."""
    store, source = open_fibre(data), random.Random(1)
    rows = [row.split(";") for row in buildings(count, source)]
    asked = [rows[source.randrange(count)] for _ in range(LOOKUPS)]
    kinds: dict[str, Callable[[list[str]], object]] = {
        "buildings_of": lambda row: store.buildings_of(row[8], row[4]),
        "nearest_buildings": lambda row: store.nearest_buildings(float(row[1]), float(row[2])),
        "find_address": lambda row: store.find_address(row[4], 3, None, "grande rue"),
        "find_address, misspelt": lambda row: store.find_address(row[4], 3, None, "avenue du general lecelrc"),
    }
    for name, look in kinds.items():
        took, found = [], 0
        for row in asked:
            start = time.perf_counter()
            found += bool(look(row))
            took.append(1000 * (time.perf_counter() - start))
        took.sort()
        print(
            f"{name}: p50 {took[LOOKUPS // 2]:.2f} ms, p95 {took[LOOKUPS * 95 // 100]:.2f} ms, found {found}/{LOOKUPS}"
        )
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=300_000)
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "NAME"))
    asked = parser.parse_args()
    if asked.one:
        import_one(Path(asked.one[0]), asked.one[1])
        return
    with tempfile.TemporaryDirectory(prefix="fibre-") as folder:
        rows = generate(Path(folder), asked.count)
        for name, number in rows.items():
            command = [sys.executable, "-m", "tests.benchmarks.fibre_import", "--one", folder, name]
            seconds, processor, memory = map(float, subprocess.check_output(command, text=True).split())
            told = f"{seconds:.2f} s ({processor:.2f} s of processor), {number / seconds:.0f} rows/s, {memory:.0f} MB"
            print(f"{name}: {number} rows, {told}")
        lookups(Path(folder) / "data", asked.count)


if __name__ == "__main__":
    main()
