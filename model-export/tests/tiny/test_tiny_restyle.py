"""What holds for every change of style, over many random cut-outs."""

import math

import pytest
import torch

from zeroshot4j_export.tiny import restyle

CUTOUTS = 64


def cutouts(seed):
    """Premultiplied discs of noise with soft edges, and textures around 1."""
    g = torch.Generator().manual_seed(seed)
    y, x = torch.meshgrid(*[torch.linspace(-1, 1, 24)] * 2, indexing="ij")
    radius = torch.rand(CUTOUTS, 1, 1, 1, generator=g) * 0.6 + 0.2
    alpha = ((radius - torch.hypot(x, y)) * 8).clamp(0, 1)
    rgb = torch.rand(CUTOUTS, 3, 24, 24, generator=g) * alpha
    textures = 1 + 0.4 * torch.randn(CUTOUTS, 1, 24, 24, generator=g)
    return torch.cat([rgb, alpha], 1), textures.clamp(min=0), g


@pytest.mark.parametrize("strength", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(5))
def test_premultiplied_stays_premultiplied(seed, strength):
    rgba, textures, g = cutouts(seed)
    out = restyle.restyle(rgba, textures, g, strength)
    rgb, alpha = out[:, :3], out[:, 3:]
    assert out.shape == rgba.shape and torch.isfinite(out).all()
    assert (rgb >= 0).all() and (alpha <= 1).all()
    assert (rgb <= alpha).all()


@pytest.mark.parametrize("seed", range(5))
def test_alpha_grows_under_outlines_alone(seed, monkeypatch):
    rgba, textures, g = cutouts(seed)
    grown = restyle.restyle(rgba, textures, g)[:, 3] - rgba[:, 3]
    assert (grown >= 0).all()
    outlined = (grown > 0).flatten(1).any(1)
    assert 0 < outlined.sum() < CUTOUTS / 2  # 18 in a hundred are
    monkeypatch.setattr(restyle, "OUTLINED", 0)
    rgba, textures, g = cutouts(seed)
    assert torch.equal(restyle.restyle(rgba, textures, g)[:, 3], rgba[:, 3])


def test_strength_zero_changes_nothing():
    rgba, textures, g = cutouts(1)
    assert torch.allclose(restyle.restyle(rgba, textures, g, 0.0), rgba, atol=1e-6)
    changed = (restyle.restyle(rgba, textures, g, 1.0) - rgba).abs().flatten(1).amax(1)
    assert (changed > 0.01).sum() > CUTOUTS / 2


def test_a_turn_of_the_hue_keeps_the_mean_of_the_channels_and_comes_back():
    angles = torch.linspace(0, 2 * math.pi, 25)
    turns = restyle._hue_turn(angles)
    colours = torch.rand(25, 3, generator=torch.Generator().manual_seed(0))
    turned = torch.einsum("nij,nj->ni", turns, colours)
    assert torch.allclose(turned.mean(1), colours.mean(1), atol=1e-6)
    assert torch.allclose(turned.norm(dim=1), colours.norm(dim=1), atol=1e-6)  # a turn: as far from black
    assert torch.allclose(turned[[0, -1]], colours[[0, -1]], atol=1e-6)
    # a third of the circle: red becomes green, green blue, and blue red
    third = restyle._hue_turn(torch.tensor([2 * math.pi / 3]))[0]
    assert torch.allclose(third, torch.tensor([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]), atol=1e-6)


def test_flat_colours_are_few():
    rgba, _, g = cutouts(3)
    rgba[:, 3:] = 1
    flat = restyle._flat(rgba, torch.ones(CUTOUTS, 1, 1, 1), g)
    for picture in flat:
        assert len((picture[:3] * 1000).round().unique()) <= 6  # of 2 to 5 levels at most, with black
