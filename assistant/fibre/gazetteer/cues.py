"""What the words around a name say of it: a place, a street, a river, a person."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import cache

from assistant.fibre.gazetteer.ordinary import is_word, listed
from assistant.fibre.gazetteer.spelling import nearly_one_of
from assistant.fibre.gazetteer.words import Word, fold
from assistant.wording import texts

LONGEST_STREET_LINK = 3  # small words between « rue » and the name: « rue de la »


class Cue(IntEnum):
    """How clearly what stands before a name says that it is a place's."""

    NONE = 0
    WEAK = 1  # « de », « pour »
    MEDIUM = 2  # « sur », « vers », « au »
    STRONG = 3  # « à », « commune de », « j'habite »


def cue_before(text: Sequence[Word], start: int) -> Cue:
    """The cue before the word at `start`."""
    if not start or not joined(text[start - 1]):
        return Cue.NONE
    before = text[start - 1]
    farther = text[start - 2].text if start > 1 else ""
    if before.text == "a":
        return Cue.STRONG if not before.typed.isascii() or farther not in listed("cues", "subjects") else Cue.NONE
    if before.text in listed("cues", "towns") or before.text in listed("cues", "living"):
        return Cue.STRONG
    if before.text in listed("cues", "of") and farther in listed("cues", "towns"):
        return Cue.STRONG
    if before.text in listed("cues", "near") or (
        before.text in listed("cues", "of") and farther in listed("cues", "near")
    ):
        return Cue.MEDIUM
    return Cue.WEAK if before.text in listed("cues", "weak") else Cue.NONE


def joined(word: Word) -> bool:
    """Whether nothing but a space, a hyphen, an apostrophe or a stop of « St. » parts a word from the next."""
    after = word.after.strip(" \t\u00a0\u202f")
    return not after or after in "-‐–'’‘`´ʼ/_" or (after == "." and word.text.startswith("saint"))


def in_street(text: Sequence[Word], start: int) -> bool:
    """Whether the name is that of a street: « rue d'Amiens », « place de la … »."""
    for back in range(1, LONGEST_STREET_LINK + 2):
        place = start - back
        if place < 0 or not joined(text[place]):
            return False
        if nearly_one_of(text[place].text, listed("cues", "streets")):
            return True
        if text[place].text not in listed("cues", "of"):
            return False
    return False


def names_a_person(text: Sequence[Word], start: int, end: int) -> bool:
    """Whether a title or a first name stands before the name, or a family name after a first name."""
    before = text[start - 1] if start and text[start - 1].after.strip() in ("", ".") else None
    if before and before.text in listed("cues", "titles"):
        return True
    if before and before.capital and before.text in listed("words", "first_names"):
        return True
    if before and before.text in ("de", "d") and start > 1 and text[start - 2].after == " ":
        particle = text[start - 2]  # « Pierre Dugua de Mons »
        if particle.capital and _may_be_borne(particle.text):
            return True
    after = text[end] if end < len(text) and text[end - 1].after == " " else None
    first = end - start == 1 and text[start].text in listed("words", "first_names")
    return bool(first and after and text[start].capital and after.capital and _may_be_borne(after.text))


def _may_be_borne(word: str) -> bool:
    """Whether a word with a capital may be a family name."""
    return not is_word(word) or word in listed("words", "first_names")


def follows_article(text: Sequence[Word], start: int) -> bool:
    """Whether a determiner stands before: « la rue », « un bouchon »."""
    return bool(start) and joined(text[start - 1]) and text[start - 1].text in listed("cues", "determiners")


def is_part_of_compound(text: Sequence[Word], end: int) -> bool:
    """Whether the words before `end` go on in a name that is not known: « Port-Royal », « Saint Domingue »."""
    if end >= len(text) or not joined(text[end - 1]):
        return False
    saint = text[end - 1].text.startswith("saint") and not is_word(text[end].text)
    return saint or text[end - 1].after[0] in "-‐–"


def follows_contraction(text: Sequence[Word], start: int) -> bool:
    """Whether « au » or « du » stands before, which holds the article of « Le Titre »."""
    return bool(start) and text[start - 1].text in listed("cues", "contractions")


def makes_another_expression(text: Sequence[Word], end: int) -> bool:
    """« à long terme », « rue de la Gare »: the words after what is a word too make it no name."""
    if end >= len(text) or not joined(text[end - 1]):
        return False
    after = text[end].text
    ends = end + 1 < len(text) and text[end + 1].text in listed("cues", "ends")  # « à Rue d'ici 2030 »
    return (after in listed("cues", "complements") and not ends) or (text[end - 1].text, after) in _not_before()


def written_as_name(text: Sequence[Word], start: int, end: int) -> bool:
    """Whether a capital says that it is a name: not at the start of a sentence, nor where everything has capitals."""
    if not text[start].capital or starts_sentence(text, start):
        return False
    others = [word for word in (*text[:start], *text[end:]) if word.text.isalpha()]
    small = sum(1 for word in others if not word.capital)
    return 2 * small >= len(others)


def starts_sentence(text: Sequence[Word], start: int) -> bool:
    """Whether a sentence starts with that word."""
    return not start or any(sign in '.?!:\n«"' for sign in text[start - 1].after)


@cache
def _not_before() -> frozenset[tuple[str, str]]:
    pairs = texts("places")["names"]["not_before"].replace("\n", "|").split("|")
    return frozenset((first, second) for first, second in (fold(pair).split() for pair in pairs if pair.strip()))
