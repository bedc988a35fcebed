"""What shapes a run of training."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

from . import STEPS
from .start import digest

# These options may change when a run goes on: they do not shape what is learned (a device only rounds otherwise).
FREE_OPTIONS = ("checkpoint_seconds", "device")


@dataclass(frozen=True)
class TrainOptions:
    """``minutes`` bounds the training time: the schedule then ends at whichever of steps and minutes comes first.
    Without it the result depends on the seed and the machine's arithmetic only. A batch is worked on in ``shards``
    threads: on a busy machine that is faster than threads inside of every operation, which wait for each other.
    ``device`` is where the windows are composed and the towers trained; a GPU wants one shard, a larger batch and a higher
    learning rate. ``start`` is a model directory to go on from, as ``schedule.GoingOn`` says.

    :raises ValueError: if one is out of its range
    """

    steps: int = STEPS
    minutes: float | None = None
    batch: int = 128
    concepts_per_step: int = 176
    seed: int = 1
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.05
    warmup: int = 100
    average: float = 0.998
    checkpoint_seconds: float = 300.0
    shards: int = 2
    device: str = "cpu"
    start: str | None = None

    def __post_init__(self):
        for name in ("steps", "concepts_per_step", "warmup", "shards"):
            self._require(name, getattr(self, name) >= 1, "at least 1")
        self._require("batch", self.batch > 0 and self.batch % self.shards == 0, f"a positive multiple of {self.shards} shards")
        self._require("seed", 0 <= self.seed < 2**32, "0 to 4294967295")
        for name in ("learning_rate", "minutes"):
            value = getattr(self, name)
            self._require(name, value is None or (value > 0 and math.isfinite(value)), "finite and above 0")
        for name in ("weight_decay", "checkpoint_seconds"):
            value = getattr(self, name)
            self._require(name, value >= 0 and math.isfinite(value), "finite and not negative")
        self._require("average", 0 <= self.average < 1, "0 or more and below 1")

    def _require(self, name: str, good: bool, rule: str) -> None:
        if not good:
            raise ValueError(f"{name} ({getattr(self, name)}) must be {rule}")

    def fixed(self) -> dict:
        """What a run must keep from its beginning to its end; of a directory to start from its weights, wherever it lies."""
        kept = {k: v for k, v in asdict(self).items() if k not in FREE_OPTIONS}
        return {**kept, "start": digest(Path(self.start)) if self.start else None}
