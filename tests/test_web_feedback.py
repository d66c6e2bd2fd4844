"""What is kept of a visitor's opinion."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from assistant.models import Answer, Quote, Span, Status
from assistant.web import feedback

QUOTE = Quote("Mot pour mot.", Span(3, 16), "…", "cle", "Titre", "page", None, False, (), None, None, None)
ANSWER = Answer(Status.ANSWERED, "« Mot pour mot. »", quotes=(QUOTE,))


def rows(path: Path) -> list[tuple[str, str, str, int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT at, status, quotes, useful FROM opinions").fetchall()


def test_an_opinion_is_kept_with_the_spans_and_without_any_text(tmp_path: Path) -> None:
    path = tmp_path / "new" / "feedback.sqlite"
    feedback.record(path, ANSWER, useful=False)
    ((at, status, quotes, useful),) = rows(path)
    assert datetime.fromisoformat(at).tzinfo is not None
    assert (status, json.loads(quotes), useful) == ("answered", [["cle", 3, 16]], 0)
    assert b"Mot pour mot" not in path.read_bytes()


def test_opinions_given_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "feedback.sqlite"
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: feedback.record(path, ANSWER, useful=number % 2 == 0), range(100)))
    kept = rows(path)
    assert len(kept) == 100
    assert sum(useful for *_, useful in kept) == 50


def test_an_opinion_cannot_be_joined_to_the_answer_that_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "feedback.sqlite"
    for useful in (True, False):
        feedback.record(path, ANSWER, useful, identifier="identifiant-de-reponse")
    assert [useful for *_, useful in rows(path)] == [0]
    assert b"identifiant-de-reponse" not in path.read_bytes()


def test_the_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST", 2)
    path = tmp_path / "feedback.sqlite"
    for _ in range(2):
        feedback.record(path, ANSWER, useful=True)
    with pytest.raises(feedback.TooManyOpinions):
        feedback.record(path, ANSWER, useful=True)
