"""« j'ai la fibre ? », « panne ? », « quel opérateur ? »: what residents ask of fibre and copper, told by rules.

The rules, and the sentences that answer, are those of `texts/fibre.toml`; the first topic that a question fits is its
topic. A question about what the documents treat of is left to the documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from assistant.answering.question import Kind, Question
from assistant.index.french import analyse, fold, stem
from assistant.index.rarity import is_unknown
from assistant.wording import texts

# Kinds of answer that no figure of a commune gives. A sum, a reason or a method has its topic, or the documents'.
FOR_DOCUMENTS = frozenset(
    {Kind.WHO, Kind.ORGANISATION, Kind.MONEY, Kind.REASON, Kind.HOW, Kind.DEFINITION, Kind.CONTACT}
)
FEW_WORDS = 2
WORD = re.compile(r"[a-z]{5,}")
COUNTED = re.compile(r"%|\b(?:pour ?cents?|locaux|prises?|foyers?|logements?|maisons?)\b")  # what figures count


class PlaceUse(StrEnum):
    """What a topic does with a commune."""

    NEEDED = "needed"
    USED = "used"
    IGNORED = "ignored"


class Figures(StrEnum):
    """Which figures of the commune a topic tells."""

    NONE = "none"
    COVERAGE = "coverage"
    COPPER = "copper"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked. `text` answers today, or says no more than its figures when ""; `links` are keys of `[links]`.

    `ask` puts the question for a place: « La fibre {place} ? ». `everywhere`: without one, the département is told.
    """

    name: str
    place: PlaceUse
    figures: Figures
    text: str
    links: tuple[str, ...]
    ask: str
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    topic: Topic
    patterns: re.Pattern[str] | None
    patterns_with_place: re.Pattern[str] | None
    needs: tuple[str, ...]
    unless: re.Pattern[str] | None
    always: bool
    until: date | None
    text_after: str


def topic_of(question: Question, has_place: bool, area: str = "", today: date | None = None) -> Topic | None:
    """The topic of a question, or None when it is not one that residents ask of their line.

    `has_place`: it names a commune; `area`: the name, as it was typed, of an EPCI or of the whole département, which
    documents speak of too.
    """
    today = today or date.today()
    folded = _mended(fold(question.plain))
    if _word("archives").search(folded) or (_word("foreign").search(folded) and not _names_line(folded)):
        return next((_said_on(rule, today) for rule in _rules() if _is_danger(rule, folded)), None)
    own = _is_own(folded)
    if not own and any(int(year) < today.year for year in question.years):
        return None
    about_documents = not own and bool(_word("documents").search(folded))
    for rule in _rules():
        if (about_documents and not rule.always) or (rule.unless and rule.unless.search(folded)):
            continue
        if _is_said(rule, folded, has_place) or _is_asked(rule, question, folded, has_place, area):
            return _said_on(rule, today)
    return None


def topic_named(name: str) -> Topic | None:
    """The topic of an earlier answer."""
    return next((_said_on(rule, date.today()) for rule in _rules() if rule.topic.name == name), None)


def speaks_of_line(text: str) -> bool:
    """Does a text name the fibre, copper, or somebody's connection?"""
    folded = _mended(fold(text))
    return bool(_word("line").search(folded) or _word("copper").search(folded))


def _is_said(rule: _Rule, folded: str, has_place: bool) -> bool:
    """One of the patterns is found; some count only where a commune is named."""
    patterns = (rule.patterns, rule.patterns_with_place if has_place else None)
    return any(pattern.search(folded) for pattern in patterns if pattern)


def _is_asked(rule: _Rule, question: Question, folded: str, has_place: bool, area: str) -> bool:
    """The figures of a place: its words, and a place or a home that they are asked for."""
    own = _is_own(folded)
    # « c'est pour quand chez moi ? », « date prévue Estrébœuf » leave the fibre unsaid.
    else_said = [word for word in question.content if not _word("when").search(word.surface)]
    bare = (own and len(else_said) <= FEW_WORDS) or (has_place and not else_said)
    if not rule.needs or not all(_names(n, folded, has_place) or (n == "line" and bare) for n in rule.needs):
        return False
    if rule.topic.figures is Figures.COPPER:
        return has_place or bool(_word("closing").search(folded))
    if rule.topic.place is PlaceUse.USED:
        return bool(_word("fibre").search(folded)) or has_place or bool(area) or own
    return _names("line", folded, has_place) and _asks_figures(question, folded, has_place, area)


