"""How much one visitor may ask, and how much is done at once."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.web import chat, limits
from assistant.web.limits import Buckets, Busy, Turnstile, Visitors, network
from assistant.web.refusals import refusal
from tests.web_visitor import built

QUESTION = {"question": "Bonjour"}


def test_an_address_may_ask_so_many_times_a_minute_and_is_told_how_long_to_wait() -> None:
    visitors = Visitors(3)
    assert [visitors.seconds_to_wait("192.0.2.1") for _ in range(3)] == [0, 0, 0]
    assert 0 < visitors.seconds_to_wait("192.0.2.1") <= 60
    assert visitors.seconds_to_wait("192.0.2.2") == 0


def test_a_conversation_is_counted_too_wherever_it_comes_from() -> None:
    visitors = Visitors(1000)
    waits = [visitors.seconds_to_wait(f"192.0.2.{number}", "conversation") for number in range(21)]
    assert not any(waits[: limits.IN_A_CONVERSATION])
    assert waits[limits.IN_A_CONVERSATION] > 0
    assert visitors.seconds_to_wait("192.0.2.1", "another") == 0


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_line_is_one_visitor(address: str, counted: str) -> None:
    assert network(address) == counted


def test_addresses_are_known_under_a_hash_that_changes_each_day() -> None:
    day = date(2026, 11, 22)
    visitors = Visitors(1, today=lambda: day)
    assert visitors.seconds_to_wait("192.0.2.1") == 0
    assert "192.0.2.1" not in str(vars(visitors.of_addresses))
    day += timedelta(days=1)
    assert visitors.seconds_to_wait("192.0.2.1") == 0  # another key: another visitor
    assert len(visitors.of_addresses) == 2


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_fills_again_in_a_minute_and_says_when_there_is_a_token() -> None:
    clock = Clock()
    bucket = Buckets(6, clock)
    assert [bucket.wait("a") for _ in range(6)] == [0] * 6
    assert bucket.wait("a") == 10
    clock.seconds += 4
    assert bucket.wait("a") == 6
    assert bucket.wait("b") == 0
    clock.seconds += 6
    assert (bucket.wait("a"), bucket.wait("a")) == (0, 10)
    clock.seconds += 30
    assert [bucket.wait("a") for _ in range(4)] == [0, 0, 0, 10]


def test_who_was_refused_is_not_counted_for_it() -> None:
    clock = Clock()
    bucket = Buckets(1, clock)
    bucket.wait("a")
    for _ in range(100):
        clock.seconds += 0.5
        assert bucket.wait("a") > 0
    clock.seconds += 10
    assert bucket.wait("a") == 0


def test_keys_are_forgotten_after_a_minute_of_silence() -> None:
    clock = Clock()
    bucket = Buckets(5, clock)
    for number in range(1_000):
        bucket.wait(f"conversation {number}")
    clock.seconds += 30
    bucket.wait("conversation 7")
    clock.seconds += 31
    bucket.wait("another")
    assert len(bucket) == 2


def test_few_work_at_once_and_the_rest_wait_their_turn() -> None:
    async def run() -> tuple[int, int]:
        turnstile = Turnstile(at_once=2, waiting=10)
        inside, most, done = 0, 0, 0

        async def work() -> None:
            nonlocal inside, most, done
            async with turnstile.place():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.01)
                inside -= 1
                done += 1

        await asyncio.gather(*(work() for _ in range(8)))
        return most, done

    assert asyncio.run(run()) == (2, 8)


def test_when_too_many_wait_whoever_comes_is_sent_away_at_once() -> None:
    async def run() -> list[bool]:
        turnstile = Turnstile(at_once=1, waiting=2)

        async def work() -> bool:
            try:
                async with turnstile.place():
                    await asyncio.sleep(0.05)
            except Busy:
                return False
            return True

        return list(await asyncio.gather(*(work() for _ in range(6))))

    assert asyncio.run(run()) == [True, True, True, False, False, False]


def test_nobody_waits_longer_than_the_longest_wait() -> None:
    async def run() -> list[object]:
        turnstile = Turnstile(at_once=1, waiting=5, longest=0.05)

        async def work() -> None:
            async with turnstile.place():
                await asyncio.sleep(0.3)

        return list(await asyncio.gather(work(), work(), return_exceptions=True))

    first, second = asyncio.run(run())
    assert first is None
    assert isinstance(second, Busy)


def test_a_place_is_given_back_whatever_happens() -> None:
    async def run() -> None:
        turnstile = Turnstile(at_once=1, waiting=0)
        with pytest.raises(ValueError, match="fault"):
            async with turnstile.place():
                raise ValueError("fault")
        async with turnstile.place():
            pass

    asyncio.run(run())


def test_over_http_the_limit_is_told_with_when_to_come_back(settings: Settings, assistant: Assistant) -> None:
    app = built(settings.model_copy(update={"questions_per_minute": 2}), assistant)
    with TestClient(app) as client:
        assert [client.post("/api/ask", json=QUESTION).status_code for _ in range(2)] == [200, 200]
        refused = client.post("/api/ask", json=QUESTION)
        assert (refused.status_code, refused.json()) == (429, {"detail": refusal(429)})
        assert 0 < int(refused.headers["retry-after"]) <= 60
        page = client.get("/question?q=bonjour", headers={"accept": "text/html"})
        assert page.status_code == 429
        assert refusal(429) in page.text
        assert client.get("/healthz").status_code == 200  # what costs nothing is not counted


def test_a_conversation_is_counted_in_the_address_of_the_plain_page_too(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IN_A_CONVERSATION", 2)
    with TestClient(built(own_settings, Assistant(own_settings))) as client:

        def asked(conversation: str) -> int:
            return client.get("/question", params={"q": "?", "c": conversation}).status_code

        assert [asked("x") for _ in range(3)] == [422, 422, 429]
        assert client.post("/api/ask", json=QUESTION | {"conversation": "x"}).status_code == 429
        assert [asked("y"), asked(""), asked(""), asked("")] == [422] * 4
        assert [client.get("/fibre?c=x").status_code for _ in range(3)] == [200] * 3  # no conversation there


def test_a_full_queue_of_the_chat_says_when_to_come_back(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "WAITING", 0)
    body = {"data": ["Bonjour", None], "fn_index": 0, "session_hash": "visiteur"}
    with TestClient(built(own_settings, Assistant(own_settings))) as client:
        refused = client.post("/gradio_api/queue/join", json=body)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, str(limits.TRY_AGAIN))


def test_an_outage_says_when_to_come_back(own_settings: Settings) -> None:
    with TestClient(built(own_settings, Assistant(own_settings))) as client:
        for path in ("/healthz", "/api/search?q=fibre"):
            refused = client.get(path)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, str(limits.OUTAGE))
