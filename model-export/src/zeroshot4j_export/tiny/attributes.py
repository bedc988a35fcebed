"""Attributes of things: their colour, and that there are two of them. How a prompt says it, and what a window should score.

Sizes ("a big dog") are no attribute here: each thing fills one of the windows, whatever its size.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from .colours import COLOURS
from .compose import smoothstep
from .concepts import Concept, article, plural

if TYPE_CHECKING:
    from .batches import Batch

THINGS = ("{} thing", "{} object")
PAIRS = ("two {}", "two {}", "a photo of two {}", "a picture of two {}", "there are two {}")  # "a pair of scissors" is one
PAIR_WEIGHT = 2.0
LEAST_SHARE, FULL_SHARE = 0.3, 0.6  # of an object's pixels: below the first it is not of that colour, from the second on it is


def colour_caption(colour: str, noun: str, templates: tuple[str, ...], rng: random.Random) -> str:
    coloured = f"{colour} {noun}"
    kind = rng.random()
    if kind < 0.2:
        coloured = plural(coloured) or coloured
    elif kind < 0.85:
        coloured = article(coloured)
    return rng.choice(templates).format(coloured).lower()


def counted(concept: Concept) -> list[str]:
    """The plurals of the names that have one: there are no two breads, and two scissors look like one."""
    return [many for many in map(plural, concept.names) if many] if plural(concept.name) else []


def pair_caption(concept: Concept, rng: random.Random) -> str:
    """What cannot be counted has a text too, for the order of them; ``loss`` leaves it out."""
    return rng.choice(PAIRS).format(rng.choice(counted(concept) or [concept.name])).lower()


def thing_caption(colour: str, rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.25:
        return f"something {colour}"
    return f"{colour} things" if kind < 0.5 else article(rng.choice(THINGS).format(colour))


def captions(themes: list[Concept], templates: tuple[str, ...], rng: random.Random) -> list[str]:
    """The texts that a step asks of its themes: each in all colours, then pairs of each, then things of each colour."""
    nouns = [c.name if rng.random() < 0.65 else rng.choice(c.names) for c in themes]
    return [*(colour_caption(colour, noun, templates, rng) for noun in nouns for colour in COLOURS),
            *(pair_caption(concept, rng) for concept in themes),
            *(thing_caption(colour, rng) for colour in COLOURS)]


def vocabulary() -> list[str]:
    return ["something", "things", *(article(template.format(colour)) for template in THINGS for colour in COLOURS),
            *(article(f"{colour} cat") for colour in COLOURS), *(template.format("cats") for template in PAIRS)]


def may_be_coloured(concept: Concept) -> bool:
    """Whether a colour may be said of it: not of what has one in its name, as a red heart or an orange."""
    return not any(word in COLOURS for name in concept.names for word in name.lower().split())


def has_colour(shares: Tensor) -> tuple[Tensor, Tensor]:
    """How far an object of these shares is of each colour, 0..1, at least and at most: what has no sure name, which is what the
    shares lack to 1, may be of any colour."""
    unnamed = 1 - shares.sum(1, keepdim=True)
    return smoothstep(shares, LEAST_SHARE, FULL_SHARE), smoothstep(shares + unnamed, LEAST_SHARE, FULL_SHARE)


def loss(logits: Tensor, batch: Batch, themes: Tensor, countable: Tensor) -> tuple[Tensor, Tensor]:
    """What the texts of ``captions`` should score; and how often the colour of a theme is told, among all, as a share.

    :param logits: [n, 12 t + 11], how far each text is above the texts for nothing
    :param themes: [t] rows of the themes among the concepts
    :param countable: [t] whether there can be two
    """
    t, c = len(themes), len(COLOURS)
    shown = [(classes[:, None] == themes).float() for classes in (batch.first, batch.second)]
    least, most = zip(*([w[:, None] * k for k in has_colour(shares)] for w, shares in
                        ((batch.weight1, batch.colours1), (batch.weight2, batch.colours2))), strict=True)
    pairs = shown[0] * batch.pair[:, None]

    def coloured(objects) -> Tensor:
        of_theme = torch.maximum(*(s[:, :, None] * k[:, None] for s, k in zip(shown, objects, strict=True)))
        return torch.cat([of_theme.flatten(1), pairs, torch.maximum(*objects)], 1)

    target, here = coloured(least), torch.maximum(*shown)
    sure = 1 - (coloured(most) - target)
    near = torch.cat([here[:, :, None].expand(-1, -1, c).flatten(1), here, torch.ones_like(least[0])], 1)
    # the same thing in other colours, or alone, is what there is to tell apart; other things are told by their names
    weight = sure * torch.where(target > 0, 1.0, torch.where(near > 0, 0.5, 8.0 / (c * t)))
    weight[:, c * t:c * t + t] *= PAIR_WEIGHT * countable
    presence = (F.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).sum(1).mean()
    of_first = (logits[:, :t * c].view(-1, t, c) * shown[0][:, :, None]).sum(1).log_softmax(1)
    shares, _ = has_colour(batch.colours1)
    clear = shown[0].amax(1) * batch.weight1 * (batch.first != batch.second) * (shares.amax(1) > 0.5)
    told = -(shares / shares.sum(1, keepdim=True).clamp(min=1e-3) * of_first).sum(1)
    right = (of_first.argmax(1) == shares.argmax(1)).float()
    total = clear.sum().clamp(min=1e-3)
    return presence + (told * clear).sum() / total, (right * clear).sum() / total
