"""HTML written by hand: a text that is not ours becomes harmless, an address is one of the web or none.

Every punctuation mark of a text that is not ours becomes a character reference: neither HTML nor Markdown finds
anything to read in it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from assistant.wording import sentence

# ASCII punctuation, controls and halves of characters. Letters, digits, spaces and « » stay readable.
_SPECIAL = re.compile("[\x00-\x1f!-/:-@\\[-`{-\x9f\ud800-\udfff]")
BREAKS = re.compile(r"[ \t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
# Where French puts a space that does not break a line: within « », before : ; ? ! % and between thousands.
_TIES = re.compile(r"(?<=«) | (?=[»:;?!%])|(?<=\d) (?=\d{3}\b)")


def tied(text: str) -> str:
    """The text with the spaces of French typography that do not break a line."""
    return _TIES.sub("\xa0", text)


def one_line(text: str) -> str:
    """The same on one line."""
    return tied(BREAKS.sub(" ", text))


def escaped(text: str) -> str:
    """A text that is not ours, on one line, as character references wherever a reader of markup might stop."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match.group())};", one_line(text))


def line(name: str, text: str) -> str:
    """A paragraph of this class, or "" when there is nothing to say."""
    return f'<p class="{name}">{escaped(text)}</p>' if text else ""


def web_address(url: str | None) -> str:
    """The address if it is one of a page of the web, or "": a document may carry `javascript:`."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def anchor(address: str, text: str) -> str:
    """A link that opens beside the page."""
    return (
        f'<a class="lien" href="{escaped(address)}" target="_blank" rel="noopener">{escaped(text)}'
        f'<span class="invisible"> {escaped(sentence("chat.new_tab"))}</span></a>'
    )
