"""What a training step shows and asks; all of it follows from the seed, the step and how far training is."""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor

from . import attributes, captions
from .batches import EMPTY_SHARE, PAIR_SHARE, Data, Shown
from .model import START
from .tokenizer import encode


@dataclass
class Plan:
    """What a step shows and asks: the windows of each shard, then concepts, negatives and themes, and the ids of all texts."""

    shown: list[Shown]
    chosen: Tensor
    negatives: list[str]
    themes: Tensor
    ids: Tensor


class Planner:
    """Plans steps of ``batch`` windows in ``shards`` parts."""

    def __init__(self, data: Data, seed: int, batch: int, shards: int, concepts_per_step: int):
        self.data, self.seed, self.shards, self.concepts_per_step = data, seed, shards, concepts_per_step
        self.count, self.themes = batch // shards, max(1, batch // 16)
        self.hypernyms = captions.hypernyms(data.concepts)

    def seeds(self, step: int, shard: int) -> tuple[int, int]:
        """Of what a shard shows, and of how it is composed: one for both would tie where a thing lies to what it is."""
        seed = 2 * ((self.seed * 1_000_003 + step) * self.shards + shard)
        return seed, seed + 1

    def plan(self, step: int, ease: float) -> Plan:
        """:param ease: 1 = two objects only where a theme asks for them, 0 = as many with two as a scan meets"""
        rng = random.Random(f"{self.seed}-{step}")
        themes = torch.tensor(sorted(rng.sample(self.data.themes, min(self.themes, len(self.data.themes)))))
        shown = []
        for shard in range(self.shards):
            g = torch.Generator().manual_seed(self.seeds(step, shard)[0])
            s = self.data.pick(self.count, themes, g)
            s.first[torch.rand(self.count, generator=g) < EMPTY_SHARE] = -1
            alone = (torch.rand(self.count, generator=g) > PAIR_SHARE * (1 - ease)) & ~s.beside
            s.second[alone | (s.first < 0)] = -1
            shown.append(Shown(s.first, s.second, s.of_theme & (s.first >= 0), s.beside & (s.first >= 0)))
        return Plan(shown, *self._texts(shown, themes, rng))

    def _texts(self, shown: list[Shown], themes: Tensor, rng: random.Random) -> tuple[Tensor, list[str], Tensor, Tensor]:
        """Concepts asked in this step (all that are shown, and others), the negatives, the themes, the token ids of all."""
        concepts = self.data.concepts
        there = {int(self.data.classes[i]) for s in shown for i in torch.cat((s.first, s.second)).tolist() if i >= 0}
        others = [i for i in range(len(concepts)) if i not in there]
        extra = max(0, self.concepts_per_step - len(there))
        chosen = sorted(there) + rng.sample(others, min(extra, len(others)))
        negatives = [*captions.CORE_NEGATIVES, *rng.sample(captions.OTHER_NEGATIVES, 2)]
        ids = encode([*(captions.caption(concepts[i], rng) for i in chosen), *negatives,
                      *(captions.hypernym_caption(h, rng) for h in self.hypernyms),
                      *attributes.captions([concepts[i] for i in themes.tolist()], captions.TEMPLATES, rng)],
                     captions.CONTEXT_TOKENS)
        drop = torch.rand(ids.shape, generator=torch.Generator().manual_seed(rng.getrandbits(40))) < 0.02
        # an id without a row of its own, as the tokens of unknown words are
        return torch.tensor(chosen), negatives, themes, torch.where(drop & (ids < START), 0, ids)
