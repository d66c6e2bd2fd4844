"""What visitors get where a language model writes: sentences as they come, the notice, what is told of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.answering.assistant import Assistant
from assistant.answering.write import Failure
from assistant.settings import Settings, load_settings
from assistant.web.limits import AT_ONCE, WRITING_AT_ONCE, places
from assistant.wording import sentence, texts
from ingest import ingest
from tests.scripted_model import FAILURES, KEY, TURNS, Model, practised, serving
from tests.test_web_stream import STREAM, events
from tests.web_visitor import STAFF_TOKEN, Visitor, built

QUESTION, *_ = TURNS
SAID = [
    "En mars 2020, les ENT des écoles ont cumulé 1 780 781 connexions [1].",
    "On y compte 31 640 élèves différents et 22 437 parents [1].",
]
STAFF = {"authorization": f"Bearer {STAFF_TOKEN}".encode()}


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with serving(practised) as opened:
        yield opened


@pytest.fixture(autouse=True)
def as_usual(model: Model) -> None:
    model.script = practised


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Settings:
    changed = {
        "data": tmp_path_factory.mktemp("data"), "vector_weight": 0.0, "llm": "openai:m", "llm_url": model.address,
        "llm_key": SecretStr(KEY), "llm_reads_staff": True, "staff_token": SecretStr(STAFF_TOKEN),
        "questions_per_minute": 10_000,
    }  # fmt: skip
    found = load_settings().model_copy(update=changed)
    ingest(found)
    return found


@pytest.fixture(scope="module")
def client(writing: Settings) -> Iterator[TestClient]:
    with TestClient(built(writing, Assistant(writing)), raise_server_exceptions=False) as opened:
        yield opened


def test_each_sentence_comes_as_an_event_then_the_answer_that_takes_their_place(client: TestClient) -> None:
    told = events(client.post("/api/ask", json={"question": QUESTION}, headers=STREAM).text)
    assert [name for name, _ in told] == ["searching", "sentence", "sentence", "answer"]
    assert [plain(data["text"]) for name, data in told if name == "sentence"] == SAID
    reply = told[-1][1]
    assert plain(reply["answer"]) == " ".join(SAID)
    assert (reply["writer"], reply["writing"]) == ("model", None)
    assert plain(reply["shown"]["writer"]) == sentence("writer.model")


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", html.unescape(text))


def test_a_source_has_the_number_that_the_sentences_cite(client: TestClient) -> None:
    shown = client.post("/api/ask", json={"question": "Où en est le data center ?"}).json()["shown"]
    cited = re.findall(r"\[(\d)\]", shown["paragraphs"][0])
    (sources,) = [group for group in shown["groups"] if group["name"] == "sources"]
    assert cited == ["1", "2"]
    assert [str(card["number"]) for card in sources["cards"]] == cited
    assert ["2016" in card["day"] or "2020" in card["day"] for card in sources["cards"]] == [True, True]


def test_what_was_said_and_is_taken_back_gives_way_to_quotations(client: TestClient, model: Model) -> None:
    model.script = FAILURES["truncated"][0]
    told = events(client.post("/api/ask", json={"question": QUESTION}, headers=STREAM).text)
    assert [name for name, _ in told] == ["searching", "sentence", "answer"]
    reply = told[-1][1]
    assert reply["writer"] == "quotations_instead"
    assert reply["shown"]["writer"].startswith("Extraits des documents")
    assert "«" in reply["answer"]


def test_the_staff_sees_what_the_model_did_and_nobody_sees_the_key(client: TestClient, model: Model) -> None:
    model.script = FAILURES["401"][0]
    reply = client.post("/api/ask", json={"question": QUESTION}, headers=STAFF)  # type: ignore[arg-type]  # bytes, for « é »
    assert reply.json()["writing"] == {"said": 0, "withheld": [], "failure": Failure.NOT_ALLOWED}
    assert KEY not in reply.text


def test_the_plain_page_and_the_kept_answer_say_who_wrote(client: TestClient) -> None:
    page = client.get("/question", params={"q": QUESTION}).text
    assert sentence("writer.model") in plain(page)
    reply = client.post("/api/ask", json={"question": QUESTION}).json()
    kept = client.get(client.post("/api/answers", json={"id": reply["id"]}).json()["url"]).text
    assert SAID[0] in plain(kept)
    assert sentence("writer.model") in plain(kept)


def test_the_chat_says_who_wrote(client: TestClient) -> None:
    conversation = plain(Visitor(client, "redige").ask(QUESTION)["conversation"])
    assert SAID[0] in conversation
    assert sentence("writer.model") in conversation


def test_what_visitors_are_told_of_the_program_is_what_holds(client: TestClient) -> None:
    given = client.get("/api/suggestions").json()["notice"]
    script = client.get("/widget.js").text
    assert given == sentence("chat.notice.model")
    assert "mot pour mot" not in client.get("/").text + client.get("/question").text + script
    assert texts("widget")["fr"]["unrecorded_model"] in script
    assert texts("widget")["fr"]["unrecorded"] not in script
    assert sentence("chat.privacy_model").split(" (")[0] in client.get("/").text
    privacy = client.get("/vie-privee").text
    assert privacy.index("Le modèle de langage</h2>") < privacy.index("Vos droits</h2>")


def test_without_a_model_none_is_spoken_of(settings: Settings, assistant: Assistant) -> None:
    with TestClient(built(settings, assistant)) as quoting:
        for path in ("/", "/question", "/vie-privee", "/widget.js"):
            page = quoting.get(path).text.lower()
            assert "modèle de langage" not in page, path
            assert "modele -->" not in page, path


def test_more_questions_are_worked_on_at_once_where_they_wait_for_a_model() -> None:
    assert (places(has_model=False), places(has_model=True)) == (AT_ONCE, WRITING_AT_ONCE)
