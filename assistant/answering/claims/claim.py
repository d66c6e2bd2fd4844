"""What is claimed, beside the passage that is cited for it; and the rules by which the passage does not say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import combinations
from typing import Any

from assistant.answering.claims.dates import Period, known_periods
from assistant.answering.claims.names import Name, addresses_in, names_in
from assistant.answering.claims.passage import Passage, Stretch
from assistant.answering.claims.polarity import denied, denies, opposed
from assistant.index.french import Word, words
from assistant.index.rarity import idf
from assistant.index.synonyms import synonyms_of
from assistant.wording import texts

COVERED = 0.5  # share of the words of a claim, weighed by rarity, that a passage must hold
ALIGNED = 0.75  # of the best sentence's coverage, for another one to be taken for what the claim tells of
FAMILY = 5  # letters that begin all the words of a family
RIVAL = 0.12  # more of the words of a claim, in a sentence that has not its number, for that one to be what is told
BESIDE = 3  # words on each side of a number or a name that say what it is of

_PARTS = re.compile(r"\s*(?:;|,\s+(?:et|puis|mais|tandis que|alors que|dont)\s|\s(?:tandis que|alors que)\s)\s*")
_PIECES = re.compile(
    r"[,;:()«»–]|\s(?:et|mais|puis|dont|où|avec|sans|grâce à|afin de|pour|en raison de|à cause de|ce qui|car)\s"
)


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of a sentence that could be said alone."""
    return tuple(part for part in _PARTS.split(text) if re.search(r"\w", part))


