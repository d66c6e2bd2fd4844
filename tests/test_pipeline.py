"""The whole way from a question to its answer, over the real corpus."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.fibre_say import at, percent, quarter
from assistant.answering.pipeline import STEPS
from assistant.index.search import Index
from assistant.ingestion.glossary import glossary_document, read_glossary
from assistant.models import GLOSSARY_KEY, Access, Answer, AnswerKind, QuestionRefused, Status
from assistant.settings import ROOT, Settings
from assistant.wording import TEXTS, french_date, french_number, texts
from tests.conftest import EVALUATION

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {
    "answered": "Combien de connexions à l'ENT en mars 2020 ?",
    "answered_list": "Quels services étaient attendus du rachat du data center du MipiH ?",
    "contact": "c koi votre num de tel ?",
    "not_found": "Quel est le montant de la délibération sur l'achat du data center ?",
    "out_of_scope": "Où nichent les cigognes ?",
    "other_work": "Quelle est la recette des crêpes au sarrasin ?",
    "clarify": "c'est quoi ?",
    "greeting": "slt sava",
    "refused": "g perdu le mdp de mon fils",
    "fibre": "Est-ce que la fibre est disponible à Vironchaux ?",
    "fibre_where": "est-ce que j'ai la fibre ?",
    "fibre_which": "la fibre à villers ?",
    "copper": "vous coupez quand l'adsl a Rue",
    "outage": "j'ai plus internet depuis hier",
}
QUESTIONS = [json.loads(line)["question"] for line in (EVALUATION / "dev_60.jsonl").read_text("utf-8").splitlines()]
TOLD = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.\w+|\d+(?:[ \u00a0\u202f.,/]\d+)*")


@pytest.mark.parametrize("name", ENDINGS)
def test_each_ending_gives_the_whole_answer_of_its_golden_file(assistant: Assistant, name: str) -> None:
    """To accept a wanted change: delete the file, run the test, read the new file."""
    answer = replace(assistant.ask(ENDINGS[name], Access.PUBLIC), trace=())
    written = json.dumps({"question": ENDINGS[name], **asdict(answer)}, ensure_ascii=False, indent=2) + "\n"
    path = GOLDEN / f"{name}.json"
    if not path.exists():
        path.write_text(written, encoding="utf-8")
        pytest.fail(f"{path.name} was missing: written, to be read and committed")
    assert written == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> list[Answer]:
    return [assistant.ask(question, Access.PUBLIC) for question in QUESTIONS]


@pytest.fixture(scope="module")
def known_texts() -> str:
    """All that may be said: the documents, the glossary and the texts files."""
    files = [*(ROOT / "corpus" / "public").glob("*.txt"), *TEXTS.glob("*.toml")]
    glossary = glossary_document(read_glossary(ROOT / "corpus")).page.text
    return " ".join(" ".join(text.split()) for text in (*(path.read_text("utf-8") for path in files), glossary))


def told_by_figures(answer: Answer) -> set[str]:
    """The numbers that an answer holds in its tables: those said, and no other."""
    if answer.fibre is None:
        return set()
    counts = [n for one in answer.fibre.coverage for n in (one.covered, one.premises)]
    shares = [percent(one) for one in answer.fibre.coverage]
    days = [day for one in answer.fibre.copper for day in (one.closes_on, one.told_on) if day]
    dates = [part for day in days for part in french_date(day).split()]
    quarters = [part for one in answer.fibre.coverage for part in quarter(one.publication.quarter).split()]
    codes = [code for commune in answer.fibre.communes for code in commune.postcodes]
    return {
        *(french_number(n) for n in counts),
        *shares,
        *dates,
        *codes,
        *quarters,
        *(q.rstrip("er") for q in quarters),
    }


def words_of_figures(answer: Answer) -> set[str]:
    """What an answer on fibre says beside its sentences: names of places and sources, addresses of pages, numbers."""
    if answer.fibre is None:
        return set()
    named = [at(commune) for commune in answer.fibre.communes]
    sources = [one.publication.source for one in answer.fibre.coverage] + [one.source for one in answer.fibre.copper]
    told = [*named, *sources, *(link.url for link in answer.links), *told_by_figures(answer)]
    return {word for text in told for word in re.findall(r"\w+", text)}


def test_every_quotation_stands_letter_for_letter_in_a_document(answers: list[Answer], known_texts: str) -> None:
    quotes = [quote for answer in answers for quote in (*answer.quotes, *answer.related)]
    assert len(quotes) > 60
    for quote in quotes:
        assert quote.text in known_texts
        assert quote.text in quote.context


def test_no_link_number_or_address_is_said_that_no_document_or_text_holds(
    answers: list[Answer], known_texts: str
) -> None:
    dates = {"18", "2016", "2020"}  # of the documents, said in French
    for answer in answers:
        for found in (told.rstrip(").") for told in TOLD.findall(answer.answer)):
            assert found in known_texts or found in dates or found in told_by_figures(answer), answer.answer


def test_every_word_of_an_answer_comes_from_its_quotations_or_the_texts_file(answers: list[Answer]) -> None:
    refusals = (rule["text"] for rule in texts("question")["refusals"])
    ours_of_fibre = (*_strings(texts("fibre")["say"]), *(topic["text"] for topic in texts("fibre")["topics"]))
    glossary = (texts()["glossary"][key] for key in ("sourced", "unsourced", "read_on"))
    ours = [*_strings(texts()["status"]), *_strings(texts()["answer"]), *glossary, *refusals, *ours_of_fibre]
    known = {word for text in ours for word in re.findall(r"\w+", re.sub(r"\{\w+\}", " ", text))}
    known |= {"novembre", "avril", "18", "2016", "2020", "2"}  # the dates of the documents, and how many there are
    for answer in answers:
        said = answer.answer
        known_here = known | words_of_figures(answer)
        for quote in answer.quotes:
            said = said.replace(quote.text, " ").replace(quote.kind, " ")
        assert set(re.findall(r"\w+", said)) <= known_here, said


def _strings(table: object) -> list[str]:
    if isinstance(table, dict):
        return [text for value in table.values() for text in _strings(value)]
    return [str(table)]


def test_every_example_offered_is_answered(assistant: Assistant) -> None:
    for question in texts()["examples"]["questions"]:
        assert assistant.ask(question, Access.PUBLIC).status is Status.ANSWERED, question


def test_an_answer_is_quoted_and_dated_and_a_refusal_is_not(answers: list[Answer]) -> None:
    for answer in answers:
        assert bool(answer.quotes) == (answer.status is Status.ANSWERED and answer.kind is AnswerKind.DOCUMENTS)
        assert not (answer.quotes and answer.related)
        for quote in answer.quotes:
            if quote.document_key == GLOSSARY_KEY:  # what an acronym stands for has neither day nor source
                assert bool(quote.date) is bool(quote.url)
                continue
            assert quote.date or quote.document_key == "contact"
            assert quote.deep_link and quote.url and quote.deep_link.startswith(quote.url)


def test_every_answer_says_whom_to_ask(answers: list[Answer]) -> None:
    assert all(answer.contact and answer.contact.phone == "Tél. : 03 22 22 27 27" for answer in answers)


def test_the_trace_names_the_steps_that_ran_in_order(assistant: Assistant) -> None:
    names = [step.__name__ for step in STEPS]
    trace = assistant.ask("combien de lots au marché", Access.STAFF).trace
    assert [step.step for step in trace] == names
    refused = assistant.ask("mot de passe perdu", Access.STAFF).trace
    assert [step.step for step in refused] == names[: names.index("refuse") + 1]


def test_a_refusal_to_answer_names_its_rule_in_the_trace(assistant: Assistant) -> None:
    trace = assistant.ask("le séminaire de Flixecourt, c'était quand ?", Access.STAFF).trace
    assert ("rule", "unknown_name") in {(step.step, step.detail) for step in trace}


def test_bad_input_is_refused_and_a_fault_of_ours_is_a_sentence(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(QuestionRefused):
        assistant.ask("", Access.PUBLIC)

    def broken(*_: object) -> None:
        raise RuntimeError("tercés"[::-1])  # not readable in the source lines that a log may show

    monkeypatch.setattr(Index, "search", broken)
    answer = assistant.ask("la fibre avance-t-elle", Access.PUBLIC)
    assert answer.status is Status.UNAVAILABLE
    assert "sécret" not in json.dumps(asdict(answer), ensure_ascii=False)
    assert "RuntimeError" in caplog.text
    assert "sécret" not in caplog.text  # the message of an exception may quote the question


def test_without_an_index_the_assistant_says_it_is_unavailable(settings: Settings, tmp_path: Path) -> None:
    lost = Assistant(settings.model_copy(update={"data": tmp_path}))
    assert lost.ask("la fibre", Access.PUBLIC).status is Status.UNAVAILABLE


def test_a_quotation_that_left_its_document_is_dropped(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Index, "document_text", lambda *_: "un tout autre texte")
    answer = assistant.ask(ENDINGS["answered"], Access.PUBLIC)
    assert (answer.status, answer.quotes) == (Status.NOT_FOUND, ())
    assert "dropped" in caplog.text


@pytest.mark.parametrize(
    "question",
    ["'" * 50, '"fibre" OR NEAR(', "fibre* AND ^ENT", "a" * 1000, "é" * 999, "🙂 fibre 🙂", "SELECT * FROM chunks; --",
     "\u202efibre", "fibre\nfibre\tfibre", "٣ fibre", "-- - -", "1 000 000 000 000 000", "l'" * 300],
)  # fmt: skip
def test_no_strange_question_breaks_the_assistant(assistant: Assistant, question: str) -> None:
    try:
        answer = assistant.ask(question, Access.PUBLIC)
    except QuestionRefused:
        return
    assert answer.status is not Status.UNAVAILABLE
