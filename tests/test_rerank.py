"""The optional reranker: it changes an order and nothing else, and is never the reason why nothing is answered."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.cli import main
from assistant.evaluation.run import evaluate
from assistant.index.rerank import RERANKED, Reranker, load_reranker
from assistant.index.search import open_index
from assistant.models import Access, Evidence, Found, RerankerUnusable, Status
from assistant.settings import Settings, load_settings
from tests.ingested import ingest
from tests.test_search import STAFF_NOTE
from tests.tiny_reranker import NO_NUMBER, PREFERRED, UNKNOWN, save_tiny_reranker

MANY = "---\ntitle: Les chantiers\n---\n" + "\n\n".join(
    f"# Chantier {number}\n\nLe chantier de la rocade numéro mot{number}x avance." for number in range(45)
)
QUESTION = "chantier de la rocade"
LOTS = "combien de lots au marché des ardoises ?"
ONE = "---\ntitle: Le marché des ardoises\n---\nLe marché des ardoises compte 12 lots au total."
OTHER = (
    f"---\ntitle: Le {PREFERRED}\ncanonical_key: other\n---\nLe marché des ardoises compte 14 lots, dit le {PREFERRED}."
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_reranker(tmp_path_factory.mktemp("reranker") / "tiny")


@pytest.fixture(scope="module")
def reranker(model: Path) -> Reranker:
    return Reranker(str(model))


@pytest.fixture
def many(own_settings: Settings) -> Settings:
    """An index with more passages on one subject than a reranker reads."""
    (own_settings.corpus / "public" / "many.md").write_text(MANY, encoding="utf-8")
    ingest(own_settings)
    return own_settings


@pytest.fixture
def lots(own_settings: Settings) -> Settings:
    """An index of two documents that answer the same question, one of which holds the word that the model prefers."""
    for name, text in (("one.md", ONE), ("other.md", OTHER)):
        (own_settings.corpus / "public" / name).write_text(text, encoding="utf-8")
    ingest(own_settings)
    return own_settings


@pytest.fixture
def asked() -> Iterator[list[Assistant]]:
    """The assistants that a test opens, closed at its end."""
    opened: list[Assistant] = []
    yield opened
    for assistant in opened:
        assistant.close()


def _with(settings: Settings, model: Path | str) -> Settings:
    return settings.model_copy(update={"reranker": str(model)})


def _search(settings: Settings, question: str = QUESTION, access: Access = Access.PUBLIC) -> Found:
    with open_index(settings) as index:
        return index.search(question, access)


def _places(reranker: Reranker, texts: list[str], question: str = "qui ?") -> list[int]:
    return [preferred.place for preferred in reranker.order(question, texts)]


def _told(evidence: Evidence) -> Evidence:
    """As a search without a reranker would tell it, its score apart."""
    return replace(evidence, score=0.0, reranker=None)


# ---------------------------------------------------------------------------------------------- the order


def test_the_text_that_the_model_prefers_comes_first(reranker: Reranker) -> None:
    texts = ["une note", f"la note du {PREFERRED} ailleurs", PREFERRED]
    assert _places(reranker, texts) == [2, 1, 0]


def test_equal_marks_keep_the_order_of_before(reranker: Reranker) -> None:
    texts = ["a", "b c d e f", "a", f"un {PREFERRED}", "x " * 60, f"le {PREFERRED}", "y"]
    assert _places(reranker, texts) == [3, 5, 0, 1, 2, 4, 6]


@pytest.mark.parametrize("scale", [1e-9, 1e9, -1.0], ids=["narrow", "wide", "the-other-way"])
def test_marks_of_any_scale_give_an_order(tmp_path: Path, scale: float) -> None:
    reranker = Reranker(str(save_tiny_reranker(tmp_path / "scaled", scale=scale)))
    texts = [PREFERRED, "une note", f"la note d'un {PREFERRED}"]
    assert _places(reranker, texts) == ([1, 2, 0] if scale < 0 else [0, 2, 1])


def test_what_stands_beyond_the_limit_of_the_model_is_cut(reranker: Reranker) -> None:
    marks = {p.place: p.mark for p in reranker.order("qui ?", [f"{'mot ' * 500}{PREFERRED}", "mot"])}
    assert marks[0] == marks[1]


def test_a_model_saved_in_half_precision_gives_the_same_order(
    tmp_path: Path, reranker: Reranker, caplog: pytest.LogCaptureFixture
) -> None:
    half = Reranker(str(save_tiny_reranker(tmp_path / "half", half=True)))
    texts = ["une note", f"la note du {PREFERRED} ailleurs", PREFERRED]
    assert _places(half, texts) == _places(reranker, texts)
    assert caplog.records == []  # the library warns of computing in half precision


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800", "🙂" * 300, "x" * 50_000],
    ids=["empty", "space", "nul", "half", "faces", "long"],
)
def test_any_text_can_be_marked(reranker: Reranker, text: str) -> None:
    assert _places(reranker, [text, PREFERRED], question=text) == [1, 0]


def test_no_text_has_no_order(reranker: Reranker) -> None:
    assert reranker.order("qui ?", []) == ()


def test_threads_share_one_reranker(model: Path) -> None:
    reranker = Reranker(str(model))
    texts = [f"{'mot ' * number}{PREFERRED}" for number in range(10)]
    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda _: _places(reranker, texts), range(32)))
    assert orders == [list(range(10))] * 32


# ---------------------------------------------------------------------------------------------- passages


def test_a_preferred_passage_comes_first_and_the_others_keep_their_order(many: Settings, tmp_path: Path) -> None:
    before = _search(many)
    last = before.evidence[RERANKED - 1]
    word = re.search(r"mot\d+x", last.chunk.text)
    assert word
    after = _search(_with(many, save_tiny_reranker(tmp_path / "model", prefers=word[0])))
    assert [_told(e) for e in after.evidence] == [_told(e) for e in (last, *(e for e in before.evidence if e != last))]
    assert after.rejected == before.rejected


def test_scores_are_those_of_the_places_and_marks_are_told(many: Settings, model: Path) -> None:
    before, after = _search(many), _search(_with(many, model))
    assert [e.score for e in after.evidence] == [e.score for e in before.evidence]
    assert all(e.reranker is not None for e in after.evidence[:RERANKED])
    assert all(e.reranker is None for e in after.evidence[RERANKED:])
    assert after.evidence[RERANKED:] == before.evidence[RERANKED:] != ()


def test_a_passage_beyond_the_most_that_are_read_stays_where_it_is(many: Settings, tmp_path: Path) -> None:
    before = _search(many)
    word = re.search(r"mot\d+x", before.evidence[RERANKED].chunk.text)
    assert word
    after = _search(_with(many, save_tiny_reranker(tmp_path / "model", prefers=word[0])))
    assert [_told(e) for e in after.evidence] == [_told(e) for e in before.evidence]


def test_a_passage_is_read_under_its_titles(own_settings: Settings, model: Path) -> None:
    plain = "---\ntitle: Les travaux\n---\nLe chantier de la rocade."
    titled = f"---\ntitle: Le {PREFERRED}\n---\nLe chantier de la rocade est long, à ce que l'on en dit un peu partout."
    for name, text in (("plain.md", plain), ("titled.md", titled)):
        (own_settings.corpus / "public" / name).write_text(text, encoding="utf-8")
    ingest(own_settings)
    found = _search(own_settings), _search(_with(own_settings, model))
    assert [one.evidence[0].chunk.title for one in found] == ["Les travaux", f"Le {PREFERRED}"]


def test_without_the_setting_nothing_is_loaded_and_nothing_is_marked(many: Settings) -> None:
    assert load_settings().reranker == ""
    assert load_reranker(many) is None
    assert all(e.reranker is None for e in _search(many).evidence)


def test_the_model_is_loaded_at_its_first_use(many: Settings, model: Path) -> None:
    with open_index(_with(many, model)) as index:
        index.status(Access.PUBLIC)
        assert index.reranker is not None
        assert index.reranker._scorer is None
        index.warm_up()
        assert index.reranker._scorer is not None


# ---------------------------------------------------------------------------------------------- access


def test_the_public_meets_no_staff_document_however_preferred(own_settings: Settings, tmp_path: Path) -> None:
    settings = _with(own_settings, save_tiny_reranker(tmp_path / "model", prefers="confidentiel"))
    question = "Combien de raccordements FTTH au premier trimestre 2020 ?"
    ingest(settings)
    without = _search(settings, question)
    (settings.corpus / "staff" / "note.md").write_text(STAFF_NOTE, encoding="utf-8")
    ingest(settings)
    assert _search(settings, question) == without
    assert _search(settings, question, Access.STAFF).evidence[0].chunk.document_key == "secret"


# ---------------------------------------------------------------------------------------------- sentences


def test_of_two_sentences_that_answer_the_preferred_one_is_quoted_first(
    lots: Settings, model: Path, asked: list[Assistant]
) -> None:
    asked += [Assistant(lots), Assistant(_with(lots, model))]
    plain, preferring = (assistant.ask(LOTS, Access.PUBLIC) for assistant in asked)
    assert plain.quotes[0].text == "Le marché des ardoises compte 12 lots au total."
    assert preferring.quotes[0].text == f"Le marché des ardoises compte 14 lots, dit le {PREFERRED}."
    assert asked[1].rank(LOTS, Access.PUBLIC)[0].sentence.text == preferring.quotes[0].text
    notes = [next(s.detail for s in one.trace if s.step == "search_documents") for one in (plain, preferring)]
    assert notes[1] == f"{notes[0]}, reranked"


def test_sentences_stay_best_first_and_none_is_lost(lots: Settings, model: Path, asked: list[Assistant]) -> None:
    asked += [Assistant(lots), Assistant(_with(lots, model))]
    before, after = (assistant.rank(LOTS, Access.PUBLIC) for assistant in asked)
    scores = [one.score for one in after]
    assert scores == sorted(scores, reverse=True)
    assert {one.sentence for one in after} == {one.sentence for one in before}


@pytest.mark.parametrize(
    "question",
    [f"combien de communes au marché des ardoises du {PREFERRED} ?", "Quel temps fait-il à Tombouctou ?"],
    ids=["another-count", "another-subject"],
)
def test_what_is_refused_is_refused_still(lots: Settings, model: Path, asked: list[Assistant], question: str) -> None:
    asked += [Assistant(lots), Assistant(_with(lots, model))]
    before, after = (assistant.ask(question, Access.PUBLIC).status for assistant in asked)
    assert before is after is not Status.ANSWERED


# ---------------------------------------------------------------------------------------------- failures


@pytest.mark.parametrize(("word", "fault"), [(UNKNOWN, "IndexError"), (NO_NUMBER, "ArithmeticError")])
def test_a_failure_in_the_midst_of_a_question_leaves_the_order_of_before(
    many: Settings, model: Path, caplog: pytest.LogCaptureFixture, word: str, fault: str
) -> None:
    question = f"{QUESTION} {word}"
    with open_index(_with(many, model)) as index:
        found = index.search(question, Access.PUBLIC)
        [told] = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        after = index.search(QUESTION, Access.PUBLIC)
    assert found == _search(many, question)
    assert str(model) in told
    assert fault in told
    assert word not in told
    assert after.evidence[0].reranker is not None


def test_an_answer_survives_a_reranker_that_fails(
    lots: Settings, model: Path, asked: list[Assistant], tmp_path: Path
) -> None:
    (lots.corpus / "public" / "trap.md").write_text(f"Un {UNKNOWN} de lots au marché.", encoding="utf-8")
    ingest(lots)
    damaged = Path(shutil.copytree(model, tmp_path / "damaged"))
    (damaged / "model.safetensors").write_bytes(b"garbage")
    asked += [Assistant(lots), Assistant(_with(lots, model)), Assistant(_with(lots, damaged))]
    before, trapped, hindered = (replace(one.ask(LOTS, Access.PUBLIC), trace=()) for one in asked)
    assert hindered == before
    assert before.status is trapped.status is Status.ANSWERED


def test_a_model_that_cannot_be_used_is_told_once_and_not_tried_again(
    many: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_index(_with(many, save_tiny_reranker(tmp_path / "two", outputs=2))) as index:
        found = [index.search(QUESTION, Access.PUBLIC) for _ in range(3)]
    assert found == [_search(many)] * 3
    [told] = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert "une seule sortie" in told
    assert str(tmp_path / "two") in told


# ---------------------------------------------------------------------------------------------- what cannot be used


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("organisation/modele-absent", id="hub-name"),
        pytest.param("modele-absent", id="short-name"),
        pytest.param("/nulle/part/modele", id="a-folder-that-is-not-there"),
        pytest.param("un nom / impossible !", id="no-name-at-all"),
        pytest.param("numpy", id="a-package-without-a-model"),
        pytest.param("__main__", id="no-package"),
    ],
)
def test_a_model_that_is_not_here_is_an_error_that_names_it_and_what_to_do(many: Settings, name: str) -> None:
    with pytest.raises(RerankerUnusable, match="n'est pas sur cette machine") as error:
        open_index(_with(many, name))
    assert f"« {name} »" in str(error.value)
    assert "ASSISTANT_RERANKER" in str(error.value)


def test_an_opening_that_fails_for_want_of_a_reranker_holds_nothing(many: Settings) -> None:
    with pytest.raises(RerankerUnusable):
        open_index(_with(many, "modele-absent"))
    (many.corpus / "public" / "x.txt").write_text("Une note de plus.", encoding="utf-8")
    ingest(many)
    assert len([path for path in (many.data / "index").iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize("kind", ["our-embedder", "without-a-head", "no-configuration", "another-json"])
def test_a_model_of_another_kind_is_refused_before_it_is_loaded(model: Path, tmp_path: Path, kind: str) -> None:
    folder = Path(shutil.copytree(model, tmp_path / kind))
    configuration = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    contents: dict[str, object] = {
        "without-a-head": configuration | {"architectures": ["BertModel"]},
        "no-configuration": {},
        "another-json": ["BertForSequenceClassification"],
    }
    (folder / "config.json").write_text(json.dumps(contents.get(kind)), encoding="utf-8")
    name = load_settings().embedder if kind == "our-embedder" else str(folder)
    with pytest.raises(RerankerUnusable, match="CrossEncoder à une seule sortie") as error:
        Reranker(name)
    assert f"« {name} »" in str(error.value)


def test_a_model_as_sentence_transformers_saves_it_is_taken(model: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    folder = tmp_path / "saved"
    CrossEncoder(str(model), device="cpu").save(str(folder))
    assert (folder / "modules.json").is_file()
    assert _places(Reranker(str(folder)), ["une note", PREFERRED]) == [1, 0]


def _several_outputs(folder: Path) -> None:
    save_tiny_reranker(folder, outputs=3)


def _no_numbers(folder: Path) -> None:
    save_tiny_reranker(folder, scale=float("nan"))


def _too_large(folder: Path) -> None:
    save_tiny_reranker(folder, scale=float("inf"))


def _garbage(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"garbage")


def _cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def _no_tokenizer(folder: Path) -> None:
    for path in folder.glob("tokenizer*"):
        path.unlink()


def _limit_beyond_its_places(folder: Path) -> None:
    """Text that cannot be cut short enough: the model has 128 places, its tokenizer believes in 512."""
    configuration = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    (folder / "tokenizer_config.json").write_text(json.dumps(configuration | {"model_max_length": 512}), "utf-8")
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"}
    ]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    (folder / "config_sentence_transformers.json").write_text('{"model_type": "CrossEncoder"}', "utf-8")
    (folder / "sentence_bert_config.json").write_text(
        '{"max_seq_length": 512, "transformer_task": "sequence-classification", "module_output_name": "scores",'
        ' "modality_config": {"text": {"method": "forward", "method_output_name": "logits"}}}',
        "utf-8",
    )


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_several_outputs, "une seule sortie"),
        (_no_numbers, "ne rend pas de nombres"),
        (_too_large, "ne rend pas de nombres"),
        (_garbage, "ne peut pas être chargé"),
        (_cut, "ne peut pas être chargé"),
        (_no_tokenizer, "ne peut pas être chargé"),
        (_limit_beyond_its_places, "ne peut pas être chargé"),
    ],
)
def test_a_model_that_does_not_work_is_found_out_when_it_is_loaded(
    model: Path, tmp_path: Path, spoil: object, reason: str
) -> None:
    assert callable(spoil)
    folder = Path(shutil.copytree(model, tmp_path / "spoilt"))
    spoil(folder)
    with pytest.raises(RerankerUnusable, match=reason) as error:
        Reranker(str(folder)).load()
    assert f"« {folder} »" in str(error.value)
    assert "ASSISTANT_RERANKER" in str(error.value)


def test_files_that_cannot_be_read_are_named_at_the_opening(model: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "unreadable"))
    (folder / "more.bin").symlink_to("/proc/self/mem")  # even root cannot read its beginning
    with pytest.raises(RerankerUnusable, match="ne peut pas être chargé"):
        Reranker(str(folder))


def test_code_that_comes_with_a_model_is_not_run(model: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "own-code"))
    configuration = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    configuration |= {"model_type": "own", "auto_map": {"AutoConfig": "own.OwnConfig"}}
    (folder / "config.json").write_text(json.dumps(configuration), encoding="utf-8")
    (folder / "own.py").write_text(f"open({str(tmp_path / 'trace')!r}, 'w')\nclass OwnConfig: ...\n", encoding="utf-8")
    with pytest.raises(RerankerUnusable, match="ne peut pas être chargé"):
        Reranker(str(folder)).load()
    assert not (tmp_path / "trace").exists()


def test_a_model_may_come_in_an_installed_package(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "reclasseur_francais"
    shutil.copytree(model, package / "model")
    (package / "__init__.py").write_text("raise ImportError('not to be imported')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    assert Reranker("reclasseur-francais").folder == package / "model"


# ---------------------------------------------------------------------------------------------- commands


def test_the_status_names_the_reranker(many: Settings, model: Path) -> None:
    with open_index(many) as without, open_index(_with(many, model)) as index:
        assert without.status(Access.PUBLIC).reranker == ""
        assert re.fullmatch(re.escape(str(model)) + "@[0-9a-f]{12}", index.status(Access.PUBLIC).reranker)


def test_the_commands_honour_it(
    many: Settings,
    environment: Settings,
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert many is environment
    assert main(["status"]) == 0
    assert "Modèle de reclassement : aucun\n" in capsys.readouterr().out
    monkeypatch.setenv("ASSISTANT_RERANKER", str(model))
    assert main(["status"]) == 0
    assert f"Modèle de reclassement : {model}@" in capsys.readouterr().out
    assert main(["search", QUESTION]) == 0
    assert "← 0.00 (= 1.00 +  0.00)" in capsys.readouterr().out.splitlines()[0]
    monkeypatch.setenv("ASSISTANT_RERANKER", "modele-absent")
    assert main(["search", QUESTION]) == 1
    assert "« modele-absent » n'est pas sur cette machine" in capsys.readouterr().err


def test_an_evaluation_says_with_which_reranker_and_does_not_run_without_it(
    lots: Settings, model: Path, tmp_path: Path, asked: list[Assistant]
) -> None:
    pytest.importorskip("matplotlib", reason="the picture needs the extra `evaluation`")
    questions = tmp_path / "questions.jsonl"
    line = {"id": "q", "question": LOTS, "group": "g", "style": "s", "answerable": True}
    line |= {"document": "other", "quote": "14 lots"}
    questions.write_text(json.dumps(line), encoding="utf-8")
    settings = _with(lots, model)
    asked.append(Assistant(settings))
    assert evaluate(asked[0], settings, questions, tmp_path) == 0
    report = json.loads((tmp_path / "questions.json").read_text(encoding="utf-8"))
    assert report["index"]["reranker"].startswith(str(model))
    assert report["settings"]["reranker"] == str(model)
    assert report["figures"]["hit_at_1"] == 1

    unusable = _with(lots, save_tiny_reranker(tmp_path / "two", outputs=2))
    asked.append(Assistant(unusable))
    with pytest.raises(RerankerUnusable):
        evaluate(asked[1], unusable, questions, tmp_path)
