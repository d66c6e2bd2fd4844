"""The widget in a real browser, in a page of another site: on a computer, on a telephone, and on bad days."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, Request, Route, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.web.limits import Turnstile
from assistant.web.refusals import refusal
from assistant.web.widget import Options, snippet
from assistant.wording import sentence, texts
from ingest import ingest
from tests.axe import violations
from tests.test_web_browser import CHROMIUM, FLAGS, HOSTILE, SEMINAR, keep, sideways
from tests.web_visitor import UNANSWERED, built, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

WORDS = texts("widget")["fr"]
COMPUTER, TELEPHONE = (1280, 900), (360, 740)
FOUND = "Une centaine de personnes"


@dataclass
class Site:
    """Somebody else's site. `pages`: path → HTML and headers; every other path answers nothing (204)."""

    address: str
    pages: dict[str, tuple[str, dict[str, str]]]

    def show(self, html: str, headers: dict[str, str] | None = None) -> str:
        """Put a page there; gives its address."""
        path = f"/{len(self.pages)}"
        self.pages[path] = (html, headers or {})
        return self.address + path


@contextmanager
def somebody_elses() -> Iterator[Site]:
    pages: dict[str, tuple[str, dict[str, str]]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, headers = pages.get(self.path, ("", {}))
            self.send_response(200 if html else 204)
            for name, value in ({"Content-Type": "text/html; charset=utf-8"} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", pages)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def host_page(service: str, attributes: str = "", head: str = "") -> str:
    """A page of a commune with the line pasted in it."""
    return (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Ma commune</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body><main>'
        '<h1>Ma commune</h1><p><a id="before" href="#">Un lien</a></p></main>'
        f'<script src="{service}/widget.js" defer {attributes}></script>'
        f'<noscript><a href="{service}/question">Poser une question</a></noscript></body></html>'
    )


@dataclass
class Heard:
    """What a page said and asked for while it was looked at. `requests`: method and address."""

    console: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def hosts(self) -> set[str]:
        """The hosts that were asked for something."""
        return {urlsplit(address).netloc for _, address in self.requests}


@contextmanager
def window(
    browser: Browser, address: str, size: tuple[int, int] = COMPUTER, **how: Any
) -> Iterator[tuple[Page, Heard]]:
    """A window on a page. `how`: options of a browser context."""
    width, height = size
    small = size == TELEPHONE
    options = {"viewport": {"width": width, "height": height}, "is_mobile": small, "has_touch": small, **how}
    context = browser.new_context(locale="fr-FR", **options)
    heard = Heard()
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda said: heard.console.append(said.text) if said.type == "error" else None)
    page.on("console", lambda said: heard.warnings.append(said.text) if said.type == "warning" else None)
    page.on("pageerror", lambda error: heard.console.append(str(error)))
    page.on("request", lambda request: heard.requests.append((request.method, request.url)))
    page.goto(address)
    try:
        yield page, heard
    finally:
        context.close()


def launcher(page: Page, title: str = WORDS["title"]) -> Locator:
    return page.get_by_role("button", name=title, exact=True)


def box(page: Page) -> Locator:
    return page.get_by_label(WORDS["label"])


def ask(page: Page, question: str) -> None:
    box(page).fill(question)
    box(page).press("Enter")


def sent(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.post_data or "{}")
    return found


def problem(page: Page) -> Locator:
    return page.locator(".problem")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with somebody_elses() as opened:
        yield opened


@pytest.fixture(scope="module")
def own(settings: Settings, site: Site) -> Settings:
    """The settings of a service that knows that site."""
    return settings.model_copy(update={"sites": site.address, "questions_per_minute": 100_000})


@pytest.fixture(scope="module")
def service(own: Settings, assistant: Assistant, browser: Browser) -> Iterator[str]:
    with served(built(own, assistant)) as opened:
        yield opened


@pytest.fixture(scope="module")
def home(site: Site, service: str) -> str:
    """The address of a page with the line as it is."""
    return site.show(host_page(service))


# ---------------------------------------------------------------------------------------------- journeys


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [COMPUTER, TELEPHONE], ids=["computer", "telephone"])
def test_a_resident_asks_from_another_site_and_gives_an_opinion(
    browser: Browser, home: str, size: tuple[int, int], scheme: str
) -> None:
    name = f"widget-{size[0]}-{scheme}"
    with window(browser, home, size, color_scheme=scheme) as (page, heard):
        keep(page, f"{name}-1-closed")
        launcher(page).click()
        expect(page.get_by_role("dialog", name=WORDS["title"])).to_be_visible()
        expect(page.locator(".notice")).to_contain_text("Vous parlez à un programme")
        expect(page.locator(".band .phone")).to_have_attribute("href", "tel:0322222727")
        expect(page.locator(".example").first).to_be_visible()
        keep(page, f"{name}-2-open")
        ask(page, SEMINAR)
        expect(page.locator(".reply .text")).to_contain_text(FOUND)
        expect(page.locator(".turn .question")).to_be_in_viewport()
        keep(page, f"{name}-3-answer")
        page.locator(".sources summary").first.click()
        expect(page.locator(".sources mark").first).to_contain_text(FOUND)
        expect(page.locator(".sources time").first).to_have_attribute("datetime", "2016-11-18")
        source = page.locator(".sources a").first
        assert (source.get_attribute("target"), source.get_attribute("rel")) == ("_blank", "noopener noreferrer")
        assert WORDS["new_tab"] in source.inner_text()
        page.locator(".sources summary").first.scroll_into_view_if_needed()
        keep(page, f"{name}-4-source")
        for part in (".band .phone", ".send"):  # wherever one is in the conversation
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        with page.expect_response("**/api/feedback") as noted:
            page.get_by_role("button", name=WORDS["useful"], exact=True).click()
        assert noted.value.status == 204
        expect(page.locator(".opinion")).to_have_text(WORDS["thanks"])
        assert sideways(page) <= 0
        assert heard.console == []


