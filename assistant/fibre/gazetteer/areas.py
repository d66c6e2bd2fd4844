"""Groups of communes (EPCI) by the names that people give them: « dans le Vimeu », « la baie de Somme »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.fibre.gazetteer.ordinary import listed
from assistant.fibre.gazetteer.words import Word, fold
from assistant.figures import Commune
from assistant.wording import texts

LINKS = 4  # words between « communauté de communes » and the name: « de communes de la »


@dataclass(frozen=True, slots=True)
class Area:
    """An EPCI named by the words `[start, end)` of a text; `code` is its SIREN."""

    start: int
    end: int
    name: str
    code: str


class Areas:
    """The EPCI of the communes given."""

    def __init__(self, communes: Sequence[Commune]) -> None:
        codes = {commune.epci: commune.epci_code for commune in communes}
        said = {said: (name, codes[name]) for said, name in texts("places")["areas"]["said"].items() if name in codes}
        self._said = {key.replace(" ", ""): meant for key, meant in said.items()}
        self._longest = max((len(key.split()) for key in said), default=0)

    def named_in(self, text: Sequence[Word]) -> list[Area]:
        """Those that a text names, in order."""
        found: list[Area] = []
        for start in range(len(text)):
            for end in range(min(len(text), start + self._longest), start, -1):
                key = "".join(word.text for word in text[start:end])
                meant = self._said.get(key)
                if meant and _cued(text, start, key):
                    found.append(Area(start, end, *meant))
                    break
        return found


def _cued(text: Sequence[Word], start: int, key: str) -> bool:
    """Whether a name that is a country's too stands where an EPCI would."""
    cues = _cues().get(key)
    if cues is None:
        return True
    before = [word.text for word in text[max(0, start - LINKS) : start]]
    return bool(before) and (before[-1] in cues or bool(set(before) & listed("areas", "groups")))


@cache
def _cues() -> dict[str, frozenset[str]]:
    cued = texts("places")["areas"]["cued"]
    return {key.replace(" ", ""): frozenset(fold(cues).split()) for key, cues in cued.items()}
