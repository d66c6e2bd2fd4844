"""Pictures of the pages of a PDF, small enough to stand beside a quotation. Drawn apart, like all reading of documents.

Decks have none: nothing that can be installed with pip draws them.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable
from io import BytesIO

from assistant.documents.sandbox import OUT_OF_MEMORY, limit_process, run_apart
from assistant.models import DocumentRefused, Source
from assistant.wording import sentence

WIDTH = 480  # pixels
TALLEST = 1_440  # pixels: a page longer than that is drawn narrower
QUALITY = 50  # of WebP, from 1 to 100: a page full of text takes 50 kB, as much as a PNG of eight colours


def pictures(source: Source, numbers: Iterable[int]) -> dict[int, bytes]:
    """A WebP of each page of these numbers, the first being 1, that the document has; nothing for what is no PDF.

    Raises:
        DocumentRefused: the file cannot be opened, or drawing it takes too much time or memory, or fails.
    """
    if source.path.suffix.lower() != ".pdf":
        return {}
    try:
        data = source.path.read_bytes()
    except OSError as error:
        raise DocumentRefused(source.name, sentence("refused_file.unreadable")) from error
    wanted = ",".join(str(number) for number in sorted(set(numbers)))
    answer = run_apart("assistant.documents.pictures", wanted, data, source.name)
    try:
        return {int(number): base64.b64decode(picture) for number, picture in json.loads(answer).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise DocumentRefused(source.name, sentence("refused_file.crashed")) from error


def draw(data: bytes, numbers: Iterable[int]) -> dict[int, bytes]:
    """The same, in this process, of the bytes of a PDF."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(data)
    drawn = {}
    for number in numbers:
        if not 1 <= number <= len(pdf):
            continue
        page = pdf[number - 1]
        width, height = page.get_size()
        picture = page.render(scale=min(WIDTH / max(width, 1), TALLEST / max(height, 1))).to_pil()
        file = BytesIO()
        picture.save(file, "WEBP", quality=QUALITY, method=2)
        drawn[number] = file.getvalue()
        page.close()
    return drawn


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