OTHERS = [
    '<script src="/js/widget.js" defer></script>',
    '<script src="/js/widget.js?theme=dark" data-theme="dark"></script><script src="/my-widget.js" data-open></script>',
    '<script src="/widget.js.php" data-title="x"></script><script src="/a?b=/widget.js" data-lang="en"></script>',
]


@pytest.mark.parametrize("others", OTHERS, ids=["same-name", "same-name-and-other-attributes", "other-names"])
def test_loaded_as_a_module_it_knows_its_own_tag_among_those_of_others(
    browser: Browser, site: Site, service: str, others: str
) -> None:
    """A browser does not tell a module which tag it came from."""
    page_there = host_page(service, 'type="module" data-lang="fr"', head=others)
    with window(browser, site.show(page_there)) as (page, heard):
        launcher(page).click()
        expect(page.locator(".example").first).to_be_visible()
        assert f"{service}/api/suggestions" in [address for _, address in heard.requests]
        assert heard.console == []


@pytest.mark.parametrize("attributes", ["", 'data-theme="dark"'])
def test_it_takes_no_other_product_s_tag_for_its_own(
    browser: Browser, site: Site, service: str, attributes: str
) -> None:
    other = f'<script src="/js/widget.js" {attributes}></script>'
    with window(browser, site.show(host_page(service, 'type="module"', head=other))) as (page, heard):
        page.wait_for_function("document.readyState === 'complete'")
        expect(launcher(page)).to_have_count(0)
        assert [address for _, address in heard.requests if "/api/" in address] == []
        assert heard.console == []


def test_alone_it_needs_no_attribute_to_be_known(browser: Browser, site: Site, service: str) -> None:
    with window(browser, site.show(host_page(service, 'type="module"'))) as (page, _):
        launcher(page).click()
        expect(page.locator(".example").first).to_be_visible()


def test_figures_a_contact_and_what_comes_near_are_shown_too(browser: Browser, home: str) -> None:
    with window(browser, home, TELEPHONE) as (page, heard):
        launcher(page).click()
        ask(page, "La fibre est-elle disponible à Flixecourt ?")
        expect(page.locator(".figures .card").first).to_contain_text("Flixecourt")
        keep(page, "widget-360-figures")
        ask(page, UNANSWERED)
        last = page.locator(".turn").nth(1)
        expect(last.locator(".contact .phone")).to_have_attribute("href", "tel:0322222727")
        expect(last.locator(".related .card").first).to_be_visible()
        expect(last.locator(".sources")).to_have_count(0)
        keep(page, "widget-360-near")
        assert heard.console == []


def test_an_unhappy_visitor_may_say_what_was_missing(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):
        launcher(page).click()
        ask(page, SEMINAR)
        with page.expect_response("**/api/feedback") as first:
            page.get_by_role("button", name=WORDS["useless"], exact=True).click()
        assert (first.value.status, sent(first.value.request)["comment"]) == (204, "")
        expect(page.locator(".opinion p")).to_be_focused()
        page.get_by_label(WORDS["comment"]).fill("Le nombre exact.")
        with page.expect_response("**/api/feedback") as noted:
            page.get_by_role("button", name=WORDS["send_comment"]).click()
        assert noted.value.status == 204
        said = sent(noted.value.request)
        assert (said["useful"], said["comment"]) == (False, "Le nombre exact.")
        expect(page.get_by_label(WORDS["comment"])).to_have_count(0)


