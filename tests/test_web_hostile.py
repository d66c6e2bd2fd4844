"""Documents, and visitors, that try to run or to fetch something in the pages: nothing is run, nothing is asked for.

A hundred payloads stand in the titles, kinds, speakers, addresses and sentences of documents, and are typed as
questions. Each points to a listener, which must hear nothing; that each is seen as text shows that it got there.
"""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Dialog, Frame, FrameLocator, Locator, Page, expect, sync_playwright

from assistant.answering.assistant import Assistant
from assistant.settings import Settings
from assistant.wording import sentence, texts
from ingest import ingest
from tests.hostile_payloads import payloads
from tests.test_web_browser import CHROMIUM, FLAGS, keep
from tests.test_web_widget_browser import host_page, somebody_elses
from tests.web_visitor import built, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

ANIMALS = (
    "girafe", "autruche", "loutre", "marmotte", "pangolin", "tapir", "kangourou", "hippopotame", "chameau", "castor",
    "hérisson", "tortue", "baleine", "pingouin", "zèbre",
)  # fmt: skip
SHOWN = 560  # characters of payloads in a document: a page shows 700 of a passage
# Nothing of this kind is made of a text, wherever it stands.
MADE = (
    "script, img, iframe, object, embed, video, audio, form, input, base, meta, style, marquee, math, table, body *[on]"
)
WIDGET = texts("widget")["fr"]
PATIENCE = 20_000  # milliseconds: two cores may have other work
LATER = 400  # milliseconds, for what would happen a little after


@dataclass(frozen=True)
class Group:
    """A document, the question that brings it, and the tags of the payloads that both carry."""

    name: str
    document: str
    question: str
    tags: tuple[str, ...]


@dataclass
class Heard:
    """What reached the listener, and what the pages did that they should not."""

    address: str = ""
    paths: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def forget(self) -> None:
        """Begin again."""
        for found in (self.paths, self.dialogs, self.console, self.hosts):
            found.clear()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Heard]:
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def heard(self) -> None:
            heard.paths.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_GET = do_POST = do_HEAD = do_OPTIONS = heard  # noqa: N815  # named by the library

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def groups(listener: Heard) -> tuple[Group, ...]:
    parts: list[list[tuple[str, str]]] = [[]]
    for payload, tag in payloads(listener.address):
        if sum(len(text) + 3 for text, _ in parts[-1]) + len(payload) > SHOWN:
            parts.append([])
        parts[-1].append((payload, tag))
    return tuple(group(name, number, part) for number, (name, part) in enumerate(zip(ANIMALS, parts, strict=False), 1))


def group(name: str, day: int, part: list[tuple[str, str]]) -> Group:
    found = [payload for payload, _ in part]
    head = {
        "title": f"Note {found[0]}",
        "kind": f"note {found[-1]}",
        "date": f"2024-01-{day:02}",
        "speaker": f"Jeanne {found[1]}",
        "source_url": f"https://www.sommenumerique.fr/{name}?q={found[2]}",
    }
    lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in head.items())
    body = f"La {name} numérique pèse douze kilos et porte {' ; '.join(found)}."
    question = f"Combien pèse la {name} numérique ? {' '.join(found)}"
    return Group(name, f"---\n{lines}\n---\n{body}\n", question, tuple(tag for _, tag in part))


