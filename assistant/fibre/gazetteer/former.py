"""Former, delegated and associated communes: names still typed, of places that are part of another commune."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("former.csv")


@cache
def former_communes() -> tuple[tuple[str, str], ...]:
    """(name, INSEE code of the commune that it is part of)."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple((name, code) for name, _, code in (line.partition(";") for line in lines[1:]))
