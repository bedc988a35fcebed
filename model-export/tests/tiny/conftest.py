import pytest
import torch

from zeroshot4j_export.tiny.batches import Data
from zeroshot4j_export.tiny.compose import Composer
from zeroshot4j_export.tiny.concepts import parse
from zeroshot4j_export.tiny.model import TinyConfig
from zeroshot4j_export.tiny.train import TrainOptions

CONCEPTS = """
[animal]
cat | kitty | cat, cat face
mouse | | mouse, mouse face
[tool, metal]
hammer | | - | Hammer
"""
SMALL = TinyConfig(embed_dim=16, pool=4, stem=(4, 8, 8), vision_width=16, vision_layers=1, vision_heads=2, text_width=16,
                   text_layers=1, text_heads=2)


@pytest.fixture
def small():
    """A configuration that trains in a moment."""
    return SMALL


@pytest.fixture
def concepts():
    return parse(CONCEPTS)


@pytest.fixture
def data(concepts):
    """Six coloured squares as cut-outs of three concepts, on grey."""
    cutouts = torch.zeros(6, 4, 64, 64, dtype=torch.uint8)
    for i in range(6):
        cutouts[i, i // 2, 4:60, :] = 200
        cutouts[i, 3, 4:60, :] = 255
    backgrounds = torch.full((3, 3, 56, 56), 90, dtype=torch.uint8)
    return Data(concepts, torch.tensor([0, 0, 1, 1, 2, 2]), Composer(cutouts, backgrounds))


@pytest.fixture
def options():
    return TrainOptions(steps=20, batch=8, concepts_per_step=3, warmup=2, seed=5)
