"""The chat in a real browser, on a computer and on a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.evaluation.questions import load_questions
from assistant.evaluation.run import QUESTIONS
from assistant.models import Access, Status
from assistant.settings import Settings
from assistant.wording import sentence, wording
from ingest import ingest
from tests.web_visitor import built, served

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"computer": (1280, 900), "phone": (360, 740)}
SEMINAR = "Combien de personnes étaient présentes au séminaire ?"

expect.set_options(timeout=15_000)  # two slow cores, and the first question of a service takes longer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]


@dataclass
class Heard:
    """What a page said and asked for while it was looked at."""

    console: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def address(settings: Settings, assistant: Assistant) -> Iterator[str]:
    with served(built(settings, assistant)) as opened:  # its own: a server that closes stops Gradio's queue
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def looking(
    browser: Browser, address: str, size: str = "computer", scheme: str = "light", *, scripts: bool = True
) -> Iterator[tuple[Page, Heard]]:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=size == "phone",
        has_touch=size == "phone",
        color_scheme="dark" if scheme == "dark" else "light",
        forced_colors="active" if scheme == "forced" else "none",
        locale="fr-FR",
        java_script_enabled=scripts,
        accept_downloads=True,
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    heard = Heard()
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda message: heard.console.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.console.append(str(error)))
    page.on("request", lambda request: heard.hosts.add(urlsplit(request.url).netloc))
    page.goto(address)
    try:
        yield page, heard
    finally:
        context.close()


def ask(page: Page, question: str) -> None:
    expect(page.locator("#amorce")).to_have_count(0)  # what stands in the page until the chat is there
    page.get_by_label(sentence("chat.input_label")).fill(question)
    page.keyboard.press("Enter")


def keep(page: Page, name: str) -> None:
    """Keep a screenshot where `WEB_SCREENSHOTS` says, to be looked at."""
    if folder := os.environ.get("WEB_SCREENSHOTS"):
        page.wait_for_timeout(600)
        page.screenshot(path=Path(folder) / f"{name}.png")


def sideways(page: Page) -> int:
    """How many pixels wider than the window the page is."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("size", SIZES)
def test_a_visitor_asks_and_reads_the_answer_and_its_source(browser: Browser, address: str, size: str) -> None:
    with looking(browser, address, size) as (page, heard):
        expect(page.get_by_role("heading", level=1)).to_have_text(sentence("chat.title"))
        keep(page, f"{size}-home")
        assert sideways(page) <= 0
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .texte")).to_contain_text("Une centaine de personnes")
        expect(page.locator("#tour-1 .sources .carte mark").first).to_contain_text("Une centaine de personnes")
        link = page.locator("#tour-1 .sources a.lien").first
        assert link.get_attribute("target") == "_blank"
        assert "noopener" in str(link.get_attribute("rel"))
        expect(page.locator("#tour-1 .question")).to_be_in_viewport()
        keep(page, f"{size}-answered")
        assert sideways(page) <= 0
        assert heard.console == []
        assert heard.hosts == {urlsplit(address).netloc}


@pytest.mark.parametrize("size", SIZES)
def test_a_question_without_an_answer_shows_what_comes_near_and_whom_to_phone(
    browser: Browser, address: str, size: str, assistant: Assistant
) -> None:
    questions = [known.text for known in load_questions(QUESTIONS).questions if known.gold is None]
    answers = {text: assistant.ask(text, Access.PUBLIC) for text in questions}
    question = next(text for text, one in answers.items() if one.status is Status.NOT_FOUND and one.related)
    with looking(browser, address, size, scheme="dark") as (page, heard):
        ask(page, question)
        expect(page.locator("#tour-1 .proches h3")).to_have_text(sentence("chat.related.documents"))
        expect(page.locator("#tour-1 .sources")).to_have_count(0)
        expect(page.locator("#tour-1 .contact a.telephone")).to_have_attribute("href", "tel:0322222727")
        keep(page, f"{size}-not-found-dark")
        assert sideways(page) <= 0
        assert heard.console == []


def test_the_page_is_announced_in_french(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        expect(page).to_have_title(sentence("chat.page_title"))
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.locator("#conversation")).to_have_attribute("role", "region")
        notice = page.locator("#entete .avis")
        expect(notice).to_contain_text("programme")
        expect(notice).to_contain_text("03 22 22 27 27")


def test_an_example_copy_opinion_and_new_conversation_work(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, heard):
        page.get_by_role("button", name=wording("examples.questions")[1]).click()
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        page.get_by_role("button", name=sentence("chat.copy")).click()
        expect(page.locator("#annonce")).to_have_text(sentence("chat_script.copied"))
        copied = page.evaluate("navigator.clipboard.readText()")
        assert page.locator("#tour-1 .texte").inner_text().splitlines()[0] in copied
        page.get_by_role("button", name=sentence("chat.useful"), exact=True).click()
        expect(page.locator("#indication")).to_have_text(sentence("chat.feedback_thanks"))
        expect(page.get_by_role("button", name=sentence("chat.not_useful"))).to_have_attribute("aria-disabled", "true")
        page.get_by_role("button", name=sentence("chat.new_conversation")).click()
        expect(page.locator(".tour")).to_have_count(0)
        expect(page.locator("#accueil")).to_be_visible()
        assert heard.console == []


def test_a_question_that_is_too_long_is_explained_and_not_lost(browser: Browser, address: str) -> None:
    with looking(browser, address, "phone") as (page, heard):
        ask(page, "mot " * 300)
        expect(page.locator("#indication")).to_contain_text(sentence("question.too_long", longest="1 000"))
        assert len(page.get_by_label(sentence("chat.input_label")).input_value()) == 1200
        keep(page, "phone-too-long")
        assert sideways(page) <= 0
        assert heard.console == []


HOSTILE = """---
title: "**Note** <img src=x onerror=alert(1)> [titre](http://ailleurs.example)"
kind: note
date: 2024-01-02
source_url: "https://www.sommenumerique.fr/note"
---
La girafe numérique *pèse* <b>douze</b> `kilos` [ici](http://ailleurs.example/a) ![x](http://ailleurs.example/b.png).
"""


def test_what_a_hostile_document_holds_is_shown_as_text(browser: Browser, own_settings: Settings) -> None:
    (own_settings.corpus / "public" / "note.txt").write_text(HOSTILE, encoding="utf-8")
    ingest(own_settings)
    opened = Assistant(own_settings)
    with served(built(own_settings, opened)) as address, looking(browser, address) as (page, heard):
        ask(page, "Combien pèse la girafe numérique ? <img src=y onerror=alert(2)> **gras**")
        mark = page.locator("#tour-1 .carte mark").first
        expect(mark).to_contain_text("*pèse* <b>douze</b> `kilos` [ici](http://ailleurs.example/a)")
        expect(page.locator("#tour-1 .question")).to_contain_text("<img src=y onerror=alert(2)> **gras**")
        expect(page.locator("#tour-1 .titre").first).to_contain_text("**Note** <img src=x onerror=alert(1)>")
        expect(page.locator("#conversation :is(img, b, em, code, .katex, a[href^='http://ailleurs'])")).to_have_count(0)
        keep(page, "hostile")
        assert heard.console == []
        assert heard.hosts == {urlsplit(address).netloc}
    opened.close()