def test_an_answer_is_kept_only_once_the_visitor_was_told(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, heard):
        launcher(page).click()
        ask(page, SEMINAR)
        page.locator(".keeper summary").click()
        expect(page.locator(".keeper")).to_contain_text(WORDS["keep_warning"])
        assert not [address for _, address in heard.requests if address.endswith("/api/answers")]
        page.get_by_role("button", name=WORDS["keep_do"]).click()
        kept = page.locator(".kept a").get_attribute("href")
        keep(page, "widget-kept")
        assert kept
        assert FOUND in page.request.get(kept).text()


def test_a_conversation_goes_on_and_can_be_begun_again(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):
        launcher(page).click()
        with page.expect_request("**/api/ask") as first:
            ask(page, "La fibre est-elle disponible à Flixecourt ?")
        expect(page.locator(".reply")).to_have_count(1)
        with page.expect_request("**/api/ask") as second:
            ask(page, "Et à Rue ?")
        expect(page.locator(".reply").nth(1)).to_contain_text("Rue (80120)")
        assert sent(first.value)["conversation"] == ""
        assert sent(second.value)["conversation"] != ""
        page.get_by_role("button", name=WORDS["again"]).click()
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator(".example").first).to_be_visible()
        expect(box(page)).to_be_focused()
        with page.expect_request("**/api/ask") as third:
            ask(page, SEMINAR)
        assert sent(third.value)["conversation"] == ""


def test_the_keyboard_is_enough(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):
        page.keyboard.press("Tab")
        expect(page.locator("#before")).to_be_focused()
        page.keyboard.press("Tab")
        expect(launcher(page)).to_be_focused()
        expect(launcher(page)).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        expect(box(page)).to_be_focused()
        page.keyboard.type("Combien de personnes")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("au séminaire ?")
        expect(box(page)).to_have_value("Combien de personnes\nau séminaire ?")
        page.keyboard.press("Enter")
        expect(page.locator(".reply .text")).to_contain_text(FOUND)
        expect(box(page)).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".panel")).to_be_hidden()
        expect(launcher(page)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".reply .text")).to_contain_text(FOUND)  # closed is not forgotten


def test_tab_goes_through_the_dialog_in_the_order_in_which_it_is_read(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):
        launcher(page).click()
        expect(page.locator(".example").first).to_be_visible()
        page.locator("#title").focus()
        seen = []
        for _step in range(14):
            page.keyboard.press("Tab")
            seen.append(
                page.evaluate(
                    "(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).className"
                    " || (document.activeElement.shadowRoot?.activeElement ?? document.activeElement).tagName"
                )
            )
        assert seen == ["phone", "closer", "view", *["example"] * 5, *["A"] * 4, "TEXTAREA", "send"]


@pytest.mark.parametrize(("size", "is_modal"), [(COMPUTER, False), (TELEPHONE, True)], ids=["computer", "telephone"])
def test_the_page_stays_usable_beside_the_dialog_and_out_of_reach_under_it(
    browser: Browser, home: str, size: tuple[int, int], is_modal: bool
) -> None:
    with window(browser, home, size) as (page, _):
        launcher(page).click()
        expect(page.locator(".panel:modal")).to_have_count(int(is_modal))
        page.get_by_role("button", name=WORDS["close"]).click()
        expect(page.locator(".panel")).to_be_hidden()
        expect(launcher(page)).to_be_focused()


def test_a_window_made_narrow_keeps_the_dialog_and_the_focus(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):
        launcher(page).click()
        box(page).fill("Une ébauche")
        for width, is_modal in ((360, 1), (1280, 0)):
            page.set_viewport_size({"width": width, "height": 800})
            expect(page.locator(".panel:modal")).to_have_count(is_modal)
            expect(page.locator(".panel")).to_be_visible()
            expect(box(page)).to_be_focused()
            expect(box(page)).to_have_value("Une ébauche")


