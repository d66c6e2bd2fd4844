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
