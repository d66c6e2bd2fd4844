"""An answer in the words of a language model, each sentence compared with the passages that it cites before it counts.

A sentence that a passage does not say is withheld. When too few are left, none counts: the quotations answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.allowance import DECLINED, REWRITTEN, WRITTEN, Allowance
from assistant.answering.check import CITATION, check
from assistant.answering.claims.passage import Passage
from assistant.answering.draft import Draft
from assistant.answering.prompt import Request, answer_request, passages_of, readable
from assistant.answering.quote import to_quote
from assistant.answering.write import Failure, NotWritten, Writer
from assistant.index.french import words
from assistant.index.rarity import idf
from assistant.models import Chunk, Quote, Sentence

MOST_SENTENCES = 4
LEAST_SUPPORTED = 0.5  # share of the sentences written; under it the quotations answer
# The rules of `quote.why_not` for want of common words, which a model may read over; never a name that no document
# holds, another year, or a number that is of something else.
WORDS_RULES = frozenset({"far_word", "little_in_common"})
NOT_FOUND = "je ne trouve pas"  # what the prompt asks for when the passages do not answer
FIRST_WORDS = 6  # among which it stands: « Désolé, je ne trouve pas… »

Say = Callable[[str], None]

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Composed:
    """What came of asking the model.

    `sentences` cite the passages of `quotes` by number, from 1: each quotation is the sentence of the passage that says
    it. `withheld` are the rules that refused the other sentences. `failure` is why the quotations answer instead, and
    `declined` tells that the model found no answer in the passages.
    """

    sentences: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    withheld: tuple[str, ...] = ()
    failure: Failure | None = None
    declined: bool = False


class Author:
    """The model, and when it may be asked. Safe to share between threads. `beyond_rules`: also where the rules that
    compare words refuse to quote.
    """

    def __init__(self, writer: Writer, allowance: Allowance, beyond_rules: bool = False) -> None:
        self._writer = writer
        self._allowance = allowance
        self._beyond_rules = beyond_rules

    def may_answer_after(self, rule: str) -> bool:
        """May the model be asked, although this rule found no sentence that answers?"""
        return self._beyond_rules and rule in WORDS_RULES

    def compose(self, question: str, chunks: Sequence[Chunk], ends: float, say: Say) -> Composed:
        """An answer to the question out of these chunks, the best first; `say` is given each sentence as it is ready.

        `ends`: when it must be whole, in seconds of `time.monotonic`.
        """
        chunks = readable(chunks)
        passages = passages_of(chunks, question)
        checking = _Checking(passages, chunks, say)
        if failure := self._allowance.refusal():
            return Composed(failure=failure)
        try:
            for sentence in self._sentences(answer_request(question, passages), ends):
                if not checking.takes(sentence):
                    break
        except NotWritten as failed:
            composed = Composed(withheld=tuple(checking.withheld), failure=failed.failure)
        else:
            composed = checking.composed()
        self._allowance.note(composed.failure or (DECLINED if composed.declined else WRITTEN))
        return composed

    def line(self, request: Request, ends: float) -> str | None:
        """One line, or None when the model does not give it."""
        if self._allowance.refusal():
            return None
        try:
            text = "".join(self._writer.write(request.system, request.text, ends)).strip()
        except NotWritten as failed:
            self._allowance.note(failed.failure)
            return None
        self._allowance.note(REWRITTEN if text else Failure.EMPTY)
        return text if text and "\n" not in text else None

    def close(self) -> None:
        """End the counting on disk."""
        self._allowance.close()

    def _sentences(self, request: Request, ends: float) -> Iterator[str]:
        draft = Draft()
        for piece in self._writer.write(request.system, request.text, ends):
            yield from draft.add(piece)
        yield from draft.rest()


@dataclass
class _Checking:
    """The sentences so far. Those that are said cite passages by the order in which they are first cited."""

    passages: Sequence[Passage]
    chunks: Sequence[Chunk]
    say: Say
    said: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    found_nothing: bool = False

    def takes(self, sentence: str) -> bool:
        """Judge one more sentence, and say it. False: that is enough."""
        if NOT_FOUND in " ".join(word.surface for word in words(sentence)[:FIRST_WORDS]):
            self.found_nothing = True
            return True
        verdict = check(sentence, self.passages)
        if not verdict.is_supported:
            self.withheld.append(verdict.rule)
        elif _bare(sentence) not in map(_bare, (before for before, _ in self.said)):
            self.order += [number for number in verdict.cited if number not in self.order]
            self.said.append((sentence, verdict.cited))
            self.say(self._numbered(sentence))
        return len(self.said) + len(self.withheld) < 2 * MOST_SENTENCES and len(self.said) < MOST_SENTENCES

    def composed(self) -> Composed:
        """What is said of it all."""
        withheld = tuple(self.withheld)
        if self.found_nothing and not self.said:
            return Composed(withheld=withheld, declined=not withheld, failure=Failure.UNSUPPORTED if withheld else None)
        written = len(self.said) + len(withheld)
        if not self.said or len(self.said) < LEAST_SUPPORTED * written:
            return Composed(withheld=withheld, failure=Failure.UNSUPPORTED if written else Failure.EMPTY)
        return Composed(tuple(self._numbered(sentence) for sentence, _ in self.said), tuple(self._quotes()), withheld)

    def _numbered(self, sentence: str) -> str:
        """The sentence with its citations at its end, numbered as the sources are shown: « … du séminaire [1]. »"""

        def renumbered(match: re.Match[str]) -> str:
            numbers = dict.fromkeys(int(number) for number in _NUMBER.findall(match.group(1)))
            return "".join(f" [{self.order.index(number) + 1}]" for number in numbers)

        text = CITATION.sub(renumbered, sentence)
        text = re.sub(r"\s*([.!?…]+)((?:\s*\[\d+\])+)\s*\.?$", r"\2\1", text)
        return re.sub(r"\s+\.$", ".", text)

    def _quotes(self) -> Iterator[Quote]:
        for number in self.order:
            chunk = self.chunks[number - 1]
            citing = [text for text, cited in self.said if number in cited]
            best = {one.span: one for one in (_nearest(text, chunk.sentences) for text in citing)}
            yield from (to_quote(chunk, one) for one in sorted(best.values(), key=lambda one: one.span.start))


def _bare(sentence: str) -> list[str]:
    """Its words, without what it cites."""
    return [word.surface for word in words(CITATION.sub("", sentence))]


def _nearest(text: str, sentences: Sequence[Sentence]) -> Sentence:
    """The sentence of a passage that holds most of the words of a text, weighed by their rarity."""
    wanted = {word.stem for word in words(text) if not word.is_stop}

    def held(sentence: Sentence) -> float:
        return sum(idf(stem) for stem in wanted & {word.stem for word in words(sentence.text)})

    return max(sentences, key=held)
