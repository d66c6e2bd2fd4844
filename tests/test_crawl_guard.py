"""Forbidden addresses: each refused by a named rule, and not one connection made."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator

import pytest

from assistant.crawl.fetch import Fetcher, FetchLimits
from assistant.crawl.guard import ADDRESS_RULES, URL_RULES, judge_addresses
from assistant.crawl.pace import Pace
from assistant.crawl.sources import Site
from assistant.models import FetchFailed, FetchRefused
from assistant.settings import ROOT
from assistant.wording import texts

NUMERIC = [
    "127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001", "0", "169.254.169.254",
    "0xa9fea9fe",
]  # fmt: skip
SITE = Site.model_validate(
    {
        "name": "Essai", "start": ["https://essai.fr/"], "delay_seconds": 0,
        "hosts": ["essai.fr", "trompeur.fr", "intranet.lan", *NUMERIC],
        "intranet": ["intranet.lan", "intranet.lan:8080"],
        "follow": [{"url": "/", "role": "document"}],
    }
)  # fmt: skip
AS_WRITTEN = [
    ("ftp://essai.fr/", "scheme"),
    ("file:///etc/passwd", "scheme"),
    ("gopher://essai.fr:70/x", "scheme"),
    ("javascript:alert(1)", "scheme"),
    ("data:text/html,x", "scheme"),
    ("//essai.fr/", "scheme"),
    ("http:///etc/passwd", "syntax"),
    ("http://essai.fr\\@127.0.0.1/", "syntax"),
    ("http://essai.fr/a b", "syntax"),
    ("http://essai.fr/\r\nHost: x", "syntax"),
    ("http://essai.fr/\x00", "syntax"),
    ("\thttp://essai.fr/", "syntax"),
    ("http://essai.fr:99999/", "syntax"),
    ("http://essai.fr:http/", "syntax"),
    ("http://[::1/", "syntax"),
    ("http://essai.fr/" + "a" * 3000, "syntax"),
    ("http://essai.fr@127.0.0.1/", "userinfo"),
    ("http://user:secret@essai.fr/", "userinfo"),
    ("http://essai.fr:80@ailleurs.fr/", "userinfo"),
    ("http://ailleurs.fr/", "host"),
    ("http://essai.fr.ailleurs.fr/", "host"),
    ("http://xessai.fr/", "host"),
    ("http://essai.fr./", "host"),
    ("http://essai。fr/", "host"),
    ("http://localhost/", "host"),
    ("http://metadata.google.internal/computeMetadata/v1/", "host"),
    ("http://[::1]/", "host"),
    ("http://[::ffff:127.0.0.1]/", "host"),
    ("http://[fe80::1%25eth0]/", "host"),
    ("http://10.0.0.1/", "host"),
    ("http://essai.fr:22/", "port"),
    ("http://essai.fr:8080/", "port"),
    ("https://essai.fr:6379/", "port"),
    ("http://intranet.lan:9000/", "port"),
    ("http://127.0.0.1:8765/", "port"),
]
BY_ADDRESS = [
    ("127.0.0.1", "address_private"),
    ("127.8.9.10", "address_private"),
    ("0.0.0.0", "address_private"),
    ("10.1.2.3", "address_private"),
    ("172.16.0.1", "address_private"),
    ("192.168.1.1", "address_private"),
    ("169.254.169.254", "address_private"),
    ("100.64.0.1", "address_special"),
    ("100.127.255.254", "address_special"),
    ("192.0.0.8", "address_special"),
    ("192.0.0.9", "address_special"),
    ("192.0.0.10", "address_special"),
    ("192.0.2.1", "address_private"),
    ("192.88.99.1", "address_special"),
    ("198.18.0.1", "address_private"),
    ("224.0.0.1", "address_multicast"),
    ("239.255.255.250", "address_multicast"),
    ("240.0.0.1", "address_private"),
    ("255.255.255.255", "address_private"),
    ("::", "address_private"),
    ("::1", "address_private"),
    ("::7f00:1", "address_translated"),
    ("::ffff:127.0.0.1", "address_private"),
    ("::ffff:169.254.169.254", "address_private"),
    ("64:ff9b::7f00:1", "address_translated"),
    ("64:ff9b:1::a00:1", "address_translated"),
    ("2001::1", "address_translated"),
    ("2001:0:7f00:1::", "address_translated"),
    ("2001:db8::1", "address_private"),
    ("2002:7f00:1::", "address_translated"),
    ("fc00::1", "address_private"),
    ("fd12:3456::1", "address_private"),
    ("fe80::1", "address_private"),
    ("fe80::1%eth0", "address_private"),
    ("fec0::1", "address_special"),
    ("ff02::1", "address_multicast"),
]


class Connections:
    """Every connection that anything tries to make."""

    def __init__(self) -> None:
        self.tried: list[object] = []


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Connections:
    counted = Connections()

    def connect(_: socket.socket, address: object) -> int:
        counted.tried.append(address)
        raise ConnectionRefusedError

    async def sock_connect(_: object, __: socket.socket, address: object) -> None:
        counted.tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", sock_connect)
    return counted


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher("Essai", FetchLimits(tries=1), Pace(sleep=lambda _: None)) as opened:
        yield opened


def answered_by(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_there_are_at_least_sixty() -> None:
    assert len(AS_WRITTEN) + len(BY_ADDRESS) + len(NUMERIC) >= 60


@pytest.mark.parametrize(("url", "rule"), AS_WRITTEN, ids=[ascii(url[:40]) for url, _ in AS_WRITTEN])
def test_an_address_is_refused_as_written(
    connections: Connections, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, url: str, rule: str
) -> None:
    answered_by(monkeypatch, "93.184.216.34")
    with pytest.raises(FetchRefused) as caught:
        fetcher.fetch(url, SITE, lambda _: None)
    assert caught.value.rule == rule
    assert connections.tried == []
    assert fetcher.requests == 0


@pytest.mark.parametrize(("address", "rule"), BY_ADDRESS)
@pytest.mark.parametrize("others", [(), ("93.184.216.34",)], ids=["alone", "beside a good one"])
def test_a_server_is_refused_by_any_of_its_addresses(
    connections: Connections,
    fetcher: Fetcher,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    rule: str,
    others: tuple[str, ...],
) -> None:
    answered_by(monkeypatch, *others, address)
    with pytest.raises(FetchRefused) as caught:
        fetcher.fetch("https://trompeur.fr/", SITE, lambda _: None)
    assert caught.value.rule == rule
    assert connections.tried == []


@pytest.mark.parametrize("host", NUMERIC)
def test_a_number_in_odd_clothes_is_the_address_it_is(connections: Connections, fetcher: Fetcher, host: str) -> None:
    """Even listed as a host: the system's own resolver undresses it (nothing is asked of the network)."""
    with pytest.raises(FetchRefused) as caught:
        fetcher.fetch(f"http://{host}/", SITE, lambda _: None)
    assert caught.value.rule == "address_private"
    assert connections.tried == []


