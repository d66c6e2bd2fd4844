"""Which requests go further: GET and HEAD of what is served, and a slash too many at the end of an address."""

from __future__ import annotations

import httpx
import pytest
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from tests.web_visitor import PRESIDENT, built, served

pytest_plugins = ["tests.web_fixtures"]

HTML = {"accept": "text/html", "accept-encoding": "gzip"}
PAGES = [
    "/", "/question", "/fibre", "/fibre.csv", "/integration", "/integration/cadre", "/accessibilite", "/vie-privee",
    "/widget.js", "/page.css", "/healthz", "/openapi.json", "/robots.txt", "/api/suggestions", "/config",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_head_answers_as_get_does_without_the_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path, headers=HTML), client.head(path, headers=HTML)
    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    assert whole.content
    assert dict(head.headers) == dict(whole.headers)


def test_head_leaves_the_connection_ready_for_the_next_request(settings: Settings, assistant: Assistant) -> None:
    with served(built(settings, assistant)) as address, httpx.Client(base_url=address, timeout=60) as visitor:
        for path in ("/fibre", "/absent", "/fibre/"):
            assert visitor.head(path).content == b""
            assert visitor.get("/healthz").json()["status"] == "ok"


def test_head_of_an_answer_under_its_link_says_whether_it_is_there(client: TestClient) -> None:
    identifier = client.post("/api/ask", json={"question": PRESIDENT}).json()["id"]
    assert client.head(f"/reponses/{identifier}").status_code == 404
    client.post("/api/answers", json={"id": identifier})
    assert client.head(f"/reponses/{identifier}").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/question", "GET, HEAD"),
        ("DELETE", "/", "GET, HEAD"),
        ("GET", "/api/ask", "POST"),
        ("HEAD", "/api/feedback", "POST"),
        ("PUT", "/reponses", "POST"),
        ("OPTIONS", "/fibre", "GET, HEAD"),
        ("HEAD", "/gradio_api/queue/data", "GET"),  # a stream, which would never end
        ("HEAD", "/gradio_api/heartbeat/x", "GET"),
    ],
)
def test_a_method_that_is_not_served_is_told_which_ones_are(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    reply = client.request(method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/fibre/", "/fibre"),
        ("/question/?q=la+fibre+%C3%A0+Ault&c=x", "/question?q=la+fibre+%C3%A0+Ault&c=x"),
        ("/integration/?lang=en", "/integration?lang=en"),
        ("/integration/cadre/", "/integration/cadre"),
        ("/reponses/AbC-_1/", "/reponses/AbC-_1"),
        ("/accessibilite/", "/accessibilite"),
        ("/question/?q=//evil.example/", "/question?q=//evil.example/"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_slash_too_many_leads_to_the_page(client: TestClient, method: str, address: str, to: str) -> None:
    reply = client.request(method, address, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (308, to)
    assert reply.headers["cache-control"] == "no-store"


def test_a_question_asked_with_a_slash_too_many_is_asked_all_the_same(client: TestClient) -> None:
    assert client.post("/api/ask/", json={"question": PRESIDENT}).json()["status"] == "answered"


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "//evil.example", "/\\evil.example/", "/%2F%2Fevil.example/", "/fibre//", "//fibre/",
     "/absent/", "/gradio_api/info/", "/gradio_api/upload/", "/reponses/", "/%09/evil.example/", "/fibre/%2e%2e/"],
)  # fmt: skip
def test_no_address_leads_elsewhere(client: TestClient, path: str) -> None:
    reply = client.request("GET", f"http://testserver{path}", follow_redirects=False)
    assert reply.status_code in (404, 405)
    assert "location" not in reply.headers
