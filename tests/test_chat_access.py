"""The chat for those who do not see it, or do not use a mouse, or see it very large."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.web.chat_source import FIRST_FILES
from assistant.wording import sentence, wording
from tests.axe import violations
from tests.benchmarks.chat_files import files_of
from tests.test_web_browser import CHROMIUM, FLAGS, SEMINAR, ask, keep, looking, sideways
from tests.web_visitor import UNANSWERED, built, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

AMBIGUOUS = "La fibre à Saint ?"  # several communes: suggestions
LOOKS = [(size, scheme) for size in ("computer", "phone") for scheme in ("light", "dark", "forced")]

# Each text that a live region came to hold, in order.
LISTEN = """() => {
  window.said = [];
  const regions = '[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])';
  new MutationObserver(changes => {
    for (const change of changes) {
      const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
      const region = node?.closest(regions);
      if (region && region.textContent.trim()) window.said.push(region.textContent.trim());
    }
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""
# What goes over an edge of the window, which the page clips rather than scrolls.
CUT = """() => [...document.querySelectorAll('a, button, textarea, p, h1, h2, h3, li')]
  .filter(one => one.checkVisibility() && !one.closest('.invisible, [id=evitement], #voix'))
  .filter(one => one.getBoundingClientRect().right > window.innerWidth || one.getBoundingClientRect().left < 0)
  .map(one => one.id || one.textContent.slice(0, 40))"""
FOCUSED = """() => {
  const one = document.activeElement;
  return one.closest('#question') ? 'question' : one.id || one.closest('.tour')?.id || one.textContent.trim();
}"""


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


def ready(page: Page) -> None:
    """Wait until the chat has taken the place of the beginning of its page."""
    expect(page.locator("#amorce")).to_have_count(0)


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["-".join(look) for look in LOOKS])
def test_axe_finds_nothing_from_home_to_suggestions(browser: Browser, address: str, size: str, scheme: str) -> None:
    with looking(browser, address, size, scheme) as (page, heard):
        ready(page)
        keep(page, f"chat-{size}-{scheme}-home")
        assert violations(page) == []
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .sources .carte").first).to_be_visible()
        keep(page, f"chat-{size}-{scheme}-answer")
        assert violations(page) == []
        ask(page, "mot " * 300)
        expect(page.locator("#indication .alerte")).to_be_visible()
        keep(page, f"chat-{size}-{scheme}-too-long")
        assert violations(page) == []
        ask(page, "")
        expect(page.locator("#indication")).to_contain_text(sentence("question.empty"))
        assert violations(page) == []
        ask(page, UNANSWERED)
        expect(page.locator("#tour-2 .texte")).to_be_visible()
        keep(page, f"chat-{size}-{scheme}-near")
        assert violations(page) == []
        ask(page, AMBIGUOUS)
        expect(page.locator("#suites button").first).to_be_visible()
        keep(page, f"chat-{size}-{scheme}-suggestions")
        assert violations(page) == []
        assert sideways(page) <= 0
        assert heard.console == []


@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_axe_finds_nothing_in_the_beginning_of_the_page(browser: Browser, address: str, scheme: str) -> None:
    with looking(browser, address, "phone", scheme, scripts=False) as (page, _):
        expect(page.locator("#amorce-question")).to_be_visible()
        keep(page, f"chat-beginning-{scheme}")
        assert sideways(page) <= 0
    with looking(browser, "about:blank", "phone", scheme) as (page, _):
        page.route("**/assets/**", lambda route: route.abort())  # the chat never comes
        page.goto(address)
        assert violations(page) == []


def test_the_keyboard_alone_asks_reads_judges_and_begins_again(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        ready(page)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=sentence("chat_script.skip"))).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_label(sentence("chat.input_label"))).to_be_focused()
        page.keyboard.type(SEMINAR)
        page.keyboard.press("Enter")
        expect(page.locator("#tour-1 .texte")).to_contain_text("Une centaine")
        assert page.evaluate(FOCUSED) == "question"
        page.keyboard.press("Shift+Tab")
        reached = [page.evaluate(FOCUSED)]
        while len(reached) < 8 and reached[-1] != "copier":
            page.keyboard.press("Shift+Tab")
            reached.append(page.evaluate(FOCUSED))
        assert reached[::-1] == ["copier", "lien-permanent", "telecharger", "utile", "pas-utile", "recommencer"]
        page.get_by_role("button", name=sentence("chat.useful"), exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#indication")).to_have_text(sentence("chat.feedback_thanks"))
        assert page.evaluate(FOCUSED) == "utile"
        page.locator("#recommencer").focus()
        page.keyboard.press("Space")
        expect(page.locator("#accueil")).to_be_visible()
        expect(page.get_by_label(sentence("chat.input_label"))).to_be_focused()


@pytest.mark.parametrize("size", ["computer", "phone"])
def test_a_question_that_is_pressed_vanishes_and_the_focus_does_not(browser: Browser, address: str, size: str) -> None:
    with looking(browser, address, size) as (page, _):
        ready(page)
        example = page.get_by_role("button", name=wording("examples.questions")[1])
        example.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        where = "question" if size == "computer" else "tour-1"
        page.wait_for_function(f"where => ({FOCUSED})() === where", arg=where)
        page.locator("#recommencer").click()
        ask(page, AMBIGUOUS)
        page.locator("#suites button").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#tour-2 .texte")).to_be_visible()
        where = "question" if size == "computer" else "tour-2"
        page.wait_for_function(f"where => ({FOCUSED})() === where", arg=where)


def test_what_is_typed_while_an_answer_comes_stays(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        ready(page)
        ask(page, SEMINAR)
        expect(page.get_by_label(sentence("chat.input_label"))).to_have_value("")
        page.keyboard.type("et après")
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        expect(page.get_by_label(sentence("chat.input_label"))).to_have_value("et après")


def test_each_answer_is_announced_once_and_those_before_never_again(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        ready(page)
        page.evaluate(LISTEN)
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        ask(page, UNANSWERED)
        expect(page.locator("#tour-2 .texte")).to_be_visible()
        page.locator("#utile").click()
        expect(page.locator("#indication")).to_have_text(sentence("chat.feedback_thanks"))
        said = page.evaluate("window.said")
        second = page.locator("#tour-2 .texte p").first.inner_text()
        assert sum("Une centaine de personnes" in text for text in said) == 1
        assert sum(second in text for text in said) == 1
        assert said.count(sentence("chat.feedback_thanks")) == 1
        assert sentence("chat_script.one_source") in next(text for text in said if "Une centaine" in text)


def test_headings_and_landmarks_are_in_order(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        ready(page)
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
        )
        assert levels[:3] == [1, 2, 3]
        expect(page.get_by_role("main")).to_have_count(1)
        expect(page.get_by_role("region", name=sentence("chat_script.conversation"))).to_have_count(1)
        assert page.locator("a[href^='tel:']").first.get_attribute("target") is None
        assert page.locator("#discretion a").first.get_attribute("target") is None


@pytest.mark.parametrize(("width", "height"), [(320, 568), (640, 450), (320, 256)], ids=["320", "200%", "400%"])
def test_a_page_made_large_needs_no_scrolling_sideways(browser: Browser, address: str, width: int, height: int) -> None:
    with looking(browser, address) as (page, _):
        page.set_viewport_size({"width": width, "height": height})
        ready(page)
        assert sideways(page) <= 0
        ask(page, "La fibre est-elle disponible à Rue ?")
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        expect(page.locator("#gestes")).to_be_visible()
        keep(page, f"chat-large-{width}-{height}")
        assert sideways(page) <= 0
        assert page.evaluate(CUT) == []
        covered = page.locator("#saisie").evaluate("one => one.getBoundingClientRect().height / window.innerHeight")
        fixed = page.locator("#saisie").evaluate("one => getComputedStyle(one).position === 'sticky'")
        assert not fixed or covered < 0.4


def test_nothing_moves_for_those_who_asked_for_calm(browser: Browser, address: str) -> None:
    with looking(browser, address) as (page, _):
        page.emulate_media(reduced_motion="reduce")
        ready(page)
        ask(page, SEMINAR)
        expect(page.locator("#tour-1 .texte")).to_be_visible()
        running = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
        assert running == 0


def test_the_page_announces_the_files_that_it_fetches(browser: Browser, address: str) -> None:
    """After an update of Gradio: `python -m tests.benchmarks.chat_files` writes the list."""
    page = browser.new_page()
    fetched = files_of(page, address)
    announced = page.eval_on_selector_all(
        "link[rel=modulepreload][crossorigin], link[rel=preload][crossorigin]",
        "links => links.map(link => link.getAttribute('href').split('/').pop())",
    )
    page.close()
    assert set(fetched) == set(announced) & set(fetched)
    assert set(FIRST_FILES.read_text(encoding="utf-8").split()) <= set(fetched)


def test_the_page_can_be_asked_while_the_chat_is_on_its_way(browser: Browser, address: str) -> None:
    with looking(browser, "about:blank") as (page, _):
        page.route("**/assets/**", lambda route: route.abort())
        page.goto(address)
        page.get_by_label(sentence("chat.input_label")).fill(SEMINAR)
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_contain_text("Une centaine de personnes")
        assert urlsplit(page.url).path == "/question"


def test_what_was_begun_in_the_first_box_goes_on_in_the_chat(browser: Browser, address: str) -> None:
    with looking(browser, "about:blank") as (page, _):
        waiting: list[Route] = []
        late = True
        page.route("**/assets/index-*.js", lambda route: waiting.append(route) if late else route.continue_())
        page.goto(address, wait_until="commit")
        page.locator("#amorce-question").fill("Combien de per")
        while not waiting:
            page.wait_for_timeout(50)
        late = False
        for route in waiting:
            route.continue_()
        expect(page.locator("#amorce")).to_have_count(0)
        page.keyboard.type("sonnes au séminaire ?")
        expect(page.locator("#question textarea")).to_have_value("Combien de personnes au séminaire ?")