def test_a_good_address_is_connected_to_and_to_nothing_else(
    connections: Connections, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counter counts: without this the tests above could pass with nobody counting."""
    answered_by(monkeypatch, "93.184.216.34", "93.184.216.35")
    with pytest.raises(FetchFailed) as caught:
        fetcher.fetch("https://essai.fr/", SITE, lambda _: None)
    assert caught.value.rule == "connection"
    assert connections.tried == [("93.184.216.34", 443), ("93.184.216.35", 443)]


@pytest.mark.parametrize("port", [80, 443, 8080])
def test_an_intranet_host_may_be_private(
    connections: Connections, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    answered_by(monkeypatch, "10.1.2.3")
    with pytest.raises(FetchFailed):
        fetcher.fetch(f"http://intranet.lan:{port}/", SITE, lambda _: None)
    assert connections.tried == [("10.1.2.3", port)]


def test_a_mapped_address_is_judged_and_used_unwrapped() -> None:
    assert [str(a) for a in judge_addresses("https://essai.fr/", ["::ffff:93.184.216.34"], SITE)] == ["93.184.216.34"]


def test_every_rule_refuses_something() -> None:
    said = {rule for _, rule in AS_WRITTEN} | {rule for _, rule in BY_ADDRESS}
    assert said == {rule for rule, _ in URL_RULES} | {rule for rule, _ in ADDRESS_RULES}


def test_every_refusal_and_failure_has_its_sentence() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "assistant" / "crawl").glob("*.py"))
    refusals = set(re.findall(r'refused\([\w.]+, "(\w+)"\)', code)) | {rule for rule, _ in (*URL_RULES, *ADDRESS_RULES)}
    failures = set(re.findall(r'(?:failed\(\w+, |TryAgain\()"(\w+)"', code))
    assert {"size", "redirects", "host", "skip"} < refusals <= set(texts()["crawl_refused"])
    assert {"time", "status", "robots_unreachable"} < failures <= set(texts()["crawl_failed"])
