"""The time that a question is about: relative years, the present, and dates too old to tell of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.period import asks_present, is_stale, with_years
from assistant.answering.question import understand
from assistant.answering.quote import choose
from assistant.answering.rank import rank_sentences
from assistant.models import Access, Evidence, Found, Status
from assistant.wording import sentence
from tests.test_rank import chunk

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("combien d'écoles l'an dernier ?", "combien d'écoles en 2025 ?"),
        ("Combien d’écoles l’année dernière ?", "Combien d’écoles en 2025 ?"),
        ("et cette année ?", "et en 2026 ?"),
        ("cette annee", "en 2026"),
        ("le dernier séminaire", "le dernier séminaire"),
        ("en 2020", "en 2020"),
    ],
)
def test_a_year_told_from_today_is_a_year(asked: str, understood: str) -> None:
    assert with_years(asked, TODAY) == understood
    assert understand(asked, today=TODAY).years == frozenset({"2025", "2026", "2020"} & set(understood.split()))


@pytest.mark.parametrize(
    "asked",
    [
        "qui est le président actuel", "qui est actuellement président", "le dernier séminaire", "auj cb d'écoles",
        "vos dernières actualités", "combien d'adhérents aujourd'hui", "ce qui se passe en ce moment",
        "mtn c koi le prix",
    ],
)  # fmt: skip
def test_the_present_is_asked_for(asked: str) -> None:
    assert understand(asked).present


@pytest.mark.parametrize(
    "asked",
    ["le 18 novembre dernier", "au dernier trimestre 2019", "combien d'écoles en 2020", "qui est le président"],
)
def test_another_time_or_none_is_not_the_present(asked: str) -> None:
    assert not asks_present(asked) or understand(asked).years


@pytest.mark.parametrize(
    ("written", "stale"),
    [("2016-11-18", True), ("2025-11-21", True), ("2025-11-23", False), ("2026", False), ("2025-12", False),
     ("2024", True), (None, True)],
)  # fmt: skip
def test_what_is_over_a_year_old_may_no_longer_hold(written: str | None, stale: bool) -> None:
    assert is_stale(written, TODAY) is stale


def _said(question: str, *dated: tuple[str, str]) -> list[str]:
    chunks = [replace(chunk(text), document_key=when, date=when, digest=when) for when, text in dated]
    asked = understand(question, today=TODAY)
    ranked = rank_sentences(asked, Found(tuple(Evidence(c, 1.0, 1.0, 0.0) for c in chunks), ()))
    return [one.sentence.text for one in choose(asked, ranked)]


OLD, NEW = ("2016-11-18", "Le groupement compte 70 adhérents."), ("2020-04", "Le groupement a 82 adhérents.")


def test_the_present_puts_the_newest_first() -> None:
    assert _said("combien d'adhérents compte actuellement le groupement", OLD, NEW) == [NEW[1], OLD[1]]


def test_two_documents_that_disagree_are_both_told() -> None:
    assert set(_said("combien d'adhérents compte le groupement", OLD, NEW)) == {OLD[1], NEW[1]}


def test_a_year_leaves_the_other_document_out() -> None:
    said = _said(
        "combien d'adhérents compte le groupement en 2020", OLD, ("2020-04", "Le groupement compte 82 adhérents.")
    )
    assert said == ["Le groupement compte 82 adhérents."]


def test_an_old_answer_about_the_present_says_that_it_may_have_changed(assistant: Assistant) -> None:
    caution = sentence("answer.may_have_changed")
    asked = "Qui est actuellement le président de Somme Numérique ?"
    now, then = (assistant.ask(text, Access.PUBLIC) for text in (asked, asked.replace("actuellement ", "")))
    assert now.status is then.status is Status.ANSWERED
    assert now.answer.endswith(caution)
    assert caution not in then.answer
