"""May a sentence be said? Only when the passages that it cites say it: its numbers, dates, names, words, and no less.

No model is needed. A sentence is judged piece by piece: what stands before citations is said by one of them alone,
never by two together. Each refusal has a rule, by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.claims.addresses import address_missing, without_addresses
from assistant.answering.claims.claim import Claim
from assistant.answering.claims.letters import strange_in
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.rules import RULES

LEAST_WORDS = 3  # a name or a number alone says nothing that could be checked
LONGEST = 800  # characters of a sentence: a longer one is none, and would take long to judge
MOST_FIGURES = 30  # numbers and dates of a sentence: with more of them it is a table, and would take long to judge

CITATION = re.compile(r" ?\[ ?(\d{1,3}(?: ?[,;] ?\d{1,3})*) ?\]")
_BRACKETS = re.compile(r"[\[\]【】〔〕［］⟦⟧]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule` is the name of what refuses the sentence, "" when it may be said; `cited` the passages that it names."""

    rule: str
    cited: tuple[int, ...] = ()

    @property
    def is_supported(self) -> bool:
        """May it be said?"""
        return not self.rule


def check(sentence: str, passages: Sequence[Passage]) -> Verdict:
    """Judge a sentence that cites passages as « [1] », « [1, 2] » or « [1][2] », numbered from 1.

    « [1-3] » and other brackets are not understood, and refused.
    """
    if len(sentence) > LONGEST:
        return Verdict("too_long")
    pieces = list(_pieces(re.sub(r"\s+", " ", sentence)))
    cited = tuple(dict.fromkeys(number for _, numbers in pieces for number in numbers))
    if any(_BRACKETS.search(text) for text, _ in pieces) or (not cited and _BRACKETS.search(sentence)):
        return Verdict("unclear_citation", cited)
    if not cited:
        return Verdict("uncited")
    if any(len(re.findall(r"\w+", text)) < LEAST_WORDS for text, _ in pieces):
        return Verdict("fragment", cited)
    if not all(1 <= number <= len(passages) for number in cited):
        return Verdict("unknown_citation", cited)
    known = {number: passages[number - 1] for number in cited}
    is_strange = strange_in(CITATION.sub(" ", sentence), " ".join(passage.text for passage in known.values()))
    refusals = (_refusal(text, [known[number] for number in numbers]) for text, numbers in pieces)
    return Verdict("letters" if is_strange else next(filter(None, refusals), ""), cited)


def _pieces(sentence: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What is said, and which passages are cited for it. What follows the last citation belongs with it."""
    found: list[tuple[str, tuple[int, ...]]] = []
    position = 0
    for match in CITATION.finditer(sentence):
        text = sentence[position : match.start()].strip(" .,;:")
        numbers = tuple(int(number) for number in re.findall(r"\d+", match.group(1)))
        if not re.search(r"\w", text) and found:
            found[-1] = (found[-1][0], found[-1][1] + numbers)
        else:
            found.append((text, numbers))
        position = match.end()
    rest = sentence[position:]
    if found and re.search(r"\w|\[|\]", rest):
        found[-1] = (found[-1][0] + rest, found[-1][1])
    yield from found


def _refusal(text: str, passages: Sequence[Passage]) -> str:
    """Why none of the passages says it, by itself: the rule of the first; "" when one does."""
    first = ""
    for passage in passages:
        rule = unsupported(text, passage)
        if not rule:
            return ""
        first = first or rule
    return first


def unsupported(text: str, passage: Passage) -> str:
    """The rule by which a passage does not say a text without citation, or "": the first that refuses."""
    if address_missing(text, passage.text):
        return "address"
    claim = Claim(without_addresses(text), passage)
    if len(claim.said.numbers) + len(claim.said.periods) > MOST_FIGURES:
        return "too_long"
    if not claim.units:
        return "empty"
    return next((rule for rule, refuses in RULES.items() if refuses(claim)), "")
