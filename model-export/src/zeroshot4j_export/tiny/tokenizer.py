"""Token ids of captions, by CLIP's own tokenizer."""

from __future__ import annotations

from functools import lru_cache

import torch

from zeroshot4j_export.tokenizer import build_tokenizer


@lru_cache(maxsize=1)
def clip_tokenizer():
    return build_tokenizer()


@lru_cache(maxsize=100_000)
def _ids(text: str) -> tuple[int, ...]:
    return tuple(clip_tokenizer()(text).input_ids)


def encode(texts: list[str], length: int = 77) -> torch.Tensor:
    """int64 [n,t] ids, padded with the end mark to the longest text; one longer than ``length`` keeps its end mark."""
    rows = [list(_ids(t)) for t in texts]
    width = min(max(map(len, rows)), length)
    rows = [r if len(r) <= width else [*r[: width - 1], r[-1]] for r in rows]
    return torch.tensor([r + [r[-1]] * (width - len(r)) for r in rows], dtype=torch.int64)
