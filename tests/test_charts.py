"""The charts beside an answer: what they draw, they also tell, and a browser keeps them whole."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from playwright.sync_api import expect, sync_playwright
from starlette.middleware import Middleware

from assistant.fibre.store import open_fibre
from assistant.figures import Connectable, Coverage, Definition
from assistant.settings import ROOT
from assistant.web.charts import coverage_bar, history_chart
from assistant.web.guards import SecurityHeaders
from tests.test_web_browser import CHROMIUM, FLAGS, SIZES, keep, looking, sideways
from tests.web_visitor import in_a_loop, served

STORE = open_fibre()
NASTY = '**L\'Étoile** <img src=x onerror=alert(1)> "onclick=" `a` [b](http://c.example) $x$ &amp; </figure>\n# titre'
QUARTERS = [f"{year}-T{quarter}" for year in range(2018, 2026) for quarter in range(1, 5)]


def figure(covered: int, premises: int = 1000, quarter: str = "2026-T2") -> Coverage[Connectable]:
    publication = replace(STORE.department.publication, quarter=quarter)
    return Coverage("80318", covered, premises, publication, Definition.CONNECTABLE)


def history(count: int = len(QUARTERS)) -> tuple[Coverage[Connectable], ...]:
    return tuple(figure(30 * place, quarter=quarter) for place, quarter in enumerate(QUARTERS[:count]))


def nasty_history() -> tuple[Coverage[Connectable], ...]:
    """Quarters of a source whose name is a trap."""
    return tuple(replace(past, publication=replace(past.publication, source=NASTY)) for past in history())


def told(html: str) -> str:
    return re.sub("[ \xa0]+", " ", BeautifulSoup(html, "lxml").get_text(" "))


def widths(html: str, side: str = "width") -> list[float]:
    return [float(value) for value in re.findall(rf'style="{side}:([0-9.]+)%"', html)]


def test_a_commune_stands_above_the_departement_each_with_its_figures() -> None:
    flixecourt = STORE.coverage("80318")
    assert flixecourt
    html = coverage_bar(flixecourt, STORE.department, "Flixecourt")
    assert widths(html) == [97.71, 96.14]
    said = told(html)
    assert "Flixecourt 97,7 % (1\u202f749 sur 1\u202f790)" in said
    assert "Somme 96,1 % (347\u202f952 sur 361\u202f911)" in said
    assert "Arcep, Cartefibre, 2e trimestre 2026" in said


def test_figures_of_two_quarters_are_not_drawn_together() -> None:
    html = coverage_bar(
        figure(500), replace(STORE.department, publication=figure(1, quarter="2025-T1").publication), "A"
    )
    assert widths(html) == [50.0]
    assert "Somme" not in told(html)


@pytest.mark.parametrize(("covered", "premises", "width"), [(0, 10, 0.0), (10, 10, 100.0), (0, 0, 0.0), (1, 3, 33.33)])
def test_a_bar_is_as_long_as_its_share(covered: int, premises: int, width: float) -> None:
    assert widths(coverage_bar(figure(covered, premises), STORE.department, "A"))[0] == width


def test_a_history_draws_and_tells_every_quarter() -> None:
    html = history_chart(history())
    assert widths(html, "height") == [3.0 * place for place in range(len(QUARTERS))]
    said = told(html)
    assert "De 0 % (1er trimestre 2018) à 93,0 % (4e trimestre 2025)" in said
    assert "2e trimestre 2019 : 15,0 %" in said


@pytest.mark.parametrize("count", [0, 1])
def test_without_two_quarters_there_is_no_history(count: int) -> None:
    assert history_chart(history(count)) == ""


def test_quarters_of_another_source_are_left_out() -> None:
    old = replace(history(1)[0], publication=replace(history(1)[0].publication, source="Autre"))
    html = history_chart((old, *history()[1:4]))
    assert len(widths(html, "height")) == 3
    assert "Autre" not in html


def test_a_chart_is_one_line_and_a_name_in_it_is_text() -> None:
    for html in (coverage_bar(figure(1), STORE.department, NASTY), history_chart(nasty_history())):
        assert "\n" not in html
        document = BeautifulSoup(html, "lxml")
        assert not document.select("img, [onclick], [onerror], a, h1")
        assert len(document.select("figure")) == 1
        assert "**L'Étoile** <img src=x onerror=alert(1)>" in document.get_text()


def chat_page(html: str) -> FastAPI:
    """What the chat's own component makes of a chart: sanitised in the browser, under the chat's policy."""
    import gradio as gr  # slow, and wanted here alone

    app = FastAPI(middleware=[Middleware(SecurityHeaders, sites="")])
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.Markdown(f'<div class="tours">{html}</div>', latex_delimiters=[], elem_id="conversation")
    css = "".join((ROOT / "assistant" / "web" / f"{name}.css").read_text("utf-8") for name in ("chat", "answer"))
    gr.mount_gradio_app(app, blocks, path="/", ssr_mode=False, css=css)
    return app


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_chat_shows_the_charts_whole(size: str, scheme: str) -> None:
    flixecourt = STORE.coverage("80318")
    assert flixecourt
    html = coverage_bar(flixecourt, STORE.department, "Flixecourt") + history_chart(nasty_history())
    with (
        sync_playwright() as playwright,
        served(in_a_loop(lambda: chat_page(html))) as address,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        with looking(browser, address, size, scheme) as (page, heard):
            expect(page.locator("#conversation .barre")).to_have_count(2)
            track, bar = (page.locator(f"#conversation .{part}").first.bounding_box() for part in ("piste", "barre"))
            assert track
            assert bar
            assert bar["width"] / track["width"] == pytest.approx(0.977, abs=0.01)
            columns = page.locator("#conversation .colonne")
            expect(columns).to_have_count(len(QUARTERS))
            heights = [columns.nth(place).evaluate("bar => bar.offsetHeight") for place in range(len(QUARTERS))]
            assert heights == sorted(heights)
            assert heights[-1] > 80
            assert page.locator("#conversation .historique li").nth(5).get_attribute("title")
            expect(page.locator("#conversation img")).to_have_count(0)
            assert sideways(page) <= 0
            keep(page, f"charts-{size}-{scheme}")
            assert heard.console == []
        browser.close()
