"""Bytes → text. Decided by ourselves: detection by statistics was measured to read Latin-1 French as Chinese."""

from __future__ import annotations

import codecs
import re

from assistant.models import DocumentRefused
from assistant.wording import sentence

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What French sites declare, as browsers read it: latin-1 is windows-1252. UTF-8 has been tried before.
ENCODINGS = {
    **dict.fromkeys("iso-8859-1 iso8859-1 latin1 latin-1 l1 ascii us-ascii windows-1252 cp1252".split(), "cp1252"),
    **dict.fromkeys("iso-8859-15 iso8859-15 latin-9 latin9 l9".split(), "iso-8859-15"),
    **dict.fromkeys("macintosh x-mac-roman".split(), "mac-roman"),
    "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip
META_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
DAMAGE = re.compile("[\ufffd\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
MAXIMUM_DAMAGE = 0.005  # share of characters that no text holds, above which a file is not text


def decode(data: bytes, name: str, charset: str | None = None, html: bool = False) -> str:
    """Byte-order mark, else UTF-8, else `charset` (of the HTTP header), else the page's <meta>, else windows-1252.

    Line ends become "\n". A charset that is not known, or that the bytes contradict, is ignored.

    Raises:
        DocumentRefused: the file is empty, or is not text.
    """
    text = _decode(data, charset, html)
    if not text.strip():
        raise DocumentRefused(name, sentence("refused_file.empty"))
    if sum(1 for _ in DAMAGE.finditer(text)) > MAXIMUM_DAMAGE * len(text):
        raise DocumentRefused(name, sentence("refused_file.not_text"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes, charset: str | None, html: bool) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    text = data.decode("utf-8", errors="replace")
    # Many zeros are UTF-16, or no text; a lost one is no reason to read it as something else.
    if text.count("\x00") <= MAXIMUM_DAMAGE * len(text) and _is_utf_8(text):
        return text
    declared = META_CHARSET.search(data[:1024]) if html else None
    for label in (charset, declared and declared.group(1).decode("ascii")):
        encoding = ENCODINGS.get((label or "").strip().strip("\"'").lower(), "")
        if encoding and (not encoding.startswith("utf-16") or "\x00" in text):
            return data.decode(encoding, errors="replace")
    return data.decode("windows-1252", errors="replace")


def _is_utf_8(text: str) -> bool:
    """Are there more letters that only UTF-8 writes so than bytes that it never writes (one may be lost on the way)?"""
    damaged = text.count("\ufffd")
    return not damaged or sum(1 for c in text if c > "\x7f") > 2 * damaged
