"""One address → its bytes, from a real server that misbehaves."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from assistant.crawl.fetch import Download, Fetcher, FetchLimits, Known
from assistant.crawl.inflate import STEP, Inflater
from assistant.crawl.pace import Pace
from assistant.crawl.sources import Site, Sites
from assistant.models import FetchFailed, FetchGone, FetchRefused
from tests import local_site
from tests.local_site import Answer, bomb, drip, huge, moved, page, running, sources

LIMITS = FetchLimits(seconds=5, html=200_000, document=400_000)


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def pace(self) -> Pace:
        return Pace(lambda: self.time, self.sleep)


@pytest.fixture(scope="module")
def server() -> Iterator[local_site.Site]:
    with running() as opened:
        yield opened


@pytest.fixture
def web(server: local_site.Site) -> local_site.Site:
    server.forget()
    server.pages.clear()
    server.failures.clear()
    return server


@pytest.fixture
def site(web: local_site.Site) -> Site:
    return Sites.model_validate(sources(web)).site[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(clock: Clock) -> Iterator[Fetcher]:
    with Fetcher("Essai/1.0 (+essai@example.org)", LIMITS, clock.pace()) as opened:
        yield opened


def get(fetcher: Fetcher, web: local_site.Site, site: Site, path: str, known: Known | None = None) -> Download:
    return fetcher.fetch(web.url + path, site, lambda _: None, known)


def test_a_page_comes_with_what_was_said_of_it(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    download = get(fetcher, web, site, "/")
    assert download.body == web.answer("/").body
    assert (download.suffix, download.charset, download.url) == (".html", "utf-8", f"{web.url}/")
    assert web.headers[0]["user-agent"] == "Essai/1.0 (+essai@example.org)"
    assert web.headers[0]["host"] == web.host


def test_what_did_not_change_is_not_sent_again(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    first = get(fetcher, web, site, "/")
    again = get(fetcher, web, site, "/", Known(first.url, first.etag, "Fri, 18 Nov 2016 09:00:00 GMT"))
    assert again.body is None
    assert web.statuses[304] == 1
    assert web.headers[1]["if-modified-since"] == "Fri, 18 Nov 2016 09:00:00 GMT"


def test_a_mark_that_cannot_be_sent_back_is_not(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    assert get(fetcher, web, site, "/", Known(f"{web.url}/", '"é"', None)).body
    assert "if-none-match" not in web.headers[0]


def test_no_cookie_is_kept(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    get(fetcher, web, site, "/")
    get(fetcher, web, site, "/actualites")
    assert not any("cookie" in headers for headers in web.headers)


def test_a_chain_of_redirects_is_followed(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    web.pages |= {f"/saut{n}": moved(f"/saut{n + 1}", (301, 302, 303, 307, 308)[n % 5]) for n in range(5)}
    web.pages["/saut5"] = page("<p>Arrivée</p>")
    judged: list[str] = []
    download = fetcher.fetch(f"{web.url}/saut0", site, judged.append)
    assert download.url == f"{web.url}/saut5"
    assert judged == [f"{web.url}/saut{n}" for n in range(6)]


REDIRECTS = {
    "a loop": ("/boucle2", "redirect_loop"),
    "another port of this machine": ("http://127.0.0.1:9/", "port"),
    "this machine": ("http://127.0.0.1/", "address_private"),
    "the cloud's metadata": ("http://169.254.169.254/latest/meta-data/", "host"),
    "another site": ("https://ailleurs.fr/", "host"),
    "a file": ("file:///etc/passwd", "scheme"),
    "no address at all": ("http://[x", "syntax"),
    "a name and a password": ("http://a:b@127.0.0.1/", "userinfo"),
}


@pytest.mark.parametrize(("target", "rule"), REDIRECTS.values(), ids=list(REDIRECTS))
def test_a_redirect_is_judged_like_any_address(
    fetcher: Fetcher, web: local_site.Site, site: Site, target: str, rule: str
) -> None:
    web.pages |= {"/boucle": moved(target), "/boucle2": moved("/boucle")}
    with pytest.raises(FetchRefused) as caught:
        get(fetcher, web, site, "/boucle")
    assert caught.value.rule == rule
    assert set(web.asked) <= {"/boucle", "/boucle2"}


def test_a_redirect_is_judged_by_robots_too(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    web.pages["/porte"] = moved("/prive/x")

    def judge(url: str) -> None:
        if "/prive/" in url:
            raise FetchRefused(url, "robots", "")

    with pytest.raises(FetchRefused, match="prive"):
        fetcher.fetch(f"{web.url}/porte", site, judge)
    assert web.asked == ["/porte"]


def test_six_redirects_are_too_many(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    web.pages |= {f"/saut{n}": moved(f"/saut{n + 1}") for n in range(10)}
    with pytest.raises(FetchRefused) as caught:
        get(fetcher, web, site, "/saut0")
    assert caught.value.rule == "redirects"
    assert len(web.asked) == 6


HTML = {"Content-Type": "text/html"}
REFUSED = {
    "a huge page": (huge(50_000_000), "size"),
    "a huge page that says so": (huge(50_000_000, declared=True), "size"),
    "a huge file": (huge(50_000_000, "application/pdf"), "size"),
    "a gzip bomb": (bomb(50), "size"),
    "a bomb in a bomb": (bomb(5, "gzip, gzip"), "encoding"),
    "brotli": (Answer(b"x", headers=HTML | {"Content-Encoding": "br"}), "encoding"),
    "gzip cut short": (
        Answer(gzip.compress(b"mot" * 999)[:-9], headers=HTML | {"Content-Encoding": "gzip"}),
        "damaged",
    ),
    "no gzip at all": (Answer(b"<p>mot", headers=HTML | {"Content-Encoding": "gzip"}), "damaged"),
    "a picture": (Answer(b"x", headers={"Content-Type": "image/png"}), "type"),
    "a program": (Answer(b"x", headers={"Content-Type": "application/x-msdownload"}), "type"),
    "an unknown file": (Answer(b"x", headers={"Content-Type": "application/octet-stream"}), "type"),
    "nothing said": (Answer(b"x"), "type"),
}


@pytest.mark.parametrize(("answer", "rule"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_taken_is_refused_by_name(
    fetcher: Fetcher, web: local_site.Site, site: Site, answer: Answer, rule: str
) -> None:
    web.pages["/piege"] = answer
    with pytest.raises(FetchRefused) as caught:
        get(fetcher, web, site, "/piege")
    assert caught.value.rule == rule
    assert len(web.asked) == 1


OK = b"HTTP/1.1 200 OK\r\n"
PAGE = OK + b"Content-Type: text/html\r\n"
NONSENSE = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "bytes": bytes(range(256)) * 4,
    "only a page": b"<html>HTTP/0.9</html>",
    "a number that is none": b"HTTP/1.1 deux OK\r\n\r\n",
    "headers without end": OK + b"X: " + b"a" * 300_000,
    "a header of two lines": OK + b"X: a\r\n b\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nmot",
    "a negative length": PAGE + b"Content-Length: -1\r\n\r\nmot",
    "two lengths": PAGE + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nmot",
    "a body cut short": PAGE + b"Content-Length: 300\r\n\r\nmot",
    "bad chunks": PAGE + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nmot\r\n",
    "a redirect to nowhere": b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n",
    "a redirect in Latin-1": b"HTTP/1.1 301 Moved\r\nLocation: //\xe9\xff/\r\nContent-Length: 0\r\n\r\n",
    "not changed": b"HTTP/1.1 304 Not Modified\r\nContent-Type: \xe9\r\n\r\n",
    "a part": b"HTTP/1.1 206 Partial\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nmot",
    "a type of nonsense": OK + b"Content-Type: ;;=\xe9;charset*=x'y'%zz\r\nContent-Length: 3\r\n\r\nmot",
    "a name of nonsense": OK
    + b"Content-Type: application/octet-stream\r\nContent-Disposition: a; filename*=\xe9'x'%ff\r\n\r\nmot",
    "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "only wait": b"HTTP/1.1 103 Early Hints\r\n\r\n",
}


def raw(data: bytes) -> Answer:
    def stream(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(data)

    return Answer(stream=stream)


@pytest.mark.parametrize("data", NONSENSE.values(), ids=list(NONSENSE))
def test_nonsense_is_one_refusal(web: local_site.Site, site: Site, clock: Clock, data: bytes) -> None:
    web.pages["/page"] = raw(data)
    with Fetcher("Essai", FetchLimits(seconds=2, tries=2), clock.pace()) as fetcher:
        try:
            assert get(fetcher, web, site, "/page").body in (None, b"mot")
        except FetchRefused as error:
            assert error.reason
        assert get(fetcher, web, site, "/").body  # and the next page is read


COMPRESSED = {
    "gzip": ("gzip", gzip.compress(b"<p>mot</p>")),
    "two gzips": ("gzip", gzip.compress(b"<p>mot") + gzip.compress(b"</p>")),
    "deflate": ("deflate", zlib.compress(b"<p>mot</p>")),
    "deflate without its wrapper": ("deflate", zlib.compress(b"<p>mot</p>", wbits=-15)),
    "identity": ("identity", b"<p>mot</p>"),
}


@pytest.mark.parametrize(("encoding", "body"), COMPRESSED.values(), ids=list(COMPRESSED))
def test_compressed_pages_are_read(
    fetcher: Fetcher, web: local_site.Site, site: Site, encoding: str, body: bytes
) -> None:
    web.pages["/page"] = Answer(body, headers=HTML | {"Content-Encoding": encoding})
    assert get(fetcher, web, site, "/page").body == b"<p>mot</p>"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw"])
@pytest.mark.parametrize("size", [1, STEP - 1, STEP, STEP + 1, STEP * 3, 199_999])
def test_a_body_of_any_size_comes_whole(encoding: str, size: int) -> None:
    body = bytes(size)
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body, wbits=-15 if encoding == "raw" else 15)
    for step in (1, 7, 100_000):
        inflater = Inflater("gzip" if encoding == "gzip" else "deflate", 200_000)
        for start in range(0, len(packed), step):
            inflater.feed(packed[start : start + step])
        assert inflater.finish() == body


TYPES = {
    "a type in capitals": ("Text/HTML; Charset=ISO-8859-1", "/x", "", ".html"),
    "a slide show": (local_site.TYPES["pptx"], "/x", "", ".pptx"),
    "a sheet": ("application/vnd.oasis.opendocument.spreadsheet", "/x", "", ".ods"),
    "an unsaid type, named in the address": ("application/octet-stream", "/x.PPTX?v=2", "", ".pptx"),
    "an unsaid type, named in the answer": (
        "application/force-download",
        "/x",
        'attachment; filename="a.docx"',
        ".docx",
    ),
    "text called .pdf": ("text/plain", "/x.pdf", "", ".txt"),
}


@pytest.mark.parametrize(("said", "path", "disposition", "suffix"), TYPES.values(), ids=list(TYPES))
def test_the_type_decides_the_format(
    fetcher: Fetcher, web: local_site.Site, site: Site, said: str, path: str, disposition: str, suffix: str
) -> None:
    web.pages[path] = Answer(b"x", headers={"Content-Type": said, "Content-Disposition": disposition or "inline"})
    assert get(fetcher, web, site, path).suffix == suffix


@pytest.mark.parametrize("answer", [drip(), drip(headers_too=True)], ids=["a slow body", "slow headers"])
def test_a_drip_ends_with_the_time(web: local_site.Site, site: Site, clock: Clock, answer: Answer) -> None:
    web.pages["/goutte"] = answer
    limits = FetchLimits(seconds=0.3, tries=2)
    with Fetcher("Essai", limits, clock.pace()) as fetcher, pytest.raises(FetchFailed) as caught:
        get(fetcher, web, site, "/goutte")
    assert caught.value.rule == "time"
    assert web.asked == ["/goutte", "/goutte"]


def test_a_slow_name_ends_with_the_time(
    web: local_site.Site, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: web.stop.wait(0.6) or [])
    limits = FetchLimits(seconds=0.2, tries=1)
    with Fetcher("Essai", limits, clock.pace()) as fetcher, pytest.raises(FetchFailed) as caught:
        get(fetcher, web, site, "/")
    assert caught.value.rule == "time"
    assert web.asked == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(
    fetcher: Fetcher, web: local_site.Site, site: Site, clock: Clock, status: int
) -> None:
    web.failures["/"] = [Answer(b"", status), Answer(b"", status)]
    assert get(fetcher, web, site, "/").body
    assert len(web.asked) == 3
    assert clock.slept == [1.0, 2.0]


def test_three_tries_are_enough(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    web.pages["/panne"] = Answer(b"", 503)
    with pytest.raises(FetchFailed) as caught:
        get(fetcher, web, site, "/panne")
    assert caught.value.rule == "status 503"
    assert "503" in caught.value.reason
    assert len(web.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 451, 501])
def test_what_will_not_pass_is_asked_once(fetcher: Fetcher, web: local_site.Site, site: Site, status: int) -> None:
    web.pages["/non"] = Answer(b"", status)
    with pytest.raises(FetchFailed) as caught:
        get(fetcher, web, site, "/non")
    assert caught.value.rule == f"status {status}"
    assert len(web.asked) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_told_apart(fetcher: Fetcher, web: local_site.Site, site: Site, status: int) -> None:
    web.pages["/parti"] = Answer(b"", status)
    with pytest.raises(FetchGone):
        get(fetcher, web, site, "/parti")
    assert len(web.asked) == 1


def later(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("7", 7, 7), ("3600", 60, 60), (later(3600), 60, 60), ("bientôt".encode("latin-1").decode("latin-1"), 1, 1)],
    ids=["seconds", "an hour", "a date", "nonsense"],
)
def test_a_server_says_when_to_come_back(
    fetcher: Fetcher, web: local_site.Site, site: Site, clock: Clock, asked: str, least: float, most: float
) -> None:
    web.failures["/"] = [Answer(b"", 503, {"Retry-After": asked})]
    get(fetcher, web, site, "/")
    assert least <= clock.slept[0] <= most


def test_a_server_that_hangs_up_is_asked_again(fetcher: Fetcher, web: local_site.Site, site: Site) -> None:
    web.failures["/"] = [Answer(stream=lambda _: None)]
    assert get(fetcher, web, site, "/").body
    assert len(web.asked) == 2


def test_a_host_is_asked_once_in_its_delay(web: local_site.Site, site: Site, clock: Clock) -> None:
    """Redirects and second tries wait for their turn too."""
    web.pages["/saut"] = moved("/")
    web.failures["/"] = [Answer(b"", 503)]
    slow = site.model_copy(update={"delay_seconds": 5.0})
    with Fetcher("Essai", LIMITS, clock.pace()) as fetcher:
        get(fetcher, web, slow, "/saut")
        get(fetcher, web, slow, "/actualites")
    assert clock.time == 15.0
    assert len(web.asked) == 4


def test_a_slower_pace_is_kept_once_asked() -> None:
    clock = Clock()
    pace = clock.pace()
    pace.slow_down("essai.fr", 10)
    pace.slow_down("essai.fr", 2)
    pace.slow_down("infini.fr", 86400)
    for host in ("essai.fr", "essai.fr", "autre.fr", "infini.fr", "infini.fr"):
        pace.wait_turn(host, 1)
    assert clock.slept == [10.0, 60.0]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for essai.fr and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=essai.fr -addext subjectAltName=DNS:essai.fr"
    subprocess.run(
        ["openssl", *options.split(), "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
    return both


@pytest.mark.parametrize(("host", "right"), [("essai.fr", True), ("autre.fr", False)])
def test_the_certificate_is_checked_for_the_name(
    web: local_site.Site, clock: Clock, monkeypatch: pytest.MonkeyPatch, certificate: Path, host: str, right: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running() as secure:
        secure.server.socket = context.wrap_socket(secure.server.socket, server_side=True)
        port = secure.server.server_port
        real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda name, *a, **k: real("127.0.0.1", *a, **k))
        site = Sites.model_validate(
            sources(secure, start=[f"https://{host}:{port}/"], hosts=[host], intranet=[f"{host}:{port}"])
        ).site[0]
        trusted = ssl.create_default_context(cafile=certificate)
        with Fetcher("Essai", FetchLimits(tries=1), clock.pace(), trusted) as fetcher:
            if right:
                assert fetcher.fetch(f"https://{host}:{port}/", site, lambda _: None).body
                return
            with pytest.raises(FetchFailed) as caught:
                fetcher.fetch(f"https://{host}:{port}/", site, lambda _: None)
    assert caught.value.rule == "connection"
    assert secure.asked == []
