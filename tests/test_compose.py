"""What becomes of the sentences that a model writes: four at most, each once, withheld or said, numbered by source."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.allowance import Allowance
from assistant.answering.compose import Author, Composed
from assistant.answering.write import Failure, open_writer
from assistant.models import Access, Chunk, Sentence, Span
from assistant.settings import load_settings
from tests.scripted_model import Model, says, serving

TEXTS = (
    "Le marché de télécommunications a douze lots. Il entre en vigueur le 1er janvier 2017.",
    "Une centaine de personnes ont suivi le séminaire à Vironchaux. Philippe Varlet l'a ouvert.",
)


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with serving(says("")) as opened:
        yield opened


@pytest.fixture
def author(model: Model, tmp_path: Path) -> Author:
    writer = open_writer(load_settings().model_copy(update={"llm": "openai:m", "llm_url": model.address}))
    assert writer
    return Author(writer, Allowance(tmp_path / "writing.sqlite", 100))


def chunk(number: int, text: str) -> Chunk:
    sentences, start = [], 0
    for part in text.split(". "):
        end = start + len(part) + (not part.endswith("."))
        sentences.append(Sentence(text[start:end], Span(start, end)))
        start = end + 1
    return Chunk(
        document_key=f"d{number}", ordinal=0, title="Séminaire", kind="séminaire", date="2016-11-18",
        date_is_inferred=False, url=None, access=Access.PUBLIC, heading_path=(), speaker=None, text=text,
        span=Span(0, len(text)), sentences=tuple(sentences), lead_in="", before="", after="", digest=str(number),
    )  # fmt: skip


def composed(author: Author, model: Model, text: str) -> tuple[Composed, list[str]]:
    said: list[str] = []
    model.script = says(text)
    chunks = [chunk(number, text) for number, text in enumerate(TEXTS)]
    return author.compose("Le marché ?", chunks, time.monotonic() + 20, said.append), said


LOTS = "Le marché de télécommunications a douze lots [1]."
PEOPLE = "Une centaine de personnes ont suivi le séminaire à Vironchaux [2]."
OPENED = "Philippe Varlet a ouvert le séminaire [2]."
STARTS = "Le marché entre en vigueur le 1er janvier 2017 [1]."
FALSE = "Le marché de télécommunications a treize lots [1]."


def test_sentences_are_said_as_they_are_checked_and_cite_by_order(author: Author, model: Model) -> None:
    result, said = composed(author, model, f"{PEOPLE} {LOTS} {OPENED}")
    assert list(result.sentences) == said == [
        PEOPLE.replace("[2]", "[1]"), LOTS.replace("[1]", "[2]"), OPENED.replace("[2]", "[1]"),
    ]  # fmt: skip
    assert [(quote.document_key, quote.text) for quote in result.quotes] == [
        ("d1", "Une centaine de personnes ont suivi le séminaire à Vironchaux."),
        ("d1", "Philippe Varlet l'a ouvert."),
        ("d0", "Le marché de télécommunications a douze lots."),
    ]
    assert (result.withheld, result.failure) == ((), None)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        pytest.param("Le marché a douze lots. [1]", "Le marché a douze lots [1].", id="after the point"),
        pytest.param("Le marché a douze lots [ 1 ].", "Le marché a douze lots [1].", id="spaces"),
        pytest.param("Le marché a douze lots[1].", "Le marché a douze lots [1].", id="no space"),
        pytest.param("**Le marché** a douze lots [1]", "Le marché a douze lots [1]", id="Markdown, no point"),
    ],
)
def test_a_citation_stands_before_the_point(author: Author, model: Model, written: str, sentence: str) -> None:
    result, _ = composed(author, model, written)
    assert result.sentences == (sentence,)


def test_a_sentence_written_twice_is_said_once_and_the_fifth_is_not_waited_for(author: Author, model: Model) -> None:
    result, said = composed(author, model, f"{LOTS} {LOTS} {PEOPLE} {OPENED} {STARTS} {FALSE} {FALSE} {FALSE} {FALSE}")
    assert len(result.sentences) == len(said) == 4
    assert result.withheld == ()


@pytest.mark.parametrize(
    ("written", "failure"),
    [
        pytest.param(f"{LOTS} {FALSE}", None, id="half is enough"),
        pytest.param(f"{LOTS} {FALSE} {FALSE.replace('treize', 'vingt')}", Failure.UNSUPPORTED, id="under half is not"),
        pytest.param(FALSE, Failure.UNSUPPORTED, id="nothing is left"),
        pytest.param(f"Je ne trouve pas. {FALSE}", Failure.UNSUPPORTED, id="nothing found, and a lie"),
        pytest.param("!!! ---", Failure.EMPTY, id="no word"),
    ],
)
def test_under_half_of_the_sentences_none_counts(
    author: Author, model: Model, written: str, failure: Failure | None
) -> None:
    result, _ = composed(author, model, written)
    assert result.failure == failure
    assert bool(result.sentences) is (failure is None)
    assert bool(result.quotes) is (failure is None)


def test_what_is_said_stays_when_the_model_adds_that_it_finds_no_more(author: Author, model: Model) -> None:
    result, _ = composed(author, model, f"{LOTS} Je ne trouve pas le montant.")
    assert result.sentences == (LOTS,)
    assert not result.declined


def test_that_nothing_is_found_is_no_failure(author: Author, model: Model) -> None:
    result, said = composed(author, model, "Je ne trouve pas.")
    assert (result.declined, result.failure, said) == (True, None, [])
