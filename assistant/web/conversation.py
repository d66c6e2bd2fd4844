"""A conversation as the server keeps it: the questions and their answers, never what a browser says they were."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.answering.assistant import Assistant
from assistant.answering.compose import Say
from assistant.index.page_pictures import PagePicture
from assistant.models import Access, Answer, Exchange, QuestionRefused
from assistant.web.pieces import pictures_of
from assistant.wording import sentence

KEPT_TURNS = 6
FORGET_SECONDS = 1_800  # of silence, behind every door: what was asked and answered is forgotten; the notices say so

# Half of a character written on two: JSON can carry one, no page can show it.
LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer. `number` goes up by one at each turn; `rated` once the visitor gave an opinion.

    `id` is the answer's at the desk, which remembers it for a while: "" when there is nothing to rate or to keep.
    """

    number: int
    question: str
    answer: Answer
    pictures: tuple[PagePicture, ...] = ()  # of the pages that the answer quotes
    rated: bool = False
    id: str = ""


Turns = tuple[Turn, ...]


def clean_message(message: object) -> str:
    """What the visitor typed.

    Raises:
        QuestionRefused: it is not a text: somebody forged the request. The message may be shown.
    """
    if not isinstance(message, str):
        raise QuestionRefused(sentence("question.not_text"))
    return LONE_SURROGATES.sub("\ufffd", message).strip()


def next_turn(assistant: Assistant, turns: Turns, question: str, say: Say = lambda _: None) -> Turns:
    """The conversation with one more turn, answered for the public: nobody signs in to the chat. `say` as for
    `Assistant.ask`.

    Raises:
        QuestionRefused: empty or too long. The message may be shown.
    """
    number = turns[-1].number + 1 if turns else 1
    answer = assistant.ask(question, Access.PUBLIC, exchanges_of(turns), say=say)
    pictures = pictures_of(assistant, answer, Access.PUBLIC)
    return (*turns, Turn(number, question, answer.for_visitor, pictures=pictures))[-KEPT_TURNS:]


def exchanges_of(turns: Turns) -> tuple[Exchange, ...]:
    """What a follow-up may be about: the questions as they were understood, and what was quoted or told."""
    return tuple(exchange_of(turn.question, turn.answer) for turn in turns)


def exchange_of(question: str, answer: Answer) -> Exchange:
    """What is remembered of a question and its answer."""
    return Exchange(answer.understood_as or question, answer.quotes, answer.fibre)


def rate_last(turns: Turns) -> Turns:
    """The conversation with its last answer marked as rated."""
    return (*turns[:-1], replace(turns[-1], rated=True))


def name_last(turns: Turns, identifier: str) -> Turns:
    """The conversation with the id of its last answer."""
    return (*turns[:-1], replace(turns[-1], id=identifier))
