"""More than 300 files that are damaged, hostile or not what they say, the same at each run."""

from __future__ import annotations

import gzip
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from tests.made_files import deck, minutes, pdf, report_page, swollen
from tests.made_open_documents import open_sheets, open_slides, open_text, workbook

READ = "read"
DAMAGED = "abîmé"
BOMB = "prendrait trop de place"
LOCKED = "mot de passe"
MAIN_PARTS = {
    ".pptx": "ppt/slides/slide1.xml",
    ".docx": "word/document.xml",
    ".odt": "content.xml",
    ".odp": "content.xml",
    ".ods": "content.xml",
    ".xlsx": "xl/worksheets/sheet1.xml",
}
TABLE = "Commune;Prises\n" + "".join(f"Commune {number};{number * 37}\n" for number in range(60))
HTML = "<html><head><title>Page</title></head><body><h1>Page</h1><p>Une phrase de la page.</p></body></html>"
WORDS = re.compile(rb"(?<=>)([^<>&]*[a-z]{3}[^<>&]*)(?=</)")
INVISIBLE = "\u202e\u200b\u2066\U000e0041\U000e0042\U000e007f\u2060"


@dataclass(frozen=True, slots=True)
class Malformed:
    """A file by its name, and what becomes of it: READ, a part of the reason of its refusal, or "" for either.

    Large ones are given by the function that makes them.
    """

    name: str
    made: bytes | Callable[[], bytes]
    ending: str = ""

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.made if isinstance(self.made, bytes) else self.made()


@cache
def good_files() -> dict[str, bytes]:
    """A sound file of each format, by suffix."""
    return {
        ".pdf": pdf(*(report_page(number) for number in (1, 2, 3))),
        ".pptx": deck(),
        ".docx": minutes(),
        ".odt": open_text(),
        ".odp": open_slides(),
        ".ods": open_sheets(),
        ".xlsx": workbook(),
        ".csv": TABLE.encode(),
        ".html": HTML.encode(),
    }


@cache
def named_files() -> list[Malformed]:
    """Those whose ending is known."""
    return [*_not_what_they_say(), *_locked(), *_archives(), *_pdfs(), *_documents(), *_sheets(), *_texts()]


@cache
def damaged_files() -> list[Malformed]:
    """Those damaged at random: each is read or refused."""
    return list(_damaged())


