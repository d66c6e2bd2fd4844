"""Pictures of the pages of a PDF, small enough to stand beside a quotation. Drawn apart, like all reading of documents.

Decks have none: nothing that can be installed with pip draws them.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from assistant.documents.sandbox import OUT_OF_MEMORY, limit_process, run_apart
from assistant.models import DocumentRefused, Source
from assistant.wording import sentence

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

WIDTH = 640  # pixels: 11-point letters of an A4 page are read without effort; at 480 they are not
TALLEST = 1_440  # pixels: a page longer than that is drawn narrower
QUALITY = 40  # of WebP, from 1 to 100: a page full of small text takes 90 kB, and 40 ms of one core
AT_ONCE = 20  # pages drawn by one process: far from its limits


def can_be_drawn(source: Source) -> bool:
    """Whether it is of a format whose pages are drawn."""
    return source.path.suffix.lower() == ".pdf"


def pictures(data: bytes, numbers: Iterable[int], name: str) -> Iterator[dict[int, bytes]]:
    """A WebP of each page of these numbers, the first being 1, that a PDF has and that can be drawn; some at a time.

    Raises:
        DocumentRefused: the file cannot be opened, or drawing takes too much time or memory, or fails. What was given
            before stands.
    """
    wanted = sorted(set(numbers))
    for first in range(0, len(wanted), AT_ONCE):
        asked = wanted[first : first + AT_ONCE]
        answer = run_apart("assistant.documents.pictures", ",".join(map(str, asked)), data, name)
        try:
            drawn = {int(number): base64.b64decode(picture) for number, picture in json.loads(answer).items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise DocumentRefused(name, sentence("refused_file.crashed")) from error
        yield {number: drawn[number] for number in asked if number in drawn}


def draw(data: bytes, numbers: Iterable[int]) -> dict[int, bytes]:
    """The same, in this process; a page that cannot be drawn is left out."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(data)
    drawn = {}
    for number in numbers:
        if 1 <= number <= len(pdf):
            try:
                drawn[number] = _picture(pdf[number - 1])
            except pypdfium2.PdfiumError:
                continue
    return drawn


def _picture(page: PdfPage) -> bytes:
    width, height = page.get_size()
    picture = page.render(scale=min(WIDTH / max(width, 1), TALLEST / max(height, 1))).to_pil()
    file = BytesIO()
    picture.save(file, "WEBP", quality=QUALITY, method=2)
    page.close()
    return file.getvalue()


def main() -> int:
    """The process apart: limits first, then draw the pages of the argument from the bytes of the input."""
    limit_process()
    try:
        drawn = draw(sys.stdin.buffer.read(), [int(number) for number in sys.argv[1].split(",") if number])
    except MemoryError:
        return OUT_OF_MEMORY
    json.dump({number: base64.b64encode(picture).decode() for number, picture in drawn.items()}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
