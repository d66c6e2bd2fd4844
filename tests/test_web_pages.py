"""The assistant without script: the same answers, whole pages, and links that last."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from assistant.answering.question import LONGEST
from assistant.settings import ROOT
from assistant.web.refusals import refusal
from assistant.wording import french_date, french_number, sentence, texts, wording
from tests.test_fibre_pages import attribute
from tests.web_visitor import PRESIDENT, UNANSWERED

pytest_plugins = ["tests.web_fixtures"]

TEMPLATES = ROOT / "assistant" / "web" / "templates"
HTML = {"accept": "text/html"}


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def ask(client: TestClient, question: str, conversation: str = "") -> BeautifulSoup:
    reply = client.get("/question", params={"q": question, "c": conversation}, headers=HTML)
    assert reply.status_code == 200
    return soup(reply.text)


def words_of(document: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(found.get_text(" ").split()) for found in document.select(selector)]


@pytest.mark.parametrize("question", [PRESIDENT, UNANSWERED, "la fibre est dispo a flixecourt ?", "Bonjour"])
def test_the_page_says_what_the_api_says(client: TestClient, question: str) -> None:
    shown = client.post("/api/ask", json={"question": question}).json()["shown"]
    page = ask(client, question)
    assert words_of(page, ".issue") == [" ".join(shown["ending"].split())]
    assert words_of(page, ".texte p") == [" ".join(text.split()) for text in shown["paragraphs"]]
    cards = [card for group in shown["groups"] for card in group["cards"]]
    assert words_of(page, ".carte .titre strong") == [" ".join(card["title"].split()) for card in cards]
    links = [attribute(link, "href") for link in page.select("#conversation .carte a.lien")]
    assert links == [card["link"] for card in cards if card["link"]]


def test_a_conversation_goes_on_by_its_form_and_by_its_suggestions(client: TestClient) -> None:
    page = ask(client, "La fermeture du cuivre à Flixecourt ?")
    (field,) = page.select("input[name=c]")
    again = ask(client, "et à Rue ?", attribute(field, "value"))
    assert "Rue" in words_of(again, ".compris")[0]
    offered = ask(client, "la fibre à saint leger")
    link = offered.select(".questions a")[0]
    asked = parse_qs(urlsplit(attribute(link, "href")).query)
    assert asked["q"] == [link.get_text()]
    assert asked["c"][0]


def test_without_a_question_the_page_is_its_form_and_its_examples(client: TestClient) -> None:
    page = soup(client.get("/question").text)
    (form,) = page.select("form")
    assert (attribute(form, "action"), attribute(form, "method")) == ("/question", "get")
    assert words_of(page, ".questions a") == wording("examples.questions")
    assert "03 22 22 27 27" in " ".join(words_of(page, ".avis"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("?!", sentence("question.empty")), ("a" * 1001, sentence("question.too_long", longest=french_number(LONGEST)))],
    ids=["empty", "too long"],
)
def test_a_question_that_cannot_be_asked_is_left_in_the_form_with_the_reason(
    client: TestClient, typed: str, said: str
) -> None:
    reply = client.get("/question", params={"q": typed}, headers=HTML)
    page = soup(reply.text)
    assert reply.status_code == 422
    assert words_of(page, "[role=alert]") == [" ".join(said.split())]
    (field,) = page.select("textarea")
    assert field.get_text() == typed
    assert attribute(field, "aria-describedby") == attribute(page.select("[role=alert]")[0], "id")


def test_an_answer_is_kept_and_its_page_stays_the_same(client: TestClient) -> None:
    page = ask(client, PRESIDENT)
    (field,) = page.select("form[action='/reponses'] input[name=id]")
    moved = client.post("/reponses", data={"id": attribute(field, "value")}, follow_redirects=False)
    assert moved.status_code == 303
    address = moved.headers["location"]
    kept = soup(client.get(address).text)
    assert words_of(kept, ".texte p") == words_of(page, ".texte p")
    assert words_of(kept, ".carte") == words_of(page, ".carte")
    assert PRESIDENT in words_of(kept, "h2.question")[0]
    built = client.get(f"/api{address.replace('reponses', 'answers')}").json()["edition"]["built_at"]
    assert french_date(built[:10]) in words_of(kept, ".avis")[0]
    assert address in words_of(kept, ".pied")[0]
    assert attribute(kept.select("meta[name=robots]")[0], "content").startswith("noindex")


def test_pages_of_answers_are_for_whoever_has_them_alone(client: TestClient) -> None:
    reply = client.get("/question", params={"q": PRESIDENT})
    assert "noindex" in reply.headers["x-robots-tag"]
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cache-control"] == "no-store"
    robots = client.get("/robots.txt")
    assert "Disallow: /question" in robots.text
    assert "/reponses" not in robots.text  # a crawler kept out would never read that it may not list the page


@pytest.mark.parametrize("path", ["/reponses/inconnue", "/rien"])
def test_what_is_not_there_is_told_in_a_page_to_whoever_reads_pages(client: TestClient, path: str) -> None:
    reply = client.get(path, headers=HTML)
    assert reply.status_code == 404
    assert words_of(soup(reply.text), "h1") == [refusal(404)]
    assert client.get(path).json() == {"detail": refusal(404)}


def test_a_forgotten_answer_is_told_in_a_page(client: TestClient) -> None:
    for path, data in (("/reponses", {"id": "x"}), ("/avis", {"answer": "x", "useful": "true"})):
        reply = client.post(path, data=data, headers=HTML)
        assert reply.status_code == 404
        assert " ".join(sentence("answers.forgotten").split()) in words_of(soup(reply.text), "h1")[0]


def test_an_opinion_is_given_without_script(client: TestClient) -> None:
    page = ask(client, PRESIDENT)
    (field,) = page.select("form[action='/avis'] input[name=answer]")
    reply = client.post("/avis", data={"answer": attribute(field, "value"), "useful": "false", "comment": "Vieux."})
    assert reply.status_code == 200
    assert sentence("question_page.thanks") in reply.text


def pages(client: TestClient) -> list[str]:
    link = client.post("/api/answers", json={"id": client.post("/api/ask", json={"question": PRESIDENT}).json()["id"]})
    return ["/question", f"/question?q={PRESIDENT}", link.json()["url"], "/accessibilite", "/vie-privee", "/rien"]


def test_each_page_is_well_formed_and_can_be_used_without_seeing_it(client: TestClient) -> None:
    for path in pages(client):
        document = soup(client.get(path, headers=HTML).text)
        assert attribute(document.html, "lang") == "fr", path  # type: ignore[arg-type]
        assert len(document.select("h1")) == 1, path
        levels = [int(heading.name[1]) for heading in document.select("h1, h2, h3, h4")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        identifiers = [element.get("id") for element in document.select("[id]")]
        assert len(identifiers) == len(set(identifiers)), path
        assert attribute(document.select("body a")[0], "href").removeprefix("#") in identifiers, path
        for field in document.select("textarea, select, input:not([type=hidden])"):
            assert document.select(f"label[for={field.get('id')}]"), path
        assert document.select("body > header + main + footer"), path


def test_each_page_has_no_script_and_asks_nothing_of_another_host(client: TestClient) -> None:
    for path in pages(client):
        reply = client.get(path, headers=HTML)
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';"), path
        assert "script-src" not in policy, path
        assert not re.search(r"<script|<style|\son[a-z]+=", reply.text), path
        loaded = [attribute(found, "href") for found in soup(reply.text).select("link")]
        assert all(found.startswith("/") for found in loaded), path
        assert "set-cookie" not in reply.headers, path


@pytest.mark.parametrize("name", ["question", "kept", "refused", "statement"])
def test_every_sentence_is_shown_and_none_stands_in_a_template(name: str) -> None:
    template = (TEMPLATES / f"{name}.html").read_text("utf-8") + (TEMPLATES / "base.html").read_text("utf-8")
    code = (ROOT / "assistant" / "web" / "pages.py").read_text("utf-8")
    for key in texts().get(f"{name}_page", {}):
        assert f"words.{key}" in template or f"{name}_page.{key}" in code, key
    bare = re.sub(r"(?s)\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "", template)
    assert not re.search(r"\w", bare)


def test_the_statements_are_french_texts_with_whom_to_ask(client: TestClient) -> None:
    for path in ("/accessibilite", "/vie-privee"):
        document = soup(client.get(path).text)
        assert len(words_of(document, ".prose h2")) >= 4
        assert "03 22 22 27 27" in " ".join(words_of(document, ".prose"))


@pytest.mark.parametrize("typed", ["<img src=x onerror=alert(1)>\"'", "{{ 7 * 7 }} {% raw %}", "</textarea><b>x</b>"])
def test_what_is_typed_is_shown_as_text(client: TestClient, typed: str) -> None:
    page = ask(client, f"Où est {typed} ?")
    assert not page.select("#conversation img, #conversation b")
    assert typed in page.select("h2.question")[0].get_text().replace("\xa0", " ")
