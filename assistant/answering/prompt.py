"""What a language model is asked: a prompt of `assistant/prompts/`, and the texts that it may read.

The texts stand between marks drawn at random for each request, so that none of them can pretend to end; they hold no
address, so that none can be given, no number between square brackets, which are those of the passages, and nothing of a
passage from the sentence on that gives orders to a model: people still read it in the document.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, takewhile
from pathlib import Path
from string import Template

from assistant.answering.claims.passage import Passage
from assistant.answering.say import person
from assistant.answering.visible import visible
from assistant.index.french import fold, words
from assistant.models import Chunk, Exchange
from assistant.wording import french_date, texts

PROMPTS = Path(__file__).resolve().parents[1] / "prompts"
MARK_BYTES = 8
MOST_PASSAGES = 6
MOST_CHARACTERS = 8_000  # of all the passages, or of what was said before
MOST_HEAD = 200  # of a title, or of a speaker with their role
REMEMBERED = 3  # exchanges, the newest

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w-]+")
_SENTENCE = re.compile(r"(?<=[.!?…:;»])\s+")
_SQUARE = re.compile(r"\[(\s*\d[\d,;\s-]*)\]")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: `system` says what to do, `text` what to do it with."""

    system: str
    text: str


def readable(chunks: Sequence[Chunk]) -> list[Chunk]:
    """The first ones of which a model may read something, no more than it is sent."""
    return list(islice((chunk for chunk in chunks if _without_orders(seen(chunk.text))), MOST_PASSAGES))


def passages_of(chunks: Sequence[Chunk], question: str = "") -> tuple[Passage, ...]:
    """What a model may read of these chunks, a passage each: of the first ones, as many as there is room for.

    With the words of the question that their document says around them: « l'ENT », where the passage has « la
    plateforme ».
    """
    passages: list[Passage] = []
    room = MOST_CHARACTERS
    for chunk in chunks[:MOST_PASSAGES]:
        text = _without_orders(seen(chunk.text))[:MOST_CHARACTERS]
        title = _without_orders(seen(chunk.title))[:MOST_HEAD]
        speaker = _speaker(chunk)
        room -= len(text) + len(title) + len(speaker or "")
        if room < 0 and passages:
            break
        passages.append(Passage(text, title, chunk.date, speaker, _context(question, chunk)))
    return tuple(passages)


def answer_request(question: str, passages: Sequence[Passage]) -> Request:
    """Asks for an answer to a question, out of numbered passages."""
    mark = _mark()
    told = "\n\n".join(f"[{number}] {_headed(passage)}\n{passage.text}" for number, passage in enumerate(passages, 1))
    return Request(_prompt("answer", mark), f"<{mark}>\n{told}\n</{mark}>\n{_asked(question, mark)}")


def rewrite_request(question: str, exchanges: Sequence[Exchange]) -> Request:
    """Asks for a question that can be understood without what was said before."""
    mark = _mark()
    told = "\n".join(conversation_of(exchanges))
    return Request(_prompt("rewrite", mark), f"<{mark}>\n{told}\n</{mark}>\n{_asked(question, mark)}")


def conversation_of(exchanges: Sequence[Exchange]) -> list[str]:
    """What was said before, as a model may read it: questions, and the sentences that were quoted to them."""
    lines: list[str] = []
    for exchange in exchanges[-REMEMBERED:]:
        lines.append(seen(exchange.question))
        lines.extend(seen(quote.text) for quote in exchange.quotes)
    return [line[: MOST_CHARACTERS // len(lines)] for line in lines]


def seen(text: str) -> str:
    """A text as it is seen, without addresses or numbers between square brackets."""
    return " ".join(_SQUARE.sub(r"(\1)", _ADDRESS.sub("", visible(text))).split())


def _context(question: str, chunk: Chunk) -> str:
    """The words of the question that stand beside the chunk: above it, in the sentence before, or in the one after."""
    beside = " ".join((*chunk.heading_path, chunk.lead_in, chunk.before, chunk.after))
    said = {word.stem for word in words(beside) if not word.is_stop}
    asked = _WORD.findall(seen(question))
    return " ".join(one for one in asked if any(word.stem in said for word in words(one)))


def _without_orders(text: str) -> str:
    """The text as far as the sentence that gives orders to a model: what follows may well belong to them."""
    return " ".join(takewhile(lambda one: not _orders().search(fold(one)), _SENTENCE.split(text)))


@cache
def _orders() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in texts("orders")["orders"]["patterns"]))


def _headed(passage: Passage) -> str:
    parts = [passage.title, french_date(passage.date) if passage.date else "", passage.speaker or ""]
    return f"({' ; '.join(part for part in parts if part)})"


def _speaker(chunk: Chunk) -> str | None:
    if not chunk.speaker:
        return None
    return _without_orders(seen(", ".join(part for part in (person(chunk.speaker), chunk.role) if part)))[:MOST_HEAD]


def _asked(question: str, mark: str) -> str:
    return f"<question-{mark}>\n{seen(question)}\n</question-{mark}>"


def _mark() -> str:
    return f"passages-{secrets.token_hex(MARK_BYTES)}"


def _prompt(name: str, mark: str) -> str:
    return _template(name).substitute(mark=mark)


@cache
def _template(name: str) -> Template:
    return Template((PROMPTS / f"{name}.txt").read_text(encoding="utf-8"))
