"""The key of an address: the same whatever the host, the order of parameters or the escaping."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from assistant.crawl.sources import Site

# Parameters that never change what a page says: TYPO3's checksum and cache switch, campaigns, sessions.
IDLE_PARAMETERS = re.compile(
    r"(chash|no_cache|utm_\w+|fbclid|gclid|phpsessid|jsessionid|sid|session_?id|fe_typo_user|ftu)", re.IGNORECASE
)
PATH_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
KEY_VALUE = re.compile(r"[\w.-]{1,80}", re.ASCII)


def readable(url: str) -> str:
    """The address percent-decoded once: what rules are searched in."""
    return unquote(url, errors="replace")


def canonical_key(url: str, site: Site) -> str:
    """ "tt_news=194" for a page named by the site's key parameter; else path and parameters: "/actualites?page=2".

    The host is part of the key only when it is not one of the site's.
    """
    parts = urlsplit(url)
    parameters = [
        (_text(name), _text(value)) for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="replace")
    ]
    named = _named_by_parameter(parameters, site.key_parameter)
    if named:
        return f"{site.prefix}{named}"
    kept = sorted({(name, value) for name, value in parameters if not IDLE_PARAMETERS.fullmatch(name)})
    query = "&".join(
        f"{_shown(name, '&=')}={_shown(value, '&=')}" if value else _shown(name, "&=") for name, value in kept
    )
    return f"{site.prefix}{_foreign_host(parts, site)}{_path(parts.path)}{'?' if query else ''}{query}"


def _named_by_parameter(parameters: list[tuple[str, str]], key_parameter: str | None) -> str | None:
    if key_parameter is None:
        return None
    short = re.findall(r"[^\[\]]+", key_parameter)[-1]
    value = next((value for name, value in parameters if name == key_parameter), "")
    return f"{short}={value}" if KEY_VALUE.fullmatch(value) else None


def _path(path: str) -> str:
    """Percent-decoded once, "." and ".." resolved, slashes single, sessions left out."""
    clean = PATH_SESSION.sub("", _text(unquote(path, errors="replace")))
    folded = posixpath.normpath("/" + clean.lstrip("/"))
    return _shown(folded + "/" if clean.endswith("/") and folded != "/" else folded, "?")


def _foreign_host(parts: SplitResult, site: Site) -> str:
    return "" if parts.hostname in site.hosts else f"//{parts.netloc.lower()}"


def _text(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _shown(value: str, reserved: str) -> str:
    """Letters stay readable; what would make the key ambiguous (`reserved`, %, #, spaces, controls) is escaped."""
    return "".join(
        quote(c, safe="") if c in f"{reserved}%#\\" or unicodedata.category(c)[0] in "CZ" else c for c in value
    )
