"""The widget's script as it is sent, its frame, and the page that tells webmasters how to put it in theirs."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

from assistant.settings import ROOT
from assistant.web.widget import LANGUAGES, PLACE, Options, frame_snippet, snippet, spoken
from assistant.wording import texts
from tests.test_fibre_pages import variables
from tests.test_wording import leaves
from tests.web_visitor import SITE

pytest_plugins = ["tests.web_fixtures"]

WEB = ROOT / "assistant" / "web"
SCRIPT = (WEB / "widget" / "widget.js").read_text(encoding="utf-8")
WORDS = texts("widget")
BASE = "https://assistant.example.fr"
HOSTILE = """"><script>alert(1)</script><a b='"""


def given(sent: str) -> dict[str, object]:
    """What was written into the script when it was sent."""
    line = next(line for line in sent.splitlines() if line.strip().startswith("const GIVEN = "))
    found: dict[str, object] = json.loads(line.strip().removeprefix("const GIVEN = ").removesuffix(";"))
    return found


def page(client: TestClient, address: str) -> BeautifulSoup:
    reply = client.get(address)
    assert reply.status_code == 200
    return BeautifulSoup(reply.text, "lxml")


def own_script(found: BeautifulSoup) -> Tag:
    """The widget's tag in a page."""
    (script,) = found.select('script[src$="/widget.js"]')
    assert isinstance(script, Tag)
    return script


# ---------------------------------------------------------------------------------------------- words


def test_both_languages_have_the_same_words_and_no_other_table_is_there() -> None:
    assert set(WORDS["fr"]) == set(WORDS["en"])
    assert set(WORDS) == {*LANGUAGES, "integration"}
    placeholders = {key: re.findall(r"\{\w+\}", value) for key, value in WORDS["fr"].items()}
    assert placeholders == {key: re.findall(r"\{\w+\}", value) for key, value in WORDS["en"].items()}


def test_every_word_of_the_widget_is_used_and_none_is_missing() -> None:
    used = set(re.findall(r"\bwords\.([a-z_]+)", SCRIPT))
    (pages,) = re.findall(r"const pages = (.+);", SCRIPT)  # those that the foot links to
    used |= set(re.findall(r'([a-z]+): "', pages))
    frame = set(re.findall(r"\bwords\.([a-z_]+)", (WEB / "templates" / "cadre.html").read_text("utf-8")))
    assert used | frame == set(spoken("fr", has_model=False)) == set(spoken("fr", has_model=True))
    assert WORDS["fr"].keys() - used - frame == {"notice_model", "unrecorded_model"}


def test_what_is_told_of_the_program_goes_with_who_writes() -> None:
    for language in LANGUAGES:
        quoting, writing = (spoken(language, has_model=has_model) for has_model in (False, True))
        assert {key for key in quoting if quoting[key] != writing[key]} == {"notice", "unrecorded"}


def test_every_word_of_the_webmasters_page_is_used() -> None:
    template = (WEB / "templates" / "integration.html").read_text("utf-8")
    layout = (WEB / "templates" / "base.html").read_text("utf-8")
    code = (WEB / "widget.py").read_text("utf-8")
    used = set(re.findall(r"\bwords\.([a-z0-9_]+)", template + layout)) | set(re.findall(r'\["([a-z_]+)"\]', template))
    used |= set(re.findall(r'(?:said|words\("integration"\))\["([a-z_]+)"\]', code))
    assert used == set(WORDS["integration"])


def test_each_option_is_told_and_has_an_example() -> None:
    names = set(Options.__dataclass_fields__)
    assert set(WORDS["integration"]["attributes"]) == set(WORDS["integration"]["examples"]) == names
    read = set(re.findall(r"\boptions\.([a-z]+)", SCRIPT))
    assert read == names


def test_french_words_do_not_break_a_line_before_their_punctuation() -> None:
    said = WORDS["fr"]
    assert not [key for key in leaves(said) if re.search(r" [:;?!%»]|« ", said[key])]


# ---------------------------------------------------------------------------------------------- the script


@pytest.mark.parametrize(
    "sink",
    [
        *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "setHTMLUnsafe", "DOMParser", "srcdoc"),
        *("eval(", "new Function", "import(", "createContextualFragment", "javascript:"),
        *("document.cookie", "localStorage", "sessionStorage", "indexedDB", "caches.", "sendBeacon"),
    ],
)
def test_the_script_makes_no_markup_of_text_and_keeps_nothing(sink: str) -> None:
    assert sink not in SCRIPT


def test_the_script_names_no_host() -> None:
    assert set(re.findall(r"https?://[\w.]+", SCRIPT)) == {"http://www.w3.org"}  # the name of a language, never fetched


def test_the_script_is_sent_with_its_words_its_style_and_the_phone(client: TestClient) -> None:
    reply = client.get("/widget.js")
    assert reply.headers["content-type"].startswith("text/javascript")
    assert PLACE not in reply.text
    sent = given(reply.text)
    assert sent["words"] == {language: spoken(language, has_model=False) for language in LANGUAGES}
    assert sent["style"] == (WEB / "widget" / "widget.css").read_text(encoding="utf-8")
    assert (sent["phone"], sent["phone_link"]) == ("03\xa022\xa022\xa027\xa027", "tel:0322222727")


def test_the_script_is_light(client: TestClient) -> None:
    assert len(gzip.compress(client.get("/widget.js").content)) <= 15_000


