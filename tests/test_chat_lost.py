"""The chat when the service stops, starts again, is full, or has had enough: said in French, no question lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.answering.compose import Say
from assistant.models import Access, Answer, Exchange
from assistant.settings import Settings
from assistant.web import chat, limits
from assistant.wording import sentence, wording
from tests.axe import violations
from tests.test_web_browser import CHROMIUM, FLAGS, SEMINAR, ask, keep, looking
from tests.web_visitor import UNANSWERED, built, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

STOPPED_SECONDS = 4  # `served` waits for one
# Gradio hands each message of a stream on by a timer: those after the first that the page shows come 4 seconds late.
WRITTEN_LATE = """
const timer = window.setTimeout;
let shown = false;
window.setTimeout = (run, wait, message, ...rest) => {
  const late = shown && message?.msg;
  shown ||= message?.msg === "process_generating";
  return timer(run, late ? 4000 : wait, message, ...rest);
};
"""


class Held(Assistant):
    """Answers when it is let go."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.let_go = threading.Event()

    def ask(
        self,
        question: object,
        access: Access,
        exchanges: Sequence[Exchange] = (),
        may_geocode: bool = False,
        say: Say = lambda _: None,
    ) -> Answer:
        assert self.let_go.wait(60)
        return super().ask(question, access, exchanges, may_geocode, say)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def held(settings: Settings, assistant: Assistant) -> Iterator[Held]:
    """`assistant` has built the index."""
    opened = Held(settings)
    yield opened
    opened.let_go.set()
    opened.close()


def said(page: Page) -> str:
    return page.locator("#panne").inner_text()


def typed(page: Page) -> str:
    return page.get_by_label(sentence("chat.input_label")).input_value()


def port_of(address: str) -> int:
    return urlsplit(address).port or 0


def test_a_restart_while_an_answer_is_awaited_gives_the_question_back(
    browser: Browser, settings: Settings, assistant: Assistant, held: Held
) -> None:
    with ExitStack() as open_pages, ExitStack() as first:
        address = first.enter_context(served(built(settings, held)))
        page, _ = open_pages.enter_context(looking(browser, address))
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .attente")).to_be_visible()
        threading.Timer(STOPPED_SECONDS, held.let_go.set).start()  # after its stream was cut
        first.close()
        expect(page.locator("#panne")).to_have_text(sentence("chat_script.lost"))
        expect(page.locator("#tour-1 .attente")).to_be_hidden()
        assert "onnection" not in page.locator("body").inner_text()  # Gradio's own words
        keep(page, "chat-lost")
        assert violations(page) == []
        with served(built(settings, assistant), port_of(address)):
            expect(page.locator("#panne")).to_have_text(sentence("chat_script.reloaded"), timeout=15_000)
            assert typed(page) == SEMINAR
            keep(page, "chat-reloaded")
            page.get_by_role("button", name=sentence("chat.send")).click()
            expect(page.locator("#tour-1 .texte")).to_contain_text("Une centaine")
            expect(page.locator("#panne")).to_be_hidden()
            page.reload()
            expect(page.locator("#amorce")).to_have_count(0)
            assert typed(page) == ""


def test_a_conversation_that_a_restart_forgot_says_so_and_goes_on(
    browser: Browser, settings: Settings, assistant: Assistant
) -> None:
    with ExitStack() as open_pages, ExitStack() as first:
        address = first.enter_context(served(built(settings, assistant)))
        page, _ = open_pages.enter_context(looking(browser, address))
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        first.close()
        with served(built(settings, assistant), port_of(address)):
            ask(page, UNANSWERED)
            expect(page.locator("#panne")).to_have_text(sentence("chat_script.forgotten"))
            expect(page.locator("#tour-1 .question")).to_contain_text(UNANSWERED[:20])


def test_a_question_to_a_service_that_is_away_stays_in_the_box(
    browser: Browser, settings: Settings, assistant: Assistant
) -> None:
    example = wording("examples.questions")[1]
    with ExitStack() as open_pages, ExitStack() as first:
        address = first.enter_context(served(built(settings, assistant)))
        page, _ = open_pages.enter_context(looking(browser, address, "phone"))
        expect(page.locator("#amorce")).to_have_count(0)
        first.close()
        page.get_by_role("button", name=example).click()
        expect(page.locator("#panne")).to_have_text(sentence("chat_script.lost"))
        assert typed(page) == example
        keep(page, "chat-away")
        assert violations(page) == []
        with served(built(settings, assistant), port_of(address)):
            expect(page.locator("#panne")).to_have_text(sentence("chat_script.reloaded"), timeout=15_000)
            page.get_by_role("button", name=sentence("chat.send")).click()
            expect(page.locator("#tour-1 .texte")).to_be_visible()
            assert not page.locator("#panne").is_visible()


def test_a_full_queue_is_told_and_the_question_kept(
    browser: Browser, settings: Settings, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "AT_ONCE", 1)
    monkeypatch.setattr(chat, "WAITING", 1)
    with ExitStack() as opened:
        address = opened.enter_context(served(built(settings, held)))
        pages = [opened.enter_context(looking(browser, address))[0] for _ in range(3)]
        ask(pages[0], SEMINAR)
        expect(pages[0].locator("#tour-1 .attente")).to_be_visible()
        for page in pages[1:]:
            ask(page, SEMINAR)
        expect(pages[2].locator("#panne")).to_have_text(sentence("chat_script.busy"))
        assert typed(pages[2]) == SEMINAR
        keep(pages[2], "chat-busy")
        held.let_go.set()
        expect(pages[1].locator("#tour-1 .texte")).to_contain_text("Une centaine")
        pages[2].get_by_role("button", name=sentence("chat.send")).click()
        expect(pages[2].locator("#tour-1 .texte")).to_contain_text("Une centaine")
        assert said(pages[2]) == ""


def test_whoever_asks_too_fast_is_told_and_the_question_kept(
    browser: Browser, settings: Settings, assistant: Assistant
) -> None:
    few = settings.model_copy(update={"questions_per_minute": 1})
    with served(built(few, assistant)) as address, looking(browser, address) as (page, _):
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        ask(page, UNANSWERED)
        expect(page.locator("#panne")).to_have_text(sentence("chat_script.too_fast"))
        assert typed(page) == UNANSWERED
        expect(page.locator(".tour")).to_have_count(1)


def test_an_answer_that_a_slow_phone_writes_long_after_it_came_is_not_said_to_be_cut(
    browser: Browser, settings: Settings, assistant: Assistant
) -> None:
    with served(built(settings, assistant)) as address, looking(browser, address, "phone") as (page, _):
        page.add_init_script(WRITTEN_LATE)
        page.reload()
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .attente")).to_be_visible()
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        assert said(page) == ""
