"""What the web tests share: the application served on loopback, and a visitor without a browser."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.web.app import create_app

T = TypeVar("T")

SITE = "https://www.sommenumerique.fr"
STAFF_TOKEN = "jeton-des-agents-é"
PRESIDENT = "Qui est le président de Somme Numérique ?"
UNANSWERED = "Quel est le montant de la cotisation annuelle pour une commune ?"


def in_a_loop(build: Callable[[], T]) -> T:
    """What `build` gives, called while an event loop runs: without one, Gradio opens loops and never closes them."""

    async def called() -> T:
        return build()

    try:
        asyncio.get_running_loop()  # Playwright's
    except RuntimeError:
        return asyncio.run(called())
    return build()


def built(settings: Settings, assistant: Assistant) -> FastAPI:
    """The application."""
    return in_a_loop(lambda: create_app(settings, assistant))


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The application behind a real server, on any free port unless one is given; gives its address."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="error", access_log=False, ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


class Visitor:
    """A browser's part of the chat, without the browser: presses a component and reads the page's new values."""

    def __init__(self, client: TestClient, session: str) -> None:
        self.client = client
        self.session = session
        config = client.get("/config").json()
        self.places = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        self.events = config["dependencies"]

    def press(self, elem_id: str, data: Sequence[object] | None = None) -> dict[str, Any]:
        """The values of the named components after the event of `elem_id`. `data` replaces what a browser sends."""
        event = next(event for event in self.events if any(self.places[t[0]] == elem_id for t in event["targets"]))
        values = [None] * len(event["inputs"]) if data is None else list(data)
        outcome = self.send(event["id"], values)
        assert outcome["success"], outcome
        return {
            self.places[part]: value for part, value in zip(event["outputs"], outcome["output"]["data"], strict=True)
        }

    def ask(self, question: str) -> dict[str, Any]:
        """Type a question and send it."""
        return self.press("demander", [question, None])

    def send(self, event: int, data: Sequence[object]) -> dict[str, Any]:
        """The last message of the queue about an event."""
        body = {"data": list(data), "fn_index": event, "session_hash": self.session, "event_data": None}
        joined = self.client.post("/gradio_api/queue/join", json=body)
        assert joined.status_code == 200, joined.text
        stream = self.client.get("/gradio_api/queue/data", params={"session_hash": self.session})
        messages = [json.loads(line[5:]) for line in stream.text.splitlines() if line.startswith("data:")]
        return next(message for message in messages if message["msg"] == "process_completed")