@pytest.fixture(scope="module")
def site_and_service(
    settings: Settings, groups: tuple[Group, ...], tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[tuple[str, str]]:
    """The address of a page of another site with the widget in it, and the service, over the hostile documents."""
    root = tmp_path_factory.mktemp("hostile")
    public = root / "corpus" / "public"
    public.mkdir(parents=True)
    for one in groups:
        (public / f"{one.name}.txt").write_text(one.document, encoding="utf-8")
    with somebody_elses() as site:
        changed = {"data": root / "data", "corpus": root / "corpus", "vector_weight": 0.0, "sites": site.address,
                   "questions_per_minute": 100_000}  # fmt: skip
        own = settings.model_copy(update=changed)
        report = ingest(own)
        assert report.build is not None
        assert len(report.build.created) == len(groups)
        assistant = Assistant(own)
        with served(built(own, assistant)) as service:
            yield site.show(host_page(service)), service
        assistant.close()


@pytest.fixture(scope="module")
def service(site_and_service: tuple[str, str]) -> str:
    return site_and_service[1]


@contextmanager
def looking(browser: Browser, listener: Heard) -> Iterator[Page]:
    """A window; whatever happens in it that should not is noted with what the listener hears."""
    listener.forget()
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def asked(dialog: Dialog) -> None:
        listener.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", asked)
    page.on("console", lambda said: listener.console.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: listener.console.append(str(error)))
    page.on("request", lambda request: listener.hosts.add(urlsplit(request.url).netloc))
    try:
        yield page
    finally:
        context.close()


def assert_nothing_happened(page: Page, listener: Heard, *addresses: str) -> None:
    """No request but to these addresses; no script; nothing for the Content-Security-Policy to stop, even."""
    page.wait_for_timeout(LATER)
    assert listener.paths == []
    assert listener.dialogs == []
    assert listener.console == []
    assert listener.hosts == {urlsplit(address).netloc for address in addresses}
    assert [frame.url for frame in page.frames if marks(frame)] == []


def marks(frame: Frame) -> str | None:
    found: str | None = frame.evaluate("window.__pwned ?? null")
    return found


def assert_only_text(shown: Locator, tags: tuple[str, ...]) -> None:
    """Each payload is there to be read, and nothing was made of it: no element, no link but to the web or a phone."""
    text = shown.inner_text()
    assert [tag for tag in tags if tag not in text] == []
    expect(shown.locator(MADE)).to_have_count(0)
    links = shown.locator("a").evaluate_all("all => all.map(a => a.href)")
    strange = [link for link in links if not link.startswith(("https://www.sommenumerique.fr/", "tel:"))]
    assert strange == []


def ask_all(where: Page | FrameLocator, groups: tuple[Group, ...]) -> None:
    """Ask each question in the widget, and look at each answer with its sources unfolded."""
    box = where.get_by_label(WIDGET["label"])
    for number, one in enumerate(groups):
        box.fill(one.question)
        box.press("Enter")
        turn = where.locator(".turn").nth(number)
        expect(turn.locator(".sources")).to_contain_text("douze kilos", timeout=PATIENCE)
        turn.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        assert_only_text(turn.locator(".sources"), one.tags)
        assert_only_text(turn.locator(".question"), one.tags)


def test_in_a_page_that_reads_them_as_markup_the_payloads_do_harm(browser: Browser, listener: Heard) -> None:
    """Else the other tests could not fail."""
    found = payloads(listener.address)
    frames = "".join(f'<iframe srcdoc="{html.escape(payload)}"></iframe>' for payload, _ in found)
    with somebody_elses() as site, looking(browser, listener) as page:
        page.goto(site.show(f"<!DOCTYPE html><title>x</title>{frames}"))
        page.wait_for_timeout(LATER)
        ran = {mark for frame in page.frames if (mark := marks(frame))}
    asked = {tag for path in listener.paths for tag in re.findall(r"x\d{3}x", path)}
    assert len(asked) >= 40
    assert len(ran) >= 10
    assert listener.dialogs


def test_the_chat_shows_them_as_text(
    browser: Browser, listener: Heard, service: str, groups: tuple[Group, ...]
) -> None:
    with looking(browser, listener) as page:
        page.goto(service)
        page.locator("#question textarea").wait_for(timeout=PATIENCE)  # before, the page has a form of its own
        for number, one in enumerate(groups, start=1):
            page.get_by_label(sentence("chat.input_label")).fill(one.question)
            page.keyboard.press("Enter")
            turn = page.locator(f"#tour-{number}")
            expect(turn.locator(".sources")).to_contain_text("douze kilos", timeout=PATIENCE)
            assert_only_text(turn.locator(".sources"), one.tags)
            assert_only_text(turn.locator(".question"), one.tags)
        keep(page, "hostile-chat")
        assert_nothing_happened(page, listener, service)


def test_pages_without_script_and_kept_answers_show_them_as_text(
    browser: Browser, listener: Heard, service: str, groups: tuple[Group, ...]
) -> None:
    with looking(browser, listener) as page:
        for one in groups:
            for again in (False, True):
                if again:
                    page.get_by_role("button", name=texts("fr")["question_page"]["keep"]).click()
                    page.wait_for_url("**/reponses/*")
                else:
                    page.goto(f"{service}/question?{urlencode({'q': one.question, 'c': one.question[:200]})}")
                assert_only_text(page.locator("#reponse .sources"), one.tags)
                assert_only_text(page.locator("#reponse .question"), one.tags)
                assert marks(page.main_frame) is None
        keep(page, "hostile-kept")
        assert_nothing_happened(page, listener, service)


def test_the_widget_shows_them_as_text_in_another_site(
    browser: Browser, listener: Heard, site_and_service: tuple[str, str], groups: tuple[Group, ...]
) -> None:
    site, service = site_and_service
    with looking(browser, listener) as page:
        page.goto(site)
        page.get_by_role("button", name=WIDGET["title"], exact=True).click()
        ask_all(page, groups)
        keep(page, "hostile-widget")
        assert_nothing_happened(page, listener, service, site)


def test_the_frame_shows_them_as_text(
    browser: Browser, listener: Heard, service: str, groups: tuple[Group, ...]
) -> None:
    hostile = groups[0].question[:300]
    with looking(browser, listener) as page:
        page.goto(f"{service}/integration/cadre?{urlencode({'title': hostile, 'commune': hostile, 'color': hostile})}")
        ask_all(page, groups[:3])  # by the same script as in another site
        keep(page, "hostile-frame")
        assert_nothing_happened(page, listener, service)


def test_the_interface_answers_with_what_no_browser_reads_as_a_page(
    browser: Browser, listener: Heard, service: str, groups: tuple[Group, ...]
) -> None:
    json_type, stream_type = "application/json", "text/event-stream"
    with httpx.Client(base_url=service, timeout=20) as client, looking(browser, listener) as page:
        for one in groups:
            asked = {"question": one.question}
            reply = client.post("/api/ask", json=asked)
            assert [tag for tag in one.tags if tag not in reply.text] == []
            stream = client.post("/api/ask", json=asked, headers={"Accept": stream_type})
            assert len(re.findall("^event: ", stream.text, re.M)) == 2
            kept = client.post("/api/answers", json={"id": reply.json()["id"]}).json()["id"]
            found = client.get(f"/api/answers/{kept}", headers={"Accept": "text/html"})
            searched = client.get("/api/search", params={"q": one.question}, headers={"Accept": "text/html"})
            for got, expected in ((reply, json_type), (stream, stream_type), (found, json_type), (searched, json_type)):
                assert got.status_code == 200
                assert got.headers["content-type"].partition(";")[0] == expected
                assert got.headers["x-content-type-options"] == "nosniff"
        page.goto(f"{service}/api/answers/{kept}")
        assert groups[-1].tags[0] in page.inner_text("body")
        assert_nothing_happened(page, listener, service)


@pytest.mark.parametrize("path", ["/{}", "/reponses/{}", "/fibre?commune={}&tri={}&epci={}", "/question?c={}&q=fibre"])
def test_what_an_address_carries_is_not_read_as_markup(listener: Heard, service: str, path: str) -> None:
    with httpx.Client(base_url=service, timeout=20) as client:
        for payload, tag in payloads(listener.address)[::7]:
            reply = client.get(path.replace("{}", quote(payload, safe="")), headers={"Accept": "text/html"})
            assert reply.headers["content-type"].startswith("text/html")
            assert payload not in reply.text or not re.search("[<>\"']", payload), tag
