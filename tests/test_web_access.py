"""Who is asking."""

from __future__ import annotations

import pytest
from fastapi import HTTPException
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.models import Access
from assistant.web.access import access_for
from assistant.web.refusals import refusal
from tests.web_visitor import PRESIDENT

pytest_plugins = ["tests.web_fixtures"]

TOKEN = SecretStr("agents")


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "agents"])
def test_who_shows_no_token_is_the_public(header: str | None) -> None:
    assert access_for(header, TOKEN) is Access.PUBLIC


@pytest.mark.parametrize("header", ["Bearer agents", "bearer agents", "Bearer  agents "])
def test_the_token_gives_staff_access(header: str) -> None:
    assert access_for(header, TOKEN) is Access.STAFF


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer agent", "Bearer agents2", "Bearer é"])
@pytest.mark.parametrize("token", [TOKEN, SecretStr(""), None], ids=["set", "empty", "unset"])
def test_a_wrong_token_gives_no_access_at_all(header: str, token: SecretStr | None) -> None:
    with pytest.raises(HTTPException) as refused:
        access_for(header, token)
    assert refused.value.status_code == 401


def test_a_wrong_token_is_told_in_french(client: TestClient) -> None:
    reply = client.post("/api/ask", json={"question": PRESIDENT}, headers={"Authorization": "Bearer devine"})
    assert (reply.status_code, reply.json()) == (401, {"detail": refusal(401)})
    assert reply.headers["www-authenticate"] == "Bearer"
