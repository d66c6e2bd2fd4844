"""A postal address is found in a question as people write it, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from assistant.fibre.address import address_in, folded


@pytest.mark.parametrize(
    ("text", "number", "repetition", "street"),
    [
        ("12 rue de l'église", 12, "", "rue de l'église"),
        ("3 bis av. du gl leclerc", 3, "bis", "av. du gl leclerc"),
        ("14, grand'rue", 14, "", "grand'rue"),
        ("au 5 impasse des lilas", 5, "", "impasse des lilas"),
        ("ya la fibre au 12 rue de leglise a flixecourt ?", 12, "", "rue de leglise"),
        ("12 RUE PASTEUR 80420 FLIXECOURT", 12, "", "RUE PASTEUR"),
        ("j'habite 12 rue Pasteur, Flixecourt", 12, "", "rue Pasteur"),
        ("la fibre au 12, rue d’Amiens est-elle dispo ?", 12, "", "rue d’Amiens"),
        ("12b rue jean jaures", 12, "b", "rue jean jaures"),
        ("12 B rue Jean-Jaurès", 12, "b", "rue Jean-Jaurès"),
        ("12bis r. j. jaures", 12, "bis", "r. j. jaures"),
        ("12 ter rue j jaures", 12, "ter", "rue j jaures"),
        ("7 quater rue A. Briand j ai pas la fibre", 7, "quater", "rue A. Briand"),
        ("12-14 rue de la République", 12, "", "rue de la République"),
        ("n°8 rue du Moulin", 8, "", "rue du Moulin"),
        ("8 rue du 8 mai 1945 kan la fibre", 8, "", "rue du 8 mai 1945"),
        ("8 rue du 11 novembre", 8, "", "rue du 11 novembre"),
        ("6 rue de la 2e DB", 6, "", "rue de la 2e DB"),
        ("10 mail Albert 1er à Amiens", 10, "", "mail Albert 1er"),
        ("2 pl de la mairie", 2, "", "pl de la mairie"),
        ("2 place du Général de Gaulle pour quand ?", 2, "", "place du Général de Gaulle"),
        ("45 bd st quentin et la fibre ?", 45, "", "bd st quentin"),
        ("45 rue St. Martin. Merci", 45, "", "rue St. Martin"),
        ("1250 route d'Abbeville", 1250, "", "route d'Abbeville"),
        ("4 rte nationale", 4, "", "rte nationale"),
        ("9 chemin de la croix a piquigny", 9, "", "chemin de la croix"),
        ("9 rue Pierre et Marie Curie", 9, "", "rue Pierre et Marie Curie"),
        ("17 rue de l'Est", 17, "", "rue de l'Est"),
        ("3 rue du Pas-de-Calais", 3, "", "rue du Pas-de-Calais"),
        ("3 lotissement les Acacias", 3, "", "lotissement les Acacias"),
        ("3 rue de l'Impasse", 3, "", "rue de l'Impasse"),
        ("22 grande rue a Ault", 22, "", "grande rue"),
        ("22 grand rue Ault", 22, "", "grand rue"),
        ("03 22 22 27 27 et 4 rue Pasteur", 4, "", "rue Pasteur"),
        ("ma rue c'est le 4 rue Pasteur", 4, "", "rue Pasteur"),
        ("rue Foch ou 4 rue Pasteur", 4, "", "rue Pasteur"),
        ("12 rue de l'église\n80420 Flixecourt", 12, "", "rue de l'église"),
        ("12 rue  de   l'église", 12, "", "rue de l'église"),
        ("je déménage 3 rue Verte en juin", 3, "", "rue Verte"),
        ("3 rue du four a chaux a Ham", 3, "", "rue du four a chaux"),
        ("3 rue d'Y à Ham", 3, "", "rue d'Y"),
        ("9999 rue Pasteur", 9999, "", "rue Pasteur"),
    ],
)
def test_an_address_is_found(text: str, number: int, repetition: str, street: str) -> None:
    found = address_in(text)
    assert found
    assert (found.number, found.repetition, found.street) == (number, repetition, street)
    assert text[found.start :].startswith(str(number))
    assert " ".join(text[: found.end].split()).endswith(street)


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("rue de leglise", "rue de leglise"),
        ("la fibre rue pasteur c'est pour quand", "rue pasteur"),
        ("fibre impasse des lilas à Ham", "impasse des lilas"),
        ("je suis dans la rue Jean Jaurès", "rue Jean Jaurès"),
        ("j'habite chemin de la plaine", "chemin de la plaine"),
        ("résidence les lilas bat B", "résidence les lilas bat B"),
        ("la grande rue", "grande rue"),
        ("lieu-dit le Moulin", "lieu-dit le Moulin"),
        ("lieu dit la Ferme", "lieu dit la Ferme"),
        ("03 22 22 27 27 rue Pasteur", "rue Pasteur"),
        ("en 2020 rue Pasteur", "rue Pasteur"),
        ("le 12 mars rue Pasteur", "rue Pasteur"),
        ("ma rue, rue des lilas, n'a rien", "rue des lilas"),
        ("à Rue, rue des lilas", "rue des lilas"),
        ("appartement 3 rue des lilas", "rue des lilas"),
    ],
)
def test_a_street_without_a_number_has_none(text: str, street: str) -> None:
    found = address_in(text)
    assert found
    assert (found.number, found.repetition, found.street) == (None, "", street)
    assert text[found.start : found.end] == street


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rue",
        "3 rue…",
        "3 rue",
        "12 rue ?",
        "12 rue 80120",
        "12 lots",
        "12 lots pour la fibre",
        "combien de lots au marché télécom ?",
        "100 %",
        "le 100 % fibre dans la Somme",
        "la fibre à Rue",
        "la fibre est dispo a rue ?",
        "Rue est fibrée ?",
        "Rue, c'est pour quand ?",
        "rue 80120",
        "Rue centre",
        "la commune de Rue habite-t-elle",
        "mairie de rue telephone",
        "les habitants de Rue raccordés",
        "à Rue dans la Somme",
        "dans ma rue il y a la fibre",
        "la rue de mon voisin est fibrée",
        "toute la rue a la fibre sauf moi",
        "ma rue est barrée",
        "une impasse de la commune",
        "les travaux de la rue",
        "la rue sera raccordée",
        "la mise en place du réseau",
        "la place des élus",
        "la feuille de route du numérique",
        "la fibre est en route pour Ham",
        "je suis allée à la mairie",
        "le chemin de la fibre",
        "1 place de parking",
        "un lotissement de 12 maisons",
        "il y a 2 places de stationnement",
        "dans cette avenue",
        "un mail de suite",
        "le cours de la Somme",
        "le parc informatique",
        "3 place",
        "43 communes, 12 rues",
        "2e rue à droite",
        "la plus grande rue du village",
        "rue ? rue ! rue.",
        "qui est le président ?",
        "Combien de connexions à l'ENT en mars 2020 ?",
    ],
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert address_in(text) is None


def test_folding_keeps_every_character_in_its_place() -> None:
    text = "Œuf İ ﬁbre À l’Étoile ß 12 ㎞ e\u0301"
    assert len(folded(text)) == len(text)
    assert folded("À l’Étoile") == "a l'etoile"


@pytest.mark.parametrize("text", ["1 rue " * 3000, "rue de " * 3000, "rue d'" * 3000, "9" * 10_000, "12 " * 5000])
def test_a_hostile_text_is_read_in_one_pass(text: str) -> None:
    found = address_in(text)
    assert found is None or found.end <= len(text)
