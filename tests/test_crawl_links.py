"""The links of a page, and the addresses of a sitemap."""

from __future__ import annotations

import gzip

import pytest

from assistant.crawl.links import FoundLink, header_directives, read_links, rule_of_address
from assistant.crawl.sitemap import Sitemap, read_sitemap
from assistant.crawl.sources import Site
from assistant.models import Access

SITE = Site.model_validate(
    {
        "name": "Essai", "start": ["https://essai.fr/"], "hosts": ["essai.fr"],
        "follow": [
            {"css": "#elus a", "url": r"\.pdf$", "role": "document", "kind": "note", "access": "staff"},
            {"url": r"\.pdf$", "role": "document", "kind": "pièce"},
            {"url": r"\[n\]=\d+", "role": "document", "kind": "actualité"},
            {"css": "nav.pages > a", "role": "list"},
        ],
    }
)  # fmt: skip
HERE = "https://essai.fr/dossier/page"


def taken(markup: str, robots_tag: str | None = None) -> list[str]:
    return [link.url for link in read_links(markup, HERE, SITE, robots_tag).links]


LINKS = {
    "a path": ('<a href="/x.pdf">ici</a>', ["https://essai.fr/x.pdf"]),
    "a neighbour": ('<a href="x.pdf">ici</a>', ["https://essai.fr/dossier/x.pdf"]),
    "a base": ('<base href="/autre/"><a href="x.pdf">ici</a>', ["https://essai.fr/autre/x.pdf"]),
    "a base of nonsense": ('<base href="mailto:x"><a href="x.pdf">ici</a>', ["https://essai.fr/dossier/x.pdf"]),
    "an escaped parameter": ('<a href="/d?t%5Bn%5D=3&amp;c=1">x</a>', ["https://essai.fr/d?t%5Bn%5D=3&c=1"]),
    "a fragment": ('<a href="/x.pdf#page=3">ici</a>', ["https://essai.fr/x.pdf"]),
    "a space": ('<a href=" /un x.pdf\n">ici</a>', ["https://essai.fr/un%20x.pdf"]),
    "an area": ('<map><area href="/x.pdf"></map>', ["https://essai.fr/x.pdf"]),
    "twice": ('<a href="/x.pdf">a</a><a href="/x.pdf">b</a>', ["https://essai.fr/x.pdf"]),
    "a selector": ('<nav class="pages"><a href="/2">2</a><p><a href="/3">3</a></p></nav>', ["https://essai.fr/2"]),
    "no rule": ('<a href="/x.html">a</a>', []),
    "mail": ('<a href="mailto:x.pdf">a</a>', []),
    "script": ('<a href="javascript:x.pdf">a</a>', []),
    "a file": ('<a href="file:///x.pdf">a</a>', []),
    "a broken address": ('<a href="http://[x.pdf">a</a>', []),
    "nofollow on the link": ('<a rel="nofollow" href="/x.pdf">a</a>', []),
    "nofollow on the page": ('<meta name="ROBOTS" content="index, NoFollow"><a href="/x.pdf">a</a>', []),
    "none": ('<meta name="robots" content="none"><a href="/x.pdf">a</a>', []),
    "nofollow for another": (
        '<meta name="otherbot" content="nofollow"><a href="/x.pdf">a</a>',
        ["https://essai.fr/x.pdf"],
    ),
    "no link": ("<p>texte</p>", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("markup", "expected"), LINKS.values(), ids=list(LINKS))
def test_the_links_that_rules_take(markup: str, expected: list[str]) -> None:
    assert taken(markup) == expected


@pytest.mark.parametrize(("markup", "expected"), LINKS.values(), ids=list(LINKS))
def test_pages_are_read_the_same_without_selectors(markup: str, expected: list[str]) -> None:
    site = SITE.model_copy(update={"follow": tuple(rule for rule in SITE.follow if rule.css is None)})
    if "nav" not in markup:
        assert [link.url for link in read_links(markup, HERE, site, None).links] == expected


def test_the_first_rule_decides() -> None:
    page = read_links('<div id="elus"><a href="/a.pdf">a</a></div><a href="/b.pdf">b</a>', HERE, SITE, None)
    assert page.links == (
        FoundLink("https://essai.fr/a.pdf", SITE.follow[0]),
        FoundLink("https://essai.fr/b.pdf", SITE.follow[1]),
    )
    assert [link.rule.access for link in page.links] == [Access.STAFF, Access.PUBLIC]


def test_an_address_alone_is_not_taken_where_a_selector_may_keep_it_from_the_public() -> None:
    assert rule_of_address("https://essai.fr/a.pdf", SITE) is None
    assert rule_of_address("https://essai.fr/?t%5Bn%5D=3", SITE) == SITE.follow[2]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("noindex", {"noindex"}),
        ("NoIndex, nofollow", {"noindex", "nofollow"}),
        ("otherbot: noindex", set()),
        ("otherbot: noindex, SommeNumeriqueAssistant: none", {"none"}),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST, noindex", {"noindex"}),
    ],
)
def test_the_header_speaks_to_us_or_to_all(header: str, said: set[str]) -> None:
    assert header_directives(header) & {"noindex", "nofollow", "none"} == said


