"""PDF → blocks, page by page. pypdf judges the file first (bombs, number of pages), pypdfium2 reads the text.

Left out: what nobody sees (the colour of what is under it, transparent, off the page, of no size), running heads and
feet, page numbers. Text drawn invisibly is read only over an image: it is then what a scanner recognised there.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from assistant.documents.colours import WHITE, Box, Colour, same_colour
from assistant.documents.layout import BULLET, Run, join_lines, paragraphs, reading_order
from assistant.documents.reading import BlockWriter, Reading, clean
from assistant.models import TO_SCAN, BlockKind, DocumentRefused, Place, PlaceKind
from assistant.wording import sentence

MOST_PAGES = 2_000
MOST_DECODED = 200_000_000  # bytes of drawing instructions, in all
FEWEST_CHARACTERS = 20  # on a page; one with fewer is reported as to be scanned
EDGE = 0.08  # of the page's height, at the top and at the bottom, where running heads and feet stand
WORD_GAP = 0.9  # of the text's height: a wider white space parts two runs
NO_SIZE = 1.5  # points
HEADING_SIZE = 1.15  # times the size of the text
HEADING_LENGTH = 120  # characters
PAGE_NUMBER = re.compile(r"(?i)[-–—\s]*(?:page\s*|p\.\s*)?\d{1,4}(?:\s*(?:/|sur|de)\s*\d{1,4})?[-–—\s]*")
INVISIBLE_MODES = (3, 7)  # text rendering modes that draw nothing


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page: its lines in reading order, its height, and the words that nobody sees."""

    number: int
    lines: tuple[Run, ...]
    height: float
    hidden: str

    def at_edge(self, line: Run) -> bool:
        return line.bottom > (1 - EDGE) * self.height or line.top < EDGE * self.height

    def as_frame(self, line: Run) -> str:
        """The line as its like on other pages: the page's own number is no difference."""
        return re.sub(rf"(?<!\d){self.number}(?!\d)", "#", " ".join(line.text.split()))


def read_pdf(data: bytes, name: str) -> Reading:
    """The visible text of each page, with its number.

    Raises:
        DocumentRefused: no PDF, encrypted, damaged, a bomb, too many pages, or nothing but images.
    """
    if b"%PDF-" not in data[:1024]:
        raise DocumentRefused(name, sentence("refused_file.damaged"))
    _check(data, name)
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
        sheets = [_sheet(pdf, index) for index in range(len(pdf))]
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise DocumentRefused(name, sentence(f"refused_file.{'encrypted' if locked else 'damaged'}")) from error
    writer = BlockWriter()
    title = pdf.get_metadata_value("Title")
    frame = _frame(sheets)
    body = _body_size(sheets)
    for sheet in sheets:
        _write(writer, sheet, frame, body)
    if not writer.blocks:
        raise DocumentRefused(name, sentence("refused_file.to_scan"))
    return writer.reading(title)


def _check(data: bytes, name: str) -> None:
    """Let a PDF pass that pypdf can open and whose pages decode to a sensible size.

    An encrypted one is left to pypdfium2, which knows whether it opens without a password.
    """
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError, PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            return
        if len(reader.pages) > MOST_PAGES:
            raise DocumentRefused(name, sentence("refused_file.pages", most=MOST_PAGES))
        decoded = 0
        for page in reader.pages:
            contents = page.get_contents()
            decoded += len(contents.get_data()) if contents is not None else 0
            if decoded > MOST_DECODED:
                raise DocumentRefused(name, sentence("refused_file.bomb"))
    except LimitReachedError as error:
        raise DocumentRefused(name, sentence("refused_file.bomb")) from error
    except PyPdfError as error:
        raise DocumentRefused(name, sentence("refused_file.damaged")) from error


