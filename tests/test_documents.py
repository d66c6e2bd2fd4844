"""PDF, decks and office documents: what is read, what is not, where it stands, and what a hostile file costs."""

from __future__ import annotations

import subprocess
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from assistant.answering.assistant import Assistant
from assistant.cli import _source as told_source
from assistant.documents import sandbox
from assistant.documents.chunk import chunk_page
from assistant.documents.find import find_sources
from assistant.documents.layout import join_lines
from assistant.documents.office import read_office
from assistant.documents.pdf import read_pdf
from assistant.documents.read import read_page
from assistant.documents.reading import Reading
from assistant.documents.sections import split_sections
from assistant.documents.slides import read_slides
from assistant.index.database import Database
from assistant.ingestion.report import RunReport
from assistant.models import TO_SCAN, Access, BlockKind, DocumentRefused, Page, Place, PlaceKind, Source, Status
from assistant.settings import Settings
from assistant.versions import current_version, index_versions
from assistant.web.cards import conversation
from assistant.web.conversation import Turn
from tests.ingested import ingest
from tests.made_files import LEFT, RIGHT, deck, hidden_words, lines, minutes, pdf, report_page, swollen, two_columns

REPORT = pdf(*(report_page(number) for number in (1, 2, 3)))


def _read(name: str, data: bytes) -> Reading:
    readers = {".pdf": read_pdf, ".pptx": read_slides, ".docx": read_office}
    return readers[Path(name).suffix](data, name)


def _page(folder: Path, name: str, data: bytes) -> Page:
    (folder / name).write_bytes(data)
    return read_page(Source(folder / name, f"public/{name}", Access.PUBLIC))


def _blocks(reading: Reading | Page) -> list[str]:
    return [block.span.folded(reading.text) for block in reading.blocks]


@pytest.mark.parametrize(
    ("name", "data", "held", "left_out"),
    [
        pytest.param(
            "a.pdf",
            REPORT,
            ["Chapitre des réseaux a", "Le lot numéro 3 a raccordé 300 foyers dans l'année."],
            ["Rapport annuel", "Page 2", "/ 3"],
            id="report",
        ),
        pytest.param(
            "a.pdf",
            pdf(hidden_words),
            ["La phrase visible", "Titre blanc sur un bandeau bleu"],
            ["Instruction"],
            id="hidden-text",
        ),
        pytest.param(
            "a.pptx",
            deck(),
            ["Archivage électronique", "4 200 actes", "Détail du thème 7", "Commune | Prises", "Corbie | 3 120",
             "Notes de l'orateur", "Rappeler que Corbie est achevée."],
            ["comité syndical", "cachée", "Brouillon", "Instruction", "\n7\n", "\n10\n"],
            id="deck",
        ),
        pytest.param(
            "a.docx",
            minutes(),
            ["Comité syndical du 12 juin", "à l'unanimité", "la fibre pour les écoles", "Albert | 5 400"],
            ["Instruction", "Pied de page"],
            id="minutes",
        ),
    ],
)  # fmt: skip
def test_what_is_seen_is_read_and_the_rest_is_not(name: str, data: bytes, held: list[str], left_out: list[str]) -> None:
    text = f"\n{_read(name, data).text}\n"
    assert [words for words in held if words not in text] == []
    assert [words for words in left_out if words in text] == []


def test_columns_are_read_one_after_the_other_even_when_they_are_drawn_line_by_line() -> None:
    assert _blocks(read_pdf(pdf(two_columns), "")) == [
        "Deux sujets sur une seule page",
        " ".join(LEFT),
        " ".join(RIGHT),
    ]


def test_the_rows_of_a_table_in_a_pdf_are_not_taken_for_columns() -> None:
    def table(canvas: Canvas) -> None:
        lines("Corbie", "Albert", "Doullens", "Péronne")(canvas)
        lines("3 120 prises", "5 400 prises", "2 050 prises", "4 310 prises", x=300)(canvas)

    assert _blocks(read_pdf(pdf(table), ""))[0] == "Corbie | 3 120 prises"


