"""What the chat shows of figures: each with its source, two definitions never in one bar."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from assistant.fibre.store import open_fibre
from assistant.figures import (
    Connectable,
    CopperClosure,
    Coverage,
    Definition,
    FibreTold,
    Publication,
    QuarterCount,
    Reference,
)
from assistant.models import Answer, AnswerKind, Status
from assistant.web.cards import answer_block
from assistant.web.charts import count_chart
from assistant.wording import sentence

STORE = open_fibre()
RUE = next(commune for commune in STORE.communes if commune.name == "Rue")
MCI = Publication(
    "Arcep, Ma connexion internet", "2026-T2", "Licence Ouverte 2.0", "https://maconnexioninternet.arcep.fr"
)
NASTY = '<img src=x onerror=alert(1)> "onclick=" `a` [b](http://c.example)'


def told(**changes: object) -> FibreTold:
    coverage = STORE.coverage(RUE.code)
    assert coverage
    known = FibreTold("availability", (RUE,), (coverage,), STORE.department)
    return replace(known, **changes)  # type: ignore[arg-type]  # the fields of a dataclass, by name


def block(told: FibreTold, links: tuple[Reference, ...] = ()) -> BeautifulSoup:
    answer = Answer(Status.ANSWERED, "…", kind=AnswerKind.FIBRE, fibre=told, links=links)
    return BeautifulSoup(answer_block(answer), "lxml")


def counts(*numbers: int) -> tuple[QuarterCount[Connectable], ...]:
    quarters = [replace(STORE.department.publication, quarter=f"2024-T{1 + place}") for place in range(len(numbers))]
    return tuple(
        QuarterCount(RUE.code, number, quarter, Definition.CONNECTABLE)
        for number, quarter in zip(numbers, quarters, strict=True)
    )


def test_an_answer_of_documents_has_no_figures() -> None:
    assert "carte" not in answer_block(Answer(Status.ANSWERED, "…"))


def test_a_figure_has_its_commune_its_code_its_source_and_where_to_check_it() -> None:
    (card,) = block(told()).select(".carte")
    text = card.get_text(" ")
    assert "Rue" in text and RUE.code in text
    assert "Source : Arcep, Cartefibre, 2e trimestre 2026 (Licence Ouverte)".replace(" :", "\xa0:") in text
    assert [link["href"] for link in card.select("a")] == ["https://cartefibre.arcep.fr"]


def test_figures_told_before_in_the_conversation_are_not_drawn_again() -> None:
    answer = Answer(Status.ANSWERED, "…", kind=AnswerKind.FIBRE, fibre=told())
    assert "carte" in answer_block(answer, [None, told(coverage=())])
    assert "carte" not in answer_block(answer, [told()])


def test_another_definition_has_a_card_of_its_own_and_no_bar() -> None:
    eligible = Coverage(RUE.code, 1900, 2300, MCI, Definition.ELIGIBLE)
    first, second = block(told(eligible=(eligible,))).select(".carte")
    assert "Ma connexion internet" not in first.get_text()
    assert "Ma connexion internet" in second.get_text()
    assert not second.select(".barres")


def test_copper_is_told_with_the_file_and_its_day() -> None:
    closure = CopperClosure(RUE.code, "2029-05-31", "2025-10-20", "fichier", "https://example.org/cuivre.csv")
    (card,) = block(FibreTold("copper", (RUE,), copper=(closure,))).select(".carte")
    assert "31 mai 2029" in card.get_text()
    assert "20 octobre 2025" in card.get_text()


def test_counts_without_a_total_are_drawn_against_the_largest() -> None:
    drawn = BeautifulSoup(count_chart(counts(500, 1000)), "lxml")
    assert [column["style"] for column in drawn.select(".colonne")] == ["height:50.00%", "height:100.00%"]
    assert "%" not in drawn.get_text()
    assert count_chart(counts(500)) == ""


def test_counts_are_shown_where_no_share_is_known() -> None:
    assert block(told(counts=counts(1, 2, 3))).select(".historique")
    assert not block(told()).select(".historique")


@pytest.mark.parametrize("text", [NASTY, "**gras** _x_", "</li></ul><script>"])
def test_a_name_is_text_whatever_it_holds(text: str) -> None:
    publication = replace(STORE.department.publication, source=text)
    coverage = Coverage(RUE.code, 1, 2, publication, Definition.CONNECTABLE)
    page = block(told(communes=(replace(RUE, name=text),), coverage=(coverage,)), (Reference(text, "https://a.fr"),))
    assert not page.select("script, img, [onclick], em, b")
    assert " ".join(text.split()) in " ".join(page.get_text().replace("\xa0", " ").split())


def test_links_lead_where_they_say() -> None:
    page = block(told(), (Reference("La carte", "https://maconnexioninternet.arcep.fr"),))
    (link,) = page.select(".liens a")
    assert link["href"] == "https://maconnexioninternet.arcep.fr"
    assert sentence("chat.new_tab") in link.get_text()
