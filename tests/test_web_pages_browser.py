"""The pages without script in a real browser, scripts off: seen, printed, used with a keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.wording import sentence
from tests.axe import violations
from tests.test_web_browser import CHROMIUM, FLAGS, keep, sideways
from tests.web_visitor import PRESIDENT, UNANSWERED, built, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

WIDTHS = {"computer": 1280, "phone": 360}
PLACES = ["home", "answered", "figures", "not found", "refused", "kept", "statements", "unknown"]


@pytest.fixture(scope="module")
def address(settings: Settings, assistant: Assistant) -> Iterator[str]:
    unlimited = settings.model_copy(update={"questions_per_minute": 100_000})
    with served(built(unlimited, assistant)) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def looking(browser: Browser, address: str, width: int, **how: object) -> Iterator[Page]:
    """A page in a browser of that width; every host that it asks is ours."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="fr-FR", **how)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    try:
        yield page
        assert hosts == {urlsplit(address).netloc}
        assert context.cookies() == []
    finally:
        context.close()


def go(page: Page, address: str, place: str) -> None:
    """Go where a visitor comes, by what a visitor does."""
    if place in ("statements", "unknown"):
        page.goto(f"{address}/{'vie-privee' if place == 'statements' else 'rien'}")
        return
    page.goto(f"{address}/question")
    typed = {"answered": PRESIDENT, "kept": PRESIDENT, "figures": "la fibre a flixecourt et rue ?", "refused": "?!"}
    if place == "not found":
        typed[place] = UNANSWERED
    if place in typed:
        page.get_by_label(sentence("question_page.label")).fill(typed[place])
        with page.expect_navigation():
            page.get_by_role("button", name=sentence("question_page.send")).click()
    if place == "kept":
        with page.expect_navigation():
            page.get_by_role("button", name=sentence("question_page.keep")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(sentence("kept_page.title"))


def test_axe_finds_nothing_on_any_page_at_any_width_in_any_colours(browser: Browser, address: str) -> None:
    """axe is put into the page by the browser's own tools: the page itself allows no script."""
    for width, colours in ((1280, "light"), (360, "dark"), (1280, "active"), (360, "active")):
        scheme = "forced_colors" if colours == "active" else "color_scheme"
        with looking(browser, address, width, bypass_csp=True, **{scheme: colours}) as page:
            for place in PLACES:
                go(page, address, place)
                assert violations(page) == [], (place, width, colours)
            page.goto(f"{address}/fibre")
            # The sign of how a column is sorted is too short a text for axe to judge its contrast.
            assert [found for found in violations(page) if "aria-hidden" not in found] == [], (width, colours)


@pytest.mark.parametrize("size", WIDTHS)
def test_a_visitor_without_script_asks_goes_on_and_keeps_an_answer(browser: Browser, address: str, size: str) -> None:
    with looking(browser, address, WIDTHS[size], java_script_enabled=False) as page:
        for place in PLACES:
            go(page, address, place)
            keep(page, f"page-{size}-{place.replace(' ', '-')}")
        go(page, address, "answered")
        expect(page.locator(".texte")).to_contain_text("Philippe VARLET")
        page.get_by_label(sentence("question_page.label")).fill("et à Rue, la fibre ?")
        page.get_by_role("button", name=sentence("question_page.send")).click()
        expect(page.locator(".texte")).to_contain_text("À Rue (80120)")
        page.get_by_role("button", name=sentence("question_page.keep")).click()
        expect(page.locator(".texte")).to_contain_text("À Rue (80120)")
        kept = page.url
        page.goto(f"{address}/question")
        page.goto(kept)
        expect(page.locator(".texte")).to_contain_text("À Rue (80120)")


@pytest.mark.parametrize(("width", "zoom"), [(320, 1.0), (640, 2.0)], ids=["320 pixels", "zoom of 200 %"])
def test_nothing_is_read_sideways(browser: Browser, address: str, width: int, zoom: float) -> None:
    """A zoom of 200 % shows half as many pixels of the style sheet, each drawn on four."""
    how = {"device_scale_factor": zoom, "java_script_enabled": True}
    with looking(browser, address, round(width / zoom), **how) as page:
        for place in PLACES:
            go(page, address, place)
            assert sideways(page) <= 0, place
        page.goto(f"{address}/fibre")
        assert sideways(page) <= 0


def test_the_keyboard_alone_asks_and_reads(browser: Browser, address: str) -> None:
    with looking(browser, address, 1280) as page:
        page.goto(f"{address}/question")
        page.keyboard.press("Tab")
        expect(page.locator(".evitement")).to_be_focused()
        expect(page.locator(".evitement")).to_be_in_viewport()
        page.keyboard.press("Enter")  # jumps into the field
        expect(page.get_by_label(sentence("question_page.label"))).to_be_focused()
        page.keyboard.type(PRESIDENT)
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=sentence("question_page.send"))).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".texte")).to_contain_text("Philippe VARLET")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator("#reponse a").first).to_be_focused()


def test_an_answer_prints_without_what_is_for_the_screen(browser: Browser, address: str) -> None:
    with looking(browser, address, 1280) as page:
        go(page, address, "kept")
        page.emulate_media(media="print")
        expect(page.locator(".carte mark").first).to_be_visible()
        expect(page.locator(".pied p").first).to_contain_text(urlsplit(page.url).path)
        for hidden in ("footer", ".ecran >> nth=0", "header a"):
            expect(page.locator(hidden)).to_be_hidden()
        assert page.pdf().startswith(b"%PDF")
