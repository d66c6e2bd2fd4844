"""A language model that writes, seen in a real browser: a conversation, and each way of failing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect, sync_playwright

from assistant.answering.assistant import Assistant, allowance_file
from assistant.settings import Settings, load_settings
from assistant.wording import sentence
from ingest import ingest
from tests.axe import violations
from tests.scripted_model import ADDRESSES, FAILURES, TURNS, Model, practised, serving
from tests.test_web_browser import CHROMIUM, FLAGS, keep, looking
from tests.test_web_widget_browser import COMPUTER, TELEPHONE, WORDS, ask, host_page, launcher, somebody_elses, window
from tests.web_visitor import built, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

QUESTION, *_ = TURNS
PAUSE = 0.05  # seconds between two words
SLOWLY = 0.5  # so that a page under load is looked at before the last one
SECONDS = 2.5  # that an answer may take here
CITED = re.compile(r"\[(\d)\]")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with serving(practised, PAUSE) as opened:
        yield opened


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Settings:
    changed = {
        "data": tmp_path_factory.mktemp("data"), "vector_weight": 0.0, "llm": "openai:m", "llm_url": model.address,
        "questions_per_minute": 10_000, "llm_seconds": 60,
    }  # fmt: skip
    found = load_settings().model_copy(update=changed)
    ingest(found)
    return found


@pytest.fixture(scope="module")
def address(writing: Settings) -> Iterator[str]:
    with served(built(writing, Assistant(writing))) as opened:
        yield opened


def words_of(found: Locator) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", found.inner_text())


@pytest.mark.parametrize("size", [COMPUTER, TELEPHONE], ids=["computer", "telephone"])
def test_six_turns_in_the_frame_cite_a_source_in_each_sentence(
    browser: Browser, address: str, size: tuple[int, int]
) -> None:
    with window(browser, f"{address}/integration/cadre", size) as (page, heard):
        for place, question in enumerate(TURNS):
            ask(page, question)
            turn = page.locator(".turn").nth(place)
            expect(turn.locator(".reply")).to_be_visible()
            said = words_of(turn.locator(".reply .text"))
            sentences = re.findall(r"[^.]+\.", said)
            assert sentences
            assert all(CITED.search(one) for one in sentences), said
            numbers = turn.locator(".sources .number").all_inner_texts()
            assert set(CITED.findall(said)) == set(numbers)
            assert turn.locator(".sources mark").count() >= len(numbers)  # open: the document's own words
            expect(turn).to_contain_text(sentence("writer.model").split(" ;")[0])
            keep(page, f"writing-frame-{size[0]}-{place + 1}")
        assert violations(page) == []
        assert len(heard.hosts) == 1
        assert "2023" not in page.locator(".turns").inner_text()  # what no passage says was withheld


def test_a_sentence_is_shown_before_the_next_one_is_written(browser: Browser, address: str, model: Model) -> None:
    model.pause = SLOWLY
    with window(browser, f"{address}/integration/cadre", TELEPHONE) as (page, _):
        ask(page, QUESTION)
        turn = page.locator(".turn")
        expect(turn.locator(".waiting")).to_have_text(WORDS["writing"])
        assert CITED.findall(turn.locator(".text").inner_text()) == ["1"]
        expect(turn.locator(".reply")).to_be_visible()
        assert CITED.findall(turn.locator(".text").inner_text()) == ["1", "1"]
    model.pause = PAUSE


def test_the_chat_shows_them_as_they_come_and_says_them_once(browser: Browser, address: str, model: Model) -> None:
    model.pause = SLOWLY
    with looking(browser, address) as (page, _):
        page.fill("#question textarea", QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".attente")).to_have_text(sentence("chat.writing"))
        assert CITED.findall(page.locator(".tour .texte").inner_text()) == ["1"]
        expect(page.locator("#voix")).not_to_contain_text("1 780 781")
        expect(page.locator(".tour .redaction")).to_be_visible()
        expect(page.locator("#voix")).to_contain_text("31 640")
        assert violations(page) == []
        keep(page, "writing-chat")
    model.pause = PAUSE


@pytest.mark.parametrize("way", FAILURES)
def test_each_failure_is_seen_as_quotations_and_a_line_that_says_so(
    browser: Browser, writing: Settings, way: str
) -> None:
    allowance_file(writing.data).unlink(missing_ok=True)
    script, _ = FAILURES[way]
    with serving(script, PAUSE) as failing, somebody_elses() as site:
        changed = {"llm_url": ADDRESSES.get(way, failing.address), "llm_seconds": SECONDS, "sites": site.address}
        settings = writing.model_copy(update=changed)
        with (
            served(built(settings, Assistant(settings))) as address,
            window(browser, site.show(host_page(address)), TELEPHONE) as (page, heard),
        ):
            launcher(page).click()
            ask(page, QUESTION)
            reply = page.locator(".reply")
            expect(reply).to_contain_text(sentence("writer.quotations_instead").split(" :")[0])
            assert "« Pour les écoles, le mois de mars a cumulé 1 780 781 connexions" in words_of(reply)
            assert page.locator(".text").count() == 1  # what was said meanwhile is taken back
            assert not heard.hosts - {address.split("/")[2], site.address.split("/")[2]}
            assert "invalid" not in page.content()
            keep(page, f"writing-failed-{way}")
