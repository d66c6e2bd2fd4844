"""A real site on loopback, after the syndicate's: TYPO3, tt_news, linked files, and what the web does to a crawler.

By hand: `python -m tests.local_site 8765`; the `sources.toml` that follows it is printed.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from pptx import Presentation

from assistant.settings import ROOT
from tests.made_files import deck, lines, minutes, pdf

NEWS = "/actualites/detail?tx_ttnews%5Btt_news%5D={number}&cHash={hash}"
SEMINAR, COMMUNIQUE = 194, 223
HASHES = {SEMINAR: "d6e797b738f08dc46c8120a17a42fb90", COMMUNIQUE: "b7ade6fa00276c0b5d1555d152f8db4e"}
SLIDE_7 = "À Hallencourt, 312 familles lisent le cahier de liaison numérique chaque semaine."
TYPES = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
FILES = "/fileadmin/user_upload/seminaire2016/"
LINKED = {
    "Philippe VARLET": "varlet.pdf",
    "Jerôme DEPRES": "depres.pptx",
    "Mathieu PERRAIN": "perrain.pdf",
    "Olivier DELESALLE": "delesalle.pptx",
    "Jean Michel SOULIER": "soulier.docx",
}
FRAME = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{title} - Somme numérique</title>{head}</head>
<body id="p{page}">
<div id="header"><p class="slogan">Réseau public pour les communications numériques</p>
<ul class="menu"><li><a href="/">Accueil</a></li><li><a href="/actualites">Actualités</a></li>
<li><a href="/mentions-legales">Mentions légales</a></li><li><a href="mailto:contact@example.org">Écrire</a></li>
</ul></div>
<div id="coordonnees"><p>Somme numérique</p><p>43 avenue d'Italie<br>80090 Amiens</p>
<p>Tél. : 03 22 22 27 27<br>Fax : 03 22 22 03 57</p><p><a href="/plan.pdf">Télécharger<br>le plan d'accès</a></p></div>
<div id="content">{content}</div>
<div id="footer"><p>Somme numérique 2024</p></div>
</body></html>"""


@dataclass(frozen=True)
class Answer:
    """What the site says at an address. `stream` writes the body itself, for bodies that misbehave."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[[BaseHTTPRequestHandler], None] | None = None


def page(content: str, title: str = "Page", head: str = "", number: int = 1) -> Answer:
    """A page in the site's frame."""
    body = FRAME.format(title=title, head=head, content=content, page=number).encode()
    return Answer(body, headers={"Content-Type": "text/html; charset=utf-8"})


def moved(location: str, status: int = 301) -> Answer:
    """A redirect."""
    return Answer(b"", status, {"Location": location})


def linked_file(body: bytes, kind: str) -> Answer:
    """A file with its type."""
    return Answer(body, headers={"Content-Type": TYPES[kind]})


def news_url(number: int, style: int = 0) -> str:
    """The address of a news, in one of the ways in which pages write it."""
    checksum = HASHES.get(number, sha256(str(number).encode()).hexdigest()[:32])
    return (
        NEWS.format(number=number, hash=checksum),
        f"/actualites/detail?tx_ttnews[tt_news]={number}&cHash={checksum}",
        f"/actualites/detail?cHash={checksum}&tx_ttnews%5btt_news%5d={number}&no_cache=1",
    )[style % 3]


@cache
def depres_deck() -> bytes:
    """Nine slides; the seventh holds SLIDE_7."""
    presentation = Presentation()
    presentation.core_properties.title = "Les ENT, un outil pour les parents"
    for number in range(1, 10):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = "Ce que les parents en disent" if number == 7 else f"Étape {number} du projet"
        slide.placeholders[1].text_frame.text = SLIDE_7 if number == 7 else f"L'étape {number} concerne les écoles."
    file = BytesIO()
    presentation.save(file)
    return file.getvalue()


def speech(*texts: str) -> bytes:
    """A PDF without a date of making: the same bytes each time."""
    return pdf(lines(*texts), invariant=1)


@cache
def files() -> dict[str, bytes]:
    """The files that the seminar's page links to."""
    return {
        "varlet.pdf": speech("Mesdames, messieurs, bienvenue à Vironchaux.", "Le numérique est une chance pour nous."),
        "depres.pptx": depres_deck(),
        "perrain.pdf": speech("Avancement du schéma directeur.", "La montée en débit est presque achevée."),
        "delesalle.pptx": deck("L'emploi et la fibre"),
        "soulier.docx": minutes("Le groupe COVAGE"),
    }


