"""What is claimed, beside the passage that is cited for it; and the rules by which the passage does not say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from assistant.answering.claims.names import addresses_in, names_in
from assistant.answering.claims.passage import Passage, Stretch
from assistant.answering.claims.polarity import denied, opposed
from assistant.index.french import Word, words
from assistant.index.rarity import idf
from assistant.index.synonyms import synonyms_of
from assistant.wording import texts

COVERED = 0.62  # share of the words of a claim, and of each of its parts, weighed by rarity, that a passage must hold
ALIGNED = 0.75  # of the best sentence's coverage, for another one to be taken for what the claim tells of
FAMILY = 5  # letters that begin all the words of a family

_PARTS = re.compile(r"\s*(?:;|,\s+(?:et|puis|mais|tandis que|alors que|dont)\s|\s(?:tandis que|alors que)\s)\s*")


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of a sentence that could be said alone."""
    return tuple(part for part in _PARTS.split(text) if re.search(r"\w", part))


@dataclass(frozen=True)
class Claim:
    """A text, and the passage that should say it."""

    text: str
    passage: Passage

    @cached_property
    def said(self) -> Stretch:
        """The text, read."""
        return Stretch(self.text)

    @cached_property
    def content(self) -> tuple[Word, ...]:
        """Its words that say something."""
        return content_of(self.text)

    @cached_property
    def told(self) -> Stretch:
        """The sentences of the passage that the claim is about: the best one, and those nearly as good."""
        return Stretch(" ".join(stretch.text for stretch in self._told))

    @cached_property
    def near(self) -> Stretch:
        """The same with the sentence before each, and what is said of the passage beside it."""
        kept = []
        for before, stretch in zip((None, *self.passage.sentences), self.passage.sentences, strict=False):
            if stretch in self._told:
                kept += [before.text if before else "", stretch.text]
        return Stretch(" ".join([*kept, self.passage.about.text]))

    @cached_property
    def _told(self) -> tuple[Stretch, ...]:
        scored = [(coverage(self.content, stretch), stretch) for stretch in self.passage.sentences]
        best = max((score for score, _ in scored), default=0.0)
        return tuple(stretch for score, stretch in scored if score >= ALIGNED * best)


def _address(claim: Claim) -> bool:
    return any(address not in claim.passage.text for address in addresses_in(claim.text))


def _date(claim: Claim) -> bool:
    return not all(any(said.holds(known) for known in claim.passage.periods) for said in claim.said.periods)


def _number(claim: Claim) -> bool:
    return not _numbers_stand_in(claim, claim.passage.whole)


def _name(claim: Claim) -> bool:
    return any(not name.stands_in(claim.passage.whole) for name in names_in(claim.text))


def _negation(claim: Claim) -> bool:
    shared = {word.stem for word in claim.content} & claim.told.stems
    only_one_denies = denied(claim.said.folded) ^ denied(claim.told.folded)
    return bool(only_one_denies & shared)


def _opposite(claim: Claim) -> bool:
    return opposed(claim.said, claim.told)


def _words(claim: Claim) -> bool:
    return coverage(claim.content, claim.passage.whole) < COVERED


def _addition(claim: Claim) -> bool:
    return any(coverage(content_of(part), claim.passage.whole) < COVERED for part in parts_of(claim.text))


def _misplaced_number(claim: Claim) -> bool:
    return not _numbers_stand_in(claim, claim.near)


def _misplaced_date(claim: Claim) -> bool:
    own = [known for known in claim.passage.periods if not known.end]  # the passage's own date goes with all of it
    return not all(any(said.holds(known) for known in (*claim.near.periods, *own)) for said in claim.said.periods)


def _misplaced_name(claim: Claim) -> bool:
    return any(not name.stands_in(claim.near) for name in names_in(claim.text))


# By name, in the order in which they are asked: what is surest first.
RULES: dict[str, Callable[[Claim], bool]] = {
    "address": _address,
    "date": _date,
    "number": _number,
    "name": _name,
    "negation": _negation,
    "opposite": _opposite,
    "words": _words,
    "addition": _addition,
    "misplaced_number": _misplaced_number,
    "misplaced_date": _misplaced_date,
    "misplaced_name": _misplaced_name,
}


def _numbers_stand_in(claim: Claim, stretch: Stretch) -> bool:
    return all(any(said.is_supported_by(known) for known in stretch.numbers) for said in claim.said.numbers)


def content_of(text: str) -> tuple[Word, ...]:
    """The words that say something: neither small words, nor numbers, nor what any writer adds."""
    return tuple(
        word for word in words(text) if not word.is_stop and not word.surface[0].isdigit() and word.stem not in _light()
    )


def coverage(content: Sequence[Word], stretch: Stretch) -> float:
    """The share of the words, weighed by their rarity, that a text holds; 1 when there are none."""
    total = sum(idf(word.stem) for word in content)
    return sum(idf(word.stem) for word in content if covers(stretch, word)) / total if total else 1.0


def covers(stretch: Stretch, word: Word) -> bool:
    """Does a text hold a word, one of its family, or one of its meaning?"""
    if word.stem in stretch.stems or word.surface in stretch.surfaces or synonyms_of(word.stem) & stretch.stems:
        return True
    return len(word.stem) >= FAMILY and any(stem[:FAMILY] == word.stem[:FAMILY] for stem in stretch.stems)


@cache
def _light() -> frozenset[str]:
    return frozenset(word.stem for word in words(texts("claims")["light"]["words"]))
