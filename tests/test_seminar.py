"""From the site's page to the answer: a slide is quoted with its speaker, the seminar, the date and its number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering.assistant import Assistant
from assistant.cli import main
from assistant.documents.contact import contact_fields, contact_page
from assistant.documents.frame import SiteFrame, strip_frame
from assistant.documents.introductions import introductions
from assistant.documents.read import read_page
from assistant.index.build import open_build
from assistant.models import Access, Answer, Origin, Source, Status
from assistant.settings import Settings, load_settings
from ingest import cut_up
from tests.made_files import deck
from tests.typo3_pages import SEMINAR_FILES, SEMINAR_URL, SITE, seminar_page

DECK_URL = SITE + SEMINAR_FILES[1][1]


@pytest.fixture(scope="module")
def site_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("site")
    (folder / "page.html").write_text(seminar_page(), "utf-8")
    (folder / "deck.pptx").write_bytes(deck())
    origin = Origin("tt_news=194", SEMINAR_URL, "séminaire", "utf-8")
    read = read_page(Source(folder / "page.html", "tt_news=194", Access.PUBLIC, origin))
    seminar, contact = strip_frame(read, SiteFrame())
    assert contact is not None
    origin = Origin(DECK_URL, DECK_URL, "présentation")
    source = Source(folder / "deck.pptx", DECK_URL, Access.PUBLIC, origin)
    slides, _ = strip_frame(read_page(source, introductions(seminar)[DECK_URL]), SiteFrame())
    settings = load_settings().model_copy(update={"data": folder / "var", "vector_weight": 0.0})
    record = contact_page(contact, seminar.url)
    with open_build(settings) as build:
        for page in (seminar, slides, record):
            build.add(cut_up(page), page.key)
        build.publish(contact_fields(record))
    return settings


@pytest.fixture(scope="module")
def site(site_settings: Settings) -> Iterator[Assistant]:
    opened = Assistant(site_settings)
    yield opened
    opened.close()


def _ask(site: Assistant, question: str) -> Answer:
    return site.ask(question, Access.PUBLIC)


def test_slide_seven_is_quoted_with_its_speaker_the_seminar_and_the_day(site: Assistant) -> None:
    answer = _ask(site, "Combien d'actes le coffre des archives conserve-t-il ?")
    assert answer.status is Status.ANSWERED
    assert answer.answer == (
        "Jérôme Depres, séminaire du 18 novembre 2016, diapositive 7 :"
        " « Le coffre des archives conserve 4 200 actes depuis 2015. »"
    )
    (quote,) = answer.quotes
    assert (quote.speaker, quote.occasion, quote.date, quote.url) == (
        "Jérôme DEPRES", "séminaire", "2016-11-18", DECK_URL,
    )  # fmt: skip
    assert quote.role == "Chef de projet « e éducation et lutte contre la fracture numérique » à Somme Numérique"
    assert quote.place is not None
    assert quote.place.number == 7


@pytest.mark.parametrize(
    "question",
    ["Qui est Jérôme Depres ?", "Quel est le montant des investissements du 100 % FttH ?", "Où est la fibre ?"],
)
def test_a_sentence_that_points_to_a_file_answers_no_question(site: Assistant, question: str) -> None:
    answer = _ask(site, question)
    shown = [quote.text for quote in (*answer.quotes, *answer.related)]
    assert shown
    assert not [text for text in shown if text.startswith(("Voir la", "Lire l'", "Vous retrouverez"))]


def test_the_command_line_says_it_too(
    site_settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", str(site_settings.data))
    monkeypatch.setenv("ASSISTANT_VECTOR_WEIGHT", "0")
    assert main(["ask", "Combien d'actes le coffre des archives conserve-t-il ?"]) == 0
    shown = capsys.readouterr().out
    assert "Jérôme Depres, séminaire du 18 novembre 2016, diapositive 7 : «" in shown
    assert "Jérôme Depres, Chef de projet « e éducation" in shown
