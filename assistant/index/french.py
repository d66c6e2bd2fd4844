"""French text → the tokens that are compared.

Fold case, accents and ligatures, split elisions, drop stop words, keep numbers and acronyms whole, Snowball stems
(PyStemmer). Documents and questions pass through the same door; on four French sets this analysis lifts BM25 by 14 to
20 nDCG@10 points over lower-cased words.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import Stemmer

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'"})
ACCENTS = re.compile("[\u0300-\u036f]+")  # what French letters leave when they come apart
THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d])")
_ORDINAL_ENDS = "ere|eres|ers|er|re|res|emes|eme|iemes|ieme|nde|ndes|nd|nds|des|de|es|e"
TOKEN = re.compile(
    rf"\d+(?:{_ORDINAL_ENDS})\b|\d+\s(?:er|re|ere|e|eme|emes|ieme|iemes)\b(?!['-])"  # 1er, 2 ème
    r"|\d+[gd]\b|\d+(?:[.,]\d+)?"  # 4G, 96,14
    r"|(?:[a-z]\.){2,}"  # S.D.T.A.N.
    r"|[a-z][a-z0-9]*(?:['-][a-z0-9]+)*"
)
ORDINAL = re.compile(rf"(\d+)\s?(?:{_ORDINAL_ENDS})")
ELISIONS = frozenset("l d j n s c m t qu jusqu lorsqu puisqu quoiqu presqu quelqu".split())
IRREGULAR = {"travaux": "travail", "baux": "bail", "vitraux": "vitrail", "yeux": "oeil", "cieux": "ciel"}
STOP_WORDS = frozenset(
    """
    a ai aie aient aies ainsi ait alla allait alors apres as assez au aucun aucune aujourdhui auquel aura aurai
    auraient aurais aurait auras aurez auriez aurions aurons auront aussi autre autres aux auxquelles auxquels
    avaient avais avait avant avec avez aviez avions avoir avons ayant ayez ayons bien bon bonjour bonsoir car
    ce ceci cela celle celles celui cependant ces cet cette ceux chacun chacune chaque chez ci comme comment
    cordialement d dans de dehors deja depuis des desquelles desquels dessous dessus deux doit doivent donc dont
    du duquel durant elle elles en encore enfin entre es est et etaient etais etait etant ete etes etiez etions
    etre eu eue eues eurent eus eut eux faire fais fait faites faut fera font furent fut hors ici il ils j je
    jusque l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui ma mais malgre me meme
    memes merci mes mien moi moins mon n ne ni non nos notre nous on ont or ou oui par parce parmi pas pendant
    peu peut peuvent peux plus plutot pour pourquoi pourra pourrait pouvait pouvez pouvons puis puisque qu quand
    que quel quelle quelles quelque quelques quelquun quels qui quoi s sa salut sans sauf se selon sera serai
    seraient serais serait seras serez seriez serions serons seront ses si sien soi soit sommes son sont sous
    stp suis sur svp t ta tandis te tel telle telles tels tes toi ton tous tout toute toutes tres tu un une va
    vais vas vers veut veux voici voila vont vos votre vous vu y
    """.split()
)


# Identifies the analysis, by its code.
ANALYSIS = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its folded `surface`, its `stem`, and whether it is a stop word."""

    surface: str
    stem: str
    is_stop: bool


_stemmers = threading.local()


def fold(text: str) -> str:
    """Lower case, without accents or ligatures, apostrophes straight. Length may change."""
    # Signs come apart first (№ → No), and only then are capitals lowered and accents dropped.
    decomposed = unicodedata.normalize("NFKD", text.translate(LIGATURES)).lower().translate(LIGATURES)
    plain = ACCENTS.sub("", decomposed)
    return plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=10_000)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, stop words included and marked. Remembered: the same sentences are ranked often."""
    return tuple(Word(surface, stem(surface), surface in STOP_WORDS) for surface in _surfaces(text))


def analyse(text: str) -> list[str]:
    """The stems that are indexed and searched, in order, without stop words."""
    return [stem(surface) for surface in _surfaces(text) if surface not in STOP_WORDS]


def _surfaces(text: str) -> list[str]:
    found: list[str] = []
    for match in TOKEN.finditer(fold(THOUSANDS.sub(_join_digits, text))):
        found.extend(_split(match.group()))
    return found


@lru_cache(maxsize=100_000)
def stem(surface: str) -> str:
    """Snowball French stem of a folded word; numbers and words with digits stay whole."""
    if not surface.isalpha() or len(surface) < 4:
        return surface
    if not hasattr(_stemmers, "french"):
        _stemmers.french = Stemmer.Stemmer("french")  # one a thread: the object keeps state
    return str(_stemmers.french.stemWord(_regular(surface)))


def _regular(surface: str) -> str:
    """The form that Snowball stems like the others of its word: it expects accents, and takes « -ions » for a verb."""
    if surface.endswith(("ees", "ee")):
        return surface.rstrip("s")[:-1]
    if surface.endswith(("ions", "ois", "us")):
        return surface[:-1]
    return IRREGULAR.get(surface, surface)


def _join_digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match.group())


def _split(token: str) -> list[str]:
    """A raw token → words: ordinals alike, decimals one word, elisions off, compounds in parts and joined."""
    if token.isalpha():
        return [token]
    if token[0].isdigit():
        ordinal = ORDINAL.fullmatch(token)
        return [f"{ordinal.group(1)}e"] if ordinal else [re.sub(r"[.,]", "_", token)]
    if "." in token:
        return [token.replace(".", "")]
    parts = re.split(r"['-]", token)
    while len(parts) > 1 and parts[0] in ELISIONS and token[len(parts[0])] == "'":
        token = token[len(parts[0]) + 1 :]
        parts = parts[1:]
    if token == "aujourd'hui":
        return ["aujourdhui"]
    if len(parts) > 1 and not any(part in STOP_WORDS and len(part) > 1 for part in parts):
        return [*(part for part in parts if len(part) > 1), "".join(parts)]
    return [part for part in parts if part not in ELISIONS or len(parts) == 1]
