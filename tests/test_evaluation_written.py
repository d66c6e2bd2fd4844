"""An evaluation of what a language model writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.evaluation.questions import Gold, KnownQuestion
from assistant.evaluation.score import Judged
from assistant.evaluation.written import sum_up_written, told
from assistant.models import Status, Writing
from assistant.settings import Settings
from ingest import main as ingest_main
from tests.judged import QUESTION, judge_by_hand, write_questions
from tests.scripted_model import KEY, Model, good_writer, serving

ASKED = KnownQuestion("q1", "combien de lots comptait le marché ?", "marchés", "courant", Gold("tt_news=194", "lots"))


def judged(*writings: Writing | None) -> list[Judged]:
    one = judge_by_hand(QUESTION, Status.ANSWERED)
    return [replace(one, writing=writing) for writing in writings]


def test_sentences_and_fallbacks_are_counted_over_the_questions_that_were_asked() -> None:
    written = sum_up_written(
        judged(
            Writing(3, ("number",)),
            Writing(0, ("number", "name"), "unsupported"),
            Writing(0, (), "late"),
            Writing(0),
            None,
        )
    )
    assert (written.asked, written.written, written.declined) == (4, 1, 1)
    assert (written.said, written.withheld, written.supported) == (3, 3, 0.5)
    assert written.rules == {"number": 2, "name": 1}
    assert written.failures == {"unsupported": 1, "late": 1}
    text = told(written)
    assert "2 replis" in text
    assert "50,0 %" in text


def test_nothing_written_has_no_share() -> None:
    assert sum_up_written(judged(None)).supported is None


@pytest.fixture
def model(environment: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with serving(good_writer) as opened:
        for name, value in {"LLM": "openai:m", "LLM_URL": opened.address, "LLM_KEY": KEY}.items():
            monkeypatch.setenv(f"ASSISTANT_{name}", value)
        yield opened


def test_evaluate_measures_quotations_unless_the_model_is_asked_for(
    environment: Settings, model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest_main([])
    path = write_questions(tmp_path, [ASKED])
    assert main(["evaluate", str(path)]) == 0
    assert not model.sent
    assert "Modèle de langage" not in capsys.readouterr().out
    assert main(["evaluate", str(path), "--writer", "llm"]) == 0
    assert model.sent
    assert "Modèle de langage : 1 questions posées, 1 rédigées" in capsys.readouterr().out
    folder = environment.data / "evaluation"
    report = (folder / "questions_llm.json").read_text("utf-8")
    assert json.loads(report)["written"]["said"] > 0
    assert KEY not in report
    assert json.loads((folder / "questions.json").read_text("utf-8"))["written"]["asked"] == 0


def test_without_a_model_there_is_none_to_measure(environment: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--writer", "llm"]) == 1
    assert "ASSISTANT_LLM" in capsys.readouterr().err
