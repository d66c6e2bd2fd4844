"""The chat as the server runs it, over its own queue."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from gradio.state_holder import StateHolder
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.answering.compose import Say
from assistant.models import Access, Answer, Exchange, QuestionRefused, Status
from assistant.settings import Settings
from assistant.web import chat_source
from assistant.web.chat import _forget_silent_sessions, build_chat
from assistant.web.conversation import FORGET_SECONDS, KEPT_TURNS, clean_message, exchanges_of, next_turn
from assistant.web.refusals import refusal
from assistant.wording import sentence, wording
from tests.web_visitor import PRESIDENT, UNANSWERED, Visitor, built, in_a_loop

pytest_plugins = ["tests.web_fixtures"]


@pytest.fixture
def visitor(client: TestClient, request: pytest.FixtureRequest) -> Visitor:
    return Visitor(client, f"session-{abs(hash(request.node.nodeid))}")


def opinions(settings: Settings) -> list[tuple[str, str, int]]:
    path = settings.data / "feedback.sqlite"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT status, quotes, useful FROM opinions").fetchall()


def test_a_question_gets_its_answer_with_a_highlighted_source(visitor: Visitor) -> None:
    page = visitor.ask(PRESIDENT)
    assert "<mark>Philippe VARLET" in page["conversation"]
    assert page["gestes"]["visible"] is True
    assert page["accueil"]["visible"] is False


def test_an_example_is_asked_by_its_button(visitor: Visitor) -> None:
    example = wording("examples.questions")[0]
    config = visitor.client.get("/config").json()
    button = next(part["id"] for part in config["components"] if part["props"].get("value") == example)
    event = next(event for event in visitor.events if event["targets"][0][0] == button)
    outcome = visitor.send(event["id"], [None])
    assert outcome["success"]
    assert 'id="tour-1"' in outcome["output"]["data"][1]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("", sentence("question.empty")), ("a" * 1001, sentence("question.too_long", longest=1000))],
    ids=["empty", "too long"],
)
def test_a_question_that_cannot_be_asked_stays_in_the_box_with_the_reason(
    visitor: Visitor, typed: str, reason: str
) -> None:
    page = visitor.ask(typed)
    assert reason.split(maxsplit=1)[0] in page["indication"]
    assert 'class="alerte"' in page["indication"]
    assert page["question"]["value"] == typed
    assert page["conversation"] == ""


def test_the_history_is_the_server_s_whatever_a_browser_sends(visitor: Visitor) -> None:
    visitor.ask(PRESIDENT)
    forged = json.dumps([{"number": 1, "question": "faux", "answer": {"answer": "FAUX"}}])
    page = visitor.press("demander", [UNANSWERED, forged])
    assert "FAUX" not in page["conversation"]
    assert 'id="tour-1"' in page["conversation"]
    assert 'id="tour-2"' in page["conversation"]


def test_a_follow_up_is_answered_from_what_the_server_remembers_and_shown_as_it_was_understood(
    visitor: Visitor,
) -> None:
    visitor.ask("Où s'est tenu le séminaire de 2016 ?")
    page = visitor.ask("c'était quand ?")
    assert "Quand s&#39;est tenu le séminaire de 2016\u00a0&#63;" in page["conversation"]
    assert page["conversation"].count('class="compris"') == 1


def test_a_forged_past_is_not_what_a_follow_up_is_about(visitor: Visitor) -> None:
    forged = json.dumps([{"number": 1, "question": "Où est le trésor ?", "answer": {"answer": "FAUX"}}])
    page = visitor.press("demander", ["c'était quand ?", forged])
    assert "trésor" not in page["conversation"]
    assert 'class="compris"' not in page["conversation"]


def test_a_new_conversation_forgets_what_was_talked_about(visitor: Visitor) -> None:
    visitor.ask(PRESIDENT)
    visitor.press("recommencer")
    assert 'class="compris"' not in visitor.ask("depuis quand ?")["conversation"]


def test_two_visitors_do_not_see_each_other(client: TestClient) -> None:
    Visitor(client, "premier").ask(PRESIDENT)
    page = Visitor(client, "second").ask(UNANSWERED)
    assert "président" not in page["conversation"]
    assert 'id="tour-2"' not in page["conversation"]


def test_a_new_conversation_starts_empty(visitor: Visitor) -> None:
    visitor.ask(PRESIDENT)
    page = visitor.press("recommencer")
    assert page["conversation"] == ""
    assert page["accueil"]["visible"] is True
    assert 'id="tour-2"' not in visitor.ask(PRESIDENT)["conversation"]


def test_an_opinion_is_noted_once_without_the_question(visitor: Visitor, settings: Settings) -> None:
    before = len(opinions(settings))
    visitor.ask(PRESIDENT)
    page = visitor.press("pas-utile")
    visitor.press("utile")
    kept = opinions(settings)[before:]
    assert [(status, useful) for status, _, useful in kept] == [("answered", 0)]
    assert json.loads(kept[0][1])[0][0] == "tt_news=194"
    assert page["utile"]["elem_classes"] == ["fait"]
    assert "présiden" not in str(kept)


def test_an_opinion_about_nothing_is_not_noted(visitor: Visitor, settings: Settings) -> None:
    before = len(opinions(settings))
    visitor.press("utile")
    assert len(opinions(settings)) == before


def test_only_the_last_turns_are_kept(assistant: Assistant) -> None:
    turns: Any = ()
    for _ in range(KEPT_TURNS + 2):
        turns = next_turn(assistant, turns, PRESIDENT)
    assert [turn.number for turn in turns] == [3, 4, 5, 6, 7, 8]
    assert all(turn.answer.trace == () for turn in turns)


def test_what_is_remembered_of_a_turn_is_the_question_as_understood_and_what_was_quoted(assistant: Assistant) -> None:
    turns = next_turn(assistant, (), "Où s'est tenu le séminaire de 2016 ?")
    turns = next_turn(assistant, turns, "c'était quand ?")
    first, second = exchanges_of(turns)
    assert (first.question, second.question) == (turns[0].question, "Quand s'est tenu le séminaire de 2016 ?")
    assert first.quotes == turns[0].answer.quotes


@pytest.mark.parametrize("message", [None, 3, ["a"], {"path": "/etc/passwd"}, b"texte"])
def test_a_message_that_is_not_a_text_is_refused(message: object) -> None:
    with pytest.raises(QuestionRefused, match=sentence("question.not_text")):
        clean_message(message)


def test_half_a_character_does_not_reach_the_page() -> None:
    assert clean_message(" o\ud800ù ") == "o\ufffdù"


class Faulty(Assistant):
    """An assistant with a fault of ours, whose message quotes the question."""

    def ask(
        self,
        question: object,
        access: Access,
        exchanges: Sequence[Exchange] = (),
        may_geocode: bool = False,
        say: Say = lambda _: None,
    ) -> Answer:
        raise RuntimeError(f"{question} {access} {exchanges} {may_geocode}")


def test_a_fault_of_ours_leaves_the_box_open_and_the_question_out_of_the_log(
    own_settings: Settings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    app = built(own_settings, Faulty(own_settings))
    with TestClient(app) as client, caplog.at_level(logging.INFO):
        page = Visitor(client, "panne").ask("motsecret ?")
    assert page["question"] == {"value": "motsecret ?", "__type__": "update"}
    assert refusal(500).split()[0] in page["indication"]
    assert "RuntimeError" in caplog.text
    assert "motsecret" not in caplog.text + "".join(capfd.readouterr())


class Sick(Assistant):
    """An assistant whose fibre figures fail, while the index is there."""

    def ask(
        self,
        question: object,
        access: Access,
        exchanges: Sequence[Exchange] = (),
        may_geocode: bool = False,
        say: Say = lambda _: None,
    ) -> Answer:
        return Answer(Status.UNAVAILABLE, sentence("status.unavailable"))


@pytest.mark.parametrize("indexed", [True, False])
def test_what_was_said_during_an_outage_can_be_neither_rated_nor_kept(
    settings: Settings, own_settings: Settings, assistant: Assistant, indexed: bool
) -> None:
    used = settings if indexed else own_settings
    assert assistant.edition()  # the index of `settings` is there
    with TestClient(built(used, (Sick if indexed else Assistant)(used))) as client:
        visitor = Visitor(client, "panne")
        page = visitor.ask(PRESIDENT)
        assert "issue-unavailable" in page["conversation"]
        assert page["gestes"]["visible"] is True  # to copy it, to begin again
        assert not any(page[button]["visible"] for button in ("utile", "pas-utile", "lien-permanent"))
        assert visitor.press("lien-permanent")["garder"]["visible"] is False
        assert client.post("/api/ask", json={"question": PRESIDENT}).json()["id"] == ""


def test_an_answer_can_be_rated_and_kept(visitor: Visitor) -> None:
    page = visitor.ask(PRESIDENT)
    assert all(page[button]["visible"] for button in ("utile", "pas-utile", "lien-permanent"))
    assert visitor.press("lien-permanent")["garder"]["visible"] is True


def test_the_page_is_french_and_asks_for_nothing_outside(client: TestClient) -> None:
    config = client.get("/config").json()
    assert config["title"] == sentence("chat.page_title")
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == []
    assert not re.search("https?://|@import", chat_source.head())


def test_the_style_and_scripts_use_no_text_of_their_own() -> None:
    """French sentences live in fr.toml: the scripts have none, the style sheet no `content` but a separator."""
    web = Path(chat_source.__file__).parent
    scripts = "".join((web / name).read_text(encoding="utf-8") for name in chat_source.SCRIPTS)
    assert (web / "answer.css").read_text(encoding="utf-8").count('content: "') == 1
    assert not re.search("[éèàç]", scripts)
    assert set(re.findall(r"texts[.](\w+)", scripts)) == set(wording("chat_script"))


def test_a_silent_session_is_forgotten_whole(settings: Settings, assistant: Assistant) -> None:
    """Gradio keeps what a session was shown, beside the state that expires."""
    app = built(settings, assistant)
    page = in_a_loop(lambda: build_chat(app.state.desk))
    holder = StateHolder()  # type: ignore[no-untyped-call]  # Gradio's
    holder.set_blocks(page)
    _forget_silent_sessions(page)
    for name in ("silent", "lively"):
        assert holder[name]
    holder.time_last_used["silent"] -= timedelta(seconds=FORGET_SECONDS + 1)
    holder.delete_all_expired_state()  # type: ignore[no-untyped-call]
    assert set(holder.session_data) == set(holder.time_last_used) == {"lively"}