def test_bullets_of_a_pdf_are_items_and_large_letters_are_headings() -> None:
    def page(canvas: Canvas) -> None:
        lines("Les chantiers de l'année", y=700, size=18)(canvas)
        lines("Trois chantiers sont ouverts :", "• la fibre des hameaux", "• le wifi des collèges", y=660)(canvas)

    reading = read_pdf(pdf(page), "")
    kinds = [(block.kind, text) for block, text in zip(reading.blocks, _blocks(reading), strict=True)]
    assert kinds == [
        (BlockKind.HEADING, "Les chantiers de l'année"),
        (BlockKind.PARAGRAPH, "Trois chantiers sont ouverts :"),
        (BlockKind.ITEM, "la fibre des hameaux"),
        (BlockKind.ITEM, "le wifi des collèges"),
    ]


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        (["l'aména-", "gement du territoire"], "l'aménagement du territoire"),
        (["il sera peut-", "être prêt"], "il sera peut-être prêt"),
        (["la Picardie-", "Maritime"], "la Picardie-\nMaritime"),
        (["une ligne", "une autre"], "une ligne\nune autre"),
    ],
)
def test_a_word_cut_at_the_end_of_a_line_is_whole_again(cut: list[str], whole: str) -> None:
    assert join_lines(cut) == whole


def test_a_page_turned_on_its_side_reads_like_the_same_page_upright() -> None:
    for angle in (90, 180, 270):
        turned = PdfWriter(clone_from=PdfReader(BytesIO(pdf(lines("Une phrase de travers dans la feuille.")))))
        page = turned.pages[0]
        page.rotate(angle).transfer_rotation_to_content()
        page.rotate(-angle)  # shown upright, drawn at an angle
        file = BytesIO()
        turned.write(file)
        assert _blocks(read_pdf(file.getvalue(), "")) == ["Une phrase de travers dans la feuille."]


def test_each_block_says_its_page_or_slide() -> None:
    assert {block.place for block in read_pdf(REPORT, "").blocks} == {Place(PlaceKind.PAGE, n) for n in (1, 2, 3)}
    slides = read_slides(deck(), "")
    places = dict(zip(_blocks(slides), (block.place for block in slides.blocks), strict=True))
    assert places["Archivage électronique"] == Place(PlaceKind.SLIDE, 7)
    assert places["Rappeler que Corbie est achevée."] == Place(PlaceKind.SLIDE, 2)
    assert {block.place for block in read_office(minutes(), "").blocks} == {None}
    assert {block.place.number for block in slides.blocks if block.place} == {1, 2, 3, 4, 5, 6, 7, 10}


@pytest.mark.parametrize(("name", "data"), [("a.pdf", REPORT), ("a.pptx", deck()), ("a.docx", minutes())])
def test_chunks_quote_the_text_letter_for_letter_and_never_cross_a_place(
    tmp_path: Path, name: str, data: bytes
) -> None:
    page = _page(tmp_path, name, data)
    chunks = chunk_page(page, split_sections(page))
    assert chunks
    for chunk in chunks:
        inside = [b for b in page.blocks if chunk.span.start < b.span.end and b.span.start < chunk.span.end]
        assert {block.place for block in inside} == {chunk.place}
        for sentence in chunk.sentences:
            assert sentence.text == sentence.span.folded(page.text)


def test_notes_and_a_slide_without_title_are_not_under_the_heading_of_another() -> None:
    presentation = Presentation(BytesIO(deck()))
    last = presentation.slides[9]
    last.shapes.title._element.getparent().remove(last.shapes.title._element)
    file = BytesIO()
    presentation.save(file)
    reading = read_slides(file.getvalue(), "")
    page = Page("k", "t", "document", None, False, None, Access.PUBLIC, reading.text, reading.blocks, "x")
    paths = {s.span.folded(page.text): s.heading_path for s in split_sections(page)}
    assert paths["Rappeler que Corbie est achevée."] == ("Sujet numéro 2", "Notes de l'orateur")
    assert paths["Le thème 10 avance. Détail du thème 10"] == ()


def test_a_page_without_text_is_reported_and_a_file_of_such_pages_is_refused() -> None:
    reading = read_pdf(pdf(lines("Une page qui dit assez de choses."), lines("Carte")), "")
    assert [d.text for d in reading.dropped if d.rule == TO_SCAN] == ["page 2"]
    with pytest.raises(DocumentRefused, match="océriser"):
        read_pdf(pdf(lambda canvas: canvas.rect(50, 50, 300, 300)), "")


# ------------------------------------------------------------------------------------ title, date, head


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [
        pytest.param("a.pdf", pdf(lines("Un texte."), title="Rapport 2024"), "Rapport 2024", id="metadata"),
        pytest.param("a.pdf", pdf(report_page(1), title="untitled"), "Chapitre des réseaux a", id="first-heading"),
        pytest.param("a.pdf", pdf(lines("Un texte."), title="Microsoft Word - CR.docx"), "a", id="name"),
        pytest.param("a.pptx", deck("PowerPoint Presentation"), "Sujet numéro 1", id="deck-without-title"),
        pytest.param("a.docx", minutes("Compte rendu"), "Compte rendu", id="docx"),
    ],
)
def test_the_title_is_that_of_the_file_or_its_first_heading(tmp_path: Path, name: str, data: bytes, title: str) -> None:
    assert _page(tmp_path, name, data).title == title


