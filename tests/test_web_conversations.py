"""A conversation over the HTTP interface: kept by the server, under an id that nobody can make."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.models import Access, Exchange
from assistant.web import conversation
from assistant.web import conversations as kept
from assistant.web.conversation import FORGET_SECONDS, KEPT_TURNS
from assistant.web.conversations import Conversations
from assistant.web.statements import statement
from assistant.wording import sentence

pytest_plugins = ["tests.web_fixtures"]


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def said(number: int) -> Exchange:
    return Exchange(f"question {number}")


def test_what_was_said_is_remembered_in_order_and_the_oldest_is_forgotten() -> None:
    conversations = Conversations()
    identifier = conversations.remember("", said(0))
    for number in range(1, 9):
        assert conversations.remember(identifier, said(number)) == identifier
    assert conversations.said_in(identifier) == tuple(map(said, range(3, 9)))


def test_what_is_forgotten_when_is_one_time_behind_every_door_and_the_one_that_visitors_are_told() -> None:
    assert FORGET_SECONDS == 30 * 60
    web = Path(conversation.__file__).parent
    assert [path.name for path in web.glob("*.py") if "\nFORGET_SECONDS =" in path.read_text("utf-8")] == [
        "conversation.py"
    ]
    assert "une demi-heure" in statement("privacy")
    assert "une demi-heure" in sentence("answers.forgotten")


def test_a_silent_conversation_is_over() -> None:
    clock = Clock()
    conversations = Conversations(clock)
    identifier = conversations.remember("", said(0))
    clock.seconds = FORGET_SECONDS - 1
    conversations.remember(identifier, said(1))
    clock.seconds += FORGET_SECONDS - 1
    assert len(conversations.said_in(identifier)) == 2
    clock.seconds += 2
    assert conversations.said_in(identifier) == ()
    assert conversations.remember(identifier, said(2)) != identifier


@pytest.mark.parametrize("forged", ["", "x", "a.b", ".", "é.è", "\ud800.x", "a.\ud800", "a" * 10_000, "a.b.c"])
def test_an_id_that_is_not_ours_opens_nothing(forged: str) -> None:
    conversations = Conversations()
    assert conversations.said_in(forged) == ()
    identifier = conversations.remember(forged, said(0))
    assert identifier != forged
    assert conversations.said_in(identifier) == (said(0),)


def test_an_id_of_another_run_or_with_another_sign_opens_nothing() -> None:
    conversations, other = Conversations(), Conversations()
    identifier = other.remember("", said(0))
    assert conversations.said_in(identifier) == ()
    changed = identifier[:-1] + ("0" if identifier[-1] != "0" else "1")
    assert other.said_in(changed) == ()


def test_ids_do_not_repeat() -> None:
    conversations = Conversations()
    assert len({conversations.remember("", said(0)) for _ in range(1000)}) == 1000


def test_too_many_conversations_forget_the_one_that_was_silent_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    conversations = Conversations()
    first, second, third = (conversations.remember("", said(number)) for number in range(3))
    conversations.remember(first, said(3))
    fourth = conversations.remember("", said(4))
    assert [bool(conversations.said_in(one)) for one in (first, second, third, fourth)] == [True, False, True, True]


def test_many_threads_talk_at_once() -> None:
    conversations = Conversations()
    ids = [conversations.remember("", said(0)) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: conversations.remember(ids[number % 20], said(number)), range(400)))
    assert all(len(conversations.said_in(identifier)) == KEPT_TURNS for identifier in ids)


def test_a_follow_up_goes_on_with_its_conversation(client: TestClient) -> None:
    first = client.post("/api/ask", json={"question": "la fibre à Flixecourt ?"}).json()
    second = client.post("/api/ask", json={"question": "et le cuivre ?", "conversation": first["conversation"]}).json()
    assert second["conversation"] == first["conversation"]
    assert second["understood_as"].startswith("La fermeture du cuivre à Flixecourt")
    assert [commune["name"] for commune in second["fibre"]["communes"]] == ["Flixecourt"]


def test_without_its_id_a_question_stands_alone(client: TestClient) -> None:
    client.post("/api/ask", json={"question": "la fibre à Flixecourt ?"})
    alone = client.post("/api/ask", json={"question": "et le cuivre ?"}).json()
    assert alone["understood_as"] == ""


def test_what_a_client_says_was_said_is_not_believed(client: TestClient) -> None:
    claimed = {"question": "et le cuivre ?", "conversation": "moi.moi", "exchanges": [{"question": "la fibre à Rue"}]}
    answer = client.post("/api/ask", content=json.dumps(claimed), headers={"content-type": "application/json"}).json()
    assert answer["understood_as"] == ""
    assert answer["conversation"] != "moi.moi"


def test_what_the_staff_was_told_does_not_go_on_for_the_public() -> None:
    conversations = Conversations()
    identifier = conversations.remember("", said(0), Access.STAFF)
    assert conversations.said_in(identifier, Access.STAFF) == (said(0),)
    assert conversations.said_in(identifier) == ()
    assert conversations.remember(identifier, said(1)) != identifier
