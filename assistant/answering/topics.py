"""What was talked about last: the topics of a conversation, the newest first, and what each can be called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.manners import greeting_of
from assistant.answering.phrases import TOKEN, Phrases, kind_of_words, pattern, take_apart
from assistant.answering.question import Kind, Question, spell_out, understand
from assistant.answering.say import person
from assistant.index.french import fold, words
from assistant.models import Exchange, Quote
from assistant.wording import texts

ROLE_REACH = 60  # characters after a name in which its role is said


@dataclass(frozen=True, slots=True)
class Topic:
    """What was talked about last: the question, its words, the words it is about, what was quoted."""

    phrases: Phrases
    quotes: tuple[Quote, ...]

    @property
    def question(self) -> Question:
        """The question of the topic, understood."""
        return self.phrases.question


def topics_of(exchanges: Sequence[Exchange]) -> tuple[Topic, ...]:
    """The exchanges that were about something, the newest first: greetings and thanks are passed over."""
    asked = ((understand(exchange.question), exchange.quotes) for exchange in reversed(exchanges))
    return tuple(
        Topic(take_apart(question), quotes)
        for question, quotes in asked
        if question.content and not greeting_of(spell_out(question.text))
    )


def person_of(topic: Topic) -> str | None:
    """The person that the last answer named: the one whose name stands nearest to the question's words."""
    about = {word.stem for word in topic.question.content}
    text = topic.quotes[0].text if topic.quotes else ""
    named = list(pattern("person").finditer(text))
    if not named:
        return None

    def nearness(match: re.Match[str]) -> tuple[int, int]:
        around = text[match.end() : match.end() + ROLE_REACH]
        return (-len(about & {word.stem for word in words(around)}), match.start())

    was_named = [m for m in named if {word.stem for word in words(m.group())} <= about]
    if Kind.WHO not in topic.question.kinds:
        return person(was_named[0].group()) if was_named else None
    new = [match for match in named if match not in was_named]
    return person(min(new or was_named, key=nearness).group())


def statement_of(topic: Phrases) -> str:
    """What a question is about, as a phrase: its question words taken off, and what was asked of an earlier topic."""
    text = topic.text.partition(" : ")[0]
    text = pattern("last_words").sub("", text) or text
    text = pattern("someone").sub(texts("question")["follow_up"]["one"], text)
    while (shorter := pattern("question_words").sub("", text, count=1)) != text and shorter.strip():
        text = shorter
    return next((text[m.start() :] for m in TOKEN.finditer(text) if not _only_leads(m.group())), text)


def _only_leads(word: str) -> bool:
    """« **a eu lieu** le séminaire »: an auxiliary before the subject, but not the preposition « à »."""
    return fold(word) in kind_of_words("leading") and (word.isascii() or fold(word) != "a")
