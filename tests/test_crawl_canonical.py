"""One page, one key."""

from __future__ import annotations

import pytest

from assistant.crawl.canonical import canonical_key
from assistant.crawl.sources import Site

SITE = Site.model_validate(
    {
        "name": "Somme Numérique", "start": ["https://www.sommenumerique.fr/"],
        "hosts": ["www.sommenumerique.fr", "sommenumerique.fr"], "key_parameter": "tx_ttnews[tt_news]",
        "follow": [{"url": "/", "role": "document"}],
    }
)  # fmt: skip
HOME = "https://www.sommenumerique.fr"

SAME_NEWS = [
    f"{HOME}/actualites/detail?tx_ttnews%5Btt_news%5D=194&cHash=d6e797b738f08dc46c8120a17a42fb90",
    f"{HOME}/actualites/detail?tx_ttnews[tt_news]=194&cHash=d6e797b738f08dc46c8120a17a42fb90",
    f"{HOME}/actualites/detail?tx_ttnews%5btt_news%5d=194",
    f"{HOME}/actualites/detail?cHash=0&tx_ttnews%5Btt_news%5D=194",
    f"{HOME}/actualites/detail/?tx_ttnews[tt_news]=194#c12",
    f"{HOME}/index.php?id=42&tx_ttnews[tt_news]=194&tx_ttnews[backPid]=7",
    f"{HOME}:443/actualites/detail?tx_ttnews[tt_news]=194&utm_source=lettre",
    "http://sommenumerique.fr/actualites/detail?tx_ttnews[tt_news]=194",
    "HTTPS://WWW.SommeNumerique.FR/actualites/detail?tx_ttnews[tt_news]=194&PHPSESSID=a1b2",
    f"{HOME}/actualites/detail?tx_ttnews%5B%74t_news%5D=%3194",
]
SAME_KEY = {
    "a path": ("/actualites", "/actualites"),
    "the home page": ("", "/"),
    "a fragment": ("/plan#bas", "/plan"),
    "the order of parameters": ("/liste?b=2&a=1", "/liste?a=1&b=2"),
    "a parameter said twice": ("/liste?a=1&a=1", "/liste?a=1"),
    "an empty parameter": ("/liste?a=", "/liste?a"),
    "pagination": ("/actualites?tx_ttnews%5Bpointer%5D=2&cHash=ab", "/actualites?tx_ttnews[pointer]=2"),
    "no_cache": ("/plan?no_cache=1", "/plan"),
    "campaigns": ("/plan?utm_medium=mail&utm_campaign=x&fbclid=1", "/plan"),
    "sessions in the query": ("/plan?sid=9&PHPSESSID=8&fe_typo_user=7", "/plan"),
    "sessions in the path": ("/plan;jsessionid=ABC?x=1", "/plan?x=1"),
    "escaped letters": ("/d%C3%A9bit/100%25", "/débit/100%25"),
    "letters made of two": ("/de%CC%81bit", "/débit"),
    "written letters": ("/débit", "/débit"),
    "spaces": ("/note%20un.pdf", "/note%20un.pdf"),
    "dots": ("/a/./b/../c", "/a/c"),
    "dots above the root": ("/../../etc/passwd", "/etc/passwd"),
    "several slashes": ("//a///b", "/a/b"),
    "a final slash stays": ("/a/", "/a/"),
    "an escaped question mark": ("/a%3Fb=1", "/a%3Fb=1"),
    "an escaped ampersand": ("/a?b=1%262", "/a?b=1%262"),
    "a key parameter without a value": ("/detail?tx_ttnews[tt_news]=", "/detail?tx_ttnews[tt_news]"),
    "a key parameter with a trap": ("/detail?tx_ttnews[tt_news]=1%2F..", "/detail?tx_ttnews[tt_news]=1/.."),
}


@pytest.mark.parametrize("url", SAME_NEWS)
def test_a_news_has_one_key_however_it_is_written(url: str) -> None:
    assert canonical_key(url, SITE) == "tt_news=194"


@pytest.mark.parametrize(("written", "key"), SAME_KEY.values(), ids=list(SAME_KEY))
def test_a_page_has_a_stable_readable_key(written: str, key: str) -> None:
    assert canonical_key(HOME + written, SITE) == key
    assert canonical_key("http://sommenumerique.fr" + written, SITE) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/detail?tx_ttnews[tt_news]=194", "/detail?tx_ttnews[tt_news]=223"),
        ("/a", "/b"),
        ("/a?x=1", "/a?x=2"),
        ("/a?b=1&c=2", "/a?b=1%26c=2"),
        ("/a%2Fb=1?c", "/a?b=1&c"),
    ],
)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert canonical_key(HOME + one, SITE) != canonical_key(HOME + other, SITE)


def test_another_site_keeps_its_host() -> None:
    assert canonical_key("https://ailleurs.fr/plan", SITE) == "//ailleurs.fr/plan"


def test_two_sites_of_the_same_make_have_their_own_keys() -> None:
    other = SITE.model_copy(update={"prefix": "80:"})
    assert canonical_key(SAME_NEWS[0], other) == "80:tt_news=194"