@pytest.mark.parametrize("marks", ["", "---\n"])
def test_a_file_beside_a_document_says_what_a_head_would(tmp_path: Path, marks: str) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "2024-06-12_bilan.pdf").write_bytes(REPORT)
    head = f"{marks}title: Bilan\nkind: rapport\nspeaker: Jérôme Depres\nsource_url: https://exemple.fr/b.pdf\n{marks}"
    (tmp_path / "public" / "2024-06-12_bilan.pdf.yaml").write_text(head, "utf-8")
    (source,) = find_sources(tmp_path)
    page = read_page(source)
    assert (page.title, page.kind, page.speaker, page.url) == (
        "Bilan", "rapport", "Jérôme Depres", "https://exemple.fr/b.pdf",
    )  # fmt: skip
    assert (page.date, page.date_is_inferred) == ("2024-06-12", True)


def test_what_hides_words_in_the_file_beside_a_document_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.pdf.yaml").write_text('title: "Le \u202eerref\u202c bi\u200blan\\u2067"', "utf-8")
    assert _page(tmp_path, "a.pdf", REPORT).title == "Le erref bilan"


def test_a_file_beside_a_document_that_is_wrong_refuses_it_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.pdf.yaml").write_text("titre: Bilan", "utf-8")
    with pytest.raises(DocumentRefused, match="titre") as refusal:
        _page(tmp_path, "a.pdf", REPORT)
    assert refusal.value.name == "public/a.pdf.yaml"


def test_a_file_beside_nothing_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    for name in ("gone.pdf.yaml", "a.txt", "a.txt.yaml"):
        (tmp_path / "public" / name).write_text("Texte.", "utf-8")
    assert [s.name for s in find_sources(tmp_path)] == ["public/a.txt", "public/a.txt.yaml", "public/gone.pdf.yaml"]


# ------------------------------------------------------------------------------------ hostile files


