"""Answers after they were given: forgotten soon, or kept as they were for whoever has the link."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.models import Answer, Edition, Quote, Span, Status, TraceStep
from assistant.settings import Settings
from assistant.web import answers
from assistant.web.answers import AnswersUnavailable, KeptAnswers, RecentAnswers, TooManyKept
from assistant.web.refusals import refusal
from assistant.web.show import show
from assistant.wording import sentence
from tests.web_visitor import PRESIDENT, STAFF_TOKEN

pytest_plugins = ["tests.web_fixtures"]

QUOTE = Quote("Mot pour mot.", Span(3, 16), "…", "cle", "Titre", "page", None, False, (), None, None, None)
ANSWER = Answer(Status.ANSWERED, "« Mot pour mot. »", quotes=(QUOTE,), trace=(TraceStep("greet", "", 0.1),))
EDITION = Edition("20261122", "2026-11-22T08:00:00+00:00")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def given(recent: RecentAnswers, question: str = "Où ?") -> str:
    return recent.add(question, ANSWER, show(ANSWER), EDITION)


def test_an_answer_is_in_memory_for_half_an_hour_without_its_trace() -> None:
    clock = Clock()
    recent = RecentAnswers(clock)
    identifier = given(recent)
    clock.seconds = answers.FORGET_SECONDS - 1
    found = recent.get(identifier)
    assert found
    assert (found.question, found.answer.trace) == ("Où ?", ())
    clock.seconds += 2
    assert recent.get(identifier) is None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_RECENT", 3)
    recent = RecentAnswers()
    first, *others = [given(recent) for _ in range(4)]
    assert recent.get(first) is None
    assert all(recent.get(identifier) for identifier in others)


def test_ids_cannot_be_guessed_and_do_not_repeat() -> None:
    recent = RecentAnswers()
    identifiers = {given(recent) for _ in range(1000)}
    assert len(identifiers) == 1000
    assert min(map(len, identifiers)) >= 22  # 16 bytes


def test_a_kept_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    recent, kept = RecentAnswers(), KeptAnswers(tmp_path / "new" / "answers.sqlite")
    identifier = given(recent)
    found = recent.get(identifier)
    assert found
    kept.keep(found)
    kept.keep(found)
    assert kept.count() == 1
    back = KeptAnswers(tmp_path / "new" / "answers.sqlite").get(identifier)
    assert back
    assert (back.question, back.shown, back.edition) == ("Où ?", show(ANSWER), EDITION)
    assert back.answer["quotes"][0]["text"] == QUOTE.text


def test_a_kept_answer_can_be_erased_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    recent, kept = RecentAnswers(), KeptAnswers(path)
    identifier = given(recent, "motsecret ?")
    found = recent.get(identifier)
    assert found
    kept.keep(found)
    assert b"motsecret" in path.read_bytes()
    assert kept.forget(identifier) is True
    assert kept.forget(identifier) is False
    assert kept.get(identifier) is None
    assert b"motsecret" not in path.read_bytes()


def test_the_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_KEPT", 2)
    recent, kept = RecentAnswers(), KeptAnswers(tmp_path / "answers.sqlite")
    for _ in range(2):
        kept.keep(recent.get(given(recent)))  # type: ignore[arg-type]  # it was given just now
    with pytest.raises(TooManyKept):
        kept.keep(recent.get(given(recent)))  # type: ignore[arg-type]


def test_answers_kept_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    recent, kept = RecentAnswers(), KeptAnswers(tmp_path / "answers.sqlite")
    found = [recent.get(given(recent)) for _ in range(50)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(kept.keep, filter(None, found)))
    assert kept.count() == 50


def test_a_damaged_file_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"ce n'est pas une base" * 100)
    with pytest.raises(AnswersUnavailable, match=str(path)):
        KeptAnswers(path).get("x")


def test_nothing_is_there_before_somebody_asks(tmp_path: Path) -> None:
    kept = KeptAnswers(tmp_path / "answers.sqlite")
    assert (kept.get("x"), kept.count(), kept.forget("x")) == (None, 0, False)
    assert not (tmp_path / "answers.sqlite").exists()


# ---------------------------------------------------------------------------------------------- over HTTP


def asked(client: TestClient, headers: dict[bytes, bytes] | None = None) -> dict[str, object]:
    found: dict[str, object] = client.post("/api/ask", json={"question": PRESIDENT}, headers=headers).json()
    return found


def test_an_answer_has_no_permanent_link_until_somebody_asks_for_it(client: TestClient) -> None:
    answer = asked(client)
    address = f"/api/answers/{answer['id']}"
    assert client.get(address).status_code == 404
    link = client.post("/api/answers", json={"id": answer["id"]})
    assert (link.status_code, link.json()) == (201, {"id": answer["id"], "url": f"/reponses/{answer['id']}"})
    kept = client.get(address).json()
    assert (kept["question"], kept["shown"]) == (PRESIDENT, answer["shown"])
    assert kept["answer"]["quotes"] == answer["quotes"]
    assert kept["edition"]["version"] == client.get("/healthz").json()["version"]


def test_a_forgotten_answer_is_told_so(client: TestClient) -> None:
    for path, body in (("/api/answers", {"id": "x"}), ("/api/feedback", {"answer": "x", "useful": True})):
        reply = client.post(path, json=body)
        assert (reply.status_code, reply.json()) == (404, {"detail": sentence("answers.forgotten")})


def test_what_the_staff_is_told_cannot_get_a_public_link(client: TestClient) -> None:
    assert asked(client)["id"]
    assert asked(client, {b"Authorization": b"Bearer " + STAFF_TOKEN.encode()})["id"] == ""


def opinions(settings: Settings) -> int:
    path = settings.data / "feedback.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM opinions").fetchone()[0])


def test_an_opinion_is_noted_with_its_comment_and_a_second_one_replaces_it(
    client: TestClient, settings: Settings
) -> None:
    identifier = asked(client)["id"]
    before = opinions(settings)
    for useful, comment in ((True, ""), (False, "Trop vieux.")):
        reply = client.post("/api/feedback", json={"answer": identifier, "useful": useful, "comment": comment})
        assert (reply.status_code, reply.content) == (204, b"")
    with closing(sqlite3.connect(settings.data / "feedback.sqlite")) as connection:
        rows = connection.execute("SELECT useful, comment FROM opinions ORDER BY rowid DESC LIMIT 1").fetchall()
    assert rows == [(0, "Trop vieux.")]
    assert opinions(settings) == before + 1


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"answer": "x"}, sentence("api.missing", field="useful")),
        ({"answer": "x", "useful": "oui"}, sentence("api.not_boolean", field="useful")),
        ({"answer": "x", "useful": True, "comment": 3}, sentence("question.not_text")),
    ],
    ids=["missing", "not boolean", "not text"],
)
def test_a_bad_opinion_is_refused_in_french(client: TestClient, body: dict[str, object], detail: str) -> None:
    reply = client.post("/api/feedback", json=body)
    assert (reply.status_code, reply.json()) == (422, {"detail": detail})


def test_a_long_comment_is_refused(client: TestClient) -> None:
    body = {"answer": asked(client)["id"], "useful": True, "comment": "a" * 1001}
    reply = client.post("/api/feedback", json=body)
    assert (reply.status_code, reply.json()) == (422, {"detail": sentence("answers.comment_too_long", longest=1000)})


@pytest.mark.parametrize("path", ["/api/answers", "/api/feedback", "/api/ask"])
def test_only_json_is_taken(client: TestClient, path: str) -> None:
    reply = client.post(path, data={"id": "x", "answer": "x", "useful": "true", "question": "x"})
    assert (reply.status_code, reply.json()) == (415, {"detail": refusal(415)})
