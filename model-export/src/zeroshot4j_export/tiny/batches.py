"""What a training step shows and asks: the data that it draws from, its windows and their targets."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .compose import Composer
from .concepts import Concept

EMPTY_SHARE, PAIR_SHARE = 0.15, 0.35
HALF_WAY = 0.45


@dataclass
class Data:
    """What training draws from.

    :param classes: the row of ``concepts`` of each cut-out
    :param worth: how often to draw each cut-out, beside the others of its concept
    """

    concepts: list[Concept]
    classes: Tensor
    composer: Composer
    worth: Tensor | None = None

    def __post_init__(self):
        worth = torch.ones(len(self.classes)) if self.worth is None else self.worth
        of_class = torch.zeros(len(self.concepts)).scatter_add_(0, self.classes, worth)
        self.weights = worth * (of_class.clamp(min=1) ** -0.6)[self.classes]


@dataclass
class Batch:
    """Normalised windows and, per window, up to two concepts (-1 = none) with their weights 0..1."""

    pixels: Tensor
    first: Tensor
    second: Tensor
    weight1: Tensor
    weight2: Tensor


@dataclass
class Plan:
    """What a step shows and asks: per shard the cut-outs of each window (-1 = none), then concepts and texts with their ids."""

    shown: list[tuple[Tensor, Tensor]]
    chosen: Tensor
    negatives: list[str]
    ids: Tensor


@dataclass
class Targets:
    """Per window: probabilities over [concepts, negatives]; presence of each concept; of each hypernym."""

    softmax: Tensor
    presence: Tensor
    hypernyms: Tensor


def difficulty(progress: float) -> tuple[float, float]:
    """How easy the placements are (1 = whole and centred) and how strong the changes of colour, over the schedule.

    First whole objects, to get off the first plateau; then all that a scan meets; from the middle on more whole
    objects again in truer colours, which is what the names are learned from.
    """
    if progress < HALF_WAY:
        return max(0.0, 1 - progress / 0.15), 1.0
    return 0.3, 0.6