def test_the_answer_is_announced_once(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):
        launcher(page).click()
        expect(page.locator(".example").first).to_be_visible()
        regions = page.evaluate(
            """() => {
              window.announced = [];
              const root = document.querySelector("assistant-somme-numerique").shadowRoot;
              const live = '[role=status], [role=alert], [role=log], output, [aria-live]:not([aria-live=off])';
              const regions = [...root.querySelectorAll(live)];
              for (const region of regions)
                new MutationObserver(() => window.announced.push(region.textContent))
                  .observe(region, { childList: true, characterData: true, subtree: true });
              return regions.length;
            }"""
        )
        ask(page, SEMINAR)
        expect(page.locator(".reply")).to_be_visible()
        announced = page.evaluate("window.announced")
        assert regions == 1
        assert announced[0] == WORDS["searching"]
        assert [FOUND in text for text in announced] == [False, True]


# ---------------------------------------------------------------------------------------------- accessibility, weight


@pytest.mark.parametrize(
    ("size", "how"),
    [
        (COMPUTER, {}),
        (TELEPHONE, {}),
        (COMPUTER, {"color_scheme": "dark"}),
        (COMPUTER, {"forced_colors": "active"}),
        (TELEPHONE, {"forced_colors": "active"}),
    ],
    ids=["computer", "telephone", "dark", "forced-computer", "forced-telephone"],
)
def test_axe_finds_nothing(browser: Browser, home: str, size: tuple[int, int], how: dict[str, Any]) -> None:
    with window(browser, home, size, reduced_motion="reduce", **how) as (page, _):
        found = {"closed": violations(page)}
        launcher(page).click()
        expect(page.locator(".example").first).to_be_visible()
        found["open"] = violations(page)
        ask(page, SEMINAR)
        expect(page.locator(".reply")).to_be_visible()
        found["answered"] = violations(page)
        for summary in page.locator("summary").all():
            summary.click()
        page.get_by_role("button", name=WORDS["useless"], exact=True).click()
        found["sources open"] = violations(page)
        ask(page, UNANSWERED)
        expect(page.locator(".turn").nth(1).locator(".contact")).to_be_visible()
        found["not found"] = violations(page)
        ask(page, "mot " * 300)
        expect(problem(page)).to_be_visible()
        found["error"] = violations(page)
        keep(page, f"widget-{size[0]}-{'-'.join(how.values()) or 'light'}-error")
        assert {state: list_ for state, list_ in found.items() if list_} == {}


@pytest.mark.parametrize(
    ("size", "scale"), [((320, 640), 1), ((640, 450), 2), ((320, 256), 4)], ids=["320", "zoom-200", "zoom-400"]
)
def test_nothing_is_cut_in_a_small_or_zoomed_window(
    browser: Browser, home: str, size: tuple[int, int], scale: int
) -> None:
    with window(browser, home, size, device_scale_factor=scale) as (page, _):
        launcher(page).click()
        ask(page, SEMINAR)
        expect(page.locator(".reply")).to_be_visible()
        for summary in page.locator("summary").all():
            summary.click()
        keep(page, f"widget-{size[0]}x{size[1]}")
        assert sideways(page) <= 0
        wider = "element => element.scrollWidth - element.clientWidth"
        assert [page.locator(part).evaluate(wider) for part in (".panel", ".view", "form")] == [0, 0, 0]
        page.locator(".send").scroll_into_view_if_needed()
        expect(page.locator(".send")).to_be_in_viewport()


def test_nothing_is_fetched_before_it_is_opened_and_nothing_is_kept(browser: Browser, home: str, service: str) -> None:
    with window(browser, home) as (page, heard):
        expect(launcher(page)).to_be_visible()
        first = [address for _, address in heard.requests if address.startswith(service)]
        assert first == [f"{service}/widget.js"]
        launcher(page).click()
        expect(page.locator(".example").first).to_be_visible()
        ask(page, SEMINAR)
        expect(page.locator(".reply")).to_be_visible()
        after = [(method, address.removeprefix(service)) for method, address in heard.requests if service in address]
        assert [one for one in after if one[0] != "OPTIONS"][1:] == [("GET", "/api/suggestions"), ("POST", "/api/ask")]
        assert heard.hosts == {urlsplit(home).netloc, urlsplit(service).netloc}
        assert page.context.cookies() == []
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_on_a_slow_line_the_button_comes_and_the_question_shows_at_once(browser: Browser, home: str) -> None:
    with window(browser, "about:blank") as (page, _):
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        slow = {"offline": False, "latency": 100, "downloadThroughput": 64_000, "uploadThroughput": 64_000}
        line.send("Network.emulateNetworkConditions", slow)
        page.goto(home)
        expect(launcher(page)).to_be_visible()
        launcher(page).click()
        ask(page, SEMINAR)
        expect(page.locator(".question")).to_contain_text(SEMINAR)
        expect(page.locator(".reply .text")).to_contain_text(FOUND)


