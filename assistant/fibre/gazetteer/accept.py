"""Whether a name that was written as it should be has cues enough to be a place's: « rue » has not, « à Rue » has."""

from __future__ import annotations

from assistant.fibre.gazetteer.cues import Cue, follows_contraction, is_part_of_compound, makes_another_expression
from assistant.fibre.gazetteer.names import Name
from assistant.fibre.gazetteer.ordinary import Rarity, is_word, listed, rarity
from assistant.fibre.gazetteer.windows import Window


def accepts(window: Window, name: Name) -> bool:
    """The more a name is a word, the more it takes."""
    if window.coded or name.rarity is Rarity.PLAIN or (window.lone and rarity((window.key,)) is Rarity.PLAIN):
        return window.coded or window.bare or window.cue is Cue.STRONG or not _taken_apart(window, name)
    if len(window.key) == 1:
        return _accepts_letter(window)
    contracted = name.lacks_article(window.key) and follows_contraction(window.text, window.start)
    if _is_a_word_here(window, name, contracted):
        return False
    if name.rarity is Rarity.DOUBTFUL or (window.alone and name.whole and name.rarity is Rarity.WORD):
        return _accepts_doubtful(window)
    return _accepts_word(window, name, contracted)


def _taken_apart(window: Window, name: Name) -> bool:
    """« la chapelle » for Lachapelle."""
    return not window.lone and name.one_word and all(is_word(part) for part in window.parts)


def _is_a_word_here(window: Window, name: Name, contracted: bool) -> bool:
    """« la rue », « Port-Royal », « à long terme »."""
    if window.lone and window.article and not contracted:
        return True
    if not name.whole and is_part_of_compound(window.text, window.end):
        return True
    return name.rarity <= Rarity.WORD and makes_another_expression(window.text, window.end)


def _accepts_letter(window: Window) -> bool:
    """« Y », not the « y » of « prêt à y aller »."""
    if window.bare:
        return True
    if not window.text[window.start].capital:
        return window.cue is Cue.STRONG and window.text[window.start - 1].text != "a"
    return window.cue >= Cue.MEDIUM or (window.alone and window.named)


def _accepts_word(window: Window, name: Name, contracted: bool) -> bool:
    """« à Rue », « fibre rue »; « au Titre », not « au titre »."""
    if not name.whole or (name.lacks_article(window.key) and not (window.alone and contracted)):
        return window.named and (window.cue is Cue.STRONG or contracted)
    if window.cue is Cue.STRONG or (window.named and not _is_borne(window)):
        return True
    if window.cue is Cue.MEDIUM and name.rarity is Rarity.WORD:
        return True
    return window.alone and (window.bare or window.cue is Cue.MEDIUM)


def _accepts_doubtful(window: Window) -> bool:
    if window.alone or window.cue >= Cue.MEDIUM:
        return True
    return not _is_borne(window) and (window.cue is Cue.WEAK or window.named)


def _is_borne(window: Window) -> bool:
    """Whether people are named so."""
    return window.key in listed("names", "people")