def test_a_browser_that_has_the_script_is_not_sent_it_again(client: TestClient) -> None:
    first = client.get("/widget.js")
    assert "max-age=3600" in first.headers["cache-control"]
    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/widget.js", headers={"If-None-Match": '"autre"'})
    assert other.status_code == 200


def test_sites_that_isolate_themselves_may_load_the_script(client: TestClient) -> None:
    assert client.get("/widget.js").headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_colours_are_those_of_the_pages() -> None:
    pages, ours = (variables(path.read_text("utf-8")) for path in (WEB / "page.css", WEB / "widget" / "widget.css"))
    for page_colours, own in zip(pages, ours, strict=True):
        shared = page_colours.keys() & own.keys()
        assert len(shared) >= 10
        assert {name: own[name] for name in shared} == {name: page_colours[name] for name in shared}


# ---------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("path", ["/integration", "/integration/cadre"])
def test_pages_run_no_script_but_our_file(client: TestClient, path: str) -> None:
    policy = client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "unsafe" not in policy
    assert {str(script["src"]) for script in page(client, path).find_all("script")} <= {"/widget.js", "/integration.js"}
    assert not re.search(r"\son\w+=|\sstyle=", client.get(path).text)


@pytest.mark.parametrize("path", ["/integration", "/integration/cadre"])
def test_pages_are_framed_by_the_sites_of_the_settings_alone(client: TestClient, path: str) -> None:
    assert client.get(path).headers["content-security-policy"].endswith(f"frame-ancestors 'self' {SITE}")


def test_the_line_to_paste_carries_the_address_that_was_asked(client: TestClient) -> None:
    found = BeautifulSoup(client.get("/integration", headers={"Host": "assistant.somme.fr"}).text, "lxml")
    shown = [code.text for code in found.select("pre code")]
    line = BeautifulSoup(shown[0], "lxml")
    assert own_script(line)["src"] == "http://assistant.somme.fr/widget.js"
    assert 'href="http://assistant.somme.fr/question"' in shown[0].split("<noscript>")[1]
    assert any(text.startswith("page.footerData.") and shown[0] in text for text in shown)
    assert any("connect-src http://assistant.somme.fr;" in text for text in shown)
    assert not any("\xa0" in text.replace(WORDS["integration"]["plain_link"], "") for text in shown)


def test_the_page_shows_the_options_that_are_tried(client: TestClient) -> None:
    found = page(client, "/integration?color=%23006633&commune=Le+Crotoy&position=left&lang=en&open=true&title=Fibre")
    chosen = {
        "title": "Fibre",
        "color": "#006633",
        "position": "left",
        "lang": "en",
        "commune": "Le Crotoy",
        "open": "true",
    }
    for script in (own_script(found), own_script(BeautifulSoup(found.select("pre code")[0].text, "lxml"))):
        assert {name[5:]: value for name, value in script.attrs.items() if name.startswith("data-")} == chosen
    frame = found.find("iframe")
    assert isinstance(frame, Tag)
    attributes = own_script(page(client, str(frame["src"]))).attrs
    assert {f"data-{name}": value for name, value in chosen.items()}.items() <= attributes.items()


@pytest.mark.parametrize("name", ["title", "color", "commune"])
@pytest.mark.parametrize("path", ["/integration", "/integration/cadre"])
def test_an_option_stays_text(client: TestClient, path: str, name: str) -> None:
    reply = client.get(path, params={name: HOSTILE})
    script = own_script(BeautifulSoup(reply.text, "lxml"))
    assert script[f"data-{name}"] == HOSTILE.strip()
    pasted = BeautifulSoup(snippet(BASE, Options(**{name: HOSTILE})), "lxml")
    assert own_script(pasted)[f"data-{name}"] == HOSTILE


def test_what_means_nothing_is_dropped(client: TestClient) -> None:
    script = own_script(page(client, "/integration?position=haut&lang=de&open=oui&title=%20"))
    assert set(script.attrs) == {"src", "defer"}


def test_an_address_stays_text_in_what_is_pasted() -> None:
    address = 'https://a.fr"><script src="https://b.fr'
    assert html.escape(address) in snippet(address, Options())
    for pasted in (snippet(address, Options()), frame_snippet(address, Options())):
        tags = BeautifulSoup(pasted, "lxml").find_all(["script", "iframe"])
        assert [str(tag["src"]).startswith(address) for tag in tags] == [True]


def test_the_frame_says_where_to_go_without_script(client: TestClient) -> None:
    found = page(client, "/integration/cadre?lang=en")
    assert found.html
    assert found.html["lang"] == "en"
    assert found.select_one("noscript a[href='/question']")


def test_the_stylesheet_of_the_page_is_served(client: TestClient) -> None:
    for sheet in page(client, "/integration").select("link[rel=stylesheet]"):
        assert client.get(str(sheet["href"])).headers["content-type"].startswith("text/css")


def test_the_files_are_installed_with_the_program() -> None:
    packaged = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert {path.suffix for path in Path(WEB / "widget").iterdir()} == {".js", ".css"}
    assert '"web/widget/*"' in packaged


def test_an_option_stays_on_its_line_of_an_example(client: TestClient) -> None:
    page = client.get("/integration", params={"title": "Aide\npage.includeJSFooter.a=https://e.fr/x.js"}).text
    assert "Aide page.includeJSFooter" in page
    assert "Aide\n" not in page
