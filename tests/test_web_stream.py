"""The HTTP interface for the widget and for programs: events, suggestions, description, other sites."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.models import Answer
from assistant.settings import Settings, load_settings
from assistant.web.api import EXAMPLE
from assistant.web.app import origins
from assistant.web.refusals import refusal
from assistant.wording import sentence, wording
from tests.web_visitor import PRESIDENT, SITE, built

pytest_plugins = ["tests.web_fixtures"]

STREAM = {"accept": "text/event-stream"}


def events(text: str) -> list[tuple[str, Any]]:
    found = [dict(re.findall(r"^(event|data): (.*)$", block, re.M)) for block in text.split("\n\n") if block]
    return [(event["event"], json.loads(event["data"])) for event in found]


def steady(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply without what is drawn by chance."""
    return reply | {"id": "", "conversation": ""}


def test_asked_for_events_the_search_is_told_then_the_same_answer(client: TestClient) -> None:
    plain = client.post("/api/ask", json={"question": PRESIDENT}).json()
    stream = client.post("/api/ask", json={"question": PRESIDENT}, headers=STREAM)
    assert stream.headers["content-type"].startswith("text/event-stream")
    (first, nothing), (second, answer) = events(stream.text)
    assert (first, nothing, second) == ("searching", {}, "answer")
    assert steady(answer) == steady(plain)


def test_a_conversation_goes_on_in_events(client: TestClient) -> None:
    first = client.post("/api/ask", json={"question": "La fermeture du cuivre à Flixecourt ?"}).json()
    body = {"question": "et à Rue ?", "conversation": first["conversation"]}
    (_, (_, answer)) = events(client.post("/api/ask", json=body, headers=STREAM).text)
    assert answer["understood_as"]
    assert answer["conversation"] == first["conversation"]


@pytest.mark.parametrize("question", ["", "a" * 1001])
def test_what_cannot_be_asked_is_refused_before_a_stream_begins(client: TestClient, question: str) -> None:
    reply = client.post("/api/ask", json={"question": question}, headers=STREAM)
    assert reply.status_code == 422
    assert reply.json()["detail"]


class Faulty(Assistant):
    """An assistant with a fault of ours at the edge of the web part."""

    def ask(self, question: object, *_: object, **__: object) -> Answer:
        raise RuntimeError(question)


def test_a_fault_in_the_middle_of_a_stream_is_told_in_french(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(built(settings, Faulty(settings)), raise_server_exceptions=False) as client:
        stream = client.post("/api/ask", json={"question": "motsecret ?"}, headers=STREAM)
    assert events(stream.text) == [("searching", {}), ("failed", {"detail": refusal(500)})]
    assert "motsecret" not in caplog.text


def test_suggestions_say_what_one_talks_to_and_whom_to_phone(client: TestClient) -> None:
    assert client.get("/api/suggestions").json() == {
        "notice": sentence("chat.notice.quotations"),
        "phone": "03 22 22 27 27".replace(" ", "\xa0"),
        "phone_link": "tel:0322222727",
        "questions": wording("examples.questions"),
    }


def test_suggestions_are_there_before_any_index(own_settings: Settings) -> None:
    with TestClient(built(own_settings, Assistant(own_settings))) as client:
        found = client.get("/api/suggestions").json()
    assert (found["phone"], found["questions"]) == ("", wording("examples.questions"))


# ---------------------------------------------------------------------------------------------- as it is described


def test_the_interface_is_described_with_examples(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/ask", "/api/suggestions", "/api/answers", "/api/answers/{identifier}", "/api/feedback", "/api/search",
        "/healthz",
    }  # fmt: skip
    for body in (paths["/api/ask"], paths["/api/feedback"]):
        assert body["post"]["requestBody"]["content"]["application/json"]["examples"]
    for status in ("422", "429", "503"):
        schema = paths["/api/ask"]["post"]["responses"][status]["content"]["application/json"]["schema"]
        assert schema["$ref"].endswith("/Refusal")


def test_the_example_is_what_the_product_answers(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]["/api/ask"]["post"]
    question = paths["requestBody"]["content"]["application/json"]["examples"]["ask"]["value"]
    answer = steady(client.post("/api/ask", json=question).json())
    assert steady(EXAMPLE) == answer
    # The description leaves what is null out.
    told = paths["responses"]["200"]["content"]["application/json"]["example"]
    assert told.items() >= {"status": "answered", "answer": answer["answer"]}.items()


# ---------------------------------------------------------------------------------------------- other sites

PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}


def test_a_configured_site_may_ask_and_read_the_answer_and_the_refusal(client: TestClient) -> None:
    allowed = client.options("/api/ask", headers=PREFLIGHT | {"Origin": SITE})
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == SITE
    for body, status in (({"question": "Bonjour"}, 200), ({"question": ""}, 422)):
        reply = client.post("/api/ask", json=body, headers={"Origin": SITE})
        assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (status, SITE)
        assert "access-control-allow-credentials" not in reply.headers
        assert "origin" in reply.headers["vary"].lower()


@pytest.mark.parametrize(
    ("sites", "origin", "is_allowed"),
    [
        ("https://www.somme.fr", "https://www.somme.fr", True),
        ("https://www.somme.fr", "https://wwwxsomme.fr", False),
        ("https://www.somme.fr", "https://www.somme.fr.evil.example", False),
        ("https://www.somme.fr", "http://www.somme.fr", False),
        ("https://*.somme.fr", "https://a.b.somme.fr", True),
        ("https://*.somme.fr", "https://somme.fr", False),
        ("https://*.somme.fr", "https://evil.example/.somme.fr", False),
        ("https://*.somme.fr", "https://evilsomme.fr", False),
        ("https://a.fr http://127.0.0.1:8001", "http://127.0.0.1:8001", True),
        ("https://a.fr http://127.0.0.1:8001", "http://127.0.0.1:80012", False),
        ("", "https://a.fr", False),
        ("", "", False),
        ("", "null", False),
    ],
)
def test_sites_are_allowed_by_their_whole_name(sites: str, origin: str, is_allowed: bool) -> None:
    assert bool(re.fullmatch(origins(sites), origin)) is is_allowed


@pytest.mark.parametrize(
    "sites", ["www.somme.fr", "https://www.somme.fr/", "*", "https://*", "https://a.fr;script-src *", "'self'"]
)
def test_a_site_that_is_no_origin_is_refused_by_name(sites: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_SITES", sites)
    with pytest.raises(Exception, match="ASSISTANT_SITES"):
        load_settings()


def test_large_replies_are_compressed_and_events_are_not(client: TestClient) -> None:
    compressed = {"accept-encoding": "gzip"}
    assert client.get("/page.css", headers=compressed).headers["content-encoding"] == "gzip"
    stream = client.post("/api/ask", json={"question": PRESIDENT}, headers=STREAM | compressed)
    assert "content-encoding" not in stream.headers
