"""Who speaks, when the text says so; silence rather than a guess."""

from __future__ import annotations

import pytest

from assistant.documents.speakers import continues_speaking, speaker_of, speaker_of_title


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        pytest.param("Philippe VARLET, Président, a introduit la journée.", "Philippe VARLET", id="name-then-verb"),
        pytest.param("Le premier, Jérôme DEPRES, a centré son propos.", "Jérôme DEPRES", id="accent"),
        pytest.param("Jean Claude LECLABART a ensuite présenté.", "Jean Claude LECLABART", id="two-first-names"),
        pytest.param("Jean-Michel SOULIER a exposé.", "Jean-Michel SOULIER", id="hyphen"),
        pytest.param("Laurent DEPOMMIER COTTON a animé.", "Laurent DEPOMMIER COTTON", id="two-surnames"),
        pytest.param("Monsieur Marcel LAGNIEZ a présenté.", "Monsieur Marcel LAGNIEZ", id="title-and-first-name"),
        pytest.param("Mme DURAND a rappelé que.", "Mme DURAND", id="title-alone"),
        pytest.param("Anne UN et Paul DEUX ont présenté.", "Anne UN et Paul DEUX", id="two-persons"),
        pytest.param("Philippe VARLET a porté la voix de Laurent SOMON.", "Philippe VARLET", id="who-is-spoken-for"),
        pytest.param("Philippe VARLET est président.", None, id="no-verb-of-speech"),
        pytest.param("Il a présenté le programme.", None, id="pronoun"),
        pytest.param("Somme NUMERIQUE a présenté.", None, id="an-organisation"),
        pytest.param("Philippe Varlet a présenté.", None, id="surname-not-in-capitals"),
        pytest.param("A présenté : Paul DEUX.", None, id="name-after-the-verb"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_speaker_is_named_as_written(sentence: str, speaker: str | None) -> None:
    assert speaker_of(sentence) == speaker


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        ("CORONAVIRUS : COMMUNIQUE DE PHILIPPE VARLET", "PHILIPPE VARLET"),
        ("Discours d'Anne MARTIN", "Anne MARTIN"),
        ("Discours d’Anne Martin", "Anne Martin"),
        ("Allocution de Jean-Pierre DUPONT", "Jean-Pierre DUPONT"),
        ("AMENAGEMENT NUMERIQUE : OU EN SOMME NOUS ?", None),
        ("Communiqué du président", None),
        ("", None),
    ],
)
def test_a_title_names_its_speaker_or_nobody(title: str, speaker: str | None) -> None:
    assert speaker_of_title(title) == speaker


@pytest.mark.parametrize("sentence", ["Le SDIS a présenté.", "Les DGS ont exposé.", "Un DSI a rappelé."])
def test_an_acronym_is_not_taken_for_a_person(sentence: str) -> None:
    assert speaker_of(sentence) is None


@pytest.mark.parametrize(
    "title",
    ["Présentation de la fibre optique", "Communiqué de presse commun", "Intervention de Philippe VARLET au comité"],
)
def test_a_thing_is_not_taken_for_a_speaker(title: str) -> None:
    assert speaker_of_title(title) in {None, "Philippe VARLET"}


@pytest.mark.parametrize(
    ("sentence", "continues"),
    [
        ("Il a ensuite exposé.", True),
        ("Elles ont.", True),
        ("Ils", True),
        ("Ilot", False),
        ("Le il", False),
        ("", False),
    ],
)
def test_a_pronoun_stands_for_who_spoke_before(sentence: str, continues: bool) -> None:
    assert continues_speaking(sentence) is continues
