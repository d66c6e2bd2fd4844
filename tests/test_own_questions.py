"""The second set of questions: sixty of other people's, kept for the end and never tuned to."""

from __future__ import annotations

import re
import unicodedata

import pytest

from assistant.evaluation.questions import Gold, KnownQuestion, load_questions
from assistant.settings import ROOT

EVALUATION = ROOT / "tests" / "evaluation"
OWN = load_questions(EVALUATION / "own_60.jsonl").questions
DEVELOPMENT = load_questions(EVALUATION / "dev_60.jsonl").questions
WITH_ANSWER = [(question.id, question.gold) for question in OWN if question.gold]


def test_the_set_has_sixty_questions_in_the_proportion_of_the_first() -> None:
    answerable = [sum(question.gold is not None for question in questions) for questions in (OWN, DEVELOPMENT)]
    assert (len(OWN), *answerable) == (60, 33, 33)


def test_its_ids_are_never_taken_for_those_of_the_first_set() -> None:
    assert [question.id for question in OWN] == [f"o{number:02d}" for number in range(1, 61)]


@pytest.mark.parametrize("gold", [pytest.param(gold, id=name) for name, gold in WITH_ANSWER])
def test_the_sentence_that_answers_stands_once_in_its_page_letter_for_letter(gold: Gold) -> None:
    assert [page.count(_on_one_line(gold.text)) for page in _pages(gold.document_key)] == [1]


def test_an_answer_comes_from_each_page_in_equal_parts() -> None:
    keys = [gold.document_key for _, gold in WITH_ANSWER]
    assert (keys.count("tt_news=194"), keys.count("tt_news=223"), keys.count("contact")) == (16, 16, 1)


def test_nearly_all_its_answers_are_sentences_that_the_first_set_never_asks_for() -> None:
    asked = [_on_one_line(question.gold.text) for question in DEVELOPMENT if question.gold]
    again = [name for name, gold in WITH_ANSWER if any(_same(_on_one_line(gold.text), text) for text in asked)]
    assert len(again) <= 1, again


@pytest.mark.parametrize("question", [pytest.param(question, id=question.id) for question in OWN])
def test_no_question_of_the_first_set_is_asked_again(question: KnownQuestion) -> None:
    """Half of the words in common, accents and case aside: the nearest pair today shares 36 %."""
    others = [other for other in (*DEVELOPMENT, *OWN) if other.id != question.id]
    assert [other.text for other in others if _words_shared(question.text, other.text) >= 0.5] == []


def _pages(key: str) -> list[str]:
    """The page of that key; the contact record heads every page, so the first one tells it."""
    pages = [page.read_text(encoding="utf-8") for page in sorted((ROOT / "corpus" / "public").glob("*.txt"))]
    kept = pages[:1] if key == "contact" else [page for page in pages if f"canonical_key: {key}\n" in page]
    return [_on_one_line(page) for page in kept]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _same(one: str, other: str) -> bool:
    return one in other or other in one


def _words_shared(one: str, other: str) -> float:
    """Words in both questions over words in either, from 0 to 1."""
    first, second = _words(one), _words(other)
    return len(first & second) / len(first | second)


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return set(re.findall(r"\w+", "".join(letter for letter in plain if not unicodedata.combining(letter))))


def _runs(text: str, length: int) -> set[str]:
    """Every so many words in a row."""
    found = re.findall(r"\w+", text.lower())
    return {" ".join(found[start : start + length]) for start in range(len(found) - length + 1)}


def test_no_answer_and_no_question_of_a_set_stands_in_code_lexicons_or_weights() -> None:
    known = set().union(*(_runs(one.gold.text, 7) for one in (*OWN, *DEVELOPMENT) if one.gold))
    asked = set().union(*(_runs(one.text, 7) for one in (*OWN, *DEVELOPMENT)))
    shipped = [*(ROOT / "assistant").rglob("*.py"), *(ROOT / "assistant").rglob("*.toml"), ROOT / "ingest.py"]
    shipped += [*(ROOT / "assistant").rglob("*.tsv"), *(ROOT / "assistant" / "answering").glob("*.json")]
    shipped.append(ROOT / "corpus" / "glossary.toml")
    for path in shipped:
        assert not _runs(path.read_text(encoding="utf-8"), 7) & (known | asked), path.name
