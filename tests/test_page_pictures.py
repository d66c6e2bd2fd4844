"""From a PDF of the corpus to the picture beside its quotation: drawn once, current, and for its readers alone."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from pydantic import SecretStr
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.documents import sandbox
from assistant.documents.pictures import pictures as draw
from assistant.index.page_pictures import PagePicture, picture_path, size_of
from assistant.ingestion import pictures
from assistant.ingestion.report import RunReport
from assistant.models import Access, Answer, DocumentRefused, Place, PlaceKind, Quote, Span, Status
from assistant.settings import ROOT, Settings, load_settings
from assistant.web.cards import answer_block
from assistant.web.show import show
from ingest import Options, ingest
from tests.made_files import lines, pdf
from tests.web_visitor import STAFF_TOKEN, built

WEIGHT = "Le hamster numérique de Flixecourt pèse douze kilos."
SECRET = "La girafe confidentielle de Péronne mesure six mètres."
QUESTION = "Combien pèse le hamster numérique de Flixecourt ?"
SECRET_QUESTION = "Combien mesure la girafe confidentielle de Péronne ?"
KILLED_WHILE_DRAWING = """
import os, signal
from assistant import fault_points
from ingest import main
left = 2
def listen(reached):
    global left
    left -= reached == "picture_written"
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
fault_points.listen(listen)
main([])
"""


def _blank(_: Canvas) -> None:
    pass


def hamster(weight: str = WEIGHT, **options: object) -> bytes:
    """Three pages: a sentence on the first, nothing on the second, the hamster's weight on the third."""
    return pdf(lines("Les animaux de la Somme sont nombreux."), _blank, lines(weight), title="Les animaux", **options)


@pytest.fixture
def zoo(own_settings: Settings) -> Settings:
    """A public PDF of three pages, of which two have text, and one for the staff."""
    (own_settings.corpus / "public" / "animaux.pdf").write_bytes(hamster())
    secret = pdf(lines(SECRET), title="Les animaux cachés")
    (own_settings.corpus / "staff" / "cachés.pdf").write_bytes(secret)
    return own_settings.model_copy(update={"staff_token": SecretStr(STAFF_TOKEN)})


def files(settings: Settings) -> dict[str, set[str]]:
    """What lies in the folder of each document, by the digest of its bytes."""
    folders = (settings.data / "pictures").glob("*")
    return {folder.name: {path.name for path in folder.iterdir()} for folder in folders}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def of_corpus(settings: Settings, name: str) -> str:
    return digest((settings.corpus / name).read_bytes())


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Assistant, TestClient]]:
    assistant = Assistant(settings)
    with TestClient(built(settings, assistant), raise_server_exceptions=False) as client:
        yield assistant, client
    assistant.close()


# ------------------------------------------------------------------------------------------------ drawn


def test_the_pages_that_can_be_quoted_are_drawn_and_the_run_says_so(zoo: Settings) -> None:
    report = ingest(zoo)
    public, staff = of_corpus(zoo, "public/animaux.pdf"), of_corpus(zoo, "staff/cachés.pdf")
    assert files(zoo) == {public: {"1.webp", "3.webp"}, staff: {"1.webp"}}
    assert (report.drawn.pages, report.drawn.incomplete) == (3, ())
    assert "Pages dessinées : 3." in report.summary()
    assert "images" in report.details()
    path = picture_path(zoo.data / "pictures", public, 3)
    assert path
    with Image.open(path) as image:
        assert size_of(path) == image.size


def test_a_corpus_without_pdf_has_no_pictures(own_settings: Settings) -> None:
    report = ingest(own_settings)
    assert not (own_settings.data / "pictures").exists()
    assert "drawing" not in report.stages


def test_what_is_drawn_is_not_drawn_again_and_what_is_missing_is(zoo: Settings) -> None:
    ingest(zoo)
    folder = zoo.data / "pictures" / of_corpus(zoo, "public/animaux.pdf")
    before = (folder / "1.webp").stat().st_mtime_ns
    (folder / "3.webp").write_bytes(b"")  # as a power cut leaves it
    report = ingest(zoo)
    assert report.build
    assert not report.build.published
    assert report.drawn.pages == 1
    assert size_of(folder / "3.webp")
    assert (folder / "1.webp").stat().st_mtime_ns == before
    assert ingest(zoo).drawn.pages == 0