# ---------------------------------------------------------------------------------------------- bad days


def test_the_server_restarts_in_the_middle(browser: Browser, own: Settings, assistant: Assistant, site: Site) -> None:
    with ExitStack() as first:
        service = first.enter_context(served(built(own, assistant)))
        with window(browser, site.show(host_page(service)), TELEPHONE) as (page, _):
            launcher(page).click()
            ask(page, SEMINAR)
            expect(page.locator(".reply")).to_have_count(1)
            first.close()
            ask(page, "Où s'est tenu le séminaire de 2016 ?")
            expect(problem(page)).to_contain_text(WORDS["error_network"])
            expect(box(page)).to_have_value("Où s'est tenu le séminaire de 2016 ?")
            expect(page.locator(".band .phone")).to_be_visible()
            keep(page, "widget-lost")
            with served(built(own, assistant), port=urlsplit(service).port or 0):
                box(page).press("Enter")
                expect(page.locator(".reply")).to_have_count(2)
                expect(problem(page)).to_be_hidden()


def test_a_site_that_is_not_named_is_told_so_and_where_to_ask(browser: Browser, service: str) -> None:
    with somebody_elses() as other, window(browser, other.show(host_page(service))) as (page, _):
        launcher(page).click()
        expect(problem(page)).to_contain_text(WORDS["error_site"])
        link = problem(page).get_by_role("link", name=WORDS["plain_instead"])
        expect(link).to_have_attribute("href", f"{service}/question")
        keep(page, "widget-not-named")


def test_a_visitor_in_a_hurry_is_told_when_to_try_again_and_the_question_stays(
    browser: Browser, own: Settings, assistant: Assistant, site: Site
) -> None:
    slow = own.model_copy(update={"questions_per_minute": 1})
    with served(built(slow, assistant)) as service, window(browser, site.show(host_page(service))) as (page, _):
        launcher(page).click()
        ask(page, SEMINAR)
        expect(page.locator(".reply")).to_have_count(1)
        ask(page, "Et en 2020 ?")
        expect(problem(page)).to_contain_text(refusal(429))
        expect(problem(page)).to_have_text(re.compile(r"dans \d+\ss\.$"))
        expect(box(page)).to_have_value("Et en 2020 ?")
        expect(page.locator(".turn")).to_have_count(1)
        keep(page, "widget-429")


def test_a_busy_service_is_told_and_the_question_stays(
    browser: Browser, own: Settings, assistant: Assistant, site: Site
) -> None:
    application = built(own, assistant)
    for layer in application.user_middleware:
        if "turnstile" in layer.kwargs:
            layer.kwargs["turnstile"] = Turnstile(at_once=0, waiting=0)
    with served(application) as service, window(browser, site.show(host_page(service))) as (page, _):
        launcher(page).click()
        ask(page, SEMINAR)
        expect(problem(page)).to_contain_text(refusal(503, busy=True))
        expect(page.locator(".example")).to_have_count(5)
        expect(page.get_by_role("button", name=WORDS["again"])).to_be_hidden()
        expect(box(page)).to_have_value(SEMINAR)
        expect(page.locator(".turn")).to_have_count(0)


def test_an_answer_cut_on_its_way_is_told(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):
        headers = {"Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*"}
        body = 'event: searching\ndata: {}\n\nevent: answer\ndata: {"status": "ans'
        page.route("**/api/ask", lambda route: route.fulfill(headers=headers, body=body))
        launcher(page).click()
        ask(page, SEMINAR)
        expect(problem(page)).to_contain_text(WORDS["error_cut"])
        expect(box(page)).to_have_value(SEMINAR)


def test_an_answer_that_never_comes_is_given_up_after_twenty_seconds(browser: Browser, home: str) -> None:
    with window(browser, "about:blank") as (page, _):
        page.clock.install()
        page.goto(home)
        page.route("**/api/ask", lambda _route: None)  # neither answered nor refused
        launcher(page).click()
        ask(page, SEMINAR)
        expect(page.locator(".waiting")).to_be_visible()
        expect(page.locator(".send")).to_have_attribute("aria-disabled", "true")
        page.clock.fast_forward(20_001)
        expect(problem(page)).to_contain_text(WORDS["error_late"])
        expect(box(page)).to_have_value(SEMINAR)


