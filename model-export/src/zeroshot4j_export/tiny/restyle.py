"""Changes of style of cut-outs: the same thing as another hand would have drawn it, or as light would show it.

All take and give premultiplied RGBA [n,4,h,w] in 0..1. They are what stands in for styles that no permissive picture set has.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

# How many of the cut-outs are changed so, at strength 1. A cut-out may be changed in several ways.
OUTLINED, FLATTENED, TURNED, DULL, LIT, TEXTURED = 0.18, 0.12, 0.12, 0.06, 0.3, 0.2


def restyle(rgba: Tensor, textures: Tensor, g: torch.Generator, strength: float = 1.0) -> Tensor:
    """Changes colour, shading, texture and outline of some of the cut-outs, each drawn by the generator.

    :param textures: [n,1,h,w], what the surface of a cut-out may look like, around 1
    """
    def some(share: float) -> Tensor:
        return (uniform(len(rgba), g) < share * strength).float()

    rgba = _flat(rgba, some(FLATTENED), g)
    rgba = _recolour(rgba, some(DULL), some(TURNED), g, strength)
    light = _light(rgba, some(LIT), g) * (1 + some(TEXTURED) * (textures - 1))
    alpha = rgba[:, 3:]
    rgba = torch.cat([torch.minimum((rgba[:, :3] * light).clamp(min=0), alpha), alpha], 1)
    return _outline(rgba, some(OUTLINED), g)


def uniform(n: int, g: torch.Generator, low: float = 0.0, high: float = 1.0) -> Tensor:
    return torch.rand(n, 1, 1, 1, generator=g, device=g.device) * (high - low) + low


def normal(n: int, g: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(n, *(shape or (1, 1, 1)), generator=g, device=g.device)


def _recolour(rgba: Tensor, dull: Tensor, turned: Tensor, g: torch.Generator, strength: float) -> Tensor:
    """Small changes of brightness, saturation and hue; no colour at all where ``dull``, any hue where ``turned``."""
    n = len(rgba)
    rgb, alpha = rgba[:, :3], rgba[:, 3:]
    grey = rgb.mean(1, keepdim=True)
    saturation = (1 + 0.25 * strength * normal(n, g)) * (1 - dull)
    rgb = grey + (rgb - grey) * saturation
    angle = turned[:, 0, 0, 0] * 2 * math.pi * uniform(n, g)[:, 0, 0, 0]
    mix = _hue_turn(angle) + 0.06 * strength * normal(n, g, 3, 3)
    rgb = torch.einsum("nij,njhw->nihw", mix, rgb) * (1 + 0.15 * strength * normal(n, g))
    rgb = rgb + 0.06 * strength * normal(n, g) * alpha
    return torch.cat([torch.minimum(rgb.clamp(min=0), alpha), alpha], 1)


def _hue_turn(angle: Tensor) -> Tensor:
    """[n,3,3] turns about the axis of the greys (Rodrigues' formula): hue changes, the mean of the channels does not."""
    cos, sin = torch.cos(angle)[:, None, None], torch.sin(angle)[:, None, None] / math.sqrt(3)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]], device=angle.device)
    return cos * torch.eye(3, device=angle.device) + (1 - cos) / 3 + sin * cross


def _flat(rgba: Tensor, chosen: Tensor, g: torch.Generator) -> Tensor:
    """Few levels of each colour, as in flat drawings."""
    alpha = rgba[:, 3:].clamp(min=1e-4)
    levels = uniform(len(rgba), g, 1.5, 4.5).round()
    flat = (rgba[:, :3] / alpha * levels).round() / levels * rgba[:, 3:]
    return torch.cat([torch.lerp(rgba[:, :3], flat, chosen), rgba[:, 3:]], 1)


def _light(rgba: Tensor, chosen: Tensor, g: torch.Generator) -> Tensor:
    """[n,1,h,w] light from a side, around 1."""
    n, _, h, w = rgba.shape
    angle, amount = uniform(n, g, 0, 2 * math.pi), uniform(n, g, 0.1, 0.7) * chosen
    x = torch.linspace(-1, 1, w, device=rgba.device)[None, None, None]
    y = torch.linspace(-1, 1, h, device=rgba.device)[None, None, :, None]
    return 1 + amount * (torch.cos(angle) * x + torch.sin(angle) * y)


def _outline(rgba: Tensor, chosen: Tensor, g: torch.Generator) -> Tensor:
    """Dark strokes around the object and where its colours change."""
    n = len(rgba)
    rgb, alpha = rgba[:, :3], rgba[:, 3:]
    wide = (uniform(n, g) < 0.5).float()
    around = torch.lerp(F.max_pool2d(alpha, 3, 1, 1), F.max_pool2d(alpha, 5, 1, 2), wide)
    grey = rgb.mean(1, keepdim=True)
    within = (4 * (grey - F.avg_pool2d(grey, 3, 1, 1)).abs() - 0.1).clamp(0, 1) * alpha
    ink = chosen * torch.maximum((around - F.avg_pool2d(alpha, 3, 1, 1)).clamp(0, 1), within * uniform(n, g))
    colour = 0.15 * uniform(n, g)
    grown = torch.maximum(alpha, ink)
    return torch.cat([torch.minimum(rgb * (1 - ink) + colour * ink, grown), grown], 1)