def test_a_changed_document_has_new_pictures_and_a_removed_one_has_none(zoo: Settings) -> None:
    ingest(zoo)
    path = zoo.corpus / "public" / "animaux.pdf"
    staff = of_corpus(zoo, "staff/cachés.pdf")
    old = digest(path.read_bytes())
    path.write_bytes(hamster("Le hamster numérique de Flixecourt pèse treize kilos."))
    ingest(zoo)
    assert set(files(zoo)) == {digest(path.read_bytes()), staff} != {old, staff}
    path.unlink()
    ingest(zoo)
    assert set(files(zoo)) == {staff}


def test_the_same_text_in_other_bytes_is_drawn_anew(zoo: Settings) -> None:
    """What the index says of a document stays the same then, but for the bytes that it was read from."""
    ingest(zoo)
    path = zoo.corpus / "public" / "animaux.pdf"
    path.write_bytes(path.read_bytes() + b"\n% saved again\n")
    ingest(zoo)
    assert files(zoo)[digest(path.read_bytes())] == {"1.webp", "3.webp"}


def test_only_the_first_pages_of_a_long_document_are_drawn(zoo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PAGES", 1)
    ingest(zoo)
    assert files(zoo)[of_corpus(zoo, "public/animaux.pdf")] == {"1.webp"}


def test_a_trial_run_draws_nothing(zoo: Settings) -> None:
    ingest(zoo, Options(dry_run=True))
    assert files(zoo) == {}


def test_the_setting_turns_them_off_and_those_that_were_drawn_go(zoo: Settings) -> None:
    ingest(zoo)
    ingest(zoo.model_copy(update={"pictures": False}))
    assert files(zoo) == {}


def test_a_disk_that_is_nearly_full_costs_the_pictures_alone(zoo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "FREE_SPACE", 10**18)
    report = ingest(zoo)
    assert report.build
    assert report.build.published
    assert set().union(*files(zoo).values()) == set()
    assert report.drawn.incomplete == ("public/animaux.pdf", "staff/cachés.pdf")
    monkeypatch.undo()
    assert ingest(zoo).drawn.pages == 3


def test_a_document_that_cannot_be_drawn_is_quoted_without_picture_and_not_tried_at_each_run(
    zoo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(zoo.model_copy(update={"pictures": False}))
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    report = ingest(zoo)
    assert report.build
    assert report.build.refused == ()
    assert report.drawn.incomplete == ("public/animaux.pdf", "staff/cachés.pdf")
    assert "Cités sans toutes les images de leurs pages : public/animaux.pdf" in report.summary()
    monkeypatch.undo()
    assert ingest(zoo).drawn.pages == 0
    with opened(zoo) as (assistant, client):
        answer = assistant.ask(QUESTION, Access.PUBLIC)
        assert answer.quotes[0].text == WEIGHT
        assert all(card["picture"] == "" for card in _cards(client, QUESTION))
    assert ingest(zoo, Options(force=True)).drawn.pages == 3


def test_an_encrypted_document_fails_nothing(zoo: Settings) -> None:
    locked = StandardEncryption("secret", ownerPassword="secret")
    (zoo.corpus / "public" / "fermé.pdf").write_bytes(hamster(encrypt=locked))
    report = ingest(zoo)
    assert report.build
    assert [refusal.name for refusal in report.build.refused] == ["public/fermé.pdf"]
    assert len(files(zoo)) == 2


def _bomb(canvas: Canvas) -> None:
    """A hundred million squares, told in a few lines."""
    canvas.beginForm("0")
    canvas.rect(10, 10, 300, 300, fill=1)
    canvas.endForm()
    for level in range(1, 9):
        canvas.beginForm(str(level))
        for _ in range(10):
            canvas.doForm(str(level - 1))
        canvas.endForm()
    lines(WEIGHT)(canvas)
    canvas.doForm("8")


@pytest.mark.slow
def test_a_bomb_has_no_picture_and_keeps_none_from_the_others(zoo: Settings) -> None:
    bomb = pdf(_bomb)
    with pytest.raises(DocumentRefused):
        list(draw(bomb, [1], "bombe.pdf"))
    (zoo.corpus / "public" / "bombe.pdf").write_bytes(bomb)
    report = ingest(zoo)
    assert report.build
    assert report.build.published
    assert digest(bomb) not in files(zoo)
    assert report.drawn.pages == 3


def test_a_run_killed_while_it_draws_leaves_whole_pictures_and_the_next_one_ends_the_work(zoo: Settings) -> None:
    environment = {
        **os.environ,
        "ASSISTANT_DATA": str(zoo.data),
        "ASSISTANT_CORPUS": str(zoo.corpus),
        "ASSISTANT_VECTOR_WEIGHT": "0",
    }
    command = [sys.executable, "-c", KILLED_WHILE_DRAWING]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False, timeout=180)
    assert done.returncode == -signal.SIGKILL
    drawn = {path.name: size_of(path) for path in (zoo.data / "pictures").rglob("*.webp")}
    assert len(drawn) == 1
    assert all(drawn.values())
    report: RunReport = ingest(zoo)
    assert report.build
    assert not report.build.published
    assert report.drawn.pages == 2
    assert sorted(name for names in files(zoo).values() for name in names) == ["1.webp", "1.webp", "3.webp"]


# ------------------------------------------------------------------------------------------------ served


def _cards(client: TestClient, question: str, **headers: str) -> list[dict[str, object]]:
    shown = client.post("/api/ask", json={"question": question}, headers=headers).json()["shown"]
    return [card for group in shown["groups"] for card in group["cards"]]


def test_a_quotation_comes_with_the_picture_of_its_page(zoo: Settings) -> None:
    ingest(zoo)
    with opened(zoo) as (_, client):
        card = _cards(client, QUESTION)[0]
        assert card["picture"] == f"/pieces/{of_corpus(zoo, 'public/animaux.pdf')}/3.webp"
        assert (card["picture_label"], card["picture_said"]) == ("Voir la page 3", "Page 3 de «\xa0Les animaux\xa0»")
        reply = client.get(str(card["picture"]))
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "image/webp"
        assert reply.headers["cache-control"] == "max-age=86400"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert list(Image.open(BytesIO(reply.content)).size) == card["picture_size"]
        page = BeautifulSoup(client.get("/question", params={"q": QUESTION}).text, "lxml")
        assert [image["src"] for image in page.select("details img")] == [card["picture"]]


def test_the_picture_of_a_staff_document_is_never_served_to_the_public(zoo: Settings) -> None:
    ingest(zoo)
    staff = {b"Authorization": f"Bearer {STAFF_TOKEN}".encode()}
    with opened(zoo) as (assistant, client):
        address = f"/pieces/{of_corpus(zoo, 'staff/cachés.pdf')}/1.webp"
        assert client.get(address).status_code == 404
        assert client.get(address, headers={"Authorization": "Bearer autre"}).status_code == 401
        assert all(card["picture"] != address for card in _cards(client, SECRET_QUESTION))
        quotes = assistant.ask(SECRET_QUESTION, Access.STAFF).quotes
        assert quotes[0].text == SECRET
        assert assistant.pictures(quotes, Access.PUBLIC) == ()
        assert len(assistant.pictures(quotes, Access.STAFF)) == 1
        reply = client.get(address, headers=staff)
        assert (reply.status_code, reply.headers["content-type"]) == (200, "image/webp")


def test_a_file_that_is_both_public_and_for_staff_is_served_until_the_public_one_leaves(zoo: Settings) -> None:
    both = zoo.corpus / "public" / "copie.pdf"
    both.write_bytes((zoo.corpus / "staff" / "cachés.pdf").read_bytes())
    ingest(zoo)
    address = f"/pieces/{digest(both.read_bytes())}/1.webp"
    with opened(zoo) as (_, client):
        assert client.get(address).status_code == 200
        both.unlink()
        ingest(zoo)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/pieces/{digest}/2.webp",
        "/pieces/{digest}/0.webp",
        "/pieces/{digest}/03.webp",
        "/pieces/{digest}/99999.webp",
        "/pieces/{digest}/3.new",
        "/pieces/{digest}/%2e%2e%2f3.webp",
        "/pieces/{upper}/3.webp",
        "/pieces/{other}/3.webp",
        "/pieces//3.webp",
        "/pieces/index/CURRENT",
        "/pieces/",
    ],
)
def test_no_address_but_those_that_are_given_opens_anything(zoo_client: tuple[TestClient, str], address: str) -> None:
    client, known = zoo_client
    wanted = address.format(digest=known, upper=known.upper(), other="0" * 64)
    assert client.get(f"/pieces/{known}/3.webp").status_code == 200
    assert client.get(wanted, follow_redirects=False).status_code == 404


