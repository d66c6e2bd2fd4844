"""The wire, with a server that is not ours: `transformers serve` and a tiny model of random weights, made here.

What such a model writes means nothing, so nothing of it may be said: quotations answer.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.write import Failure, NotWritten, open_writer
from assistant.models import Access, WriterName
from assistant.settings import Settings, load_settings
from ingest import ingest

pytestmark = pytest.mark.slow

PATIENCE = 120  # seconds: torch is slow to import where others are at work
TEMPLATE = "{% for m in messages %}{{ m['content'] }}\n{% endfor %}"


def make_model(folder: Path) -> None:
    """A language model of two layers and 300 words, which draws them at random."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    pieces = ["<s>", "</s>", "<unk>", *sorted(pre_tokenizers.ByteLevel.alphabet()), "Ġle", "Ġla", "Ġfibre", "Ġ[", "Ġ."]
    tokenizer = Tokenizer(models.BPE({piece: number for number, piece in enumerate(pieces)}, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # has no types
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="</s>"
    )
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    shape = LlamaConfig(
        vocab_size=len(pieces), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=16_384, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(shape).save_pretrained(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    make_model(folder)
    return folder


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[str]:
    """The address of the server, once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", "--host", "127.0.0.1", "--port", str(port)]
    log = model.with_name("server.log")
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, "--device", "cpu"],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
            stdout=said,
            stderr=said,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health", process, log)
        yield f"{address}/v1"
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        assert process.poll() is None, log.read_text("utf-8", errors="replace")[-2000:]
        try:
            if httpx.get(address, timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail("the server did not open")


@pytest.fixture(scope="module")
def served(model: Path, server: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    changed = {
        "llm": f"openai:{model}", "llm_url": server, "llm_seconds": PATIENCE, "vector_weight": 0.0,
        "data": tmp_path_factory.mktemp("data"),
    }  # fmt: skip
    found = load_settings().model_copy(update=changed)
    ingest(found)
    return found


def test_a_real_server_streams_its_words_until_their_end(served: Settings) -> None:
    writer = open_writer(served)
    assert writer
    pieces: list[str] = []
    try:
        pieces.extend(writer.write("Réponds.", "La fibre ?", time.monotonic() + PATIENCE))  # one by one: some stay
    except NotWritten as failed:  # random words may have no end: they came all the same
        assert failed.failure in (Failure.TOO_LONG, Failure.CUT)
    assert pieces


def test_what_a_model_draws_at_random_is_not_said(served: Settings) -> None:
    opened = Assistant(served)
    answer = opened.ask("Combien de connexions à l'ENT en mars 2020 ?", Access.PUBLIC)
    opened.close()
    assert answer.writing
    assert answer.writing.said == 0
    assert answer.writing.failure in (Failure.UNSUPPORTED, Failure.TOO_LONG, Failure.CUT, Failure.EMPTY)
    assert answer.writer is WriterName.QUOTATIONS_INSTEAD
    assert "1 780 781" in answer.answer


def test_a_model_that_the_server_does_not_have_ends_in_quotations(served: Settings) -> None:
    opened = Assistant(served.model_copy(update={"llm": "openai:/nulle/part"}))
    answer = opened.ask("Combien de connexions à l'ENT en mars 2020 ?", Access.PUBLIC)
    opened.close()
    assert answer.writing
    assert answer.writing.failure
    assert answer.writer is WriterName.QUOTATIONS_INSTEAD
