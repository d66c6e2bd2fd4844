"""Step 1: English model → the same model with French pieces of words, each one starting where its translations are.

    python -m assistant.training.vocabulary TEXTS ENGLISH-MODEL MODEL [--pieces 24000] [--layers 0,1,3,5]

A WordPiece vocabulary is learnt from the French training texts, lower-cased and without accents (questions come without
them), apostrophes as blanks. A new piece's vector is the weighted mean of the vectors of the English pieces that
translate it in the parallel sentences (`translate`), and, as far as it was not met there, the mean of the English
pieces that spell it. Layers can be left out: fewer of them train, and answer, faster.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.corpora import french_texts, read_translations
from assistant.training.translate import translations

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST = 200  # characters of the parallel sentences that are aligned
DOUBT = 3.0  # sentences: a piece met in so many takes half of its vector from its translations
TOKENS = 128  # the longest text the model reads: longer ones were measured to lose 3 points


def learn_pieces(texts: Path, size: int) -> Tokenizer:
    """A WordPiece tokenizer of `size` pieces that writes [CLS] text [SEP]."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.BertNormalizer(lowercase=True, strip_accents=True, handle_chinese_chars=False),
            normalizers.Replace("œ", "oe"),
            normalizers.Replace(Regex("['’‘ʼ`´]"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=list(SPECIAL), limit_alphabet=200, show_progress=False
    )
    tokenizer.train_from_iterator(french_texts(texts), trainer)
    start, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", start), ("[SEP]", end)]
    )
    return tokenizer


def first_vectors(
    texts: Path, french: Tokenizer, english: Tokenizer, vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(French pieces, width) from the (English pieces, width), with their usual length."""
    spelt = np.stack([_spelt(piece, english, vectors) for piece in _pieces(french)])
    pairs = read_translations(texts, LONGEST)
    of_french = [code.ids for code in french.encode_batch([p.french for p in pairs], add_special_tokens=False)]
    of_english = [code.ids for code in english.encode_batch([p.english for p in pairs], add_special_tokens=False)]
    table = translations(of_french, of_english, max(len(spelt), len(vectors)))
    translated = np.zeros_like(spelt)
    np.add.at(translated, table.french, table.weight[:, None].astype(np.float32) * vectors[table.english])
    seen = table.seen[: len(spelt), None]
    mixed = (seen * translated + DOUBT * spelt) / (seen + DOUBT)
    usual = np.linalg.norm(vectors, axis=1).mean()
    mixed *= usual / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-6)
    for name in SPECIAL:
        mixed[french.token_to_id(name)] = vectors[english.token_to_id(name)]
    return np.asarray(mixed, dtype=np.float32)


def _pieces(tokenizer: Tokenizer) -> list[str]:
    return sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)


def _spelt(piece: str, english: Tokenizer, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of the English pieces that spell a French one; the end of a word is spelt as an end of a word."""
    whole = english.token_to_id(piece)
    if whole is not None:
        return np.asarray(vectors[whole])
    ids = english.encode(piece.removeprefix("##"), add_special_tokens=False).ids
    return np.asarray(vectors[ids].mean(axis=0)) if ids else np.zeros(vectors.shape[1], np.float32)


def transplant(
    model: SentenceTransformer, tokenizer: Tokenizer, vectors: NDArray[np.float32], layers: list[int]
) -> None:
    """Give the model these pieces and vectors, and leave it these layers alone."""
    import torch

    bert: Any = model[0].auto_model
    bert.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
        torch.from_numpy(vectors), freeze=False, padding_idx=tokenizer.token_to_id("[PAD]")
    )
    bert.config.vocab_size = len(vectors)
    bert.config.pad_token_id = tokenizer.token_to_id("[PAD]")
    bert.encoder.layer = torch.nn.ModuleList([bert.encoder.layer[number] for number in layers])
    bert.config.num_hidden_layers = len(layers)
    bert.config.tokenizer_class = "PreTrainedTokenizerFast"


def main() -> None:
    """Make the model that the next steps train."""
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedTokenizerFast

    options = _options()
    model = SentenceTransformer(str(options.english), device="cpu")
    english = model.tokenizer.backend_tokenizer
    english.no_truncation()
    english.no_padding()
    french = learn_pieces(options.texts, options.pieces)
    first: Any = model[0]
    before = first.auto_model.embeddings.word_embeddings.weight.detach().numpy()
    transplant(model, french, first_vectors(options.texts, french, english, before), options.layers)
    first.processor = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=french, model_max_length=TOKENS,
        pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip
    model.max_seq_length = TOKENS
    model.save(str(options.model), create_model_card=False)
    print(f"{french.get_vocab_size()} pieces, layers {options.layers} → {options.model}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path, help="folder of train_admin.jsonl, train_piaf.jsonl, parallel_en_fr.jsonl")
    parser.add_argument("english", type=Path, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("model", type=Path, help="folder to write")
    parser.add_argument("--pieces", type=int, default=24_000)
    parser.add_argument("--layers", type=lambda text: [int(n) for n in text.split(",")], default=list(range(6)))
    return parser.parse_args()


if __name__ == "__main__":
    main()
