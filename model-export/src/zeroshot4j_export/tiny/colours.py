"""Colours of things: what an object's colour is called, and objects painted in a colour.

The names are the eleven basic colour terms of English (Berlin and Kay, Basic Color Terms, 1969). What colour an object has is
measured as it is drawn into a window, after all changes of style and before what a camera adds, so that what a caption says is
what is seen.
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

    Between two colours there are some that people call by either name, or by none of these (coral, beige, olive, turquoise);
    they are of none, so that the shares of an object may sum to less than 1.
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
    hued, plain = vivid >= 0.2, vivid < 0.13
    black = (light < 0.2) | (light < 0.26) & (vivid < 0.4)

    def between(low, high):
        return hued & ~black & (hue >= low) & (hue < high)

    reddish, pale = between(0, 10) | between(343, 361), (vivid < 0.5) & (light > 0.85)
    named = torch.stack([
        reddish & (light > 0.5) & ((vivid > 0.8) | (light > 0.7) & (vivid > 0.62)),
        between(18, 43) & (light > 0.87) & (vivid > 0.65),
        between(46, 68) & (light > 0.75) & (vivid > 0.5), between(75, 162), between(186, 246) & (vivid > 0.23),
        between(256, 290) | between(290, 325) & (light < 0.7),
        between(315, 343) & (light > 0.8) | reddish & pale,
        between(0, 40) & (light < 0.72) & (vivid > 0.25) & ~(reddish & ((light > 0.5) | (vivid > 0.72))),
        black, plain & (light > 0.9), plain & ~black & (light < 0.835) & (light > 0.3)], 1)
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
