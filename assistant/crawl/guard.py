"""Which addresses may be asked. Each rule is a named predicate, and a refusal says its name.

An address is judged twice: as written, then by every network address that its host has. Python's `is_global` lets
several ranges through that lead back inside (RFC 6890 and the IANA special-purpose registries): they are listed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from assistant.crawl.sources import Site
from assistant.models import FetchRefused
from assistant.wording import sentence

Address = IPv4Address | IPv6Address

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 2000
SPECIAL = tuple(
    ip_network(network)
    for network in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20", "5f00::/16")
)
# An IPv4 address travels inside these: the one that answers is not the one judged.
CARRIERS = tuple(
    IPv6Network(network) for network in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


def refused(url: str, rule: str) -> FetchRefused:
    """The refusal of an address by a rule, with its French reason."""
    return FetchRefused(url, rule, sentence(f"crawl_refused.{rule}"))


def port_of(parts: SplitResult) -> int:
    """The port of an address that `judge_url` let through."""
    return parts.port or DEFAULT_PORTS[parts.scheme]


def judge_url(url: str, site: Site) -> SplitResult:
    """The parts of an address that may be asked, as far as its writing says.

    Raises:
        FetchRefused: by the first rule that it breaks.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # read to be checked: urlsplit raises when it is asked for
    except ValueError:
        raise refused(url, "syntax") from None
    for rule, broken in URL_RULES:
        if broken(url, parts, site):
            raise refused(url, rule)
    return parts


def judge_addresses(url: str, addresses: Iterable[str], site: Site) -> Sequence[Address]:
    """The network addresses of its host, when **every** one may be connected to.

    Raises:
        FetchRefused: by the first rule that one of them breaks.
    """
    judged = [_unwrapped(ip_address(address)) for address in dict.fromkeys(addresses)]
    if not _is_intranet(urlsplit(url), site):
        for address in judged:
            for rule, broken in ADDRESS_RULES:
                if broken(address):
                    raise refused(url, rule)
    return judged


def _unwrapped(address: Address) -> Address:
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_intranet(parts: SplitResult, site: Site) -> bool:
    """Listed with its port, or listed without one and asked at a usual port."""
    host, port = parts.hostname or "", port_of(parts)
    return f"{host}:{port}" in site.intranet or (host in site.intranet and port in DEFAULT_PORTS.values())


def _badly_written(url: str, parts: SplitResult, site: Site) -> bool:
    """Characters that two readers of addresses may understand in two ways, or an address without end."""
    return len(url) > LONGEST_URL or any(c <= " " or c in "\x7f\\" for c in url) or not parts.hostname


def _other_scheme(url: str, parts: SplitResult, site: Site) -> bool:
    return parts.scheme not in DEFAULT_PORTS


def _with_user(url: str, parts: SplitResult, site: Site) -> bool:
    return "@" in parts.netloc


def _other_host(url: str, parts: SplitResult, site: Site) -> bool:
    return parts.hostname not in site.hosts


def _other_port(url: str, parts: SplitResult, site: Site) -> bool:
    port = port_of(parts)
    return port not in DEFAULT_PORTS.values() and f"{parts.hostname}:{port}" not in site.intranet


URL_RULES: tuple[tuple[str, Callable[[str, SplitResult, Site], bool]], ...] = (
    ("scheme", _other_scheme),
    ("syntax", _badly_written),
    ("userinfo", _with_user),
    ("host", _other_host),
    ("port", _other_port),
)


def _not_global(address: Address) -> bool:
    return not address.is_global


def _multicast(address: Address) -> bool:
    return address.is_multicast


def _special(address: Address) -> bool:
    return any(address in network for network in SPECIAL)


def _carries_another(address: Address) -> bool:
    if not isinstance(address, IPv6Address) or address.is_loopback or address.is_unspecified:
        return False
    return any(address in network for network in CARRIERS)


ADDRESS_RULES: tuple[tuple[str, Callable[[Address], bool]], ...] = (
    ("address_multicast", _multicast),
    ("address_special", _special),
    ("address_translated", _carries_another),
    ("address_private", _not_global),  # last: what it lets through depends on the version of Python
)
