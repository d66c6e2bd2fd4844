"""The door to the language model: whatever its server does, there is text, or a named failure, in time."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from assistant.answering.allowance import FAILURES, read_counts
from assistant.answering.assistant import Assistant, allowance_file
from assistant.answering.write import Failure, NotWritten, Writer, open_writer
from assistant.cli import main
from assistant.models import Access, Exchange, SettingsError, Status, WriterName
from assistant.settings import Settings, load_settings
from ingest import ingest
from tests.scripted_model import ADDRESSES, KEY, Handler, Model, Sent, drips, good_writer, says, sentence_on, serving
from tests.scripted_model import FAILURES as WAYS

SECRET = "UsaGes"  # in the question, and nowhere else
QUESTION = f"Quels sont les {SECRET} des ENT pendant le confinement ?"
SECONDS = 1.5  # that an answer may take where the server is slow on purpose; else as long as it needs
SLOW = ("hang", "one_byte_a_second")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The real corpus, by words alone, and a model to be found at the address that a test gives."""
    changed = {
        "data": tmp_path_factory.mktemp("data"),
        "vector_weight": 0.0,
        "llm": "openai:modele",
        "llm_key": SecretStr(KEY),
        "llm_seconds": 30,
    }
    found = load_settings().model_copy(update=changed)
    ingest(found)
    return found


@pytest.fixture(autouse=True)
def uncounted(indexed: Settings) -> None:
    allowance_file(indexed.data).unlink(missing_ok=True)


@pytest.fixture
def model() -> Iterator[Model]:
    with serving(good_writer) as opened:
        yield opened


def at(settings: Settings, address: str, **changes: object) -> Settings:
    return settings.model_copy(update={"llm_url": address, **changes})


@pytest.fixture
def assistant(indexed: Settings, model: Model) -> Iterator[Assistant]:
    opened = Assistant(at(indexed, model.address))
    yield opened
    opened.close()


@pytest.fixture
def writer(indexed: Settings, model: Model) -> Iterator[Writer]:
    opened = open_writer(at(indexed, model.address))
    assert opened
    yield opened


def test_without_the_setting_nothing_writes(indexed: Settings) -> None:
    assert open_writer(indexed.model_copy(update={"llm": ""})) is None


def test_the_text_comes_in_pieces(writer: Writer, model: Model) -> None:
    model.script = says("Un deux trois.")
    assert list(writer.write("consigne", "demande", time.monotonic() + 5)) == ["Un ", "deux ", "trois."]
    (sent,) = model.sent
    assert (sent.system, sent.text) == ("consigne", "demande")
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert {name: sent.body[name] for name in ("model", "stream", "temperature")} == {
        "model": "modele", "stream": True, "temperature": 0,
    }  # fmt: skip
    assert sent.body["max_tokens"] > 0
    assert not {"tools", "functions", "max_completion_tokens"} & set(sent.body)


def test_a_server_without_a_key_is_sent_no_secret(indexed: Settings, model: Model) -> None:
    writer = open_writer(at(indexed, model.address, llm_key=None))
    assert writer
    model.script = says("Un.")
    assert list(writer.write("c", "d", time.monotonic() + 5)) == ["Un."]
    assert model.sent[0].headers["authorization"] == "Bearer -"


def test_whoever_stops_listening_closes_the_connection(writer: Writer, model: Model) -> None:
    model.pause = 0.02
    model.script = says("mot " * 1_000)
    pieces = writer.write("c", "d", time.monotonic() + 60)
    assert next(pieces) == "mot "
    pieces.close()
    assert model.left.wait(20)