def test_bad_news_do_not_take_the_focus_from_the_page(browser: Browser, home: str) -> None:
    with window(browser, home) as (page, _):

        def cut(route: Route) -> None:
            page.locator("#before").focus()
            route.abort()

        page.route("**/api/ask", cut)
        launcher(page).click()
        expect(page.locator(".example").first).to_be_visible()
        ask(page, SEMINAR)
        expect(problem(page)).to_contain_text(WORDS["error_network"])
        expect(page.locator("#before")).to_be_focused()


def test_a_question_that_is_too_long_is_explained_and_not_lost(browser: Browser, home: str) -> None:
    with window(browser, home, TELEPHONE) as (page, _):
        launcher(page).click()
        box(page).fill("mot " * 300)
        expect(page.locator("#limit")).to_be_visible()
        box(page).press("Enter")
        expect(problem(page)).to_contain_text(sentence("question.too_long", longest="1 000").split(":")[0].strip())
        assert len(box(page).input_value()) >= 1199
        keep(page, "widget-360-too-long")


# ---------------------------------------------------------------------------------------------- other people's pages


def test_the_webmaster_copies_the_line(browser: Browser, service: str) -> None:
    with window(browser, f"{service}/integration?commune=Rue", permissions=["clipboard-write", "clipboard-read"]) as (
        page,
        _,
    ):
        copying = page.locator(".code + button").first
        expect(copying).to_have_text(texts("widget")["integration"]["copy_it"])
        copying.focus()
        page.keyboard.press("Enter")
        expect(copying).to_have_text(texts("widget")["integration"]["copied"])
        expect(page.get_by_role("status").first).to_have_text(texts("widget")["integration"]["copied"])
        assert page.evaluate("navigator.clipboard.readText()") == snippet(service, Options(commune="Rue"))


def test_a_page_with_a_hostile_style_leaves_the_widget_as_it_is(
    browser: Browser, site: Site, home: str, service: str
) -> None:
    hostile = (
        "<style>* { all: unset; font: 40px/3 fantasy !important; color: red !important; direction: rtl !important;"
        " text-transform: uppercase !important; letter-spacing: 9px !important; display: none !important }"
        " html, body { display: block !important; font-size: 62.5% }</style>"
    )
    parts = (".launcher", ".panel", ".example", "textarea", "#title")
    looks: list[list[object]] = []
    for address in (home, site.show(host_page(service, head=hostile))):
        with window(browser, address) as (page, _):
            page.locator(".launcher").click()
            expect(page.locator(".example").first).to_be_visible()
            keep(page, f"widget-hostile-style-{len(looks)}")
            looks.append(
                [
                    page.locator(part).first.evaluate(
                        "element => [element.getBoundingClientRect().toJSON(), ...['font', 'color', 'textTransform',"
                        " 'letterSpacing', 'direction', 'lineHeight'].map(name => getComputedStyle(element)[name])]"
                    )
                    for part in parts
                ]
            )
    assert looks[0] == looks[1]


def test_a_strict_policy_of_the_page_leaves_it_working(browser: Browser, site: Site, service: str) -> None:
    policy = (
        f"default-src 'none'; script-src 'self' {service}; connect-src 'self' {service}; style-src 'self';"
        " img-src 'self'; require-trusted-types-for 'script'"
    )
    address = site.show(host_page(service, 'data-color="#006633"'), {"Content-Security-Policy": policy})
    with window(browser, address) as (page, heard):
        launcher(page).click()
        ask(page, SEMINAR)
        expect(page.locator(".reply .text")).to_contain_text(FOUND)
        expect(page.locator(".band")).to_have_css("background-color", "rgb(0, 102, 51)")
        assert heard.console == []


def test_what_is_typed_is_no_shortcut_of_the_page(browser: Browser, site: Site, service: str) -> None:
    shortcuts = (
        "<script>window.pressed = [];"
        "for (const name of ['keydown', 'keypress', 'keyup'])"
        " document.addEventListener(name, (event) => window.pressed.push(event.key))</script>"
    )
    with window(browser, site.show(host_page(service, head=shortcuts))) as (page, _):
        launcher(page).click()
        box(page).press_sequentially("s")
        expect(box(page)).to_have_value("s")
        page.keyboard.press("Escape")
        expect(page.locator(".panel")).to_be_hidden()
        assert set(page.evaluate("window.pressed")) <= {"Escape"}  # its release, once the button has the focus


