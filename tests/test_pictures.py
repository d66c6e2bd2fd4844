"""Pictures of pages: which there are, how large, and what a file that cannot be drawn costs."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from assistant.documents.pictures import AT_ONCE, TALLEST, WIDTH, can_be_drawn, draw, pictures
from assistant.models import Access, DocumentRefused, Source
from tests.made_files import lines, pdf, report_page

NAME = "public/a.pdf"
REPORT = pdf(*(report_page(number) for number in (1, 2, 3)))


def _all(data: bytes, numbers: Iterable[int]) -> dict[int, bytes]:
    return {number: picture for some in pictures(data, numbers, NAME) for number, picture in some.items()}


def test_the_pages_asked_for_are_drawn_and_no_other() -> None:
    drawn = _all(REPORT, [3, 1, 3, 0, 9, -1])
    assert sorted(drawn) == [1, 3]
    assert drawn[1] != drawn[3]
    for picture in drawn.values():
        image = Image.open(BytesIO(picture))
        assert (image.format, image.width) == ("WEBP", WIDTH)
        assert image.height < TALLEST


def test_a_long_document_is_drawn_some_pages_at_a_time() -> None:
    data = pdf(*(lines(f"Page {number}.") for number in range(AT_ONCE + 2)), pagesize=(100, 50))
    some = list(pictures(data, range(1, AT_ONCE + 3), NAME))
    assert [len(part) for part in some] == [AT_ONCE, 2]


def test_a_page_without_end_is_drawn_narrow() -> None:
    ((_, picture),) = _all(pdf(lines("Une frise."), pagesize=(200, 14_000)), [1]).items()
    assert max(Image.open(BytesIO(picture)).size) <= TALLEST + 1


def test_only_pdfs_have_pictures(tmp_path: Path) -> None:
    for name, drawn in {"a.PDF": True, "a.pdf": True, "a.pptx": False, "a.pdf.txt": False}.items():
        assert can_be_drawn(Source(tmp_path / name, name, Access.PUBLIC)) is drawn


def test_a_file_that_cannot_be_drawn_is_refused_by_name() -> None:
    with pytest.raises(DocumentRefused, match="échoué") as refusal:
        _all(REPORT[:200], [1])
    assert refusal.value.name == NAME


def test_a_page_that_cannot_be_drawn_costs_its_own_picture() -> None:
    broken = REPORT.replace(b"/Type /Page\n", b"/Type /Cage\n", 1)
    assert broken != REPORT
    drawn = draw(broken, [1, 2, 3])
    assert 0 < len(drawn) < 3