def test_a_page_not_to_index_may_still_lead_somewhere() -> None:
    page = read_links('<meta name="robots" content="noindex"><p><a href="/x.pdf">a</a>', HERE, SITE, None)
    assert page.noindex
    assert len(page.links) == 1
    assert read_links("<p>x</p>", HERE, SITE, "noindex").noindex
    assert taken('<a href="/x.pdf">a</a>', "nofollow") == []


def test_tags_nested_without_end_do_no_harm() -> None:
    assert taken("<div>" * 20_000 + '<a href="/x.pdf">a</a>') in ([], ["https://essai.fr/x.pdf"])


NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
URLS = (
    f"<urlset {NAMESPACE}><url><loc> https://essai.fr/a </loc><lastmod>2020</lastmod></url>"
    "<url><loc>/b</loc></url></urlset>"
)
READ = Sitemap(("https://essai.fr/a", "https://essai.fr/b"), ())
SITEMAPS = {
    "pages": (URLS.encode(), READ),
    "compressed": (gzip.compress(URLS.encode()), READ),
    "an index": (
        f"<sitemapindex {NAMESPACE}><sitemap><loc>https://essai.fr/s1.xml</loc></sitemap></sitemapindex>".encode(),
        Sitemap((), ("https://essai.fr/s1.xml",)),
    ),
    "cut short": (URLS.encode()[:-20], Sitemap(("https://essai.fr/a",), ())),
    "HTML": (b"<!DOCTYPE html><html><body><p>404</body>", Sitemap((), ())),
    "nothing": (b"", Sitemap((), ())),
    "a picture of another": (
        b"<urlset xmlns:i='x'><url><loc>/a</loc><i:image><i:loc>/p.png</i:loc></i:image></url></urlset>",
        Sitemap(("https://essai.fr/a",), ()),
    ),
    "a bomb": (gzip.compress(bytes(40_000_000)), Sitemap((), ())),
}


@pytest.mark.parametrize(("data", "expected"), SITEMAPS.values(), ids=list(SITEMAPS))
def test_sitemaps_are_read(data: bytes, expected: Sitemap) -> None:
    assert read_sitemap(data, "https://essai.fr/sitemap.xml") == expected


def test_the_entities_of_a_sitemap_are_not_opened() -> None:
    data = b"""<!DOCTYPE u [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY f "/dedans">]>
    <urlset><url><loc>/a&e;</loc></url><url><loc>&f;</loc></url></urlset>"""
    found = read_sitemap(data, "https://essai.fr/")
    assert set(found.pages) <= {"https://essai.fr/a"}


def test_a_sitemap_has_an_end() -> None:
    body = b"<urlset>" + b"<url><loc>/a</loc></url>" * 60_000 + b"</urlset>"
    assert len(read_sitemap(body, "https://essai.fr/").pages) == 50_000