def test_loaded_twice_or_late_it_is_one_widget(browser: Browser, site: Site, service: str) -> None:
    twice = host_page(service).replace("</body>", f'<script src="{service}/widget.js"></script></body>')
    late = (
        '<!DOCTYPE html><html lang="fr"><body><h1>Ma commune</h1><script>addEventListener("load", () => {'
        'const script = document.createElement("script");'
        f'script.src = "{service}/widget.js"; script.dataset.title = "Tard"; document.head.append(script)}})'
        "</script></body></html>"
    )
    module = host_page(service, 'type="module" crossorigin data-title="Module"')
    for page_html, title in ((twice, WORDS["title"]), (late, "Tard"), (module, "Module")):
        with window(browser, site.show(page_html)) as (page, heard):
            launcher(page, title).click()
            expect(page.locator(".example").first).to_be_visible()
            expect(page.locator("assistant-somme-numerique")).to_have_count(1)
            assert heard.console == []


def test_the_options_of_the_line_are_followed(browser: Browser, site: Site, service: str) -> None:
    options = (
        'data-title="La fibre chez vous" data-position="left" data-color="#006633" data-commune="Le Crotoy" '
        'data-open="true"'
    )
    address = site.show(host_page(service, options))
    with window(browser, address) as (page, heard):
        expect(page.get_by_role("dialog", name="La fibre chez vous")).to_be_visible()
        assert page.evaluate("document.activeElement.tagName") == "BODY"  # nobody asked for it: the focus stays
        expect(page.locator(".example").first).to_have_text("La fibre est-elle disponible au Crotoy\xa0?")
        placed = page.locator(".panel").bounding_box()
        assert placed
        assert placed["x"] < 40
        expect(page.locator(".band")).to_have_css("background-color", "rgb(0, 102, 51)")
        keep(page, "widget-options")
        page.locator(".example").first.click()
        expect(page.locator(".reply .text")).to_contain_text("Crotoy")
        assert heard.console == heard.warnings == []
    with window(browser, address, TELEPHONE) as (page, _):
        expect(launcher(page, "La fibre chez vous")).to_be_visible()
        expect(page.locator(".panel")).to_be_hidden()


@pytest.mark.parametrize("colour", ["#ffcc00", "#777777", "blue", "url(https://ailleurs.example)"])
def test_a_colour_that_white_cannot_be_read_on_is_refused(
    browser: Browser, site: Site, service: str, colour: str
) -> None:
    with window(browser, site.show(host_page(service, f'data-color="{colour}"'))) as (page, heard):
        expect(launcher(page)).to_have_css("background-color", "rgb(27, 58, 138)")
        assert heard.warnings == [WORDS["console_color"]]


def test_in_english_the_answers_are_said_to_be_french(browser: Browser, site: Site, service: str) -> None:
    english = texts("widget")["en"]
    with window(browser, site.show(host_page(service, 'data-lang="en"'))) as (page, _):
        launcher(page, english["title"]).click()
        expect(page.locator(".notice")).to_contain_text(english["language"])
        expect(page.locator(".place")).to_have_attribute("lang", "en")
        page.get_by_label(english["label"]).fill(SEMINAR)
        page.get_by_role("button", name=english["send"], exact=True).click()
        expect(page.locator(".reply")).to_have_attribute("lang", "fr")
        keep(page, "widget-english")
        assert violations(page) == []


def test_what_a_hostile_document_holds_is_shown_as_text(browser: Browser, own_settings: Settings, site: Site) -> None:
    (own_settings.corpus / "public" / "note.txt").write_text(HOSTILE, encoding="utf-8")
    ingest(own_settings)
    opened = Assistant(own_settings)
    application = built(
        own_settings.model_copy(update={"sites": site.address, "questions_per_minute": 100_000}), opened
    )
    with served(application) as service, window(browser, site.show(host_page(service))) as (page, heard):
        launcher(page).click()
        ask(page, "Combien pèse la girafe numérique ? <img src=y onerror=alert(2)> **gras**")
        expect(page.locator(".reply .text")).to_contain_text("*pèse* <b>douze</b>")
        expect(page.locator(".question")).to_contain_text("<img src=y onerror=alert(2)> **gras**")
        expect(page.locator(".name").first).to_contain_text("**Note** <img src=x onerror=alert(1)>")
        expect(page.locator(".panel :is(img, b, em, code, form form, a[href^='http://ailleurs'])")).to_have_count(0)
        assert heard.console == []
        assert heard.hosts == {urlsplit(service).netloc, urlsplit(site.address).netloc}
    opened.close()


