"""Proof that an exported graph computes what PyTorch computes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from zeroshot4j_export.errors import ExportError

# fp32: largest difference of a component, relative to the length of its embedding.
FP32_TOLERANCE = 2e-5
# Other variants change the numbers on purpose: least cosine between their embedding and PyTorch's.
COSINE_FLOOR = {"int8": 0.90, "fp16": 0.999}

PROMPTS = (
    "a photo of a cat", "a photo of a dog", "a butterfly", "two red apples on a wooden table", "background", "",
    "the quick brown fox jumps over the lazy dog while seventeen curious children watch from behind a broken fence",
    "a diagram", "Zürich at night, 1987", "猫", "🦋", "a" * 40,
)  # fmt: skip


@dataclass(frozen=True)
class Parity:
    """What was measured on one file."""

    file: str
    variant: str
    largest_difference: float
    least_cosine: float

    def __str__(self) -> str:
        return (
            f"{self.file:28} largest difference {self.largest_difference:.2e}, "
            f"least cosine {self.least_cosine:.7f} ({self._bound()})"
        )

    def _bound(self) -> str:
        if self.variant == "fp32":
            return f"tolerance {FP32_TOLERANCE:.0e}"
        return f"floor {COSINE_FLOOR[self.variant]}"

    def check(self) -> None:
        if self.variant == "fp32":
            good = self.largest_difference <= FP32_TOLERANCE
        else:
            good = self.least_cosine >= COSINE_FLOOR[self.variant]
        if not good:  # also when it is not a number
            hint = "" if self.variant == "fp32" else f"; export without {self.variant}, see --variants"
            raise ExportError(f"parity with PyTorch failed, nothing is written: {self}{hint}")


def image_batches(size: int, mean, std) -> list[np.ndarray]:
    """Batches of 1, 3 and 4 seeded pictures, from noise to smooth, normalised as the model expects."""
    rng = np.random.default_rng(20220801)
    pictures = []
    for cells in (size, 2, 4, 7, 8, 16, 3, size):  # independent colours on a grid of that many cells
        cells = min(cells, size)
        index = np.arange(size) * cells // size
        pictures.append(rng.random((3, cells, cells))[:, index][:, :, index])
    mean, std = (np.asarray(v, dtype=np.float64).reshape(1, 3, 1, 1) for v in (mean, std))
    batch = ((np.stack(pictures) - mean) / std).astype(np.float32)
    return [batch[:1], batch[1:4], batch[4:]]


def text_batches(tokenizer, context_length: int) -> list[np.ndarray]:
    """Batches of several sizes, at full length and as short as the longest prompt of the batch allows."""
    padded = _token_ids(tokenizer, PROMPTS, context_length, "max_length")
    short = [p for p in PROMPTS if len(tokenizer(p).input_ids) <= min(12, context_length)]
    return [padded[:1], padded[1:4], padded[4:], _token_ids(tokenizer, short, context_length, "longest")]


def _token_ids(tokenizer, prompts, context_length: int, padding: str) -> np.ndarray:
    encoded = tokenizer(list(prompts), padding=padding, truncation=True, max_length=context_length, return_tensors="np")
    return encoded.input_ids.astype(np.int64)


def reference(tower: torch.nn.Module, batches: list[np.ndarray]) -> list[np.ndarray]:
    with torch.no_grad():
        return [tower(torch.from_numpy(batch)).numpy() for batch in batches]


def compare(path: Path, variant: str, batches: list[np.ndarray], expected: list[np.ndarray]) -> Parity:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    difference, cosine = 0.0, 1.0
    for batch, want in zip(batches, expected, strict=True):
        got = session.run(None, {name: batch})[0]
        if got.shape != want.shape:
            raise ExportError(f"{path.name}: shape for a batch of {len(batch)} must be {want.shape}, found {got.shape}")
        got, want = got.astype(np.float64), want.astype(np.float64)
        length = np.linalg.norm(want, axis=1)
        # np.max and np.min, unlike the built-ins, let a NaN through.
        difference = float(np.max([difference, np.max(np.abs(got - want) / length[:, None])]))
        cosines = np.sum(got * want, axis=1) / (length * np.linalg.norm(got, axis=1))
        cosine = float(np.min([cosine, np.min(cosines)]))
    return Parity(path.name, variant, difference, cosine)