def document_html(name: str) -> str:
    """A document of the corpus as its page's HTML, its frame left out, « ici » linked to the files."""
    text = (ROOT / "corpus" / "public" / name).read_text("utf-8").split("---", 2)[2]
    text = text.split("le plan d'accès", 1)[1].removesuffix("Somme numérique 2024").strip()
    title, *paragraphs = [html.escape(piece.strip(), quote=False) for piece in text.split("\n\n") if piece.strip()]
    body = f"<h1>{title}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    for speaker, file in LINKED.items():
        body = re.sub(rf"({speaker}) ici", rf'\1 <a href="{FILES}{file}">ici</a>', body, count=1)
    body = re.sub(r"\s*•\s*", "<br>• ", body)
    return body.replace("la note ci-jointe", '<a href="/uploads/media/note_ent.pdf">la note ci-jointe</a>', 1)


def news_page(number: int) -> Answer:
    """A news: one of the two real ones, or a short one."""
    names = {
        SEMINAR: "2016-11-18_seminaire-amenagement-numerique.txt",
        COMMUNIQUE: "2020-04_communique-coronavirus.txt",
    }
    if number in names:
        return page(document_html(names[number]), "Actualité", number=number)
    return page(
        f"<h1>ACTUALITE NUMERO {number}</h1><p>Les travaux de la fibre avancent dans le canton numéro {number}.</p>",
        f"Actualité {number}",
    )


class Site:
    """The site's pages, which tests change, and what was asked of it. `numbers` are the news, newest first."""

    def __init__(self, port: int = 0) -> None:
        self.numbers = [COMMUNIQUE, 210, 209, SEMINAR, 180, 179]
        self.per_page = 2
        self.robots = Answer(b"User-agent: *\nDisallow: /prive/\nDisallow: /typo3/\n")
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.statuses: Counter[int] = Counter()
        self.failures: dict[str, list[Answer]] = {}  # answers given first, one after the other
        self.stop = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"

    def answer(self, target: str) -> Answer:
        """What a request target is answered with."""
        if self.failures.get(target):
            return self.failures[target].pop(0)
        if target in self.pages:
            return self.pages[target]
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        if parts.path == "/robots.txt":
            return self.robots
        if parts.path == "/actualites/detail" and "tx_ttnews[tt_news]" in query:
            return self._news(int(query["tx_ttnews[tt_news]"][0]))
        if parts.path == "/actualites":
            return self._list(int(query.get("tx_ttnews[pointer]", ["0"])[0]))
        return self._other(parts.path)

    def _news(self, number: int) -> Answer:
        key = f"tt_news={number}"
        if key in self.pages:
            return self.pages[key]
        return news_page(number) if number in self.numbers else Answer(b"404", 404)

    def _list(self, pointer: int) -> Answer:
        """A page of the list; past its end, an empty one that still has a following page, as TYPO3 gives."""
        shown = self.numbers[pointer * self.per_page : (pointer + 1) * self.per_page]
        items = "".join(
            f'<li><a href="{html.escape(news_url(number, style))}">Actualité {number}</a></li>'
            for style, number in enumerate(shown)
        )
        pointers = (pointer - 1, pointer + 1) if pointer else (1,)
        pager = "".join(f'<a href="/actualites?tx_ttnews%5Bpointer%5D={n}&amp;cHash=ab{n}">{n}</a> ' for n in pointers)
        return page(f"<h1>Actualités</h1><ul>{items}</ul><p class='pager'>{pager}</p>", "Actualités")

    def _other(self, path: str) -> Answer:
        if path == "/":
            return page('<h1>Bienvenue</h1><p><a href="/actualites">Toutes les actualités</a></p>', "Accueil")
        if path == "/sitemap.xml":
            return self._sitemap()
        if path.startswith(FILES) and path.removeprefix(FILES) in files():
            return linked_file(files()[path.removeprefix(FILES)], path.rsplit(".", 1)[1])
        if path == "/uploads/media/note_ent.pdf":
            return linked_file(speech("Bilan du mois de mars.", "1 780 781 connexions en mars 2020."), "pdf")
        return Answer(b"404", 404)

    def _sitemap(self) -> Answer:
        addresses = "".join(f"<url><loc>{self.url}{html.escape(news_url(n))}</loc></url>" for n in self.numbers[:2])
        body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{addresses}</urlset>'
        return Answer(body.encode(), headers={"Content-Type": "application/xml"})

    def times_asked(self, piece: str) -> int:
        """How many requests had this in their target."""
        return sum(piece in target for target in self.asked)

    def forget(self) -> None:
        """Count from here."""
        self.asked.clear()
        self.headers.clear()
        self.statuses.clear()


