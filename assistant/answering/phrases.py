"""A short French question taken apart without a parser: its words by what they do, whether it stands by itself.

The word lists are those of the table `follow_up` of `texts/question.toml`. Nothing here is exact: the rules are about
questions of a line, and when in doubt a question stands by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from assistant.answering.question import YEAR, Kind, Question
from assistant.index.french import STOP_WORDS, fold, stem
from assistant.index.rarity import is_unknown
from assistant.wording import texts

TOKEN = re.compile(r"aujourd['\u2019]hui|[^\W_]+")


@cache
def kind_of_words(name: str) -> frozenset[str]:
    """A list of words of the table `follow_up`."""
    return frozenset(texts("question")["follow_up"][name].split())


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of the table `follow_up`."""
    return re.compile(texts("question")["follow_up"][name], re.IGNORECASE if name != "person" else 0)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, where it stands, and whether it says what the text is about."""

    text: str
    folded: str
    start: int
    end: int
    is_content: bool

    def is_a(self, *names: str) -> bool:
        """Is it in one of these lists of words?"""
        return any(self.folded in kind_of_words(name) for name in names)

    @property
    def is_bare_a(self) -> bool:
        """« a »: the verb, or the preposition without its accent."""
        return self.folded == "a" and self.text.isascii()

    @property
    def is_name(self) -> bool:
        """A capital, or a word that French texts do not hold: a place, a person, an acronym."""
        return self.is_content and (self.text[0].isupper() or is_unknown(stem(self.folded)))


@dataclass(frozen=True, slots=True)
class Phrases:
    """A question's words. `linked`: it began with « et », « mais »…, which `text` and `tokens` leave out."""

    question: Question
    text: str
    tokens: tuple[Token, ...]
    linked: bool

    @property
    def content(self) -> tuple[Token, ...]:
        """The words that say what it is about."""
        return tuple(token for token in self.tokens if token.is_content)

    def verbs(self) -> frozenset[int]:
        """The places of the words that look like verbs: after a subject or an auxiliary, or before « -t-il »."""
        return frozenset(at for at, token in enumerate(self.tokens) if self._is_verb(at, token))

    def nouns(self) -> tuple[int, ...]:
        """The places of the content words that do not look like verbs."""
        verbs = self.verbs()
        return tuple(at for at, token in enumerate(self.tokens) if token.is_content and at not in verbs)

    def before(self, at: int) -> Token | None:
        """The word before a place."""
        return self.tokens[at - 1] if at else None

    def after(self, at: int) -> Token | None:
        """The word after a place."""
        return self.tokens[at + 1] if at + 1 < len(self.tokens) else None

    def _is_verb(self, at: int, token: Token) -> bool:
        if token.is_a("verbs") or (token.is_bare_a and self._is_has(at)):
            return True
        return token.is_content and token.text.isalpha() and (self._is_inverted(at) or self._is_carried(at))

    def _is_has(self, at: int) -> bool:
        """« on a », « qui l'a »: not the preposition, which people write without its accent."""
        before = self.before(at)
        return before is not None and before.is_a("subjects", "clitics")

    def _is_inverted(self, at: int) -> bool:
        """« arrive-t-elle »: its subject comes after, with a hyphen."""
        after = self.after(at)
        return after is not None and "-" in self.text[self.tokens[at].end : after.start] and after.is_a("subjects")

    def _is_carried(self, at: int) -> bool:
        """« il **habite** », « qui l'**héberge** », « est pas **prêt** »: after a subject or an auxiliary."""
        place = at - 1
        while place > 0 and self.tokens[place].is_a("clitics") and not self.tokens[place].is_a("subjects"):
            place -= 1
        if place < max(0, at - 3):
            return False
        carrier, between = self.tokens[place], self.tokens[place + 1 : at]
        if carrier.is_a("verbs") or (carrier.is_bare_a and self._is_has(place)):
            return all(token.is_a("negations") for token in between)
        return carrier.is_a("subjects") and self._is_subject(place, between)

    def _is_subject(self, place: int, between: tuple[Token, ...]) -> bool:
        """Does the word at `place` come before its verb: not « définit-il le … », « avec qui la … », « pour vous »?"""
        before = self.before(place)
        if before is None or not any(token.is_a("determiners") for token in between):
            return True
        tied = "-" in self.text[before.end : self.tokens[place].start]
        return not (tied or before.is_content or before.is_a("prepositions"))

    def direct_nouns(self) -> tuple[int, ...]:
        """The places of the nouns that a determiner introduces without any preposition: « la fibre », « des aides »."""
        return tuple(at for at in self.nouns() if self._is_direct(at))

    def _is_direct(self, at: int) -> bool:
        before = self.before(at)
        if before is None or not before.is_a("determiners") or before.folded in ("au", "aux", "du"):
            return False
        ahead = self.before(at - 1)
        return before.folded == "des" or ahead is None or not ahead.is_a("prepositions")


def take_apart(question: Question) -> Phrases:
    """The words of a question, « et », « ok », « du coup » taken off its ends."""
    text = question.plain
    stems = {word.stem for word in question.content}
    tokens = [
        Token(m.group(), folded, m.start(), m.end(), folded not in STOP_WORDS and stem(folded) in stems)
        for m in TOKEN.finditer(text)
        if (folded := re.sub(r"\W", "", fold(m.group())))
    ]
    linked = False
    while len(tokens) > 1 and tokens[0].is_a("openers") and text[tokens[0].end] not in "-'\u2019":
        linked = linked or tokens[0].is_a("links")
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[-1].is_a("closers"):
        linked = linked or tokens[-1].folded in ("aussi", "alors", "egalement")
        tokens = tokens[:-1]
    first = tokens[0].start if tokens else 0
    last = tokens[-1].end if tokens else len(text)
    shifted = (Token(t.text, t.folded, t.start - first, t.end - first, t.is_content) for t in tokens)
    return Phrases(question, text[first:last], tuple(shifted), linked)


def asks_attribute(question: Question) -> bool:
    """« le montant », « quelle date »: an attribute of something, which is not said."""
    return bool(question.kinds & {Kind.MONEY, Kind.DATE, Kind.NUMBER, Kind.CONTACT, Kind.WHEN})


def is_year(token: Token) -> bool:
    """2016, 2020…"""
    return bool(YEAR.fullmatch(token.folded))


def is_chosen(asked: Phrases, at: int) -> bool:
    """« quel **cabinet** », « combien de **lots** »: what is asked for, not what is talked about."""
    place = at - 1
    while place > 0 and asked.tokens[place].folded in ("de", "d"):
        place -= 1
    return place >= 0 and asked.tokens[place].is_a("choosers")


def runs_of(topic: Phrases, belongs: Callable[[int], bool]) -> list[tuple[int, int]]:
    """The maximal runs of words that belong, as places [start, end)."""
    runs: list[tuple[int, int]] = []
    for at in range(len(topic.tokens)):
        if belongs(at):
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + 1)
            else:
                runs.append((at, at + 1))
    return runs


def replaced(topic: Phrases, start: int, end: int, text: str) -> str:
    """The text with other characters in the place of [start, end)."""
    return topic.text[:start] + text + topic.text[end:]


def added(topic: Phrases, text: str) -> str:
    """The text with something more said of what it is about: before « : pourquoi », where that was asked of it."""
    about, colon, asked = topic.text.partition(" : ")
    return f"{about} {text}{colon}{asked}"
