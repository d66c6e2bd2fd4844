"""What the chat's events do: each gives what the page then shows. Gradio itself is in `chat`."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.answering.compose import Say
from assistant.models import QuestionRefused
from assistant.web import cards, feedback
from assistant.web.answers import AnswersUnavailable, TooManyKept
from assistant.web.conversation import Turns, clean_message, name_last, next_turn, rate_last
from assistant.web.desk import AnswerForgotten, Desk
from assistant.web.guards import contained
from assistant.web.refusals import refusal
from assistant.web.show import show
from assistant.web.speaking import Speaking
from assistant.wording import sentence

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows: a conversation, and the question being looked up, or None; what is `said` to it so far.

    `hint` (HTML) or `refused` (a text) is said beside the box; `text` replaces what is typed, unless it is None;
    `keeping`: what would be kept for a permanent link is told.
    """

    turns: Turns
    pending: str | None = None
    said: tuple[str, ...] = ()
    hint: str = ""
    refused: str = ""
    text: str | None = None
    keeping: bool = False


def answer(desk: Desk, message: object, turns: Turns) -> Iterator[View]:
    """Show the question at once, then its answer; or say why it cannot be asked, and leave it in the box.

    Nothing is disabled meanwhile, which would lose the focus: Gradio sends one question at a time.
    """
    typed = message if isinstance(message, str) else ""
    with contained("chat") as outcome:
        try:
            question = clean_message(message)
            if question:
                yield View(turns, pending=question, text="")
            asking = Speaking(lambda say: _next(desk, turns, question, say))
            said: tuple[str, ...] = ()
            for text in asking:
                said += (text,)
                yield View(turns, pending=question, said=said)
            yield View(asking.result())
        except QuestionRefused as refused:
            yield View(turns, refused=str(refused), text=typed)
    if outcome.failed:  # Gradio would leave the box closed for ever
        yield View(turns, refused=refusal(500), text=typed)


def follow(answer: Callable[[str, Turns], Iterator[View]], place: int, turns: Turns) -> Iterator[View]:
    """Ask the suggestion at `place`, as the server remembers it."""
    suggestions = turns[-1].answer.suggestions if turns else ()
    if place < len(suggestions):
        yield from answer(suggestions[place], turns)
    else:
        yield View(turns)


def _next(desk: Desk, turns: Turns, question: str, say: Say) -> Turns:
    """The conversation with its next turn, whose answer the desk remembers. Raises like `next_turn`."""
    told = next_turn(desk.assistant, turns, question, say)
    before = [turn.answer.fibre for turn in told[:-1]]
    shown = show(told[-1].answer, before, told[-1].pictures)
    return name_last(told, desk.remember(question, told[-1].answer, shown))


def rate(desk: Desk, useful: bool, turns: Turns) -> View:
    """Note what the visitor thinks of the last answer, once."""
    if not turns or turns[-1].rated:
        return View(turns)
    try:
        desk.rate(turns[-1].id, useful)
    except AnswerForgotten as forgotten:
        return View(turns, refused=str(forgotten))
    except (feedback.TooManyOpinions, OSError, sqlite3.Error) as error:
        logger.warning("feedback not stored: %s", type(error).__name__)
        return View(turns, refused=sentence("chat.feedback_failed"))
    return View(rate_last(turns), hint=cards.hint(sentence("chat.feedback_thanks"), refused=False))


def keep(desk: Desk, turns: Turns) -> View:
    """Keep the last answer, and give the address of its page."""
    if not turns:
        return View(turns)
    try:
        path = desk.keep(turns[-1].id)
    except AnswerForgotten as forgotten:
        return View(turns, refused=str(forgotten))
    except (TooManyKept, AnswersUnavailable) as error:
        logger.warning("answer not kept: %s", type(error).__name__)
        return View(turns, refused=sentence("chat.keep_failed"))
    return View(turns, hint=cards.kept_hint(path))
