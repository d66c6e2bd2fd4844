"""Bytes → text: which encoding, and what is refused as no text."""

from __future__ import annotations

import codecs
import random

import pytest

from assistant.documents.decode import decode
from assistant.models import DocumentRefused

TEXT = "L’œuvre de l'élève à Cœuvres : 3 €, « ça »…"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode(), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), id="utf-8-with-mark"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), id="utf-16-little-endian"),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), id="utf-16-big-endian"),
        pytest.param(TEXT.encode("windows-1252"), id="windows-1252"),
    ],
)
def test_french_is_read_letter_for_letter_in_every_encoding_it_comes_in(data: bytes) -> None:
    assert decode(data, "a.txt") == TEXT


def test_latin_1_accents_are_read() -> None:
    assert decode("Amiénois, à côté".encode("latin-1"), "a.txt") == "Amiénois, à côté"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"a\r\nb\r\n", "a\nb\n", id="windows"),
        pytest.param(b"a\rb\r", "a\nb\n", id="old-mac"),
        pytest.param(b"a\nb\n", "a\nb\n", id="unix"),
        pytest.param(b"a\r\n\rb", "a\n\nb", id="mixed"),
    ],
)
def test_line_ends_become_newlines(data: bytes, text: str) -> None:
    assert decode(data, "a.txt") == text


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \n\t\r\n", id="white-space"),
        pytest.param(codecs.BOM_UTF8, id="a-mark-alone"),
        pytest.param("\u00a0\u202f\n".encode(), id="no-break-spaces"),
        pytest.param(codecs.BOM_UTF16_LE, id="a-utf-16-mark-alone"),
    ],
)
def test_an_empty_file_is_refused_as_empty(data: bytes) -> None:
    with pytest.raises(DocumentRefused, match="vide") as refusal:
        decode(data, "public/a.txt")
    assert refusal.value.name == "public/a.txt"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes(1000), id="zeros"),
        pytest.param(random.Random(0).randbytes(5000), id="noise"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + random.Random(1).randbytes(2000), id="pdf"),
        pytest.param(b"PK\x03\x04" + random.Random(2).randbytes(2000), id="zip-docx"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(2000), id="png"),
        pytest.param("Bonjour à tous".encode("utf-16-le"), id="utf-16-without-mark"),
        pytest.param(codecs.BOM_UTF32_LE + "Bonjour à tous".encode("utf-32-le"), id="utf-32"),
    ],
)
def test_a_binary_file_is_refused_as_no_text(data: bytes) -> None:
    with pytest.raises(DocumentRefused, match="pas du texte"):
        decode(data, "public/a.txt")


def test_a_stray_control_character_does_not_refuse_a_text() -> None:
    assert "\x07" in decode(("La Somme. " * 100 + "\x07").encode(), "a.txt")


def test_form_feeds_and_tabs_are_text() -> None:
    assert decode(b"a\tb\fc", "a.txt") == "a\tb\fc"


def test_one_damaged_byte_does_not_garble_a_utf_8_text() -> None:
    assert "élève" in decode("L’élève à Amiens. ".encode() * 50 + b"\xe9", "a.txt")


@pytest.mark.parametrize("charset", [None, "iso-8859-1", "utf-16"])
def test_a_zero_byte_lost_in_a_utf_8_text_does_not_garble_it(charset: str | None) -> None:
    data = "L’élève à Amiens. ".encode() * 50
    assert decode(data[:30] + b"\0" + data[30:], "a.txt", charset).replace("\0", "") == data.decode()


# ---------------------------------------------------------------------------------------------- what pages declare

LATIN_1 = "windows-1252 : L’œuvre, 3 €".encode("windows-1252")


def _meta(charset: str, text: str = "<p>Été à Cœuvres : 3 €, ça") -> str:
    return f"<html><head><meta charset='{charset}'></head>{text}"


@pytest.mark.parametrize("label", ["iso-8859-1", "ISO-8859-1", "latin1", "windows-1252", ' "cp1252" ', "us-ascii"])
def test_latin_1_is_windows_1252_as_browsers_read_it(label: str) -> None:
    assert decode(LATIN_1, "a.html", label) == LATIN_1.decode("windows-1252")


@pytest.mark.parametrize(
    ("encoding", "http", "meta"),
    [
        pytest.param("iso-8859-15", "iso-8859-15", "utf-8", id="header"),
        pytest.param("iso-8859-15", "iso-8859-15", "windows-1252", id="header-before-meta"),
        pytest.param("iso-8859-15", None, "iso-8859-15", id="meta"),
        pytest.param("iso-8859-15", "utf-8", "iso-8859-15", id="header-that-the-bytes-contradict"),
        pytest.param("iso-8859-15", "klingon", "latin-9", id="header-that-nobody-knows"),
        pytest.param("mac-roman", "macintosh", "utf-8", id="mac"),
        pytest.param("windows-1252", None, "klingon", id="nothing-known"),
        pytest.param("windows-1252", "base64", "rot13", id="no-text-encoding"),
        pytest.param("windows-1252", "utf-16", "utf-16", id="utf-16-that-is-none"),
        pytest.param("utf-8", "iso-8859-1", "iso-8859-1", id="utf-8-whatever-is-declared"),
        pytest.param("utf-16-le", "utf-16", "utf-8", id="utf-16-without-mark"),
    ],
)
def test_the_bytes_then_the_header_then_the_page_say_the_encoding(encoding: str, http: str | None, meta: str) -> None:
    text = _meta(meta)
    assert decode(text.encode(encoding), "a.html", http, html=True) == text


def test_a_text_that_speaks_of_encodings_declares_none() -> None:
    text = _meta("macintosh")
    assert decode(text.encode("windows-1252"), "a.txt") == text


def test_what_is_declared_after_the_first_kilobyte_is_not_looked_at() -> None:
    text = " " * 1024 + _meta("macintosh")
    assert decode(text.encode("windows-1252"), "a.html", html=True) == text


def test_utf_8_with_a_byte_lost_stays_utf_8_whatever_is_declared() -> None:
    data = "L’élève à Amiens. ".encode() * 50 + b"\xe9"
    assert "élève" in decode(data, "a.html", "iso-8859-1", html=True)


@pytest.mark.parametrize("label", ["iso-8859-1", "utf-16", "macintosh"])
def test_no_charset_makes_a_text_of_a_binary_file(label: str) -> None:
    with pytest.raises(DocumentRefused, match="pas du texte"):
        decode(random.Random(4).randbytes(4001), "a.html", label, html=True)
