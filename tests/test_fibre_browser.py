"""The page of figures in a real browser, on a computer and on a phone, in both schemes, and on paper."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import Response
from playwright.sync_api import Browser, expect, sync_playwright

from assistant.fibre.store import open_fibre
from assistant.web.chat import ICON
from assistant.wording import sentence
from tests.test_fibre_pages import served as page_alone
from tests.test_web_browser import CHROMIUM, FLAGS, SIZES, keep, looking, sideways
from tests.web_visitor import served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = page_alone(open_fibre())
    app.add_api_route("/favicon.ico", lambda: Response(ICON.read_bytes(), media_type="image/svg+xml"))
    with served(app) as opened:
        yield f"{opened}/fibre"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("scheme", "complete"), [("light", "rgb(22, 48, 122)"), ("dark", "rgb(220, 232, 255)")])
def test_the_page_holds_in_its_window_with_its_colours(
    browser: Browser, address: str, size: str, scheme: str, complete: str
) -> None:
    with looking(browser, address, size, scheme) as (page, heard):
        expect(page.get_by_role("heading", level=1)).to_have_text(sentence("fibre_page.title"))
        assert sideways(page) <= 0
        expect(page.locator("path.c4").first).to_have_css("fill", complete)
        assert page.locator(".bloc svg").first.bounding_box()
        keep(page, f"fibre-{size}-{scheme}")
        page.locator("#tableau").scroll_into_view_if_needed()
        keep(page, f"fibre-table-{size}-{scheme}")
        assert heard.console == []
        assert heard.hosts == {urlsplit(address).netloc}


def test_the_table_scrolls_in_its_own_region_and_the_names_stay(browser: Browser, address: str) -> None:
    with looking(browser, address, "phone") as (page, _):
        region = page.get_by_role("region", name=sentence("fibre_page.region"))
        region.focus()
        name = page.get_by_role("rowheader", name="Abbeville", exact=True)
        before = name.bounding_box()
        region.evaluate("region => region.scrollLeft = 150")
        after = name.bounding_box()
        assert before
        assert after
        assert region.evaluate("region => region.scrollLeft") == 150
        assert after["x"] == before["x"]
        assert sideways(page) <= 0


def test_the_keyboard_alone_reaches_the_table_filters_and_sorts_it(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, heard):
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=sentence("fibre_page.skip"))).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#tableau")).to_be_in_viewport()
        page.keyboard.press("Tab")
        expect(page.get_by_label(sentence("fibre_page.filter_epci"), exact=True)).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.type("st quentin")
        page.keyboard.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(2)
        page.get_by_role("link", name=sentence("fibre_page.columns.taux"), exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text(sentence("fibre_page.columns.taux"))
        expect(page.get_by_label(sentence("fibre_page.filter_name"))).to_have_value("st quentin")
        expect(page.locator("tbody tr")).to_have_count(2)
        assert heard.console == []


def test_the_export_is_the_table_that_is_shown(browser: Browser, address: str, tmp_path: Path) -> None:
    with looking(browser, f"{address}?epci=200070944") as (page, _):
        with page.expect_download() as started:
            page.get_by_role("link", name=sentence("fibre_page.download")).click()
        started.value.save_as(tmp_path / "table.csv")
        with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
            exported = [row["Commune"] for row in csv.DictReader(file, delimiter=";")]
        assert started.value.suggested_filename == "fibre-somme-2026-T2.csv"
        assert exported == page.locator("tbody th").all_inner_texts()


def test_on_paper_the_whole_table_is_there(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        page.emulate_media(media="print")
        expect(page.locator("form")).to_be_hidden()
        table = page.locator("table").bounding_box()
        region = page.get_by_role("region", name=sentence("fibre_page.region")).bounding_box()
        assert table
        assert region
        assert region["height"] >= table["height"] > 771 * 10
