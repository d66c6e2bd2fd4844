"""Bytes → text. Decided by ourselves: detection by statistics was measured to read Latin-1 French as Chinese."""

from __future__ import annotations

import codecs
import unicodedata

from assistant.models import DocumentRefused
from assistant.wording import sentence

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MAXIMUM_DAMAGE = 0.005  # share of characters that no text holds, above which a file is not text


def decode(data: bytes, name: str) -> str:
    """Byte-order mark, else UTF-8, else windows-1252; line ends become "\\n".

    Raises:
        DocumentRefused: the file is empty, or is not text.
    """
    text = _decode(data)
    if not text.strip():
        raise DocumentRefused(name, sentence("refused_file.empty"))
    damaged = sum(1 for c in text if c == "\ufffd" or (unicodedata.category(c) == "Cc" and c not in "\n\r\t\f"))
    if damaged > MAXIMUM_DAMAGE * len(text):
        raise DocumentRefused(name, sentence("refused_file.not_text"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    accented = sum(1 for c in text if c > "\x7f") - damaged
    # More letters that only UTF-8 writes so than bytes that it never writes: UTF-8, with a byte lost on the way.
    return text if not damaged or accented > damaged else data.decode("windows-1252", errors="replace")