@dataclass(frozen=True)
class Item:
    """A number, a date or a name of a claim, at the characters `[start, end)`; `stands_in` says whether a text has it."""

    start: int
    end: int
    stands_in: Callable[[Stretch], bool]
    has_like: Callable[[Stretch], bool]


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
        scored = [(coverage(self.content, stretch), stretch) for stretch in self.passage.sentences]
        best = max((score for score, _ in scored), default=0.0)
        return Stretch(" ".join(stretch.text for score, stretch in scored if score >= ALIGNED * best))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Its numbers, and its names."""
        return tuple(_items(self))


def _items(claim: Claim) -> Iterator[Item]:
    for number in claim.said.numbers:
        yield Item(
            number.start,
            number.end,
            lambda text, said=number: any(map(said.is_supported_by, text.numbers)),
            lambda text: bool(text.numbers),
        )
    for period in claim.said.periods:
        if not any(period.holds(known) for known in claim.passage.periods if not known.end):
            yield Item(
                period.start,
                period.end,
                partial(_has_period, claim.passage.date, period),
                lambda text: bool(text.periods),
            )
    for name in names_in(claim.text):
        if not name.stands_in(claim.passage.about):
            yield Item(name.start, name.end, name.stands_in, lambda text: bool(names_in(text.text)))


def _has_period(dated: str | None, said: Period, text: Stretch) -> bool:
    return any(said.holds(known) for known in known_periods(text.folded, dated) if known.end)


def _address(claim: Claim) -> bool:
    return any(_bare(address) not in _bare(claim.passage.text) for address in addresses_in(claim.text))


def _bare(text: str) -> str:
    return re.sub(r"[\s.]", "", text)


def _date(claim: Claim) -> bool:
    return not all(any(said.holds(known) for known in claim.passage.periods) for said in claim.said.periods)


def _number(claim: Claim) -> bool:
    return not all(any(map(said.is_supported_by, claim.passage.whole.numbers)) for said in claim.said.numbers)


def _name(claim: Claim) -> bool:
    return any(not name.stands_in(claim.passage.whole) for name in names_in(claim.text))


def _negation(claim: Claim) -> bool:
    """In a piece of the claim, or in what it is about, one denies a word of the other, which denies nothing at all."""
    return any(_denies_alone(Claim(piece, claim.passage)) for piece in _pieces_of(claim.text))


def _denies_alone(claim: Claim) -> bool:
    shared = {word.stem for word in claim.content} & claim.told.stems
    if denies(claim.said.folded) == denies(claim.told.folded):
        return False
    return bool((denied(claim.said.folded) | denied(claim.told.folded)) & shared)


def _pieces_of(text: str) -> tuple[str, ...]:
    """Pieces that say enough to be found again in a passage; else the whole."""
    pieces = tuple(piece for piece in re.split("[,;:]", text) if len(content_of(piece)) > 1)
    return pieces or (text,)


def _opposite(claim: Claim) -> bool:
    return opposed(claim.said, claim.told, claim.passage.whole)


def _qualifier(claim: Claim) -> bool:
    """Words that change all by themselves: « gratuitement », « tous », « uniquement »."""
    return bool((claim.said.stems & _qualifiers()) - claim.passage.whole.stems)


def _words(claim: Claim) -> bool:
    return coverage(claim.content, claim.passage.whole) < COVERED


def _addition(claim: Claim) -> bool:
    """A piece of the sentence of which the passage holds nothing."""
    pieces = [content_of(piece) for piece in _PIECES.split(claim.text)]
    return any(len(piece) > 1 and coverage(piece, claim.passage.whole) == 0.0 for piece in pieces)


def _misplaced(claim: Claim) -> bool:
    """A number or a name that the passage says of something else: none of the words beside it stand by it there."""
    return any(not _stands_by(claim, item) for item in claim.items)


def _stands_by(claim: Claim, item: Item) -> bool:
    beside = [word for word in _beside(claim.text, item) if covers(claim.passage.whole, word)]
    if not beside:
        return True
    sentences = claim.passage.sentences
    for place, stretch in enumerate(sentences):
        if item.stands_in(stretch):
            around = Stretch(" ".join(one.text for one in sentences[max(0, place - 1) : place + 1]))
            if any(covers(around, word) for word in beside):
                return True
    return False


def _rival(claim: Claim) -> bool:
    """The sentence that tells best of the rest of the claim has another number, date or name in the place of its own."""
    return any(
        any(_has_rival(part, item) for item in part.items)
        for part in (Claim(text, claim.passage) for text in parts_of(claim.text))
    )


def _has_rival(claim: Claim, item: Item) -> bool:
    names = {surface for name in names_in(claim.text) for surface in name.surfaces}
    content = [word for word in claim.content if word.surface not in names]
    sentences = claim.passage.sentences
    scores = [coverage(content, stretch) for stretch in sentences]
    around = [
        Stretch(f"{before} {stretch.text}")
        for before, stretch in zip(("", *(s.text for s in sentences)), sentences, strict=False)
    ]
    own = max(
        (coverage(content, near) for near, stretch in zip(around, sentences, strict=True) if item.stands_in(stretch)),
        default=1.0,
    )
    best = max(scores, default=0.0)
    if best <= own + RIVAL:
        return False
    stretch = sentences[scores.index(best)]
    return not item.stands_in(stretch) and item.has_like(stretch)


def _beside(text: str, item: Item) -> tuple[Word, ...]:
    return (*content_of(text[: item.start])[-BESIDE:], *content_of(text[item.end :])[:BESIDE])


def _crossed(claim: Claim) -> bool:
    """Two numbers of one sentence, each said of what the other is said of."""
    for one, other in combinations(claim.said.numbers, 2):
        for stretch in claim.passage.sentences:
            if "respectivement" not in stretch.folded and _are_crossed(claim, stretch, one, other):
                return True
    return False


def _are_crossed(claim: Claim, stretch: Stretch, one: Any, other: Any) -> bool:
    here = [known for known in stretch.numbers if one.is_supported_by(known)]
    there = [known for known in stretch.numbers if other.is_supported_by(known)]
    if len(here) != 1 or len(there) != 1 or here == there:
        return False
    own = _nearest(claim.said, one, stretch), _nearest(claim.said, other, stretch)
    if not all(own) or own[0] == own[1]:
        return False
    first, second = (_places(stretch, stem) for stem in own if stem)
    return _distance(first, there[0].start) < _distance(first, here[0].start) and _distance(
        second, here[0].start
    ) < _distance(second, there[0].start)


def _nearest(said: Stretch, number: Any, stretch: Stretch) -> str | None:
    """The stem nearest to a number, in a claim, that a sentence holds too."""
    found = [
        (min(abs(start - number.end), abs(number.start - end)), stem)
        for start, end, stem in said.places
        if stem in stretch.stems and not (number.start <= start < number.end)
    ]
    return min(found)[1] if found else None


def _places(stretch: Stretch, stem: str) -> list[int]:
    return [start for start, _, found in stretch.places if found == stem]


def _distance(places: list[int], at: int) -> int:
    return min((abs(place - at) for place in places), default=10_000)


# By name, in the order in which they are asked: what is surest first.
RULES: dict[str, Callable[[Claim], bool]] = {
    "address": _address,
    "date": _date,
    "number": _number,
    "name": _name,
    "negation": _negation,
    "opposite": _opposite,
    "qualifier": _qualifier,
    "words": _words,
    "addition": _addition,
    "misplaced": _misplaced,
    "rival": _rival,
    "crossed": _crossed,
}


def content_of(text: str) -> tuple[Word, ...]:
    """The words that say something: neither small words, nor numbers and dates, nor what any writer adds."""
    read = Stretch(text)
    bare = list(read.folded)
    for found in (*read.numbers, *read.periods):
        bare[found.start : found.end] = " " * (found.end - found.start)
    return tuple(
        word
        for word in words("".join(bare))
        if not word.is_stop and not word.surface[0].isdigit() and word.stem not in _light()
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


@cache
def _qualifiers() -> frozenset[str]:
    return frozenset(word.stem for word in words(texts("claims")["light"]["qualifiers"]))


__all__ = ["RULES", "Claim", "Name", "parts_of"]
