"""The date that a page declares, for machines or for readers."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.documents.html import read_html
from tests.typo3_pages import Item, news, news_list, page

TODAY = date(2024, 6, 15)


def _date(markup: str) -> str | None:
    return read_html(markup, today=TODAY).date


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        ("<meta property='article:published_time' content='2016-11-18T09:00:00+01:00'>", "2016-11-18"),
        ("<meta name='DC.date' content='2016-11-18'>", "2016-11-18"),
        ("<meta name='DC.Date.Issued' content='20161118'>", "2016-11-18"),
        ("<meta name='dcterms.created' content='2016-11-18 10:30'>", "2016-11-18"),
        ("<meta name='date' content='18/11/2016'>", "2016-11-18"),
        ("<meta itemprop='datePublished' content='2016-11-18'>", "2016-11-18"),
        ("<script type='application/ld+json'>{\"datePublished\": \"2016-11-18T09:00\"}</script>", "2016-11-18"),
        ("<script type='application/ld+json'>{\"@graph\": [{\"datePublished\": \"2016-11-18\"}]}</script>",
         "2016-11-18"),
        ("<time datetime='2016-11-18T09:00'>hier</time>", "2016-11-18"),
        ("<span class='news-single-timedate'>18.11.2016 10:30</span>", "2016-11-18"),
        ("<span class='news-single-timedate'>18.11.16</span>", "2016-11-18"),
        ("<p class='news-list-date'>Vendredi 18 novembre 2016</p>", "2016-11-18"),
        ("<div class='actu-date'><b>18</b> novembre 2016</div>", "2016-11-18"),
        # No date:
        ("<meta property='article:modified_time' content='2016-11-18'>", None),
        ("<meta name='date' content='2016-02-31'>", None),
        ("<meta name='date' content='demain'>", None),
        ("<meta name='date' content='2031-01-01'>", None),
        ("<meta name='date' content='1970-01-01'>", None),
        ("<meta name='date' content='2016'>", None),
        ("<script type='application/ld+json'>{pas du json</script>", None),
        ("<script type='application/ld+json'>{\"datePublished\": 3}</script>", None),
        ("<script type='application/ld+json'>" + "[" * 5000 + "</script>", None),
        ("<span class='mise-a-jour'>18.11.2016</span>", None),
        ("<span class='candidate'>18.11.2016</span>", None),
        ("<aside><time datetime='2016-11-18'>agenda</time></aside>", None),
        ("<footer><span class='date'>18.11.2016</span></footer>", None),
        ("<time>18 novembre 2016</time>", None),
        ("<p>18 novembre 2016</p>", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_page_declares_its_day_or_none(markup: str, day: str | None) -> None:
    assert _date(f"<html><body><p>Un.</p>{markup}</body></html>") == day


def test_what_is_said_to_machines_comes_before_what_is_shown() -> None:
    head = "<meta property='article:published_time' content='2016-11-18'>"
    assert _date(page(news("T", "<p>Un.</p>", date="20.11.2016"), "T", head=head)) == "2016-11-18"


def test_a_news_page_is_of_its_own_day_and_not_of_those_it_lists_beside() -> None:
    beside = news_list([Item("/a", "A", "01.02.2020"), Item("/b", "B", "03.04.2021")])
    assert _date(page(news("T", "<p>Un.</p>", date="18.11.16 10:30") + beside, "T")) == "2016-11-18"


def test_a_list_of_news_has_no_day_of_its_own() -> None:
    items = [Item("/a", "A", "01.02.2020"), Item("/b", "B", "03.04.2021")]
    assert _date(page(news_list(items), "Actualités")) is None