def _damaged() -> Iterator[Malformed]:
    chance = random.Random(7)
    for suffix, data in good_files().items():
        for at in range(1, 9):
            yield Malformed(f"cut-{at}{suffix}", data[: len(data) * at // 9])
        for number, count in enumerate((1, 1, 5, 5, 20, 50, 100, 200, 500)):
            yield Malformed(f"flipped-{number}{suffix}", _flipped(data, count, chance))
    for suffix, part in MAIN_PARTS.items():
        data = good_files()[suffix]
        for number, count in enumerate((1, 2, 3, 5, 20, 100)):
            yield Malformed(
                f"inside-{number}{suffix}", _changed(data, part, partial(_flipped, count=count, chance=chance))
            )
        for number in (1, 2, 3):
            yield Malformed(f"short-{number}{suffix}", _changed(data, part, partial(_first_quarters, number)))
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
        for number, name in enumerate(chance.sample(names, min(5, len(names)))):
            yield Malformed(f"without-{number}{suffix}", _changed(data, name, lambda _: None))
        for number in range(3):
            yield Malformed(f"numbers-{number}{suffix}", _changed(data, part, lambda x: _other_numbers(x, chance)))


def _flipped(data: bytes, count: int, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(count):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


def _first_quarters(number: int, data: bytes) -> bytes:
    return data[: len(data) * number // 4]


def _put(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new)


def _other_numbers(data: bytes, chance: random.Random) -> bytes:
    """A tenth of the numbers of an XML replaced by ones that nobody expects."""
    odd = (b"-1", b"0", b"99999999999999999999", b"1e309", b"NaN", b"")
    return re.sub(rb'(?<=")\d+(?=")', lambda x: chance.choice(odd) if chance.random() < 0.1 else x.group(), data)


def _changed(archive: bytes, name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """The archive with a member changed, or taken away."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data: bytes | None = old.read(member)
            if member.filename == name:
                data = change(data or b"")
            if data is not None:
                new.writestr(member.filename, data)
    return file.getvalue()


def _added(archive: bytes, *members: tuple[str, bytes]) -> bytes:
    file = BytesIO(archive)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as changed:
        for name, data in members:
            changed.writestr(name, data)
    return file.getvalue()


# ---------------------------------------------------------------------------------------------- by family


def _not_what_they_say() -> Iterator[Malformed]:
    good = good_files()
    for suffix in good:
        yield Malformed(f"empty{suffix}", b"", "vide")
        yield Malformed(f"blank{suffix}", b" \n" * 500, "vide" if suffix in (".csv", ".html") else DAMAGED)
        if suffix not in (".csv", ".html"):
            yield Malformed(f"page{suffix}", HTML.encode() * 20, DAMAGED)
            yield Malformed(f"zeros{suffix}", bytes(5000), DAMAGED)
    yield Malformed("picture.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "pas du texte")
    yield Malformed("archive.csv", good[".xlsx"], "pas du texte")
    for suffix, other in (
        (".pptx", ".docx"),
        (".docx", ".xlsx"),
        (".odt", ".odp"),
        (".ods", ".odt"),
        (".xlsx", ".pdf"),
    ):
        yield Malformed(f"really{other}{suffix}", good[other], DAMAGED)
    yield Malformed("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), LOCKED)


def _locked() -> Iterator[Malformed]:
    good = good_files()
    for algorithm in ("RC4-40", "RC4-128"):
        writer = PdfWriter(clone_from=PdfReader(BytesIO(good[".pdf"])))
        writer.encrypt("secret", "owner", algorithm=algorithm)
        file = BytesIO()
        writer.write(file)
        yield Malformed(f"{algorithm}.pdf", file.getvalue(), LOCKED)
    for suffix in (".pptx", ".docx", ".odt"):
        yield Malformed(f"wrapped{suffix}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), LOCKED)
    entry = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    for suffix in (".odt", ".ods", ".odp"):
        locked = _changed(good[suffix], "META-INF/manifest.xml", lambda x: x.replace(b"</manifest:manifest>", entry))
        yield Malformed(f"encrypted{suffix}", locked, LOCKED)
    yield Malformed(
        "package.odt",
        _added(_changed(good[".odt"], "content.xml", lambda _: None), ("encrypted-package", b"x")),
        LOCKED,
    )
    flagged = bytearray(good[".docx"])
    for at in (match.start() for match in re.finditer(rb"PK\x01\x02", good[".docx"])):
        flagged[at + 8] |= 1
    yield Malformed("flagged.docx", bytes(flagged), LOCKED)


def _archives() -> Iterator[Malformed]:
    good = good_files()
    for suffix in (".pptx", ".docx", ".odt", ".xlsx"):
        yield Malformed(f"swollen{suffix}", partial(swollen, good[suffix], 310), BOMB)
    part = b"<x>" + b"0" * 2_000_000 + b"</x>"
    yield Malformed("ratio.odp", _added(good[".odp"], ("x.xml", part)), BOMB)
    members = tuple((f"ppt/media/{number}.xml", b"x") for number in range(5001))
    yield Malformed("members.pptx", _added(good[".pptx"], *members), BOMB)
    inner = b"PK"
    for level in range(6):
        inner = _added(_nothing(), *((f"{level}-{number}.zip", inner) for number in range(10)))
    yield Malformed("nested.docx", inner, DAMAGED)
    yield Malformed("gzip.docx", gzip.compress(bytes(50_000_000)), DAMAGED)
    yield Malformed("gzip.csv", gzip.compress(bytes(50_000_000)), "pas du texte")
    for suffix, name in MAIN_PARTS.items():
        yield Malformed(f"lying{suffix}", partial(_lying, good[suffix], name))
        outside = _added(good[suffix], ("../../etc/passwd", b"x"), ("/tmp/x", b"x"), ("a\x00b", b"x"), ("C:\\x", b"x"))
        yield Malformed(f"outside{suffix}", outside)
        yield Malformed(f"twice{suffix}", good[suffix] + good[suffix], READ)
        yield Malformed(f"prefixed{suffix}", b"MZ" * 500 + good[suffix], READ)
    yield Malformed("comment.docx", good[".docx"][:-2] + b"\xff\xff" + b"x" * 70_000)


def _nothing() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w"):
        pass
    return file.getvalue()


def _lying(archive: bytes, name: str) -> bytes:
    """A member of 200 MB that declares to have 1,000 bytes."""
    changed = bytearray(_changed(archive, name, lambda x: x[:1000] + b" " * 200_000_000))
    for match in re.finditer(re.escape(name.encode()), bytes(changed)):
        for size_at, mark in ((match.start() - 30 + 22, b"PK\x03\x04"), (match.start() - 46 + 24, b"PK\x01\x02")):
            start = match.start() - (30 if mark == b"PK\x03\x04" else 46)
            if changed[start : start + 4] == mark:
                changed[size_at : size_at + 4] = (1000).to_bytes(4, "little")
    return bytes(changed)


def _pdf_of(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    body, table = b"%PDF-1.4\n", b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for number, told in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj%s\nendobj\n" % (number, told)
    end = b"trailer<</Root %d 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (root, len(objects) + 1, len(body))
    return body + table + end


def _stream(data: bytes, told: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), told, data)


def _pdfs() -> Iterator[Malformed]:
    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    words = _stream(b"BT /F 12 Tf 72 700 Td (Une phrase de cette page se lit.) Tj ET")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    one = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    yield Malformed("plain.pdf", _pdf_of(catalog, one, page, words, font), READ)
    yield Malformed("count.pdf", _pdf_of(catalog, one.replace(b"1>>", b"999999999>>"), page, words, font))
    many = b"<</Type/Pages/Kids[" + b"3 0 R " * 2500 + b"]/Count 2500>>"
    yield Malformed("pages.pdf", _pdf_of(catalog, many, page, words, font), "plus de 2000 pages")
    yield Malformed("none.pdf", _pdf_of(catalog, b"<</Type/Pages/Kids[]/Count 0>>"))
    yield Malformed("cycle.pdf", _pdf_of(catalog, b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"))
    yield Malformed("cycle-2.pdf", _pdf_of(catalog, one, b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"))
    outline = b"<</Title(x)/Next 6 0 R/Prev 6 0 R/First 6 0 R/Last 6 0 R/Parent 6 0 R>>"
    outlined = catalog.replace(b">>", b"/Outlines 6 0 R>>")
    yield Malformed("outlines.pdf", _pdf_of(outlined, one, page, words, font, outline), READ)
    deep = [b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (n + 1, n - 1) for n in range(2, 5002)]
    yield Malformed("deep.pdf", _pdf_of(catalog, *deep, page))
    yield Malformed("arrays.pdf", _pdf_of(catalog, one, page, words, b"[" * 100_000 + b"]" * 100_000))
    drawn = b"q " * 300_000 + b"BT /F 12 Tf (Une phrase.) Tj ET" + b" Q" * 300_000
    yield Malformed("states.pdf", _pdf_of(catalog, one, page, _stream(drawn), font))
    form = _stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X 4 0 R>>>>")
    yield Malformed(
        "forms.pdf", _pdf_of(catalog, one, page.replace(b"/Font", b"/XObject<</X 4 0 R>>/Font"), form, font)
    )
    packed = zlib.compress(b" " * 100_000_000, 9)
    flate = _stream(zlib.compress(packed, 9), b"/Filter[/FlateDecode/FlateDecode]")
    yield Malformed("flate.pdf", _pdf_of(catalog, one, page, flate, font))
    six = b"<</Type/Pages/Kids[" + b"3 0 R " * 6 + b"]/Count 6>>"
    yield Malformed("flates.pdf", _pdf_of(catalog, six, page, _stream(packed, b"/Filter/FlateDecode"), font), BOMB)
    yield Malformed("length.pdf", _pdf_of(catalog, one, page, words.replace(b"/Length ", b"/Length 4 0 R/L "), font))
    yield Malformed("loop.pdf", _pdf_of(catalog, one, page, words, font).replace(b"/Size 6", b"/Size 6/Prev 9"))
    yield Malformed("root.pdf", _pdf_of(catalog, one, page, words, font, root=99))
    yield Malformed("box.pdf", _pdf_of(catalog, one, page.replace(b"600 800", b"1e30 -1e30"), words, font))
    yield Malformed("head.pdf", b"%PDF-1.7\n%%EOF", DAMAGED)
    yield Malformed("noise.pdf", b"%PDF-1.7\n" + random.Random(3).randbytes(50_000), DAMAGED)
    hidden = _stream(b"BT /F 12 Tf 3 Tr 72 700 Td (Une phrase de cette page se lit.) Tj ET")
    yield Malformed("unseen.pdf", _pdf_of(catalog, one, page, hidden, font), "océriser")


def _documents() -> Iterator[Malformed]:
    good = good_files()
    external = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    laughs = b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + b"".join(
        b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 11)
    ) + b"]>"  # fmt: skip
    for suffix, part in MAIN_PARTS.items():
        for kind, declared, entity in (("external", external, b"&e;"), ("laughs", laughs, b"&a10;")):
            change = partial(_with_entity, declared, entity)
            yield Malformed(f"{kind}{suffix}", _changed(good[suffix], part, change))
        broken = _changed(good[suffix], part, lambda x: x.replace(b"UTF-8", b"UTF-16", 1))
        yield Malformed(f"encoding{suffix}", broken)
    yield from _nested()
    said = INVISIBLE.encode()
    for suffix, word in ((".pptx", b"Sujet"), (".docx", b"Budget"), (".odt", b"Budget"), (".odp", b"Sujet")):
        marked = _changed(good[suffix], MAIN_PARTS[suffix], _put(word, said.join((word[:2], word[2:]))))
        yield Malformed(f"invisible{suffix}", marked, READ)
    void = _changed(good[".docx"], MAIN_PARTS[".docx"], lambda x: re.sub(rb"(<w:t[^>]*>)[^<]*", rb"\1", x))
    yield Malformed("wordless.docx", void, "vide")
    unseen = _changed(good[".docx"], MAIN_PARTS[".docx"], lambda x: re.sub(rb"(<w:t[^>]*>)[^<]+", rb"\1" + said, x))
    yield Malformed("unseen.docx", unseen, "vide")
    bare = _changed(good[".pptx"], "ppt/presentation.xml", lambda x: re.sub(rb"<p:sldId [^>]*>", b"", x))
    yield Malformed("slideless.pptx", bare, "vide")


def _with_entity(declared: bytes, entity: bytes, xml: bytes) -> bytes:
    """An XML that declares an entity, and has it in each of its texts."""
    end = xml.find(b"?>") + 2 if xml.lstrip().startswith(b"<?xml") else 0
    return xml[:end] + declared + WORDS.sub(rb"\1" + entity, xml[end:])


def _nested() -> Iterator[Malformed]:
    good = good_files()
    for depth in (200, 20_000):
        tables = (b"<w:tbl><w:tr><w:tc>" * depth) + b"<w:p/>" + (b"</w:tc></w:tr></w:tbl>" * depth)
        controls = (b"<w:sdt><w:sdtContent>" * depth) + b"<w:p/>" + (b"</w:sdtContent></w:sdt>" * depth)
        for name, inner in (("tables", tables), ("controls", controls)):
            change = _put(b"<w:body>", b"<w:body>" + inner)
            yield Malformed(f"{name}-{depth}.docx", _changed(good[".docx"], MAIN_PARTS[".docx"], change))
        groups = (
            b"<p:grpSp><p:nvGrpSpPr><p:cNvPr id='9' name=''/></p:nvGrpSpPr><p:grpSpPr/>" * depth
        ) + b"</p:grpSp>" * depth
        nested = _changed(good[".pptx"], MAIN_PARTS[".pptx"], _put(b"</p:spTree>", groups + b"</p:spTree>"))
        yield Malformed(f"groups-{depth}.pptx", nested)
        for name, inner in (
            ("spans", b"<text:p>" + b"<text:span>" * depth + b"mot" + b"</text:span>" * depth + b"</text:p>"),
            ("sections", b"<text:section>" * depth + b"</text:section>" * depth),
        ):
            change = _put(b"<office:text>", b"<office:text>" + inner)
            yield Malformed(f"{name}-{depth}.odt", _changed(good[".odt"], "content.xml", change))


def _sheets() -> Iterator[Malformed]:
    good = good_files()
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    part = MAIN_PARTS[".xlsx"]
    yield Malformed("far.xlsx", _changed(good[".xlsx"], part, lambda x: x.replace(b"</sheetData>", far)))
    cells = b'<row r="%d">' + b"".join(b'<c r="%s%%d"/>' % bytes([letter]) for letter in range(65, 85)) + b"</row>"
    rows = b"".join(cells % ((number,) * 21) for number in range(20, 50_020))
    empty = _changed(good[".xlsx"], part, lambda x: x.replace(b"</sheetData>", rows + b"</sheetData>"))
    yield Malformed("empty-cells.xlsx", empty, READ)
    row = b'<table:table-row table:number-rows-repeated="%d"><table:table-cell table:number-columns-repeated="%d"%s'
    for name, told in (
        ("empty", row % (1_048_000, 16_000, b"/></table:table-row>")),
        ("full", row % (1_048_000, 16_000, b' office:value-type="float" office:value="1"/></table:table-row>')),
        ("negative", row % (-5, -5, b' office:value-type="float" office:value="1"/></table:table-row>')),
    ):
        sheet = _changed(good[".ods"], "content.xml", _put(b"</table:table>", told + b"</table:table>"))
        yield Malformed(f"{name}-repeated.ods", sheet)
    shared = _changed(good[".xlsx"], part, lambda x: x.replace(b"<v>0</v>", b"<v>999999999</v>"))
    yield Malformed("shared.xlsx", shared)
    hidden = _changed(
        good[".xlsx"], part, lambda x: x.replace(b'hidden="1"', b'hidden="1" r2="x"').replace(b'max="', b'max="9')
    )
    yield Malformed("columns.xlsx", hidden)


def _texts() -> Iterator[Malformed]:
    yield Malformed("nul.csv", TABLE.replace(";", ";\x00").encode(), "pas du texte")
    yield Malformed("few-nul.csv", (TABLE + "Corbie;\x003\n").encode(), READ)
    yield Malformed("line.csv", b"Commune;Prises;" * 300_000, READ)
    yield Malformed("cell.csv", b"x" * 4_900_000, DAMAGED)
    yield Malformed("quote.csv", b'"' + TABLE.encode() * 200, DAMAGED)
    yield Malformed("rows.csv", b"Commune;Prises\n" + b"Albert;1\n" * 100_000, READ)
    yield Malformed("columns.csv", b";".join(b"C%d" % n for n in range(100_000)) + b"\n", READ)
    yield Malformed("commas.csv", b",;\t|\n" * 10_000, "vide")
    yield Malformed("invisible.csv", TABLE.replace("Commune", f"Comm{INVISIBLE}une").encode(), READ)
    yield Malformed("utf-8.csv", TABLE.encode().replace(b"37", b"\xff\xfe\x80"))
    yield Malformed("utf-16.csv", b"\xff\xfe" + TABLE.encode("utf-16-le")[:-1] + b"\xd8", READ)
    yield Malformed("surrogates.csv", b"\xff\xfe" + b"\x00\xd8" * 3000, "pas du texte")
    yield Malformed("line.txt", ("Une phrase qui se répète. " * 150_000).encode(), READ)
    yield Malformed("word.txt", b"a" * 4_900_000, READ)
    yield Malformed("large.txt", b"a" * 5_100_000, "dépasse 5 Mo")
    yield Malformed("invisible.txt", f"Une ph{INVISIBLE}rase.".encode(), READ)
    yield Malformed("nothing-seen.txt", INVISIBLE.encode() * 20, "vide")
    yield Malformed("brackets.md", b"[" * 50_000 + b" mot", READ)
    yield Malformed("quotes.md", b">" * 20_000 + b" mot")
    yield Malformed("tags.html", b"<div>" * 100_000 + b"mot", "imbriqu")
    yield Malformed("rows.html", b"<table>" + b"<tr><td>Albert</td><td>1</td></tr>" * 100_000 + b"</table>", READ)
    yield Malformed(
        "entities.html", b"<p>Une phrase &#xFFFFFFFF; &#0; &bogus; &amp &#x110000; &#55296; finie.</p>", READ
    )
    yield Malformed("attributes.html", b"<p " + b"a='b' " * 100_000 + b">Une phrase.</p>", READ)
    yield Malformed("unclosed.html", b"<p>Une phrase.<!-- " + b"<b " * 50_000, READ)
