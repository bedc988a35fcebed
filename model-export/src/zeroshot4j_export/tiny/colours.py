"""Colours of things: what an object's colour is called, and objects painted in a colour.

The names are the eleven basic colour terms of English (Berlin and Kay, Basic Color Terms, 1969). What colour an object has is
measured in the composed window, after all changes of style, so that what a caption says is what is seen.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .restyle import normal, uniform

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey")
# What an object is painted with, as RGB; varied a little each time.
PAINTS = ((.86, .12, .10), (.96, .55, .10), (.97, .85, .15), (.20, .65, .22), (.15, .40, .86), (.50, .20, .70),
          (.97, .55, .76), (.50, .30, .15), (.10, .10, .10), (.96, .96, .96), (.55, .55, .55))


def colour_shares(rgba: Tensor) -> Tensor:
    """How much of an object has which colour: premultiplied RGBA [n,4,h,w] -> [n,11], shares of its opaque pixels.

    Pixels between the colours (beige, olive) are of none, so that the shares of an object may sum to less than 1.
    """
    small = F.avg_pool2d(rgba, 4) if rgba.shape[-1] >= 56 else rgba
    opaque = small[:, 3] > 0.5
    red, green, blue = (small[:, :3] / small[:, 3:].clamp(min=1e-3)).clamp(0, 1).unbind(1)
    light = torch.maximum(torch.maximum(red, green), blue)
    spread = light - torch.minimum(torch.minimum(red, green), blue)
    vivid = spread / light.clamp(min=1e-3)
    part = spread.clamp(min=1e-3)
    hue = 60 * torch.where(light == red, ((green - blue) / part) % 6,
                           torch.where(light == green, (blue - red) / part + 2, (red - green) / part + 4))
    black = (light < 0.22) | (light < 0.32) & (vivid < 0.5)
    plain = ~black & (vivid < 0.17)
    white = plain & (light > 0.82)
    hued = ~black & ~plain
    reddish = hued & ((hue < 14) | (hue >= 340))
    pale = (vivid < 0.6) & (light > 0.75)
    warm = hued & (hue >= 14) & (hue < 44)
    yellow = hued & (hue >= 44) & (hue < 70) & (light > 0.65) & (vivid > 0.3)
    magenta = hued & (hue >= 290) & (hue < 340)
    named = torch.stack([
        reddish & ~pale, warm & (light > 0.75) & (vivid > 0.55), yellow, hued & (hue >= 70) & (hue < 165),
        hued & (hue >= 165) & (hue < 252), hued & (hue >= 252) & (hue < 290) | magenta & (light <= 0.75),
        reddish & pale | magenta & (light > 0.75), warm & (light <= 0.75), black, white, plain & ~white], 1)
    return (named & opaque[:, None]).float().sum((2, 3)) / opaque.float().sum((1, 2)).clamp(min=1)[:, None]


def paint(rgba: Tensor, chosen: Tensor, g: torch.Generator) -> Tensor:
    """Objects in one colour of ``PAINTS``, with their own light and shade.

    :param rgba: premultiplied, [n,4,h,w]
    :param chosen: [n,1,1,1], 1 to paint, 0 to leave as it is
    """
    n, paints = len(rgba), torch.tensor(PAINTS, device=rgba.device)
    colour = paints[torch.randint(len(paints), (n,), generator=g, device=g.device)][:, :, None, None]
    painted = in_colour(rgba, colour + 0.03 * normal(n, g, 3, 1, 1), uniform(n, g, 0.2, 0.7))
    return torch.lerp(rgba, painted, chosen * uniform(n, g, 0.85, 1.0))


def in_colour(rgba: Tensor, colour: Tensor, contrast: Tensor | float = 0.5) -> Tensor:
    """Objects in one colour each, [n,3,1,1]; ``contrast`` is how much of their own light and shade is left to them."""
    alpha, light = rgba[:, 3:], rgba[:, :3].mean(1, keepdim=True)
    mean = light.sum((2, 3), keepdim=True) / alpha.sum((2, 3), keepdim=True).clamp(min=1e-3)
    shade = (light / mean.clamp(min=0.05) - alpha) * contrast + alpha
    return torch.cat([torch.minimum((colour * shade).clamp(min=0), alpha), alpha], 1)