def _encrypted(user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(REPORT)))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _inflating(megabytes: int) -> bytes:
    """A PDF whose page decodes to so many megabytes of spaces."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    body, table = b"%PDF-1.4\n", b"xref\n0 5\n0000000000 65535 f \n"
    for number, text in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj%s\nendobj\n" % (number, text)
    return body + table + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("a.pdf", b"", "vide", id="empty"),
        pytest.param("a.pdf", b"<html><p>Bonjour.</p></html>", "pas ce que dit son nom", id="html-named-pdf"),
        pytest.param("a.pdf", REPORT[:200], "abîmé", id="pdf-truncated"),
        pytest.param("a.pdf", _encrypted("secret"), "mot de passe", id="pdf-encrypted"),
        pytest.param("a.pdf", _inflating(300), "prendrait trop de place", id="pdf-bomb"),
        pytest.param("a.pptx", deck()[:5000], "abîmé", id="deck-truncated"),
        pytest.param("a.pptx", minutes(), "pas ce que dit son nom", id="docx-named-pptx"),
        pytest.param("a.pptx", swollen(deck()), "prendrait trop de place", id="zip-bomb"),
        pytest.param("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "mot de passe", id="docx-encrypted"),
        pytest.param("a.docx", b"%PDF-1.4", "abîmé", id="pdf-named-docx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(DocumentRefused, match=reason) as refusal:
        _page(tmp_path, name, data)
    assert refusal.value.name == f"public/{name}"


def test_a_pdf_that_only_forbids_changes_is_read(tmp_path: Path) -> None:
    assert "300 foyers" in _page(tmp_path, "a.pdf", _encrypted("")).text


@pytest.mark.parametrize(
    ("limit", "value", "code", "reason"),
    [
        pytest.param("MEMORY", 1_000_000_000, "b'x' * 2_000_000_000", "mémoire", id="memory"),
        pytest.param("CPU_SECONDS", 1, "[None for _ in iter(int, 1)]", "temps", id="processor"),
        pytest.param("WALL_SECONDS", 1, "__import__('time').sleep(30)", "temps", id="wall-clock"),
        pytest.param("WALL_SECONDS", 60, "__import__('os').abort()", "échoué", id="crash"),
        pytest.param("WALL_SECONDS", 60, "open(__file__ + '.out', 'w').write('x')", "échoué", id="file"),
        pytest.param("WALL_SECONDS", 60, "print('}')", "échoué", id="babble"),
    ],
)
def test_a_reader_that_runs_wild_costs_its_file_alone(  # the reader of .pdf is replaced, in the process apart as well
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, code: str, reason: str
) -> None:
    package = Path(sandbox.__file__).parents[1]
    wild = tmp_path / "assistant"
    wild.mkdir()
    (wild / "__init__.py").write_text(f"__path__ = [{str(wild)!r}, {str(package)!r}]\n")
    (wild / "documents").mkdir()
    (wild / "documents" / "__init__.py").write_text(
        f"__path__ = [{str(wild / 'documents')!r}, {str(package / 'documents')!r}]\n"
    )
    (wild / "documents" / "pdf.py").write_text(f"def read_pdf(data, name):\n    {code}\n")
    source = Path(sandbox.__file__).read_text("utf-8")
    assert f"\n{limit} = " in source
    (wild / "documents" / "sandbox.py").write_text(
        "\n".join(f"{limit} = {value}" if line.startswith(f"{limit} = ") else line for line in source.split("\n"))
    )
    monkeypatch.setattr(sandbox, "ROOT", tmp_path)
    monkeypatch.setattr(sandbox, limit, value)
    monkeypatch.syspath_prepend(str(tmp_path))
    began = time.monotonic()
    with pytest.raises(DocumentRefused, match=reason):
        sandbox.read_document(REPORT, ".pdf", "public/a.pdf")
    assert time.monotonic() - began < 30


def test_the_process_apart_learns_nothing_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_STAFF_TOKEN", "un secret")
    seen: dict[str, object] = {}
    real: Callable[..., object] = subprocess.run

    def spied(*arguments: object, **options: object) -> object:
        seen.update(options)
        return real(*arguments, **options)

    monkeypatch.setattr(subprocess, "run", spied)
    sandbox.read_document(REPORT, ".pdf", "public/a.pdf")
    assert seen["env"] is not None and "un secret" not in str(seen["env"])


# ------------------------------------------------------------------------------------ to the answer


@pytest.fixture
def told(own_settings: Settings, corpus: Path) -> Settings:
    """The real corpus, a deck and a report beside it, and a hostile file."""
    public = corpus / "public"
    (public / "2016-11-18_presentation.pptx").write_bytes(deck())
    (public / "2016-11-18_presentation.pptx.yaml").write_text(
        "kind: présentation\nspeaker: Jérôme Depres\ndate: 2016-11-18\nsource_url: https://exemple.fr/p.pptx\n", "utf-8"
    )
    (public / "2023_rapport.pdf").write_bytes(pdf(report_page(1), report_page(2), lines("Carte")))
    (public / "2023_rapport.pdf.yaml").write_text("source_url: https://exemple.fr/r.pdf#haut\n", "utf-8")
    (public / "bombe.pptx").write_bytes(swollen(deck(), 200))
    return own_settings


def test_a_question_about_a_slide_is_answered_with_speaker_date_and_slide(told: Settings) -> None:
    report = ingest(told)
    assert [refusal.name for refusal in report.refused] == ["public/bombe.pptx"]
    assert "À océriser : public/2023_rapport.pdf (page 3)." in RunReport("", build=report).summary()
    assistant = Assistant(told)
    try:
        answer = assistant.ask("Combien d'actes conserve le coffre des archives ?", Access.PUBLIC)
        foyers = assistant.ask("Combien de foyers le lot numéro 2 a-t-il raccordés ?", Access.PUBLIC)
    finally:
        assistant.close()
    assert answer.status is Status.ANSWERED
    quote = answer.quotes[0]
    assert answer.answer.startswith("Au 18 novembre 2016, diapositive 7 : « Le coffre des archives")
    assert (quote.place, quote.speaker) == (Place(PlaceKind.SLIDE, 7), "Jérôme Depres")
    assert quote.deep_link == quote.url == "https://exemple.fr/p.pptx"
    assert "diapositive 7" in told_source(1, quote)
    card = conversation((Turn(1, "?", answer),))
    assert "diapositive 7" in card and "Archivage" in card
    assert foyers.quotes[0].place == Place(PlaceKind.PAGE, 2)
    assert foyers.quotes[0].deep_link == "https://exemple.fr/r.pdf#page=2"


def test_the_database_keeps_the_place(told: Settings) -> None:
    ingest(told)
    version = current_version(index_versions(told.data))
    assert version
    database = Database(version)
    try:
        deck_key = next(key for key in database.document_digests() if "presentation" in key)
        places = [chunk.place for chunk in database.document_chunks(Access.PUBLIC, deck_key)]
        assert [place.number for place in places if place] == [1, 2, 2, 3, 4, 5, 6, 7, 10]
        assert {chunk.place for chunk in database.document_chunks(Access.PUBLIC, "tt_news=194")} == {None}
    finally:
        database.close()