@pytest.fixture(scope="module")
def zoo_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "public").mkdir()
    (corpus / "public" / "animaux.pdf").write_bytes(hamster())
    changed = {"corpus": corpus, "data": tmp_path_factory.mktemp("data"), "vector_weight": 0.0}
    settings = load_settings().model_copy(update=changed)
    ingest(settings)
    with opened(settings) as (_, client):
        yield client, of_corpus(settings, "public/animaux.pdf")


def test_pictures_are_only_read(zoo_client: tuple[TestClient, str]) -> None:
    client, known = zoo_client
    assert client.post(f"/pieces/{known}/3.webp").status_code == 405


def test_a_kept_answer_loses_its_picture_with_the_document_and_nothing_else(zoo: Settings) -> None:
    ingest(zoo)
    with opened(zoo) as (_, client):
        given = client.post("/api/ask", json={"question": QUESTION}).json()
        address = client.post("/api/answers", json={"id": given["id"]}).json()["url"]
        assert "<img" in client.get(address).text
        (zoo.corpus / "public" / "animaux.pdf").unlink()
        ingest(zoo)
        page = client.get(address).text
        assert WEIGHT in BeautifulSoup(page, "lxml").get_text()
        assert "<img" not in page
        kept = client.get(f"/api/answers/{given['id']}").json()
        assert kept["shown"]["groups"][0]["cards"][0]["picture"] == ""


