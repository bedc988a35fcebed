"""Windows for training, composed on the fly in torch, and what each of them should score.

A window shows no, one or two cut-outs on a background. Its targets follow from what is seen: an object that
the window frames tightly and wholly counts fully; one that is small in the window, or of which the window
shows a corner only, counts little, and the rest of the probability goes to the background captions. The boxes
of the detector depend on this: it averages the scores of overlapping windows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional as F

from .colours import colour_shares, paint
from .model import CLIP_MEAN, CLIP_STD
from .restyle import normal, restyle, uniform


@dataclass(frozen=True)
class Placement:
    """Where cut-outs go: ``scale`` = longer side over window side; centre in window sides from the middle."""

    scale: Tensor
    x: Tensor
    y: Tensor
    angle: Tensor
    flip: Tensor
    aspect: Tensor


def smoothstep(x: Tensor, low: float, high: float) -> Tensor:
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def object_weight(visible: Tensor, filled: Tensor, scale: Tensor) -> Tensor:
    """How much an object counts in a window, 0..1.

    :param visible: share of the object's area that the window shows
    :param filled: share of the window's area that the object covers
    :param scale: the object's longer side over the window's side
    """
    framing = 0.02 + 0.98 * smoothstep(scale, 0.15, 0.70)
    shown = torch.maximum(visible, 0.75 * filled)
    return framing * smoothstep(shown, 0.08, 0.80)


def random_placement(n: int, ease: float, g: torch.Generator) -> Placement:
    """``ease`` 1 = whole, centred objects only (the start of training), 0 = everything that a scan meets."""
    def u(low, high):
        return torch.rand(n, generator=g, device=g.device) * (high - low) + low

    kind = u(0, 1) * (1 - ease)
    framed_scale = torch.exp(u(math.log(0.5), math.log(1.12)))
    wide_scale = torch.exp(u(math.log(0.15), math.log(2.5)))
    framed = kind < 0.5
    scale = torch.where(framed, framed_scale, wide_scale)
    reach = torch.where(framed, 0.12 + 0.5 * (1 - framed_scale).clamp(0, 1), 0.45 + 0.30 * wide_scale)
    turn = 8.0 + 8.0 * (1 - ease)
    return Placement(
        scale=scale, x=u(-1, 1) * reach, y=u(-1, 1) * reach,
        angle=torch.randn(n, generator=g, device=g.device) * math.radians(turn),
        flip=torch.where(u(0, 1) < 0.5, -1.0, 1.0),
        aspect=torch.exp(torch.randn(n, generator=g, device=g.device) * 0.08))


def side_by_side(n: int, g: torch.Generator) -> tuple[Placement, Placement]:
    """Two objects of about one size beside, above or askew of each other, which together fill a window more or less."""
    def u(low, high):
        return torch.rand(n, generator=g, device=g.device) * (high - low) + low

    direction, scale = u(0, 2 * math.pi), torch.exp(u(math.log(0.25), math.log(0.6)))
    apart, x, y = scale * u(0.42, 0.6), u(-0.12, 0.12), u(-0.12, 0.12)
    dx, dy = apart * torch.cos(direction), apart * torch.sin(direction)

    def place(sign):
        return Placement(scale=scale * u(0.85, 1.15), x=x + sign * dx, y=y + sign * dy, angle=u(-0.2, 0.2),
                         flip=torch.where(u(0, 1) < 0.5, -1.0, 1.0), aspect=torch.exp(u(-0.1, 0.1)))

    return place(1.0), place(-1.0)


def where(chosen: Tensor, p: Placement, q: Placement) -> Placement:
    """``p`` where it is chosen, else ``q``."""
    return Placement(*(torch.where(chosen, getattr(p, f.name), getattr(q, f.name)) for f in fields(Placement)))


@dataclass(frozen=True)
class Windows:
    """Normalised pixels [n,3,out,out]; of both objects of each window how much it counts [n] and the shares of its colours
    [n,11]; and how much the window shows a pair of them [n]."""

    pixels: Tensor
    weight1: Tensor
    weight2: Tensor
    colours1: Tensor
    colours2: Tensor
    pair: Tensor


class Composer:
    """Draws batches from a bank of cut-outs and a bank of backgrounds, where these are; generators must be there too.

    :param cutouts: uint8 [n,4,s,s], premultiplied RGBA, longer side = s, centred
    :param backgrounds: uint8 [m,3,b,b]
    """

    def __init__(self, cutouts: Tensor, backgrounds: Tensor, out: int = 56, oversample: int = 1):
        self.levels = [cutouts]
        while self.levels[-1].shape[-1] > 32:
            self.levels.append(F.avg_pool2d(self.levels[-1].float(), 2).round().to(torch.uint8))
        self.areas = cutouts[:, 3].float().mean((1, 2)) / 255.0
        self.backgrounds, self.out, self.canvas = backgrounds, out, out * oversample
        self.oversample, self.device = oversample, cutouts.device

    def to(self, device: torch.device | str) -> Composer:
        """The same with its banks on another device."""
        return Composer(self.levels[0].to(device), self.backgrounds.to(device), self.out, self.oversample)

    def draw(self, index: Tensor, p: Placement) -> Tensor:
        """Cut-outs as placed: float [n,4,canvas,canvas], premultiplied, 0..1."""
        cos, sin = torch.cos(p.angle), torch.sin(p.angle)
        sx, sy = p.scale * p.aspect.clamp(max=1), p.scale / p.aspect.clamp(min=1)
        theta = torch.stack([
            torch.stack([p.flip * cos / sx, p.flip * sin / sx, -2 * p.flip * (p.x * cos + p.y * sin) / sx], 1),
            torch.stack([-sin / sy, cos / sy, -2 * (-p.x * sin + p.y * cos) / sy], 1)], 1)
        side = self.levels[0].shape[-1]
        level = torch.log2(side / (p.scale * self.canvas)).round().long().clamp(0, len(self.levels) - 1)
        drawn = torch.zeros(len(index), 4, self.canvas, self.canvas, device=self.device)
        for k, bank in enumerate(self.levels):
            rows = (level == k).nonzero()[:, 0]
            if len(rows):
                grid = F.affine_grid(theta[rows], [len(rows), 4, self.canvas, self.canvas], align_corners=False)
                drawn[rows] = F.grid_sample(bank[index[rows]].float() / 255.0, grid, align_corners=False)
        return drawn

    def _styled(self, index: Tensor, p: Placement, g: torch.Generator, jitter: float, painted: float | Tensor) -> Tensor:
        """As ``draw``, in changed colours and styles, with nothing where the index is -1."""
        rows = (index >= 0).nonzero()[:, 0]
        drawn = torch.zeros(len(index), 4, self.canvas, self.canvas, device=self.device)
        if len(rows):
            placed = self.draw(index[rows], Placement(*(getattr(p, f.name)[rows] for f in fields(p))))
            textures = self._background(len(rows), g).mean(1, keepdim=True)
            textures = textures / textures.mean((1, 2, 3), keepdim=True).clamp(min=0.05)
            chance = torch.as_tensor(painted, device=self.device).expand(len(index))[rows][:, None, None, None]
            placed = paint(placed, (uniform(len(rows), g) < chance).float(), g)
            drawn[rows] = restyle(placed, textures, g, jitter)
        return drawn

    def share(self, drawn: Tensor, index: Tensor, p: Placement) -> tuple[Tensor, Tensor]:
        """(visible share of the object, filled share of the window) of what is left of drawn cut-outs."""
        filled = drawn[:, 3].mean((1, 2))
        sx, sy = p.scale * p.aspect.clamp(max=1), p.scale / p.aspect.clamp(min=1)
        whole = (self.areas[index] * sx * sy).clamp(min=1e-6)
        return (filled / whole).clamp(0, 1), filled

    def batch(self, index: Tensor, second: Tensor, place: Placement, place2: Placement,
              g: torch.Generator, jitter: float = 1.0, painted: float | Tensor = 0.0) -> Windows:
        """Composes windows; an index of -1 leaves an object out.

        :param jitter: scales the changes of style
        :param painted: how likely an object is painted in one colour, for all windows or each
        """
        n = len(index)
        first, other = (self._styled(i, p, g, jitter, painted) for i, p in ((index, place), (second, place2)))
        over = (uniform(n, g) < 0.5).float()
        first = first * (1 - over * other[:, 3:])
        other = other * (1 - (1 - over) * first[:, 3:])
        scene = self._background(n, g)
        scene = scene * (1 - _shadow(first + other, g))
        scene = scene * (1 - (first[:, 3:] + other[:, 3:]).clamp(0, 1)) + first[:, :3] + other[:, :3]
        shares = [self.share(drawn, i.clamp(min=0), p) for drawn, i, p in ((first, index, place), (other, second, place2))]
        w1, w2 = (object_weight(*share, p.scale) * (i >= 0)
                  for share, p, i in zip(shares, (place, place2), (index, second), strict=True))
        reach = (place.scale + place2.scale) / 2 + torch.hypot(place.x - place2.x, place.y - place2.y)
        pair = torch.minimum(*(object_weight(*share, reach) * (i >= 0)
                               for share, i in zip(shares, (index, second), strict=True)))
        if self.oversample > 1:
            scene = F.avg_pool2d(scene, self.oversample)
        return Windows(_photo(scene, g), w1, w2, colour_shares(first), colour_shares(other), pair)

    def _background(self, n: int, g: torch.Generator) -> Tensor:
        picked = torch.randint(len(self.backgrounds), (n,), generator=g, device=g.device)
        b = self.backgrounds[picked].float() / 255.0
        b = torch.where(uniform(n, g) < 0.5, b.flip(3), b)
        if b.shape[-1] != self.canvas:
            b = F.interpolate(b, size=(self.canvas, self.canvas), mode="area")
        gain = 1 + 0.2 * normal(n, g, 3, 1, 1)
        return (b * gain + 0.08 * normal(n, g)).clamp(0, 1)


def _shadow(rgba: Tensor, g: torch.Generator) -> Tensor:
    """A soft shadow below and beside half of the objects: [n,1,h,w], 0 = none."""
    n, _, h, _ = rgba.shape
    soft = F.avg_pool2d(rgba[:, 3:].clamp(0, 1), 5, 1, 2)
    soft = torch.roll(soft, (max(1, h // 28), max(1, h // 40)), (2, 3))
    strength = uniform(n, g) * 0.5 * (uniform(n, g) < 0.5)
    return soft * strength


def _photo(x: Tensor, g: torch.Generator) -> Tensor:
    """What a camera and a resize add: blur of some, noise of some, exposure; then CLIP's normalisation."""
    n = len(x)
    blurred = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    amount = uniform(n, g) * (uniform(n, g) < 0.3)
    x = x + amount * (blurred - x)
    x = x + normal(n, g, *x.shape[1:]) * 0.05 * uniform(n, g) ** 2
    x = x * (1 + 0.12 * normal(n, g)) + 0.03 * normal(n, g)
    mean, std = (torch.tensor(values, device=g.device).view(1, 3, 1, 1) for values in (CLIP_MEAN, CLIP_STD))
    return (x.clamp(0, 1) - mean) / std
