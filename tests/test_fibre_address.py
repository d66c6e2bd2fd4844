"""« au 12 bis rue de l'Église à Amiens »: the state of a building, looked up here or, if the visitor agrees, by the
public geocoder; in no log.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.fibre.loading.load import Given, load
from assistant.figures import Awaited, BuildingState
from assistant.models import Access, Answer, AnswerKind, Exchange, Status
from assistant.settings import Settings
from assistant.wording import texts
from ingest import ingest
from tests import made_open_data as made
from tests.local_geocoder import Service, collection, feature, running, says
from tests.made_open_data import AMIENS, TABLE, write

WORDS = texts("fibre")["address"]
NUMBER = list(TABLE.communes).index(AMIENS)  # of its building among those that are made
QUESTION = "j'ai la fibre au 12 bis rue de l'Église à Amiens ?"
Talk = Callable[..., list[Answer]]


def found(score: float = 0.96, kind: str = "housenumber", code: str = AMIENS, **changes: object) -> object:
    """What the geocoder says of that address."""
    told = {"label": "12 bis Rue de l'Église 80000 Amiens", "id": f"{code}_0010_00012_bis", "city": "Amiens"}
    return feature(**(told | {"score": score, "type": kind, "citycode": code, "postcode": "80000"} | changes))


@pytest.fixture
def service() -> Iterator[Service]:
    with running() as opened:
        opened.reply = says(collection(found()))
        yield opened


@pytest.fixture
def settings(own_settings: Settings, service: Service) -> Settings:
    changed = own_settings.model_copy(update={"geocoder": service.address})
    ingest(changed)
    return changed


@pytest.fixture
def talk(settings: Settings) -> Iterator[Talk]:
    """Say one thing after the other, remembered as the chat remembers it."""
    assistant = Assistant(settings)

    def talk(*questions: str, may_geocode: bool = False) -> list[Answer]:
        exchanges: list[Exchange] = []
        answers = []
        for question in questions:
            answer = assistant.ask(question, Access.PUBLIC, exchanges, may_geocode)
            exchanges.append(Exchange(answer.understood_as or question, answer.quotes, answer.fibre))
            answers.append(answer)
        return answers

    yield talk
    assistant.close()


@pytest.fixture
def built(settings: Settings, tmp_path: Path) -> None:
    """Buildings are loaded, and who sells fibre in them."""
    load_files(settings, tmp_path, ("a.csv.gz", made.buildings_csv()), ("b.csv.gz", made.eligibility_csv()))


def load_files(settings: Settings, folder: Path, *files: tuple[str, str]) -> None:
    given = [Given(write(folder / name, content), name, quarter="2026-T2", day="2026-06-30") for name, content in files]
    assert not load(settings.data, given).refused


def names(answer: Answer) -> Sequence[str]:
    assert answer.fibre is not None
    return [commune.name for commune in answer.fibre.communes]


def test_without_buildings_an_address_says_no_more_than_its_commune_and_nobody_is_asked(
    talk: Talk, service: Service
) -> None:
    (answer,) = talk(QUESTION, may_geocode=True)
    assert (answer.status, names(answer)) == (Status.ANSWERED, ["Amiens"])
    assert service.asked == []


def test_an_address_leaves_only_when_the_visitor_agrees(talk: Talk, service: Service, built: None) -> None:
    (first,) = talk(QUESTION)
    assert (first.status, first.kind) == (Status.CLARIFY, AnswerKind.FIBRE)
    assert WORDS["offer"] in first.answer
    assert "92\u202f802" in first.answer  # the commune's figure meanwhile
    assert first.suggestions == (WORDS["yes"], WORDS["no"])
    assert service.asked == []
    _, second = talk(QUESTION, WORDS["yes"])
    assert len(service.asked) == 1
    assert second.status is Status.ANSWERED
    assert second.answer.startswith("12 bis Rue de l'Église 80000 Amiens : ")
    assert second.fibre and second.fibre.address and second.fibre.buildings


def test_agreeing_beforehand_is_agreeing(talk: Talk, service: Service, built: None) -> None:
    (answer,) = talk(QUESTION, may_geocode=True)
    assert len(service.asked) == 1
    assert answer.fibre and [building.identifier for building in answer.fibre.buildings] == [str(NUMBER)]


@pytest.mark.parametrize("reply", ["non", "non merci", "surtout pas !", WORDS["no"]])
def test_who_refuses_is_not_asked_again_and_nothing_is_sent(
    talk: Talk, service: Service, built: None, reply: str
) -> None:
    _, answer = talk(QUESTION, reply)
    assert WORDS["declined"] in answer.answer
    assert answer.fibre and answer.fibre.awaited is None
    assert service.asked == []


def test_only_the_address_is_sent_and_nothing_else_of_the_question(talk: Talk, service: Service, built: None) -> None:
    talk("bonjour je suis malade et j'habite au 12 bis rue de l'Église à Amiens, ai-je la fibre ?", "oui")
    (asked,) = service.asked
    assert "malade" not in asked
    assert f"citycode={AMIENS}" in asked


def test_another_question_leaves_the_offer_behind(talk: Talk, service: Service, built: None) -> None:
    _, answer = talk(QUESTION, "Combien de lots au marché télécom ?")
    assert answer.kind is AnswerKind.DOCUMENTS
    assert service.asked == []


def test_an_address_that_is_not_sure_is_confirmed_first(talk: Talk, service: Service, built: None) -> None:
    other = found(0.5, label="12 Rue de l'Église 80080 Amiens", id=f"{AMIENS}_x")
    service.reply = says(collection(found(0.55), other))
    _, doubt, answer = talk(QUESTION, "oui", "Oui : 12 bis Rue de l'Église 80000 Amiens")
    assert (doubt.status, doubt.fibre and doubt.fibre.awaited) == (Status.CLARIFY, Awaited.CONFIRMATION)
    assert len(doubt.suggestions) == 3
    assert answer.fibre and answer.fibre.address
    assert answer.fibre.address.label == "12 bis Rue de l'Église 80000 Amiens"
    assert len(service.asked) == 1


def test_a_street_for_a_number_is_confirmed_however_sure(talk: Talk, service: Service, built: None) -> None:
    service.reply = says(collection(found(0.97, kind="street")))
    _, doubt = talk(QUESTION, "oui")
    assert doubt.fibre and doubt.fibre.awaited is Awaited.CONFIRMATION


def test_none_of_the_addresses_found_is_an_answer_too(talk: Talk, service: Service, built: None) -> None:
    service.reply = says(collection(found(0.4)))
    *_, answer = talk(QUESTION, "oui", WORDS["not_these"])
    assert WORDS["unknown"] in answer.answer  # not that nothing was sent: it was


TWO = (
    found(0.6, label="2 Rue des Lilas 80000 Amiens", id=f"{AMIENS}_2"),
    found(0.6, label="12 Rue des Lilas 80000 Amiens", id=f"{AMIENS}_12"),
)


@pytest.mark.parametrize(
    "reply", ["Oui : 12 Rue des Lilas 80000 Amiens", "12 rue des lilas 80000 amiens", "la deuxième", "2"]
)
def test_the_address_chosen_is_the_one_that_is_named(talk: Talk, service: Service, built: None, reply: str) -> None:
    service.reply = says(collection(*TWO))
    *_, answer = talk(QUESTION, "oui", reply)
    assert answer.fibre and answer.fibre.address
    assert answer.fibre.address.label == "12 Rue des Lilas 80000 Amiens"
    assert len(service.asked) == 1


def test_a_yes_among_several_addresses_asks_which_one_and_sends_nothing_again(
    talk: Talk, service: Service, built: None
) -> None:
    service.reply = says(collection(*TWO))
    *_, answer = talk(QUESTION, "oui", "oui")
    assert WORDS["which"] in answer.answer
    assert answer.fibre and len(answer.fibre.candidates) == 2
    assert len(service.asked) == 1


@pytest.mark.parametrize("reply", ["merci", "svp", "stp", "peut-être", "nonante"])
def test_what_is_no_yes_sends_nothing(talk: Talk, service: Service, built: None, reply: str) -> None:
    talk(QUESTION, reply)
    assert service.asked == []


def test_a_no_that_goes_on_is_a_question(talk: Talk, service: Service, built: None) -> None:
    _, other, copper = talk(QUESTION, "non, à Corbie", "non merci, et le cuivre à Rue ?")
    assert names(other) == ["Corbie"]
    assert (names(copper), copper.fibre and copper.fibre.topic) == (["Rue"], "copper")
    assert service.asked == []


def test_who_keeps_the_address_and_named_no_commune_is_asked_for_it(talk: Talk, service: Service) -> None:
    _, declined, answer = talk("j'ai la fibre au 12 bis rue de l'Église ?", WORDS["no"], "Rue")
    assert declined.fibre and declined.fibre.awaited is Awaited.PLACE
    assert names(answer) == ["Rue"]


def test_a_geocoder_that_fails_leaves_the_commune(talk: Talk, service: Service, built: None) -> None:
    service.reply = says(b"<html>", 500)
    _, answer = talk(QUESTION, "oui")
    assert WORDS["unavailable"] in answer.answer
    assert "92\u202f802" in answer.answer


def test_an_address_that_nobody_knows_leaves_the_commune(talk: Talk, service: Service, built: None) -> None:
    service.reply = says(collection())
    _, answer = talk(QUESTION, "oui")
    assert WORDS["unknown"] in answer.answer
    assert "92\u202f802" in answer.answer


def test_without_a_commune_the_address_tells_it(talk: Talk, service: Service) -> None:
    _, doubt, answer = talk("j'ai la fibre au 12 bis rue de l'Église ?", "oui", "oui")
    assert doubt.fibre and doubt.fibre.awaited is Awaited.CONFIRMATION  # a street of that name is anywhere
    assert names(answer) == ["Amiens"]


@pytest.mark.parametrize("question", ["la fibre est dispo au 12 rue des lilas ?", "12 rue des lilas fibre"])
def test_an_address_alone_is_a_place(talk: Talk, service: Service, question: str) -> None:
    (answer,) = talk(question)
    assert answer.fibre and answer.fibre.awaited is Awaited.CONSENT


def test_addresses_outside_the_somme_are_not_taken(talk: Talk, service: Service) -> None:
    service.reply = says(collection(found(code="59350", city="Lille", label="12 bis Rue de l'Église 59000 Lille")))
    _, answer = talk("j'ai la fibre au 12 bis rue de l'Église ?", "oui")
    assert WORDS["unknown"] in answer.answer


def test_which_commune_of_several_is_asked_before_the_address(talk: Talk, service: Service, built: None) -> None:
    (answer,) = talk("la fibre au 3 rue du Bois à Villers ?", may_geocode=True)
    assert answer.fibre and answer.fibre.awaited is Awaited.PLACE
    assert len(answer.suggestions) == 8
    assert service.asked == []


def test_an_address_said_to_be_elsewhere_is_not_asked_for(talk: Talk, service: Service) -> None:
    (answer,) = talk("j'ai la fibre au 12 rue des lilas à Bordeaux ?", may_geocode=True)
    assert "n'est pas dans la Somme" in answer.answer
    assert service.asked == []


def test_with_the_addresses_loaded_nobody_is_asked(
    talk: Talk, service: Service, settings: Settings, built: None, tmp_path: Path
) -> None:
    load_files(settings, tmp_path, ("adresses-80.csv.gz", made.addresses_csv()))
    (answer,) = talk(QUESTION)
    assert service.asked == []
    assert answer.status is Status.ANSWERED
    assert answer.fibre and answer.fibre.buildings[0].distance == 0


def test_the_state_is_that_of_the_file_with_its_source_and_quarter(
    talk: Talk, service: Service, settings: Settings, built: None, tmp_path: Path
) -> None:
    states = made.states_csv({AMIENS: ("raccordable demande", "deploye", "2020-01-01")})
    load_files(settings, tmp_path, ("immeuble.csv", states))
    (answer,) = talk(QUESTION, may_geocode=True)
    assert answer.fibre and answer.fibre.buildings[0].state is BuildingState.ON_DEMAND
    assert "« raccordable sur demande »" in answer.answer
    assert "2e trimestre 2026" in answer.answer.splitlines()[0]
    assert any("n'est posé qu'après une commande" in quote.text for quote in answer.quotes)  # the glossary explains it


def test_a_building_that_does_not_carry_the_address_is_said_to_be_near(
    talk: Talk, service: Service, built: None
) -> None:
    x, y = made.place(NUMBER)
    radius = 6_378_137  # of the sphere of EPSG:3857; 5 m beside the building
    lon, lat = math.degrees((x + 5) / radius), math.degrees(2 * math.atan(math.exp(y / radius)) - math.pi / 2)
    service.reply = says(collection(found(id="unknown", geometry={"type": "Point", "coordinates": [lon, lat]})))
    (answer,) = talk(QUESTION, may_geocode=True)
    assert answer.fibre and answer.fibre.buildings and answer.fibre.buildings[0].distance > 0
    assert "approximatif" in answer.answer


def test_the_address_is_in_no_log(talk: Talk, service: Service, built: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        talk("j'ai la fibre au 12 bis rue du Secret à Amiens ?", "oui")
        service.reply = says(b"no", 500)
        talk("j'ai la fibre au 12 bis rue du Secret à Amiens ?", "oui")
    assert len(service.asked) == 2
    assert "Secret" not in caplog.text
