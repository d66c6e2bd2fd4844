"""What stands between the network and the application."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.web.chat import mount_chat
from assistant.web.desk import Desk
from assistant.web.doors import DOORS, _door
from assistant.web.refusals import refusal
from tests.web_visitor import PRESIDENT, Visitor, in_a_loop

pytest_plugins = ["tests.web_fixtures"]

FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}


@pytest.mark.parametrize(
    ("method", "path", "default"),
    [("GET", "/", "'self'"), ("POST", "/api/ask", "'none'"), ("GET", "/healthz", "'none'"), ("GET", "/rien", "'none'")],
)
def test_every_reply_carries_the_security_headers(client: TestClient, method: str, path: str, default: str) -> None:
    headers = client.request(method, path, json={"question": PRESIDENT}).headers
    policy = headers["content-security-policy"]
    assert f"default-src {default};" in policy
    assert "object-src 'none'" in policy
    assert policy.endswith("frame-ancestors 'self' https://www.sommenumerique.fr")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "set-cookie" not in headers


def test_a_door_lets_no_script_run_unless_it_says_so() -> None:
    scripted = {door.pattern.pattern for door in DOORS if "script-src" in door.policy}
    assert scripted == {"/", "/integration(?:/cadre)?"}
    unasked = _door("GET", "/neuve").policy
    assert "default-src 'none'" in unasked
    assert "script" not in unasked
    assert "unsafe" not in unasked


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css", "/favicon.ico", "/gradio_api/app_id", "/healthz"])
def test_what_the_chat_needs_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://example.org"),
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/api/predict"),
        ("POST", "/gradio_api/call/predict"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/mcp/sse"),
        ("GET", "/monitoring"),
        ("POST", "/login"),
        ("GET", "/docs"),
        ("GET", "/redoc"),
        ("GET", "/assets/..%2f..%2froutes.py"),
        ("GET", "/static/../routes.py"),
        ("GET", "//gradio_api/info"),
        ("GET", "/gradio_api/info/"),
    ],
)
def test_everything_else_answers_404_in_french(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path, json={"data": [FILE]} if method == "POST" else None)
    assert (reply.status_code, reply.json()) == (404, {"detail": refusal(404)})


@pytest.mark.parametrize(
    "data", [[FILE, None], [[FILE], None], [{}, None], [1, None], [["user", "assistant"], None], "texte", None]
)
def test_a_message_that_is_not_text_is_refused_at_the_door(client: TestClient, data: object) -> None:
    reply = client.post("/gradio_api/queue/join", json={"data": data, "fn_index": 0, "session_hash": "intrus"})
    assert (reply.status_code, reply.json()) == (400, {"detail": refusal(400)})


def test_a_file_reference_is_refused_by_gradio_too(settings: Settings, assistant: Assistant) -> None:
    """Without our door: the mount leaves this check off unless `has_launched` is set."""
    unguarded = FastAPI()
    in_a_loop(lambda: mount_chat(unguarded, Desk(settings, assistant)))
    with TestClient(unguarded) as client:
        visitor = Visitor(client, "intrus")
        asked = next(e for e in visitor.events if any(visitor.places[t[0]] == "demander" for t in e["targets"]))
        outcome = visitor.send(asked["id"], [FILE, None])
        upload = client.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 4096)})
        read = client.get("/gradio_api/file=/etc/passwd")
    assert outcome["success"] is False
    assert "root:" not in str(outcome)
    assert upload.status_code == 413
    assert read.status_code == 403


@pytest.mark.parametrize("path", ["/", "/config", "/healthz"])
@pytest.mark.parametrize("host", ["assistant.example.fr", "127.0.0.1:7860"])
def test_a_foreign_origin_is_not_allowed(client: TestClient, path: str, host: str) -> None:
    reply = client.get(path, headers={"Origin": "https://ailleurs.example", "Host": host})
    assert reply.status_code == 200
    assert not [name for name in reply.headers if name.startswith("access-control-allow")]


def test_a_foreign_origin_may_not_ask(client: TestClient) -> None:
    asking = {
        "Origin": "https://ailleurs.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    reply = client.options("/api/ask", headers=asking)
    assert reply.status_code >= 400
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("session", ["", "a" * 65, "a b", "../x", None, 3, ["x"]])
def test_a_session_that_does_not_look_like_gradio_s_is_refused(client: TestClient, session: object) -> None:
    body = {"data": ["Bonjour", None], "fn_index": 0, "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 400
