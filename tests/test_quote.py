"""Quotations: which are shown, when none is, and links that open the page at the sentence."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from assistant.answering.question import understand
from assistant.answering.quote import choose, deep_link, related, standing_alone, to_quote, why_not
from assistant.answering.rank import rank_sentences
from assistant.models import Evidence, Found, Span
from tests.test_rank import chunk, rank


@pytest.mark.parametrize(
    ("question", "text", "rule"),
    [
        ("la fibre à Flixecourt", "La fibre se déploie.", "unknown_name"),
        ("les travaux de la fibre en 2031", "Les travaux de la fibre se poursuivent.", "other_year"),
        ("combien coûte la fibre", "La fibre coûte cher.", "missing_kind"),
        ("à quelle date finissent les travaux", "Les travaux finissent bientôt.", "missing_kind"),
        ("le téléphone du chantier", "Le chantier est ouvert au public.", "missing_kind"),
        ("combien de ponts en ville", "La ville compte 300 lampadaires et des ponts.", "not_counted"),
        ("la réparation du jardin", "Le jardin est ouvert.", "far_word"),
        ("les travaux de la route, du jardin, de la mairie et du pont", "Les travaux continuent.", "little_in_common"),
        ("combien coûte le raccordement des maisons", "Le pont est estimé à 12 euros.", "far_word"),
        ("combien d'élèves dans les collèges", "Les écoles ont 300 élèves.", "other_one"),
        ("combien d'élèves dans les collèges", "Les écoles et les collèges ont 300 élèves.", None),
        ("combien de travaux en avril", "En mars, 12 travaux.", "other_one"),
        ("les travaux du pont en avril", "Les travaux du pont, arrêtés en mars, reprennent.", None),
        ("comment gérer la facture", "Jean PETIT a exposé comment gérer la facture.", "only_announced"),
        ("comment gérer la facture", "La facture se gère en ligne : gérer la facture prend peu de temps.", None),
        ("les travaux de la fibre", "Les travaux de la fibre se poursuivent.", None),
    ],
)
def test_a_sentence_that_does_not_answer_is_refused_by_a_named_rule(question: str, text: str, rule: str | None) -> None:
    assert why_not(understand(question), rank(question, chunk(text))[0]) == rule


def test_a_sum_is_of_what_its_own_sentence_says() -> None:
    question = "combien coûte le raccordement à la fibre"
    passage = chunk("Le raccordement à la fibre coûte peu.", "Il faut payer 205 millions d'euros.")
    ranked = {one.sentence.text[:2]: one for one in rank(question, passage)}
    assert why_not(understand(question), ranked["Il"]) == "other_sum"


def test_a_second_sentence_is_shown_only_when_nearly_as_good() -> None:
    question = "les travaux de la fibre"
    twins = rank(question, chunk("Les travaux de la fibre avancent."), chunk("Les travaux de la fibre reprennent."))
    assert len(choose(understand(question), twins)) == 2
    far = rank(question, chunk("Les travaux de la fibre avancent."), chunk("Les travaux ont cessé hier."))
    assert len(choose(understand(question), far)) == 1


def test_no_more_than_three_sentences_are_shown() -> None:
    question = "les travaux de la fibre"
    ranked = rank(question, *(chunk(f"Les travaux de la fibre, {n}.") for n in ("un", "deux", "trois", "quatre")))
    assert len(choose(understand(question), ranked)) == 3


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("Le marché a été signé.", "Il compte 12 lots."),
        ("Le marché a été signé.", "Ce contrat compte 12 lots."),
        ("Le marché a été signé ;", "les lots sont au nombre de 12."),
    ],
    ids=["pronoun", "demonstrative", "fragment"],
)
def test_a_sentence_that_leans_on_the_one_before_is_shown_with_it(before: str, said: str) -> None:
    passage = chunk(before, said)
    ranked = next(one for one in rank("combien de lots", passage) if one.sentence.text == said)
    shown = standing_alone(ranked)
    assert shown.text == f"{before} {said}"
    assert shown.span.folded(passage.text) == shown.text


@pytest.mark.parametrize(
    "said", ["Le contrat compte 12 lots.", "Il y a 12 lots.", "Cette année, 12 lots.", "C'est un marché de 12 lots."]
)
def test_a_sentence_that_stands_by_itself_is_shown_alone(said: str) -> None:
    ranked = next(one for one in rank("combien de lots", chunk("Le pont est neuf.", said)) if one.sentence.text == said)
    assert standing_alone(ranked).text == said


def test_what_would_be_too_long_together_is_shown_alone() -> None:
    passage = chunk("Le marché " + "très " * 90 + "long.", "Il compte 12 lots.")
    ranked = next(one for one in rank("combien de lots", passage) if one.sentence.text.startswith("Il"))
    assert standing_alone(ranked).text == "Il compte 12 lots."


def test_related_passages_come_near_and_are_of_different_passages() -> None:
    passages = (
        chunk("La fibre avance.", "La fibre est là."),
        chunk("Le très haut débit."),
        chunk("Un pont est ouvert."),
    )
    found = Found(tuple(Evidence(c, score, 1.0, 0.0) for c, score in zip(passages, (0.8, 1.0, 0.1), strict=True)), ())
    ranked = rank_sentences(understand("la fibre à Flixecourt"), found)
    assert [r.sentence.text for r in related(ranked)] == ["Le très haut débit.", "La fibre avance."]


def test_a_deep_link_carries_the_first_and_last_words_encoded() -> None:
    link = deep_link("https://exemple.fr/a?b=1&c=2", "Un, deux – trois-quatre & cinq six sept huit neuf dix onze.")
    assert link.startswith("https://exemple.fr/a?b=1&c=2#:~:text=")
    fragment = link.split("#:~:text=")[1]
    start, end = fragment.split(",")
    assert unquote(start) == "Un, deux – trois-quatre &"
    assert unquote(end) == "sept huit neuf dix onze."
    assert not set("-& ") & set(fragment)


def test_a_short_text_is_linked_whole_and_a_fragment_is_kept() -> None:
    assert deep_link("https://exemple.fr/", "Tél. : 03") == "https://exemple.fr/#:~:text=T%C3%A9l.%20%3A%2003"
    assert deep_link("https://exemple.fr/#x", "ab") == "https://exemple.fr/#x:~:text=ab"


def test_a_quotation_without_a_page_has_no_link() -> None:
    passage = chunk("Une phrase.")
    quote = to_quote(passage, passage.sentences[0])
    assert (quote.url, quote.deep_link, quote.context, quote.span) == (None, None, "Une phrase.", Span(0, 11))
