"""What visitors type, and where they come from, leaves no trace: neither in a file of ours nor in a log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.models import Access
from assistant.settings import Settings
from ingest import ingest
from tests.web_visitor import Visitor, built

# Found nowhere but in what is typed below; an address that is nobody's (RFC 5737).
WORD, ADDRESS, BROWSER = "zorglubien", "203.0.113.77", "Navigateur-Zorg/7"
FIRST = f"la fibre chez le {WORD} à Flixecourt ?"
FOLLOW_UP = f"et le cuivre, {WORD} ?"
REFUSED = WORD * 200
OURS = {"User-Agent": BROWSER, "Referer": f"http://testserver/{WORD}"}


@pytest.fixture
def client(own_settings: Settings) -> Iterator[TestClient]:
    """The application over words alone, with its own data folder, as if a visitor called from `ADDRESS`."""
    ingest(own_settings)
    assistant = Assistant(own_settings)
    app = built(own_settings, assistant)
    with TestClient(app, raise_server_exceptions=False, client=(ADDRESS, 50_000), headers=OURS) as opened:
        yield opened
    assistant.close()


def ask(client: TestClient, question: str, **more: object) -> dict[str, str]:
    answer: dict[str, str] = client.post("/api/ask", json={"question": question, **more}).json()
    return answer


def through_the_interface(client: TestClient) -> None:
    first = ask(client, FIRST)
    second = ask(client, FOLLOW_UP, conversation=first["conversation"])
    assert second["understood_as"]
    client.post("/api/ask", json={"question": FIRST}, headers={"Accept": "text/event-stream"})
    client.post("/api/ask", json={"question": FIRST, "conversation": WORD, "may_geocode": WORD})
    client.post("/api/ask", content=f'{{"question": "{WORD}'.encode(), headers={"Content-Type": "application/json"})
    client.post("/api/ask", json={"question": REFUSED})
    client.get("/api/search", params={"q": FIRST})
    assert client.post("/api/feedback", json={"answer": first["id"], "useful": False}).status_code == 204


def through_pages(client: TestClient) -> None:
    page = client.get("/question", params={"q": FIRST})
    assert page.status_code == 200
    assert WORD in page.text
    client.get("/question", params={"q": REFUSED, "c": WORD})
    client.get(f"/fibre?commune={WORD}")
    client.get(f"/{WORD}")
    client.get(f"/reponses/{WORD}")


def through_the_chat(client: TestClient) -> None:
    visitor = Visitor(client, f"seance-{WORD}")
    assert WORD in visitor.ask(FIRST)["conversation"]
    assert WORD in visitor.ask(FOLLOW_UP)["conversation"]
    visitor.press("utile")
    visitor.ask(REFUSED)


DOORS = {"interface": through_the_interface, "pages": through_pages, "chat": through_the_chat}


def files_with(folder: Path, text: str) -> list[str]:
    """The files of a folder whose bytes hold a text, in UTF-8, or in the UTF-16 of some libraries."""
    written = {text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")}
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(found in path.read_bytes() for found in written)
    ]


def traces(settings: Settings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """Where something that a visitor said or was is found: files of ours, log, what the service printed."""
    printed = "".join(capfd.readouterr())
    # The client's own log, of this process; the service has none of its requests.
    logged = "".join(
        f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}"
        for record in caplog.records
        if not record.name.startswith(("httpx", "httpcore"))
    )
    found = [f"{place}: {text}" for place, held in (("log", logged), ("printed", printed))
             for text in (WORD, ADDRESS, BROWSER) if text in held]  # fmt: skip
    return found + [f"{file}: {text}" for text in (WORD, ADDRESS, BROWSER) for file in files_with(settings.data, text)]


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_neither_a_question_nor_an_address_is_written_anywhere(
    client: TestClient,
    own_settings: Settings,
    door: Callable[[TestClient], None],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG):
        door(client)
    assert traces(own_settings, caplog, capfd) == []


def test_a_fault_of_ours_writes_neither(
    client: TestClient, own_settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def broken(_: Assistant, question: object, access: Access, *__: object, **___: object) -> None:
        raise ValueError(f"{question} {access} {ADDRESS}")

    monkeypatch.setattr(Assistant, "ask", broken)
    with caplog.at_level(logging.DEBUG):
        assert client.post("/api/ask", json={"question": FIRST}).status_code == 500
        client.post("/api/ask", json={"question": FIRST}, headers={"Accept": "text/event-stream"})
        assert client.get("/question", params={"q": FIRST}).status_code == 500
    assert "ValueError" in caplog.text
    assert traces(own_settings, caplog, capfd) == []


def test_an_answer_is_written_once_its_visitor_asks_for_it_and_then_erased_for_good(
    client: TestClient, own_settings: Settings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    given = ask(client, FIRST)
    assert files_with(own_settings.data, WORD) == []
    assert client.post("/api/answers", json={"id": given["id"]}).status_code == 201
    assert traces(own_settings, caplog, capfd) == [f"answers.sqlite: {WORD}"]
    assert client.app.state.desk.kept.forget(given["id"])  # type: ignore[attr-defined]
    assert traces(own_settings, caplog, capfd) == []
