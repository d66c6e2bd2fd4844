"""Street names, folded: « 12 av. du Gal Leclerc » and « Avenue du Général Leclerc » must meet."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, normalize

SHORT = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "bvd": "boulevard",
    "ch": "chemin", "che": "chemin", "chem": "chemin", "rte": "route", "imp": "impasse", "pl": "place",
    "all": "allee", "sq": "square", "res": "residence", "lot": "lotissement", "fg": "faubourg", "fbg": "faubourg",
    "crs": "cours", "pass": "passage", "qu": "quai", "sent": "sentier", "vc": "voie", "ham": "hameau",
    "st": "saint", "ste": "sainte", "gal": "general", "gl": "general", "gen": "general", "mal": "marechal",
    "ml": "marechal", "cdt": "commandant", "col": "colonel", "cne": "capitaine", "cap": "capitaine",
    "dr": "docteur", "pdt": "president", "pr": "professeur", "prof": "professeur", "lt": "lieutenant",
    "sgt": "sergent", "mgr": "monseigneur", "jn": "jean",
}  # fmt: skip
IGNORED = {"a", "au", "aux", "d", "de", "des", "du", "en", "l", "la", "le", "les", "et"}
REPETITIONS = {"b": "bis", "t": "ter", "q": "quater"}


@lru_cache(maxsize=50_000)
def folded_street(name: str) -> str:
    """A street's name without case, accents, articles or abbreviations: the words that tell it from another."""
    plain = "".join(c for c in normalize("NFKD", name.lower().replace("œ", "oe")) if not combining(c))
    words = re.findall(r"[a-z0-9]+", plain)
    if words[:1] == ["r"]:
        words[0] = "rue"
    return " ".join(SHORT.get(word, word) for word in words if word not in IGNORED)


def folded_repetition(text: str) -> str:
    """ "B", "bis", "" → "bis", "bis", ""."""
    letter = text.strip().lower()
    return REPETITIONS.get(letter, letter)
