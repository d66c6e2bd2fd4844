"""The picture of a quoted page, in a real browser: closed at first, opened from the keyboard, in the chat and without
script.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assistant.answering.assistant import Assistant
from assistant.documents.pictures import WIDTH
from assistant.settings import load_settings
from assistant.wording import sentence
from ingest import ingest
from tests.made_files import HEIGHT, lines, pdf
from tests.test_web_browser import CHROMIUM, ask, browser, keep, looking, sideways
from tests.web_visitor import built, served

__all__ = ["browser"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is missing (apt install chromium)"),
]

QUESTION = "Combien d'écoles la mairie numérique a-t-elle équipées en 2025 ?"
ANSWER = "La mairie numérique a équipé 214 écoles en 2025, dont 37 dans le Vimeu."
REST = (
    "Les équipes du syndicat ont visité chaque commune avant les travaux. Le matériel est prêté",
    "aux communes, qui le gardent six ans ; il est ensuite repris et recyclé par le syndicat.",
    "Les enseignants ont suivi une formation de deux jours, à Amiens, Abbeville ou Péronne.",
)


def _page(title: str, *texts: str) -> object:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(HexColor("#0b3d91"))
        canvas.rect(0, HEIGHT - 60, A4[0], 60, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#0b3d91"))
        lines(title, y=HEIGHT - 110, size=20)(canvas)
        canvas.setFillColor(HexColor("#222222"))
        lines(*texts, y=HEIGHT - 150)(canvas)
        for number, height in enumerate((60, 95, 140, 180)):
            canvas.setFillColor(HexColor("#9db8e8"))
            canvas.rect(90 + number * 110, 300, 70, height, stroke=0, fill=1)

    return draw


REPORT = pdf(
    _page("Rapport d'activité 2025", "Ce rapport présente l'année du syndicat."),  # type: ignore[arg-type]
    _page("Les écoles", ANSWER, *REST),  # type: ignore[arg-type]
    title="Rapport d'activité 2025",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "public").mkdir()
    (corpus / "public" / "rapport.pdf").write_bytes(REPORT)
    changed = {"corpus": corpus, "data": tmp_path_factory.mktemp("data"), "vector_weight": 0.0}
    settings = load_settings().model_copy(update=changed)
    ingest(settings)
    opened = Assistant(settings)
    with served(built(settings, opened)) as found:
        yield found
    opened.close()


def broken_rules(page: Page) -> list[str]:
    """What axe-core finds in the card of the first source, the size of targets among it."""
    script = files("axe_playwright_python") / "axe.min.js"
    page.evaluate(script.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run('.sources .carte', { rules: { 'target-size': { enabled: true } } })")
    assert found["passes"]
    return [rule["id"] for rule in found["violations"]]


def open_by_keyboard(page: Page) -> None:
    """Open the picture of the first source, and see that it comes in the room that was kept for it."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    summary = page.locator(".sources summary").first
    expect(summary).to_have_text(sentence("picture.show", page=2))
    image = page.locator(".sources details img").first
    expect(image).to_be_hidden()
    page.wait_for_timeout(300)
    assert not [path for path in asked if path.startswith("/pieces/")]
    summary.focus()
    page.keyboard.press("Enter")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("image => image.naturalWidth") == WIDTH
    assert [path for path in asked if path.startswith("/pieces/")]
    box = image.bounding_box()
    assert box
    natural = image.evaluate("image => image.naturalHeight / image.naturalWidth")
    assert abs(box["height"] / box["width"] - natural) < 0.02
    assert page.get_by_role("img", name="Page 2 de").count() == 1
    assert broken_rules(page) == []
    assert sideways(page) <= 0


@pytest.mark.parametrize(("size", "scheme"), [("computer", "light"), ("phone", "dark"), ("phone", "light")])
def test_in_the_chat(browser: Browser, address: str, size: str, scheme: str) -> None:
    with looking(browser, address, size, scheme) as (page, heard):
        ask(page, QUESTION)
        expect(page.locator("#tour-1 .sources mark").first).to_contain_text("214 écoles")
        keep(page, f"picture-chat-{size}-{scheme}-closed")
        open_by_keyboard(page)
        page.locator(".sources summary").first.evaluate("summary => summary.scrollIntoView()")
        keep(page, f"picture-chat-{size}-{scheme}-open")
        assert heard.console == []
        assert heard.hosts == {urlsplit(address).netloc}


@pytest.mark.parametrize(("size", "scheme"), [("computer", "light"), ("phone", "dark")])
def test_without_script(browser: Browser, address: str, size: str, scheme: str) -> None:
    with looking(browser, f"{address}/question?q={quote(QUESTION)}", size, scheme) as (page, heard):
        open_by_keyboard(page)
        keep(page, f"picture-plain-{size}-{scheme}")
        page.emulate_media(media="print")
        expect(page.locator(".sources details").first).to_be_hidden()
        assert heard.console == []
        assert heard.hosts == {urlsplit(address).netloc}
