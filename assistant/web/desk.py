"""Where every door asks: one answer given, remembered a while, kept or rated on request; and the conversations of the
doors that keep none. The chat keeps its own, in Gradio's session.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from assistant.answering.assistant import Assistant
from assistant.answering.compose import Say
from assistant.models import Access, Answer, AssistantError, Contact, Exchange, QuestionRefused, Status
from assistant.settings import Settings
from assistant.web import feedback
from assistant.web.answers import Given, Kept, KeptAnswers, RecentAnswers
from assistant.web.conversation import clean_message, exchange_of
from assistant.web.conversations import Conversations
from assistant.web.pieces import pictures_of, without_lost
from assistant.web.show import show
from assistant.web.shown import Shown
from assistant.wording import sentence

# A field with a default comes after those of Answer; no reply is made without its own.
NOTHING_SHOWN = Shown("", ())


@dataclass(frozen=True, slots=True)
class Reply(Answer):
    """The answer, and what goes on from it.

    `id` is the answer's, to rate it or to have it kept: "" when there is nothing to keep (an outage, an answer to the
    staff). `conversation` is given back with the next question. `shown` is what a visitor reads.
    """

    id: str = ""
    conversation: str = ""
    shown: Shown = NOTHING_SHOWN


class AnswerForgotten(AssistantError):
    """The answer is no longer in memory, or was never given."""


class Desk:
    """Safe to share between threads."""

    def __init__(self, settings: Settings, assistant: Assistant) -> None:
        self.assistant = assistant
        self.kept = KeptAnswers(settings.data / "answers.sqlite")
        self._feedback = settings.data / "feedback.sqlite"
        self._recent = RecentAnswers()
        self._conversations = Conversations()

    def ask(
        self,
        message: object,
        access: Access,
        conversation: str = "",
        may_geocode: bool = False,
        say: Say = lambda _: None,
    ) -> Reply:
        """The answer to a question of a conversation. The trace is for the staff. `say` as for `Assistant.ask`.

        Raises:
            QuestionRefused: it cannot be asked; the message may be shown.
        """
        question = clean_message(message)
        before = self._conversations.said_in(conversation, access)
        answer = self.assistant.ask(question, access, before, may_geocode, say)
        going_on = self._conversations.remember(conversation, exchange_of(question, answer), access)
        seen = answer if access is Access.STAFF else answer.for_visitor
        shown = show(answer, [exchange.fibre for exchange in before], pictures_of(self.assistant, answer, access))
        identifier = self.remember(question, answer, shown) if access is Access.PUBLIC else ""
        given = {field.name: getattr(seen, field.name) for field in fields(seen)}
        return Reply(**given, id=identifier, conversation=going_on, shown=shown)

    def remember(self, question: str, answer: Answer, shown: Shown) -> str:
        """Remember for a while an answer given to the public. Its id, or "" during an outage."""
        if answer.status is Status.UNAVAILABLE:
            return ""
        try:
            return self._recent.add(question, answer, shown, self.assistant.edition())
        except AssistantError:  # no index: there was no answer
            return ""

    @property
    def model(self) -> str:
        """The language model that writes answers, or ""."""
        return self.assistant.model

    def contact(self) -> Contact | None:
        """The syndicate's contact record; None when there is none, or no index yet: the first question will say so."""
        try:
            return self.assistant.contact()
        except AssistantError:
            return None

    def said_in(self, conversation: str) -> tuple[Exchange, ...]:
        """What was said in a conversation of the public, the newest last."""
        return self._conversations.said_in(conversation, Access.PUBLIC)

    def given(self, identifier: str) -> Given:
        """An answer that was given a while ago.

        Raises:
            AnswerForgotten: it is no longer in memory, or was never given.
        """
        given = self._recent.get(identifier)
        if given is None:
            raise AnswerForgotten(sentence("answers.forgotten"))
        return given

    def keep(self, identifier: str) -> str:
        """Keep an answer for good. The path of its page. Raises like `given` and `KeptAnswers.keep`."""
        self.kept.keep(self.given(identifier))
        return f"/reponses/{identifier}"

    def kept_answer(self, identifier: str) -> Kept | None:
        """The answer kept under this id, or None; without the pictures that left with their document.

        Raises like `KeptAnswers.get`.
        """
        found = self.kept.get(identifier)
        return found and replace(found, shown=without_lost(found.shown, self.assistant))

    def rate(self, identifier: str, useful: bool, comment: str = "") -> None:
        """Note what a visitor thinks of an answer. Raises like `given` and `feedback.record`."""
        feedback.record(self._feedback, self.given(identifier).answer, useful, clean_comment(comment), identifier)


def clean_comment(comment: object) -> str:
    """What a visitor chose to add to an opinion.

    Raises:
        QuestionRefused: it is too long, or no text. The message may be shown.
    """
    # A form sends two characters for each line break, which a browser counts as one.
    text = clean_message(comment).replace("\r\n", "\n")
    if len(text) > feedback.LONGEST_COMMENT:
        raise QuestionRefused(sentence("answers.comment_too_long", longest=feedback.LONGEST_COMMENT))
    return text
