"""The service: it says where it is in French, keeps questions out of what it prints, and closes at Ctrl+C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from assistant.models import IndexUnavailable, SettingsError
from assistant.settings import ROOT, Settings
from assistant.web.app import serve
from assistant.wording import sentence
from ingest import ingest


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_without_an_index_the_service_does_not_open(own_settings: Settings) -> None:
    with pytest.raises(IndexUnavailable):
        serve(own_settings)


def test_a_port_already_taken_is_said_in_french(own_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = own_settings.model_copy(update={"port": taken.getsockname()[1]})
        address = f"http://127.0.0.1:{settings.port}"
        with pytest.raises(SettingsError) as refused:
            serve(settings)
    assert str(refused.value) == sentence("api.port_taken", address=address)


@pytest.mark.slow
def test_the_service_announces_itself_and_prints_no_question(own_settings: Settings) -> None:
    ingest(own_settings)
    address = f"http://127.0.0.1:{(port := free_port())}"
    environment = os.environ | {
        "ASSISTANT_DATA": str(own_settings.data),
        "ASSISTANT_CORPUS": str(own_settings.corpus),
        "ASSISTANT_VECTOR_WEIGHT": "0",
        "ASSISTANT_PORT": str(port),
    }
    script = "from assistant.settings import load_settings; from assistant.web.app import serve; serve(load_settings())"
    service = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert service.stdout
    first = service.stdout.readline()
    assert first == sentence("api.opened", address=address) + "\n"
    for _ in range(3):
        assert httpx.get(f"{address}/healthz", timeout=20).status_code == 200
    httpx.post(f"{address}/api/ask", json={"question": "motsecret ?"}, timeout=20)
    httpx.get(f"{address}/api/search", params={"q": "motsecret"}, timeout=20)
    httpx.post(f"{address}/api/ask", content=b'{"question": "motsecret', timeout=20)
    started = time.monotonic()
    service.send_signal(signal.SIGINT)
    printed = "".join(service.communicate(timeout=30))
    assert time.monotonic() - started < 10
    assert "motsecret" not in printed
    assert "Traceback" not in printed
