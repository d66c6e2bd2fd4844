"""The conversation as HTML: nothing in a document is read as markup, and each source says where it comes from."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from assistant.models import GLOSSARY_KEY, Answer, Contact, Place, PlaceKind, Quote, Span, Status
from assistant.web import cards
from assistant.web.conversation import Turn
from assistant.web.markup import escaped
from assistant.web.show import marked
from assistant.wording import sentence

QUOTE = Quote(
    text="La fibre arrive.",
    span=Span(0, 16),
    context="Avant. La fibre arrive. Après.",
    document_key="cle",
    title="Un titre",
    kind="communiqué",
    date="2020-04-01",
    date_is_inferred=False,
    heading_path=("Un titre", "Une partie"),
    speaker="Madame X",
    url="https://www.sommenumerique.fr/page?a=1&b=2",
    deep_link="https://www.sommenumerique.fr/page?a=1&b=2#:~:text=La%20fibre",
)
CONTACT = Contact(
    "Somme numérique", "43 avenue d'Italie", "Tél. : 03 22 22 27 27", "", "https://www.sommenumerique.fr/"
)

HOSTILE = [
    "*gras* **très** _souligné_ __tout__ ~~rayé~~",
    "`code` ```bloc```",
    "[texte](http://exemple.fr) ![image](http://exemple.fr/a.png)",
    "http://exemple.fr www.exemple.fr moi@exemple.fr <http://exemple.fr>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</blockquote></article><h1>Faux</h1>",
    "&lt;b&gt; &amp; &#42; & ;",
    "# Titre\n\n## Autre\n\n1. un\n2. deux\n\n- trois\n\n> citation\n\n---\n\n    code",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "$x^2$ $$y$$ \\(z\\) \\[w\\]",
    "ligne\r\nligne\u2028ligne\x85ligne\x0bligne",
    "\" onmouseover=\"alert(1) ' onclick='alert(1)",
    "\x00 \ud800",
]


def shown(answer: Answer, question: str = "Où ?") -> str:
    return cards.conversation((Turn(1, question, answer),))


def answered(quote: Quote) -> Answer:
    return Answer(Status.ANSWERED, f"« {quote.text} »", quotes=(quote,))


def passage_of(*quotes: Quote) -> str:
    return "".join(piece.text for piece in marked(quotes))


def words_of(markup: str) -> str:
    """What a reader sees of an HTML fragment, white space folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_document_text_is_shown_as_it_stands_whatever_it_holds(text: str) -> None:
    written = escaped(text)
    assert not set(written) & set("<>\"'*_`[]()$~|\\\n\r\x00\x1b")
    assert re.fullmatch(r"[\w\s«»…’–—\xa0#;&]*", written)
    folded = " ".join(text.split())
    assert " ".join(html.unescape(written).split()) == folded.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_markdown_leaves_a_hostile_conversation_as_it_was_written(text: str) -> None:
    quote = replace(QUOTE, text=text, context=f"x {text} y", title=text, kind=text, speaker=text, heading_path=(text,))
    contact = Contact(text, text, text, text, "javascript:alert(1)")
    answer = Answer(Status.NOT_FOUND, text, quotes=(quote,), related=(quote,), contact=contact)
    written = shown(answer, question=text)
    assert "\n" not in written
    assert MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(written) == written


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//ailleurs", "http://["])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert "<a " not in shown(answered(replace(QUOTE, url=url, deep_link=url)))


def test_a_card_says_where_its_sentence_comes_from() -> None:
    card = shown(answered(QUOTE))
    for expected in ("Un titre", "Communiqué", "1er avril 2020", "Une partie", "Auteur ou intervenant : Madame X"):
        assert expected in words_of(card)
    assert "Avant&#46; <mark>La fibre arrive&#46;</mark> Après&#46;" in card
    link = re.search(r'<a class="lien" href="([^"]*)" target="_blank" rel="noopener">', card)
    assert link
    assert html.unescape(link[1]) == QUOTE.deep_link


def test_without_a_deep_link_the_card_opens_the_page() -> None:
    card = shown(answered(replace(QUOTE, deep_link=None)))
    assert html.unescape(card).count(f'href="{QUOTE.url}"') == 1


def test_an_inferred_date_is_said_to_be_inferred() -> None:
    inferred = replace(QUOTE, date="2020-04", date_is_inferred=True)
    assert "avril 2020 date déduite" in words_of(shown(answered(inferred)))
    assert sentence("chat.date_inferred") not in words_of(shown(answered(QUOTE)))
    assert sentence("chat.undated") in words_of(shown(answered(replace(QUOTE, date=None))))


def test_a_definition_opens_its_source_and_says_when_it_was_read() -> None:
    read = replace(QUOTE, document_key=GLOSSARY_KEY, url="https://essai.example/", deep_link="https://essai.example/")
    markup = shown(answered(read))
    assert "lu le 1er avril 2020" in words_of(markup)
    assert "Voir la source de la définition" in words_of(markup)
    assert "Lire dans le document" not in words_of(markup)


