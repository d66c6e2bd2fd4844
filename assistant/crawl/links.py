"""The links of a page that a rule takes, and what the page says to robots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag
from bs4.filter import SoupStrainer

from assistant.crawl.canonical import readable
from assistant.crawl.guard import LONGEST_URL
from assistant.crawl.sources import PRODUCT, FollowRule, Site

MOST_LINKS = 5000  # of a page: more is a trap
READ = ["a", "area", "base", "meta"]
NOT_TO_INDEX = {"noindex", "none"}
NOT_TO_FOLLOW = {"nofollow", "none"}


@dataclass(frozen=True, slots=True)
class FoundLink:
    """An absolute address, and the first rule of the site that takes it."""

    url: str
    rule: FollowRule


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links to take, in the order of the page; whether the page itself may be indexed."""

    links: tuple[FoundLink, ...]
    noindex: bool


def read_links(markup: str, url: str, site: Site, robots_tag: str | None) -> PageLinks:
    """What a page leads to. `robots_tag` is the X-Robots-Tag header of its answer."""
    # Without selectors the rest of the page is not built: 3 s in place of 17 for the largest page.
    needs_all = any(rule.css is not None for rule in site.follow)
    soup = BeautifulSoup(markup, "lxml", parse_only=None if needs_all else SoupStrainer(READ))
    said = header_directives(robots_tag) | set(_meta_directives(soup))
    links = () if said & NOT_TO_FOLLOW else tuple(islice(_links(soup, url, site), MOST_LINKS))
    return PageLinks(links, bool(said & NOT_TO_INDEX))


def header_directives(robots_tag: str | None) -> set[str]:
    """ "noindex, otherbot: nofollow" → {"noindex"}: what is said to all robots, and to ours."""
    said, addressed = set(), ""
    for piece in (robots_tag or "").lower().split(","):
        name, colon, rest = piece.partition(":")
        if colon and name.strip() != "unavailable_after":
            addressed, piece = name.strip(), rest  # noqa: PLW2901  # the directive after the robot's name
        if addressed in ("", PRODUCT.lower()):
            said.add(piece.strip())
    return said


def matching_rule(url: str, site: Site, matches_css: Iterable[FollowRule] = ()) -> FollowRule | None:
    """The first rule that takes a link. `matches_css` are the rules whose selector it matches in its page."""
    text, matching = readable(url), {id(rule) for rule in matches_css}
    for rule in site.follow:
        if rule.takes(text) and (rule.css is None or id(rule) in matching):
            return rule
    return None


def rule_of_address(url: str, site: Site) -> FollowRule | None:
    """The rule that takes an address found in no page (a sitemap's, a person's).

    None when the first one has a selector: nobody can say whether it matches, and it may be what keeps the address from
    the public.
    """
    first = next((rule for rule in site.follow if rule.takes(readable(url))), None)
    return first if first and first.css is None else None


def _links(soup: BeautifulSoup, url: str, site: Site) -> Iterator[FoundLink]:
    base = _base(soup, url)
    selected = {
        id(rule): {id(element) for element in soup.select(rule.css)} for rule in site.follow if rule.css is not None
    }
    seen = set()
    for anchor in soup.find_all(["a", "area"], href=True):
        address = absolute(base, str(anchor["href"]))
        if address is None or "nofollow" in str(anchor.get("rel") or "").lower():
            continue
        matching = [rule for rule in site.follow if id(anchor) in selected.get(id(rule), ())]
        rule = matching_rule(address, site, matching)
        if rule and (address, rule) not in seen:
            seen.add((address, rule))
            yield FoundLink(address, rule)


def _base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.find("base", href=True)
    return (absolute(url, str(tag["href"])) if isinstance(tag, Tag) else None) or url


def absolute(base: str, href: str) -> str | None:
    """The address without its fragment, or None when it is not one to ask a server for."""
    if len(href) > LONGEST_URL:
        return None
    try:
        address = urldefrag(urljoin(base, re.sub(r"[\t\r\n]", "", href).strip())).url
        parts = urlsplit(address)
    except ValueError:
        return None
    return address.replace(" ", "%20") if parts.scheme in ("http", "https") and parts.hostname else None


def _meta_directives(soup: BeautifulSoup) -> Iterator[str]:
    for meta in soup.find_all("meta", attrs={"name": True, "content": True}):
        if str(meta["name"]).lower() in ("robots", PRODUCT.lower()):
            yield from (piece.strip() for piece in str(meta["content"]).lower().split(","))
