"""The page of the chat as it comes over the line: before any script, and the files that it names."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import brotli
import gradio
import pytest
from starlette.testclient import TestClient

from assistant.web.chat_source import HOST, first_files
from assistant.wording import sentence

pytest_plugins = ["tests.web_fixtures"]

FOLDER = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"


class Read(HTMLParser):
    """The tags of a page with their attributes, and its text outside scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open not in ("script", "style"):
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def source(client: TestClient) -> Read:
    return Read(client.get("/").text)


def test_the_source_says_its_language_and_title_and_nothing_of_gradio(source: Read) -> None:
    assert source.all("html")[0]["lang"] == "fr"
    assert sentence("chat.page_title") in source.text
    names = [one.get("property") or one.get("name") for one in source.all("meta")]
    assert sorted(filter(None, names)) == ["color-scheme", "description", "viewport"]
    assert "manifest" not in [one.get("rel") for one in source.all("link")]
    assert "Gradio" not in source.text


def test_the_source_can_be_asked_without_any_script(source: Read) -> None:
    assert [form["action"] for form in source.all("form")] == ["/question"]
    field = source.all("input")[0]
    assert field["name"] == "q"
    assert field["id"] in [label["for"] for label in source.all("label")]
    assert "programme" in source.text
    assert "tel:0322222727" in [link["href"] for link in source.all("a")]
    assert source.tags.index(("noscript", {})) > 0
    assert [len(source.all(tag)) for tag in ("h1", "main", "header")] == [1, 1, 1]


def test_the_source_leads_to_the_other_pages(source: Read) -> None:
    assert {"/fibre", "/question", "/accessibilite", "/vie-privee"} <= {link["href"] for link in source.all("a")}


def test_nothing_in_the_source_comes_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    assert "iframeResizer.contentWindow" not in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)


def test_the_files_that_the_page_announces_are_there(client: TestClient, source: Read) -> None:
    announced = {
        str(link["href"]).removeprefix("./")
        for link in source.all("link")
        if link["rel"] in ("preload", "modulepreload")
    }
    assert len(announced) > 30
    for path in announced:
        assert client.get(f"/{path}").status_code == 200, path


def test_a_list_of_files_for_another_gradio_announces_nothing(tmp_path: Path) -> None:
    assert first_files(tmp_path) == []
    assert len(first_files(FOLDER)) > 30


@pytest.mark.parametrize(("accepted", "named"), [("gzip, deflate, br", "br"), ("gzip;q=1.0", "gzip"), ("", None)])
def test_a_file_comes_as_the_browser_reads_it_and_stays_there(
    client: TestClient, accepted: str, named: str | None
) -> None:
    name = first_files(FOLDER)[0]
    with client.stream("GET", f"/assets/{name}", headers={"Accept-Encoding": accepted}) as reply:
        raw = b"".join(reply.iter_raw())
    content = {"br": brotli.decompress, "gzip": gzip.decompress}.get(named or "", bytes)(raw)
    assert content == (FOLDER / name).read_bytes()
    assert reply.headers.get("content-encoding") == named
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/assets/absent.js", "/assets/..%2findex.html", "/assets/../index.html"])
def test_nothing_beside_the_files_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


def test_the_page_is_compressed_and_asked_for_again(client: TestClient) -> None:
    with client.stream("GET", "/", headers={"Accept-Encoding": "br"}) as reply:
        raw = b"".join(reply.iter_raw())
    assert brotli.decompress(raw).decode() == client.get("/", headers={"Accept-Encoding": "identity"}).text
    assert int(reply.headers["content-length"]) == len(raw) < 20_000
    assert reply.headers["cache-control"] == "no-cache"
    assert "Content-Security-Policy" in reply.headers


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": {"Host": "autre.example"}},
        {"headers": {"X-Forwarded-Host": "autre.example", "X-Forwarded-Proto": "https", "X-Gradio-Server": "a"}},
        {"headers": {"Cookie": "a=autre.example", "Accept-Language": "autre.example"}},
        {"params": {"page": "autre.example", "deep_link": "autre.example", "all_endpoints": "1", "view": "api"}},
    ],
    ids=["host", "proxy", "cookie", "query"],
)
def test_the_page_is_the_same_whatever_the_address_and_the_headers_say(
    client: TestClient, asked: dict[str, dict[str, str]]
) -> None:
    """It is compressed once: a visitor cannot have it made again."""
    page = client.get("/")
    again = client.get("/", **asked)  # type: ignore[arg-type]  # headers or params
    assert (again.status_code, again.text) == (200, page.text)
    assert '"root":location.origin' in page.text
    assert HOST not in page.text


def test_the_page_answers_a_head(client: TestClient) -> None:
    assert client.head("/").status_code == 200