# ------------------------------------------------------------------------------------------------ shown

PICTURE = PagePicture("cle", 3, "a" * 64, 480, 679)


def quoted(place: Place | None, title: str = "Titre") -> Answer:
    quote = Quote("Mot.", Span(0, 4), "Mot.", "cle", title, "page", None, False, (), None, None, None, place)
    return Answer(Status.ANSWERED, "« Mot. »", quotes=(quote,))


@pytest.mark.parametrize(
    "place", [None, Place(PlaceKind.PAGE, 2), Place(PlaceKind.SLIDE, 3)], ids=["no place", "another page", "a slide"]
)
def test_the_picture_is_the_one_of_the_quoted_page_or_none(place: Place | None) -> None:
    answer = quoted(place)
    assert show(answer, (), (PICTURE,)) == show(answer)
    assert "<img" not in answer_block(answer, (), (PICTURE,))


def test_a_picture_takes_its_room_before_it_comes_and_says_what_it_is() -> None:
    answer = quoted(Place(PlaceKind.PAGE, 3), title='"><script>alert(1)</script>')
    drawn = BeautifulSoup(answer_block(answer, (), (PICTURE,)), "lxml")
    (image,) = drawn.select("details > img")
    assert (image["width"], image["height"], image["loading"]) == ("480", "679", "lazy")
    assert image["alt"] == 'Page 3 de «\xa0"><script>alert(1)</script>\xa0»'
    assert not drawn.select("script, details[open]")
    assert drawn.select("details > summary")[0].text == "Voir la page 3"


@pytest.mark.parametrize("head", [b"", b"RIFF", b"\x89PNG" + bytes(40), b"RIFF\0\0\0\0WEBPVP8X" + bytes(20)])
def test_what_is_no_picture_of_ours_is_not_served(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "1.webp"
    path.write_bytes(head)
    assert size_of(path) is None
    assert size_of(tmp_path / "2.webp") is None


def test_a_path_is_made_of_a_digest_and_nothing_else(tmp_path: Path) -> None:
    assert picture_path(tmp_path, "a" * 64, 1) == tmp_path / ("a" * 64) / "1.webp"
    for wrong in ("", "..", "a" * 63, "A" * 64, "a" * 64 + "\n", "../" + "a" * 64):
        assert picture_path(tmp_path, wrong, 1) is None
