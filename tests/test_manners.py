"""Greetings, insults and what is refused: each said in its own way, and nothing beside them caught by mistake."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.manners import greeting_of, insult_text
from assistant.answering.question import refusal_of, spell_out, understand
from assistant.models import Access, Status
from assistant.wording import texts

CASES = tomllib.loads((Path(__file__).parent / "conversation" / "refusals.toml").read_text("utf-8"))
RULES = [rule["name"] for rule in texts("question")["refusals"]]
GREETINGS = [greeting["name"] for greeting in texts("manners")["greetings"]]


def rule_of(text: str) -> str | None:
    refusal = refusal_of(understand(text))
    return refusal.name if refusal else None


def greeting_name(text: str) -> str | None:
    greeting = greeting_of(spell_out(text))
    return greeting.name if greeting else None


def cases(names: list[str], table: str) -> list[tuple[str, str]]:
    return [(name, text) for name in names for text in CASES[name][table]]


def test_each_rule_has_fifteen_questions_that_it_ends_and_fifteen_that_it_leaves() -> None:
    assert all(len(CASES[rule][side]) >= 15 for rule in [*RULES, "insults"] for side in ("ended", "left"))


@pytest.mark.parametrize(("rule", "text"), cases(RULES, "ended"))
def test_a_rule_ends_what_is_not_answered(rule: str, text: str) -> None:
    assert rule_of(text) == rule


@pytest.mark.parametrize(("rule", "text"), cases(RULES, "left"))
def test_a_rule_leaves_what_only_resembles_it(rule: str, text: str) -> None:
    assert rule_of(text) is None


@pytest.mark.parametrize("text", CASES["insults"]["ended"])
def test_an_insult_with_no_question_asks_nothing(text: str) -> None:
    question = understand(text)
    assert question.insults
    assert question.content == ()


@pytest.mark.parametrize("text", CASES["insults"]["left"])
def test_a_word_that_is_an_insult_elsewhere_stays_in_the_question(text: str) -> None:
    question = understand(text)
    assert not question.insults
    assert question.plain == spell_out(text)


@pytest.mark.parametrize(("typed", "asked"), CASES["insulted"].items())
def test_the_question_behind_an_insult_is_the_one_that_is_asked(typed: str, asked: str) -> None:
    assert understand(typed).plain.strip(" ,") == asked


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in GREETINGS for text in CASES["greetings"][name]])
def test_a_greeting_is_known_for_what_it_is(name: str, text: str) -> None:
    assert greeting_name(text) == name


@pytest.mark.parametrize("text", CASES["greetings"]["asks"])
def test_a_question_is_no_greeting_whatever_it_begins_with(text: str) -> None:
    assert greeting_name(text) is None


def test_each_greeting_has_a_sentence_of_its_own(assistant: Assistant) -> None:
    answers = [assistant.ask(CASES["greetings"][name][0], Access.PUBLIC) for name in GREETINGS]
    assert {answer.status for answer in answers} == {Status.GREETING}
    assert len({answer.answer for answer in answers}) == len(GREETINGS)
    assert all(not answer.quotes and not answer.related for answer in answers)


def test_who_are_you_is_answered_that_it_is_a_program_that_quotes_documents(assistant: Assistant) -> None:
    answer = assistant.ask("vous êtes un robot ?", Access.PUBLIC)
    assert "programme" in answer.answer
    assert "documents" in answer.answer
    assert answer.suggestions


@pytest.mark.parametrize(
    ("greeted", "plain"),
    [
        ("Bonjour, qui est le président de Somme Numérique ?", "qui est le président de Somme Numérique ?"),
        ("slt cb de lots au marché telecom, merci d'avance", "cb de lots au marché telecom"),
        ("Bonjour Madame, où s'est tenu le séminaire ? Bonne journée", "où s'est tenu le séminaire ?"),
    ],
)
def test_a_greeting_around_a_question_changes_nothing(assistant: Assistant, greeted: str, plain: str) -> None:
    one, other = (assistant.ask(text, Access.PUBLIC) for text in (greeted, plain))
    assert (one.status, one.answer, one.quotes) == (other.status, other.answer, other.quotes)
    assert one.status is Status.ANSWERED


@pytest.mark.parametrize(
    "text",
    ["tout le monde a la fibre ?", "Madame Crespel fait quoi ?", "question de sécurité au data center",
     "Monsieur Soulier est qui", "le merci du président", "salut-fibre existe ?",
     "l'ENT dit bonjour à qui ?", "le svp est-il obligatoire"],
)  # fmt: skip
def test_a_question_that_only_begins_like_a_greeting_keeps_its_words(text: str) -> None:
    assert understand(text).plain == text


def test_an_insult_is_answered_calmly_and_a_question_behind_it_like_any_other(assistant: Assistant) -> None:
    alone = assistant.ask("bande d'incapables", Access.PUBLIC)
    assert (alone.status, alone.answer) == (Status.REFUSED, insult_text())
    asked = assistant.ask("bande d'incapables, combien de lots au marché télécom ?", Access.PUBLIC)
    assert asked.status is Status.ANSWERED
    assert "12 lots" in asked.quotes[0].text


def test_other_work_is_out_of_scope_and_says_what_can_be_done(assistant: Assistant) -> None:
    answer = assistant.ask("écris-moi un poème", Access.PUBLIC)
    assert answer.status is Status.OUT_OF_SCOPE
    assert "documents" in answer.answer
