"""The French sentences of `texts/fr.toml`: every word of ours that a visitor or an agent of the syndicate reads."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).resolve().parent / "texts"

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


@cache
def texts(name: str = "fr") -> dict[str, Any]:
    """The tables of `texts/<name>.toml`."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def wording(key: str) -> Any:
    """The value under a dotted key: a sentence, or a list of them.

    Raises:
        KeyError: there is no such key: a mistake of ours, which a test looks for.
    """
    value: Any = texts()
    for part in key.split("."):
        value = value[part]
    return value


def sentence(key: str, /, **values: object) -> str:
    """The sentence under a dotted key, its placeholders filled."""
    return str(wording(key)).format(**values)


def french_date(iso: str) -> str:
    """ "2016-11-18" → "18 novembre 2016", "2020-04" → "avril 2020", "2020" → "2020"."""
    year, *rest = iso.split("-")
    if not rest:
        return year
    month = MONTHS[int(rest[0]) - 1]
    if len(rest) == 1:
        return f"{month} {year}"
    day = int(rest[1])
    return f"{'1er' if day == 1 else day} {month} {year}"


def french_number(value: float, decimals: int = 0) -> str:
    """1780781 → "1 780 781" with narrow no-break spaces, 97.7 → "97,7"."""
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")
