"""What a training step shows and asks: the data that it draws from, its windows and their targets."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .attributes import counted, may_be_coloured
from .compose import Composer
from .concepts import Concept

EMPTY_SHARE, PAIR_SHARE = 0.15, 0.35
# Windows that show the themes of a step, the few concepts that it asks in all colours and in pairs. Of these, two of a kind; and,
# with the sizes and places of such two, one alone, and one beside something else: else small would mean two.
THEME_SHARE = 0.4
TWINS, LONELY, BESIDE_ANOTHER = 0.3, 0.15, 0.15
PAINTED, PAINTED_THEMES = 0.05, 0.5  # how likely an object is painted in one colour
HALF_WAY = 0.45


@dataclass
class Data:
    """What training draws from.

    :param classes: the row of ``concepts`` of each cut-out
    :param worth: how often to draw each cut-out, beside the others of its concept
    :param wholeness: how much each cut-out counts as its concept, 0..1
    """

    concepts: list[Concept]
    classes: Tensor
    composer: Composer
    worth: Tensor | None = None
    wholeness: Tensor | None = None

    def __post_init__(self):
        if self.wholeness is None:
            self.wholeness = torch.ones(len(self.classes))
        self.counted = torch.tensor([bool(counted(c)) for c in self.concepts])
        self.themes = [i for i, c in enumerate(self.concepts) if may_be_coloured(c)]
        worth = torch.ones(len(self.classes)) if self.worth is None else self.worth
        of_class = torch.zeros(len(self.concepts)).scatter_add_(0, self.classes, worth)
        self.weights = worth * (of_class.clamp(min=1) ** -0.6)[self.classes]

    def pick(self, n: int, themes: Tensor, g: torch.Generator) -> Shown:
        """Cut-outs for windows: of anything, of the themes, and two of one theme."""
        first, second = (torch.multinomial(self.weights, n, True, generator=g) for _ in (1, 2))
        of_theme, kind = torch.rand(n, generator=g) < THEME_SHARE, torch.rand(n, generator=g)
        twins, lonely = kind < TWINS, (kind >= TWINS) & (kind < TWINS + LONELY)
        rows = of_theme.nonzero()[:, 0]
        if len(rows):
            theme = themes[torch.randint(len(themes), (len(rows),), generator=g)]
            weights = self.weights * (self.classes == theme[:, None])
            pair = torch.multinomial(weights, 2, True, generator=g)
            first[rows] = pair[:, 0]
            second[rows] = torch.where(twins[rows], pair[:, 1], second[rows])
        second[of_theme & lonely] = -1
        return Shown(first, second, of_theme, of_theme & (kind < TWINS + LONELY + BESIDE_ANOTHER))


@dataclass
class Shown:
    """The cut-outs of each window (-1 = none), whether the first is of a theme, and whether both lie as two of a kind do."""

    first: Tensor
    second: Tensor
    of_theme: Tensor
    beside: Tensor


@dataclass
class Batch:
    """Normalised windows; per window up to two concepts (-1 = none) with their weights 0..1 and the shares of their colours,
    and how much it shows two of one concept."""

    pixels: Tensor
    first: Tensor
    second: Tensor
    weight1: Tensor
    weight2: Tensor
    colours1: Tensor
    colours2: Tensor
    pair: Tensor


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
