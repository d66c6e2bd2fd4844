"""The commands, run as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.cli import main
from assistant.evaluation.questions import Gold, KnownQuestion
from assistant.models import Answer, Edition, Status
from assistant.settings import ROOT, Settings
from assistant.web.answers import KeptAnswers, RecentAnswers
from assistant.web.show import show
from assistant.wording import sentence
from ingest import main as ingest_main
from tests.judged import write_questions


def test_ask_prints_the_answer_its_source_and_its_trace(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest_main([]) == 0
    capsys.readouterr()
    assert main(["ask", "combien de lots comptait le marché ?"]) == 0
    shown = capsys.readouterr().out
    assert "[answered] Au 18 novembre 2016 : «" in shown
    assert "12 lots" in shown
    assert "#:~:text=" in shown
    assert "rank_candidates" in shown


def test_ask_as_json_is_the_answer_object(environment: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    ingest_main([])
    capsys.readouterr()
    assert main(["ask", "--json", "--access", "staff", "combien de lots comptait le marché ?"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "answered"
    assert answer["quotes"][0]["document_key"] == "tt_news=194"
    assert {"text", "span", "title", "kind", "date", "date_is_inferred", "heading_path", "url", "deep_link"} <= set(
        answer["quotes"][0]
    )
    assert answer["trace"]


def test_search_prints_evidence_and_rejected_without_an_answer(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest_main([])
    capsys.readouterr()
    assert main(["search", "--json", "groupement de commandes"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"evidence", "rejected"}
    assert "groupement de commandes" in json.dumps(found["evidence"][:3], ensure_ascii=False)
    assert main(["search", "groupement de commandes"]) == 0
    assert "tt_news=194#" in capsys.readouterr().out


def test_status_says_what_is_indexed(environment: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    ingest_main([])
    capsys.readouterr()
    assert main(["status"]) == 0
    shown = capsys.readouterr().out
    assert "Documents : 2" in shown
    assert "2016-11-18 → 2020-04" in shown
    assert "par les mots seulement" in shown


def test_without_an_index_each_command_says_what_to_do(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == 1
    assert "lancez python ingest.py" in capsys.readouterr().err


def test_an_empty_question_is_one_french_sentence(environment: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    ingest_main([])
    capsys.readouterr()
    assert main(["ask", "  "]) == 1
    assert capsys.readouterr().err.strip() == "Écrivez votre question."


def test_help_loads_nothing_heavy() -> None:
    code = """
import sys
from assistant.cli import main
try:
    main(["--help"])
except SystemExit:
    print({"torch", "gradio", "chromadb", "fastapi", "langchain_core", "pydantic"} & set(sys.modules), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "set()"
    assert "Pose une question" in done.stdout


def test_a_reader_who_leaves_early_is_no_error(environment: Settings, assistant: Assistant) -> None:
    ingest_main([])
    command = f"{sys.executable} -m assistant search 'groupement de commandes' | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ},
    )
    assert "Traceback" not in done.stderr


def test_evaluate_takes_another_set_of_questions_and_says_as_many_losses_as_asked(
    environment: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest_main([])
    lost = KnownQuestion(
        "q1", "combien de lots comptait le marché ?", "marchés", "courant", Gold("tt_news=194", "absent")
    )
    path = write_questions(tmp_path, [lost, replace(lost, id="q2")])
    capsys.readouterr()
    assert main(["evaluate", str(path), "--worst", "1"]) == 0
    shown = capsys.readouterr().out
    assert "q1  " in shown
    assert "q2  " not in shown
    assert (environment.data / "evaluation" / "questions.json").exists()


def test_a_kept_answer_is_counted_and_erased_by_its_address(
    environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    recent, kept = RecentAnswers(), KeptAnswers(environment.data / "answers.sqlite")
    answer = Answer(Status.ANSWERED, "…")
    given = recent.get(recent.add("Où ?", answer, show(answer), Edition("1", "2026-11-22")))
    assert given
    kept.keep(given)
    assert main(["answers"]) == 0
    assert sentence("answers.counted", count=1) in capsys.readouterr().out
    address = f"https://assistant.example/reponses/{given.identifier}"
    assert main(["answers", "--forget", address]) == 0
    assert kept.count() == 0
    assert main(["answers", "--forget", address]) == 1
    assert sentence("answers.unknown", identifier=given.identifier) in capsys.readouterr().err