def test_what_an_acronym_stands_for_shows_neither_day_nor_link() -> None:
    markup = shown(answered(replace(QUOTE, document_key=GLOSSARY_KEY, date=None, url=None, deep_link=None)))
    assert 'class="date"' not in markup
    assert 'class="lien"' not in markup


def test_two_sentences_of_one_passage_share_a_card() -> None:
    second = replace(QUOTE, text="Après.", span=Span(17, 23))
    card = shown(replace(answered(QUOTE), quotes=(QUOTE, second)))
    assert card.count('class="carte"') == 1
    assert card.count("<mark>") == 2
    assert "<mark>La fibre arrive&#46;</mark> <mark>Après&#46;</mark>" in card


def test_overlapping_sentences_are_highlighted_once() -> None:
    inner = replace(QUOTE, text="fibre arrive.")
    assert passage_of(QUOTE, inner) == QUOTE.context
    longer = replace(QUOTE, text="arrive. Après.")
    assert passage_of(QUOTE, longer) == QUOTE.context


def test_a_long_passage_is_cut_between_words_around_its_sentence() -> None:
    passage = replace(QUOTE, context=f"{'avant ' * 200}{QUOTE.text}{' après' * 200}")
    text = passage_of(passage)
    assert QUOTE.text in text
    assert len(text) < 600
    assert set(text.replace(QUOTE.text, "").split()) == {"[…]", "avant", "après"}


def test_a_sentence_that_is_not_in_its_passage_stands_alone() -> None:
    assert passage_of(replace(QUOTE, context="Autre chose.")) == QUOTE.text


def test_related_passages_stand_apart_under_their_own_heading() -> None:
    page = shown(Answer(Status.NOT_FOUND, "Rien.", related=(QUOTE,), contact=CONTACT))
    assert 'class="proches"' in page
    assert 'class="sources"' not in page
    assert sentence("chat.related.documents") in words_of(page)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(Status.NOT_FOUND, True), (Status.OUT_OF_SCOPE, True), (Status.REFUSED, True), (Status.UNAVAILABLE, True),
     (Status.ANSWERED, False), (Status.CLARIFY, False), (Status.GREETING, False)],
)  # fmt: skip
def test_who_got_no_answer_is_told_whom_to_contact(status: Status, expected: bool) -> None:
    page = shown(Answer(status, "Texte.", contact=CONTACT))
    assert ('href="tel:0322222727"' in page) is expected
    assert ("43 avenue d'Italie" in words_of(page)) is expected


def test_the_notice_gives_the_phone_number_of_the_index() -> None:
    assert "03 22 22 27 27" in words_of(cards.notice(CONTACT))
    assert words_of(cards.notice(None)) == sentence("chat.notice.quotations")
    assert words_of(cards.notice(replace(CONTACT, phone=""))) == sentence("chat.notice.quotations")


def test_every_ending_has_its_heading() -> None:
    for status in Status:
        assert sentence(f"chat.status.{status.value}") in words_of(shown(Answer(status, "Texte.")))


def test_the_three_degrees_of_an_answer_look_different() -> None:
    answers = (
        answered(QUOTE),
        Answer(Status.NOT_FOUND, "Rien.", related=(QUOTE,), contact=CONTACT),
        Answer(Status.NOT_FOUND, "Rien.", contact=CONTACT),
    )
    endings = [re.search(r'<p class="(issue [^"]*)">([^<]*)', shown(answer)) for answer in answers]
    assert len({ending[1] for ending in endings if ending}) == 3
    assert len({ending[2] for ending in endings if ending}) == 3


def test_a_follow_up_says_how_it_was_understood_and_any_other_question_does_not() -> None:
    understood = shown(replace(answered(QUOTE), understood_as="Quand a lieu <b>le séminaire</b> ?"))
    assert 'class="compris"' in understood
    assert "Quand a lieu <b>le séminaire</b> ?" in words_of(understood).replace("\xa0", " ")
    assert "<b>" not in understood
    assert 'class="compris"' not in shown(answered(QUOTE))


def test_a_question_being_looked_up_is_shown_at_once() -> None:
    page = cards.conversation((), pending="<b>Où ?")
    assert "<b>" not in page
    assert sentence("chat.searching") in words_of(page)


def test_the_card_of_a_deck_says_who_spoke_as_what_at_which_seminar_and_on_which_slide() -> None:
    quote = replace(
        QUOTE, speaker="Jérôme DEPRES", role="Chef de projet « ENT »", occasion="séminaire", kind="présentation",
        date="2016-11-18", place=Place(PlaceKind.SLIDE, 7), heading_path=("Archives",),
    )  # fmt: skip
    card = html.unescape(shown(answered(quote)))
    assert "Auteur ou intervenant : Jérôme Depres, Chef de projet « ENT »".replace(" ", "") in re.sub(r"\s", "", card)
    assert 'datetime="2016-11-18">séminaire du 18 novembre 2016</time>' in card
    assert "diapositive 7 › Archives" in card
    undated = html.unescape(shown(answered(replace(quote, date=None))))
    assert '<span class="date">séminaire</span>' in undated
