"""The places that residents name, as they write them."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.fibre.communes import DEPARTMENT
from assistant.fibre.gazetteer.elsewhere import FILE, departments, key_of, named
from assistant.fibre.gazetteer.former import former_communes
from assistant.fibre.gazetteer.places import MOST_WORDS, Gazetteer, PlaceKind, PlaceNamed
from assistant.fibre.gazetteer.readings import MOST_STRANGE
from assistant.fibre.store import open_fibre
from tests.benchmarks.noise import noisy
from tests.benchmarks.places import HERE, asked, gazetteer, right, without_place


@pytest.fixture(scope="module")
def read() -> Gazetteer:
    return gazetteer(open_fibre())


def told(places: tuple[PlaceNamed, ...]) -> list[str]:
    """What was found, in short: the commune, « former → commune », « several: typed », the kind and name of others."""
    return [_told(place) for place in places]


def _told(place: PlaceNamed) -> str:
    match place.kind:
        case PlaceKind.COMMUNE:
            return place.communes[0].name
        case PlaceKind.FORMER:
            return f"{place.name} → {place.communes[0].name}"
        case PlaceKind.SEVERAL:
            return f"several: {place.name}"
        case _:
            return f"{place.kind.value}: {place.name} {place.code}".rstrip()


WRITTEN = {
    "as it is": ("est-ce que la fibre est disponible à Flixecourt ?", "Flixecourt"),
    "no accents": ("la fibre a peronne", "Péronne"),
    "no hyphens": ("vous coupez quand l'adsl a friville escarbotin svp", "Friville-Escarbotin"),
    "SMS and a wrong letter": ("cc la fibre c pr kan a crecy en pontieu", "Crécy-en-Ponthieu"),
    "as it sounds": ("st kentin la motte fibre", "Saint-Quentin-la-Motte-Croix-au-Bailly"),
    "a neighbour's key": ("la fibre à Flixecoirt", "Flixecourt"),
    "a letter lost": ("la fibre à Doulens", "Doullens"),
    "letters swapped": ("la fibre à Abbevlile", "Abbeville"),
    "two slips in a long name": ("la fibre a bethancourt sur mér et fni", "Béthencourt-sur-Mer"),
    "article run in": ("la fibre a letoile ca en est ou", "L'Étoile"),
    "article left out": ("la fibre à Crotoy", "Le Crotoy"),
    "article contracted": ("la fibre au crotoy", "Le Crotoy"),
    "words run together": ("crecyenponthieu", "Crécy-en-Ponthieu"),
    "apostrophe lost": ("la fibre a beaucourt sur lhallue", "Beaucourt-sur-l'Hallue"),
    "typographic apostrophe": ("la fibre à L’Étoile", "L'Étoile"),
    "St": ("st-valery sur somme", "Saint-Valery-sur-Somme"),
    "Ste": ("la fibre à Ste Segrée", "Sainte-Segrée"),
    "s/": ("la fibre à Ailly s/ Somme", "Ailly-sur-Somme"),
    "sous shortened": ("fontaine ss montdidier", "Fontaine-sous-Montdidier"),
    "lez for lès": ("villers lez roye", "Villers-lès-Roye"),
    "ligature spelt out": ("la fibre à Poeuilly", "Pœuilly"),
    "small words left out": ("la fibre à fontaine montdidier", "Fontaine-sous-Montdidier"),
    "first word of one name": ("la fibre à Friville ?", "Friville-Escarbotin"),
    "first words of one name": ("vous prevoyez de fibrer saint valery ?", "Saint-Valery-sur-Somme"),
    "second word of one name": ("la fibre à Escarbotin", "Friville-Escarbotin"),
    "capitals": ("FIBRE A ROSIERES EN SANTERRE SVP", "Rosières-en-Santerre"),
    "without any cue": ("amiens c est tout fibré ou pas ?", "Amiens"),
    "in a street of the commune": ("jhabite rue de leglise a villers bocage", "Villers-Bocage"),
    "after a number of kilometres": ("j'habite à 12 km d'Amiens", "Amiens"),
}


@pytest.mark.parametrize(("text", "commune"), WRITTEN.values(), ids=WRITTEN)
def test_a_commune_is_recognised_however_it_is_written(read: Gazetteer, text: str, commune: str) -> None:
    assert told(read.places(text)) == [commune]


CUED = {
    "accent": ("la fibre à Rue ?", ["Rue"]),
    "no accent": ("la fibre a rue", ["Rue"]),
    "verb have": ("il a rue", []),
    "street": ("la rue est en travaux", []),
    "commune of": ("la commune de Long est fibrée ?", ["Long"]),
    "long": ("il est long ce chantier", []),
    "in the long term": ("à long terme la fibre sera partout ?", []),
    "I live": ("j'habite Ham", ["Ham"]),
    "ham": ("un sandwich ham fromage", []),
    "capital": ("ok et la fibre Brie ?", ["Brie"]),
    "cheese": ("un morceau de brie", []),
    "on": ("ya la fibre sur ault", ["Ault"]),
    "no article of its own": ("un ault", []),
    "Roye of": ("les habitants de Roye", ["Roye"]),
    "first name": ("Albert", []),
    "first name, at": ("la fibre à Albert", ["Albert"]),
    "family name": ("je cherche Albert Dupont", []),
    "contraction": ("la fibre au Titre", ["Le Titre"]),
    "by right of": ("au titre de l'année 2020", []),
    "one letter": ("la fibre à Y", ["Y"]),
    "there": ("prêt à y aller", []),
    "postal code": ("rue 80120", ["Rue"]),
    "until a year": ("la fibre à Rue d'ici 2030 ?", ["Rue"]),
    "joined to a place": ("à Doullens et Albert", ["Doullens", "Albert"]),
    "compound of another place": ("à Port-Royal", []),
}


@pytest.mark.parametrize(("text", "places"), CUED.values(), ids=CUED)
def test_a_name_that_is_a_word_needs_a_cue(read: Gazetteer, text: str, places: list[str]) -> None:
    assert told(read.places(text)) == places


ALONE = {
    "ham": ("ham", ["Ham"]),
    "rue": ("rue", ["Rue"]),
    "Albert": ("Albert", ["Albert"]),
    "with fillers": ("euh à rue svp", ["Rue"]),
    "on the subject": ("fibre rue ?", ["Rue"]),
    "misspelt": ("doulen", ["Doullens"]),
    "a commune elsewhere": ("lille", ["elsewhere: Lille 59"]),
    "a postal code elsewhere": ("62300", ["elsewhere: 62300 62"]),
    "a family": ("mesnil", ["several: mesnil"]),
    "a word of the subject": ("c'est long la fibre", []),
    "no answer": ("je sais pas", []),
    "yes": ("oui", []),
    "a street": ("rue de la gare", []),
}


@pytest.mark.parametrize(("text", "places"), ALONE.values(), ids=ALONE)
def test_a_bare_name_answers_which_commune(read: Gazetteer, text: str, places: list[str]) -> None:
    assert told(read.places(text, alone=True)) == places


NO_PLACE = {
    "street of a town": "il y a des travaux rue d'Amiens",
    "misspelt street": "bouleard de Péronne",
    "square": "place d'Albert",
    "river": "la Bresle est en crue",
    "river with an apostrophe": "l'Authie déborde",
    "president": "Philippe VARLET est-il toujours président",
    "director": "je voudrais parler à Jérôme Depres",
    "president of the department": "qui est Laurent Somon",
    "title": "Mme Fleury est-elle encore là",
    "operator": "je veux passer à orange",
    "operator with a capital": "je suis à Orange",
    "syndicate": "c'est quoi Somme Numérique ?",
    "amount": "la somme de 300 euros",
    "sum": "en somme vous ne savez pas",
    "river Somme": "au bord de la Somme",
    "premises": "80140 foyers raccordés ?",
    "euros": "12500 euros de travaux",
    "percent": "80 % des foyers",
    "in the direction": "dans le nord",
    "homophone of everyday French": "personne ne répond",
    "everyday French misspelt": "Pesronne ne repond",
}


@pytest.mark.parametrize("text", NO_PLACE.values(), ids=NO_PLACE)
def test_what_is_no_place_is_not_taken_for_one(read: Gazetteer, text: str) -> None:
    assert told(read.places(text)) == []


OTHER = {
    "former": ("je suis à Loeuilly", ["Lœuilly → Ô-de-Selle"]),
    "former, before it was a part": ("la fibre à Grécourt", ["Grécourt → Hombleux"]),
    "former, by its first word": ("Yaucourt", ["Yaucourt-Bussus → Bussus-lès-Yaucourt"]),
    "associated": ("la fibre à Wailly", ["Wailly → Conty"]),
    "EPCI": ("la fibre dans le Vimeu", ["epci: CC du Vimeu 200070944"]),
    "EPCI by its kind": ("cc du val de somme", ["epci: CC du Val de Somme 248000499"]),
    "EPCI of a town": ("Amiens Métropole", ["epci: CA Amiens Métropole 248000531"]),
    "EPCI, not the département": ("la baie de Somme", ["epci: CA de la Baie de Somme 200070993"]),
    "EPCI, words run together": ("amiensmetropole", ["epci: CA Amiens Métropole 248000531"]),
    "Vimeu of a name": ("acheux en vimeu", ["Acheux-en-Vimeu"]),
    "not an EPCI": ("la fibre dans le Santerre", []),
    "département": ("la fibre dans la Somme", ["department: Somme 80"]),
    "département, small letters": ("fibrer toute la somme", ["department: Somme 80"]),
    "département, number": ("où en est-on dans le 80", ["department: Somme 80"]),
    "département, word": ("et le département aussi ?", ["department: Somme 80"]),
    "another département": ("la fibre dans l'Oise ?", ["elsewhere: Oise 60"]),
    "another département, word": ("le département de l'Aisne", ["elsewhere: Aisne 02"]),
    "elsewhere": ("la fibre à Lille", ["elsewhere: Lille 59"]),
    "elsewhere, several départements": ("la fibre à Saint-Omer", ["elsewhere: Saint-Omer"]),
    "elsewhere, a long name": ("Boulogne-sur-Mer fibre", ["elsewhere: Boulogne-sur-Mer 62"]),
    "elsewhere, longer than ours": ("la fibre à Villers-Cotterêts", ["elsewhere: Villers-Cotterêts 02"]),
    "elsewhere, a word": ("la fibre à Sens (89)", ["elsewhere: Sens 89"]),
    "elsewhere, an operator's name": ("Orange (84)", ["elsewhere: Orange 84"]),
    "elsewhere, postal code": ("Lens 62300", ["elsewhere: Lens 62"]),
    "homonym by département": ("Villers-Bocage dans le Calvados", ["elsewhere: Villers-Bocage 14"]),
    "homonym by postal code": ("Villers-Bocage 14310", ["elsewhere: Villers-Bocage 14"]),
    "first words here, name there": ("St Quentin dans l'Aisne", ["elsewhere: Saint-Quentin 02"]),
    "two communes": ("la fibre à Doullens et à Albert", ["Doullens", "Albert"]),
    "elsewhere, two letters": ("la fibre à Eu", ["elsewhere: Eu 76"]),
    "address": ("8 rue de Doullens 80260 Talmas", ["Talmas"]),
    "address without a commune": ("12 place du marché 80300", ["several: 80300"]),
    "département, then commune": ("dans la Somme, à Villers-Bocage", ["Villers-Bocage"]),
    "commune and département": ("la fibre à Amiens et dans la Somme", ["Amiens", "department: Somme 80"]),
    "street, then commune": ("12 rue d'Amiens à Doullens", ["Doullens"]),
    "named twice": ("Amiens, oui à Amiens", ["Amiens"]),
}


@pytest.mark.parametrize(("text", "places"), OTHER.values(), ids=OTHER)
def test_other_places_are_told_apart(read: Gazetteer, text: str, places: list[str]) -> None:
    assert told(read.places(text)) == places


def test_a_family_is_asked_about_the_largest_first(read: Gazetteer) -> None:
    (place,) = read.places("la fibre à villers ?")
    assert place.kind is PlaceKind.SEVERAL
    assert [commune.name for commune in place.communes][:2] == ["Villers-Bretonneux", "Villers-Bocage"]
    assert len(place.communes) == 8


def test_a_postal_code_of_many_communes_asks_among_eight(read: Gazetteer) -> None:
    (place,) = read.places("80140")
    assert place.kind is PlaceKind.SEVERAL
    assert place.communes[0].name == "Oisemont"
    assert len(place.communes) == 8
    assert all("80140" in commune.postcodes for commune in place.communes)


def test_a_postal_code_of_one_commune_is_that_commune(read: Gazetteer) -> None:
    assert told(read.places("la fibre au 80100 ?")) == ["Abbeville"]


def test_a_postal_code_finds_the_smallest_of_a_family(read: Gazetteer) -> None:
    assert told(read.places("villers 80110")) == ["Villers-aux-Érables"]


@pytest.mark.parametrize("text", ["villers 80260", "80260 villers", "à Villers (80260)"])
def test_a_postal_code_beside_a_name_settles_a_doubt(read: Gazetteer, text: str) -> None:
    assert told(read.places(text)) == ["Villers-Bocage"]


def test_a_postal_code_is_believed_rather_than_a_mended_name(read: Gazetteer) -> None:
    (place,) = read.places("la fibre à Doulens 80140")
    assert place.communes[0].name == "Oisemont"
    assert told(read.places("la fibre à Doullens 80140")) == ["Doullens"]


SETTLED = {
    "nothing": ("la fibre à Villers-Bocage", True),
    "number": ("la fibre à Villers-Bocage (80)", False),
    "département": ("Villers-Bocage dans la Somme", False),
    "postal code": ("80260 Villers-Bocage", False),
    "no homonym": ("la fibre à Flixecourt", False),
}


@pytest.mark.parametrize(("text", "homonym"), SETTLED.values(), ids=SETTLED)
def test_a_homonym_is_told_unless_the_text_settles_it(read: Gazetteer, text: str, homonym: bool) -> None:
    (place,) = read.places(text)
    assert (place.kind, place.homonym) == (PlaceKind.COMMUNE, homonym)


def test_a_mended_name_is_not_sure(read: Gazetteer) -> None:
    assert [place.sure for text in ("à Doullens", "à Doulens") for place in read.places(text)] == [True, False]


def test_two_names_as_near_are_asked_about(read: Gazetteer) -> None:
    (place,) = read.places("la fibre à Conaty")
    assert {commune.name for commune in place.communes} == {"Conty", "Contay"}


def test_places_lie_where_they_were_typed_in_the_order_of_the_text(read: Gazetteer) -> None:
    text = "Cœur fibré : à L’ÉTOILE, puis à st-valery s/somme ?"
    assert [text[place.start : place.end] for place in read.places(text)] == ["L’ÉTOILE", "st-valery s/somme"]


def test_in_what_is_no_language_no_name_is_mended_and_those_well_written_are_read(read: Gazetteer) -> None:
    nonsense = " ".join(f"zq{chr(97 + n)}vkj" for n in range(MOST_STRANGE))
    assert told(read.places(f"la fibre à Flixecoirt {nonsense[:40]}")) == ["Flixecourt"]
    assert told(read.places(f"la fibre à Flixecoirt {nonsense}")) == []
    assert told(read.places(f"la fibre à Flixecourt {nonsense}")) == ["Flixecourt"]


def test_a_long_list_of_communes_is_still_language(read: Gazetteer) -> None:
    listed = ", ".join(commune.name for commune in open_fibre().communes[100:140])
    assert "Flixecourt" in told(read.places(f"la fibre à {listed} et à Flixecoirt"))


def test_more_words_than_a_thousand_letters_of_french_have_are_not_read(read: Gazetteer) -> None:
    assert told(read.places("a " * (MOST_WORDS - 1) + "Flixecourt")) == ["Flixecourt"]
    assert told(read.places("a " * MOST_WORDS + "Flixecourt")) == []


@pytest.mark.parametrize("text", ["", " ", "?!", "\n", "à", "80", "🙂 à 🙂", "à " * 3000, "st " * 400, "é" * 5000])
def test_any_text_is_read(read: Gazetteer, text: str) -> None:
    assert all(0 <= place.start < place.end <= len(text) for place in read.places(text, alone=True))


def test_every_name_of_the_table_is_its_commune(read: Gazetteer) -> None:
    communes = open_fibre().communes
    found = {commune.name: told(read.places(f"la fibre est-elle à {commune.name} ?")) for commune in communes}
    assert {name: places for name, places in found.items() if places != [name]} == {}


def test_every_former_commune_is_part_of_one_that_exists(read: Gazetteer) -> None:
    names = {commune.code: commune.name for commune in open_fibre().communes}
    assert len(former_communes()) == 40
    for name, code in former_communes():
        (place,) = read.places(f"la fibre à {name}")
        assert (place.kind, place.communes[0].name) == (PlaceKind.FORMER, names[code]), name


def test_communes_elsewhere_can_be_searched_by_halves() -> None:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    keys = [key_of(line.split("\t")[0]) for line in lines]
    assert keys == sorted(keys)
    drawn = random.Random(1).sample(lines, 300)
    assert all(named(key_of(line.split("\t")[0])) for line in drawn)
    assert named("nowhereatall") is None


def test_departments_are_known_by_name_and_number() -> None:
    assert departments()["pasdecalais"] == departments()["62"] == ("62", "Pas-de-Calais")
    assert departments()["2a"][1] == "Corse-du-Sud"
    assert departments()["somme"][0] == DEPARTMENT


def test_threads_read_alike(read: Gazetteer) -> None:
    texts = [question.text for question in list(asked(open_fibre().communes, 3, ("worn",)))[:100]]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read.places, texts)) == [read.places(text) for text in texts]


def test_noisy_names_are_read_right(read: Gazetteer) -> None:
    """A tenth of the benchmark; its goal is 98 %."""
    questions = list(asked(open_fibre().communes, 1))[::10]
    good = sum(right(read.places(question.text, alone=True), question.commune) for question in questions)
    assert good >= 0.98 * len(questions)


@pytest.mark.parametrize("alone", [False, True], ids=["any question", "a place is expected"])
def test_questions_without_a_commune_are_given_none(read: Gazetteer, alone: bool) -> None:
    questions = without_place()
    assert len(questions) >= 300
    every = [*questions, *noisy(questions, 1)]
    false = [text for text in every if any(place.kind in HERE for place in read.places(text, alone))]
    assert len(false) <= 0.005 * len(every), false
