"""Answers after they were given: forgotten soon, or kept as they were for whoever has the link."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

import pytest
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.models import Answer, Edition, Quote, Span, Status, TraceStep
from assistant.settings import Settings
from assistant.web import answers
from assistant.web.answers import AnswersUnavailable, KeptAnswers, RecentAnswers, TooManyKept
from assistant.web.conversation import FORGET_SECONDS
from assistant.web.refusals import refusal
from assistant.web.show import show
from assistant.web.shown import Lookup
from assistant.wording import sentence
from tests.web_visitor import PRESIDENT, STAFF_TOKEN, built

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
    clock.seconds = FORGET_SECONDS - 1
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


# ---------------------------------------------------------------------------------------------- other versions

AT = "2026-11-22T08:00:00+00:00"
# Written by hand, as the first version wrote them: no picture yet; and two fields that it did not have either.
OLD_CARD = {
    "title": "Le séminaire", "link_label": "Ouvrir le document", "number": 1, "kind": "Page", "day": "18 novembre 2016",
    "iso_day": "2016-11-18", "note": "", "lines": [], "passage": [{"text": "Mot pour mot.", "marked": True}],
    "link": "https://www.sommenumerique.fr/a",
}  # fmt: skip
OLD_SHOWN = {
    "ending": "Réponse", "paragraphs": ["« Mot pour mot. »"],
    "groups": [{"name": "sources", "heading": "Sources", "cards": [OLD_CARD]}],
}  # fmt: skip
OLD_ANSWER = {"status": "answered", "answer": "« Mot pour mot. »", "quotes": []}
NEW_SHOWN = OLD_SHOWN | {"voice": "/voix/1.ogg", "groups": [], "links": [{"label": "x", "url": "y", "tested": True}]}
UNREADABLE = [
    pytest.param({"shown": "{"}, id="no JSON"),
    pytest.param({"shown": "null"}, id="nothing"),
    pytest.param({"shown": json.dumps({"ending": "Réponse"})}, id="no text"),
    pytest.param({"shown": json.dumps(OLD_SHOWN | {"groups": [OLD_CARD]})}, id="group"),
    pytest.param({"answer": "[]"}, id="answer that is a list"),
    pytest.param({"answer": "{}"}, id="answer without status"),
    pytest.param({"kept_at": "hier"}, id="no date"),
    pytest.param({"shown": b"\xff\x00"}, id="bytes"),
]  # fmt: skip


def row_of_another_version(path: Path, changed: Mapping[str, object] = MappingProxyType({}), column: str = "") -> None:
    """A file whose one row, of id "autre", was written by hand. `column`: one more in its table."""
    row = {
        "id": "autre", "kept_at": AT, "question": "Où ?", "answer": json.dumps(OLD_ANSWER),
        "shown": json.dumps(OLD_SHOWN), "version": "20261122", "built_at": AT, **changed,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(answers.SCHEMA)
        if column:
            connection.execute(f"ALTER TABLE kept ADD COLUMN {column}")
        connection.execute(
            f"INSERT INTO kept ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )


def test_an_answer_that_an_older_version_kept_is_read_with_defaults(tmp_path: Path) -> None:
    row_of_another_version(tmp_path / "answers.sqlite")
    found = KeptAnswers(tmp_path / "answers.sqlite").get("autre")
    assert found
    (card,) = found.shown.groups[0].cards
    assert (card.title, card.picture, card.picture_size) == ("Le séminaire", "", (0, 0))
    assert (found.shown.understood, found.shown.contact, found.shown.links) == ("", None, ())
    assert found.answer == OLD_ANSWER | {"related": []}


def test_what_a_newer_version_kept_beside_is_left_out_and_its_file_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    changed = {"shown": json.dumps(NEW_SHOWN), "answer": '{"status": "told", "x": 1}'}
    row_of_another_version(path, changed, column="rated TEXT")
    kept = KeptAnswers(path)
    found = kept.get("autre")
    assert found
    assert found.shown.links == (Lookup("x", "y"),)
    assert found.answer == {"status": "told", "x": 1, "related": []}
    recent = RecentAnswers()
    kept.keep(recent.get(given(recent)))  # type: ignore[arg-type]  # it was given just now
    assert kept.count() == 2


@pytest.mark.parametrize("changed", UNREADABLE)
def test_a_kept_answer_that_cannot_be_read_is_said_so_by_a_page(
    own_settings: Settings, changed: dict[str, object]
) -> None:
    row_of_another_version(own_settings.data / "answers.sqlite", changed)
    with TestClient(built(own_settings, Assistant(own_settings)), raise_server_exceptions=False) as visitor:
        page = visitor.get("/reponses/autre", headers={"accept": "text/html"})
        told = visitor.get("/api/answers/autre")
    assert page.status_code == told.status_code == 404
    assert told.json() == {"detail": sentence("answers.unreadable")}
    assert page.headers["content-type"].startswith("text/html")
    assert "ne sait pas lire" in page.text


def test_a_file_that_cannot_be_read_is_no_answer_that_could_not_be_kept(own_settings: Settings) -> None:
    own_settings.data.mkdir(parents=True, exist_ok=True)
    (own_settings.data / "answers.sqlite").write_bytes(b"ce n'est pas une base" * 100)
    with TestClient(built(own_settings, Assistant(own_settings)), raise_server_exceptions=False) as visitor:
        told = visitor.get("/api/answers/autre")
    assert (told.status_code, told.json()) == (503, {"detail": refusal(503)})


def test_a_page_shows_what_an_older_version_kept(own_settings: Settings) -> None:
    row_of_another_version(own_settings.data / "answers.sqlite")
    with TestClient(built(own_settings, Assistant(own_settings)), raise_server_exceptions=False) as visitor:
        page = visitor.get("/reponses/autre", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "Le séminaire" in page.text


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
