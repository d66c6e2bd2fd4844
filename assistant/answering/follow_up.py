"""« et en 2020 ? », « qui ça ? », « pourquoi ? » → a question that stands by itself, made from the last turns by rules.

A question that stands by itself is never touched. What was said before comes from the server's own memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.leaning import is_contact_question, leaning_word
from assistant.answering.phrases import Phrases, Token, added, asks_attribute, is_chosen, take_apart
from assistant.answering.question import LONGEST, Kind, Question, understand
from assistant.answering.substitutions import (
    is_one_phrase,
    other_complement,
    other_counted,
    other_name,
    other_noun,
    other_place,
    other_sibling,
)
from assistant.answering.times import is_time, is_time_word, other_time
from assistant.answering.topics import Topic, person_of, statement_of, topics_of
from assistant.index.terms import Terms
from assistant.models import Exchange
from assistant.wording import texts

REMEMBERED = 6  # exchanges that a follow-up may go back to
LONGEST_ASKED = 30  # words; a longer question says what it is about
SUBSTITUTED = 2  # topics in which a phrase may take the place of another one

Substitution = Callable[[Phrases, Phrases], str | None]  # what is asked, the question before → the new question
PHRASES: dict[str, Substitution] = {
    "name": other_name,
    "place": other_place,
    "complement": other_complement,
    "noun": other_noun,
}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question made to stand by itself, and the rule that made it."""

    question: Question
    rule: str


def stand_alone(question: Question, exchanges: Sequence[Exchange], terms: Terms | None = None) -> FollowUp | None:
    """The question that a follow-up stands for, or None when the question stands by itself, or nothing was said before.

    `exchanges`: what was said before, the newest last. `terms`: those that whoever asks may know.
    """
    asked = take_apart(question)
    topics = topics_of(exchanges[-REMEMBERED:])
    if not topics or not 0 < len(asked.tokens) <= LONGEST_ASKED or is_contact_question(asked):
        return None
    rule, text = _rewritten(asked, topics)
    if not text or len(text) > LONGEST - 2:
        return None
    return FollowUp(understand(_as_question(text), terms), rule)


def _rewritten(asked: Phrases, topics: tuple[Topic, ...]) -> tuple[str, str | None]:
    """The rule that applies, and the text that it makes; None when the question stands by itself."""
    topic = topics[0]
    if is_time(asked):
        return "time", other_time(asked, topic.phrases)
    if all(is_time_word(token) for token in asked.content):
        return "bare", _bare(asked, topic)
    leaning = leaning_word(asked)
    if leaning:
        return "pronoun", _about(_antecedent(asked, leaning, topic), asked)
    if not asked.verbs():
        return _fragment(asked, [topic.phrases for topic in topics[:SUBSTITUTED]])
    if _lacks_object(asked):
        return "object", _about(statement_of(topic.phrases), asked)
    return "alone", None


def _bare(asked: Phrases, topic: Topic) -> str:
    """« pourquoi ? », « c'était quand ? », « qui ça ? »: nothing but question words."""
    asks_who = Kind.WHO in asked.question.kinds
    if asks_who and (somebody := person_of(topic)):
        return _about(somebody, asked)
    swapped = _swapped(asked, topic.phrases)
    return swapped or _about(statement_of(topic.phrases), asked)


def _fragment(asked: Phrases, topics: Sequence[Phrases]) -> tuple[str, str | None]:
    """Without a verb: a phrase that takes the place of another one, or what is asked about the same thing."""
    same_kind = {"sibling": other_sibling, "counted": other_counted} if asked.linked else {"sibling": other_sibling}
    replaced = _replaced(asked, topics, same_kind)
    if replaced:
        return replaced
    if _is_attribute(asked):
        return "attribute", _about(statement_of(topics[0]), asked)
    first = asked.tokens[0]
    leans = asked.linked or (first.is_a("prepositions") and first.folded not in ("de", "du", "des", "d"))
    asks = any(token.is_a("interrogatives") for token in asked.tokens)
    if asks or not leans or not is_one_phrase(asked):
        return "alone", None
    replaced = _replaced(asked, topics, PHRASES)
    if replaced:
        return replaced
    if first.is_a("prepositions"):
        return "added", added(topics[0], asked.text)
    return "topic", _about(statement_of(topics[0]), asked)


def _replaced(asked: Phrases, topics: Sequence[Phrases], rules: Mapping[str, Substitution]) -> tuple[str, str] | None:
    """The newest question in which what is asked now takes the place of something of its kind."""
    for topic in topics:
        for name, rule in rules.items():
            text = rule(asked, topic)
            if text:
                return name, text
    return None


def _is_attribute(asked: Phrases) -> bool:
    """« combien de lots ? », « le tarif ? », « la deuxième ? »: one word, which is somebody's or something's."""
    if len(asked.content) != 1:
        return False
    word = asked.content[0]
    if any(token.is_a("interrogatives") for token in asked.tokens):
        return is_chosen(asked, asked.tokens.index(word))
    return asks_attribute(asked.question) or word.is_a("ordinals")


def _lacks_object(asked: Phrases) -> bool:
    """« qui va payer ? », « on s'inscrit où ? »: a verb, and nothing that it is about."""
    speaks = any(token.is_a("speakers") for token in asked.tokens)
    return not asked.nouns() and len(asked.content) <= 1 and not speaks


def _antecedent(asked: Phrases, leaning: Token, topic: Topic) -> str:
    """What a pronoun stands for: the person who was asked for, else what the last question was about."""
    after = asked.after(asked.tokens.index(leaning))
    points_at_person = leaning.is_a("demonstratives") and after is not None and after.is_a("people")
    may_be_person = leaning.is_a("people_pronouns", "possessives") or points_at_person
    return (may_be_person and person_of(topic)) or statement_of(topic.phrases)


def _swapped(asked: Phrases, topic: Phrases) -> str | None:
    """« quand ? » after « où s'est tenu le séminaire ? »: one question word for the other."""
    adverbs = [token for token in asked.tokens if token.is_a("adverbs")]
    others = [t for t in asked.tokens if t not in adverbs and t.folded not in ("ca", "c", "est", "etait", "cela", "et")]
    if len(adverbs) != 1 or others or not topic.tokens or not topic.tokens[0].is_a("adverbs"):
        return None
    return adverbs[0].text + topic.text[topic.tokens[0].end :]


def _about(topic: str, asked: Phrases) -> str:
    about: str = texts("question")["follow_up"]["about"]
    closed = topic.strip(" ?!.,;:")
    closed += ")" * (closed.count("(") - closed.count(")"))  # « à Amiens (80000) »: the last sign is no word
    return about.format(topic=closed, asked=asked.text)


def _as_question(text: str) -> str:
    folded = " ".join(text.split()).strip(" ?!.,;:")
    return f"{folded[:1].upper()}{folded[1:]} ?"
