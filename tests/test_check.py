"""Which sentences may be said, with the passages that they cite; and by which rule the others are withheld."""

from __future__ import annotations

import pytest

from assistant.answering.check import LONGEST, check, unsupported
from assistant.answering.claims.passage import Passage
from assistant.answering.claims.rules import RULES

PASSAGE = Passage(
    "Le réseau compte 1 780 781 connexions. Philippe VARLET, Président de Somme Numérique, a ouvert le séminaire. "
    "Le marché de 12 lots a été attribué à Covage en mars. Le raccordement n'est pas obligatoire.",
    "Séminaire",
    "2016-11-18",
    "Philippe Varlet",
)
OTHER = Passage("La commune d'Albert a ouvert 300 prises en 2018.", "Albert", "2018-05-01")


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("En novembre 2016, le réseau comptait 1780781 connexions [1].", ""),
        ("Philippe Varlet préside Somme Numérique [1].", ""),
        ("Le marché de douze lots a été attribué à Covage [ 1 ].", ""),
        ("Le marché de douze lots a été attribué à Covage. [1]", ""),
        ("Le marché de douze lots a été attribué à Covage [1, 2].", ""),
        ("Le raccordement n'est pas obligatoire [1], et Albert a ouvert 300 prises [2].", ""),
        ("Le raccordement n'est pas obligatoire, et Albert a ouvert 300 prises [1][2].", ""),
        ("Le réseau comptait 1 780 781 connexions.", "uncited"),
        ("", "uncited"),
        ("[1]", "fragment"),
        ("Le réseau comptait 1 780 781 connexions [3].", "unknown_citation"),
        ("Le réseau comptait 1 780 781 connexions [0].", "unknown_citation"),
        ("Le réseau comptait 1 780 781 connexions [1-2].", "unclear_citation"),
        ("Le réseau comptait 1 780 781 connexions 【1】.", "unclear_citation"),
        ("Le réseau comptait 1 780 781 connexions [1] [source].", "unclear_citation"),
        ("Le rése\u200bau comptait 1 780 781 connexions [1].", "letters"),
        ("Voyez https://ailleurs.example [1].", "address"),
        ("Voyez le site ailleurs.example [1].", "address"),
        ("Fin 2016, le réseau comptait 1 780 782 connexions [1].", "number"),
        ("Le marché a été attribué en avril [1].", "date"),
        ("Albert a ouvert 300 prises en 2018 [1].", "date"),
        ("Le marché de douze lots a été attribué à Orange [1].", "name"),
        ("Les agriculteurs recevront une prime du ministère [1].", "words"),
        (f"Le réseau {'très ' * LONGEST}[1].", "too_long"),
    ],
)
def test_a_sentence_is_said_only_when_what_it_cites_says_it(sentence: str, rule: str) -> None:
    verdict = check(sentence, [PASSAGE, OTHER])
    assert verdict.rule == rule
    assert verdict.is_supported is (rule == "")


def test_one_part_of_a_sentence_is_never_drawn_from_two_passages() -> None:
    assert check("Covage a ouvert 300 prises [1][2].", [PASSAGE, OTHER]).rule


PIECES = {
    "negation": (
        "L'agent peut reporter ses congés, et le service ne peut pas s'y opposer.",
        "Le service ne peut pas s'opposer au report des congés.",
        "Le service peut s'opposer au report des congés.",
    ),
    "unfounded": (
        "La cantine accueille les enfants de la commune le midi.",
        "Le midi, les enfants de la commune sont accueillis à la cantine.",
        "La cantine n'accueille pas les enfants de la commune le midi.",
    ),
    "unfounded, only": (
        "Le fonds aide les écoles et les collèges à acheter du matériel.",
        "Les collèges peuvent acheter du matériel avec l'aide du fonds.",
        "Le fonds n'aide que les collèges à acheter du matériel.",
    ),
    "opposite": (
        "Le nombre de raccordements a fortement augmenté dans les villages.",
        "Les raccordements ont progressé dans les villages.",
        "Les raccordements ont reculé dans les villages.",
    ),
    "qualifier": (
        "La bibliothèque prête des tablettes aux familles.",
        "Les familles peuvent emprunter des tablettes à la bibliothèque.",
        "La bibliothèque prête gratuitement des tablettes aux familles.",
    ),
    "addition": (
        "Le parc a rouvert en juin après deux ans de travaux.",
        "Après deux ans de travaux, le parc a rouvert en juin.",
        "Le parc a rouvert en juin avec une fontaine monumentale.",
    ),
    "order": (
        "Le jury a préféré la solidité sur la beauté.",
        "Le jury a préféré la solidité à la beauté.",
        "Le jury a préféré la beauté sur la solidité.",
    ),
    "roles": (
        "Le locataire verse chaque mois une caution au propriétaire.",
        "Une caution est versée chaque mois au propriétaire par le locataire.",
        "Le propriétaire verse chaque mois une caution au locataire.",
    ),
    "elsewhere": (
        "La piscine compte 3 bassins et un sauna. Le gymnase a coûté 4 millions d'euros et dispose de 6 vestiaires.",
        "Le gymnase dispose de 6 vestiaires.",
        "Le gymnase dispose de 3 vestiaires.",
    ),
    "crossed": (
        "La fête a réuni 320 danseurs et 75 musiciens.",
        "La fête a réuni 75 musiciens et 320 danseurs.",
        "La fête a réuni 75 danseurs et 320 musiciens.",
    ),
    "crossed_name": (
        "Un premier atelier a lieu à Flixecourt et un second se prépare à Doullens.",
        "Un premier atelier se déroule à Flixecourt.",
        "Un premier atelier a lieu à Doullens.",
    ),
}


