"""What a person wrote → what they ask: words that matter, kind of question, years and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from rapidfuzz.distance import OSA

from assistant.answering.manners import without_insults, without_manners
from assistant.answering.period import asks_present, with_years
from assistant.index.french import STOP_WORDS, Word, fold, words
from assistant.index.rarity import is_unknown
from assistant.index.terms import Expression, Terms
from assistant.models import QuestionRefused, Status
from assistant.wording import french_number, sentence, texts

LONGEST = 1_000  # characters
TOKEN = re.compile(r"[^\W_]+")
COUNTS = re.compile(r"\bcombien (?:y a[- ]t[- ]il |avez[- ]vous |sont )?d[e']")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Kind(StrEnum):
    """What is asked for; a question may ask for several things."""

    WHO = "who"
    ORGANISATION = "organisation"
    WHEN = "when"
    DATE = "date"
    WHERE = "where"
    NUMBER = "number"
    MONEY = "money"
    REASON = "reason"
    HOW = "how"
    DEFINITION = "definition"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that ends a question before any search, with its sentence."""

    name: str
    status: Status
    text: str


@dataclass(frozen=True, slots=True)
class _Rule:
    refusal: Refusal
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None

    def refuses(self, folded: str) -> bool:
        return bool(self.pattern.search(folded)) and not (self.unless and self.unless.search(folded))


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood. `text` is as typed; `plain` has its SMS words spelt out, without greetings or insults.

    `content` are the words of its subject, in order and once each; `head` is the stem of the noun that is
    counted or chosen (« combien de **parents** », « quelle **société** »), or None. `counts`: it is « combien de ».
    `expressions` are the terms that have other forms, or a meaning in the glossary.
    `present`: what holds now is asked for, or the last of its kind. `insults`: insults came with it.
    """

    text: str
    plain: str
    content: tuple[Word, ...]
    kinds: frozenset[Kind]
    head: str | None
    counts: bool
    years: frozenset[str]
    present: bool = False
    expressions: tuple[Expression, ...] = ()
    insults: bool = False


def understand(text: object, terms: Terms | None = None, today: date | None = None) -> Question:
    """Check and analyse what was typed. `terms`: those that whoever asks may know; `today`: for « cette année ».

    Raises like `checked_text`.
    """
    text = checked_text(text)
    plain, insults = without_insults(without_manners(spell_out(text)))
    plain = with_years(plain, today or date.today())
    folded = fold(plain)
    carriers = _carriers()
    content = {
        word.stem: word
        for word in words(plain)
        if not word.is_stop and word.surface not in carriers and not _misspells_stop_word(word)
    }
    return Question(
        text=text,
        plain=plain,
        content=tuple(content.values()),
        kinds=_kinds_of(folded),
        head=_head(plain),
        counts=bool(COUNTS.search(folded)),
        years=frozenset(YEAR.findall(plain)),
        present=asks_present(plain),
        expressions=terms.expressions(plain) if terms else (),
        insults=insults,
    )


def checked_text(text: object) -> str:
    """What was typed, on one line.

    Raises:
        QuestionRefused: not a text, empty or too long; the message may be shown.
    """
    if not isinstance(text, str):
        raise QuestionRefused(sentence("question.not_text"))
    # A zero byte and half a character are legal in JSON, and nowhere else.
    line = " ".join(text.replace("\x00", " ").encode("utf-8", errors="replace").decode().split())
    if not any(c.isalnum() for c in line):
        raise QuestionRefused(sentence("question.empty"))
    if len(line) > LONGEST:
        raise QuestionRefused(sentence("question.too_long", longest=french_number(LONGEST)))
    return line


def spell_out(text: str) -> str:
    """SMS words → French. A letter before an apostrophe is an elision and is left alone."""
    lexicon = _vocabulary()["sms"]

    def replace(match: re.Match[str]) -> str:
        word = match.group()
        following = text[match.end() : match.end() + 1]
        initial = len(word) == 1 and (word.isupper() or following in ("-", "."))  # C-ISOP, Mme C. Dupont, 5 G
        acronym = len(word) > 1 and word.isupper() and not text.isupper()
        return word if following in ("'", "’") or initial or acronym else lexicon.get(fold(word), word)

    return TOKEN.sub(replace, text)


def refusal_of(question: Question) -> Refusal | None:
    """The rule that refuses the question, if one does."""
    folded = fold(question.plain)
    return next((rule.refusal for rule in _refusals() if rule.refuses(folded)), None)


def contact_fields_asked(question: Question) -> tuple[str, ...]:
    """The fields of the contact record asked for, when the question holds nothing else; else nothing."""
    asked = _vocabulary()["contact"]
    around = set(asked["around"].split())
    surfaces = [word.surface for word in words(question.plain)]
    is_where = Kind.WHERE in question.kinds
    fields = [
        field
        for field in ("address", "phone", "fax")
        if any(surface in asked[field].split() and (surface != "ou" or is_where) for surface in surfaces)
    ]
    known = around.union(*(asked[field].split() for field in ("address", "phone", "fax")))
    alone = all(word.is_stop or word.surface in known for word in words(question.plain))
    if not fields and "numero" in surfaces:
        fields = ["phone"]
    return tuple(fields) if alone else ()


def _misspells_stop_word(word: Word) -> bool:
    """« pendan », « aujourdhuis »: a word that French does not hold, one letter from a stop word."""
    return (
        len(word.surface) >= 5
        and is_unknown(word.stem)
        and any(OSA.distance(word.surface, stop, score_cutoff=1) <= 1 for stop in STOP_WORDS if len(stop) >= 5)
    )


def _head(plain: str) -> str | None:
    """The first content word after « combien de », « quel », « quelle »…"""
    found = words(plain)
    for position, word in enumerate(found):
        if word.surface in {"combien", "quel", "quelle", "quels", "quelles", "nombre", "part"}:
            following = (w.stem for w in found[position + 1 : position + 7] if not w.is_stop)
            return next(following, None)
    return None


@cache
def _vocabulary() -> dict[str, dict[str, str]]:
    return texts("question")


def _kinds_of(folded: str) -> frozenset[Kind]:
    kinds = frozenset(kind for kind, pattern in _kinds().items() if pattern.search(folded))
    return kinds - {Kind.NUMBER} if Kind.MONEY in kinds else kinds  # « combien ça coûte »: a sum, not any number


@cache
def _carriers() -> frozenset[str]:
    return frozenset(word.surface for word in words(_vocabulary()["carriers"]["words"]))


@cache
def _kinds() -> dict[Kind, re.Pattern[str]]:
    return {Kind(name): re.compile(pattern) for name, pattern in _vocabulary()["kinds"].items()}


@cache
def _refusals() -> list[_Rule]:
    rules = texts("question")["refusals"]
    return [
        _Rule(
            Refusal(r["name"], Status(r["status"]), r["text"]),
            re.compile("|".join(r["patterns"])),
            re.compile(r["unless"]) if "unless" in r else None,
        )
        for r in rules
    ]