def drip(seconds: float = 30.0, headers_too: bool = False) -> Answer:
    """A page that comes one byte at a time."""

    def stream(handler: BaseHTTPRequestHandler) -> None:
        wait = getattr(handler, "stop").wait  # noqa: B009  # set by _handler, unknown to the library's type
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n"
        handler.wfile.write(head if headers_too else head + b"\r\n")
        end = time.monotonic() + seconds
        while time.monotonic() < end and not wait(0.02):
            handler.wfile.write(b"X-A: b\r\n" if headers_too else b"a")
            handler.wfile.flush()

    return Answer(stream=stream)


def huge(size: int, content_type: str = "text/html", declared: bool = False) -> Answer:
    """A body of `size` bytes, its length told or not."""

    def stream(handler: BaseHTTPRequestHandler) -> None:
        length = f"Content-Length: {size}\r\n" if declared else ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{length}Connection: close\r\n\r\n"
        handler.wfile.write(head.encode())
        for _ in range(size // 10_000):
            handler.wfile.write(b"<p>mot</p>" * 1000)

    return Answer(stream=stream)


def bomb(megabytes: int = 50, encoding: str = "gzip") -> Answer:
    """A small answer that becomes a large page."""
    body = gzip.compress(bytes(megabytes * 1_000_000))
    return Answer(body, headers={"Content-Type": "text/html", "Content-Encoding": encoding})


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        stop = site.stop

        def do_GET(self) -> None:  # the library's name
            site.asked.append(self.path)
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            try:
                self._say(site.answer(self.path))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _say(self, answer: Answer) -> None:
            if answer.stream:
                answer.stream(self)
                self.close_connection = True
                return
            etag = f'"{sha256(answer.body).hexdigest()[:16]}"'
            same = answer.status == 200 and self.headers.get("If-None-Match") == etag
            status = 304 if same else answer.status
            site.statuses[status] += 1
            self.send_response(status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("ETag", etag)
            self.send_header("Set-Cookie", "PHPSESSID=piege; Path=/")
            self.send_header("Content-Length", "0" if same else str(len(answer.body)))
            self.end_headers()
            if not same:
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests count."""

    return Handler


def sources(site: Site, **changes: object) -> dict[str, object]:
    """What `sources.toml` would say of the site."""
    entry: dict[str, object] = {
        "name": "Somme Numérique", "start": [f"{site.url}/", f"{site.url}/actualites"], "hosts": ["127.0.0.1"],
        "intranet": [site.host], "delay_seconds": 0, "key_parameter": "tx_ttnews[tt_news]",
        "follow": [
            {"url": r"/(fileadmin|uploads)/.*\.(pdf|pptx|docx)$", "role": "document", "kind": "document joint"},
            {"url": r"tx_ttnews\[tt_news\]=\d+", "role": "document", "kind": "actualité"},
            {"url": r"/actualites(\?.*tx_ttnews\[pointer\]=\d+.*)?$", "role": "list"},
            {"url": r"/pages/", "role": "document", "kind": "page"},
            {"url": r"/agenda", "role": "list"},
        ],
    }  # fmt: skip
    return {"contact": "essai@example.org", "site": [entry | changes]}


def sources_toml(site: Site, **changes: object) -> str:
    """The same, as the file says it: values are JSON, which TOML reads."""
    said = sources(site, **changes)
    text = [f"contact = {json.dumps(said['contact'])}"]
    for entry in said["site"]:  # type: ignore[attr-defined]
        for heading, table in (("[[site]]", entry), *(("[[site.follow]]", rule) for rule in entry["follow"])):
            text.append(heading)
            text += [f"{name} = {json.dumps(value)}" for name, value in table.items() if name != "follow"]
    return "\n".join(text) + "\n"


@contextmanager
def running(port: int = 0) -> Iterator[Site]:
    """The site, answering."""
    site = Site(port)
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        site.stop.set()
        site.server.shutdown()
        thread.join()
        site.server.server_close()


if __name__ == "__main__":
    with running(int(sys.argv[1]) if len(sys.argv) > 1 else 8765) as opened:
        print(f"# {opened.url}/  (Ctrl-C)\n{sources_toml(opened)}", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
