"""« et en 2020 ? », « qui ça ? »: rewritten to stand alone; a question that stands by itself is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.follow_up import FollowUp, stand_alone
from assistant.answering.manners import greeting_of
from assistant.answering.question import LONGEST, refusal_of, understand
from assistant.index.french import analyse
from assistant.models import Access, Exchange, Quote, Span, Status
from tests.conftest import EVALUATION

FOLDER = Path(__file__).parent / "conversation"


def load(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


CASES = load("follow_ups.jsonl")


def said(question: str, quoted: str | None = None) -> Exchange:
    quotes = (
        (Quote(quoted, Span(0, len(quoted)), quoted, "k", "t", "k", None, False, (), None, None, None),)
        if quoted
        else ()
    )
    return Exchange(question, quotes)


def resolved(case: dict[str, Any]) -> FollowUp | None:
    return stand_alone(understand(case["asked"]), [said(*exchange) for exchange in case["before"]])


def mistake(case: dict[str, Any]) -> str:
    """What is wrong with the question that is searched, or ""."""
    follow_up = resolved(case)
    if case.get("alone"):
        return f"rewritten: {follow_up.question.text}" if follow_up else ""
    question = follow_up.question if follow_up else understand(case["asked"])
    stems = set(analyse(question.plain))
    lost = [word for word in case["must"] if not set(analyse(word)) <= stems]
    dragged = [word for word in case.get("must_not", ()) if set(analyse(word)) & stems]
    kinds = set(case.get("kinds", ())) - {kind.value for kind in question.kinds}
    return f"{question.text} lost {lost}, dragged {dragged}, kinds {kinds}" if lost or dragged or kinds else ""


@pytest.mark.parametrize("case", [c for c in CASES if not c.get("alone")], ids=lambda c: c["id"])
def test_a_follow_up_is_searched_with_the_words_of_its_topic(case: dict[str, Any]) -> None:
    assert mistake(case) == ""


@pytest.mark.parametrize("case", [c for c in CASES if c.get("alone")], ids=lambda c: c["id"])
def test_a_question_that_stands_by_itself_is_left_alone(case: dict[str, Any]) -> None:
    assert mistake(case) == ""


@pytest.mark.parametrize(("name", "least"), [("held_out.jsonl", 28), ("second_held_out.jsonl", 27)])
def test_the_rules_hold_on_follow_ups_that_they_were_not_made_from(name: str, least: int) -> None:
    cases = load(name)
    wrong = [f"{case['id']}: {mistake(case)}" for case in cases if mistake(case)]
    assert len(cases) == 30
    assert len(cases) - len(wrong) >= least, "\n".join(wrong)


def test_the_questions_of_the_evaluation_stand_by_themselves_after_any_other() -> None:
    """All but the one that says « ce marché »."""
    questions = [json.loads(line)["question"] for line in (EVALUATION / "dev_60.jsonl").read_text("utf-8").splitlines()]
    before = [said(questions[(place * 7 + 13) % len(questions)]) for place in range(len(questions))]
    pairs = zip(questions, before, strict=True)
    rewritten = [question for question, exchange in pairs if stand_alone(understand(question), [exchange])]
    assert [question for question in rewritten if "ce marché" not in question] == []


def test_nothing_older_than_six_exchanges_is_remembered() -> None:
    topic, thanks = said("Combien de lots au marché télécom ?"), said("merci")
    asked = understand("pourquoi ?")
    assert stand_alone(asked, [topic, *[thanks] * 5])
    assert stand_alone(asked, [topic, *[thanks] * 6]) is None


def test_what_would_be_too_long_a_question_is_not_made() -> None:
    assert stand_alone(understand("pourquoi ?"), [said("fibre " * (LONGEST // 6))]) is None


@pytest.mark.parametrize(
    "asked", ["?", "et", "et ?", "é", "et et et", "d'", "l'", "à", "et à", "-", "1", "ce", "son ?", "qui"]
)
def test_no_scrap_of_a_question_breaks_the_rules(asked: str) -> None:
    for before in ("et", "à", "la", "Qui est le président ?", "où", "fibre", "2016", "d'l' l'", "« fibre"):
        question = understand(f"{asked} x")
        stand_alone(question, [said(before), said(before, "Philippe VARLET, Président")])
        stand_alone(understand(f"a {before}"), [said(f"{asked} fibre")])


@pytest.mark.parametrize(
    "piece",
    ["ah bon ", "ok ", "merci ", "bonjour ", ", ", "a a ", "et ", "il ", "qu'est-ce que ", "de la ", "c'est ",
     "vous êtes ", "Aa ", "putain ", "en mars 2020 ", "où ", "-t-il ", "l'", "oublie ", "ou ca ", "Monsieur A"],
)  # fmt: skip
def test_no_repetition_makes_the_patterns_run_for_ever(piece: str) -> None:
    long = f"{piece * (LONGEST // len(piece) - 1)} x"
    question = understand(long)
    assert greeting_of(question.text) is None
    assert refusal_of(question) is None or "oublie" in piece
    stand_alone(question, [said(long, long), said("fibre", long)])
    stand_alone(understand("qui ça ?"), [said(long, long)])
    stand_alone(understand("et à Amiens ?"), [said(long, long)])


def test_a_chain_of_follow_ups_does_not_grow() -> None:
    exchanges = [said("Combien de connexions à l'ENT en mars 2020 ?")]
    for asked in ("pourquoi ?", "où ça ?", "qui s'en occupe ?", "depuis quand ?"):
        follow_up = stand_alone(understand(asked), exchanges)
        assert follow_up
        exchanges.append(said(follow_up.question.text))
    assert exchanges[-1].question == "Connexions à l'ENT en mars 2020 : depuis quand ?"


def test_the_answer_says_how_a_follow_up_was_understood_and_the_trace_by_which_rule(assistant: Assistant) -> None:
    before = said("Où s'est tenu le séminaire de 2016 ?")
    answer = assistant.ask("c'était quand ?", Access.STAFF, [before])
    assert answer.understood_as == "Quand s'est tenu le séminaire de 2016 ?"
    step = next(step for step in answer.trace if step.step == "resolve_follow_up")
    assert step.detail == f"bare: {answer.understood_as}"


def test_a_question_that_is_not_rewritten_is_answered_as_without_memory(assistant: Assistant) -> None:
    question = "Combien de lots au marché télécom ?"
    with_memory = assistant.ask(question, Access.PUBLIC, [said("Qui est le président ?", "Philippe VARLET")])
    alone = assistant.ask(question, Access.PUBLIC)
    assert with_memory.understood_as == ""
    assert (with_memory.answer, with_memory.quotes) == (alone.answer, alone.quotes)


def test_the_topic_of_a_refusal_is_still_the_topic(assistant: Assistant) -> None:
    answer = assistant.ask("et celui de mon fils ?", Access.PUBLIC, [said("j'ai perdu mon mot de passe ENT")])
    assert answer.status is Status.REFUSED
    assert "fils" in answer.understood_as


def test_a_follow_up_about_a_person_s_private_life_is_refused(assistant: Assistant) -> None:
    before = said("Qui est le président de Somme Numérique ?", "Philippe VARLET, Président de Somme Numérique")
    answer = assistant.ask("il habite où ?", Access.PUBLIC, [before])
    assert answer.status is Status.REFUSED
    assert "Philippe Varlet" in answer.understood_as
