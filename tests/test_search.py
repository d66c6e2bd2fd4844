"""The published index: question → evidence, for one reader."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.index.search import EVIDENCE, open_index
from assistant.models import Access, EmbedderMissing, Found, IndexUnavailable
from assistant.settings import Settings
from assistant.versions import CURRENT, current_version, index_versions
from tests.ingested import ingest
from tests.test_embed import save_tiny_model

STAFF_NOTE = """---
title: "Raccordements FTTH : note réservée"
canonical_key: secret
source_url: "https://intranet.exemple.fr/secret"
---
Les raccordements FTTH du premier trimestre 2020 ont coûté un montant confidentiel au réseau de la Somme.
"""
QUESTIONS = [
    "Combien de raccordements FTTH au premier trimestre 2020 ?",
    "Qui a introduit le séminaire ?",
    "Quel est le montant confidentiel ?",
    "Où est le data center de Somme Numérique ?",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def vector_settings(own_settings: Settings, model: Path) -> Settings:
    return own_settings.model_copy(update={"embedder": str(model), "vector_weight": 0.2})


def _add(settings: Settings, name: str, text: str) -> None:
    (settings.corpus / name).write_text(text, encoding="utf-8")


def _search(settings: Settings, question: str, access: Access) -> Found:
    with open_index(settings) as index:
        return index.search(question, access)


def _keys(found: Found) -> set[str]:
    return {e.chunk.document_key for e in found.evidence} | {r.chunk.document_key for r in found.rejected}


# ---------------------------------------------------------------------------------------------- ranking


def test_evidence_is_best_first_and_scores_add_up(vector_settings: Settings) -> None:
    ingest(vector_settings)
    for question in QUESTIONS:
        found = _search(vector_settings, question, Access.PUBLIC)
        scores = [evidence.score for evidence in found.evidence]
        assert scores == sorted(scores, reverse=True)
        assert 0 < len(found.evidence) <= EVIDENCE
        assert max(evidence.words for evidence in found.evidence) == pytest.approx(1)
        assert max(hit.vectors for hit in found.evidence) <= 1 + 1e-9
        for evidence in found.evidence:
            assert evidence.score == pytest.approx(evidence.words + 0.2 * evidence.vectors)
            assert evidence.score > 0


def test_what_is_left_out_says_which_rule_left_it_out(vector_settings: Settings) -> None:
    note = "\n\n".join(f"## Lot {number}\n\nLe réseau du lot {number} avance." for number in range(70))
    _add(vector_settings, "public/lots.md", note)
    ingest(vector_settings)
    found = _search(vector_settings, "réseau", Access.PUBLIC)
    assert len(found.evidence) == EVIDENCE
    assert {rejected.rule for rejected in found.rejected} == {"rank", "score"}
    accepted, rejected = ({hit.chunk.digest for hit in hits} for hits in (found.evidence, found.rejected))
    assert not accepted & rejected
    assert min(e.score for e in found.evidence) >= max(r.score for r in found.rejected)
    assert all(r.score <= 0 for r in found.rejected if r.rule == "score")


def test_the_same_question_has_the_same_answer(vector_settings: Settings) -> None:
    ingest(vector_settings)
    first = _search(vector_settings, QUESTIONS[0], Access.PUBLIC)
    assert _search(vector_settings, QUESTIONS[0], Access.PUBLIC) == first


def test_without_vectors_words_alone_rank(own_settings: Settings) -> None:
    ingest(own_settings)
    found = _search(own_settings, QUESTIONS[0], Access.PUBLIC)
    assert "1500 raccordements" in found.evidence[0].chunk.text
    assert all(evidence.score == evidence.words and evidence.vectors == 0 for evidence in found.evidence)


def test_a_question_whose_words_are_unknown_still_searches_by_vectors(vector_settings: Settings) -> None:
    ingest(vector_settings)
    found = _search(vector_settings, "zzzzzz", Access.PUBLIC)
    assert all(evidence.words == 0 for evidence in found.evidence)
    assert _search(vector_settings.model_copy(update={"vector_weight": 0.0}), "zzzzzz", Access.PUBLIC) == Found((), ())


@pytest.mark.parametrize(
    "question",
    [
        "", "?", "le la les", "\x00", "x" * 5000, "🙂", "\u202e",
        "\ud800", "fibre \ud800 réseau",
    ],
)  # fmt: skip
def test_any_question_is_searched_without_an_error(vector_settings: Settings, question: str) -> None:
    ingest(vector_settings)
    with open_index(vector_settings) as index:
        found = index.search(question, Access.PUBLIC)
    assert all(evidence.score > 0 for evidence in found.evidence)


@pytest.mark.parametrize(
    ("question", "words"),
    [("covgae somme", "Covage Somme"), ("Viironchaux", "Vironchaux"), ("neuronexion", "Neuronnexion")],
)
def test_typos_find_their_word(own_settings: Settings, question: str, words: str) -> None:
    ingest(own_settings)
    assert any(words in e.chunk.text for e in _search(own_settings, question, Access.PUBLIC).evidence[:3])


def test_titles_and_headings_are_searched(own_settings: Settings) -> None:
    text = "---\ntitle: Le hérisson\n---\n# Les piquants\n\nIls poussent.\n\n# La nourriture\n\nIl mange."
    _add(own_settings, "public/a.md", text)
    ingest(own_settings)
    texts = [e.chunk.text for e in _search(own_settings, "nourriture du hérisson", Access.PUBLIC).evidence]
    assert texts == ["Il mange.", "Ils poussent."]


def test_threads_share_one_index(vector_settings: Settings) -> None:
    ingest(vector_settings)
    with open_index(vector_settings) as index, ThreadPoolExecutor(8) as pool:
        alone = {question: index.search(question, Access.PUBLIC) for question in QUESTIONS}
        together = pool.map(lambda question: (question, index.search(question, Access.PUBLIC)), QUESTIONS * 25)
        assert all(found == alone[question] for question, found in together)


# ---------------------------------------------------------------------------------------------- access


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_public_meets_no_staff_document_not_even_among_the_rejected(
    vector_settings: Settings, question: str
) -> None:
    _add(vector_settings, "staff/note.md", STAFF_NOTE)
    ingest(vector_settings)
    assert "secret" not in _keys(_search(vector_settings, question, Access.PUBLIC))
    assert "secret" in _keys(_search(vector_settings, question, Access.STAFF))


@pytest.mark.parametrize("question", QUESTIONS)
def test_public_scores_are_the_same_with_and_without_staff_documents(own_settings: Settings, question: str) -> None:
    ingest(own_settings)
    without = _search(own_settings, question, Access.PUBLIC)
    _add(own_settings, "staff/note.md", STAFF_NOTE)
    ingest(own_settings)
    assert _search(own_settings, question, Access.PUBLIC) == without


@pytest.mark.parametrize("question", QUESTIONS)
def test_public_scores_by_vectors_are_the_same_too(vector_settings: Settings, question: str) -> None:
    ingest(vector_settings)
    without = _search(vector_settings, question, Access.PUBLIC)
    _add(vector_settings, "staff/note.md", STAFF_NOTE)
    ingest(vector_settings)
    found = _search(vector_settings, question, Access.PUBLIC)
    assert [e.chunk for e in found.evidence] == [e.chunk for e in without.evidence]
    assert [e.score for e in found.evidence] == pytest.approx([e.score for e in without.evidence], abs=1e-5)


def test_documents_are_read_by_those_who_may(own_settings: Settings) -> None:
    _add(own_settings, "staff/note.md", STAFF_NOTE)
    ingest(own_settings)
    with open_index(own_settings) as index:
        assert index.document_text("secret", Access.PUBLIC) is None
        assert index.document_chunks("secret", Access.PUBLIC) == ()
        assert "montant confidentiel" in (index.document_text("secret", Access.STAFF) or "")
        assert len(index.document_chunks("secret", Access.STAFF)) == 1


# ---------------------------------------------------------------------------------------------- status


def test_the_status_says_what_its_reader_may_know(vector_settings: Settings) -> None:
    _add(vector_settings, "staff/note.md", STAFF_NOTE.replace("canonical_key", "date: 2026-01-02\ncanonical_key"))
    _add(vector_settings, "staff/plan-de-licenciement.pdf", "x")
    report = ingest(vector_settings)
    with open_index(vector_settings) as index:
        public, staff = index.status(Access.PUBLIC), index.status(Access.STAFF)
    assert (public.version, public.documents, public.chunks) == (report.version, 2, report.chunks - 1)
    assert (public.first_date, public.last_date, public.refused) == ("2016-11-18", "2020-04", ())
    assert (staff.documents, staff.chunks, staff.last_date) == (3, report.chunks, "2026-01-02")
    assert [line.split(" : ")[0] for line in staff.refused] == ["staff/plan-de-licenciement.pdf"]
    assert public.vectors == "chroma"
    assert public.embedder.startswith(vector_settings.embedder)


def test_the_status_of_words_alone_names_no_model(own_settings: Settings) -> None:
    ingest(own_settings)
    with open_index(own_settings) as index:
        status = index.status(Access.PUBLIC)
    assert (status.embedder, status.vectors) == ("", "")


# ---------------------------------------------------------------------------------------------- opening


def test_without_an_index_the_error_says_what_to_run(own_settings: Settings) -> None:
    with pytest.raises(IndexUnavailable, match=r"lancez python ingest\.py"):
        open_index(own_settings)


def test_a_pointer_to_a_version_that_is_gone_says_what_to_run(own_settings: Settings) -> None:
    ingest(own_settings)
    (index_versions(own_settings.data) / CURRENT).write_text("20000101-000000-00000000\n", encoding="utf-8")
    with pytest.raises(IndexUnavailable, match=r"lancez python ingest\.py"):
        open_index(own_settings)


@pytest.mark.parametrize(
    "change", [{"query_prefix": "query: "}, {"embedder": "french-minilm"}], ids=["prefix", "model"]
)
def test_an_index_built_with_another_embedder_is_not_read(vector_settings: Settings, change: dict[str, str]) -> None:
    ingest(vector_settings)
    other = vector_settings.model_copy(update=change)
    with pytest.raises(IndexUnavailable, match="L'index a été fait avec") as error:
        open_index(other)
    assert vector_settings.embedder in str(error.value)
    with open_index(vector_settings) as index:
        assert index.status(Access.PUBLIC).vectors == "chroma"


def test_an_index_of_words_is_not_read_with_a_model(own_settings: Settings, model: Path) -> None:
    ingest(own_settings)
    with pytest.raises(IndexUnavailable, match="aucun modèle"):
        open_index(own_settings.model_copy(update={"embedder": str(model), "vector_weight": 0.2}))


def test_an_index_with_vectors_is_read_by_words_alone(vector_settings: Settings) -> None:
    ingest(vector_settings)
    with open_index(vector_settings.model_copy(update={"vector_weight": 0.0})) as index:
        assert index.status(Access.PUBLIC).vectors == ""
        assert index.search(QUESTIONS[0], Access.PUBLIC).evidence


def test_a_model_that_is_gone_is_an_error_that_names_it(vector_settings: Settings) -> None:
    ingest(vector_settings)
    with pytest.raises(EmbedderMissing, match="modele-absent"):
        open_index(vector_settings.model_copy(update={"embedder": "modele-absent"}))


@pytest.mark.parametrize("error", ["model", "damage", "embedder"])
def test_an_opening_that_fails_holds_nothing(vector_settings: Settings, error: str) -> None:
    ingest(vector_settings)
    version = current_version(index_versions(vector_settings.data))
    assert version is not None
    wrong = vector_settings
    if error == "model":
        wrong = vector_settings.model_copy(update={"embedder": "modele-absent"})
    elif error == "embedder":
        wrong = vector_settings.model_copy(update={"query_prefix": "x"})
    else:
        (version / "index.sqlite").write_bytes(b"garbage")
    with pytest.raises((IndexUnavailable, EmbedderMissing)):
        open_index(wrong)
    _add(vector_settings, "public/x.txt", "Une note de plus.")
    ingest(vector_settings)
    assert not version.exists()


def test_warming_up_loads_the_model(vector_settings: Settings) -> None:
    ingest(vector_settings)
    with open_index(vector_settings) as index:
        index.warm_up()
        assert index._embedder is not None
        assert "_model" in vars(index._embedder)
