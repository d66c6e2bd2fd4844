"""The HTTP interface: what it answers, what it refuses and in which words."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.models import Access, Found
from assistant.settings import Settings
from assistant.web.refusals import refusal
from assistant.wording import french_number, sentence
from tests.web_visitor import PRESIDENT, STAFF_TOKEN, built

pytest_plugins = ["tests.web_fixtures"]

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_a_question_gets_the_whole_answer_as_json(client: TestClient) -> None:
    reply = client.post("/api/ask", json={"question": PRESIDENT})
    answer = reply.json()
    assert reply.status_code == 200
    assert set(answer) == {
        "status", "answer", "quotes", "related", "contact", "suggestions", "understood_as", "kind",
        "fibre", "links", "writer", "writing", "trace", "id", "conversation", "shown",
    }  # fmt: skip
    assert answer["status"] == "answered"
    first = answer["quotes"][0]
    assert "Philippe VARLET" in first["text"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first["date"])
    assert first["span"]["start"] < first["span"]["end"]
    assert "#:~:text=" in first["deep_link"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "detail"),
    [
        pytest.param(b'{"question": ""}', JSON, 422, sentence("question.empty"), id="empty"),
        pytest.param(b'{"question": " \\n "}', JSON, 422, sentence("question.empty"), id="blank"),
        pytest.param(
            json.dumps({"question": "a" * 1001}).encode(),
            JSON,
            422,
            sentence("question.too_long", longest=french_number(1000)),
            id="too long",
        ),
        pytest.param(b'{"question": 12}', JSON, 422, sentence("question.not_text"), id="number"),
        pytest.param(b'{"question": null}', JSON, 422, sentence("question.not_text"), id="null"),
        pytest.param(b'{"question": {"path": "/etc/passwd"}}', JSON, 422, sentence("question.not_text"), id="object"),
        pytest.param(b"[]", JSON, 422, sentence("question.not_text"), id="list"),
        pytest.param(b"{}", JSON, 422, sentence("api.missing", field="question"), id="missing"),
        pytest.param(b"", JSON, 422, sentence("api.bad_json"), id="no body"),
        pytest.param(b'{"question": ', JSON, 400, sentence("api.bad_json"), id="broken JSON"),
        pytest.param(b'{"question": "\xff"}', JSON, 400, refusal(400), id="not UTF-8"),
        pytest.param(b"[" * 16_000, JSON, 400, refusal(400), id="deep JSON"),
        pytest.param(b"question=x", FORM, 415, refusal(415), id="form"),
        pytest.param(b'{"question": "x"}', {"content-type": "text/plain"}, 415, refusal(415), id="plain text"),
        pytest.param(b'{"question": "x"}', {}, 415, refusal(415), id="no content type"),
        pytest.param(json.dumps({"question": "é" * 16_384}).encode(), JSON, 413, refusal(413), id="large body"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_french_sentence(
    client: TestClient, body: bytes, headers: dict[str, str], status: int, detail: str
) -> None:
    reply = client.post("/api/ask", content=body, headers=headers)
    assert (reply.status_code, reply.json()) == (status, {"detail": detail})


def test_half_a_character_is_asked_like_any_other_text(client: TestClient) -> None:
    reply = client.post("/api/ask", content=b'{"question": "qui est le pr\\ud800sident ?"}', headers=JSON)
    assert (reply.status_code, reply.json()["status"] == "unavailable") == (200, False)


def test_a_large_body_of_unknown_length_is_refused(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    assert client.post("/api/ask", content=pieces(), headers=JSON).status_code == 413


def test_search_shows_the_evidence_and_the_rejected(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "séminaire Vironchaux"}).json()
    assert set(found) == {"evidence", "rejected"}
    assert "Vironchaux" in found["evidence"][0]["chunk"]["text"]
    assert {item["chunk"]["access"] for item in found["evidence"] + found["rejected"]} == {"public"}


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        pytest.param("", sentence("api.missing", field="q"), id="missing"),
        pytest.param("?q=", sentence("question.empty"), id="empty"),
        pytest.param("?q=" + "a" * 1001, sentence("question.too_long", longest=french_number(1000)), id="too long"),
    ],
)
def test_a_bad_search_is_refused_with_a_french_sentence(client: TestClient, query: str, detail: str) -> None:
    reply = client.get(f"/api/search{query}")
    assert (reply.status_code, reply.json()) == (422, {"detail": detail})


def test_an_unknown_address_gets_a_french_404(client: TestClient) -> None:
    reply = client.get("/api/rien")
    assert (reply.status_code, reply.json()) == (404, {"detail": refusal(404)})


def test_a_question_in_the_address_is_refused(client: TestClient) -> None:
    reply = client.get("/api/ask?question=x")
    assert (reply.status_code, reply.json()) == (405, {"detail": refusal(405)})


def test_health_says_which_index_answers(client: TestClient, assistant: Assistant) -> None:
    reply = client.get("/healthz")
    assert reply.json() == {"status": "ok", "version": assistant.status(Access.PUBLIC).version}


def test_without_an_index_health_and_search_fail_and_a_question_is_unavailable(own_settings: Settings) -> None:
    with TestClient(built(own_settings, Assistant(own_settings))) as client:
        for path in ("/healthz", "/api/search?q=fibre"):
            reply = client.get(path)
            assert (reply.status_code, reply.json()) == (503, {"detail": refusal(503)})
        assert client.post("/api/ask", json={"question": PRESIDENT}).json()["status"] == "unavailable"
        assert client.get("/").status_code == 200


def test_the_trace_is_hidden_from_the_public(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": PRESIDENT}).json()["trace"] == []


def test_the_trace_is_shown_to_the_staff(client: TestClient) -> None:
    headers = {b"Authorization": b"Bearer " + STAFF_TOKEN.encode()}
    trace = client.post("/api/ask", json={"question": PRESIDENT}, headers=headers).json()["trace"]
    assert {"step", "detail", "milliseconds"} == set(trace[0])


class Faulty(Assistant):
    """An assistant with a fault of ours, whose message quotes the question."""

    def search(self, question: object, access: Access) -> Found:
        raise RuntimeError(f"{question} {access}")


def test_a_fault_of_ours_gives_a_french_500_and_no_question_in_the_log(
    own_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(built(own_settings, Faulty(own_settings))) as client, caplog.at_level(logging.DEBUG):
        reply = client.get("/api/search?q=motsecret")
    assert (reply.status_code, reply.json()) == (500, {"detail": refusal(500)})
    assert reply.headers["x-content-type-options"] == "nosniff"
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("assistant")]
    assert any("RuntimeError" in message for message in ours)
    assert not any("motsecret" in message for message in ours)
