"""CLIP's byte pair encoding, from the vocabulary file that open_clip ships (OpenAI, MIT)."""

import gzip
import importlib.util
from pathlib import Path

from transformers import CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

from zeroshot4j_export.errors import ExportError

BOS = "<|startoftext|>"
EOT = "<|endoftext|>"
BYTE_TOKENS = 512  # each byte inside a word, and each byte that ends one
FULL_VOCAB = 49408
FULL_MERGES = FULL_VOCAB - BYTE_TOKENS - 2


def bpe_merges() -> list[tuple[str, str]]:
    """All merges of CLIP, best first. The first line of the file is a version, what follows the last merge is unused."""
    # Located without importing open_clip, which takes seconds.
    spec = importlib.util.find_spec("open_clip")
    if spec is None or spec.origin is None:
        raise ExportError("open_clip_torch is not installed: it ships CLIP's vocabulary file")
    path = Path(spec.origin).parent / "bpe_simple_vocab_16e6.txt.gz"
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")[1 : FULL_MERGES + 1]
    return [tuple(line.split()) for line in lines]


def build_tokenizer(vocab_size: int = FULL_VOCAB, context_length: int = 77) -> CLIPTokenizer:
    """CLIP's tokenizer with its first merges only; beginning and end of text are the last two ids, as in CLIP."""
    if not BYTE_TOKENS + 2 <= vocab_size <= FULL_VOCAB:
        raise ExportError(f"vocabulary size ({vocab_size}) must be from {BYTE_TOKENS + 2} to {FULL_VOCAB}")
    merges = bpe_merges()[: vocab_size - BYTE_TOKENS - 2]
    letters = list(bytes_to_unicode().values())
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in merges] + [BOS, EOT]
    vocab = {token: index for index, token in enumerate(tokens)}
    # vocab= and merges=, not vocab_file= and merges_file=: transformers 5 ignores those without a word.
    return CLIPTokenizer(vocab=vocab, merges=merges, model_max_length=context_length)


def check_tokenizer(tokenizer, text_config) -> None:
    """Refuses a tokenizer that does not belong to a CLIP with this text tower."""
    ids = tokenizer("a photo of a cat").input_ids
    bos, eot = tokenizer.bos_token_id, tokenizer.eos_token_id
    if len(ids) < 3 or ids[0] != bos or ids[-1] != eot:
        raise ExportError(f"the tokenizer must put beginning and end of text around a prompt: {bos} ... {eot}, found {ids}")
    highest = max(tokenizer.get_vocab().values())
    if highest >= text_config.vocab_size:
        raise ExportError(
            f"the tokenizer's highest id ({highest}) must be below the model's vocab_size ({text_config.vocab_size})"
        )
    pooled = text_config.eos_token_id
    if pooled == 2:  # configurations from before transformers 4.31: such a model pools at the highest id of the text
        pooled = highest
    if eot != pooled:
        raise ExportError(f"the tokenizer's end of text ({eot}) must be the id that the model pools at ({pooled})")