PAYLOADS = (
    "<img src=https://ailleurs.example/a onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "</style><style>*{background:url(https://ailleurs.example/b)}",
    "<form action=https://ailleurs.example><input name=a></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "![x](https://ailleurs.example/c.png) [y](javascript:alert(1))",
    "url(https://ailleurs.example/d)",
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//ailleurs.example/e",
    "https:javascript:alert(1)",
    "tel:+33<b>",
    "{{constructor.constructor('alert(1)')()}}",
)


def replaced(value: object, by: str) -> object:
    """The same JSON with every text replaced."""
    if isinstance(value, dict):
        return {name: replaced(one, by) for name, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, by) for one in value]
    return by if isinstance(value, str) else value


def test_whatever_an_answer_holds_nothing_of_it_runs_or_leads_elsewhere(
    browser: Browser, home: str, service: str
) -> None:
    """Every text of a reply is hostile, addresses included: as if the service itself had been deceived."""
    with window(browser, home) as (page, heard):
        spoken: list[str] = []

        def dismissed(dialog: Dialog) -> None:
            spoken.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismissed)
        asked = [
            page.request.post(f"{service}/api/ask", data={"question": question}).json()
            for question in (SEMINAR, UNANSWERED, "La fibre est-elle disponible à Flixecourt ?")
        ]
        reply = asked[1]  # it has a contact; sources, figures and links come from the others
        reply["shown"]["groups"] += asked[0]["shown"]["groups"] + asked[2]["shown"]["groups"]
        reply["shown"]["links"] = asked[2]["shown"]["links"]
        cases = [(payload, json.dumps(replaced(reply, payload))) for payload in PAYLOADS]
        bodies = iter([f"event: answer\ndata: {body}\n\n" for _, body in cases])
        headers = {"Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*"}
        page.route("**/api/ask", lambda route: route.fulfill(headers=headers, body=next(bodies)))
        launcher(page).click()
        for number, (payload, _) in enumerate(cases, start=1):
            ask(page, payload)
            expect(page.locator(".reply")).to_have_count(number)
        foreign = ":is(img, script, iframe, form form, object, [onerror], [style], [srcdoc])"
        expect(page.locator(f".panel {foreign}")).to_have_count(0)
        links = page.locator(".panel a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        assert [link for link in links if not link.startswith(f"{service}/") and link != "tel:0322222727"] == []
        assert spoken == heard.console == []
        assert heard.hosts == {urlsplit(home).netloc, urlsplit(service).netloc}


# ---------------------------------------------------------------------------------------------- frame, webmasters


def test_the_frame_answers_in_the_sites_of_the_settings_and_nowhere_else(
    browser: Browser, site: Site, service: str
) -> None:
    framing = (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Ma commune</title></head><body>'
        "<h1>Ma commune</h1>"
        f'<iframe src="{service}/integration/cadre" title="Assistant" width="400" height="640"></iframe></body></html>'
    )
    with window(browser, site.show(framing)) as (page, heard):
        frame = page.frame_locator("iframe")
        frame.get_by_label(WORDS["label"]).fill(SEMINAR)
        frame.get_by_role("button", name=WORDS["send"], exact=True).click()
        expect(frame.locator(".reply .text")).to_contain_text(FOUND)
        expect(frame.locator(".launcher, .closer")).to_have_count(0)
        keep(page, "frame")
        assert heard.console == []
    with somebody_elses() as other, window(browser, other.show(framing)) as (page, heard):
        expect(page.frame_locator("iframe").get_by_label(WORDS["label"])).to_have_count(0)
        assert any("frame-ancestors" in said for said in heard.console)


@pytest.mark.parametrize("size", [COMPUTER, TELEPHONE], ids=["computer", "telephone"])
@pytest.mark.parametrize("path", ["/integration", "/integration/cadre"])
def test_the_pages_of_the_service_are_accessible_and_obey_their_policy(
    browser: Browser, service: str, size: tuple[int, int], path: str
) -> None:
    with window(browser, service + path, size, reduced_motion="reduce") as (page, heard):
        expect(page.locator(".launcher, .example").first).to_be_visible()
        keep(page, f"{path.strip('/').replace('/', '-')}-{size[0]}")
        framed = "frame-tested: iframe"  # the frame in the page is the other page of this test
        assert [flaw for flaw in violations(page) if not flaw.startswith(framed)] == []
        assert sideways(page) <= 0
        assert heard.console == []
        assert heard.hosts == {urlsplit(service).netloc}