def _write(writer: BlockWriter, sheet: _Sheet, frame: set[str], body: float) -> None:
    place = Place(PlaceKind.PAGE, sheet.number)
    kept = []
    for line in sheet.lines:
        if sheet.at_edge(line) and (PAGE_NUMBER.fullmatch(line.text) or sheet.as_frame(line) in frame):
            writer.drop("repeated", line.text)
        else:
            kept.append(line)
    if sheet.hidden:
        writer.drop("hidden_text", sheet.hidden)
    if sum(len(line.text) for line in kept) < FEWEST_CHARACTERS:
        writer.drop(TO_SCAN, sentence("place.page", number=sheet.number))
    for lines in paragraphs(kept):
        text = join_lines(line.text.strip() for line in lines)
        if BULLET.match(text):
            writer.add(BlockKind.ITEM, BULLET.sub("", text, count=1), 0, place)
        elif lines[0].size >= HEADING_SIZE * body and len(text) <= HEADING_LENGTH and not text.endswith("."):
            level = 1 if lines[0].size >= 1.6 * body else 2
            writer.add(BlockKind.HEADING, text, level, place)
        else:
            writer.add(BlockKind.PARAGRAPH, text, 0, place)


def _frame(sheets: Sequence[_Sheet]) -> set[str]:
    """The lines that stand at the edge of at least half of the pages, and of two."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        seen.update({sheet.as_frame(line) for line in sheet.lines if sheet.at_edge(line)})
    return {line for line, count in seen.items() if count >= max(2, len(sheets) / 2)}


def _body_size(sheets: Sequence[_Sheet]) -> float:
    """The height of most of the text, in points."""
    seen: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            seen[round(line.size * 2) / 2] += len(line.text)
    return seen.most_common(1)[0][0] if seen else 0.0


def _sheet(pdf: Any, index: int) -> _Sheet:
    page = pdf[index]
    text = page.get_textpage()
    try:
        glyphs = _Glyphs(page, text)
        lines = reading_order(_runs(glyphs))
        return _Sheet(index + 1, tuple(lines), page.get_height(), "".join(glyphs.hidden).strip())
    finally:
        text.close()
        page.close()


def _runs(glyphs: _Glyphs) -> Iterator[Run]:
    """Neighbouring visible characters of a line, as runs. Plain numbers: this sees every character of the file."""
    letters: list[str] = []
    left = bottom = right = top = 0.0
    for character, box in glyphs:
        if box is None:  # a space or a line's end
            letters.append(" ")
            continue
        x0, y0, x1, y1 = box
        size = y1 - y0
        shared = (top if top < y1 else y1) - (bottom if bottom > y0 else y0)
        lower = size if size < top - bottom else top - bottom
        if top and not (shared > 0.5 * lower and -size < x0 - right < WORD_GAP * size):
            yield Run("".join(letters).strip(), left, bottom, right, top)
            letters, top = [], 0.0
        letters.append(character)
        if not top:
            left, bottom, right, top = box
            continue
        left, right = (x0 if x0 < left else left), (x1 if x1 > right else right)
        if size > top - bottom:
            bottom, top = y0, y1
    if top:
        yield Run("".join(letters).strip(), left, bottom, right, top)


class _Glyphs:
    """The characters of a page in the order of the file: (character, box), the box being None for white space.

    A box is (left, bottom, right, top), as the page is shown.

    Those that nobody sees are put in `hidden` instead.
    """

    def __init__(self, page: Any, text: Any) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = page
        self._text = text
        self._crop = page.get_cropbox()
        self._rotation = page.get_rotation()
        self._size = page.get_size()
        self._visible: dict[int, bool] = {}
        self._under: list[tuple[Box, Colour | None]] | None = None
        self.hidden: list[str] = []

    def __iter__(self) -> Iterator[tuple[str, Box | None]]:
        raw = self._raw
        rectangle = raw.FS_RECTF()
        high = 0  # the first half of a character beyond the basic plane
        for index in range(raw.FPDFText_CountChars(self._text)):
            code = raw.FPDFText_GetUnicode(self._text, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
            high = 0
            # pdfium says U+0002 or U+FFFE for the hyphen that cuts a word at the end of a line.
            character = "-" if code in (0x02, 0xFFFE) else chr(code)
            if character.isspace():
                self.hidden.append(" ")
                yield " ", None
                continue
            if not ("!" <= character <= "~" or clean(character)):
                continue
            raw.FPDFText_GetLooseCharBox(self._text, index, ctypes.byref(rectangle))
            place = self._upright(rectangle)
            if self._is_seen(index, place):
                yield character, place
            else:
                self.hidden.append(character)

    def _upright(self, box: Any) -> Box:
        """The box as the page is shown: from the corner of what is shown of it, turned as it is turned."""
        left, bottom, right, top = self._crop
        width, height = right - left, top - bottom
        x0, x1 = box.left - left, box.right - left
        y0, y1 = box.bottom - bottom, box.top - bottom
        if self._rotation == 90:
            x0, y0, x1, y1 = y0, width - x1, y1, width - x0
        elif self._rotation == 180:
            x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
        elif self._rotation == 270:
            x0, y0, x1, y1 = height - y1, x0, height - y0, x1
        return x0, y0, x1, y1

    def _is_seen(self, index: int, box: Box) -> bool:
        left, bottom, right, top = box
        width, height = self._size
        if not (0 <= left + right <= 2 * width and 0 <= bottom + top <= 2 * height) or top - bottom < NO_SIZE:
            return False
        drawn = self._raw.FPDFText_GetTextObject(self._text, index)
        if not drawn:
            return True
        key = ctypes.cast(drawn, ctypes.c_void_p).value or 0
        if key not in self._visible:
            self._visible[key] = self._is_drawn(drawn)
        return self._visible[key]

    def _is_drawn(self, drawn: Any) -> bool:
        """Does this text leave a mark that differs from what is under it?"""
        raw = self._raw
        mode = raw.FPDFTextObj_GetTextRenderMode(drawn)
        colour, alpha = _fill(raw, drawn)
        if mode in INVISIBLE_MODES:
            return self._background(drawn) is None
        if mode not in (0, 4):
            return True
        if alpha < 10:
            return False
        if colour is None or not same_colour(colour, WHITE):
            return True
        background = self._background(drawn)
        return background is None or not same_colour(colour, background)

    def _background(self, drawn: Any) -> Colour | None:
        """The colour of what is under the middle of a text; None for an image, whose colours nobody knows."""
        sides = [ctypes.c_float() for _ in range(4)]
        self._raw.FPDFPageObj_GetBounds(drawn, *(ctypes.byref(side) for side in sides))
        left, bottom, right, top = (side.value for side in sides)
        x, y = (left + right) / 2, (bottom + top) / 2
        if self._under is None:
            self._under = list(self._backgrounds())
        over = [c for (x0, y0, x1, y1), c in self._under if x0 <= x <= x1 and y0 <= y <= y1]
        return over[-1] if over else WHITE

    def _backgrounds(self) -> Iterator[tuple[Box, Colour | None]]:
        """(bounds, colour or None for an image) of what is filled, in the order of drawing."""
        raw = self._raw
        for drawn in self._page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)):
            if drawn.type == raw.FPDF_PAGEOBJ_IMAGE:
                yield drawn.get_bounds(), None
                continue
            mode, stroke = ctypes.c_int(), ctypes.c_int()
            raw.FPDFPath_GetDrawMode(drawn, ctypes.byref(mode), ctypes.byref(stroke))
            colour, alpha = _fill(raw, drawn)
            if mode.value and colour is not None and alpha > 100:
                yield drawn.get_bounds(), colour


def _fill(raw: Any, drawn: Any) -> tuple[Colour | None, int]:
    """(red, green, blue) or None when it is no plain colour, and the opacity from 0 to 255."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(drawn, *(ctypes.byref(part) for part in parts)):
        return None, 255
    red, green, blue, alpha = (part.value for part in parts)
    return (red, green, blue), alpha
