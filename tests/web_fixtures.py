"""The application over the real corpus, for the web tests: `pytest_plugins = ["tests.web_fixtures"]`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from tests.web_visitor import SITE, STAFF_TOKEN, built


@pytest.fixture(scope="session")
def app(settings: Settings, assistant: Assistant) -> FastAPI:
    changed = {"staff_token": SecretStr(STAFF_TOKEN), "sites": SITE, "questions_per_minute": 100_000}
    return built(settings.model_copy(update=changed), assistant)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened
