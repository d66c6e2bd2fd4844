"""What a visitor takes away from the chat: the conversation as a file, an answer under a permanent link."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.wording import sentence
from tests.axe import violations
from tests.test_web_browser import CHROMIUM, FLAGS, SEMINAR, ask, keep, looking, sideways
from tests.web_visitor import built, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

HOSTILE = "# Titre **gras** <img src=x> [lien](http://ailleurs.example) `code` ~~barré~~ 1. liste"


@pytest.fixture(scope="module")
def data(settings: Settings) -> Path:
    return settings.data


@pytest.fixture(scope="module")
def address(settings: Settings, assistant: Assistant) -> Iterator[str]:
    with served(built(settings, assistant)) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


def kept_rows(data: Path) -> int:
    path = data / "answers.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM kept").fetchone()[0])


def downloaded(page: Page) -> tuple[str, str]:
    """The name and the text of the file that « Télécharger la conversation » gives."""
    with page.expect_download() as event:
        page.get_by_role("button", name=sentence("chat.download")).click()
    return event.value.suggested_filename, Path(event.value.path()).read_text(encoding="utf-8")


def test_the_conversation_is_downloaded_with_its_sources_dates_and_links(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, heard):
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .sources .carte").first).to_be_visible()
        ask(page, "La fibre est-elle disponible à Rue ?")
        expect(page.locator("#tour-2 .chiffres .carte").first).to_be_visible()
        name, text = downloaded(page)
        link = page.locator("#tour-1 .sources a.lien").first.get_attribute("href")
        expect(page.locator("#annonce")).to_have_text(sentence("chat_script.downloaded"))
        assert heard.hosts == {urlsplit(address).netloc}
        assert heard.console == []
    assert re.fullmatch(r"conversation-somme-numerique-\d{4}-\d\d-\d\d\.md", name)
    tokens = MarkdownIt().parse(text)
    headings = [inline.content for tag, inline in pairwise(tokens) if tag.type == "heading_open"]
    assert headings[0] == sentence("chat_script.file_title")
    assert [one for one in headings if one.startswith("Question")] == [headings[1], headings[3]]
    assert re.search(r"Téléchargée le \d{1,2} \w+ \d{4}", text)
    assert "Une centaine de personnes" in text
    assert "Séminaire, 18 novembre 2016" in text
    assert f"<{link}>" in text
    assert "Arcep" in text
    assert "nouvel onglet" not in text


def test_what_markdown_would_read_is_escaped_in_the_file(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        ask(page, HOSTILE)
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        _, text = downloaded(page)
    kinds = {child.type for token in MarkdownIt().enable("strikethrough").parse(text) for child in token.children or ()}
    assert not kinds & {"image", "html_inline", "code_inline", "s_open"}
    heading = next(line for line in MarkdownIt().parse(text) if line.type == "inline" and "Titre" in line.content)
    shown = "".join(child.content for child in heading.children or () if child.type in ("text", "text_special"))
    assert HOSTILE in shown.replace("\xa0", " ")
    assert not [child for child in heading.children or () if child.type in ("strong_open", "link_open")]


@pytest.mark.parametrize("size", ["computer", "phone"])
def test_a_permanent_link_says_what_it_keeps_then_opens_the_answer(
    browser: Browser, address: str, data: Path, size: str
) -> None:
    before = kept_rows(data)
    with looking(browser, address, size) as (page, heard):
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .sources .carte").first).to_be_visible()
        page.get_by_role("button", name=sentence("chat.link")).click()
        expect(page.locator("#garder")).to_contain_text(sentence("chat.keep_notice")[:40])
        expect(page.locator("#garder-oui")).to_be_focused()
        keep(page, f"chat-{size}-keep")
        assert violations(page) == []
        assert sideways(page) <= 0
        assert kept_rows(data) == before
        page.get_by_role("button", name=sentence("chat.keep_not")).click()
        expect(page.locator("#garder")).to_be_hidden()
        expect(page.locator("#lien-permanent")).to_be_focused()
        assert kept_rows(data) == before
        page.keyboard.press("Enter")
        page.get_by_role("button", name=sentence("chat.keep")).click()
        link = page.locator("#indication a.garde")
        expect(link).to_be_focused()
        expect(page.locator("#annonce")).to_have_text(sentence("chat_script.link_copied"))
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == link.inner_text() == f"{address}{urlsplit(copied).path}"
        assert urlsplit(copied).path.startswith("/reponses/")
        keep(page, f"chat-{size}-kept")
        assert violations(page) == []
        assert sideways(page) <= 0
        assert kept_rows(data) == before + 1
        page.goto(copied)
        expect(page.get_by_role("main")).to_contain_text("Une centaine de personnes")
        assert heard.console == []


def test_a_copied_answer_carries_its_source_date_and_link(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        page.get_by_role("button", name=sentence("chat.copy")).click()
        expect(page.locator("#annonce")).to_have_text(sentence("chat_script.copied"))
        text = page.evaluate("navigator.clipboard.readText()")
        assert "Séminaire, 18 novembre 2016" in text
        assert "https://www.sommenumerique.fr" in text