def test_a_late_server_is_left_at_the_time_that_was_named(writer: Writer, model: Model) -> None:
    model.script = drips
    with pytest.raises(NotWritten) as failed:
        list(writer.write("c", "d", time.monotonic() + 0.3))
    assert failed.value.failure is Failure.LATE
    assert model.left.wait(20)  # its connection is closed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"llm": "mistralai:mistral-small"}, "langchain-mistralai", id="package not installed"),
        pytest.param({"llm": "personne:modele"}, "ASSISTANT_LLM", id="unknown provider"),
        pytest.param({"llm_key": None, "llm_url": ""}, "ASSISTANT_LLM_KEY", id="no key and no server of one's own"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    indexed: Settings, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        Assistant(indexed.model_copy(update=changes))
    assert KEY not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_model_without_provider_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM", "mistral-small")
    with pytest.raises(SettingsError, match="ASSISTANT_LLM"):
        load_settings()


def test_nothing_is_traced_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith.utils import get_env_var, tracing_is_enabled

    forget = get_env_var.cache_clear  # type: ignore[attr-defined]  # its types leave out that it is remembered
    for name in ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING"):
        monkeypatch.setenv(name, "true")
    forget()
    assert tracing_is_enabled()
    load_settings()
    forget()
    assert not tracing_is_enabled()


# ------------------------------------------------------------------------------------------------ an answer


def test_a_good_writer_answers_each_sentence_citing_its_source(assistant: Assistant) -> None:
    said: list[str] = []
    answer = assistant.ask(QUESTION, Access.PUBLIC, say=said.append)
    assert (answer.status, answer.writer) == (Status.ANSWERED, WriterName.MODEL)
    assert answer.writing and answer.writing.said == len(said) == 2
    assert answer.answer == " ".join(said)
    assert [sentence.endswith(f" [{number}].") for number, sentence in enumerate(said, 1)] == [True, True]
    assert len({quote.context for quote in answer.quotes}) == 2
    assert answer.for_visitor.writing is None


def test_sources_are_numbered_in_the_order_in_which_they_are_cited(assistant: Assistant, model: Model) -> None:
    def last_first(handler: Handler, sent: Sent) -> None:
        two = [sentence_on(sent.question, passage) for passage in sent.passages[:2]]
        handler.writes(" ".join(reversed(two)))

    model.script = last_first
    answer = assistant.ask(QUESTION, Access.PUBLIC)
    passages = model.sent[0].passages
    assert re.findall(r"\[(\d+)\]", answer.answer) == ["1", "2"]
    assert [quote.context[:40] for quote in answer.quotes] == [passages[1].text[:40], passages[0].text[:40]]


def test_a_model_that_finds_nothing_leaves_the_passages_as_near_ones(assistant: Assistant, model: Model) -> None:
    model.script = says("Je ne trouve pas.")
    answer = assistant.ask(QUESTION, Access.PUBLIC)
    assert (answer.status, answer.quotes) == (Status.NOT_FOUND, ())
    assert answer.related


def test_greetings_figures_and_refusals_do_not_ask_the_model(assistant: Assistant, model: Model) -> None:
    before = [Exchange(QUESTION, assistant.ask(QUESTION, Access.PUBLIC).quotes)]
    model.sent.clear()
    for question in (
        "bonjour", "j'ai la fibre à Rue ?", "j'habite 12 rue des Lilas à Rue, suis-je éligible à la fibre ?",
        "g perdu le mdp de mon fils", "mon numéro est le 06 12 34 56 78, rappelez-moi", "Où nichent les cigognes ?",
        "vous êtes des cons", "c koi votre num de tel ?",
    ):  # fmt: skip
        for exchanges in ((), before):
            assistant.ask(question, Access.PUBLIC, exchanges)
            assert not model.sent, question


def test_what_staff_documents_say_goes_to_the_model_only_if_a_setting_says_so(
    indexed: Settings, assistant: Assistant, model: Model
) -> None:
    assert assistant.ask(QUESTION, Access.STAFF).writer is WriterName.QUOTATIONS
    assert not model.sent
    opened = Assistant(at(indexed, model.address, llm_reads_staff=True))
    assert opened.ask(QUESTION, Access.STAFF).writer is WriterName.MODEL
    opened.close()


FAR = "Le syndicat aide-t-il les maires à causer entre eux de loin ?"  # in other words than the documents'


def test_where_the_rules_refuse_the_model_is_asked_only_if_a_setting_says_so(
    indexed: Settings, assistant: Assistant, model: Model
) -> None:
    refused = assistant.ask(FAR, Access.PUBLIC)
    assert (refused.status, model.sent) == (Status.NOT_FOUND, [])
    reading_on = Assistant(at(indexed, model.address, llm_beyond_rules=True))
    said: list[str] = []
    answer = reading_on.ask(FAR, Access.PUBLIC, say=said.append)
    assert (answer.status, answer.writer) == (Status.ANSWERED, WriterName.MODEL)
    assert said == []  # nothing that might be taken back for « not found »
    for script in (says("Je ne trouve pas."), WAYS["500"][0], WAYS["other_language"][0]):
        model.script = script
        again = reading_on.ask(FAR, Access.PUBLIC)
        assert replace(again, trace=(), writing=None) == replace(refused, trace=())
    sent = len(model.sent)
    assert reading_on.ask("Combien de lots pour Xyvrolles ?", Access.PUBLIC).status is not Status.ANSWERED
    assert len(model.sent) == sent  # a name that no document holds
    reading_on.close()


# ------------------------------------------------------------------------------------------------ failing well


@pytest.mark.parametrize("way", WAYS)
def test_each_failure_ends_in_the_quotations_in_time_and_is_counted(
    indexed: Settings, way: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    script, failure = WAYS[way]
    with serving(script) as model, caplog.at_level(logging.DEBUG):
        seconds = SECONDS if way in SLOW else 30
        opened = Assistant(at(indexed, ADDRESSES.get(way, model.address), llm_seconds=seconds))
        usual = Assistant(indexed.model_copy(update={"llm": ""}))
        expected = usual.ask(QUESTION, Access.PUBLIC)
        answer = opened.ask(QUESTION, Access.PUBLIC)
        opened.close()
        usual.close()
    assert answer.writing
    assert answer.writing.failure == failure
    assert answer.writer is WriterName.QUOTATIONS_INSTEAD
    kept = replace(answer, writer=expected.writer, writing=None, trace=())
    assert kept == replace(expected, trace=())
    assert answer.trace[-1].step == "write_answer"
    counts = read_counts(allowance_file(indexed.data), datetime.now(UTC).date())
    assert counts == {"asked": 1, failure: 1}
    for secret in (SECRET, KEY):
        assert secret not in caplog.text + "".join(capfd.readouterr()) + repr(answer.trace) + repr(answer.writing)


def test_after_five_failures_the_server_is_left_alone(indexed: Settings, model: Model) -> None:
    model.script = WAYS["500"][0]
    opened = Assistant(at(indexed, model.address))
    writings = [opened.ask(QUESTION, Access.PUBLIC).writing for _ in range(FAILURES + 2)]
    opened.close()
    assert [one.failure for one in writings if one] == ["server"] * FAILURES + ["resting"] * 2
    assert len(model.sent) == FAILURES


def test_beyond_the_budget_of_the_day_quotations_answer(indexed: Settings, model: Model) -> None:
    opened = Assistant(at(indexed, model.address, llm_requests_per_day=1))
    answers = [opened.ask(QUESTION, Access.PUBLIC) for _ in range(2)]
    opened.close()
    assert [answer.writer for answer in answers] == [WriterName.MODEL, WriterName.QUOTATIONS_INSTEAD]
    assert len(model.sent) == 1


def test_what_is_sent_is_bounded(indexed: Settings, model: Model, assistant: Assistant) -> None:
    assistant.ask(f"{QUESTION} " + "les usages " * 85, Access.PUBLIC)
    assert all(len(sent.text) < 12_000 for sent in model.sent)


def test_status_tells_the_model_and_the_counts_but_not_the_key(
    indexed: Settings,
    model: Model,
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assistant.ask(QUESTION, Access.PUBLIC)
    assistant.close()
    given = {"DATA": indexed.data, "LLM": indexed.llm, "LLM_URL": model.address, "LLM_KEY": KEY, "VECTOR_WEIGHT": 0}
    for name, value in given.items():
        monkeypatch.setenv(f"ASSISTANT_{name}", str(value))
    assert main(["status"]) == 0
    told = capsys.readouterr().out
    assert "openai:modele" in told
    assert "demandes 1, rédigées 1" in told
    assert KEY not in told


# ------------------------------------------------------------------------------------------------ follow-ups


def test_a_follow_up_is_rewritten_by_the_model_and_the_trace_says_so(assistant: Assistant, model: Model) -> None:
    before = assistant.ask("Qui est le président de Somme Numérique ?", Access.PUBLIC)
    model.script = lambda handler, sent: (
        handler.writes("Quand le président de Somme Numérique s'est-il exprimé ?")
        if sent.is_rewriting
        else good_writer(handler, sent)
    )
    asked = Exchange("Qui est le président de Somme Numérique ?", before.quotes)
    answer = assistant.ask("quand s'est-il exprimé ?", Access.PUBLIC, [asked])
    assert answer.understood_as == "Quand le président de Somme Numérique s'est-il exprimé ?"
    step = next(step for step in answer.trace if step.step == "resolve_follow_up")
    assert step.detail == f"model: {answer.understood_as}"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("Où se trouve le trésor de Rackham ?", id="words that nobody said"),
        pytest.param("Un.\nDeux.", id="two lines"),
        pytest.param("?", id="no word"),
        pytest.param("ent " * 400, id="too long"),
    ],
)
def test_a_rewriting_that_cannot_be_one_leaves_it_to_the_rules(
    indexed: Settings, assistant: Assistant, model: Model, written: str
) -> None:
    question = "Combien de connexions à l'ENT en mars 2020 ?"
    by_rules = "et en avril ?"
    rules_alone = Assistant(indexed.model_copy(update={"llm": ""}))
    expected = rules_alone.ask(by_rules, Access.PUBLIC, [Exchange(question)]).understood_as
    rules_alone.close()
    model.script = lambda handler, sent: handler.writes(written if sent.is_rewriting else "Je ne trouve pas.")
    answer = assistant.ask(by_rules, Access.PUBLIC, [Exchange(question)])
    assert expected
    assert answer.understood_as == expected
