"""Pictures of pages: which there are, how large, and what a file that cannot be drawn costs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from assistant.documents.pictures import TALLEST, WIDTH, pictures
from assistant.models import Access, DocumentRefused, Source
from tests.made_files import deck, lines, pdf, report_page

REPORT = pdf(*(report_page(number) for number in (1, 2, 3)))


def _source(folder: Path, name: str, data: bytes) -> Source:
    (folder / name).write_bytes(data)
    return Source(folder / name, f"public/{name}", Access.PUBLIC)


def test_the_pages_asked_for_are_drawn_and_no_other(tmp_path: Path) -> None:
    drawn = pictures(_source(tmp_path, "a.pdf", REPORT), [3, 1, 3, 0, 9, -1])
    assert sorted(drawn) == [1, 3]
    assert drawn[1] != drawn[3]
    for picture in drawn.values():
        image = Image.open(BytesIO(picture))
        assert (image.format, image.width) == ("WEBP", WIDTH)
        assert image.height < TALLEST


def test_a_page_without_end_is_drawn_narrow(tmp_path: Path) -> None:
    data = pdf(lines("Une frise."), pagesize=(200, 14_000))
    ((_, picture),) = pictures(_source(tmp_path, "a.pdf", data), [1]).items()
    assert max(Image.open(BytesIO(picture)).size) <= TALLEST + 1


def test_a_deck_has_no_pictures(tmp_path: Path) -> None:
    assert pictures(_source(tmp_path, "a.pptx", deck()), [1]) == {}


def test_a_file_that_cannot_be_drawn_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused, match="échoué") as refusal:
        pictures(_source(tmp_path, "a.pdf", REPORT[:200]), [1])
    assert refusal.value.name == "public/a.pdf"
    with pytest.raises(DocumentRefused, match="ne peut pas être ouvert"):
        pictures(Source(tmp_path / "gone.pdf", "public/gone.pdf", Access.PUBLIC), [1])
