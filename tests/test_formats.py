"""OpenDocument, spreadsheets and CSV: what is read, what is not, where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.documents import tables
from assistant.documents.chunk import chunk_page
from assistant.documents.odf import read_odf_slides, read_odf_text
from assistant.documents.read import FORMATS, read_page
from assistant.documents.reading import Reading
from assistant.documents.sections import split_sections
from assistant.documents.tables import read_csv, read_ods, read_xlsx
from assistant.models import CUT_ROWS, Access, BlockKind, DocumentRefused, Page, Place, PlaceKind, Source
from tests.made_open_documents import open_sheets, open_slides, open_text, workbook

COMMUNES = "Commune;Prises;Remarque\nAlbert;5 400;« reste un hameau ; deux rues »\n;;\nCorbie;3 120;\n"


def _blocks(reading: Reading | Page) -> list[str]:
    return [block.span.folded(reading.text) for block in reading.blocks]


def _page(folder: Path, name: str, data: bytes) -> Page:
    (folder / name).write_bytes(data)
    return read_page(Source(folder / name, f"public/{name}", Access.PUBLIC))


def test_an_open_text_is_read_by_its_headings_lists_and_rows() -> None:
    reading = read_odf_text(open_text("Compte rendu"), "")
    told = [(block.kind, block.level, text) for block, text in zip(reading.blocks, _blocks(reading), strict=True)]
    assert reading.title == "Compte rendu"
    assert told == [
        (BlockKind.HEADING, 1, "Comité syndical du 12 juin"),
        (BlockKind.HEADING, 1, "Budget"),
        (BlockKind.PARAGRAPH, 0, "Le budget primitif est adopté à l'unanimité. Un mot blanc sur bleu."),
        (BlockKind.PARAGRAPH, 0, "Les points suivants sont retenus :"),
        (BlockKind.ITEM, 0, "la fibre pour les écoles"),
        (BlockKind.ITEM, 1, "celles des hameaux d'abord"),
        (BlockKind.ITEM, 0, "le wifi des collèges"),
        (BlockKind.HEADING, 2, "Travaux"),
        (BlockKind.PARAGRAPH, 0, "Commune | Prises"),
        (BlockKind.PARAGRAPH, 0, "Albert | 5 400"),
        (BlockKind.PARAGRAPH, 0, "Voir l'encadré."),
        (BlockKind.PARAGRAPH, 0, "Un encadré dit le reste."),
    ]
    assert [d.rule for d in reading.dropped] == ["hidden_text"]
    assert "Instruction blanche." in reading.dropped[0].text


def test_an_open_deck_is_read_slide_by_slide_with_its_notes() -> None:
    reading = read_odf_slides(open_slides(), "")
    told = [(b.place.number if b.place else 0, text) for b, text in zip(reading.blocks, _blocks(reading), strict=True)]
    assert told == [
        (1, "Sujet numéro 1"),
        (1, "Le thème 1 avance."),
        (1, "Blanc sur un bandeau bleu"),
        (2, "Sujet numéro 2"),
        (2, "Le thème 2 avance."),
        (2, "À gauche du groupe"),
        (2, "À droite du groupe"),
        (2, "Corbie | 3 120"),
        (2, "Notes de l'orateur"),
        (2, "Rappeler que Corbie est achevée."),
        (4, "Sujet numéro 4"),
        (4, "Le thème 4 avance."),
        (4, "Blanc sur une page bleue"),
        (5, "Sujet numéro 5"),
        (5, "Le thème 5 avance."),
    ]
    assert {b.place.kind for b in reading.blocks if b.place} == {PlaceKind.SLIDE}
    assert [(d.rule, d.text) for d in reading.dropped] == [
        ("repeated", "Somme Numérique - comité syndical"),
        ("hidden_text", "Instruction blanche."),
    ]
    assert (reading.blocks[0].kind, reading.blocks[1].kind) == (BlockKind.HEADING, BlockKind.ITEM)
    assert reading.blocks[0].place == Place(PlaceKind.SLIDE, 1)


def test_each_row_of_a_workbook_can_be_read_alone_and_nothing_hidden_is_said() -> None:
    reading = read_xlsx(workbook(), "")
    assert _blocks(reading) == [
        "Prises",
        "Suivi des prises",
        "Commune : Albert | Prises : 5400 | Achèvement : 2024-03-12 | Taux : 97.65 | Ouvert : vrai",
        "Commune : Corbie | Prises : 3120",
        "Doullens | 2022 : 3 | 2023 : 4",
        "Péronne | 2022 : 5 | 2023 : 6",
    ]
    assert [(d.rule, d.text) for d in reading.dropped] == [("hidden_sheet", "Brouillon")]


def test_an_open_sheet_is_read_like_a_workbook() -> None:
    assert _blocks(read_ods(open_sheets(), "")) == [
        "Prises",
        "Commune : Albert | Prises : 5400",
        "Commune : Corbie | Prises : 3120.5",
    ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(COMMUNES.replace("« ", '"« ').replace(" »", ' »"').encode("utf-8-sig"), id="mark"),
        pytest.param(COMMUNES.replace("« ", '"« ').replace(" »", ' »"').encode("cp1252"), id="windows"),
        pytest.param(COMMUNES.replace(" ; ", " @ ").replace(";", "\t").replace("@", ";").encode(), id="tabs"),
        pytest.param(COMMUNES.replace(" ; ", " @ ").replace(";", ",").replace("@", ";").encode(), id="commas"),
        pytest.param(COMMUNES.replace(" ; ", " @ ").replace(";", "|").replace("@", ";").encode("utf-16"), id="bars"),
    ],
)
def test_the_delimiter_and_the_encoding_of_a_csv_are_found(data: bytes) -> None:
    assert _blocks(read_csv(data, "")) == [
        "Commune : Albert | Prises : 5 400 | Remarque : « reste un hameau ; deux rues »",
        "Commune : Corbie | Prises : 3 120",
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("Albert;5400\nCorbie;3120\n", ["Albert | 5400", "Corbie | 3120"], id="figures-first"),
        pytest.param("Commune;Prises\n", ["Commune | Prises"], id="header-alone"),
        pytest.param("Albert\nCorbie\n", ["Albert", "Corbie"], id="one-column"),
        pytest.param("Total;;\nNom;Lot;N\nAlbert;A;3\n", ["Total", "Nom : Albert | Lot : A | N : 3"], id="title"),
        pytest.param("Nom;;Prises\nAlbert;A;3\n", ["Nom | Prises", "Albert | A | 3"], id="header-with-a-hole"),
        pytest.param(";2022;2023\nAlbert;3;4\n", ["Albert | 2022 : 3 | 2023 : 4"], id="corner"),
    ],
)  # fmt: skip
def test_a_figure_is_never_given_the_name_of_another(text: str, rows: list[str]) -> None:
    assert _blocks(read_csv(text.encode(), "")) == rows


def test_rows_beyond_the_most_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    reading = read_csv(b"Commune;Prises\n" + b"Albert;1\n" * 10, "")
    assert len(reading.blocks) == 2
    assert [(d.rule, d.text) for d in reading.dropped] == [(CUT_ROWS, "lignes lues : 3 ; lignes laissées de côté : 8")]
    cut = read_xlsx(workbook(), "").dropped
    assert (CUT_ROWS, "lignes lues : 3 ; lignes laissées de côté : 4") in [(d.rule, d.text) for d in cut]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.odt", open_text()), ("a.odp", open_slides()), ("a.ods", open_sheets()), ("a.xlsx", workbook()),
        ("a.csv", COMMUNES.encode()),
    ],
)  # fmt: skip
def test_chunks_quote_the_text_letter_for_letter(tmp_path: Path, name: str, data: bytes) -> None:
    page = _page(tmp_path, name, data)
    chunks = chunk_page(page, split_sections(page))
    assert chunks
    for chunk in chunks:
        for sentence in chunk.sentences:
            assert sentence.text == sentence.span.folded(page.text)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.odt", open_slides()), ("a.odp", open_text()), ("a.odt", open_sheets()), ("a.xlsx", open_sheets())],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(DocumentRefused, match="pas ce que dit son nom"):
        _page(tmp_path, name, data)


def test_the_formats_are_named_in_the_guide_of_the_corpus() -> None:
    guide = Path("corpus/README.md").read_text("utf-8")
    assert [suffix for suffix in FORMATS if f"`{suffix}`" not in guide] == []