def _asks_figures(question: Question, folded: str, has_place: bool, area: str) -> bool:
    """« la fibre à Rue », « suis-je éligible »: the figures of a place, and nothing else of it."""
    own = _is_own(folded)
    other_kinds = FOR_DOCUMENTS - {Kind.CONTACT} if own else FOR_DOCUMENTS  # « tester mon adresse » asks for none
    if question.kinds & other_kinds or (question.counts and not COUNTED.search(folded)):
        return False
    if has_place or not (area or own):
        return has_place
    else_said = {word.stem for word in question.content} - {*analyse(area), *_area_words()}
    bare = bool(area) and bool(_word("fibre").search(folded)) and len(else_said) <= FEW_WORDS  # « la fibre dans le 80 »
    return bare or _word("availability").search(folded) is not None


@cache
def _area_words() -> frozenset[str]:
    """« communauté de communes », « département »: what is said around the name of an area."""
    return frozenset(analyse(texts("fibre")["words"]["areas"]))


def _names(needed: str, folded: str, has_place: bool) -> bool:
    """Does it hold these words? Where a commune is named, « internet » is said for the fibre."""
    alike = [needed, "internet"] if needed == "line" and has_place else [needed]
    return any(_word(name).search(folded) for name in alike)


def _names_line(folded: str) -> bool:
    """Does it name the fibre, internet or copper itself, and not only what other networks have too?"""
    return any(_word(name).search(folded) for name in ("fibre", "copper")) or "internet" in folded


def _is_danger(rule: _Rule, folded: str) -> bool:
    """A danger is answered whatever it is said beside."""
    kept_from = bool(rule.unless and rule.unless.search(folded))
    return rule.topic.name in texts("fibre")["words"]["dangers"] and not kept_from and _is_said(rule, folded, False)


def _is_own(folded: str) -> bool:
    """« chez moi », « ma rue », « suis-je éligible »: somebody's own line."""
    return bool(_word("home").search(folded) or _word("own").search(folded))


def _mended(folded: str) -> str:
    """The text, with each word that French does not hold replaced by the word of the subject that it is near to."""
    return WORD.sub(lambda match: _nearest(match.group()), folded)


@lru_cache(maxsize=10_000)
def _nearest(word: str) -> str:
    known = texts("fibre")["words"]["mended"].split()
    if word in known or not is_unknown(stem(word)):
        return word
    furthest = 1 if len(word) < 8 else 2
    near = extractOne(word, known, scorer=OSA.distance, score_cutoff=furthest)
    return near[0] if near else word


def _said_on(rule: _Rule, day: date) -> Topic:
    """The topic, with the sentence that holds on that day."""
    return replace(rule.topic, text=rule.text_after) if rule.until and day >= rule.until else rule.topic


@cache
def _word(name: str) -> re.Pattern[str]:
    """A pattern of `[words]`, as whole words."""
    return re.compile(rf"\b{_filled(texts('fibre')['words'][name])}\b")


def _filled(pattern: str) -> str:
    """A pattern with those that it names in its place."""
    words = texts("fibre")["words"]
    for name in ("fibre", "copper"):
        pattern = pattern.replace(f"{{{name}}}", words[name])
    return pattern


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_rule(entry) for entry in texts("fibre")["topics"])


def _rule(entry: Mapping[str, Any]) -> _Rule:
    topic = Topic(
        name=entry["name"],
        place=PlaceUse(entry["place"]),
        figures=Figures(entry.get("figures", "none")),
        text=entry["text"],
        links=tuple(entry.get("links", ())),
        ask=entry.get("ask", ""),
        everywhere=entry.get("everywhere", False),
    )
    return _Rule(
        topic,
        _either(entry.get("patterns")),
        _either(entry.get("patterns_with_place")),
        tuple(entry.get("needs", ())),
        re.compile(_filled(entry["unless"])) if "unless" in entry else None,
        entry.get("always", False),
        entry.get("until"),
        entry.get("text_after", ""),
    )


def _either(patterns: Sequence[str] | None) -> re.Pattern[str] | None:
    return re.compile("|".join(map(_filled, patterns))) if patterns else None
