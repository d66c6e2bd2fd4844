"""Where an address is, from a real server that misbehaves; what a resident typed stays nowhere."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.fibre.geocoded import NotGeocoded, addresses, web_mercator
from assistant.fibre.geocoder import AT_ONCE, BODY_BYTES, Geocoder, asked
from assistant.figures import AddressKind
from assistant.models import GeocoderUnavailable, SettingsError
from assistant.settings import Settings, load_settings
from tests.local_geocoder import Reply, Service, collection, feature, running, says

TYPED = "12 rue du Secret à Flixecourt"


@pytest.fixture
def service() -> Iterator[Service]:
    with running() as opened:
        yield opened


@pytest.fixture
def geocoder(service: Service) -> Iterator[Geocoder]:
    with Geocoder(service.address, timeout=1.0) as opened:
        yield opened


def failure(geocoder: Geocoder, text: str = TYPED) -> str:
    with pytest.raises(GeocoderUnavailable) as failed:
        geocoder.find(text)
    return failed.value.rule


def test_an_address_is_found_with_all_that_is_known_of_it(service: Service, geocoder: Geocoder) -> None:
    (found,) = geocoder.find(TYPED, code="80318")
    assert (found.identifier, found.label) == ("80318_0340_00012", "12 Rue du Secret 80420 Flixecourt")
    assert (found.score, found.sure, found.kind) == (0.96, True, AddressKind.HOUSENUMBER)
    assert (found.code, found.city, found.postcode) == ("80318", "Flixecourt", "80420")
    assert (found.lon, found.lat) == (2.082, 50.013)
    assert (found.x, found.y) == web_mercator(2.082, 50.013)
    asked_for = parse_qs(urlsplit(service.asked[0]).query)
    assert asked_for == {"q": [TYPED], "limit": ["5"], "autocomplete": ["0"], "citycode": ["80318"]}
    assert service.asked[0].startswith("/geocodage/search?")


def test_without_a_commune_the_whole_country_is_asked(service: Service, geocoder: Geocoder) -> None:
    geocoder.find(TYPED)
    assert "citycode" not in service.asked[0]


def test_a_score_under_the_threshold_is_not_sure(service: Service, geocoder: Geocoder) -> None:
    service.reply = says(collection(feature(score=0.7), feature(score=0.69)))
    assert [found.sure for found in geocoder.find(TYPED)] == [True, False]


def test_a_place_outside_the_somme_is_told_by_its_code(service: Service, geocoder: Geocoder) -> None:
    service.reply = says(collection(feature(citycode="2A004", city="Ajaccio", postcode="20000")))
    assert [found.code for found in geocoder.find(TYPED)] == ["2A004"]


# Source: IOGP Guidance Note 7-2, example of method 1024: 24°22'54.433"N, 100°20'00.000"W.
@pytest.mark.parametrize(
    ("lon", "lat", "x", "y"),
    [
        (-(100 + 20 / 60), 24 + 22 / 60 + 54.433 / 3600, -11_169_055.58, 2_800_000.00),
        (0.0, 0.0, 0.0, 0.0),
        (180.0, 0.0, 20_037_508.34, 0.0),
    ],
    ids=["guidance-note", "origin", "antimeridian"],
)
def test_degrees_become_metres_of_web_mercator(lon: float, lat: float, x: float, y: float) -> None:
    assert web_mercator(lon, lat) == pytest.approx((x, y), abs=0.01)


@pytest.mark.parametrize(
    "broken",
    [
        feature(score=1.2), feature(score=-0.1), feature(score=float("nan")), feature(score="fort"),
        feature(score=None), feature(id=None), feature(id=""), feature(label=None), feature(label="  "),
        feature(label="x" * 301), feature(label=12), feature(type="planet"), feature(type=None),
        feature(citycode=None), feature(citycode="8031"), feature(citycode=80318), feature(postcode="FLIX"),
        feature(geometry=None), feature(geometry={"type": "Point", "coordinates": []}),
        feature(geometry={"type": "Point", "coordinates": [2.0]}),
        feature(geometry={"type": "Point", "coordinates": [2.0, 91.0]}),
        feature(geometry={"type": "Point", "coordinates": [float("nan"), 50.0]}),
        feature(geometry={"type": "Point", "coordinates": [float("inf"), 50.0]}),
        {}, [], None, "texte", 3, {"properties": None, "geometry": None},
    ],
    ids=lambda broken: json.dumps(broken)[-60:],
)  # fmt: skip
def test_an_address_that_cannot_be_is_left_out_and_the_others_stay(broken: object) -> None:
    assert [found.city for found in addresses(collection(broken, feature()))] == ["Flixecourt"]
    with pytest.raises(NotGeocoded):
        addresses(collection(broken))


def test_a_label_is_one_line() -> None:
    (found,) = addresses(collection(feature(label="12 rue\n du\tSecret ")))
    assert found.label == "12 rue du Secret"


def test_nothing_found_is_no_failure(service: Service, geocoder: Geocoder) -> None:
    service.reply = says(collection())
    assert geocoder.find(TYPED) == ()


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (says(b"<html><body>Portail captif</body></html>"), "garbage"),
        (says(b""), "garbage"),
        (says(b"\xff\xfe\x00"), "garbage"),
        (says(b"[" * 100_000), "garbage"),
        (says(collection(feature())[:-20]), "garbage"),
        (says(b'{"features": {"a": 1}}'), "garbage"),
        (says(b'{"type": "FeatureCollection"}'), "garbage"),
        (says(collection(feature()), 400), "status"),
        (says(collection(feature()), 404), "status"),
        (says(collection(feature()), 429, Retry_After="5"), "status"),
        (says(collection(feature()), 500), "status"),
        (says(collection(feature()), 503), "status"),
        (says(b" " * (BODY_BYTES + 1)), "size"),
        (lambda handler: handler.wfile.write(b"bonjour\r\n\r\n"), "connection"),
        (lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), "connection"),
        (lambda handler: None, "connection"),
    ],
    ids=[
        "page", "empty", "not-text", "nested", "cut", "no-list", "no-features", "400", "404", "429", "500", "503",
        "huge", "not-http", "ends-early", "says-nothing",
    ],
)  # fmt: skip
def test_whatever_it_answers_amiss_is_one_refusal_with_its_rule(
    service: Service, geocoder: Geocoder, reply: Reply, rule: str
) -> None:
    service.reply = reply
    assert failure(geocoder) == rule
    service.reply = says(collection(feature()))
    assert geocoder.find(TYPED)  # and the next question is asked as if nothing had happened


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    ],
    ids=["body", "headers"],
)
def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(
    service: Service, geocoder: Geocoder, head: bytes, piece: bytes
) -> None:
    service.drips(head, piece)  # endless: only the limit ends it
    assert failure(geocoder) == "time"


def test_a_server_that_takes_the_connection_and_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Geocoder(address, timeout=0.3) as geocoder:
            assert failure(geocoder) == "time"


def test_nobody_at_the_address_is_a_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Geocoder(f"http://127.0.0.1:{port}", timeout=1) as geocoder:
        assert failure(geocoder) == "connection"


def test_a_name_that_does_not_resolve_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Geocoder("http://geocodage.invalid", timeout=1) as geocoder:
        assert failure(geocoder) == "connection"


def test_a_name_that_takes_for_ever_to_resolve_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def stuck(*_: object, **__: object) -> None:
        answered.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "too late")

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    with Geocoder("http://geocodage.invalid", timeout=0.3) as geocoder:
        assert failure(geocoder) == "time"
        assert not answered.is_set()
        answered.set()


@pytest.mark.parametrize("address", ["http://[::1", "ftp://127.0.0.1/", "http://a b/"])
def test_an_address_of_service_that_is_none_is_a_refusal(address: str) -> None:
    with Geocoder(address, timeout=1) as geocoder:
        assert failure(geocoder) in ("setting", "connection")


def test_without_an_address_of_service_nothing_is_asked(service: Service) -> None:
    with Geocoder("") as geocoder:
        assert failure(geocoder) == "off"
    assert not service.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(service: Service, geocoder: Geocoder, status: int) -> None:
    with running() as elsewhere:
        service.reply = says(b"", status, Location=f"{elsewhere.address}/search?q=a")
        assert failure(geocoder) == "status"
        assert not elsewhere.asked


def test_no_cookie_comes_back(service: Service, geocoder: Geocoder) -> None:
    service.reply = says(collection(feature()), Set_Cookie="suivi=1; Path=/")
    geocoder.find(TYPED)
    geocoder.find(TYPED)
    assert len(service.headers) == 2
    assert not [name for headers in service.headers for name in headers if name.lower() in ("cookie", "referer")]


def test_a_proxy_of_the_environment_is_not_taken_and_the_one_of_the_settings_is(
    service: Service, geocoder: Geocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as proxy:
        origin = proxy.address.removesuffix("/geocodage")
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, origin)
        geocoder.find(TYPED)
        assert (len(service.asked), len(proxy.asked)) == (1, 0)
        with Geocoder("http://geocodage.invalid", timeout=1, proxy=origin) as proxied:
            proxied.find(TYPED)
        assert proxy.asked[0].startswith("http://geocodage.invalid/search?")


def test_an_address_is_in_no_log_and_in_no_error(
    service: Service, geocoder: Geocoder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    replies = [
        says(collection(feature())),
        says(b"", 302, Location="http://127.0.0.1/search?q=12+rue+du+Secret"),
        says(json.dumps({"message": TYPED, "features": [{"Secret": 1}]}).encode()),
        says(TYPED.encode(), 400, X_Query="rue du Secret"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nSecret rue\r\n\r\n"),
    ]
    told = ""
    for reply in replies:
        service.reply = reply
        try:
            geocoder.find(TYPED)
        except GeocoderUnavailable as failed:
            told += "".join(traceback.format_exception(failed))
    with Geocoder("http://127.0.0.1:1", timeout=1) as closed:
        try:
            closed.find(TYPED)
        except GeocoderUnavailable as failed:
            told += "".join(traceback.format_exception(failed))
    assert len(service.asked) == len(replies)
    assert told.count("GeocoderUnavailable") == len(replies)
    assert [record.message for record in caplog.records if record.name == "assistant.fibre.geocoder"]
    told += "".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    assert "secret" not in told.lower()
    assert "flixecourt" not in told.lower()


def test_no_more_than_a_few_requests_at_once_and_the_others_wait_their_turn(service: Service) -> None:
    lock, under_way, most = threading.Lock(), [0], [0]

    def reply(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.05)
        with lock:
            under_way[0] -= 1
        says(collection(feature()))(handler)

    service.reply = reply
    with Geocoder(service.address, timeout=20) as geocoder, ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda number: geocoder.find(f"{number} rue du Bois"), range(16)))
    assert all(found)
    assert len(service.asked) == 16
    assert most[0] <= AT_ONCE


def test_closing_ends_what_is_under_way(service: Service) -> None:
    service.drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" ")
    with ThreadPoolExecutor(1) as pool:
        geocoder = Geocoder(service.address, timeout=60)
        rule = pool.submit(failure, geocoder)
        while not service.asked:
            time.sleep(0.01)
        geocoder.close()
        assert rule.result(30) == "closed"
    service.reply = says(collection(feature()))
    assert geocoder.find(TYPED)
    geocoder.close()
    geocoder.close()


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("  12   rue\n du Bois ", "12 rue du Bois"),
        ("« 12 rue du Bois »", "12 rue du Bois »"),
        ("'’- l'impasse", "l'impasse"),
        ("_rue", "rue"),
        ("!?…", ""),
        ("", ""),
        ("rue \ud800Pasteur", "rue Pasteur"),
        ("é" * 300, "é" * 200),
    ],
)
def test_a_question_has_the_form_that_the_service_takes(text: str, question: str) -> None:
    assert asked(text) == question


@pytest.mark.parametrize("text", ["", "?!", "12", " a "])
def test_what_is_too_short_to_be_an_address_is_not_asked(service: Service, geocoder: Geocoder, text: str) -> None:
    assert geocoder.find(text) == ()
    assert not service.asked


def test_the_service_asked_by_default_is_the_states() -> None:
    settings = load_settings()
    assert settings.geocoder == "https://data.geopf.fr/geocodage"
    assert settings.geocoder_proxy == ""
    assert Settings(geocoder="").geocoder == ""  # type: ignore[call-arg]  # every field has a default


@pytest.mark.parametrize("name", ["ASSISTANT_GEOCODER", "ASSISTANT_GEOCODER_PROXY"])
@pytest.mark.parametrize(
    "value", ["data.geopf.fr", "file:///etc/passwd", "http://", "http://a b", "https://a?q=1", "http://a:99999"]
)
def test_an_address_of_service_is_one_of_the_web(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()
