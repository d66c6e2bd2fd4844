"""Postal codes and départements in a text: they are places, or say which place a name is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.gazetteer.cues import Cue, cue_before, starts_sentence
from assistant.fibre.gazetteer.elsewhere import department_of, departments
from assistant.fibre.gazetteer.names import ARTICLES
from assistant.fibre.gazetteer.ordinary import is_word, listed
from assistant.fibre.gazetteer.words import Word

SOMME = "somme"
DEPARTMENT_WORD = "departement"
MOST_WORDS = 4  # « Alpes de Haute Provence »


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A postal code, or a département by its name or number, over the words `[start, end)` of a text.

    `stands` says whether it is a place by itself too: « dans le 80 », not the « 14 » of « Villers-Bocage 14 ».
    """

    start: int
    end: int
    department: str
    name: str
    postcode: str = ""
    stands: bool = True


def qualifiers_in(text: Sequence[Word], alone: bool) -> list[Qualifier]:
    """Those of a text, in order; one that may be none (« 80 ») is there only where words say so."""
    found: list[Qualifier] = []
    place = 0
    while place < len(text):
        here = _at(text, place, alone)
        if here:
            found.append(here)
        place = here.end if here else place + 1
    return found


def _at(text: Sequence[Word], place: int, alone: bool) -> Qualifier | None:
    word = text[place].text
    if word.isdigit():
        return _postcode(text, place, alone) if len(word) == 5 else _number(text, place)
    if word == SOMME:
        return _somme(text, place)
    if word == DEPARTMENT_WORD:
        return _department_word(text, place)
    return _named(text, place)


def _postcode(text: Sequence[Word], place: int, alone: bool) -> Qualifier | None:
    code = text[place].text
    department = department_of(code)
    counted = place + 1 < len(text) and text[place + 1].text in listed("cues", "units")
    if department is None or counted or text[place].after.lstrip()[:1] in ("€", "%"):
        return None
    cued = cue_before(text, place) >= Cue.MEDIUM or (place and text[place - 1].text in listed("cues", "codes"))
    return Qualifier(place, place + 1, department, code, code, bool(cued or alone or department == DEPARTMENT))


def _number(text: Sequence[Word], place: int) -> Qualifier | None:
    """« (14) », « dans le 80 », « Villers-Bocage 14 »."""
    known = departments().get(text[place].text)
    after = text[place].after.lstrip()
    if known is None or after[:1] in ("€", "%", ",", ".") or (place + 1 < len(text) and _counts(text[place + 1])):
        return None
    start = _preposition(text, place)
    ours = known[0] == DEPARTMENT and place > 0 and text[place - 1].text == "le"  # « le 80 est fibré ? »
    return Qualifier(start, place + 1, *known, stands=start < place or ours)


def _counts(word: Word) -> bool:
    return word.text in listed("cues", "units") or word.text in listed("cues", "streets") or word.text.isdigit()


def _somme(text: Sequence[Word], place: int) -> Qualifier | None:
    """The département, unless it is the river, an amount, or the syndicate."""
    if _is_another_somme(text, place):
        return None
    start = _preposition(text, place)
    meant = text[place].capital and not starts_sentence(text, place)
    whole = [word.text for word in text[max(0, place - 2) : place]] in (["toute", "la"], ["tte", "la"])
    if not (meant or start < place or whole or _follows_department(text, place)):
        return None
    return Qualifier(start, place + 1, DEPARTMENT, departments()[SOMME][1])


def _is_another_somme(text: Sequence[Word], place: int) -> bool:
    lists = ("areas", "somme")
    before = [word.text for word in text[max(0, place - 3) : place]]
    after = text[place + 1].text if place + 1 < len(text) and not text[place].after.strip() else ""
    if after in listed(*lists, "not_before") or bool(before and before[-1] in listed(*lists, "not_after")):
        return True
    return not listed(*lists, "river").isdisjoint(before)


def _follows_department(text: Sequence[Word], place: int) -> bool:
    return any(word.text == DEPARTMENT_WORD for word in text[max(0, place - 3) : place])


def _department_word(text: Sequence[Word], place: int) -> Qualifier | None:
    """« le département », « dans mon département »; « du département de l'Aisne » is the Aisne."""
    if not place or text[place - 1].text not in listed("cues", "determiners"):
        return None
    if place > 1 and text[place - 2].text in listed("cues", "titles"):
        return None
    for at in range(place + 1, min(place + 4, len(text))):
        other = _known(text, at)
        if other:
            return Qualifier(place, other[0], *other[1])
        if text[at].text not in listed("cues", "of"):
            break
    return Qualifier(place, place + 1, DEPARTMENT, departments()[SOMME][1])


def _named(text: Sequence[Word], place: int) -> Qualifier | None:
    """« dans le Calvados », « (Oise) », « Lille Nord »; « dans le nord » is no département without its capital."""
    known = _known(text, place)
    if known is None:
        return None
    end, (number, name) = known
    start = _preposition(text, place)
    ordinary = all(is_word(part.text) for part in text[place:end])
    surely = not ordinary or (text[place].capital and not starts_sentence(text, place))
    directed = end < len(text) and text[end].text in ("de", "du", "d", "est", "ouest")
    return Qualifier(start, end, number, name, stands=start < place and surely and not directed)


def _known(text: Sequence[Word], place: int) -> tuple[int, tuple[str, str]] | None:
    """(end, (number, name)) of the longest name of a département that starts there."""
    for end in range(min(place + MOST_WORDS, len(text)), place, -1):
        key = "".join(word.text for word in text[place:end])
        if key.isalpha() and key in departments() and len(key) > 2:
            return end, departments()[key]
    return None


def _preposition(text: Sequence[Word], place: int) -> int:
    """Where « dans le » starts, when that stands before; else the place itself."""
    start = place
    if start and text[start - 1].text in ARTICLES:
        start -= 1
    if start and text[start - 1].text in ("toute", "tout"):
        start -= 1
    if start and text[start - 1].text in ("dans", "ds", "en", "du") and (start < place or text[start - 1].text == "du"):
        return start - 1
    return place