@pytest.mark.parametrize(("rule", "pair"), PIECES.items(), ids=PIECES)
def test_each_rule_withholds_what_a_passage_says_otherwise(rule: str, pair: tuple[str, str, str]) -> None:
    text, true, false = pair
    passage = Passage(text)
    assert unsupported(true, passage) == ""
    assert rule.split(",", maxsplit=1)[0] in refusing(false, passage)


def refusing(text: str, passage: Passage) -> set[str]:
    from assistant.answering.claims.claim import Claim

    claim = Claim(text, passage)
    return {name for name, refuses in RULES.items() if refuses(claim)}


@pytest.mark.parametrize(
    ("text", "true", "false", "rule"),
    [
        (
            "L'usine a ouvert à Abbeville en 1968 et elle a été agrandie par la région en 1991, puis vendue en 2004.",
            "L'usine a été agrandie par la région en 1991.",
            "L'usine a été agrandie par la région en 2004.",
            "nearer",
        ),
        (
            "Karim Belhadj a ouvert le bal des enfants du club de judo de la ville, avec un orchestre. La présidente "
            "de Picardie Sport a remis la coupe à Lucie Ferrand.",
            "La présidente de Picardie Sport a remis la coupe à Lucie Ferrand.",
            "La présidente de Picardie Sport a remis la coupe à Karim Belhadj.",
            "framed",
        ),
    ],
    ids=["nearer", "framed"],
)
def test_an_item_goes_with_what_stands_nearest_to_it(text: str, true: str, false: str, rule: str) -> None:
    passage = Passage(text)
    assert unsupported(true, passage) == ""
    assert rule in refusing(false, passage)


@pytest.mark.parametrize(
    ("text", "claim", "false"),
    [
        (
            "10,6 % des communes ont un homonyme.",
            "Environ une commune sur dix a un homonyme.",
            "Environ une commune sur six a un homonyme.",
        ),
        (
            "L'indemnité est de 4 € par jour de garde et par enfant.",
            "L'indemnité est de 4 € par enfant et par jour de garde.",
            "L'indemnité est de 4 € par mois de garde.",
        ),
        (
            "Le plan refait les trottoirs et éclaire les rues.",
            "Le plan a deux volets : refaire les trottoirs et éclairer les rues.",
            "Le plan éclaire deux rues et refait les trottoirs.",
        ),
        (
            "La région est le principal soutien du musée.",
            "La région est le premier soutien du musée.",
            "La région est le deuxième soutien du musée.",
        ),
        (
            "Dans le 2018 World Ranking, la ville a obtenu la médaille.",
            "En 2018, la ville a obtenu la médaille du World Ranking.",
            "En 2019, la ville a obtenu la médaille du World Ranking.",
        ),
        (
            "Tarifs de location\n11 à 24\n90 €\n25 à 49\n150 €\nLa salle est rendue propre.",
            "La location de la salle coûte 150 €.",
            "La location de la salle coûte 160 €.",
        ),
    ],
    ids=["a share", "each", "a count", "the first", "a year in a name", "a table"],
)
def test_what_can_be_told_from_a_passage_is_said_by_it(text: str, claim: str, false: str) -> None:
    passage = Passage(text)
    assert unsupported(claim, passage) == ""
    assert unsupported(false, passage)


def test_what_the_document_says_near_a_passage_tells_of_its_words_and_never_of_its_numbers() -> None:
    passage = Passage("Le service est ouvert le matin.", context="La médiathèque d'Albert a 300 places depuis 2019.")
    assert unsupported("Le service de la médiathèque d'Albert est ouvert le matin.", passage) == ""
    assert unsupported("Le service de 300 places est ouvert le matin.", passage) == "number"
    assert unsupported("Le service est ouvert le matin depuis 2019.", passage) == "date"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "1 " * 5_000,
        "ne pas " * 1_400,
        "[1] " * 2_500,
        "1.000." * 1_600,
        "A-" * 5_000,
        "\u200b" * 10_000,
        "",
    ],
    ids=["one word", "numbers", "denials", "citations", "dots", "hyphens", "unseen", "nothing"],
)
def test_any_text_is_judged(text: str) -> None:
    assert check(f"{text} [1]", [PASSAGE]).rule
    assert unsupported(text[:LONGEST], PASSAGE)
    assert unsupported("Le marché de 12 lots a été attribué à Covage.", Passage(text))
