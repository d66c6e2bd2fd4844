"""Web addresses, e-mail addresses and telephone numbers: said only as they are written."""

from __future__ import annotations

import re

_PHONE = r"(?<!\d)(?:\+33[ .]?|0)\d(?:[ .-]?\d\d){4}(?!\d)"
_SITE = r"https?://[^\s\])»]+|(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,24}\b(?:/[^\s\])»]*)?"
_ADDRESS = re.compile(rf"{_PHONE}|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|{_SITE}", re.IGNORECASE)


def addresses_in(text: str) -> tuple[str, ...]:
    """Web addresses, e-mail addresses and telephone numbers, as they are written."""
    return tuple(match.group().rstrip(".,;") for match in _ADDRESS.finditer(text))


def without_addresses(text: str) -> str:
    """What else a text says."""
    return _ADDRESS.sub(" ", text)


def address_missing(text: str, source: str) -> bool:
    """Has a text an address that its source has not, in whatever groups of digits?"""
    known = {_usual(address) for address in addresses_in(source)}
    return any(_usual(address) not in known for address in addresses_in(text))


def _usual(address: str) -> str:
    """A telephone number without its spaces, dots and hyphens; else in lower case."""
    return re.sub(r"\D", "", address) if re.fullmatch(_PHONE, address) else address.lower().rstrip("/")
