"""A real cross-encoder of a few kilobytes, its weights set by hand: it prefers texts in which one word is frequent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
PREFERRED, NO_NUMBER, UNKNOWN = "hérisson", "infini", "abîme"


def save_tiny_reranker(
    folder: Path, prefers: str = PREFERRED, outputs: int = 1, scale: float = 1.0, limit: int = 128, half: bool = False
) -> Path:
    """A BERT of one layer in which each word looks at all alike; returns its folder.

    Every word is the same to it but three: the one it `prefers`, `NO_NUMBER`, which makes its marks NaN, and `UNKNOWN`,
    which its tokenizer knows and its embeddings do not: an IndexError in the midst of a question.
    """
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    words = (*SPECIALS, prefers.lower(), NO_NUMBER, UNKNOWN)
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "pad", "cls", "sep")}
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=limit, **names)  # type: ignore[no-untyped-call]
    wrapped.save_pretrained(str(folder))

    shape: dict[str, Any] = {
        "vocab_size": len(words) - 1,  # not the last one
        "hidden_size": 4,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "intermediate_size": 4,
        "max_position_embeddings": limit,
        "num_labels": outputs,
    }
    model = BertForSequenceClassification(BertConfig(**shape))
    weights = model.state_dict()  # the model's own tensors: what is written in them is written in it
    for name, tensor in weights.items():
        tensor.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
    embeddings = weights["bert.embeddings.word_embeddings.weight"]
    embeddings[:] = torch.tensor([-1.0, 1.0, 0.0, 0.0])
    embeddings[words.index(prefers.lower())] = torch.tensor([0.0, 0.0, 1.0, -1.0])
    embeddings[words.index(NO_NUMBER)] = float("nan")
    layer = "bert.encoder.layer.0.attention"
    for passing_on in (f"{layer}.self.value", f"{layer}.output.dense", "bert.pooler.dense"):
        weights[f"{passing_on}.weight"].copy_(torch.eye(4))
    weights["classifier.weight"][:, 2] = scale
    if half:
        model.half()  # type: ignore[no-untyped-call]
    model.save_pretrained(str(folder))
    return folder
