"""A real cross-encoder of a few kilobytes, its weights set by hand: it prefers texts in which one word has more share."""

from __future__ import annotations

from pathlib import Path

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

    logging.disable_progress_bar()
    words = (*SPECIALS, prefers.lower(), NO_NUMBER, UNKNOWN)
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=limit,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("unk", "pad", "cls", "sep")},
    ).save_pretrained(str(folder))

    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(words) - 1,  # not the last one
            hidden_size=4,
            num_hidden_layers=1,
            num_attention_heads=1,
            intermediate_size=4,
            max_position_embeddings=limit,
            num_labels=outputs,
        )
    )
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
        embeddings = model.bert.embeddings.word_embeddings.weight
        embeddings[:] = torch.tensor([-1.0, 1.0, 0.0, 0.0])
        embeddings[words.index(prefers.lower())] = torch.tensor([0.0, 0.0, 1.0, -1.0])
        embeddings[words.index(NO_NUMBER)] = float("nan")
        attention = model.bert.encoder.layer[0].attention
        for passing_on in (attention.self.value, attention.output.dense, model.bert.pooler.dense):
            passing_on.weight.copy_(torch.eye(4))
        model.classifier.weight[:, 2] = scale
    (model.half() if half else model).save_pretrained(str(folder))
    return folder
